#include "uwnet.h"
#include <math.h>

// spatial = width * height of the feature map, so channel = column / spatial

matrix mean(matrix x, int spatial)
{
    matrix m = make_matrix(1, x.cols/spatial);
    for(int c = 0; c < m.cols; ++c){
        double total = 0;
        for(int i = 0; i < x.rows; ++i)
            for(int s = 0; s < spatial; ++s) total += x.data[i*x.cols + c*spatial + s];
        m.data[c] = total / x.rows / spatial;
    }
    return m;
}

matrix variance(matrix x, matrix m, int spatial)
{
    matrix v = make_matrix(1, x.cols/spatial);
    for(int c = 0; c < v.cols; ++c){
        double total = 0;
        for(int i = 0; i < x.rows; ++i)
            for(int s = 0; s < spatial; ++s) total += pow(x.data[i*x.cols + c*spatial + s] - m.data[c], 2);
        v.data[c] = total / x.rows / spatial;
    }
    return v;
}

matrix normalize(matrix x, matrix m, matrix v, int spatial)
{
    matrix norm = copy_matrix(x);
    for(int i = 0; i < x.rows*x.cols; ++i){
        int c = i % x.cols / spatial;
        norm.data[i] = (norm.data[i] - m.data[c]) / sqrtf(v.data[c] + .00001f);
    }
    return norm;
}

matrix delta_mean(matrix d, matrix v, int spatial)
{
    matrix dm = make_matrix(1, d.cols/spatial);
    for(int c = 0; c < dm.cols; ++c){
        double total = 0;
        for(int i = 0; i < d.rows; ++i)
            for(int s = 0; s < spatial; ++s) total += d.data[i*d.cols + c*spatial + s];
        dm.data[c] = -total / sqrtf(v.data[c] + .00001f);
    }
    return dm;
}

matrix delta_variance(matrix d, matrix x, matrix m, matrix v, int spatial)
{
    matrix dv = make_matrix(1, d.cols/spatial);
    for(int c = 0; c < dv.cols; ++c){
        double total = 0;
        for(int i = 0; i < d.rows; ++i)
            for(int s = 0; s < spatial; ++s){
                int k = i*d.cols + c*spatial + s;
                total += d.data[k] * (x.data[k] - m.data[c]);
            }
        dv.data[c] = -total / 2 / pow(v.data[c] + .00001f, 1.5);
    }
    return dv;
}

matrix delta_batch_norm(matrix d, matrix dm, matrix dv, matrix m, matrix v, matrix x, int spatial)
{
    matrix dx = make_matrix(d.rows, d.cols);
    float n = d.rows*spatial;
    for(int i = 0; i < d.rows*d.cols; ++i){
        int c = i % d.cols / spatial;
        dx.data[i] = d.data[i] / sqrtf(v.data[c] + .00001f)
                   + dv.data[c]*2*(x.data[i] - m.data[c])/n + dm.data[c]/n;
    }
    return dx;
}
