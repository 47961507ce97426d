from builtins import range
import numpy as np


def affine_forward( x, w, b ):
    """flattens every example, then x * w + b"""
    flat = x.reshape( x.shape[0], np.prod( x.shape[1:] ) )
    return flat.dot( w ) + b, ( x, w, b )


def affine_backward( dout, cache ):
    x, w, b = cache
    flat = x.reshape( x.shape[0], -1 )
    return dout.dot( w.T ).reshape( *x.shape ), flat.T.dot( dout ), dout.sum( axis = 0 )


def relu_forward( x ):
    mask = x > 0
    return np.where( mask, x, 0 ), mask


def relu_backward( dout, cache ):
    return np.where( cache, dout, 0 )


def batchnorm_forward( x, gamma, beta, bn_param ):
    mode     = bn_param['mode']
    eps      = bn_param.get( 'eps', 1e-5 )
    momentum = bn_param.get( 'momentum', 0.9 )

    N, D = x.shape
    running_mean = bn_param.get( 'running_mean', np.zeros( D, dtype = x.dtype ) )
    running_var  = bn_param.get( 'running_var',  np.zeros( D, dtype = x.dtype ) )

    if mode == 'train':
        # 1. mean of every column
        mean = x.mean( axis = 0 )
        # 2. take it away
        diff = x - mean
        # 3. variance out of the squares
        var = ( diff ** 2 ).mean( axis = 0 )
        # 4. root, and one over it
        root = np.sqrt( var + eps )
        over = 1 / root
        # 5. normalize, scale, shift
        norm = diff * over
        out = gamma * norm + beta
        cache = { 'diff': diff, 'root': root, 'over': over, 'norm': norm, 'gamma': gamma }

        bn_param['running_mean'] = momentum * running_mean + ( 1 - momentum ) * mean
        bn_param['running_var']  = momentum * running_var + ( 1 - momentum ) * var
    elif mode == 'test':
        norm = ( x - running_mean ) / np.sqrt( running_var + eps )
        out = gamma * norm + beta
        cache = None
    else:
        raise ValueError( 'there is no mode %r' % mode )

    return out, cache


def batchnorm_backward( dout, cache ):
    diff, root, over = cache['diff'], cache['root'], cache['over']
    norm, gamma = cache['norm'], cache['gamma']
    N = float( len( dout ) )

    # 5
    dbeta  = np.sum( dout, axis = 0 )
    dgamma = np.sum( norm * dout, axis = 0 )
    dnorm  = gamma * dout
    ddiff1 = over * dnorm
    dover  = np.sum( diff * dnorm, axis = 0 )
    # 4
    droot  = -dover * over ** 2
    dvar   = droot / ( 2 * root )
    # 3
    ddiff2 = 2 / N * diff * dvar
    # 2
    ddiff  = ddiff1 + ddiff2
    dmean  = -np.sum( ddiff, axis = 0 )
    # 1
    dx = ddiff + dmean / N
    return dx, dgamma, dbeta


def batchnorm_backward_alt( dout, cache ):
    norm, over, gamma = cache['norm'], cache['over'], cache['gamma']
    n = dout.shape[0]
    dbeta = dout.sum( axis = 0 )
    dgamma = ( dout * norm ).sum( axis = 0 )
    dx = ( gamma * over / n ) * ( n * dout - dbeta - norm * dgamma )
    return dx, dgamma, dbeta


def softmax_loss( x, y ):
    z = x - x.max( axis = 1, keepdims = True )
    logs = z - np.log( np.exp( z ).sum( axis = 1, keepdims = True ) )
    who = np.arange( len( y ) )
    loss = -logs[who, y].mean()
    dx = np.exp( logs )
    dx[who, y] -= 1
    return loss, dx / len( y )
