/* One channel at a time is gathered into a buffer, and every function works on such vectors. The
 * variance runs along them in one pass, as Welford's does. */
#include <stdlib.h>
#include <string.h>
#include <math.h>
#include "batch_norm.h"

#define EPSILON 1e-5

typedef struct {
    size_t len;
    double *at;
} vec;

static vec gather(matrix a, int groups, int c)
{
    size_t n = a.cols / groups, row, k;
    vec u;
    u.len = a.rows * n;
    u.at = malloc(u.len * sizeof *u.at);
    for (row = 0; row < (size_t)a.rows; row++)
        for (k = 0; k < n; k++)
            u.at[row * n + k] = a.data[row * a.cols + c * n + k];
    return u;
}

/* Writes a channel back to where it belongs, and gives its memory back. */
static void scatter(vec u, matrix a, int groups, int c)
{
    size_t n = a.cols / groups, i;
    for (i = 0; i < u.len; i++)
        a.data[(i / n) * a.cols + c * n + i % n] = (float)u.at[i];
    free(u.at);
}

/* Mean, and mean squared distance from it, in one pass. */
static void welford(vec u, double *centre, double *spread)
{
    double m = 0, s = 0;
    for (size_t i = 0; i < u.len; i++) {
        double before = u.at[i] - m;
        m += before / (double)(i + 1);
        s += before * (u.at[i] - m);
    }
    *centre = m;
    *spread = s / (double)u.len;
}

matrix mean(matrix x, int groups)
{
    matrix m = make_matrix(1, groups);
    for (int c = 0; c < groups; c++) {
        double centre, spread;
        vec u = gather(x, groups, c);
        welford(u, &centre, &spread);
        m.data[c] = (float)centre;
        free(u.at);
    }
    return m;
}

/* Around m as it was given, which is not quite where Welford's mean is. */
matrix variance(matrix x, matrix m, int groups)
{
    float out[groups];
    for (int c = 0; c < groups; c++) {
        double centre, spread, off;
        vec u = gather(x, groups, c);
        welford(u, &centre, &spread);
        off = centre - m.data[c];
        out[c] = (float)(spread + off * off);
        free(u.at);
    }
    matrix v = make_matrix(1, groups);
    memcpy(v.data, out, sizeof out);
    return v;
}

matrix normalize(matrix x, matrix m, matrix v, int groups)
{
    matrix y = make_matrix(x.rows, x.cols);
    for (int c = 0; c < groups; c++) {
        vec u = gather(x, groups, c);
        for (size_t i = 0; i < u.len; i++)
            u.at[i] = (u.at[i] - m.data[c]) / sqrt(v.data[c] + EPSILON);
        scatter(u, y, groups, c);
    }
    return y;
}

matrix delta_mean(matrix d, matrix v, int groups)
{
    matrix dm = make_matrix(1, groups);
    for (int c = 0; c < groups; c++) {
        vec u = gather(d, groups, c);
        double total = 0;
        for (size_t i = 0; i < u.len; i++) total += u.at[i];
        dm.data[c] = (float)(-total / sqrt(v.data[c] + EPSILON));
        free(u.at);
    }
    return dm;
}

matrix delta_variance(matrix d, matrix x, matrix m, matrix v, int groups)
{
    matrix dv = make_matrix(1, groups);
    for (int c = 0; c < groups; c++) {
        vec u = gather(d, groups, c), w = gather(x, groups, c);
        double total = 0;
        for (size_t i = 0; i < u.len; i++) total += u.at[i] * (w.at[i] - m.data[c]);
        dv.data[c] = (float)(-.5 * total * pow(v.data[c] + EPSILON, -1.5));
        free(w.at);
        free(u.at);
    }
    return dv;
}

matrix delta_batch_norm(matrix d, matrix dm, matrix dv, matrix m, matrix v, matrix x, int groups)
{
    matrix dx = make_matrix(d.rows, d.cols);
    for (int c = 0; c < groups; c++) {
        vec u = gather(d, groups, c), w = gather(x, groups, c);
        double sigma = sqrt(v.data[c] + EPSILON);
        for (size_t i = 0; i < u.len; i++) {
            u.at[i] /= sigma;
            u.at[i] += dv.data[c] * 2. * (w.at[i] - m.data[c]) / (double)u.len;
            u.at[i] += dm.data[c] / (double)u.len;
        }
        scatter(u, dx, groups, c);
        free(w.at);
    }
    return dx;
}

matrix batch_normalize_forward(layer l, matrix x)
{
    free_matrix(*l.x);
    *l.x = copy_matrix(x);
    if (x.rows == 1)
        return normalize(x, l.rolling_mean, l.rolling_variance, l.groups);

    matrix m = mean(x, l.groups);
    matrix v = variance(x, m, l.groups);
    matrix y = normalize(x, m, v, l.groups);

    scal_matrix(.9f, l.rolling_mean);
    matrix moved = axpy_matrix(.1f, m, l.rolling_mean);
    memcpy(l.rolling_mean.data, moved.data, l.groups * sizeof(float));
    free_matrix(moved);

    scal_matrix(.9f, l.rolling_variance);
    moved = axpy_matrix(.1f, v, l.rolling_variance);
    memcpy(l.rolling_variance.data, moved.data, l.groups * sizeof(float));
    free_matrix(moved);

    free_matrix(m);
    free_matrix(v);
    return y;
}

matrix batch_normalize_backward(layer l, matrix d)
{
    matrix m = mean(*l.x, l.groups);
    matrix v = variance(*l.x, m, l.groups);
    matrix dm = delta_mean(d, v, l.groups);
    matrix dv = delta_variance(d, *l.x, m, v, l.groups);
    matrix dx = delta_batch_norm(d, dm, dv, m, v, *l.x, l.groups);
    free_matrix(dv);
    free_matrix(dm);
    free_matrix(v);
    free_matrix(m);
    return dx;
}

layer make_batchnorm_layer(int groups)
{
    layer l;
    memset(&l, 0, sizeof l);
    l.groups = groups;
    l.rolling_mean = make_matrix(1, groups);
    l.rolling_variance = make_matrix(1, groups);
    for (int c = 0; c < groups; c++) l.rolling_variance.data[c] = 1;
    l.x = calloc(1, sizeof(matrix));
    return l;
}

void free_layer(layer l)
{
    free_matrix(*l.x);
    free(l.x);
    free_matrix(l.rolling_variance);
    free_matrix(l.rolling_mean);
}
