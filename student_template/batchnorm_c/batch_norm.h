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

matrix batch_normalize_forward(layer l, matrix x);
matrix batch_normalize_backward(layer l, matrix d);
layer make_batchnorm_layer(int groups);
void free_layer(layer l);

#endif
