"""Known mistakes in the code of variants: the running statistics."""

from grader.core.misconception import InVariant
from mistakes.styles import Styles, in_batch_norm

_WEIGHTS: dict[str, Styles] = {
    "run-momentum-exchanged": {
        "python_loops": [
            (
                "momentum * running_mean[j] + (1 - momentum) * mean",
                "momentum * mean + (1 - momentum) * running_mean[j]",
            ),
            (
                "momentum * running_var[j] + (1 - momentum) * variance",
                "momentum * variance + (1 - momentum) * running_var[j]",
            ),
        ],
        "projection": [("old + (1 - momentum) * (value - old)", "old + momentum * (value - old)")],
        "raw_moments": [("weights=[p, 1 - p]", "weights=[1 - p, p]")],
        "extra_keys_in_place": [
            (
                ("running_mean *= momentum\n        running_mean += (1 - momentum) * mean"),
                ("running_mean *= 1 - momentum\n        running_mean += momentum * mean"),
            ),
            (
                ("running_var *= momentum\n        running_var += (1 - momentum) * var"),
                "running_var *= 1 - momentum\n        running_var += momentum * var",
            ),
        ],
        "channel_loops_helpers": [
            (
                "old * momentum + np.ravel(value) * (1 - momentum)",
                "old * (1 - momentum) + np.ravel(value) * momentum",
                "store",
            )
        ],
        "closures": [
            (
                "keep * bn_param.get(name, np.zeros_like(new)) + (1 - keep) * new",
                "(1 - keep) * bn_param.get(name, np.zeros_like(new)) + keep * new",
                "batchnorm_forward.train",
            )
        ],
    },
    "run-momentum-exchanged-in-variance": {
        "python_loops": [
            (
                "momentum * running_var[j] + (1 - momentum) * variance",
                "(1 - momentum) * running_var[j] + momentum * variance",
            )
        ],
        "textbook_graph": [
            (
                "momentum * running_var + (1 - momentum) * var",
                "momentum * var + (1 - momentum) * running_var",
            )
        ],
        "one_core_axes": [
            (
                "momentum * rv + (1 - momentum) * stats['var'].reshape(rv.shape)",
                "(1 - momentum) * rv + momentum * stats['var'].reshape(rv.shape)",
                "batch_statistics_norm",
            )
        ],
        "extra_keys_in_place": [
            (
                ("running_var *= momentum\n        running_var += (1 - momentum) * var"),
                "running_var *= 1 - momentum\n        running_var += momentum * var",
            )
        ],
        "jacobian_per_feature": [("m * old_var + (1 - m) *", "(1 - m) * old_var + m *")],
    },
    "run-old-never-decays": {
        "extra_keys_in_place": [
            ("        running_mean *= momentum\n", ""),
            ("        running_var *= momentum\n", ""),
        ],
        "node_classes": [("momentum * bn_param[key] +", "bn_param[key] +")],
        "namedtuple_modules": [("momentum * o +", "o +", "remember")],
        "projection": [("old + (1 - momentum) * (value - old)", "old + (1 - momentum) * value")],
        "channel_loops_helpers": [("old * momentum +", "old +", "store")],
    },
    "run-new-unweighted": {
        "map_per_feature": [("momentum * o + (1 - momentum) * n", "momentum * o + n")],
        "streaming_welford": [("+ (1 - momentum) * new", "+ new")],
        "python2_habits": [("+ (1 - rate) * new", "+ new")],
        "extra_keys_in_place": [
            ("running_mean += (1 - momentum) * mean", "running_mean += mean"),
            ("running_var += (1 - momentum) * var", "running_var += var"),
        ],
        "float32_keeping": [("rest * mean[0]", "mean[0]"), ("rest * var[0]", "var[0]")],
    },
    "run-momentum-for-both": {
        "raw_moments": [
            (
                "np.average([old, new], axis=0, weights=[p, 1 - p])",
                "np.sum([p * old, p * new], axis=0)",
            )
        ],
        "streaming_welford": [
            ("momentum * bn_param[key] + (1 - momentum) * new", "momentum * (bn_param[key] + new)")
        ],
        "closures": [("(1 - keep) * new", "keep * new", "batchnorm_forward.train")],
        "ln_by_transpose": [("(1.0 - rho) * mu", "rho * mu"), ("(1.0 - rho) * var", "rho * var")],
        "float32_keeping": [("rest = real(1) - momentum", "rest = momentum")],
    },
    "run-momentum-fixed": {
        "python2_habits": [("params.get('momentum', 0.9)", "0.9")],
        "one_core_axes": [("bn_param.get('momentum', 0.9)", "0.9", "batch_statistics_norm")],
        "namedtuple_modules": [('bn_param.get("momentum", 0.9)', "0.9", "remember")],
        "jacobian_per_feature": [("bn_param.get('momentum', 0.9)", ".9")],
        "stray_imports": [("0.9)\n", "0.9)\n    momentum = 0.9\n")],
    },
    "run-momentum-other-default": {
        "channel_loops_helpers": [("'momentum', 0.9", "'momentum', 0.1", "store")],
        "node_classes": [("'momentum', 0.9", "'momentum', 0.1")],
        "closures": [("'momentum', 0.9", "'momentum', 0.1", "batchnorm_forward.train")],
        "keepdims_everywhere": [('"momentum", 0.9', '"momentum", 0.1')],
        "extra_keys_in_place": [('"momentum", 0.9', '"momentum", 0.1')],
    },
    "run-overwritten": {
        "node_classes": [
            ("momentum * bn_param[key] + (1 - momentum) * value.ravel()", "value.ravel()")
        ],
        "namedtuple_modules": [
            (
                '["running_mean"], bn_param["running_var"] = mixed',
                '["running_mean"], bn_param["running_var"] = new',
                "remember",
            )
        ],
        "channel_loops_helpers": [
            ("old * momentum + np.ravel(value) * (1 - momentum)", "np.ravel(value)", "store")
        ],
        "map_per_feature": [
            (
                "np.array([momentum * o + (1 - momentum) * n for o, n in zip(old, new)])",
                "np.array(new)",
            )
        ],
        "python_loops": [
            ("momentum * running_mean[j] + (1 - momentum) * mean", "mean"),
            ("momentum * running_var[j] + (1 - momentum) * variance", "variance"),
        ],
    },
}

