/* No index anywhere: pointers walk through rows, and small functions do one stretch of a row. */
#include "batch_norm.h"

#include <math.h>
#include <stdlib.h>

static const float eps = 0.00001f;

/* ---- one stretch of n elements -------------------------------------------------------------- */

static double sum_of(const float *p, int n)
{
    double s = 0;
    const float *end = p + n;
    while (p != end) s += *p++;
    return s;
}

static double squares_around(const float *p, int n, float centre)
{
    double s = 0, e;
    for (; n > 0; --n) {
        e = *p++ - centre;
        s += e * e;
    }
    return s;
}

static double product_around(const float *p, const float *q, int n, float centre)
{
    double s = 0;
    for (; n > 0; --n) s += (double)*p++ * (*q++ - centre);
    return s;
}

/* where the stretch of a channel begins in a row */
static float *stretch(matrix a, int row, int n, int channel)
{
    return a.data + row * a.cols + channel * n;
}

static double deviation(float v)
{
    return sqrt((double)(v + eps));
}

/* ---- the functions of the assignment -------------------------------------------------------- */

matrix mean(matrix x, int groups)
{
    int n = x.cols / groups;
    matrix m = make_matrix(1, groups);
    for (int c = 0; c < groups; ++c) {
        double s = 0;
        for (int row = 0; row < x.rows; ++row) s += sum_of(stretch(x, row, n, c), n);
        *(m.data + c) = s / ((double)n * x.rows);
    }
    return m;
}

matrix variance(matrix x, matrix m, int groups)
{
    int n = x.cols / groups;
    matrix v = make_matrix(1, groups);
    const float *mu = m.data;
    float *out = v.data;
    for (int c = 0; c < groups; ++c, ++mu, ++out) {
        double s = 0;
        for (int row = 0; row < x.rows; ++row) s += squares_around(stretch(x, row, n, c), n, *mu);
        *out = s / ((double)n * x.rows);
    }
    return v;
}

matrix normalize(matrix x, matrix m, matrix v, int groups)
{
    int n = x.cols / groups;
    matrix y = make_matrix(x.rows, x.cols);
    const float *in = x.data;
    float *out = y.data;
    for (int row = 0; row < x.rows; ++row) {
        const float *mu = m.data, *var = v.data;
        for (; mu != m.data + groups; ++mu, ++var) {
            double s = deviation(*var);
            for (float *end = out + n; out != end;) *out++ = (*in++ - *mu) / s;
        }
    }
    return y;
}

matrix delta_mean(matrix d, matrix v, int groups)
{
    int n = d.cols / groups;
    matrix dm = make_matrix(1, groups);
    for (int c = 0; c < groups; ++c) {
        double s = 0;
        for (int row = 0; row < d.rows; ++row) s += sum_of(stretch(d, row, n, c), n);
        *(dm.data + c) = -s / deviation(*(v.data + c));
    }
    return dm;
}

matrix delta_variance(matrix d, matrix x, matrix m, matrix v, int groups)
{
    int n = d.cols / groups;
    matrix dv = make_matrix(1, groups);
    for (int c = 0; c < groups; ++c) {
        double s = 0, sigma = deviation(*(v.data + c));
        for (int row = 0; row < d.rows; ++row)
            s += product_around(stretch(d, row, n, c), stretch(x, row, n, c), n, *(m.data + c));
        *(dv.data + c) = -s / (2 * sigma * sigma * sigma);
    }
    return dv;
}

matrix delta_batch_norm(matrix d, matrix dm, matrix dv, matrix m, matrix v, matrix x, int groups)
{
    int n = d.cols / groups;
    double count = (double)n * d.rows;
    matrix dx = make_matrix(d.rows, d.cols);
    float *out = dx.data;
    const float *up = d.data, *in = x.data;
    for (int row = 0; row < d.rows; ++row) {
        for (int c = 0; c < groups; ++c) {
            double scale = 1 / deviation(*(v.data + c));
            double slope = 2 * *(dv.data + c) / count, shift = *(dm.data + c) / count;
            for (int k = n; k > 0; --k)
                *out++ = *up++ * scale + (*in++ - *(m.data + c)) * slope + shift;
        }
    }
    return dx;
}

/* ---- the layer ------------------------------------------------------------------------------ */

static void roll(matrix average, matrix now)
{
    float *a = average.data, *b = now.data;
    while (a != average.data + average.cols) {
        *a = 0.9f * *a + 0.1f * *b++;
        ++a;
    }
}

matrix batch_normalize_forward(layer l, matrix x)
{
    matrix m = l.rolling_mean, v = l.rolling_variance, y;
    free_matrix(*l.x);
    *l.x = copy_matrix(x);
    if (x.rows > 1) {
        m = mean(x, l.groups);
        v = variance(x, m, l.groups);
        roll(l.rolling_mean, m);
        roll(l.rolling_variance, v);
    }
    y = normalize(x, m, v, l.groups);
    if (x.rows > 1) {
        free_matrix(m);
        free_matrix(v);
    }
    return y;
}

matrix batch_normalize_backward(layer l, matrix d)
{
    matrix m = mean(*l.x, l.groups);
    matrix v = variance(*l.x, m, l.groups);
    matrix dm = delta_mean(d, v, l.groups);
    matrix dv = delta_variance(d, *l.x, m, v, l.groups);
    matrix dx = delta_batch_norm(d, dm, dv, m, v, *l.x, l.groups);
    matrix done[] = {m, v, dm, dv}, *p = done;
    while (p != done + 4) free_matrix(*p++);
    return dx;
}

layer make_batchnorm_layer(int groups)
{
    layer l;
    float *p;
    l.groups = groups;
    l.rolling_mean = make_matrix(1, groups);
    l.rolling_variance = make_matrix(1, groups);
    for (p = l.rolling_variance.data; p != l.rolling_variance.data + groups;) *p++ = 1;
    l.x = calloc(1, sizeof *l.x);
    return l;
}

void free_layer(layer l)
{
    free_matrix(l.rolling_mean);
    free_matrix(l.rolling_variance);
    free_matrix(*l.x);
    free(l.x);
}
