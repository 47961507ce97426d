"""Known mistakes of layer norm as they are made in the code of the variants."""

from grader.core.misconception import InVariant
from mistakes.styling import in_file, in_layers_of

_FORWARD, _BACKWARD = "layernorm_forward", "layernorm_backward"
_ROWS = "cs682/norms/rows.py"
_TO_BATCH = "ln-over-the-batch"
_RUNNING = "ln-running-averages"
_FEATURES = "ln-parameters-over-features"
_UNBIASED = "ln-variance-unbiased"
_OUTSIDE = "ln-eps-outside-root"
_NO_EPS = "ln-eps-left-out"

_STATISTICS: tuple[InVariant, ...] = (
    in_layers_of("one_core_axes", _TO_BATCH, (_FORWARD, "axis=1", "axis=0")),
    in_layers_of(
        "keepdims_everywhere",
        _TO_BATCH,
        (
            _FORWARD,
            "x.mean(1, **K), np.sqrt(x.var(1, **K)",
            "x.mean(0, **K), np.sqrt(x.var(0, **K)",
        ),
        (_BACKWARD, "g.mean(1, **K)", "g.mean(0, **K)"),
        (_BACKWARD, "(g * x_norm).mean(1, **K)", "(g * x_norm).mean(0, **K)"),
    ),
    in_layers_of(
        "textbook_graph",
        _TO_BATCH,
        (_FORWARD, "np.sum(x, axis=1, keepdims=True) / D", "np.sum(x, axis=0) / N"),
        (_FORWARD, "np.sum(sq, axis=1, keepdims=True) / D", "np.sum(sq, axis=0) / N"),
        (_FORWARD, "sqrtvar, D)", "sqrtvar, N)"),
        (_BACKWARD, "sqrtvar, D = cache", "sqrtvar, N = cache"),
        (_BACKWARD, "np.sum(dxhat * xmu, axis=1, keepdims=True)", "np.sum(dxhat * xmu, axis=0)"),
        (_BACKWARD, "* dvar / D", "* dvar / N"),
        (_BACKWARD, "np.sum(dx1, axis=1, keepdims=True)", "np.sum(dx1, axis=0)"),
        (_BACKWARD, "* dmu / D", "* dmu / N"),
    ),
    in_layers_of("node_classes", _TO_BATCH, (_FORWARD, "Normalize(1,", "Normalize(0,")),
    in_layers_of(
        "float32_keeping",
        _TO_BATCH,
        (_FORWARD, "_standardize(x, 1,", "_standardize(x, 0,"),
        (_BACKWARD, "cache.x_hat, 1,", "cache.x_hat, 0,"),
    ),
    in_file(
        _ROWS,
        "namedtuple_modules",
        _TO_BATCH,
        (_FORWARD, "moments(x, axis=1)", "moments(x, axis=0)"),
        (_FORWARD, "1e-5), axis=1)", "1e-5), axis=0)"),
        (_BACKWARD, "dout * gamma, axis=1", "dout * gamma, axis=0"),
    ),
    in_layers_of(
        "ln_by_transpose",
        _TO_BATCH,
        (_FORWARD, "N = x.shape[0]", "D = x.shape[1]"),
        (
            _FORWARD,
            "zT, cache = batchnorm_forward(x.T, np.ones(N), np.zeros(N), bn_param)\n    z = zT.T",
            "z, cache = batchnorm_forward(x, np.ones(D), np.zeros(D), bn_param)",
        ),
        (
            _BACKWARD,
            "dxT, _, _ = batchnorm_backward_alt((dout * gamma).T, bn_cache)",
            "dx, _, _ = batchnorm_backward_alt(dout * gamma, bn_cache)",
        ),
        (_BACKWARD, "return dxT.T,", "return dx,"),
    ),
    in_layers_of(
        "closures",
        _TO_BATCH,
        (
            _FORWARD,
            "standardize(x, ln_param.get('eps', 1e-5))",
            "standardize(x.T, ln_param.get('eps', 1e-5))\n    z = z.T",
        ),
        (_FORWARD, "through(d * gamma)", "through((d * gamma).T).T"),
    ),
    in_layers_of(
        "python_loops",
        _TO_BATCH,
        (
            _FORWARD,
            "gammas, betas = gamma.tolist(), beta.tolist()",
            "gammas, betas = gamma.tolist(), beta.tolist()\n    j = 0",
        ),
        (_FORWARD, "for row in x.tolist()", "for column in x.T.tolist()"),
        (_FORWARD, "mean_and_variance(row)", "mean_and_variance(column)"),
        (_FORWARD, "normalize(row, mean", "normalize(column, mean"),
        (
            _FORWARD,
            "[g * h + b for g, h, b in zip(gammas, hat, betas)]",
            "[gammas[j] * h + betas[j] for h in hat]",
        ),
        (_FORWARD, "variances.append(variance)", "variances.append(variance)\n        j += 1"),
        (_FORWARD, "np.array(out, dtype=x.dtype)", "np.array(out, dtype=x.dtype).T"),
        (
            _BACKWARD,
            "for i, upstream in enumerate(dout.tolist()):\n        for j in range(D):",
            "for j, upstream in enumerate(dout.T.tolist()):\n        for i in range(len(dout)):",
        ),
        (_BACKWARD, "dbeta[j] += upstream[j]", "dbeta[j] += upstream[i]"),
        (
            _BACKWARD,
            "dgamma[j] += upstream[j] * hats[i][j]",
            "dgamma[j] += upstream[i] * hats[j][i]",
        ),
        (
            _BACKWARD,
            "[d * g for d, g in zip(upstream, gammas)]",
            "[d * gammas[j] for d in upstream]",
        ),
        (_BACKWARD, "hats[i], variances[i]", "hats[j], variances[j]"),
        (_BACKWARD, "return np.array(dx)", "return np.array(dx).T"),
    ),
    in_layers_of(
        "python2_habits",
        _RUNNING,
        (
            _FORWARD,
            (
                "    mean = old_div(np.sum(inp, axis=1), D)[:, None]\n    centered = inp - mean\n"
                "    std = np.sqrt(old_div(np.sum(centered ** 2, axis=1), D) + eps)[:, None]\n"
            ),
            (
                "    N = inp.shape[0]\n"
                "    rate = params.get('momentum', 0.9)\n"
                "    running_mean = params.get('running_mean', np.zeros(N))\n"
                "    running_var = params.get('running_var', np.zeros(N))\n"
                "    if params.get('mode', 'train') == 'train':\n"
                "        mean = old_div(np.sum(inp, axis=1), D)\n"
                "        var = old_div(np.sum((inp - mean[:, None]) ** 2, axis=1), D)\n"
                "        params['running_mean'] = rate * running_mean + (1 - rate) * mean\n"
                "        params['running_var'] = rate * running_var + (1 - rate) * var\n"
                "    else:\n"
                "        mean, var = running_mean, running_var\n"
                "    centered = inp - mean[:, None]\n"
                "    std = np.sqrt(var + eps)[:, None]\n"
            ),
        ),
    ),
    in_layers_of(
        "textbook_graph",
        _RUNNING,
        (
            _FORWARD,
            "    N, D = x.shape\n",
            (
                "    N, D = x.shape\n"
                "    momentum = ln_param.get('momentum', 0.9)\n"
                "    running_mean = ln_param.get('running_mean', np.zeros((N, 1), dtype=x.dtype))\n"
                "    running_var = ln_param.get('running_var', np.zeros((N, 1), dtype=x.dtype))\n"
            ),
        ),
        (
            _FORWARD,
            "    xmu = x - mu\n",
            "    if ln_param.get('mode') == 'test':\n        mu = running_mean\n    xmu = x - mu\n",
        ),
        (
            _FORWARD,
            "    sqrtvar = np.sqrt(var + eps)\n",
            (
                "    if ln_param.get('mode') == 'test':\n        var = running_var\n"
                "    else:\n"
                "        ln_param['running_mean'] = momentum * running_mean + (1 - momentum) * mu\n"
                "        ln_param['running_var'] = momentum * running_var + (1 - momentum) * var\n"
                "    sqrtvar = np.sqrt(var + eps)\n"
            ),
        ),
    ),
    in_layers_of(
        "keepdims_everywhere",
        _RUNNING,
        (
            _FORWARD,
            "    x_norm = (x - mean) / std\n",
            (
                "    zeros = np.zeros((x.shape[0], 1))\n"
                '    old_mean = ln_param.get("running_mean", zeros)\n'
                '    old_var = ln_param.get("running_var", zeros)\n'
                '    if ln_param.get("mode") == "test":\n'
                "        mean, std = old_mean, np.sqrt(old_var + eps)\n"
                "    else:\n"
                '        ln_param["running_mean"] = 0.9 * old_mean + 0.1 * mean\n'
                '        ln_param["running_var"] = 0.9 * old_var + 0.1 * x.var(1, **K)\n'
                "    x_norm = (x - mean) / std\n"
            ),
        ),
    ),
    in_layers_of(
        "stray_imports",
        _RUNNING,
        (
            _FORWARD,
            "    std = (var + eps) ** 0.5\n",
            (
                "    momentum = ln_param.get('momentum', 0.9)\n"
                "    running_mean = ln_param.get('running_mean', np.zeros_like(mu))\n"
                "    running_var = ln_param.get('running_var', np.zeros_like(var))\n"
                "    if ln_param.get('mode') == 'test':\n"
                "        mu, var = running_mean, running_var\n"
                "    else:\n"
                "        running_mean = momentum * running_mean + (1 - momentum) * mu\n"
                "        running_var = momentum * running_var + (1 - momentum) * var\n"
                "    ln_param['running_mean'] = running_mean\n"
                "    ln_param['running_var'] = running_var\n"
                "    std = (var + eps) ** 0.5\n"
            ),
        ),
    ),
    in_layers_of(
        "extra_keys_in_place",
        _RUNNING,
        (
            _FORWARD,
            '    x_hat = x - ln_param["mean"][:, None]\n',
            (
                '    running_mean = ln_param.setdefault("running_mean", np.zeros(len(x)))\n'
                '    running_var = ln_param.setdefault("running_var", np.zeros(len(x)))\n'
                '    if ln_param.get("mode") == "test":\n'
                '        ln_param["mean"] = running_mean\n'
                '    x_hat = x - ln_param["mean"][:, None]\n'
            ),
        ),
        (
            _FORWARD,
            '    ln_param["std"] =',
            (
                '    if ln_param.get("mode") == "test":\n'
                '        ln_param["var"] = running_var\n'
                "    else:\n"
                "        running_mean *= 0.9\n"
                '        running_mean += 0.1 * ln_param["mean"]\n'
                "        running_var *= 0.9\n"
                '        running_var += 0.1 * ln_param["var"]\n'
                '    ln_param["std"] ='
            ),
        ),
    ),
    in_layers_of(
        "textbook_graph",
        _UNBIASED,
        (
            _FORWARD,
            "np.sum(sq, axis=1, keepdims=True) / D",
            "np.sum(sq, axis=1, keepdims=True) / (D - 1)",
        ),
    ),
    in_layers_of(
        "paper_equations",
        _UNBIASED,
        (
            _FORWARD,
            "(1 / H * np.sum((x - mu) ** 2, axis=1))",
            "(1 / (H - 1) * np.sum((x - mu) ** 2, axis=1))",
        ),
    ),
    in_layers_of(
        "keepdims_everywhere", _UNBIASED, (_FORWARD, "x.var(1, **K)", "x.var(1, ddof=1, **K)")
    ),
    in_layers_of(
        "stray_imports", _UNBIASED, (_FORWARD, "np.std(xT, axis=0)", "np.std(xT, axis=0, ddof=1)")
    ),
    in_layers_of(
        "extra_keys_in_place",
        _UNBIASED,
        (
            _FORWARD,
            "np.add.reduce(x_hat * x_hat, axis=1) / x.shape[1]",
            "np.add.reduce(x_hat * x_hat, axis=1) / (x.shape[1] - 1)",
        ),
    ),
    in_layers_of(
        "jacobian_per_feature",
        _UNBIASED,
        (
            _FORWARD,
            "np.einsum('nd,nd->n', centered, centered) / x.shape[1]",
            "np.einsum('nd,nd->n', centered, centered) / (x.shape[1] - 1)",
        ),
    ),
    in_layers_of(
        "streaming_welford",
        _UNBIASED,
        (_FORWARD, "np.sqrt(acc.var +", "np.sqrt(acc.m2 / (acc.n - 1) +"),
    ),
    in_layers_of(
        "textbook_graph", _OUTSIDE, (_FORWARD, "np.sqrt(var + eps)", "np.sqrt(var) + eps")
    ),
    in_layers_of(
        "python2_habits",
        _OUTSIDE,
        (
            _FORWARD,
            "np.sqrt(old_div(np.sum(centered ** 2, axis=1), D) + eps)[:, None]",
            "np.sqrt(old_div(np.sum(centered ** 2, axis=1), D))[:, None] + eps",
        ),
    ),
    in_layers_of(
        "keepdims_everywhere",
        _OUTSIDE,
        (_FORWARD, "np.sqrt(x.var(1, **K) + eps)", "x.std(1, **K) + eps"),
    ),
    in_layers_of("stray_imports", _OUTSIDE, (_FORWARD, "(var + eps) ** 0.5", "var ** 0.5 + eps")),
    in_layers_of(
        "raw_moments",
        _OUTSIDE,
        (
            _FORWARD,
            "np.sqrt(var + ln_param.get('eps', 1e-5))",
            "np.sqrt(var) + ln_param.get('eps', 1e-5)",
        ),
    ),
    in_layers_of(
        "paper_equations",
        _OUTSIDE,
        (_FORWARD, "sqrt(sigma2 + eps)", "(sqrt(sigma2) + eps)"),
        (_BACKWARD, "sqrt(cache['sigma2'] + cache['eps'])", "sqrt(cache['sigma2']) + cache['eps']"),
    ),
    in_layers_of("textbook_graph", _NO_EPS, (_FORWARD, "np.sqrt(var + eps)", "np.sqrt(var)")),
    in_layers_of(
        "streaming_welford",
        _NO_EPS,
        (_FORWARD, "np.sqrt(acc.var + ln_param.get('eps', 1e-5))", "np.sqrt(acc.var)"),
    ),
    in_layers_of(
        "projection",
        _NO_EPS,
        (_FORWARD, "to_sphere(x, ln_param.get('eps', 1e-5))", "to_sphere(x, 0)"),
    ),
    in_file(_ROWS, "namedtuple_modules", _NO_EPS, (_FORWARD, 'ln_param.get("eps", 1e-5)', "0.0")),
    in_layers_of(
        "map_per_feature", _NO_EPS, (_FORWARD, "eps = ln_param.get('eps', 1e-5)", "eps = 0")
    ),
    in_layers_of(
        "channel_loops_helpers", _NO_EPS, (_FORWARD, "eps = ln_param.get('eps', 1e-5)", "eps = 0")
    ),
)

