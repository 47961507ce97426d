"""A network of any depth. Fill in every method that raises NotImplementedError."""

import numpy as np

# `layers.affine_forward` and so on, wherever the files lie. `layer_utils` is there to help.
try:
    from .. import layer_utils, layers
except ImportError:  # the files lie beside a notebook, in no package
    import layer_utils
    import layers


class FullyConnectedNet:
    """A fully connected network with ReLU, a softmax loss, and normalization if asked for.

    With L layers it computes::

        (affine - [normalization] - ReLU) L - 1 times, then affine - softmax

    so the outputs of the last layer are neither normalized nor clipped.

    Attributes
    ----------
    params : dict
        Arrays of the given dtype. Layers are counted from 1 to L. For layer i,
        W<i> : (size before, size after), normal random numbers times `weight_scale`.
        b<i> : (size after,), zeros.
        gamma<i> : (size after,), ones; only with normalization, and not for the last layer.
        beta<i> : (size after,), zeros; there where gamma<i> is.
    bn_params : list
        The dicts of the L - 1 normalization layers, in order; empty without normalization.
    """

    def __init__(
        self,
        hidden_dims,
        input_dim=3 * 32 * 32,
        num_classes=10,
        dropout=0,
        normalization=None,
        reg=0.0,
        weight_scale=1e-2,
        dtype=np.float32,
        seed=None,
    ):
        """Set up `params` and `bn_params`.

        Draw W1 first, then W2, and so on, each with one call of ``np.random.randn``: then the
        losses that the notebook tells you to expect come out to the last digit.

        Parameters
        ----------
        hidden_dims : list of int
            Sizes of the hidden layers, so L is one more than its length.
        input_dim : int
            Numbers in one example.
        num_classes : int
        dropout : 0 or 1
            This network has no dropout, and both values say so. It is here because the networks
            of other assignments have it in this place.
        normalization : "batchnorm", "layernorm" or None
        reg : float
            Strength of the regularization.
        weight_scale : float
            Standard deviation of the initial weights.
        dtype : dtype
            In which everything is computed. float32 is faster; gradient checks need float64.
        seed : int, optional
            Draw the weights from ``np.random.RandomState(seed)`` in place of ``np.random``.
        """
        raise NotImplementedError("FullyConnectedNet.__init__")

    def loss(self, X, y=None):
        """Compute scores, or loss and gradients.

        Without labels the network is being tested, with labels it is being trained; a
        normalization layer learns which from the mode in its dict.

        Parameters
        ----------
        X : array (N, d_1, ..., d_k)
            N examples of `input_dim` numbers each, of any dtype.
        y : integer array (N,), optional
            Labels.

        Returns
        -------
        scores : array (N, num_classes)
            If `y` is None.
        loss, grads : float, dict
            Otherwise. The loss is that of the softmax plus 0.5 * reg times the sum of all squared
            entries of every W<i>; biases, gammas and betas are not regularized. `grads` has the
            keys and shapes of `params`.
        """
        raise NotImplementedError("FullyConnectedNet.loss")
