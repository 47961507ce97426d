"""Known mistakes in the code of variants: batch norm forward, what follows the statistics."""

from grader.core.misconception import InVariant
from mistakes.styles import Styles, in_batch_norm

_NORMALISE: dict[str, Styles] = {
    "bn-root-missing": {
        "node_classes": [
            ("np.sqrt(self.var + self.eps)", "self.var + self.eps", "DivideByStd.forward"),
            ("np.sqrt(bn_param['running_var'] + eps)", "bn_param['running_var'] + eps"),
        ],
        "namedtuple_modules": [("** -0.5", "** -1.0", "normalized")],
        "channel_loops_helpers": [("np.sqrt(var + eps)", "(var + eps)", "whiten")],
        "python_loops": [("math.sqrt(variance + eps)", "variance + eps", "normalize")],
        "raw_moments": [("gamma / np.sqrt(var + eps)", "gamma / (var + eps)")],
    },
    "bn-not-centred": {
        "raw_moments": [("(x - mean) * slope", "x * slope")],
        "one_core_axes": [("(x - mean) * inv", "x * inv", "normalize")],
        "python_loops": [("(v - mean) / std", "v / std", "normalize")],
        "keepdims_everywhere": [
            ("(x - mean) / std", "x / std"),
            ("(x - running_mean) / std", "x / std"),
        ],
        "paper_equations": [
            ("(x - mu_B) / sqrt", "x / sqrt"),
            ("+ (beta - gamma * running_mean / denominator)", "+ beta"),
        ],
    },
    "bn-gamma-forgotten": {
        "python_loops": [("g * h + b", "h + b")],
        "extra_keys_in_place": [("out = centered * gamma\n", "out = np.array(centered)\n")],
        "node_classes": [
            ("self.gamma * x + self.beta", "x + self.beta", "ScaleShift.forward"),
            ("gamma * ((x", "((x"),
        ],
        "float32_keeping": [
            ("np.multiply(x_hat, gamma)", "np.copy(x_hat)"),
            ("out *= gamma / np.sqrt", "out /= np.sqrt"),
        ],
        "raw_moments": [("slope = gamma / np", "slope = 1 / np")],
        "projection": [
            ("x_hat @ np.diag(gamma) + beta", "x_hat + beta"),
            ("centred * (gamma / np.sqrt(var + eps))", "centred / np.sqrt(var + eps)"),
        ],
    },
    "bn-beta-forgotten": {
        "float32_keeping": [("    np.add(out, beta, out=out)\n", "")],
        "raw_moments": [("* slope + beta", "* slope")],
        "one_core_axes": [
            ("g * xhat + b, None", "g * xhat, None", "batch_statistics_norm"),
            ("g * xhat + b, (xhat", "g * xhat, (xhat", "batch_statistics_norm"),
        ],
        "map_per_feature": [
            ("x_hat * gamma + beta", "x_hat * gamma"),
            ("np.sqrt(v + eps) + b for", "np.sqrt(v + eps) for"),
        ],
        "textbook_graph": [
            ("out = gammax + beta", "out = gammax"),
            ("out = gamma * xhat + beta", "out = gamma * xhat"),
        ],
        "extra_keys_in_place": [("    out += beta\n", "")],
    },
    "bn-gamma-twice": {
        "textbook_graph": [
            ("xhat = xmu * ivar", "xhat = gamma * xmu * ivar"),
            ("xhat = (x - running_mean)", "xhat = gamma * (x - running_mean)"),
        ],
        "projection": [
            ("scale = 1 / np", "scale = gamma / np"),
            ("return centred *", "return gamma * centred *"),
        ],
        "channel_loops_helpers": [
            ("return hat * gamma + beta", "hat = hat * gamma\n        return hat * gamma + beta"),
            ("whiten(x, mean, var, eps) * gamma", "gamma * whiten(x, mean, var, eps) * gamma"),
        ],
        "extra_keys_in_place": [("centered /= cache[-1]", "centered *= gamma / cache[-1]")],
        "streaming_welford": [
            ("return gamma * centered /", "return gamma * gamma * centered /"),
            ("return gamma * cache.centered *", "return gamma * cache.gamma * cache.centered *"),
        ],
    },
    "bn-shifted-before-scaled": {
        "extra_keys_in_place": [
            ("out = centered * gamma\n    out += beta", "out = centered + beta\n    out *= gamma")
        ],
        "closures": [
            ("gamma * x_hat + beta", "gamma * (x_hat + beta)", "batchnorm_forward.train"),
            (
                "gamma * (x - mu) / np.sqrt(var + eps) + beta",
                "gamma * ((x - mu) / np.sqrt(var + eps) + beta)",
                "batchnorm_forward.test",
            ),
        ],
        "namedtuple_modules": [("hat.values * gamma + beta", "(hat.values + beta) * gamma")],
        "stray_imports": [
            ("gamma * z + beta", "gamma * (z + beta)"),
            (
                "gamma * (x - running_mean) / stdev + beta",
                "gamma * ((x - running_mean) / stdev + beta)",
            ),
        ],
        "node_classes": [
            ("self.gamma * x + self.beta", "self.gamma * (x + self.beta)", "ScaleShift.forward"),
            ("std) + beta, None", "std + beta), None"),
        ],
    },
    "bn-gamma-beta-exchanged": {
        "one_core_axes": [
            (
                "g, b = gamma.reshape(shape), beta.reshape(shape)",
                "b, g = gamma.reshape(shape), beta.reshape(shape)",
                "batch_statistics_norm",
            )
        ],
        "python_loops": [("g * h + b", "b * h + g")],
        "node_classes": [
            (
                "ScaleShift(gamma.reshape(1, D), beta.reshape(1, D))",
                "ScaleShift(beta.reshape(1, D), gamma.reshape(1, D))",
            ),
            ("return gamma * (", "return beta * ("),
            ("/ std) + beta", "/ std) + gamma"),
        ],
        "namedtuple_modules": [("hat.values * gamma + beta", "hat.values * beta + gamma")],
        "map_per_feature": [
            ("return x_hat * gamma + beta", "return x_hat * beta + gamma"),
            ("zeros), gamma, beta)", "zeros), beta, gamma)"),
        ],
    },
    "bn-trains-on-running": {
        "streaming_welford": [
            ("x - acc.mean", "x - bn_param['running_mean']"),
            ("1 / (acc.var + eps)", "1 / (bn_param['running_var'] + eps)"),
        ],
        "projection": [
            (
                "        scale = 1 / np.sqrt(var + eps)\n        x_hat = centred",
                (
                    "        scale = 1 / np.sqrt(bn_param['running_var'] + eps)\n"
                    "        x_hat = (x - bn_param['running_mean'])"
                ),
            )
        ],
        "raw_moments": [
            (
                "            for old, new in zip(run, (mean, var))]\n",
                (
                    "            for old, new in zip(run, (mean, var))]\n"
                    "        mean, var = bn_param['running_mean'], bn_param['running_var']\n"
                ),
            )
        ],
        "python_loops": [
            (
                "* variance)\n        else:\n",
                (
                    "* variance)\n"
                    "            mean, variance = new_mean[j], new_var[j]\n"
                    "        else:\n"
                ),
            )
        ],
        "namedtuple_modules": [
            (
                ("remember(bn_param, batch, old)\n            hat = normalized(x, batch, eps"),
                (
                    "remember(bn_param, batch, old)\n"
                    "            hat = normalized(x, remembered(bn_param, like=x), eps"
                ),
            )
        ],
        "ln_by_transpose": [
            ("    sigma = np.sqrt(var + eps)\n    z = (x - mu) / sigma\n\n", ""),
            (
                "(1.0 - rho) * var\n",
                (
                    "(1.0 - rho) * var\n"
                    '    sigma = np.sqrt(bn_param["running_var"] + eps)\n'
                    '    z = (x - bn_param["running_mean"]) / sigma\n'
                ),
            ),
        ],
    },
}

