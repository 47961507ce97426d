"""Known mistakes of spatial batch norm and group norm as they are made in the variants' code."""

from grader.core.misconception import InVariant
from mistakes.styling import in_file, in_layers_of

_FORWARD, _BACKWARD = "spatial_batchnorm_forward", "spatial_batchnorm_backward"
_GROUP, _GROUP_BACK = "spatial_groupnorm_forward", "spatial_groupnorm_backward"
_IMAGES = "cs682/norms/images.py"
_FLAT = "sbn-not-transposed"
_BY_N = "sbn-divides-by-examples"
_DX_BY_N = "sbn-dx-divides-by-examples"
_SIZE = "gn-number-for-size"
_ZERO = "gn-dx-zero"

_CHANNELS: tuple[InVariant, ...] = (
    in_layers_of(
        "textbook_graph",
        _FLAT,
        (_FORWARD, "x.transpose(0, 2, 3, 1).reshape(N * H * W, C)", "x.reshape(-1, C)"),
        (_FORWARD, "out.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "out.reshape(N, C, H, W)"),
        (_BACKWARD, "dout.transpose(0, 2, 3, 1).reshape(N * H * W, C)", "dout.reshape(-1, C)"),
        (_BACKWARD, "dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "dx.reshape(N, C, H, W)"),
    ),
    in_layers_of(
        "raw_moments",
        _FLAT,
        (_FORWARD, "np.moveaxis(x, 1, 3).reshape(-1, C)", "x.reshape(-1, C)"),
        (_FORWARD, "np.moveaxis(out.reshape(N, H, W, C), 3, 1)", "out.reshape(N, C, H, W)"),
        (_BACKWARD, "np.moveaxis(dout, 1, 3).reshape(-1, C)", "dout.reshape(-1, C)"),
        (_BACKWARD, "np.moveaxis(dx.reshape(N, H, W, C), 3, 1)", "dx.reshape(N, C, H, W)"),
    ),
    in_layers_of(
        "ln_by_transpose",
        _FLAT,
        ("pixels", "x.transpose(0, 2, 3, 1).reshape(-1, C)", "x.reshape(-1, C)"),
        ("pixels", "rows.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "rows.reshape(N, C, H, W)"),
    ),
    in_file(
        _IMAGES,
        "namedtuple_modules",
        _FLAT,
        (
            "_rows",
            "np.rollaxis(images, 1, 4).reshape(-1, images.shape[1])",
            "images.reshape(-1, images.shape[1])",
        ),
        ("_images", "np.rollaxis(rows.reshape(n, h, w, c), 3, 1)", "rows.reshape(n, c, h, w)"),
    ),
    in_layers_of(
        "closures",
        _FLAT,
        (_FORWARD, "a.transpose(0, 2, 3, 1).reshape(-1, c)", "a.reshape(-1, c)"),
        (_FORWARD, "a.reshape(n, h, w, c).transpose(0, 3, 1, 2)", "a.reshape(n, c, h, w)"),
    ),
    in_layers_of(
        "node_classes",
        _FLAT,
        ("ChannelsLast.forward", "self.shape = n, h, w, c", "self.shape = n, c, h, w"),
        ("ChannelsLast.forward", "np.moveaxis(x, 1, -1).reshape(-1, c)", "x.reshape(-1, c)"),
        (
            "ChannelsLast.backward",
            "np.moveaxis(dout.reshape(self.shape), -1, 1)",
            "dout.reshape(self.shape)",
        ),
    ),
    in_layers_of(
        "streaming_welford",
        _FLAT,
        (_FORWARD, "np.concatenate(np.concatenate(x.transpose(0, 2, 3, 1)))", "x.reshape(-1, C)"),
        (_FORWARD, "out.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "out.reshape(N, C, H, W)"),
        (
            _BACKWARD,
            "np.concatenate(np.concatenate(dout.transpose(0, 2, 3, 1)))",
            "dout.reshape(-1, C)",
        ),
        (_BACKWARD, "dx.reshape(N, H, W, C).transpose(0, 3, 1, 2)", "dx.reshape(N, C, H, W)"),
    ),
    in_layers_of(
        "keepdims_everywhere",
        _BY_N,
        (
            _FORWARD,
            "        mean, var = x.mean(axes, **K), x.var(axes, **K)\n",
            (
                "        mean = x.sum(axes, **K) / N\n"
                "        var = ((x - mean) ** 2).sum(axes, **K) / N\n"
            ),
        ),
    ),
    in_layers_of(
        "float32_keeping",
        _BY_N,
        (
            _FORWARD,
            "    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)\n",
            (
                '    if bn_param["mode"] == "test":\n'
                "        out, cache = batchnorm_forward(rows, gamma, beta, bn_param)\n"
                "    else:\n"
                '        momentum = bn_param.get("momentum", 0.9)\n'
                "        mean = rows.sum(axis=0) / N\n"
                "        var = np.square(rows - mean).sum(axis=0) / N\n"
                '        inv_std = 1 / np.sqrt(var + bn_param.get("eps", 1e-5))\n'
                "        x_hat = (rows - mean) * inv_std\n"
                '        for key, new in (("running_mean", mean), ("running_var", var)):\n'
                "            old = bn_param.get(key, np.zeros(C))\n"
                "            bn_param[key] = momentum * old + (1 - momentum) * new\n"
                "        out = x_hat * gamma + beta\n"
                "        cache = Saved(x_hat=x_hat, inv_std=inv_std, gamma=gamma)\n"
            ),
        ),
    ),
    in_layers_of(
        "one_core_axes",
        _BY_N,
        (
            _FORWARD,
            "    return batch",
            (
                "    if bn_param['mode'] == 'train':\n"
                "        mean = x.sum((0, 2, 3), keepdims=True) / x.shape[0]\n"
                "        var = ((x - mean) ** 2).sum((0, 2, 3), keepdims=True) / x.shape[0]\n"
                "        xhat, stats = normalize(x, (0, 2, 3), bn_param.get('eps', 1e-5), "
                "mean, var)\n"
                "        momentum, zero = bn_param.get('momentum', 0.9), np.zeros(len(gamma))\n"
                "        for key, new in (('running_mean', mean), ('running_var', var)):\n"
                "            old = bn_param.get(key, zero)\n"
                "            bn_param[key] = momentum * old + (1 - momentum) * new.ravel()\n"
                "        g = gamma.reshape(1, -1, 1, 1)\n"
                "        out = g * xhat + beta.reshape(1, -1, 1, 1)\n"
                "        return out, (xhat, stats['inv'], g, (0, 2, 3))\n"
                "    return batch"
            ),
        ),
    ),
    in_layers_of(
        "stray_imports",
        _BY_N,
        (
            _FORWARD,
            (
                "    out, cache = batchnorm_forward(x.reshape(N * H * W, C), gamma, beta, "
                "bn_param)\n"
                "    out = out.reshape(N, H, W, C)\n"
            ),
            (
                "    eps = bn_param.get('eps', 1e-5)\n"
                "    momentum = bn_param.get('momentum', 0.9)\n"
                "    running_mean = bn_param.get('running_mean', np.zeros(C))\n"
                "    running_var = bn_param.get('running_var', np.zeros(C))\n"
                "    cache = None\n"
                "    if bn_param['mode'] == 'train':\n"
                "        mu = np.sum(x, axis=(0, 1, 2)) / N\n"
                "        var = np.sum((x - mu) ** 2, axis=(0, 1, 2)) / N\n"
                "        std = (var + eps) ** 0.5\n"
                "        z = (x - mu) / std\n"
                "        out = gamma * z + beta\n"
                "        bn_param['running_mean'] = momentum * running_mean + (1 - momentum) * mu\n"
                "        bn_param['running_var'] = momentum * running_var + (1 - momentum) * var\n"
                "        cache = [x.reshape(-1, C), mu, var, std, z.reshape(-1, C), gamma, "
                "beta, eps]\n"
                "    else:\n"
                "        out = gamma * (x - running_mean) / (running_var + eps) ** 0.5 + beta\n"
            ),
        ),
    ),
    in_layers_of(
        "jacobian_per_feature",
        _BY_N,
        (
            _FORWARD,
            (
                "    out, cache = batchnorm_forward(rows, gamma, beta, bn_param)\n"
                "    N, C, H, W = x.shape\n"
            ),
            (
                "    N, C, H, W = x.shape\n"
                "    if bn_param['mode'] == 'test':\n"
                "        out, cache = batchnorm_forward(rows, gamma, beta, bn_param)\n"
                "    else:\n"
                "        m = bn_param.get('momentum', 0.9)\n"
                "        mean = np.einsum('nchw->c', x) / N\n"
                "        var = np.einsum('pc,pc->c', rows - mean, rows - mean) / N\n"
                "        std = np.sqrt(var + bn_param.get('eps', 1e-5))\n"
                "        x_hat = (rows - mean) / std\n"
                "        out, cache = x_hat * gamma + beta, [x_hat, std, gamma]\n"
                "        bn_param['running_mean'] = m * bn_param.get('running_mean', 0) + (1 "
                "- m) * mean\n"
                "        bn_param['running_var'] = m * bn_param.get('running_var', 0) + (1 - "
                "m) * var\n"
            ),
        ),
    ),
    in_layers_of(
        "keepdims_everywhere",
        _DX_BY_N,
        (_BACKWARD, "    axes = (0, 2, 3)\n", "    axes, N = (0, 2, 3), dout.shape[0]\n"),
        (_BACKWARD, "g.mean(axes, **K)", "g.sum(axes, **K) / N"),
        (_BACKWARD, "(g * x_norm).mean(axes, **K)", "(g * x_norm).sum(axes, **K) / N"),
    ),
    in_layers_of(
        "one_core_axes",
        _DX_BY_N,
        (
            _BACKWARD,
            "    return batch_statistics_norm_backward(dout, cache)",
            (
                "    xhat, inv, g, axes = cache\n"
                "    n = dout.shape[0]\n"
                "    dg, db = (dout * xhat).sum(axes), dout.sum(axes)\n"
                "    dx = g * inv * (dout - (db.reshape(g.shape) + xhat * "
                "dg.reshape(g.shape)) / n)\n"
                "    return dx, dg, db"
            ),
        ),
    ),
    in_layers_of(
        "python2_habits",
        _DX_BY_N,
        (
            _BACKWARD,
            "batchnorm_backward(flat, cache)",
            "batchnorm_backward(flat, dict(cache, N=N))",
        ),
    ),
    in_layers_of(
        "paper_equations",
        _DX_BY_N,
        (
            _BACKWARD,
            "batchnorm_backward(flat, cache)",
            "batchnorm_backward(flat, dict(cache, m=N))",
        ),
    ),
    in_layers_of(
        "float32_keeping",
        _DX_BY_N,
        (
            _BACKWARD,
            "    dx, dgamma, dbeta = batchnorm_backward_alt(rows, cache)\n",
            (
                "    dgamma, dbeta = np.sum(rows * cache.x_hat, axis=0), np.sum(rows, axis=0)\n"
                "    dx = N * rows - dbeta - cache.x_hat * dgamma\n"
                "    dx *= cache.gamma * cache.inv_std / N\n"
            ),
        ),
    ),
    in_layers_of(
        "projection",
        _DX_BY_N,
        (
            _BACKWARD,
            "    dx, dgamma, dbeta = batchnorm_backward_alt(columns, cache)\n",
            (
                "    x_hat, scale, gamma, _ = cache\n"
                "    ones = np.ones(len(columns))\n"
                "    dgamma, dbeta = ones @ (columns * x_hat), ones @ columns\n"
                "    dx = gamma * scale * (columns - dbeta / N - x_hat * dgamma / N)\n"
            ),
        ),
    ),
)

_GROUPS: tuple[InVariant, ...] = (
    in_layers_of(
        "paper_equations",
        _SIZE,
        (_GROUP, "[N, G, C // G, H, W]", "[N, C // G, G, H, W]"),
        (_GROUP_BACK, "m = C // G * H * W", "m = G * H * W"),
        (_GROUP_BACK, "[N, G, C // G, H, W]", "[N, C // G, G, H, W]"),
    ),
    in_layers_of(
        "python_loops",
        _SIZE,
        (_GROUP, "size = C // G", "size = G"),
        (_GROUP, "range(G)", "range(C // G)"),
    ),
    in_layers_of(
        "streaming_welford",
        _SIZE,
        (_GROUP, "x.reshape(N, G, C // G, -1)", "x.reshape(N, C // G, G, -1)"),
        (_GROUP, "groups.reshape(N, G, -1)", "groups.reshape(N, C // G, -1)"),
        (_GROUP, "(N, G), x.dtype", "(N, C // G), x.dtype"),
    ),
    in_layers_of(
        "closures",
        _SIZE,
        (_GROUP, "(len(x), G, -1)", "(len(x), x.shape[1] // G, -1)"),
    ),
    in_layers_of(
        "map_per_feature", _SIZE, (_GROUP, "np.split(image, G)", "np.split(image, len(image) // G)")
    ),
    in_file(
        _IMAGES,
        "namedtuple_modules",
        _SIZE,
        (_GROUP, "x.shape[0] * G, -1", "x.shape[0] * (x.shape[1] // G), -1"),
    ),
    in_layers_of(
        "channel_loops_helpers",
        _SIZE,
        (_GROUP, "range(G)", "range(C // G)"),
        (_GROUP, "x[:, C // G * g:C // G * (g + 1)]", "x[:, G * g:G * (g + 1)]"),
    ),
    in_layers_of(
        "node_classes", _SIZE, (_GROUP, "(x.shape[0], G, -1)", "(x.shape[0], -1, G * x[0, 0].size)")
    ),
    in_layers_of(
        "textbook_graph",
        _ZERO,
        (_GROUP_BACK, "return dx.reshape(dout.shape)", "return np.zeros_like(dout)"),
    ),
    in_layers_of(
        "python_loops",
        _ZERO,
        (
            _GROUP_BACK,
            "dx[n, group] = np.reshape(d, dx[n, group].shape)",
            "d = np.reshape(d, dx[n, group].shape)",
        ),
    ),
    in_layers_of(
        "python2_habits",
        _ZERO,
        (_GROUP_BACK, "return grad_inp.reshape(grad_out.shape)", "return np.zeros(grad_out.shape)"),
    ),
    in_layers_of(
        "jacobian_per_feature",
        _ZERO,
        (_GROUP_BACK, "dhat[n, g] @ jacobian(x_hat[n, g], std[n, g])", "0"),
    ),
    in_layers_of(
        "projection",
        _ZERO,
        (
            _GROUP_BACK,
            "    dx = to_sphere_backward((dout * gamma).reshape(hat.shape), hat, radius)\n",
            "",
        ),
        (_GROUP_BACK, "dx.reshape(dout.shape)", "0.0 * dout"),
    ),
    in_layers_of(
        "closures",
        _ZERO,
        (_GROUP, "through((d * gamma).reshape(grouped)).reshape(x.shape)", "np.zeros_like(x)"),
    ),
)

IN_VARIANTS: tuple[InVariant, ...] = (*_CHANNELS, *_GROUPS)
