#pragma once

#include <math.h>

#include "matrix.h"

/* Elements of a channel in the whole batch. */
static inline double per_channel(matrix x, int groups)
{
    return (double)x.rows * (x.cols / groups);
}

/* Visit every element of channel c, in all rows; `at` is its place in data. */
#define FOR_CHANNEL(x, groups, c, at)                                                   \
    for (int row_ = 0, width_ = (x).cols / (groups); row_ < (x).rows; row_++)           \
        for (int at = row_ * (x).cols + (c) * width_, end_ = at + width_; at < end_; at++)
