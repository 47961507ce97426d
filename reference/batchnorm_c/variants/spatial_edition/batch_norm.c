/* The edition in which the integer says how many elements a channel has in one example, `spatial`, and
 * not how many channels there are. The framework's one big header is included, as it was then. */
#include "uwnet.h"
#include <math.h>
#include <stdlib.h>
#include <assert.h>

#define EPS 0.00001f

/* channels of a matrix whose channels have `spatial` columns each */
static int channels(matrix x, int spatial)
{
    assert(x.cols % spatial == 0);
    return x.cols / spatial;
}

matrix mean(matrix x, int spatial)
{
    matrix m = make_matrix(1, channels(x, spatial));
    double *sums = calloc(m.cols, sizeof(double));
    int i, j;
    for(i = 0; i < x.rows; ++i){
        for(j = 0; j < x.cols; ++j){
            sums[j/spatial] += x.data[i*x.cols + j];
        }
    }
    for(i = 0; i < m.cols; ++i){
        m.data[i] = sums[i] / x.rows / spatial;
    }
    free(sums);
    return m;
}

matrix variance(matrix x, matrix m, int spatial)
{
    matrix v = make_matrix(1, channels(x, spatial));
    double *sums = calloc(v.cols, sizeof(double));
    int i, j;
    for(i = 0; i < x.rows; ++i){
        for(j = 0; j < x.cols; ++j){
            double diff = x.data[i*x.cols + j] - m.data[j/spatial];
            sums[j/spatial] += diff*diff;
        }
    }
    for(i = 0; i < v.cols; ++i){
        v.data[i] = sums[i] / x.rows / spatial;
    }
    free(sums);
    return v;
}

matrix normalize(matrix x, matrix m, matrix v, int spatial)
{
    matrix norm = make_matrix(x.rows, x.cols);
    int i, j;
    for(i = 0; i < x.rows; ++i){
        for(j = 0; j < x.cols; ++j){
            int c = j/spatial;
            norm.data[i*x.cols + j] = (x.data[i*x.cols + j] - m.data[c]) / sqrt(v.data[c] + EPS);
        }
    }
    return norm;
}

matrix delta_mean(matrix d, matrix v, int spatial)
{
    matrix dm = make_matrix(1, channels(d, spatial));
    int c, i, k;
    for(c = 0; c < dm.cols; ++c){
        double sum = 0;
        for(i = 0; i < d.rows; ++i){
            for(k = 0; k < spatial; ++k){
                sum += d.data[i*d.cols + c*spatial + k];
            }
        }
        dm.data[c] = sum * (-1.0 / sqrt(v.data[c] + EPS));
    }
    return dm;
}

matrix delta_variance(matrix d, matrix x, matrix m, matrix v, int spatial)
{
    matrix dv = make_matrix(1, channels(d, spatial));
    int c, i, k;
    for(c = 0; c < dv.cols; ++c){
        double sum = 0;
        double factor = -.5 * pow(v.data[c] + EPS, -1.5);
        for(i = 0; i < d.rows; ++i){
            for(k = 0; k < spatial; ++k){
                int index = i*d.cols + c*spatial + k;
                sum += d.data[index] * (x.data[index] - m.data[c]) * factor;
            }
        }
        dv.data[c] = sum;
    }
    return dv;
}

matrix delta_batch_norm(matrix d, matrix dm, matrix dv, matrix m, matrix v, matrix x, int spatial)
{
    matrix dx = make_matrix(d.rows, d.cols);
    float n = (float) x.rows * spatial;
    int i, j;
    for(i = 0; i < d.rows; ++i){
        for(j = 0; j < d.cols; ++j){
            int c = j/spatial;
            int index = i*d.cols + j;
            float direct = d.data[index] / sqrtf(v.data[c] + EPS);
            float through_v = dv.data[c] * 2 * (x.data[index] - m.data[c]) / n;
            float through_m = dm.data[c] / n;
            dx.data[index] = direct + through_v + through_m;
        }
    }
    return dx;
}

/* moves a rolling average a tenth of the way */
static void follow(matrix average, matrix now)
{
    int i;
    for(i = 0; i < average.cols; ++i){
        average.data[i] = .9f*average.data[i] + .1f*now.data[i];
    }
}

matrix batch_normalize_forward(layer l, matrix x)
{
    int spatial = x.cols / l.groups;
    free_matrix(*l.x);
    *l.x = copy_matrix(x);
    if(x.rows == 1){
        return normalize(x, l.rolling_mean, l.rolling_variance, spatial);
    }
    matrix m = mean(x, spatial);
    matrix v = variance(x, m, spatial);
    matrix y = normalize(x, m, v, spatial);
    follow(l.rolling_mean, m);
    follow(l.rolling_variance, v);
    free_matrix(m);
    free_matrix(v);
    return y;
}

matrix batch_normalize_backward(layer l, matrix d)
{
    int spatial = d.cols / l.groups;
    matrix x = *l.x;
    matrix m = mean(x, spatial);
    matrix v = variance(x, m, spatial);
    matrix dm = delta_mean(d, v, spatial);
    matrix dv = delta_variance(d, x, m, v, spatial);
    matrix dx = delta_batch_norm(d, dm, dv, m, v, x, spatial);
    free_matrix(m);
    free_matrix(v);
    free_matrix(dm);
    free_matrix(dv);
    return dx;
}

layer make_batchnorm_layer(int groups)
{
    layer l = {0};
    int i;
    l.groups = groups;
    l.x = calloc(1, sizeof(matrix));
    l.rolling_mean = make_matrix(1, groups);
    l.rolling_variance = make_matrix(1, groups);
    for(i = 0; i < groups; ++i) l.rolling_variance.data[i] = 1;
    return l;
}

void free_layer(layer l)
{
    free_matrix(l.rolling_mean);
    free_matrix(l.rolling_variance);
    free_matrix(*l.x);
    free(l.x);
}
