/* Memory is read in the order in which it lies: rows outside, columns inside. What a channel needs is
 * kept in small arrays, so that no root is taken twice. */
#include "batch_norm.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

static const float EPS = 0.00001f;

/* Small arrays of as many doubles as there are channels; zeros. */
static double *totals(int groups)
{
    double *t = calloc(groups, sizeof(double));
    assert(t);
    return t;
}

/* Turn totals into a matrix of 1 x groups, each times a factor, and free them. */
static matrix finish(double *t, int groups, double factor)
{
    matrix out = make_matrix(1, groups);
    for (int g = 0; g < groups; ++g) out.data[g] = (float)(t[g] * factor);
    free(t);
    return out;
}

/* 1 / sqrt(v + eps), a channel each. */
static void reciprocals(matrix v, int groups, float r[groups])
{
    for (int g = 0; g < groups; ++g) r[g] = powf(v.data[g] + EPS, -0.5f);
}

matrix mean(matrix x, int groups)
{
    const int n = x.cols / groups;
    double *t = totals(groups);
    for (int i = 0; i < x.rows; ++i) {
        const float *row = x.data + (size_t)i * x.cols;
        for (int g = 0, j = 0; g < groups; ++g)
            for (int k = 0; k < n; ++k, ++j) t[g] += row[j];
    }
    return finish(t, groups, 1.0 / x.rows / n);
}

matrix variance(matrix x, matrix m, int groups)
{
    const int n = x.cols / groups;
    double *t = totals(groups);
    for (int i = 0; i < x.rows; ++i) {
        const float *row = x.data + (size_t)i * x.cols;
        for (int g = 0, j = 0; g < groups; ++g)
            for (int k = 0; k < n; ++k, ++j) {
                const double e = (double)row[j] - m.data[g];
                t[g] += e * e;
            }
    }
    return finish(t, groups, 1.0 / x.rows / n);
}

matrix normalize(matrix x, matrix m, matrix v, int groups)
{
    const int n = x.cols / groups;
    matrix y = make_matrix(x.rows, x.cols);
    float r[groups];
    reciprocals(v, groups, r);
    for (int i = 0; i < x.rows; ++i) {
        const float *row = x.data + (size_t)i * x.cols;
        float *to = y.data + (size_t)i * y.cols;
        for (int g = 0, j = 0; g < groups; ++g)
            for (int k = 0; k < n; ++k, ++j) to[j] = (row[j] - m.data[g]) * r[g];
    }
    return y;
}

matrix delta_mean(matrix d, matrix v, int groups)
{
    const int n = d.cols / groups;
    double *t = totals(groups);
    float r[groups];
    reciprocals(v, groups, r);
    for (int i = 0; i < d.rows; ++i) {
        const float *row = d.data + (size_t)i * d.cols;
        for (int j = 0; j < d.cols; ++j) t[j / n] += row[j];
    }
    for (int g = 0; g < groups; ++g) t[g] *= r[g];
    return finish(t, groups, -1);
}

matrix delta_variance(matrix d, matrix x, matrix m, matrix v, int groups)
{
    const int n = d.cols / groups;
    double *t = totals(groups);
    for (int i = 0; i < d.rows; ++i) {
        const float *up = d.data + (size_t)i * d.cols, *in = x.data + (size_t)i * x.cols;
        for (int j = 0; j < d.cols; ++j) t[j / n] += up[j] * ((double)in[j] - m.data[j / n]);
    }
    for (int g = 0; g < groups; ++g) t[g] *= powf(v.data[g] + EPS, -1.5f);
    return finish(t, groups, -0.5);
}

matrix delta_batch_norm(matrix d, matrix dm, matrix dv, matrix m, matrix v, matrix x, int groups)
{
    const int n = d.cols / groups;
    const float share = 1.0f / ((float)n * d.rows);
    matrix dx = make_matrix(d.rows, d.cols);
    float r[groups];
    reciprocals(v, groups, r);
    for (int i = 0; i < d.rows; ++i) {
        const float *up = d.data + (size_t)i * d.cols, *in = x.data + (size_t)i * x.cols;
        float *to = dx.data + (size_t)i * dx.cols;
        for (int g = 0, j = 0; g < groups; ++g)
            for (int k = 0; k < n; ++k, ++j) {
                const float statistics = 2 * dv.data[g] * (in[j] - m.data[g]) + dm.data[g];
                to[j] = up[j] * r[g] + statistics * share;
            }
    }
    return dx;
}

matrix batch_normalize_forward(layer l, matrix x)
{
    free_matrix(*l.x);
    *l.x = copy_matrix(x);
    if (x.rows == 1) return normalize(x, l.rolling_mean, l.rolling_variance, l.groups);

    matrix m = mean(x, l.groups), v = variance(x, m, l.groups);
    for (int g = 0; g < l.groups; ++g) {
        l.rolling_mean.data[g] = 0.9f * l.rolling_mean.data[g] + 0.1f * m.data[g];
        l.rolling_variance.data[g] = 0.9f * l.rolling_variance.data[g] + 0.1f * v.data[g];
    }
    matrix y = normalize(x, m, v, l.groups);
    free_matrix(m);
    free_matrix(v);
    return y;
}

matrix batch_normalize_backward(layer l, matrix d)
{
    matrix x = *l.x;
    matrix m = mean(x, l.groups), v = variance(x, m, l.groups);
    matrix dm = delta_mean(d, v, l.groups), dv = delta_variance(d, x, m, v, l.groups);
    matrix dx = delta_batch_norm(d, dm, dv, m, v, x, l.groups);
    free_matrix(m);
    free_matrix(v);
    free_matrix(dm);
    free_matrix(dv);
    return dx;
}

layer make_batchnorm_layer(int groups)
{
    layer l = {groups, make_matrix(1, groups), make_matrix(1, groups), calloc(1, sizeof(matrix))};
    for (int g = 0; g < groups; ++g) l.rolling_variance.data[g] = 1;
    return l;
}

void free_layer(layer l)
{
    free_matrix(l.rolling_mean);
    free_matrix(l.rolling_variance);
    free_matrix(*l.x);
    free(l.x);
}
