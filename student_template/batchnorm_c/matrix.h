#ifndef MATRIX_H
#define MATRIX_H

/* A matrix of floats, row by row: element (i, j) is data[i * cols + j]. It is passed by value; its
 * data are not copied. A shallow one borrows its data and must not free them. */
typedef struct matrix {
    int rows, cols;
    float *data;
    int shallow;
} matrix;

/* Return a new matrix of zeros. */
matrix make_matrix(int rows, int cols);

/* Return a new matrix with the same elements. */
matrix copy_matrix(matrix m);

/* Return a new matrix: a + s * b, element by element, for matrices of one size. */
matrix axpy_matrix(float s, matrix b, matrix a);

/* Multiply every element. */
void scal_matrix(float s, matrix m);

/* Give the elements' memory back, unless it is borrowed. */
void free_matrix(matrix m);

#endif
