"""More known mistakes of layer norm as they are made in the code of the variants."""

from grader.core.misconception import InVariant
from mistakes.styling import in_file, in_layers_of

_FORWARD = "layernorm_forward"
_BACKWARD = "layernorm_backward"
_DX_GAMMA_LATE = "ln-dx-gamma-late"
_DX_GAMMA_MISSING = "ln-dx-gamma-missing"
_DGAMMA_AVERAGED = "ln-dgamma-averaged"
_DGAMMA_DBETA_EXCHANGED = "ln-dgamma-dbeta-exchanged"
_DX_DIRECT_ONLY = "ln-dx-direct-only"
_DX_MEAN_PATH_MISSING = "ln-dx-mean-path-missing"
_DX_DIVIDES_BY_EXAMPLES = "ln-dx-divides-by-examples"
_STATISTICS_OF_ALL = "ln-statistics-of-all"
_GAMMA_FORGOTTEN = "ln-gamma-forgotten"
_BETA_FORGOTTEN = "ln-beta-forgotten"

IN_VARIANTS: tuple[InVariant, ...] = (
    in_layers_of(
        "keepdims_everywhere",
        _DX_GAMMA_LATE,
        (_BACKWARD, "g = dout * gamma", "g = dout"),
        (_BACKWARD, " / std", " * gamma / std"),
    ),
    in_layers_of(
        "raw_moments",
        _DX_GAMMA_LATE,
        (_BACKWARD, "d = dout * gamma", "d = dout"),
        (_BACKWARD, " / std[:, None]", " * gamma / std[:, None]"),
    ),
    in_layers_of(
        "streaming_welford",
        _DX_GAMMA_LATE,
        (_BACKWARD, "dout[i] * cache.gamma, cache", "dout[i], cache"),
        (_BACKWARD, "/ cache.std[i]", "* cache.gamma / cache.std[i]"),
    ),
    in_layers_of(
        "map_per_feature",
        _DX_GAMMA_LATE,
        (
            _BACKWARD,
            "standardize_gradient(d * gamma, hat, var, eps)",
            "gamma * standardize_gradient(d, hat, var, eps)",
        ),
    ),
    in_layers_of(
        "projection",
        _DX_GAMMA_LATE,
        (
            _BACKWARD,
            "to_sphere_backward(dout * gamma, hat, radius)",
            "gamma * to_sphere_backward(dout, hat, radius)",
        ),
    ),
    in_layers_of(
        "python2_habits",
        _DX_GAMMA_LATE,
        (_BACKWARD, "g = grad_out * cache['gamma']", "g = grad_out"),
        (_BACKWARD, "old_div(grad_inp, D * std)", "old_div(cache['gamma'] * grad_inp, D * std)"),
    ),
    in_layers_of(
        "closures", _DX_GAMMA_LATE, (_FORWARD, "through(d * gamma)", "gamma * through(d)")
    ),
    in_layers_of(
        "textbook_graph", _DX_GAMMA_MISSING, (_BACKWARD, "dxhat = dout * gamma", "dxhat = dout")
    ),
    in_layers_of("stray_imports", _DX_GAMMA_MISSING, (_BACKWARD, "(dout * gamma).T", "dout.T")),
    in_layers_of(
        "jacobian_per_feature",
        _DX_GAMMA_MISSING,
        (_BACKWARD, "(dout[i] * gamma).dot", "dout[i].dot"),
    ),
    in_layers_of(
        "one_core_axes",
        _DX_GAMMA_MISSING,
        (_BACKWARD, "denormalize(dout * gamma", "denormalize(dout"),
    ),
    in_layers_of(
        "extra_keys_in_place",
        _DX_GAMMA_MISSING,
        (_BACKWARD, 'g = dout * cache["gamma"]', "g = dout"),
    ),
    in_layers_of(
        "float32_keeping",
        _DX_GAMMA_MISSING,
        (_BACKWARD, "np.multiply(dout, cache.gamma)", "dout.copy()"),
    ),
    in_layers_of(
        "textbook_graph",
        _DGAMMA_AVERAGED,
        (_BACKWARD, "np.sum(dout * xhat, axis=0)", "np.mean(dout * xhat, axis=0)"),
    ),
    in_layers_of(
        "one_core_axes",
        _DGAMMA_AVERAGED,
        (_BACKWARD, "(dout * xhat).sum(0)", "(dout * xhat).mean(0)"),
    ),
    in_layers_of(
        "jacobian_per_feature",
        _DGAMMA_AVERAGED,
        (_BACKWARD, "dout, x_hat), np", "dout, x_hat) / len(dout), np"),
    ),
    in_layers_of(
        "extra_keys_in_place",
        _DGAMMA_AVERAGED,
        (_BACKWARD, "np.add.reduce(dout * x_hat)", "np.add.reduce(dout * x_hat) / len(dout)"),
    ),
    in_layers_of("closures", _DGAMMA_AVERAGED, (_FORWARD, "sum0(d * z)", "mean0(d * z)")),
    in_file(
        "cs682/norms/rows.py",
        "namedtuple_modules",
        _DGAMMA_AVERAGED,
        (_BACKWARD, "(dout * hat.values).sum(axis=0)", "(dout * hat.values).mean(axis=0)"),
    ),
    in_layers_of(
        "python_loops",
        _DGAMMA_AVERAGED,
        (
            _BACKWARD,
            "dgamma[j] += upstream[j] * hats[i][j]",
            "dgamma[j] += upstream[j] * hats[i][j] / len(dout)",
        ),
    ),
    in_layers_of(
        "stray_imports",
        _DGAMMA_DBETA_EXCHANGED,
        (
            _BACKWARD,
            "np.sum(dout * z, axis=0), np.sum(dout, axis=0)",
            "np.sum(dout, axis=0), np.sum(dout * z, axis=0)",
        ),
    ),
    in_layers_of(
        "python_loops",
        _DGAMMA_DBETA_EXCHANGED,
        (_BACKWARD, "np.array(dgamma), np.array(dbeta)", "np.array(dbeta), np.array(dgamma)"),
    ),
    in_layers_of(
        "keepdims_everywhere",
        _DGAMMA_DBETA_EXCHANGED,
        (
            _BACKWARD,
            "dgamma.squeeze(axis=0), dbeta.squeeze(axis=0)",
            "dbeta.squeeze(axis=0), dgamma.squeeze(axis=0)",
        ),
    ),
    in_layers_of(
        "map_per_feature",
        _DGAMMA_DBETA_EXCHANGED,
        (_BACKWARD, "return dx, dgamma, reduce(add, dout)", "return dx, reduce(add, dout), dgamma"),
    ),
    in_layers_of(
        "float32_keeping",
        _DGAMMA_DBETA_EXCHANGED,
        (
            _BACKWARD,
            "return dx, dgamma, np.sum(dout, axis=0)",
            "return dx, np.sum(dout, axis=0), dgamma",
        ),
    ),
    in_layers_of(
        "projection",
        _DGAMMA_DBETA_EXCHANGED,
        (_BACKWARD, "ones @ (dout * hat), ones @ dout", "ones @ dout, ones @ (dout * hat)"),
    ),
    in_layers_of(
        "textbook_graph",
        _DX_DIRECT_ONLY,
        (_BACKWARD, "dx = dx1 + np.ones_like(dout) * dmu / D", "dx = dxmu1"),
    ),
    in_layers_of(
        "streaming_welford",
        _DX_DIRECT_ONLY,
        (_BACKWARD, "(d - d.mean() - hat * (d @ hat) / len(d))", "d"),
    ),
    in_layers_of(
        "raw_moments", _DX_DIRECT_ONLY, (_BACKWARD, "(d - mean_d - mean_dx * x_hat)", "d")
    ),
    in_layers_of(
        "paper_equations",
        _DX_DIRECT_ONLY,
        (_BACKWARD, "dxhat / root + dsigma2 * 2 * (x - mu) / H + dmu / H", "dxhat / root"),
    ),
    in_layers_of(
        "ln_by_transpose",
        _DX_DIRECT_ONLY,
        (
            _BACKWARD,
            "dxT, _, _ = batchnorm_backward_alt((dout * gamma).T, bn_cache)",
            "dxT = (dout * gamma).T / bn_cache[1]",
        ),
    ),
    in_layers_of(
        "channel_loops_helpers",
        _DX_DIRECT_ONLY,
        (
            _BACKWARD,
            "whiten_grad(dout * gamma, hat, var, eps)",
            "dout * gamma / np.sqrt(var + eps)",
        ),
    ),
    in_layers_of(
        "textbook_graph",
        _DX_MEAN_PATH_MISSING,
        (_BACKWARD, "dx = dx1 + np.ones_like(dout) * dmu / D", "dx = dx1"),
    ),
    in_layers_of("paper_equations", _DX_MEAN_PATH_MISSING, (_BACKWARD, " + dmu / H", "")),
    in_layers_of(
        "raw_moments", _DX_MEAN_PATH_MISSING, (_BACKWARD, "d - mean_d - mean_dx", "d - mean_dx")
    ),
    in_layers_of(
        "streaming_welford", _DX_MEAN_PATH_MISSING, (_BACKWARD, "d - d.mean() - hat", "d - hat")
    ),
    in_layers_of(
        "extra_keys_in_place",
        _DX_MEAN_PATH_MISSING,
        (_BACKWARD, "    dx -= np.add.reduce(g, axis=1, keepdims=True) / D\n", ""),
    ),
    in_layers_of(
        "stray_imports", _DX_MEAN_PATH_MISSING, (_BACKWARD, " - np.sum(dfdz, axis=0)", "")
    ),
    in_layers_of(
        "python2_habits",
        _DX_DIVIDES_BY_EXAMPLES,
        (_BACKWARD, "D = normed.shape[1]", "D = normed.shape[0]"),
    ),
    in_layers_of(
        "extra_keys_in_place",
        _DX_DIVIDES_BY_EXAMPLES,
        (_BACKWARD, "D = x_hat.shape[1]", "D = x_hat.shape[0]"),
    ),
    in_layers_of(
        "stray_imports", _DX_DIVIDES_BY_EXAMPLES, (_BACKWARD, "D = z.shape[1]", "D = z.shape[0]")
    ),
    in_layers_of(
        "paper_equations",
        _DX_DIVIDES_BY_EXAMPLES,
        (_BACKWARD, "(x - mu) / H + dmu / H", "(x - mu) / len(x) + dmu / len(x)"),
    ),
    in_layers_of(
        "textbook_graph",
        _DX_DIVIDES_BY_EXAMPLES,
        (_BACKWARD, "* dvar / D", "* dvar / len(dout)"),
        (_BACKWARD, "* dmu / D", "* dmu / len(dout)"),
    ),
    in_layers_of(
        "keepdims_everywhere",
        _STATISTICS_OF_ALL,
        (_FORWARD, "x.mean(1, **K), np.sqrt(x.var(1, **K)", "x.mean(), np.sqrt(x.var()"),
    ),
    in_layers_of(
        "one_core_axes",
        _STATISTICS_OF_ALL,
        (_FORWARD, "normalize(x, (axis,)", "normalize(x, (0, 1)"),
    ),
    in_layers_of(
        "textbook_graph",
        _STATISTICS_OF_ALL,
        (_FORWARD, "np.sum(x, axis=1, keepdims=True) / D", "np.sum(x) / (N * D)"),
        (_FORWARD, "np.sum(sq, axis=1, keepdims=True) / D", "np.sum(sq) / (N * D)"),
    ),
    in_layers_of(
        "stray_imports",
        _STATISTICS_OF_ALL,
        (_FORWARD, "np.mean(xT, axis=0)", "np.mean(xT)"),
        (_FORWARD, "np.std(xT, axis=0)", "np.std(xT)"),
    ),
    in_layers_of(
        "paper_equations",
        _STATISTICS_OF_ALL,
        (_FORWARD, "(1 / H * np.sum(x, axis=1)).reshape(-1, 1)", "np.mean(x)"),
        (
            _FORWARD,
            "(1 / H * np.sum((x - mu) ** 2, axis=1)).reshape(-1, 1)",
            "np.mean((x - mu) ** 2)",
        ),
    ),
    in_layers_of(
        "textbook_graph", _GAMMA_FORGOTTEN, (_FORWARD, "gamma * xhat + beta", "xhat + beta")
    ),
    in_layers_of(
        "keepdims_everywhere",
        _GAMMA_FORGOTTEN,
        (_FORWARD, "gamma * x_norm + beta", "x_norm + beta"),
    ),
    in_layers_of(
        "map_per_feature", _GAMMA_FORGOTTEN, (_FORWARD, "hat * gamma + beta", "hat + beta")
    ),
    in_layers_of("ln_by_transpose", _GAMMA_FORGOTTEN, (_FORWARD, "gamma * z + beta", "z + beta")),
    in_layers_of(
        "python_loops",
        _GAMMA_FORGOTTEN,
        (
            _FORWARD,
            "[g * h + b for g, h, b in zip(gammas, hat, betas)]",
            "[h + b for h, b in zip(hat, betas)]",
        ),
    ),
    in_layers_of(
        "raw_moments", _BETA_FORGOTTEN, (_FORWARD, "x_hat * gamma + beta", "x_hat * gamma")
    ),
    in_layers_of("projection", _BETA_FORGOTTEN, (_FORWARD, "hat * gamma + beta", "hat * gamma")),
    in_layers_of("closures", _BETA_FORGOTTEN, (_FORWARD, "gamma * z + beta", "gamma * z")),
    in_file(
        "cs682/norms/rows.py",
        "namedtuple_modules",
        _BETA_FORGOTTEN,
        (_FORWARD, "hat.values * gamma + beta", "hat.values * gamma"),
    ),
    in_layers_of("float32_keeping", _BETA_FORGOTTEN, (_FORWARD, "    out += beta\n", "")),
)
