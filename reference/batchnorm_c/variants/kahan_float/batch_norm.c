/* Floats only: what a sum drops is carried along and added again (Kahan's summation). Matrices are seen
 * as arrays of three axes, so that X[i][g][k] is element k of channel g in example i. */
#include "batch_norm.h"

#include <math.h>
#include <stdlib.h>

#define CUBE(name, a) float (*name)[groups][(a).cols / groups] = (void *)(a).data
#define EACH(i, count) for (int i = 0; i < (count); i++)

struct running { float sum, dropped; };

static void add(struct running *r, float term)
{
    float wanted = term - r->dropped;
    float next = r->sum + wanted;
    r->dropped = (next - r->sum) - wanted;
    r->sum = next;
}

matrix mean(matrix x, int groups)
{
    matrix m = make_matrix(1, groups);
    int n = x.cols / groups;
    CUBE(X, x);
    EACH(g, groups) {
        struct running r = {0, 0};
        EACH(i, x.rows) EACH(k, n) add(&r, X[i][g][k]);
        m.data[g] = r.sum / x.rows / n;
    }
    return m;
}

matrix variance(matrix x, matrix m, int groups)
{
    matrix v = make_matrix(1, groups);
    int n = x.cols / groups;
    CUBE(X, x);
    EACH(g, groups) {
        struct running r = {0, 0};
        EACH(i, x.rows) EACH(k, n) {
            float e = X[i][g][k] - m.data[g];
            add(&r, e * e);
        }
        v.data[g] = r.sum / x.rows / n;
    }
    return v;
}

matrix normalize(matrix x, matrix m, matrix v, int groups)
{
    matrix y = make_matrix(x.rows, x.cols);
    int n = x.cols / groups;
    CUBE(X, x);
    CUBE(Y, y);
    EACH(i, x.rows) EACH(g, groups) EACH(k, n)
        Y[i][g][k] = (X[i][g][k] - m.data[g]) / sqrtf(v.data[g] + 1e-5f);
    return y;
}

matrix delta_mean(matrix d, matrix v, int groups)
{
    matrix dm = make_matrix(1, groups);
    int n = d.cols / groups;
    CUBE(D, d);
    EACH(g, groups) {
        struct running r = {0, 0};
        float s = -1 / sqrtf(v.data[g] + 1e-5f);
        EACH(i, d.rows) EACH(k, n) add(&r, D[i][g][k] * s);
        dm.data[g] = r.sum;
    }
    return dm;
}

matrix delta_variance(matrix d, matrix x, matrix m, matrix v, int groups)
{
    matrix dv = make_matrix(1, groups);
    int n = d.cols / groups;
    CUBE(D, d);
    CUBE(X, x);
    EACH(g, groups) {
        struct running r = {0, 0};
        float s = -0.5f * powf(v.data[g] + 1e-5f, -1.5f);
        EACH(i, d.rows) EACH(k, n) add(&r, D[i][g][k] * (X[i][g][k] - m.data[g]) * s);
        dv.data[g] = r.sum;
    }
    return dv;
}

matrix delta_batch_norm(matrix d, matrix dm, matrix dv, matrix m, matrix v, matrix x, int groups)
{
    matrix dx = make_matrix(d.rows, d.cols);
    int n = d.cols / groups;
    float count = (float)n * d.rows;
    CUBE(D, d);
    CUBE(X, x);
    CUBE(OUT, dx);
    EACH(i, d.rows) EACH(g, groups) EACH(k, n)
        OUT[i][g][k] = D[i][g][k] / sqrtf(v.data[g] + 1e-5f)
                     + dv.data[g] * (2 * (X[i][g][k] - m.data[g]) / count)
                     + dm.data[g] / count;
    return dx;
}

static void towards(matrix rolling, matrix now)
{
    EACH(g, rolling.cols) rolling.data[g] = rolling.data[g] * 0.9f + now.data[g] * 0.1f;
}

matrix batch_normalize_forward(layer l, matrix x)
{
    free_matrix(*l.x);
    *l.x = copy_matrix(x);
    if (x.rows == 1) return normalize(x, l.rolling_mean, l.rolling_variance, l.groups);

    matrix m = mean(x, l.groups);
    matrix v = variance(x, m, l.groups);
    matrix y = normalize(x, m, v, l.groups);
    towards(l.rolling_mean, m);
    towards(l.rolling_variance, v);
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
    layer l;
    l.groups = groups;
    l.rolling_mean = make_matrix(1, groups);
    l.rolling_variance = make_matrix(1, groups);
    EACH(g, groups) l.rolling_variance.data[g] = 1;
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
