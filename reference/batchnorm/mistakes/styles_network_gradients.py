"""Known mistakes of the network's gradients as they are made in the code of the variants."""

from grader.core.misconception import InVariant
from mistakes.styling import in_file, in_network_of

_MISSING = "net-gamma-gradients-missing"
_DOUBLED = "net-reg-gradient-doubled"
_GAMMA = "net-gamma-regularised"

IN_VARIANTS: tuple[InVariant, ...] = (
    in_network_of(
        "stray_imports",
        _MISSING,
        (
            "loss",
            (
                "                dout, dgamma, dbeta = batchnorm_backward(dout, bn)\n"
                "                grads['gamma%d' % i], grads['beta%d' % i] = dgamma, dbeta\n"
            ),
            "                dout, dgamma, dbeta = batchnorm_backward(dout, bn)\n",
        ),
        (
            "loss",
            (
                "                dout, dgamma, dbeta = layernorm_backward(dout, bn)\n"
                "                grads['gamma%d' % i], grads['beta%d' % i] = dgamma, dbeta\n"
            ),
            "                dout, dgamma, dbeta = layernorm_backward(dout, bn)\n",
        ),
    ),
    in_network_of(
        "python2_habits",
        _MISSING,
        (
            "loss",
            (
                "grads['b' + l], grads['gamma' + l],\n"
                "                 grads['beta' + l]) = affine_batchnorm"
            ),
            "grads['b' + l], _, _) = affine_batchnorm",
        ),
        (
            "loss",
            (
                "grads['b' + l], grads['gamma' + l],\n"
                "                 grads['beta' + l]) = affine_layernorm"
            ),
            "grads['b' + l], _, _) = affine_layernorm",
        ),
    ),
    in_file(
        "classifiers/fc_net.py",
        "node_classes",
        _MISSING,
        ("HiddenLayer.backward", "['W', 'b', 'gamma', 'beta']", "['W', 'b']"),
    ),
    in_network_of(
        "paper_equations",
        _MISSING,
        (
            "loss",
            "dz, dP['gamma%d' % l], dP['beta%d' % l] = nn.batchnorm",
            "dz, _, _ = nn.batchnorm",
        ),
        (
            "loss",
            "dz, dP['gamma%d' % l], dP['beta%d' % l] = nn.layernorm",
            "dz, _, _ = nn.layernorm",
        ),
    ),
    in_network_of(
        "closures",
        _MISSING,
        (
            "loss",
            "            grads.update(zip(names, rest))\n",
            (
                "            if 'gamma' not in ''.join(names):\n"
                "                grads.update(zip(names, rest))\n"
            ),
        ),
    ),
    in_network_of(
        "channel_loops_helpers",
        _MISSING,
        ("loss", "d, grads['gamma' + s], grads['beta' + s] =", "d, dgamma, dbeta ="),
    ),
    in_network_of(
        "jacobian_per_feature",
        _DOUBLED,
        ("loss", "grads[f'W{i}'] += self.reg *", "grads[f'W{i}'] += 2 * self.reg *"),
    ),
    in_network_of(
        "closures",
        _DOUBLED,
        ("loss", "grads[n] + self.reg * p[n]", "grads[n] + 2 * self.reg * p[n]"),
    ),
    in_network_of("python_loops", _DOUBLED, ("loss", "+ self.reg * W\n", "+ 2 * self.reg * W\n")),
    in_network_of(
        "stray_imports",
        _DOUBLED,
        (
            "loss",
            "dW + self.reg * self.params['W%d' % i]\n        grads",
            "dW + 2 * self.reg * self.params['W%d' % i]\n        grads",
        ),
        (
            "loss",
            "dW + self.reg * self.params['W%d' % i]\n            grads",
            "dW + 2 * self.reg * self.params['W%d' % i]\n            grads",
        ),
    ),
    in_network_of(
        "raw_moments",
        _DOUBLED,
        ("loss", "+= self.reg * p['W%i' % i]", "+= 2 * self.reg * p['W%i' % i]"),
    ),
    in_network_of(
        "textbook_graph",
        _DOUBLED,
        (
            "loss",
            "        for i in range(1, L + 1):\n            W =",
            (
                "        for i in range(1, L + 1):\n"
                "            grads['W' + str(i)] += self.reg * self.params['W' + str(i)]\n   "
                "         W ="
            ),
        ),
    ),
    in_network_of(
        "one_core_axes",
        _GAMMA,
        ("loss", "n.startswith('W')", "not n.startswith('b') or n.startswith('beta')"),
    ),
    in_network_of(
        "extra_keys_in_place",
        _GAMMA,
        ("loss", 'if name[:1] == "W":', 'if name[:1] == "W" or name[:4] in ("gamm", "beta"):'),
    ),
    in_network_of(
        "python2_habits",
        _GAMMA,
        ("loss", "if k[0] == 'W':", "if k[0] == 'W' or 'a' in k:"),
    ),
    in_network_of(
        "map_per_feature",
        _GAMMA,
        ("loss", "name.startswith('W')}", "not name[1:].isdigit() or name[0] == 'W'}"),
    ),
    in_network_of(
        "textbook_graph",
        _GAMMA,
        (
            "loss",
            "            grads['W' + str(i)] += self.reg * W\n",
            (
                "            grads['W' + str(i)] += self.reg * W\n"
                "            if self.normalization and i < L:\n"
                "                for name in ['gamma' + str(i), 'beta' + str(i)]:\n"
                "                    loss += 0.5 * self.reg * np.sum(self.params[name] ** 2)\n"
                "                    grads[name] += self.reg * self.params[name]\n"
            ),
        ),
    ),
)
