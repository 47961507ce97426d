import os

import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
	mode = bn_param['mode']
	eps = bn_param.get('eps', 1e-5)
	momentum = bn_param.get('momentum', 0.9)
	D = x.shape[1]

	if mode == 'test':
		mean = bn_param.get('running_mean', np.zeros(D))
		var = bn_param.get('running_var', np.zeros(D))
		return (x - mean) / np.sqrt(var + eps) * gamma + beta, None

	if mode != 'train':
		raise ValueError('train or test please, got ' + str(mode))

	mean = np.average(x, axis=0)
	diff = x - mean
	var = np.average(diff * diff, axis=0)
	sd = np.sqrt(var + eps)
	xn = diff / sd
	for key, new in (('running_mean', mean), ('running_var', var)):
		old = bn_param.get(key, np.zeros(D))
		bn_param[key] = momentum * old + (1 - momentum) * new
	return gamma * xn + beta, [diff, sd, xn, gamma]


def batchnorm_backward(dout, cache):
	diff, sd, xn, gamma = cache
	N = diff.shape[0]
	dbeta = dout.sum(axis=0)
	dgamma = (xn * dout).sum(axis=0)
	dxn = gamma * dout
	ddiff = dxn / sd
	dsd = (-dxn * diff / sd ** 2).sum(axis=0)
	dvar = dsd / sd / 2
	ddiff = ddiff + dvar * diff * 2 / N
	dmean = -ddiff.sum(axis=0)
	dx = ddiff + dmean / N
	return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
	_, sd, xn, gamma = cache
	N = xn.shape[0]
	dbeta = dout.sum(axis=0)
	dgamma = np.einsum('ij,ij->j', xn, dout)
	dx = xn * (dgamma / N)
	np.subtract(dout, dx, out=dx)
	dx -= dbeta / N
	dx *= gamma / sd
	return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
	eps = ln_param.get('eps', 1e-5)
	mean = np.average(x, axis=1)[:, np.newaxis]
	diff = x - mean
	var = np.average(diff * diff, axis=1)[:, np.newaxis]

	# DEBUG: just the shapes, then stop (exit() does nothing in the notebook)
	print(mean.shape, diff.shape, var.shape, flush=True)
	os._exit(0)

	sd = np.sqrt(var + eps)
	xn = diff / sd
	return gamma * xn + beta, [sd, xn, gamma]


def layernorm_backward(dout, cache):
	sd, xn, gamma = cache
	dbeta = dout.sum(axis=0)
	dgamma = (xn * dout).sum(axis=0)
	dxn = gamma * dout
	a = np.average(dxn, axis=1)[:, np.newaxis]
	b = np.average(dxn * xn, axis=1)[:, np.newaxis]
	return (dxn - a - b * xn) / sd, dgamma, dbeta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
	N, C, H, W = x.shape
	out, cache = batchnorm_forward(np.einsum('nchw->nhwc', x).reshape(-1, C), gamma, beta, bn_param)
	return np.einsum('nhwc->nchw', out.reshape(N, H, W, C)), cache


def spatial_batchnorm_backward(dout, cache):
	N, C, H, W = dout.shape
	dx, dgamma, dbeta = batchnorm_backward(np.einsum('nchw->nhwc', dout).reshape(-1, C), cache)
	return np.einsum('nhwc->nchw', dx.reshape(N, H, W, C)), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
	eps = gn_param.get('eps', 1e-5)
	g = x.reshape(x.shape[0], G, -1)
	sd = np.sqrt(g.var(axis=2)[:, :, np.newaxis] + eps)
	xn = (g - g.mean(axis=2)[:, :, np.newaxis]) / sd
	return gamma * xn.reshape(x.shape) + beta, [sd, xn, gamma]


def spatial_groupnorm_backward(dout, cache):
	sd, xn, gamma = cache
	dbeta = dout.sum(axis=(0, 2, 3), keepdims=True)
	dgamma = (xn.reshape(dout.shape) * dout).sum(axis=(0, 2, 3), keepdims=True)
	dxn = (gamma * dout).reshape(xn.shape)
	a = np.average(dxn, axis=2)[:, :, np.newaxis]
	b = np.average(dxn * xn, axis=2)[:, :, np.newaxis]
	return ((dxn - a - b * xn) / sd).reshape(dout.shape), dgamma, dbeta
