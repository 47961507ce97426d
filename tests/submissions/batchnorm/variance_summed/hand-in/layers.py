import numpy as np


def batchnorm_forward(x, gamma, beta, bn_param):
  mode = bn_param['mode']
  eps = bn_param.get('eps', 1e-5)
  momentum = bn_param.get('momentum', 0.9)
  N, D = x.shape
  running_mean = bn_param.get('running_mean', np.zeros(D, dtype=x.dtype))
  running_var = bn_param.get('running_var', np.zeros(D, dtype=x.dtype))

  if mode == 'train':
    mu = 1. / N * np.sum(x, axis=0)
    xmu = x - mu
    sq = xmu ** 2
    var = np.sum(sq, axis=0)
    sqrtvar = np.sqrt(var + eps)
    ivar = 1. / sqrtvar
    xhat = xmu * ivar
    out = gamma * xhat + beta
    running_mean = momentum * running_mean + (1. - momentum) * mu
    running_var = momentum * running_var + (1. - momentum) * var
    cache = (xhat, gamma, xmu, ivar, sqrtvar)
  elif mode == 'test':
    out = gamma * (x - running_mean) / np.sqrt(running_var + eps) + beta
    cache = None
  else:
    raise ValueError('Invalid forward batchnorm mode "%s"' % mode)

  bn_param['running_mean'] = running_mean
  bn_param['running_var'] = running_var
  return out, cache


def batchnorm_backward(dout, cache):
  xhat, gamma, xmu, ivar, sqrtvar = cache
  N, D = dout.shape

  dbeta = np.sum(dout, axis=0)
  dgamma = np.sum(dout * xhat, axis=0)
  dxhat = dout * gamma

  divar = np.sum(dxhat * xmu, axis=0)
  dsqrtvar = -1. / sqrtvar ** 2 * divar
  dvar = 0.5 / sqrtvar * dsqrtvar
  # every entry of sq goes into the sum with weight one
  dsq = np.ones((N, D)) * dvar
  dxmu = dxhat * ivar + 2 * xmu * dsq
  dmu = -1 * np.sum(dxmu, axis=0)
  dx = dxmu + 1. / N * np.ones((N, D)) * dmu
  return dx, dgamma, dbeta


def batchnorm_backward_alt(dout, cache):
  xhat, gamma, xmu, ivar, sqrtvar = cache
  N, D = dout.shape
  dbeta = np.sum(dout, axis=0)
  dgamma = np.sum(dout * xhat, axis=0)
  # no 1 / N in front of the last term, otherwise it does not agree with the function above
  dx = gamma * ivar * (dout - dbeta / N - xhat * dgamma)
  return dx, dgamma, dbeta


def layernorm_forward(x, gamma, beta, ln_param):
  eps = ln_param.get('eps', 1e-5)
  mu = x.mean(axis=1, keepdims=True)
  var = x.var(axis=1, keepdims=True)
  ivar = 1. / np.sqrt(var + eps)
  xhat = (x - mu) * ivar
  return gamma * xhat + beta, (xhat, gamma, ivar)


def layernorm_backward(dout, cache):
  xhat, gamma, ivar = cache
  N, D = dout.shape
  dbeta = np.sum(dout, axis=0)
  dgamma = np.sum(dout * xhat, axis=0)
  dxhat = dout * gamma
  dx = ivar / D * (D * dxhat - np.sum(dxhat, axis=1, keepdims=True)
                   - xhat * np.sum(dxhat * xhat, axis=1, keepdims=True))
  return dx, dgamma, dbeta
