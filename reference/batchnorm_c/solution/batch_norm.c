/* Batch normalization of feature maps (Ioffe and Szegedy 2015, Algorithm 1), without scale and shift.
 *
 * A row of x is one example. Its columns are `groups` channels, one after the other, of n elements
 * each: column j belongs to channel j / n. A layer of single neurons has as many groups as columns,
 * and n is 1. */
#include "batch_norm.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Part of how fast the rolling averages follow. */
static const float FOLLOW = 0.1f;

/* Return the mean of each channel, 1 x groups. */
matrix mean(matrix x, int groups)
{
    int g, i, j;
    int n = x.cols / groups; /* elements of a channel in one example */
    matrix m = make_matrix(1, groups);
    assert(groups * n == x.cols);
    for (g = 0; g < groups; ++g) {
        double sum = 0; /* a float would lose digits over a million elements */
        for (i = 0; i < x.rows; ++i)
            for (j = g * n; j < (g + 1) * n; ++j) sum += x.data[i * x.cols + j];
        m.data[g] = (float)(sum / ((double)x.rows * n));
    }
    return m;
}

/* Beside the variance, so that nothing is divided by 0. */
static const float EPS = 1e-5f;

/* Return the variance of each channel, 1 x groups: the mean squared distance from its mean m. */
matrix variance(matrix x, matrix m, int groups)
{
    int n = x.cols / groups;
    matrix v = make_matrix(1, groups);
    for (int g = 0; g < groups; ++g) {
        double sum = 0;
        for (int i = 0; i < x.rows; ++i)
            for (int j = g * n; j < (g + 1) * n; ++j) {
                double distance = x.data[i * x.cols + j] - m.data[g];
                sum += distance * distance;
            }
        v.data[g] = (float)(sum / ((double)x.rows * n));
    }
    return v;
}

/* Return (x - m) / sqrt(v + eps), each channel with its own m and v (Algorithm 1, line 3). */
matrix normalize(matrix x, matrix m, matrix v, int groups)
{
    int n = x.cols / groups;
    matrix y = make_matrix(x.rows, x.cols);
    for (int i = 0; i < x.rows; ++i)
        for (int j = 0; j < x.cols; ++j) {
            int g = j / n;
            y.data[i * x.cols + j] = (x.data[i * x.cols + j] - m.data[g]) / sqrtf(v.data[g] + EPS);
        }
    return y;
}

/* Return dL/dm, 1 x groups: every element of a channel pulls at its mean by -1 / sqrt(v + eps). */
matrix delta_mean(matrix d, matrix v, int groups)
{
    int n = d.cols / groups;
    matrix dm = make_matrix(1, groups);
    for (int g = 0; g < groups; ++g) {
        double sum = 0;
        for (int i = 0; i < d.rows; ++i)
            for (int j = g * n; j < (g + 1) * n; ++j) sum += d.data[i * d.cols + j];
        dm.data[g] = (float)(-sum / sqrt((double)v.data[g] + EPS));
    }
    return dm;
}

/* Return dL/dv, 1 x groups: the derivative of (v + eps)^(-1/2) is -1/2 (v + eps)^(-3/2). */
matrix delta_variance(matrix d, matrix x, matrix m, matrix v, int groups)
{
    int n = d.cols / groups;
    matrix dv = make_matrix(1, groups);
    for (int g = 0; g < groups; ++g) {
        double sum = 0;
        for (int i = 0; i < d.rows; ++i)
            for (int j = g * n; j < (g + 1) * n; ++j) {
                int at = i * d.cols + j;
                sum += (double)d.data[at] * (x.data[at] - m.data[g]);
            }
        dv.data[g] = (float)(-0.5 * sum * pow((double)v.data[g] + EPS, -1.5));
    }
    return dv;
}

/* Return dL/dx: directly through the numerator, through the variance, and through the mean. */
matrix delta_batch_norm(matrix d, matrix dm, matrix dv, matrix m, matrix v, matrix x, int groups)
{
    int n = d.cols / groups;
    float count = (float)d.rows * n; /* elements of a channel in the batch */
    matrix dx = make_matrix(d.rows, d.cols);
    for (int i = 0; i < d.rows; ++i)
        for (int j = 0; j < d.cols; ++j) {
            int g = j / n, at = i * d.cols + j;
            dx.data[at] = d.data[at] / sqrtf(v.data[g] + EPS)
                        + dv.data[g] * 2 * (x.data[at] - m.data[g]) / count
                        + dm.data[g] / count;
        }
    return dx;
}

/* Return x normalised. A batch of one example says too little: it is normalised by the rolling
 * averages. Every other batch moves them. */
matrix batch_normalize_forward(layer l, matrix x)
{
    matrix m, v, y, next;
    free_matrix(*l.x);
    *l.x = copy_matrix(x);
    if (x.rows == 1) return normalize(x, l.rolling_mean, l.rolling_variance, l.groups);

    m = mean(x, l.groups);
    v = variance(x, m, l.groups);
    y = normalize(x, m, v, l.groups);

    scal_matrix(1 - FOLLOW, l.rolling_mean);
    next = axpy_matrix(FOLLOW, m, l.rolling_mean);
    for (int i = 0; i < l.groups; ++i) l.rolling_mean.data[i] = next.data[i];
    free_matrix(next);

    scal_matrix(1 - FOLLOW, l.rolling_variance);
    next = axpy_matrix(FOLLOW, v, l.rolling_variance);
    for (int i = 0; i < l.groups; ++i) l.rolling_variance.data[i] = next.data[i];
    free_matrix(next);

    free_matrix(m);
    free_matrix(v);
    return y;
}

/* Return dL/dx for the input of the last forward pass, given d = dL/dy. */
matrix batch_normalize_backward(layer l, matrix d)
{
    matrix x = *l.x;
    matrix m = mean(x, l.groups);
    matrix v = variance(x, m, l.groups);
    matrix dm = delta_mean(d, v, l.groups);
    matrix dv = delta_variance(d, x, m, v, l.groups);
    matrix dx = delta_batch_norm(d, dm, dv, m, v, x, l.groups);
    free_matrix(m);
    free_matrix(v);
    free_matrix(dm);
    free_matrix(dv);
    return dx;
}

layer make_batchnorm_layer(int groups)
{
    layer l;
    l.groups = groups;
    l.rolling_mean = make_matrix(1, groups);
    l.rolling_variance = make_matrix(1, groups);
    for (int i = 0; i < groups; ++i) l.rolling_variance.data[i] = 1;
    l.x = calloc(1, sizeof(matrix));
    return l;
}

void free_layer(layer l)
{
    free_matrix(l.rolling_mean);
    free_matrix(l.rolling_variance);
    free_matrix(*l.x);
    free(l.x);
}