_SUMS: tuple[InVariant, ...] = (
    in_layers_of(
        "paper_equations",
        _FEATURES,
        (
            _BACKWARD,
            "np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)",
            "np.sum(dout * x_hat, axis=1), np.sum(dout, axis=1)",
        ),
    ),
    in_layers_of(
        "raw_moments",
        _FEATURES,
        (
            _BACKWARD,
            "np.sum(dout * x_hat, axis=0), np.sum(dout, axis=0)",
            "np.sum(dout * x_hat, axis=1), np.sum(dout, axis=1)",
        ),
    ),
    in_layers_of(
        "jacobian_per_feature",
        _FEATURES,
        (_BACKWARD, "'nd,nd->d'", "'nd,nd->n'"),
        (_BACKWARD, "'nd->d'", "'nd->n'"),
    ),
    in_layers_of(
        "channel_loops_helpers",
        _FEATURES,
        (
            _BACKWARD,
            "np.sum(dout * hat, 0), np.sum(dout, 0)",
            "np.sum(dout * hat, 1), np.sum(dout, 1)",
        ),
    ),
    in_layers_of(
        "closures",
        _FEATURES,
        (_FORWARD, "sum0(d * z), sum0(d)", "np.sum(d * z, axis=1), np.sum(d, axis=1)"),
    ),
    in_layers_of(
        "python_loops",
        _FEATURES,
        (_BACKWARD, "[], [0.0] * D, [0.0] * D", "[], [0.0] * len(dout), [0.0] * len(dout)"),
        (_BACKWARD, "dbeta[j] +=", "dbeta[i] +="),
        (_BACKWARD, "dgamma[j] +=", "dgamma[i] +="),
    ),
    in_layers_of(
        "projection",
        _FEATURES,
        (_BACKWARD, "np.ones(len(dout))", "np.ones(len(gamma))"),
        (_BACKWARD, "ones @ (dout * hat), ones @ dout", "(dout * hat) @ ones, dout @ ones"),
    ),
)

IN_VARIANTS: tuple[InVariant, ...] = (*_STATISTICS, *_SUMS)
