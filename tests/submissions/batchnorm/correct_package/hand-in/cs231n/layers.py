from builtins import range
from past.builtins import xrange
from matplotlib.pyplot import axis

import numpy as np

from .norm_tools import moments, normalized_backward
from cs231n.norm_tools import chunks, count

# first call prints a line so I see in the notebook that autoreload worked
_first = True


def affine_forward(x, w, b):
  out = x.reshape(x.shape[0], -1).dot(w) + b
  cache = (x, w, b)
  return out, cache


def affine_backward(grad_out, cache):
  x, w, b = cache
  dx = grad_out.dot(w.T).reshape(x.shape)
  dw = x.reshape(x.shape[0], -1).T.dot(grad_out)
  db = np.sum(grad_out, axis=0)
  return dx, dw, db


def relu_forward(x):
  return x * (x > 0), x


def relu_backward(grad_out, cache):
  return grad_out * (cache > 0)


def batchnorm_forward(x, gamma, beta, bn_param, verbose=False):
  """
  x: (N, D), gamma and beta: (D,)
  bn_param: mode, eps, momentum, running_mean, running_var
  I also leave 'num_batches' and 'last_mean' in there, for my plots.
  """
  global _first
  if _first:
    print('batchnorm_forward', x.shape)
    _first = False

  mode = bn_param['mode']
  eps = bn_param.setdefault('eps', 1e-5)
  momentum = bn_param.setdefault('momentum', 0.9)
  N, D = x.shape

  # kept as row vectors (1, D) so they line up with moments()
  r_mean = bn_param.get('running_mean', np.zeros((1, D), dtype=x.dtype))
  r_var = bn_param.get('running_var', np.zeros((1, D), dtype=x.dtype))

  if mode == 'train':
    mean, var = moments(x, (0,))
    istd = 1. / np.sqrt(var + eps)
    xhat = (x - mean) * istd
    out = gamma * xhat + beta
    cache = {'xhat': xhat, 'istd': istd, 'gamma': gamma}

    bn_param['running_mean'] = momentum * r_mean + (1 - momentum) * mean
    bn_param['running_var'] = momentum * r_var + (1 - momentum) * var
    bn_param['num_batches'] = bn_param.get('num_batches', 0) + 1
    bn_param['last_mean'] = mean
  elif mode == 'test':
    if verbose:
      print('test mode, running mean is', r_mean)
    out = gamma * (x - r_mean) / np.sqrt(r_var + eps) + beta
    cache = None  # nobody backprops at test time
  else:
    raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

  return out, cache


def batchnorm_backward(grad_out, cache):
  print('batchnorm_backward: grad_out', grad_out.shape)
  xhat, istd, gamma = cache['xhat'], cache['istd'], cache['gamma']
  N = count(grad_out.shape, (0,))

  grad_beta = np.sum(grad_out, axis=0)
  grad_gamma = np.sum(xhat * grad_out, axis=0)

  # out -> xhat
  grad_xhat = grad_out * gamma
  # xhat -> var (xmu is recovered from xhat)
  xmu = xhat / istd
  grad_var = np.sum(grad_xhat * xmu * -0.5 * istd ** 3, axis=0)
  # xhat -> mean; the second term is zero up to rounding but it is in the paper
  grad_mean = np.sum(-grad_xhat * istd, axis=0) + grad_var * np.mean(-2. * xmu, axis=0)
  # everything -> x
  grad_x = grad_xhat * istd + grad_var * 2. * xmu / N + grad_mean / N
  return grad_x, grad_gamma, grad_beta


def batchnorm_backward_alt(grad_out, cache):
  xhat = cache['xhat']
  N = grad_out.shape[0]
  scale = cache['gamma'] * cache['istd'][0]
  grad_beta = np.sum(grad_out, axis=0)
  grad_gamma = np.sum(grad_out * xhat, axis=0)
  grad_x = scale * (grad_out - grad_beta / N - xhat * (grad_gamma / N))
  return grad_x, grad_gamma, grad_beta


def layernorm_forward(x, gamma, beta, ln_param):
  eps = ln_param.setdefault('eps', 1e-5)
  mean, var = moments(x, (1,))
  istd = 1. / np.sqrt(var + eps)
  xhat = (x - mean) * istd
  out = gamma * xhat + beta
  ln_param['last_mean'] = mean
  return out, [xhat, istd, gamma]


def layernorm_backward(grad_out, cache):
  xhat, istd, gamma = cache
  grad_beta = np.sum(grad_out, axis=0)
  grad_gamma = np.sum(grad_out * xhat, axis=0)
  grad_x = normalized_backward(grad_out * gamma, xhat, istd, (1,))
  return grad_x, grad_gamma, grad_beta


def spatial_batchnorm_forward(x, gamma, beta, bn_param):
  N, C, H, W = x.shape
  # channels to the front, one long row per channel, then flip it
  flat = np.swapaxes(x, 0, 1).reshape(C, -1).T
  out, cache = batchnorm_forward(flat, gamma, beta, bn_param)
  out = np.swapaxes(out.T.reshape(C, N, H, W), 0, 1)
  return out, cache


def spatial_batchnorm_backward(grad_out, cache):
  N, C, H, W = grad_out.shape
  flat = np.swapaxes(grad_out, 0, 1).reshape(C, -1).T
  dx, dgamma, dbeta = batchnorm_backward(flat, cache)
  return np.swapaxes(dx.T.reshape(C, N, H, W), 0, 1), dgamma, dbeta


def spatial_groupnorm_forward(x, gamma, beta, G, gn_param):
  eps = gn_param.get('eps', 1e-5)
  print('groupnorm: %d groups' % G)
  xhat = np.zeros_like(x)
  istds = []
  for part in chunks(x.shape[1], G):
    mean, var = moments(x[:, part], (1, 2, 3))
    istd = 1. / np.sqrt(var + eps)
    xhat[:, part] = (x[:, part] - mean) * istd
    istds.append(istd)
  out = gamma * xhat + beta
  return out, (xhat, istds, gamma)


def spatial_groupnorm_backward(grad_out, cache):
  xhat, istds, gamma = cache
  grad_beta = np.sum(grad_out, axis=(0, 2, 3), keepdims=True)
  grad_gamma = np.sum(grad_out * xhat, axis=(0, 2, 3), keepdims=True)
  grad_x = np.zeros_like(grad_out)
  parts = chunks(xhat.shape[1], len(istds))
  for i in xrange(len(istds)):
    p = parts[i]
    grad_x[:, p] = normalized_backward((grad_out * gamma)[:, p], xhat[:, p], istds[i], (1, 2, 3))
  return grad_x, grad_gamma, grad_beta
