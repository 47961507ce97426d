#include "matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *must(void *p)
{
	if (!p) {
		fprintf(stderr, "out of memory\n");
		exit(1);
	}
	return p;
}

matrix make_matrix(int rows, int cols)
{
	matrix m = { rows, cols, NULL, 0 };
	m.data = must(calloc((size_t)rows * cols + !(rows * cols), sizeof(float)));
	return m;
}

matrix copy_matrix(matrix m)
{
	matrix c = make_matrix(m.rows, m.cols);
	if (m.data)
		memcpy(c.data, m.data, sizeof(float) * m.rows * m.cols);
	return c;
}

matrix axpy_matrix(float s, matrix b, matrix a)
{
	matrix c = copy_matrix(a);
	for (int k = 0; k < a.rows * a.cols; k++)
		c.data[k] += s * b.data[k];
	return c;
}

void scal_matrix(float s, matrix m)
{
	for (int k = 0; k < m.rows * m.cols; k++)
		m.data[k] *= s;
}

void free_matrix(matrix m)
{
	if (!m.shallow)
		free(m.data);
}

// The same numbers with a row for each channel of each example; nothing is copied.
matrix channel_view(matrix m, int groups)
{
	matrix view = { m.rows * groups, m.cols / groups, m.data, 1 };
	return view;
}

// The sum over one channel of such a view.
double channel_sum(matrix view, int groups, int g)
{
	double s = 0;
	for (int r = g; r < view.rows; r += groups)
		for (int k = 0; k < view.cols; k++)
			s += view.data[r * view.cols + k];
	return s;
}
