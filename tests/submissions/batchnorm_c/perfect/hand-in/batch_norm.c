/* hw2, batch norm.
 *
 * All five functions are either "one number per channel" or "one number per element", so there are two
 * loops in this file, and each function says what happens inside of them. */
#include "batch_norm.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define EPS 0.00001f
#define MOMENTUM 0.9f

/* everything there is to know at one element; what a function does not use is 0 */
struct here {
    float x, d, m, v, dm, dv;
    double count;
};

struct given {
    const matrix *x, *d, *m, *v, *dm, *dv;
};

static float at(const matrix *a, int index)
{
    return a ? a->data[index] : 0;
}

static struct here look(struct given in, int index, int channel, double count)
{
    struct here h = {at(in.x, index),    at(in.d, index),    at(in.m, channel), at(in.v, channel),
                     at(in.dm, channel), at(in.dv, channel), count};
    return h;
}

/* the sum of term over each channel */
static matrix each_channel(matrix like, int groups, struct given in, double (*term)(struct here))
{
    int n = like.cols / groups;
    matrix out = make_matrix(1, groups);
    assert(n * groups == like.cols);
    for (int g = 0; g < groups; ++g) {
        double sum = 0;
        for (int i = 0; i < like.rows; ++i)
            for (int j = g * n; j < (g + 1) * n; ++j)
                sum += term(look(in, i * like.cols + j, g, (double)n * like.rows));
        out.data[g] = (float)sum;
    }
    return out;
}

/* value of each element */
static matrix each_element(matrix like, int groups, struct given in, double (*value)(struct here))
{
    int n = like.cols / groups;
    matrix out = make_matrix(like.rows, like.cols);
    for (int k = 0; k < like.rows * like.cols; ++k)
        out.data[k] = (float)value(look(in, k, k % like.cols / n, (double)n * like.rows));
    return out;
}

static double root(struct here h) { return sqrt((double)h.v + EPS); }

static double mean_term(struct here h) { return h.x / h.count; }
static double variance_term(struct here h) { return pow((double)h.x - h.m, 2) / h.count; }
static double normal(struct here h) { return (h.x - h.m) / root(h); }
static double dm_term(struct here h) { return -h.d / root(h); }
static double dv_term(struct here h) { return -0.5 * h.d * (h.x - h.m) / pow(root(h), 3); }
static double slope(struct here h)
{
    return h.d / root(h) + (h.dv * 2 * (h.x - h.m) + h.dm) / h.count;
}

matrix mean(matrix x, int groups)
{
    return each_channel(x, groups, (struct given){.x = &x}, mean_term);
}

matrix variance(matrix x, matrix m, int groups)
{
    return each_channel(x, groups, (struct given){.x = &x, .m = &m}, variance_term);
}

matrix normalize(matrix x, matrix m, matrix v, int groups)
{
    return each_element(x, groups, (struct given){.x = &x, .m = &m, .v = &v}, normal);
}

matrix delta_mean(matrix d, matrix v, int groups)
{
    return each_channel(d, groups, (struct given){.d = &d, .v = &v}, dm_term);
}

matrix delta_variance(matrix d, matrix x, matrix m, matrix v, int groups)
{
    return each_channel(d, groups, (struct given){.x = &x, .d = &d, .m = &m, .v = &v}, dv_term);
}

matrix delta_batch_norm(matrix d, matrix dm, matrix dv, matrix m, matrix v, matrix x, int groups)
{
    struct given all = {&x, &d, &m, &v, &dm, &dv};
    return each_element(d, groups, all, slope);
}

static void follow(matrix rolling, matrix batch)
{
    for (int g = 0; g < rolling.cols; ++g)
        rolling.data[g] = MOMENTUM * rolling.data[g] + (1 - MOMENTUM) * batch.data[g];
}

matrix batch_normalize_forward(layer l, matrix x)
{
    free_matrix(*l.x);
    *l.x = copy_matrix(x);
    if (x.rows == 1) return normalize(x, l.rolling_mean, l.rolling_variance, l.groups);

    matrix m = mean(x, l.groups);
    matrix v = variance(x, m, l.groups);
    matrix y = normalize(x, m, v, l.groups);
    follow(l.rolling_mean, m);
    follow(l.rolling_variance, v);
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
