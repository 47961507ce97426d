/* Batch normalization of feature maps (Ioffe and Szegedy 2015, Algorithm 1), without scale and shift.
 *
 * A row of x is one example. Its columns are `groups` channels, one after the other, of n elements
 * each: column j belongs to channel j / n. A layer of single neurons has as many groups as columns,
 * and n is 1.
 *
 * Write the five functions that say TODO. Each returns a new matrix, made by make_matrix, and leaves
 * those that it is given as they are. Equations are those of the paper, arXiv:1502.03167; with no
 * scale and shift here, its x-hat is the output y. */
#include "batch_norm.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

/* Part of how fast the rolling averages follow. */
static const float FOLLOW = 0.1f;

/* Return the mean of each channel, 1 x groups (Algorithm 1, first line). Given. */
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

/* Return the variance of each channel, 1 x groups (Algorithm 1, second line).
 *
 * x: one example a row. m: the means of its channels, 1 x groups. It is the biased variance: the sum
 * is divided by the number of elements that were summed. */
matrix variance(matrix x, matrix m, int groups)
{
    /* TODO */
    (void)x;
    (void)m;
    return make_matrix(1, groups);
}

/* Return x normalised, each channel by its own mean and variance, in the size of x (Algorithm 1,
 * third line).
 *
 * m, v: mean and variance of each channel, 1 x groups. The epsilon of the paper is 1e-5f here. */
matrix normalize(matrix x, matrix m, matrix v, int groups)
{
    /* TODO */
    (void)m;
    (void)v;
    (void)groups;
    return make_matrix(x.rows, x.cols);
}

/* Return dL/dm for the mean of each channel, 1 x groups (section 3, third equation).
 *
 * d: the upstream gradient dL/dy, in the size of y. v: the variance of each channel, 1 x groups. The
 * second term of the equation needs x, which is not among the parameters: that term is 0. Why? */
matrix delta_mean(matrix d, matrix v, int groups)
{
    /* TODO */
    (void)d;
    (void)v;
    return make_matrix(1, groups);
}

/* Return dL/dv for the variance of each channel, 1 x groups (section 3, second equation).
 *
 * d: dL/dy. x: what was normalised, in the size of d. m, v: mean and variance of each channel. */
matrix delta_variance(matrix d, matrix x, matrix m, matrix v, int groups)
{
    /* TODO */
    (void)d;
    (void)x;
    (void)m;
    (void)v;
    return make_matrix(1, groups);
}

/* Return dL/dx, in the size of x (section 3, fourth equation).
 *
 * d: dL/dy. dm, dv: what delta_mean and delta_variance give. m, v: mean and variance of each
 * channel. x: what was normalised. */
matrix delta_batch_norm(matrix d, matrix dm, matrix dv, matrix m, matrix v, matrix x, int groups)
{
    /* TODO */
    (void)d;
    (void)dm;
    (void)dv;
    (void)m;
    (void)v;
    (void)groups;
    return make_matrix(x.rows, x.cols);
}

/* Forward pass, given. Returns x normalised. A batch of one example says too little: it is normalised by the rolling
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

/* Backward pass, given. Returns dL/dx for the input of the last forward pass, given d = dL/dy. */
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