_INPUTS: dict[str, Styles] = {
    "bn-writes-into-x": {
        "keepdims_everywhere": [
            ("x_norm = (x - mean) / std", "x -= mean\n        x_norm = x / std"),
            ("x_norm = (x - running_mean) / std", "x -= running_mean\n        x_norm = x / std"),
        ],
        "textbook_graph": [
            ("xmu = x - mu", "x -= mu\n        xmu = x"),
            ("xhat = (x - running_mean) /", "x -= running_mean\n        xhat = x /"),
        ],
        "python2_habits": [
            ("centered = inp - mean", "centered = inp\n        centered -= mean"),
            (
                "normed = old_div(inp - running['running_mean'],",
                "inp -= running['running_mean']\n        normed = old_div(inp,",
            ),
        ],
        "jacobian_per_feature": [
            ("centered = x[:, j] - mean[j]", "centered = x[:, j]\n        centered -= mean[j]"),
            (
                "            out[:, j] = gamma[j] * (x[:, j] - old_mean[j]) /",
                (
                    "            x[:, j] -= old_mean[j]\n"
                    "            out[:, j] = gamma[j] * x[:, j] /"
                ),
            ),
        ],
        "projection": [
            ("centred = x - mean", "x -= mean\n        centred = x"),
            (
                "centred = x - bn_param.get('running_mean', zero)",
                "x -= bn_param.get('running_mean', zero)\n        centred = x",
            ),
        ],
    },
    "bn-single-precision": {
        "python_loops": [
            ("np.array(columns, dtype=x.dtype)", "np.array(columns, dtype=np.float32)")
        ],
        "jacobian_per_feature": [
            (
                "out = np.zeros_like(x)\n        for",
                "out = np.zeros(x.shape, dtype=np.float32)\n        for",
            ),
            (
                "x_hat, out = np.zeros_like(x), np.zeros_like(x)",
                "x_hat, out = np.zeros_like(x), np.zeros(x.shape, dtype='float32')",
            ),
        ],
        "namedtuple_modules": [
            ("hat.values * gamma + beta", "(hat.values * gamma + beta).astype(np.float32)")
        ],
        "map_per_feature": [
            ("return x_hat * gamma + beta", "return np.float32(x_hat * gamma + beta)"),
            ("np.stack(out, axis=1)", "np.stack(out, axis=1).astype('float32')"),
        ],
        "closures": [
            (
                "return gamma * x_hat + beta",
                "return np.float32(gamma * x_hat + beta)",
                "batchnorm_forward.train",
            ),
            (
                "return gamma * (x - mu) / np.sqrt(var + eps) + beta",
                "return np.float32(gamma * (x - mu) / np.sqrt(var + eps) + beta)",
                "batchnorm_forward.test",
            ),
        ],
    },
    "bn-any-mode": {
        "float32_keeping": [
            (
                (
                    '    if mode not in {"train", "test"}:\n'
                    '        raise ValueError(f"unknown batchnorm mode {mode!r}")\n'
                ),
                "",
            )
        ],
        "extra_keys_in_place": [
            (
                (
                    '    if mode not in ("train", "test"):\n'
                    '        raise ValueError("mode: " + str(mode))\n'
                ),
                "",
            )
        ],
        "node_classes": [
            (
                (
                    "    if mode not in ['train', 'test']:\n"
                    "        raise ValueError('Invalid forward batchnorm mode \"%s\"' % mode)\n"
                ),
                "",
            )
        ],
        "textbook_graph": [
            (
                (
                    "    else:\n"
                    "        raise ValueError('Invalid forward batchnorm mode \"%s\"' % mode)\n"
                ),
                "",
            ),
            ("elif mode == 'test':", "else:"),
        ],
        "one_core_axes": [
            (
                (
                    "    if mode != 'train':\n"
                    "        raise ValueError('Invalid forward batchnorm mode \"%s\"' % mode)\n"
                ),
                "",
                "batch_statistics_norm",
            )
        ],
        "map_per_feature": [
            ("    raise ValueError('mode should be train or test')\n", "    return x, None\n")
        ],
    },
    "bn-other-exception": {
        "closures": [
            (
                (
                    "    try:\n"
                    "        forward = {'train': train, 'test': test}[bn_param['mode']]\n"
                    "    except KeyError:\n"
                    "        raise ValueError('mode must be train or test')\n"
                ),
                "    forward = {'train': train, 'test': test}[bn_param['mode']]\n",
            )
        ],
        "projection": [("raise ValueError(", "raise KeyError(")],
        "stray_imports": [("raise ValueError(", "raise KeyError(")],
        "ln_by_transpose": [("raise ValueError(", "raise KeyError(")],
        "channel_loops_helpers": [("raise ValueError(", "raise KeyError(")],
    },
}

IN_VARIANTS: tuple[InVariant, ...] = in_batch_norm(_NORMALISE | _INPUTS)
