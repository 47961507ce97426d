#include "matrix.h"
#include "batch_norm.h"

#include <math.h>

// Everything is done on channel_view(): row r of it belongs to channel r % groups.

matrix mean(matrix x, int groups)
{
	matrix view = channel_view(x, groups), m = make_matrix(1, groups);
	for (int g = 0; g < groups; g++)
		m.data[g] = channel_sum(view, groups, g) * groups / ((double)x.rows * x.cols);
	return m;
}

matrix variance(matrix x, matrix m, int groups)
{
	matrix squares = copy_matrix(x), view = channel_view(squares, groups), v;
	for (int r = 0; r < view.rows; r++)
		for (int k = 0; k < view.cols; k++) {
			float *e = &view.data[r * view.cols + k];
			*e -= m.data[r % groups];
			*e *= *e;
		}
	v = mean(squares, groups);
	free_matrix(squares);
	return v;
}

matrix normalize(matrix x, matrix m, matrix v, int groups)
{
	matrix y = copy_matrix(x), view = channel_view(y, groups);
	for (int r = 0; r < view.rows; r++)
		for (int k = 0; k < view.cols; k++) {
			float *e = &view.data[r * view.cols + k];
			*e = (*e - m.data[r % groups]) / sqrtf(v.data[r % groups] + 1e-5f);
		}
	return y;
}

matrix delta_mean(matrix d, matrix v, int groups)
{
	matrix view = channel_view(d, groups), dm = make_matrix(1, groups);
	for (int g = 0; g < groups; g++)
		dm.data[g] = channel_sum(view, groups, g) / -sqrt(v.data[g] + 1e-5);
	return dm;
}

matrix delta_variance(matrix d, matrix x, matrix m, matrix v, int groups)
{
	matrix up = channel_view(d, groups), in = channel_view(x, groups);
	matrix dv = make_matrix(1, groups);
	for (int g = 0; g < groups; g++) {
		double s = 0;
		for (int r = g; r < up.rows; r += groups)
			for (int k = 0; k < up.cols; k++)
				s += up.data[r * up.cols + k] * (in.data[r * up.cols + k] - m.data[g]);
		dv.data[g] = s * -0.5 * pow(v.data[g] + 1e-5, -1.5);
	}
	return dv;
}

matrix delta_batch_norm(matrix d, matrix dm, matrix dv, matrix m, matrix v, matrix x, int groups)
{
	float count = (float)x.rows * x.cols / groups;
	matrix dx = normalize(x, m, v, groups), view = channel_view(dx, groups);
	for (int r = 0; r < view.rows; r++) {
		int g = r % groups;
		float sd = sqrtf(v.data[g] + 1e-5f);
		for (int k = 0; k < view.cols; k++) {
			float *e = &view.data[r * view.cols + k]; // x hat, still
			*e = d.data[r * view.cols + k] / sd + (2 * dv.data[g] * sd * *e + dm.data[g]) / count;
		}
	}
	return dx;
}