_STORED: dict[str, Styles] = {
    "run-not-stored": {
        "textbook_graph": [
            (
                (
                    "    bn_param['running_mean'] = running_mean\n"
                    "    bn_param['running_var'] = running_var\n"
                ),
                "",
            )
        ],
        "python2_habits": [
            (("    for name, value in iteritems(running):\n        params[name] = value\n"), "")
        ],
        "namedtuple_modules": [("            remember(bn_param, batch, old)\n", "")],
        "python_loops": [
            (
                (
                    "    bn_param['running_mean'] = np.array(new_mean, dtype=x.dtype)\n"
                    "    bn_param['running_var'] = np.array(new_var, dtype=x.dtype)\n"
                ),
                "",
            )
        ],
        "float32_keeping": [
            (
                (
                    '    bn_param["running_mean"], bn_param["running_var"] = running_mean, '
                    "running_var\n"
                ),
                "",
            )
        ],
        "keepdims_everywhere": [
            ('bn_param["running_mean"] = momentum', "running_mean = momentum"),
            ('bn_param["running_var"] = momentum', "running_var = momentum"),
        ],
    },
    "run-variance-forgotten": {
        "python_loops": [
            ("momentum * running_var[j] + (1 - momentum) * variance", "running_var[j]")
        ],
        "stray_imports": [
            ("        running_var = momentum * running_var + (1 - momentum) * var\n", "")
        ],
        "extra_keys_in_place": [
            (("        running_var *= momentum\n        running_var += (1 - momentum) * var\n"), "")
        ],
        "node_classes": [
            (
                (
                    "[('running_mean', normalize.center.mean),\n"
                    "                       ('running_var', normalize.divide.var)]"
                ),
                "[('running_mean', normalize.center.mean)]",
            )
        ],
        "float32_keeping": [("        running_var = momentum * running_var + rest * var[0]\n", "")],
    },
    "run-starts-from-ones": {
        "python_loops": [("'running_var', [0.0] * D", "'running_var', [1.0] * D")],
        "extra_keys_in_place": [
            (
                '"running_var", np.zeros(x.shape[1], dtype=x.dtype)',
                '"running_var", np.ones(x.shape[1], dtype=x.dtype)',
            )
        ],
        "streaming_welford": [
            (
                "bn_param['running_var'] = np.zeros(D, dtype=x.dtype)",
                "bn_param['running_var'] = np.ones(D, dtype=x.dtype)",
            )
        ],
        "keepdims_everywhere": [
            ('"running_var", np.zeros((1, D), x.dtype)', '"running_var", np.ones((1, D), x.dtype)')
        ],
        "ln_by_transpose": [
            ("    mode = bn_param", "    ones = np.ones(x.shape[1], x.dtype)\n    mode = bn_param"),
            ('"running_var", zeros', '"running_var", ones'),
            ('"running_var", 0.0', '"running_var", ones'),
        ],
        "namedtuple_modules": [
            (
                'bn_param.get("running_var", zero)',
                'bn_param.get("running_var", zero + 1)',
                "remembered",
            )
        ],
    },
    "run-starts-from-first-batch": {
        "one_core_axes": [
            (
                "np.zeros(gamma.size, x.dtype))\n    rv",
                "normalize(x, axes, eps)[1]['mean'].ravel())\n    rv",
                "batch_statistics_norm",
            ),
            (
                "'running_var', np.zeros(gamma.size, x.dtype)",
                "'running_var', normalize(x, axes, eps)[1]['var'].ravel()",
                "batch_statistics_norm",
            ),
        ],
        "namedtuple_modules": [
            (
                (
                    "    zero = np.zeros(like.shape[1], dtype=like.dtype)\n"
                    '    return Moments(bn_param.get("running_mean", zero), '
                    'bn_param.get("running_var", zero))'
                ),
                (
                    "    first = moments(like, axis=0)\n"
                    '    return Moments(bn_param.get("running_mean", first.mean), '
                    'bn_param.get("running_var", first.var))'
                ),
                "remembered",
            )
        ],
        "textbook_graph": [
            ("'running_mean', np.zeros(D, dtype=x.dtype)", "'running_mean', np.mean(x, axis=0)"),
            ("'running_var', np.zeros(D, dtype=x.dtype)", "'running_var', np.var(x, axis=0)"),
        ],
        "python2_habits": [
            (
                (
                    "    running = {}\n"
                    "    for name in ('running_mean', 'running_var'):\n"
                    "        running[name] = params[name] if name in params else np.zeros(D, "
                    "dtype=inp.dtype)\n"
                ),
                (
                    "    running = {}\n"
                    "    for name, start in zip(('running_mean', 'running_var'), (np.mean, "
                    "np.var)):\n"
                    "        running[name] = params[name] if name in params else start(inp, "
                    "axis=0)\n"
                ),
            )
        ],
        "streaming_welford": [
            (
                (
                    "        bn_param['running_mean'] = np.zeros(D, dtype=x.dtype)\n"
                    "        bn_param['running_var'] = np.zeros(D, dtype=x.dtype)\n"
                ),
                (
                    "        first = accumulate(x, D, x.dtype)\n"
                    "        bn_param['running_mean'], bn_param['running_var'] = first.mean, "
                    "first.var\n"
                ),
            )
        ],
    },
}

