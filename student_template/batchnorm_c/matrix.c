#include "matrix.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

matrix make_matrix(int rows, int cols)
{
    matrix m;
    assert(rows >= 0 && cols >= 0);
    m.rows = rows;
    m.cols = cols;
    m.shallow = 0;
    m.data = calloc((size_t)rows * (size_t)cols, sizeof(float));
    assert(m.data || !rows || !cols);
    return m;
}

matrix copy_matrix(matrix m)
{
    matrix c = make_matrix(m.rows, m.cols);
    memcpy(c.data, m.data, (size_t)m.rows * (size_t)m.cols * sizeof(float));
    return c;
}

matrix axpy_matrix(float s, matrix b, matrix a)
{
    int i;
    matrix c = copy_matrix(a);
    assert(a.rows == b.rows && a.cols == b.cols);
    for (i = 0; i < a.rows * a.cols; ++i) c.data[i] += s * b.data[i];
    return c;
}

void scal_matrix(float s, matrix m)
{
    int i;
    for (i = 0; i < m.rows * m.cols; ++i) m.data[i] *= s;
}

void free_matrix(matrix m)
{
    if (!m.shallow) free(m.data);
}
