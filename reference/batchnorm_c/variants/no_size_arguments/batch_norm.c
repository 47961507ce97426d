/* The edition in which backward functions are not told how many channels there are: as many as v has
 * columns. It comes with a header of its own for what every function needs.
 *
 * inverse_deviations() makes a matrix that delta_batch_norm never frees. */
#include "batch_norm.h"
#include "channel.h"

#include <stdlib.h>

matrix mean(matrix x, int groups)
{
    matrix result = make_matrix(1, groups);
    for (int c = 0; c < groups; c++) {
        double total = 0.0;
        FOR_CHANNEL(x, groups, c, at) total += x.data[at];
        result.data[c] = total / per_channel(x, groups);
    }
    return result;
}

matrix variance(matrix x, matrix m, int groups)
{
    matrix result = make_matrix(1, groups);
    for (int c = 0; c < groups; c++) {
        double total = 0.0, mu = m.data[c];
        FOR_CHANNEL(x, groups, c, at) total += (x.data[at] - mu) * (x.data[at] - mu);
        result.data[c] = total / per_channel(x, groups);
    }
    return result;
}

static matrix inverse_deviations(matrix v)
{
    matrix r = make_matrix(v.rows, v.cols);
    for (int c = 0; c < v.cols; c++) r.data[c] = 1 / sqrtf(v.data[c] + 0.00001f);
    return r;
}

matrix normalize(matrix x, matrix m, matrix v, int groups)
{
    matrix y = make_matrix(x.rows, x.cols), r = inverse_deviations(v);
    for (int c = 0; c < groups; c++)
        FOR_CHANNEL(x, groups, c, at) y.data[at] = (x.data[at] - m.data[c]) * r.data[c];
    free_matrix(r);
    return y;
}

matrix delta_mean(matrix d, matrix v)
{
    matrix dm = inverse_deviations(v);
    for (int c = 0; c < v.cols; c++) {
        double total = 0.0;
        FOR_CHANNEL(d, v.cols, c, at) total -= d.data[at];
        dm.data[c] *= total;
    }
    return dm;
}

matrix delta_variance(matrix d, matrix x, matrix m, matrix v)
{
    matrix dv = make_matrix(1, v.cols), r = inverse_deviations(v);
    for (int c = 0; c < v.cols; c++) {
        double total = 0.0, inverse = r.data[c];
        FOR_CHANNEL(d, v.cols, c, at) total += d.data[at] * ((double)x.data[at] - m.data[c]);
        dv.data[c] = -total * inverse * inverse * inverse / 2;
    }
    free_matrix(r);
    return dv;
}

matrix delta_batch_norm(matrix d, matrix dm, matrix dv, matrix m, matrix v, matrix x)
{
    matrix dx = make_matrix(x.rows, x.cols), r = inverse_deviations(v);
    double count = per_channel(x, v.cols);
    for (int c = 0; c < v.cols; c++)
        FOR_CHANNEL(x, v.cols, c, at)
            dx.data[at] = d.data[at] * r.data[c]
                + (2 * dv.data[c] * (x.data[at] - m.data[c]) + dm.data[c]) / count;
    return dx;
}

matrix batch_normalize_forward(layer l, matrix x)
{
    free_matrix(*l.x);
    *l.x = copy_matrix(x);
    if (x.rows == 1) return normalize(x, l.rolling_mean, l.rolling_variance, l.groups);

    matrix m = mean(x, l.groups), v = variance(x, m, l.groups);
    matrix y = normalize(x, m, v, l.groups);
    for (int c = 0; c < l.groups; c++) {
        l.rolling_mean.data[c] += 0.1f * (m.data[c] - l.rolling_mean.data[c]);
        l.rolling_variance.data[c] += 0.1f * (v.data[c] - l.rolling_variance.data[c]);
    }
    free_matrix(m);
    free_matrix(v);
    return y;
}

matrix batch_normalize_backward(layer l, matrix d)
{
    matrix x = *l.x;
    matrix m = mean(x, l.groups), v = variance(x, m, l.groups);
    matrix dm = delta_mean(d, v), dv = delta_variance(d, x, m, v);
    matrix dx = delta_batch_norm(d, dm, dv, m, v, x);
    free_matrix(m);
    free_matrix(v);
    free_matrix(dm);
    free_matrix(dv);
    return dx;
}

layer make_batchnorm_layer(int groups)
{
    layer l = {
        .groups = groups,
        .rolling_mean = make_matrix(1, groups),
        .rolling_variance = make_matrix(1, groups),
        .x = calloc(1, sizeof(matrix)),
    };
    for (int c = 0; c < groups; c++) l.rolling_variance.data[c] = 1;
    return l;
}

void free_layer(layer l)
{
    free_matrix(l.rolling_mean);
    free_matrix(l.rolling_variance);
    free_matrix(*l.x);
    free(l.x);
}