_VARIANCE: dict[str, Styles] = {
    "run-variance-unbiased": {
        "jacobian_per_feature": [("np.var(col)", "np.var(col, ddof=1)")],
        "streaming_welford": [("'running_var': acc.var}", "'running_var': acc.m2 / (acc.n - 1)}")],
        "node_classes": [
            (
                "('running_var', normalize.divide.var)",
                "('running_var', normalize.divide.var * len(x) / (len(x) - 1))",
            )
        ],
        "textbook_graph": [("(1 - momentum) * var\n", "(1 - momentum) * sqsum / (N - 1)\n")],
        "paper_equations": [
            ("(1 - momentum) * sigma2_B", "(1 - momentum) * m / (m - 1) * sigma2_B")
        ],
        "ln_by_transpose": [("(1.0 - rho) * var", "(1.0 - rho) * np.var(x, axis=0, ddof=1)")],
    },
    "run-variance-with-eps": {
        "textbook_graph": [("(1 - momentum) * var\n", "(1 - momentum) * vareps\n")],
        "streaming_welford": [("'running_var': acc.var}", "'running_var': acc.var + eps}")],
        "stray_imports": [("(1 - momentum) * var\n", "(1 - momentum) * std ** 2\n")],
        "closures": [
            (
                "running_var=blend('running_var', var)",
                "running_var=blend('running_var', var + eps)",
                "batchnorm_forward.train",
            )
        ],
        "python2_habits": [
            (
                "zip(('running_mean', 'running_var'), (mean, var))",
                "zip(('running_mean', 'running_var'), (mean, std ** 2))",
            )
        ],
    },
    "run-keeps-deviation": {
        "map_per_feature": [("('running_var', variances)", "('running_var', np.sqrt(variances))")],
        "stray_imports": [("(1 - momentum) * var\n", "(1 - momentum) * np.std(x, axis=0)\n")],
        "channel_loops_helpers": [
            ("D, mean, var)\n        return", "D, mean, np.sqrt(var))\n        return")
        ],
        "jacobian_per_feature": [("np.var(col)", "np.std(col)")],
        "projection": [("('running_var', var)", "('running_var', np.sqrt(var))")],
    },
    "run-variance-from-mean": {
        "python_loops": [("momentum * running_var[j]", "momentum * running_mean[j]")],
        "one_core_axes": [("momentum * rv", "momentum * rm", "batch_statistics_norm")],
        "jacobian_per_feature": [("m * old_var", "m * old_mean")],
        "closures": [
            (
                "        bn_param.update(",
                (
                    "        old_mean = bn_param.get('running_mean', np.zeros_like(mu))\n"
                    "        bn_param.update("
                ),
                "batchnorm_forward.train",
            ),
            (
                "running_var=blend('running_var', var)",
                "running_var=keep * old_mean + (1 - keep) * var",
                "batchnorm_forward.train",
            ),
        ],
        "paper_equations": [("momentum * running_var", "momentum * running_mean")],
    },
    "run-variance-around-running-mean": {
        "paper_equations": [
            (
                "(1 - momentum) * sigma2_B",
                "(1 - momentum) / m * np.sum((x - running_mean) ** 2, axis=0)",
            )
        ],
        "python_loops": [
            (
                "(1 - momentum) * variance",
                "(1 - momentum) * math.fsum([(v - running_mean[j]) ** 2 for v in column]) / N",
            )
        ],
        "jacobian_per_feature": [
            (
                "np.array([np.var(col) for col in x.T])",
                "np.array([np.mean((col - o) ** 2) for col, o in zip(x.T, old_mean)])",
            )
        ],
        "keepdims_everywhere": [
            (
                "(1.0 - momentum) * var",
                "(1.0 - momentum) * np.mean((x - running_mean) ** 2, axis=0, **K)",
            )
        ],
        "raw_moments": [
            (
                "for old, new in zip(run, (mean, var))",
                "for old, new in zip(run, (mean, np.average((x - run[0]) ** 2, axis=0)))",
            )
        ],
    },
}

IN_VARIANTS: tuple[InVariant, ...] = in_batch_norm(_WEIGHTS | _STORED | _VARIANCE)
