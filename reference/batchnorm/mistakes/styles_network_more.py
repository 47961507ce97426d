"""More known mistakes of the network as they are made in the code of the variants."""

from grader.core.misconception import InVariant
from mistakes.styling import in_network_of

_REG_HALF_MISSING = "net-reg-half-missing"
_REG_GRADIENT_MISSING = "net-reg-gradient-missing"
_OUTPUT_NOT_REGULARISED = "net-output-not-regularised"
_GAMMA_BETA_GRADIENTS_EXCHANGED = "net-gamma-beta-gradients-exchanged"
_RELU_NOT_TAKEN_BACK = "net-relu-not-taken-back"

IN_VARIANTS: tuple[InVariant, ...] = (
    in_network_of(
        "jacobian_per_feature",
        _REG_HALF_MISSING,
        ("loss", "loss += self.reg / 2 *", "loss += self.reg *"),
    ),
    in_network_of(
        "closures",
        _REG_HALF_MISSING,
        ("loss", "loss + 0.5 * self.reg * penalty", "loss + self.reg * penalty"),
    ),
    in_network_of(
        "float32_keeping",
        _REG_HALF_MISSING,
        ("loss", "loss += half * self.reg", "loss += self.reg"),
    ),
    in_network_of(
        "projection", _REG_HALF_MISSING, ("loss", "self.reg / 2 * sum", "self.reg * sum")
    ),
    in_network_of(
        "map_per_feature",
        _REG_HALF_MISSING,
        ("loss", "for w in weights.values()))) / 2,", "for w in weights.values()))),"),
    ),
    in_network_of(
        "ln_by_transpose",
        _REG_HALF_MISSING,
        ("_above", "loss + 0.5 * self.reg *", "loss + self.reg *"),
    ),
    in_network_of(
        "python_loops",
        _REG_GRADIENT_MISSING,
        ("loss", "            grads['W%d' % i] = grads['W%d' % i] + self.reg * W\n", ""),
    ),
    in_network_of(
        "node_classes",
        _REG_GRADIENT_MISSING,
        ("loss", "                grads[name] = grads[name] + self.reg * self.params[name]\n", ""),
    ),
    in_network_of(
        "streaming_welford",
        _REG_GRADIENT_MISSING,
        ("loss", "            grads['W', i] += self.reg * p['W', i]\n", ""),
    ),
    in_network_of(
        "keepdims_everywhere",
        _REG_GRADIENT_MISSING,
        ("loss", '            grads[f"W{i}"] += self.reg * self.params[f"W{i}"]\n', ""),
    ),
    in_network_of(
        "ln_by_transpose", _REG_GRADIENT_MISSING, ("_above", 'dW + self.reg * p("W")', "dW")
    ),
    in_network_of(
        "paper_equations",
        _OUTPUT_NOT_REGULARISED,
        ("loss", "        for l in range(L):\n", "        for l in range(L - 1):\n"),
    ),
    in_network_of(
        "streaming_welford",
        _OUTPUT_NOT_REGULARISED,
        ("loss", "for i in range(1, self.top + 1):", "for i in range(1, self.top):"),
    ),
    in_network_of(
        "namedtuple_modules",
        _OUTPUT_NOT_REGULARISED,
        ("loss", "for i in range(1, top + 1):", "for i in range(1, top):"),
    ),
    in_network_of(
        "textbook_graph",
        _OUTPUT_NOT_REGULARISED,
        ("loss", "for i in range(1, L + 1):", "for i in range(1, L):"),
    ),
    in_network_of(
        "float32_keeping",
        _OUTPUT_NOT_REGULARISED,
        (
            "loss",
            "        for i in range(1, self.depth + 1):\n            w =",
            "        for i in range(1, self.depth):\n            w =",
        ),
    ),
    in_network_of(
        "raw_moments",
        _GAMMA_BETA_GRADIENTS_EXCHANGED,
        (
            "loss",
            "grads['gamma%i' % i], grads['beta%i' % i] = batch",
            "grads['beta%i' % i], grads['gamma%i' % i] = batch",
        ),
        (
            "loss",
            "grads['gamma%i' % i], grads['beta%i' % i] = layer",
            "grads['beta%i' % i], grads['gamma%i' % i] = layer",
        ),
    ),
    in_network_of(
        "streaming_welford",
        _GAMMA_BETA_GRADIENTS_EXCHANGED,
        ("loss", "grads['gamma', i], grads['beta', i] =", "grads['beta', i], grads['gamma', i] ="),
    ),
    in_network_of(
        "namedtuple_modules",
        _GAMMA_BETA_GRADIENTS_EXCHANGED,
        (
            "loss",
            'grads[f"gamma{i}"], grads[f"beta{i}"] =',
            'grads[f"beta{i}"], grads[f"gamma{i}"] =',
        ),
    ),
    in_network_of(
        "map_per_feature",
        _GAMMA_BETA_GRADIENTS_EXCHANGED,
        (
            "loss",
            "grads[f'gamma{i}'], grads[f'beta{i}'] =",
            "grads[f'beta{i}'], grads[f'gamma{i}'] =",
        ),
    ),
    in_network_of(
        "float32_keeping",
        _GAMMA_BETA_GRADIENTS_EXCHANGED,
        (
            "loss",
            'grads[f"gamma{i}"], grads[f"beta{i}"] =',
            'grads[f"beta{i}"], grads[f"gamma{i}"] =',
        ),
    ),
    in_network_of(
        "keepdims_everywhere",
        _RELU_NOT_TAKEN_BACK,
        ("loss", "                dz = relu_backward(da, relu[i])\n", "                dz = da\n"),
    ),
    in_network_of(
        "map_per_feature",
        _RELU_NOT_TAKEN_BACK,
        ("loss", "            d = relu_backward(d, relu)\n", ""),
    ),
    in_network_of(
        "stray_imports",
        _RELU_NOT_TAKEN_BACK,
        ("loss", "            dout = relu_backward(dout, relu)\n", ""),
    ),
    in_network_of(
        "ln_by_transpose",
        _RELU_NOT_TAKEN_BACK,
        ("_above", "            da = relu_backward(da, relu)\n", ""),
    ),
    in_network_of(
        "channel_loops_helpers",
        _RELU_NOT_TAKEN_BACK,
        ("loss", "                d = relu_backward(d, c)\n", "                continue\n"),
    ),
)
