// Include guards, the way I learnt it.
#ifndef HW2_MATRIX
#define HW2_MATRIX

struct matrix {
	int rows;
	int cols;
	float *data;
	int shallow;
};
typedef struct matrix matrix;

matrix make_matrix(int rows, int cols);
matrix copy_matrix(matrix m);
matrix axpy_matrix(float s, matrix b, matrix a);
void scal_matrix(float s, matrix m);
void free_matrix(matrix m);

// mine
matrix channel_view(matrix m, int groups);
double channel_sum(matrix m, int groups, int g);

#endif
