"""Known mistakes in the code of variants: batch norm, the formula of test mode."""

from grader.core.misconception import InVariant
from mistakes.styles import Styles, in_batch_norm

_FORMULA: dict[str, Styles] = {
    "test-root-plus-eps": {
        "paper_equations": [("sqrt(running_var + eps)", "sqrt(running_var) + eps")],
        "map_per_feature": [("np.sqrt(v + eps)", "(np.sqrt(v) + eps)")],
        "float32_keeping": [
            ("np.sqrt(running_var + real(eps))", "(np.sqrt(running_var) + real(eps))")
        ],
        "extra_keys_in_place": [("np.sqrt(running_var + eps)", "np.sqrt(running_var) + eps")],
        "jacobian_per_feature": [("np.sqrt(old_var[j] + eps)", "(np.sqrt(old_var[j]) + eps)")],
        "closures": [("np.sqrt(var + eps)", "(np.sqrt(var) + eps)", "batchnorm_forward.test")],
    },
    "test-eps-left-out": {
        "namedtuple_modules": [
            ("normalized(x, old, eps, axis=0)", "normalized(x, old, 0, axis=0)")
        ],
        "one_core_axes": [
            ("normalize(x, axes, eps, rm", "normalize(x, axes, 0, rm", "batch_statistics_norm")
        ],
        "channel_loops_helpers": [("whiten(x, mean, var, eps)", "whiten(x, mean, var, 0)")],
        "ln_by_transpose": [
            (
                'np.sqrt(bn_param.get("running_var", zeros) + eps)',
                'np.sqrt(bn_param.get("running_var", zeros))',
            )
        ],
        "python2_habits": [
            ("np.sqrt(running['running_var'] + eps)", "np.sqrt(running['running_var'])")
        ],
    },
    "test-root-missing": {
        "node_classes": [
            ("std = np.sqrt(bn_param['running_var'] + eps)", "std = bn_param['running_var'] + eps")
        ],
        "map_per_feature": [("np.sqrt(v + eps)", "(v + eps)")],
        "stray_imports": [("stdev = np.sqrt(running_var + eps)", "stdev = running_var + eps")],
        "extra_keys_in_place": [("np.sqrt(running_var + eps)", "running_var + eps")],
        "projection": [("(gamma / np.sqrt(var + eps))", "(gamma / (var + eps))")],
    },
    "test-gamma-beta-forgotten": {
        "textbook_graph": [
            (
                (
                    "xhat = (x - running_mean) / np.sqrt(running_var + eps)\n"
                    "        out = gamma * xhat + beta"
                ),
                "out = (x - running_mean) / np.sqrt(running_var + eps)",
            )
        ],
        "projection": [
            (
                "centred * (gamma / np.sqrt(var + eps)) + beta, ()",
                "centred / np.sqrt(var + eps), ()",
            )
        ],
        "map_per_feature": [
            (
                "g * (c - m) / np.sqrt(v + eps) + b for c, m, v, g, b in",
                "(c - m) / np.sqrt(v + eps) for c, m, v, g, b in",
            )
        ],
        "ln_by_transpose": [
            (
                'gamma / sigma * (x - bn_param.get("running_mean", zeros)) + beta',
                '(x - bn_param.get("running_mean", zeros)) / sigma',
            )
        ],
        "channel_loops_helpers": [
            ("whiten(x, mean, var, eps) * gamma + beta, None", "whiten(x, mean, var, eps), None")
        ],
        "python_loops": [
            (
                "        columns.append([g * h + b for h in hat])",
                "        columns.append([g * h + b for h in hat] if mode == 'train' else hat)",
            )
        ],
    },
    "test-beta-forgotten": {
        "jacobian_per_feature": [
            ("np.sqrt(old_var[j] + eps) + beta[j]", "np.sqrt(old_var[j] + eps)")
        ],
        "node_classes": [("/ std) + beta, None", "/ std), None")],
        "paper_equations": [
            (
                "* x + (beta - gamma * running_mean / denominator)",
                "* x - gamma * running_mean / denominator",
            )
        ],
        "streaming_welford": [
            (
                "np.sqrt(bn_param['running_var'] + eps) + beta, None",
                "np.sqrt(bn_param['running_var'] + eps), None",
            )
        ],
        "float32_keeping": [
            (
                "        out = np.multiply(x_hat, gamma)\n",
                ("        out = np.multiply(x_hat, gamma)\n        np.add(out, beta, out=out)\n"),
            ),
            ("    np.add(out, beta, out=out)\n    return", "    return"),
        ],
    },
    "test-not-centred": {
        "paper_equations": [("+ (beta - gamma * running_mean / denominator)", "+ beta")],
        "float32_keeping": [("out = np.subtract(x, running_mean)", "out = np.array(x)")],
        "streaming_welford": [("gamma * centered / np", "gamma * x / np")],
        "keepdims_everywhere": [("(x - running_mean) / std", "x / std")],
        "raw_moments": [("mean, var = run\n", "mean, var = 0, run[1]\n")],
    },
    "test-not-normalised": {
        "jacobian_per_feature": [
            (
                "gamma[j] * (x[:, j] - old_mean[j]) / np.sqrt(old_var[j] + eps) + beta[j]",
                "gamma[j] * x[:, j] + beta[j]",
            )
        ],
        "one_core_axes": [
            (
                (
                    "        xhat, _ = normalize(x, axes, eps, rm.reshape(shape), "
                    "rv.reshape(shape))\n"
                    "        return g * xhat + b"
                ),
                "        return g * x + b",
                "batch_statistics_norm",
            )
        ],
        "closures": [
            (
                "gamma * (x - mu) / np.sqrt(var + eps) + beta",
                "gamma * x + beta",
                "batchnorm_forward.test",
            )
        ],
        "node_classes": [
            (
                "gamma * ((x - bn_param['running_mean']) / std) + beta, None",
                "ScaleShift(gamma, beta).forward(x), None",
            )
        ],
        "python2_habits": [
            (
                ("old_div(inp - running['running_mean'], np.sqrt(running['running_var'] + eps))"),
                "inp",
            )
        ],
    },
    "test-returns-nothing": {
        "textbook_graph": [
            (
                (
                    "        xhat = (x - running_mean) / np.sqrt(running_var + eps)\n"
                    "        out = gamma * xhat + beta\n"
                ),
                "        pass\n",
            )
        ],
        "stray_imports": [
            (
                (
                    "        stdev = np.sqrt(running_var + eps)\n"
                    "        out = gamma * (x - running_mean) / stdev + beta\n"
                ),
                "        out = None  # TODO\n",
            )
        ],
        "one_core_axes": [
            (
                (
                    "        xhat, _ = normalize(x, axes, eps, rm.reshape(shape), "
                    "rv.reshape(shape))\n"
                    "        return g * xhat + b, None"
                ),
                "        return None, None",
                "batch_statistics_norm",
            )
        ],
        "streaming_welford": [
            ("gamma * centered / np.sqrt(bn_param['running_var'] + eps) + beta, None", "None, None")
        ],
        "python_loops": [("        return out, None", "        return None, None")],
    },
}

IN_VARIANTS: tuple[InVariant, ...] = in_batch_norm(_FORMULA)
