"""Known mistakes of the network as they are made in the code of the variants."""

from grader.core.misconception import InVariant
from mistakes.styling import in_network_of

_RELU_FIRST = "net-norm-after-relu"
_ON_OUTPUT = "net-norm-on-output"
_SHARED = "net-one-bn-param"
_TRAINS = "net-always-trains"

_ORDER: tuple[InVariant, ...] = (
    in_network_of(
        "jacobian_per_feature",
        _RELU_FIRST,
        (
            "loss",
            "            if self.norm:\n                a, caches",
            (
                "            a, caches['relu', i] = L.relu_forward(a)\n"
                "            if self.norm:\n                a, caches"
            ),
        ),
        (
            "loss",
            "self.bn_params[i - 1])\n            a, caches['relu', i] = L.relu_forward(a)\n",
            "self.bn_params[i - 1])\n",
        ),
        ("loss", "                da = L.relu_backward(da, caches['relu', i])\n", ""),
        (
            "loss",
            "                        da, caches['norm', i])\n",
            (
                "                        da, caches['norm', i])\n"
                "                da = L.relu_backward(da, caches['relu', i])\n"
            ),
        ),
    ),
    in_network_of(
        "one_core_axes", _RELU_FIRST, ("__init__", "[Affine, *kind, Relu]", "[Affine, Relu, *kind]")
    ),
    in_network_of(
        "closures",
        _RELU_FIRST,
        (
            "loss",
            "            if self.normalization:\n                self.bn_params",
            (
                "            x = apply(relu_forward, relu_backward, (), x)\n"
                "            if self.normalization:\n                self.bn_params"
            ),
        ),
        (
            "loss",
            "self.bn_params[i - 1])\n            x = apply(relu_forward, relu_backward, (), x)\n",
            "self.bn_params[i - 1])\n",
        ),
    ),
    in_network_of(
        "channel_loops_helpers",
        _RELU_FIRST,
        (
            "loss",
            "            if i < self.num_layers:\n",
            (
                "            if i < self.num_layers:\n"
                "                a, c = relu_forward(a)\n                "
                "saved.append(('relu', s, c))\n"
            ),
        ),
        (
            "loss",
            (
                "                    saved.append(('norm', s, c))\n"
                "                a, c = relu_forward(a)\n                "
                "saved.append(('relu', s, c))\n"
            ),
            "                    saved.append(('norm', s, c))\n",
        ),
    ),
    in_network_of(
        "namedtuple_modules",
        _RELU_FIRST,
        (
            "forward",
            "            norm = None\n",
            "            x, relu = relu_forward(x)\n            norm = None\n",
        ),
        ("forward", "bn_param)\n            x, relu = relu_forward(x)\n", "bn_param)\n"),
        ("loss", "            d = relu_backward(d, relu)\n", ""),
        (
            "loss",
            '            d, grads[f"W{i}"]',
            '            d = relu_backward(d, relu)\n            d, grads[f"W{i}"]',
        ),
    ),
    in_network_of(
        "textbook_graph",
        _RELU_FIRST,
        (
            "loss",
            "            h, fc_cache[i] = affine_forward(h, w, b)\n",
            (
                "            h, fc_cache[i] = affine_forward(h, w, b)\n"
                "            h, relu_cache[i] = relu_forward(h)\n"
            ),
        ),
        (
            "loss",
            "self.bn_params[i - 1])\n            h, relu_cache[i] = relu_forward(h)\n",
            "self.bn_params[i - 1])\n",
        ),
        ("loss", "            dh = relu_backward(dh, relu_cache[i])\n", ""),
        (
            "loss",
            "            dh, grads['W' + str(i)], grads['b' + str(i)] =",
            (
                "            dh = relu_backward(dh, relu_cache[i])\n"
                "            dh, grads['W' + str(i)], grads['b' + str(i)] ="
            ),
        ),
    ),
    in_network_of(
        "python_loops",
        _ON_OUTPUT,
        (
            "__init__",
            "        self.num_layers = number\n",
            (
                "        if normalization is not None:\n"
                "            self.params['gamma%d' % number] = np.ones(num_classes, dtype=dtype)\n"
                "            self.params['beta%d' % number] = np.zeros(num_classes, dtype=dtype)\n"
                "        self.num_layers = number\n"
            ),
        ),
    ),
    in_network_of(
        "textbook_graph",
        _ON_OUTPUT,
        ("__init__", "if i != self.num_layers and self.normalization", "if self.normalization"),
    ),
    in_network_of(
        "projection",
        _ON_OUTPUT,
        ("__init__", "if self.normalization and i < self.num_layers:", "if self.normalization:"),
    ),
    in_network_of(
        "keepdims_everywhere",
        _ON_OUTPUT,
        ("__init__", "range(1, len(sizes) - 1)", "range(1, len(sizes))"),
    ),
    in_network_of(
        "closures",
        _ON_OUTPUT,
        ("__init__", "np.ones(s[1]) for i, s in shapes[:-1]", "np.ones(s[1]) for i, s in shapes"),
        (
            "__init__",
            "{f'beta{i}': np.zeros(s[1]) for i, s in shapes[:-1]}",
            "{f'beta{i}': np.zeros(s[1]) for i, s in shapes}",
        ),
    ),
    in_network_of(
        "raw_moments",
        _ON_OUTPUT,
        ("__init__", "if normalization and i <= len(hidden_dims):", "if normalization:"),
    ),
)

