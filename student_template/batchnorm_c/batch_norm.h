#ifndef BATCH_NORM_H
#define BATCH_NORM_H

#include "matrix.h"

/* A layer that normalises each channel of what it is given. It shifts and scales nothing. */
typedef struct layer {
    int groups;              /* channels */
    matrix rolling_mean;     /* 1 x groups, starts at 0 */
    matrix rolling_variance; /* 1 x groups, starts at 1 */
    matrix *x;               /* the input of the last forward pass, for the backward pass */
} layer;

matrix mean(matrix x, int groups);
matrix variance(matrix x, matrix m, int groups);
matrix normalize(matrix x, matrix m, matrix v, int groups);
matrix delta_mean(matrix d, matrix v, int groups);
matrix delta_variance(matrix d, matrix x, matrix m, matrix v, int groups);
matrix delta_batch_norm(matrix d, matrix dm, matrix dv, matrix m, matrix v, matrix x, int groups);

matrix batch_normalize_forward(layer l, matrix x);
matrix batch_normalize_backward(layer l, matrix d);
layer make_batchnorm_layer(int groups);
void free_layer(layer l);

#endif
