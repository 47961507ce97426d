#include "batch_norm.h"
#include <assert.h>
#include <math.h>
#include <stdlib.h>

matrix mean(matrix x, int groups)
{
    int g, i, j;
    int n = x.cols / groups;
    matrix m = make_matrix(1, groups);
    assert(groups * n == x.cols);
    for (g = 0; g < groups; ++g) {
        double sum = 0;
        for (i = 0; i < x.rows; ++i) {
            for (j = g * n; j < (g + 1) * n; ++j) {
                sum += x.data[i * x.cols + j];
            }
        }
        m.data[g] = sum / ((double)x.rows * n);
    }
    return m;
}

matrix variance(matrix x, matrix m, int groups)
{
    int g, i, j;
    int n = x.cols / groups;
    matrix v = make_matrix(1, groups);
    for (g = 0; g < groups; ++g) {
        double sum = 0;
        for (i = 0; i < x.rows; ++i) {
            for (j = g * n; j < (g + 1) * n; ++j) {
                double diff = x.data[i * x.cols + j] - m.data[g];
                sum += diff * diff;
            }
        }
        v.data[g] = sqrt(sum / ((double)x.rows * n));
    }
    return v;
}

matrix normalize(matrix x, matrix m, matrix v, int groups)
{
    float eps = 0.00001f;
    int i, j;
    int n = x.cols / groups;
    matrix norm = make_matrix(x.rows, x.cols);
    for (i = 0; i < x.rows; ++i) {
        for (j = 0; j < x.cols; ++j) {
            float diff = x.data[i * x.cols + j] - m.data[j / n];
            norm.data[i * x.cols + j] = diff / sqrtf(v.data[j / n] + eps);
        }
    }
    return norm;
}

matrix delta_mean(matrix d, matrix v, int groups)
{
    float eps = 0.00001f;
    int g, i, j;
    int n = d.cols / groups;
    matrix dm = make_matrix(1, groups);
    for (g = 0; g < groups; ++g) {
        double sum = 0;
        for (i = 0; i < d.rows; ++i) {
            for (j = g * n; j < (g + 1) * n; ++j) {
                sum += d.data[i * d.cols + j];
            }
        }
        dm.data[g] = -sum / sqrt(v.data[g] + eps);
    }
    return dm;
}

matrix delta_variance(matrix d, matrix x, matrix m, matrix v, int groups)
{
    float eps = 0.00001f;
    int g, i, j;
    int n = d.cols / groups;
    matrix dv = make_matrix(1, groups);
    for (g = 0; g < groups; ++g) {
        double sum = 0;
        for (i = 0; i < d.rows; ++i) {
            for (j = g * n; j < (g + 1) * n; ++j) {
                int index = i * d.cols + j;
                sum += (double)d.data[index] * (x.data[index] - m.data[g]);
            }
        }
        dv.data[g] = sum * -0.5 * pow(v.data[g] + eps, -1.5);
    }
    return dv;
}

matrix delta_batch_norm(matrix d, matrix dm, matrix dv, matrix m, matrix v, matrix x, int groups)
{
    float eps = 0.00001f;
    int i, j;
    int n = d.cols / groups;
    float total = (float)d.rows * n;
    matrix dx = make_matrix(d.rows, d.cols);
    for (i = 0; i < d.rows; ++i) {
        for (j = 0; j < d.cols; ++j) {
            int g = j / n;
            int index = i * d.cols + j;
            dx.data[index] = d.data[index] / sqrtf(v.data[g] + eps);
            dx.data[index] += dv.data[g] * 2 * (x.data[index] - m.data[g]) / total;
            dx.data[index] += dm.data[g] / total;
        }
    }
    return dx;
}