_MODES: tuple[InVariant, ...] = (
    in_network_of(
        "textbook_graph",
        _SHARED,
        (
            "__init__",
            "[{'mode': 'train'} for i in range(self.num_layers - 1)]",
            "[{'mode': 'train'}] * (self.num_layers - 1)",
        ),
        ("__init__", "[{} for i in range(self.num_layers - 1)]", "[{}] * (self.num_layers - 1)"),
    ),
    in_network_of(
        "one_core_axes", _SHARED, ("loss", "self.bn_params[int(i) - 1]", "self.bn_params[0]")
    ),
    in_network_of(
        "keepdims_everywhere",
        _SHARED,
        (
            "__init__",
            '        self.bn_params = {i: {"mode": "train"} for i',
            '        bn_param = {"mode": "train"}\n        self.bn_params = {i: bn_param for i',
        ),
    ),
    in_network_of(
        "streaming_welford",
        _SHARED,
        (
            "__init__",
            "        width = input_dim\n",
            "        width = input_dim\n        bn_param = {'mode': 'train', 'momentum': 0.9}\n",
        ),
        ("__init__", "append({'mode': 'train', 'momentum': 0.9})", "append(bn_param)"),
    ),
    in_network_of(
        "ln_by_transpose",
        _SHARED,
        ("__init__", "[{} for _ in hidden_dims]", "[{}] * len(hidden_dims)"),
    ),
    in_network_of(
        "float32_keeping",
        _SHARED,
        (
            "_norm_forward",
            '        self.bn_params[i - 1]["mode"]',
            '        self.bn_params[0]["mode"]',
        ),
        ("_norm_forward", "beta, self.bn_params[i - 1])", "beta, self.bn_params[0])"),
    ),
    in_network_of(
        "python_loops",
        _TRAINS,
        ("loss", "            if y is None:\n                bn_param['mode'] = 'test'\n\n", "\n"),
    ),
    in_network_of(
        "projection",
        _TRAINS,
        (
            "loss",
            (
                "        for p in self.bn_params:\n"
                "            p.update(mode='train' if y is not None else 'test')\n"
            ),
            "",
        ),
    ),
    in_network_of(
        "closures",
        _TRAINS,
        (
            "loss",
            "                self.bn_params[i - 1]['mode'] = 'test' if y is None else 'train'\n",
            "",
        ),
    ),
    in_network_of(
        "extra_keys_in_place",
        _TRAINS,
        (
            "loss",
            (
                "        for bn_param in self.bn_params:\n"
                '            bn_param["mode"] = ["train", "test"][y is None]\n'
            ),
            "",
        ),
    ),
    in_network_of(
        "float32_keeping", _TRAINS, ("_norm_forward", '["mode"] = mode', '["mode"] = "train"')
    ),
    in_network_of(
        "stray_imports",
        _TRAINS,
        (
            "loss",
            (
                "        for bn_param in self.bn_params:\n"
                "            bn_param['mode'] = 'train' if y is not None else 'test'\n"
            ),
            "",
        ),
    ),
)

IN_VARIANTS: tuple[InVariant, ...] = (*_ORDER, *_MODES)
