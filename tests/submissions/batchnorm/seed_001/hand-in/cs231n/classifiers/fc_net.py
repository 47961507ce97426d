from builtins import object, range, zip
import numpy as np

from cs231n import layers


class FullyConnectedNet( object ):
    """affine - [batch norm] - relu, as often as there are hidden layers, then affine - softmax"""

    def __init__( self, hidden_dims, input_dim = 3 * 32 * 32, num_classes = 10,
                  dropout = 0, use_batchnorm = False, reg = 0.0,
                  weight_scale = 1e-2, dtype = np.float32, seed = None ):
        self.use_batchnorm = use_batchnorm
        self.reg, self.dtype = reg, dtype
        self.num_layers = 1 + len( hidden_dims )

        dims = np.hstack(( input_dim, hidden_dims, num_classes )).astype( int )
        self.params = {}
        for l, ( rows, cols ) in enumerate( zip( dims[:-1], dims[1:] ), 1 ):
            w = np.random.normal( scale = weight_scale, size = ( rows, cols ) )
            self.params['W%d' % l] = w.astype( dtype )
            self.params['b%d' % l] = np.zeros( cols, dtype = dtype )
            if use_batchnorm and l < self.num_layers:
                self.params['gamma%d' % l] = np.ones( cols, dtype = dtype )
                self.params['beta%d' % l] = np.zeros( cols, dtype = dtype )
        self.bn_params = []
        if use_batchnorm:
            for _ in hidden_dims:
                self.bn_params.append( { 'mode': 'train' } )

    def loss( self, X, y = None ):
        mode = 'test' if y is None else 'train'
        for bn_param in self.bn_params:
            bn_param['mode'] = mode

        # every entry of the stack: names of the gradients, how to get them
        stack = []
        a = X.astype( self.dtype )
        for l in range( 1, self.num_layers + 1 ):
            w, b = 'W%d' % l, 'b%d' % l
            a, cache = layers.affine_forward( a, self.params[w], self.params[b] )
            stack.append(( ( w, b ), layers.affine_backward, cache ))
            if l == self.num_layers:
                break
            if self.use_batchnorm:
                g, s = 'gamma%d' % l, 'beta%d' % l
                a, cache = layers.batchnorm_forward( a, self.params[g], self.params[s], self.bn_params[l - 1] )
                stack.append(( ( g, s ), layers.batchnorm_backward, cache ))
            a, cache = layers.relu_forward( a )
            stack.append(( (), layers.relu_backward, cache ))
        if mode == 'test':
            return a

        loss, da = layers.softmax_loss( a, y )
        grads = {}
        while stack:
            names, backward, cache = stack.pop()
            if names:
                da, grads[names[0]], grads[names[1]] = backward( da, cache )
            else:
                da = backward( da, cache )
        for l in range( 1, self.num_layers + 1 ):
            w = self.params['W%d' % l]
            loss += self.reg / 2 * np.sum( w ** 2 )
            grads['W%d' % l] += self.reg * w
        return loss, grads
