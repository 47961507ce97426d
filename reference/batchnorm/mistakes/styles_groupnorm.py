"""Known mistakes of group norm as they are made in the code of the variants."""

from grader.core.misconception import InVariant
from mistakes.styling import in_layers_of

_FORWARD = "spatial_groupnorm_forward"
_BACKWARD = "spatial_groupnorm_backward"
_DX_GAMMA_LATE = "gn-dx-gamma-late"
_EACH_CHANNEL = "gn-each-channel"
_ALL_CHANNELS = "gn-all-channels"
_VARIANCE_UNBIASED = "gn-variance-unbiased"
_EPS_OUTSIDE_ROOT = "gn-eps-outside-root"
_BETA_FORGOTTEN = "gn-beta-forgotten"
_DX_DIRECT_ONLY = "gn-dx-direct-only"
_PARAMETERS_AVERAGED = "gn-parameters-averaged"

IN_VARIANTS: tuple[InVariant, ...] = (
    in_layers_of(
        "paper_equations",
        _DX_GAMMA_LATE,
        (_BACKWARD, "dout * cache['gamma']", "dout"),
        (_BACKWARD, "return np.reshape(dx", "return cache['gamma'] * np.reshape(dx"),
    ),
    in_layers_of(
        "keepdims_everywhere",
        _DX_GAMMA_LATE,
        (_BACKWARD, "(dout * gamma).reshape", "dout.reshape"),
        (_BACKWARD, "return dx.reshape(dout.shape)", "return gamma * dx.reshape(dout.shape)"),
    ),
    in_layers_of(
        "one_core_axes",
        _DX_GAMMA_LATE,
        (_BACKWARD, "(dout * gamma).reshape(xhat.shape)", "dout.reshape(xhat.shape)"),
        (_BACKWARD, "(2, 3, 4)).reshape(dout.shape)", "(2, 3, 4)).reshape(dout.shape) * gamma"),
    ),
    in_layers_of(
        "streaming_welford",
        _DX_GAMMA_LATE,
        (_BACKWARD, "(dout * cache.gamma).reshape", "dout.reshape"),
        (
            _BACKWARD,
            "cache.std).reshape(dout.shape)",
            "cache.std).reshape(dout.shape) * cache.gamma",
        ),
    ),
    in_layers_of(
        "stray_imports",
        _DX_GAMMA_LATE,
        (_BACKWARD, "(dout * gamma).reshape", "dout.reshape"),
        (_BACKWARD, "return dx.T.reshape(dout.shape)", "return gamma * dx.T.reshape(dout.shape)"),
    ),
    in_layers_of(
        "closures",
        _DX_GAMMA_LATE,
        (
            _FORWARD,
            "through((d * gamma).reshape(grouped)).reshape(x.shape)",
            "gamma * through(d.reshape(grouped)).reshape(x.shape)",
        ),
    ),
    in_layers_of("raw_moments", _EACH_CHANNEL, (_FORWARD, "N * G, C // G * H * W", "N * C, H * W")),
    in_layers_of(
        "float32_keeping", _EACH_CHANNEL, (_FORWARD, "x.shape[0] * G", "x.shape[0] * x.shape[1]")
    ),
    in_layers_of("projection", _EACH_CHANNEL, (_FORWARD, "len(x) * G", "len(x) * x.shape[1]")),
    in_layers_of(
        "node_classes",
        _EACH_CHANNEL,
        (_FORWARD, "(x.shape[0], G, -1)", "(x.shape[0], x.shape[1], -1)"),
    ),
    in_layers_of(
        "python2_habits",
        _EACH_CHANNEL,
        (_FORWARD, "inp.reshape(N * G, -1)", "inp.reshape(N * C, -1)"),
    ),
    in_layers_of("closures", _ALL_CHANNELS, (_FORWARD, "(len(x), G, -1)", "(len(x), 1, -1)")),
    in_layers_of(
        "ln_by_transpose",
        _ALL_CHANNELS,
        (_FORWARD, "x.reshape(x.shape[0] * G, -1)", "x.reshape(x.shape[0], -1)"),
    ),
    in_layers_of(
        "extra_keys_in_place",
        _ALL_CHANNELS,
        (_FORWARD, "x.reshape(-1, x[0].size // G)", "x.reshape(len(x), -1)"),
    ),
    in_layers_of("map_per_feature", _ALL_CHANNELS, (_FORWARD, "np.split(image, G)", "[image]")),
    in_layers_of(
        "jacobian_per_feature",
        _ALL_CHANNELS,
        (_FORWARD, "x.reshape(x.shape[0], G, -1)", "x.reshape(x.shape[0], 1, -1)"),
    ),
    in_layers_of(
        "textbook_graph",
        _VARIANCE_UNBIASED,
        (
            _FORWARD,
            "x_group.var(axis=1, keepdims=True)",
            "x_group.var(axis=1, ddof=1, keepdims=True)",
        ),
    ),
    in_layers_of(
        "keepdims_everywhere",
        _VARIANCE_UNBIASED,
        (_FORWARD, "groups.var(axes, **K)", "groups.var(axes, ddof=1, **K)"),
    ),
    in_layers_of(
        "paper_equations",
        _VARIANCE_UNBIASED,
        (
            _FORWARD,
            "np.var(grouped, axis=(2, 3, 4), keepdims=True)",
            "np.var(grouped, axis=(2, 3, 4), keepdims=True, ddof=1)",
        ),
    ),
    in_layers_of(
        "extra_keys_in_place",
        _VARIANCE_UNBIASED,
        (
            _FORWARD,
            "np.add.reduce(x_hat * x_hat, axis=1, keepdims=True) / x_hat.shape[1]",
            "np.add.reduce(x_hat * x_hat, axis=1, keepdims=True) / (x_hat.shape[1] - 1)",
        ),
    ),
    in_layers_of(
        "stray_imports",
        _VARIANCE_UNBIASED,
        (_FORWARD, "np.std(xT, axis=0)", "np.std(xT, axis=0, ddof=1)"),
    ),
    in_layers_of(
        "jacobian_per_feature",
        _VARIANCE_UNBIASED,
        (_FORWARD, "centered, centered) / size", "centered, centered) / (size - 1)"),
    ),
    in_layers_of(
        "keepdims_everywhere",
        _EPS_OUTSIDE_ROOT,
        (
            _FORWARD,
            'np.sqrt(groups.var(axes, **K) + gn_param.get("eps", 1e-5))',
            'groups.std(axes, **K) + gn_param.get("eps", 1e-5)',
        ),
    ),
    in_layers_of(
        "stray_imports",
        _EPS_OUTSIDE_ROOT,
        (_FORWARD, "(np.std(xT, axis=0) ** 2 + eps) ** 0.5", "np.std(xT, axis=0) + eps"),
    ),
    in_layers_of(
        "raw_moments",
        _EPS_OUTSIDE_ROOT,
        (
            _FORWARD,
            "np.sqrt(var + gn_param.get('eps', 1e-5))",
            "np.sqrt(var) + gn_param.get('eps', 1e-5)",
        ),
    ),
    in_layers_of(
        "streaming_welford",
        _EPS_OUTSIDE_ROOT,
        (
            _FORWARD,
            "np.sqrt(acc.var + gn_param.get('eps', 1e-5))",
            "(np.sqrt(acc.var) + gn_param.get('eps', 1e-5))",
        ),
    ),
    in_layers_of(
        "jacobian_per_feature",
        _EPS_OUTSIDE_ROOT,
        (_FORWARD, "centered, centered) / size + eps)", "centered, centered) / size) + eps"),
    ),
    in_layers_of(
        "extra_keys_in_place",
        _EPS_OUTSIDE_ROOT,
        (
            _FORWARD,
            'np.sqrt(var + gn_param.setdefault("eps", 1e-5))',
            'np.sqrt(var) + gn_param.setdefault("eps", 1e-5)',
        ),
    ),
    in_layers_of("python_loops", _BETA_FORGOTTEN, (_FORWARD, " + beta.flat[c]", "")),
    in_layers_of(
        "textbook_graph", _BETA_FORGOTTEN, (_FORWARD, "xhat * gamma + beta", "xhat * gamma")
    ),
    in_layers_of(
        "channel_loops_helpers", _BETA_FORGOTTEN, (_FORWARD, "hat * gamma + beta", "hat * gamma")
    ),
    in_layers_of(
        "one_core_axes",
        _BETA_FORGOTTEN,
        (_FORWARD, ".reshape(x.shape) + beta", ".reshape(x.shape)"),
    ),
    in_layers_of("float32_keeping", _BETA_FORGOTTEN, (_FORWARD, "    out += beta\n", "")),
    in_layers_of(
        "textbook_graph",
        _DX_DIRECT_ONLY,
        (
            _BACKWARD,
            (
                "(M * dxhat - np.sum(dxhat, axis=1, keepdims=True)\n          - xhat * "
                "np.sum(dxhat * xhat, axis=1, keepdims=True)) / (M * np.sqrt(var + eps))"
            ),
            "dxhat / np.sqrt(var + eps)",
        ),
    ),
    in_layers_of(
        "paper_equations",
        _DX_DIRECT_ONLY,
        (_BACKWARD, "dxhat / root + dvar * 2 * centered / m + dmean / m", "dxhat / root"),
    ),
    in_layers_of("streaming_welford", _DX_DIRECT_ONLY, (_BACKWARD, "(d - s1 - s2 * hat)", "d")),
    in_layers_of(
        "stray_imports",
        _DX_DIRECT_ONLY,
        (
            _BACKWARD,
            "(dfdz * M - zT * np.sum(zT * dfdz, axis=0) - np.sum(dfdz, axis=0)) / (std * M)",
            "dfdz / std",
        ),
    ),
    in_layers_of(
        "keepdims_everywhere",
        _DX_DIRECT_ONLY,
        (_BACKWARD, "(g - g.mean(axes, **K) - x_norm * (g * x_norm).mean(axes, **K))", "g"),
    ),
    in_layers_of(
        "one_core_axes",
        _PARAMETERS_AVERAGED,
        (
            _BACKWARD,
            "return dx, dgamma, dout.sum(axes, keepdims=True)",
            "return dx, dgamma, dout.mean((2, 3), keepdims=True).sum(0, keepdims=True)",
        ),
        (
            _BACKWARD,
            "(dout * xhat.reshape(dout.shape)).sum(axes, keepdims=True)",
            "(dout * xhat.reshape(dout.shape)).mean((2, 3), keepdims=True).sum(0, keepdims=True)",
        ),
        (_BACKWARD, "    axes = (0, 2, 3)\n", ""),
    ),
    in_layers_of(
        "streaming_welford",
        _PARAMETERS_AVERAGED,
        (
            _BACKWARD,
            "image.sum(axis=(1, 2)) for image in dout * hat",
            "image.mean(axis=(1, 2)) for image in dout * hat",
        ),
        (
            _BACKWARD,
            "image.sum(axis=(1, 2)) for image in dout)",
            "image.mean(axis=(1, 2)) for image in dout)",
        ),
    ),
    in_layers_of(
        "python_loops",
        _PARAMETERS_AVERAGED,
        (
            _BACKWARD,
            "np.sum(dout[:, c] * x_hat[:, c])",
            "np.sum(dout[:, c] * x_hat[:, c]) / dout[0, c].size",
        ),
        (_BACKWARD, "np.sum(dout[:, c])\n", "np.sum(dout[:, c]) / dout[0, c].size\n"),
    ),
    in_layers_of(
        "channel_loops_helpers",
        _PARAMETERS_AVERAGED,
        (
            _BACKWARD,
            "np.sum(dout[:, c] * hat[:, c])",
            "np.sum(dout[:, c] * hat[:, c]) / dout[0, c].size",
        ),
        (_BACKWARD, "np.sum(dout[:, c]) for", "np.sum(dout[:, c]) / dout[0, c].size for"),
    ),
    in_layers_of(
        "paper_equations",
        _PARAMETERS_AVERAGED,
        (
            _BACKWARD,
            "np.sum(dout * cache['x_hat'], axis=(0, 2, 3), keepdims=True)",
            "np.sum(dout * cache['x_hat'], axis=(0, 2, 3), keepdims=True) / (H * W)",
        ),
        (
            _BACKWARD,
            "np.sum(dout, axis=(0, 2, 3), keepdims=True)",
            "np.sum(dout, axis=(0, 2, 3), keepdims=True) / (H * W)",
        ),
    ),
)
