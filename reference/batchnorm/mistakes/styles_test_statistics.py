"""Known mistakes in the code of variants: batch norm, the statistics of test mode."""

from grader.core.misconception import InVariant
from mistakes.styles import Styles, in_batch_norm

_WHICH: dict[str, Styles] = {
    "test-uses-batch": {
        "streaming_welford": [
            (
                (
                    "        centered = x - bn_param['running_mean']\n"
                    "        return gamma * centered / np.sqrt(bn_param['running_var'] + eps)"
                ),
                (
                    "        acc = accumulate(x, D, x.dtype)\n"
                    "        return gamma * (x - acc.mean) / np.sqrt(acc.var + eps)"
                ),
            )
        ],
        "python_loops": [
            (
                "mean, variance = running_mean[j], running_var[j]",
                "mean, variance = mean_and_variance(column)",
            )
        ],
        "one_core_axes": [
            (
                "normalize(x, axes, eps, rm.reshape(shape), rv.reshape(shape))",
                "normalize(x, axes, eps)",
                "batch_statistics_norm",
            )
        ],
        "namedtuple_modules": [
            ("normalized(x, old, eps, axis=0)", "normalized(x, moments(x, axis=0), eps, axis=0)")
        ],
        "channel_loops_helpers": [
            (
                ("mean, var = running.load(bn_param, D)\n        return whiten(x, mean, var, eps)"),
                ("mean, var = stats(x.T)\n        return whiten(x.T, mean, var, eps).T"),
            )
        ],
        "extra_keys_in_place": [
            (
                (
                    "        centered = x - running_mean\n"
                    "        cache += [gamma.copy(), np.sqrt(running_var + eps)]"
                ),
                (
                    "        centered = x - np.add.reduce(x, axis=0) / x.shape[0]\n"
                    "        cache += [gamma.copy(), np.sqrt(np.mean(centered * centered, "
                    "axis=0) + eps)]"
                ),
            )
        ],
    },
    "test-batch-mean": {
        "map_per_feature": [
            ("zip(x.T, bn_param.get('running_mean', zeros)", "zip(x.T, x.mean(axis=0)")
        ],
        "projection": [("x - bn_param.get('running_mean', zero)", "centring(len(x)) @ x")],
        "one_core_axes": [("eps, rm.reshape(shape), rv", "eps, None, rv", "batch_statistics_norm")],
        "jacobian_per_feature": [("(x[:, j] - old_mean[j])", "(x[:, j] - np.mean(x[:, j]))")],
        "closures": [
            ("mu, var = (", "_, var = (", "batchnorm_forward.test"),
            ("(x - mu)", "(x - mean0(x))", "batchnorm_forward.test"),
        ],
    },
    "test-batch-variance": {
        "one_core_axes": [
            (
                "rm.reshape(shape), rv.reshape(shape))",
                "rm.reshape(shape))",
                "batch_statistics_norm",
            ),
            (
                "((x - mean) ** 2).mean(axes, keepdims=True)",
                "x.var(axes, keepdims=True)",
                "normalize",
            ),
        ],
        "ln_by_transpose": [
            (
                'np.sqrt(bn_param.get("running_var", zeros) + eps)',
                "np.sqrt(np.var(x, axis=0) + eps)",
            )
        ],
        "python2_habits": [
            ("np.sqrt(running['running_var'] + eps)", "np.sqrt(np.var(inp, axis=0) + eps)")
        ],
        "paper_equations": [
            (
                "sqrt(running_var + eps)",
                "sqrt(1 / m * np.sum((x - np.mean(x, axis=0)) ** 2, axis=0) + eps)",
            )
        ],
        "keepdims_everywhere": [
            ("std = np.sqrt(running_var + eps)", "std = np.sqrt(np.var(x, axis=0, **K) + eps)")
        ],
    },
    "test-statistics-ignored": {
        "namedtuple_modules": [
            (
                "normalized(x, old, eps, axis=0)",
                "normalized(x, remembered({}, like=x), eps, axis=0)",
            )
        ],
        "map_per_feature": [
            (
                (
                    "zip(x.T, bn_param.get('running_mean', zeros),\n"
                    "                      bn_param.get('running_var', zeros),"
                ),
                "zip(x.T, zeros, zeros,",
            )
        ],
        "textbook_graph": [
            (
                "(x - running_mean) / np.sqrt(running_var + eps)",
                "(x - np.zeros(D)) / np.sqrt(np.zeros(D) + eps)",
            )
        ],
        "closures": [
            (
                ("mu, var = (bn_param.get('running_' + name, zero) for name in ('mean', 'var'))"),
                "mu, var = zero, zero",
                "batchnorm_forward.test",
            )
        ],
        "python_loops": [
            ("mean, variance = running_mean[j], running_var[j]", "mean, variance = 0.0, 0.0")
        ],
    },
    "test-variance-corrected": {
        "paper_equations": [
            ("sqrt(running_var + eps)", "sqrt(m / max(m - 1, 1) * running_var + eps)")
        ],
        "stray_imports": [
            ("np.sqrt(running_var + eps)", "np.sqrt(running_var * N / max(N - 1, 1) + eps)")
        ],
        "channel_loops_helpers": [
            ("whiten(x, mean, var, eps)", "whiten(x, mean, var * len(x) / max(len(x) - 1, 1), eps)")
        ],
        "projection": [
            (
                "np.sqrt(var + eps)) + beta, ()",
                "np.sqrt(var * len(x) / max(len(x) - 1, 1) + eps)) + beta, ()",
            )
        ],
        "raw_moments": [
            ("mean, var = run\n", "mean, var = run[0], run[1] * len(x) / max(len(x) - 1, 1)\n")
        ],
    },
}

_UPDATED: dict[str, Styles] = {
    "run-updated-in-test": {
        "textbook_graph": [
            (
                (
                    "        xhat = (x - running_mean) / np.sqrt(running_var + eps)\n"
                    "        out = gamma * xhat + beta\n"
                ),
                (
                    "        xhat = (x - running_mean) / np.sqrt(running_var + eps)\n"
                    "        out = gamma * xhat + beta\n"
                    "        running_mean = momentum * running_mean + (1 - momentum) * "
                    "np.mean(x, axis=0)\n"
                    "        running_var = momentum * running_var + (1 - momentum) * "
                    "np.var(x, axis=0)\n"
                ),
            )
        ],
        "python_loops": [
            (
                "            mean, variance = running_mean[j], running_var[j]\n",
                (
                    "            mean, variance = mean_and_variance(column)\n"
                    "            new_mean.append(momentum * running_mean[j] + (1 - momentum) "
                    "* mean)\n"
                    "            new_var.append(momentum * running_var[j] + (1 - momentum) * "
                    "variance)\n"
                    "            mean, variance = running_mean[j], running_var[j]\n"
                ),
            ),
            ("    if mode == 'test':\n        return out, None\n", ""),
        ],
        "namedtuple_modules": [
            (
                "hat, cache = normalized(x, old, eps, axis=0), None\n",
                (
                    "hat, cache = normalized(x, old, eps, axis=0), None\n"
                    "            remember(bn_param, moments(x, axis=0), old)\n"
                ),
            )
        ],
        "one_core_axes": [
            (
                "    if mode == 'test':\n        xhat, _ =",
                (
                    "    momentum = bn_param.get('momentum', 0.9)\n"
                    "    _, stats = normalize(x, axes, eps)\n"
                    "    bn_param['running_mean'] = momentum * rm + (1 - momentum) * "
                    "stats['mean'].ravel()\n"
                    "    bn_param['running_var'] = momentum * rv + (1 - momentum) * "
                    "stats['var'].ravel()\n"
                    "    if mode == 'test':\n"
                    "        xhat, _ ="
                ),
                "batch_statistics_norm",
            ),
            (
                (
                    "    momentum = bn_param.get('momentum', 0.9)\n"
                    "    bn_param['running_mean'] = momentum * rm + (1 - momentum) * "
                    "stats['mean'].reshape(rm.shape)\n"
                    "    bn_param['running_var'] = momentum * rv + (1 - momentum) * "
                    "stats['var'].reshape(rv.shape)\n"
                ),
                "",
                "batch_statistics_norm",
            ),
        ],
        "channel_loops_helpers": [
            (
                "        return whiten(x, mean, var, eps)",
                (
                    "        running.store(bn_param, D, *stats(x.T))\n"
                    "        return whiten(x, mean, var, eps)"
                ),
            )
        ],
        "python2_habits": [
            (
                "        out = normed * gamma + beta\n        cache = None\n",
                (
                    "        out = normed * gamma + beta\n"
                    "        cache = None\n"
                    "        rate = params.get('momentum', 0.9)\n"
                    "        running['running_mean'] = rate * running['running_mean'] + (1 - "
                    "rate) * np.mean(inp, axis=0)\n"
                    "        running['running_var'] = rate * running['running_var'] + (1 - "
                    "rate) * np.var(inp, axis=0)\n"
                ),
            )
        ],
    },
    "test-mixes-batch-in": {
        "float32_keeping": [
            (
                "        out = np.subtract(x, running_mean)\n",
                (
                    "        _, mean, var, _ = _standardize(x, 0, eps)\n"
                    "        running_mean = momentum * running_mean + (real(1) - momentum) * "
                    "mean[0]\n"
                    "        running_var = momentum * running_var + (real(1) - momentum) * "
                    "var[0]\n"
                    "        out = np.subtract(x, running_mean)\n"
                ),
            )
        ],
        "streaming_welford": [
            (
                "    if mode == 'test':\n",
                (
                    "    acc = accumulate(x, D, x.dtype)\n"
                    "    for key, new in {'running_mean': acc.mean, 'running_var': "
                    "acc.var}.items():\n"
                    "        bn_param[key] = momentum * bn_param[key] + (1 - momentum) * new\n"
                    "    if mode == 'test':\n"
                ),
            ),
            (
                (
                    "    acc = accumulate(x, D, x.dtype)\n"
                    "    for key, new in {'running_mean': acc.mean, 'running_var': "
                    "acc.var}.items():\n"
                    "        bn_param[key] = momentum * bn_param[key] + (1 - momentum) * new\n"
                    "    cache = Cache()"
                ),
                "    cache = Cache()",
            ),
        ],
        "channel_loops_helpers": [
            (
                "        mean, var = running.load(bn_param, D)\n",
                (
                    "        running.store(bn_param, D, *stats(x.T))\n"
                    "        mean, var = running.load(bn_param, D)\n"
                ),
            )
        ],
        "extra_keys_in_place": [
            (
                "        centered = x - running_mean\n",
                (
                    "        running_mean *= momentum\n"
                    "        running_mean += (1 - momentum) * np.mean(x, axis=0)\n"
                    "        running_var *= momentum\n"
                    "        running_var += (1 - momentum) * np.var(x, axis=0)\n"
                    "        centered = x - running_mean\n"
                ),
            )
        ],
        "namedtuple_modules": [
            (
                "hat, cache = normalized(x, old, eps, axis=0), None\n",
                (
                    "remember(bn_param, moments(x, axis=0), old)\n"
                    "            hat, cache = normalized(x, remembered(bn_param, like=x), "
                    "eps, axis=0), None\n"
                ),
            )
        ],
    },
}

IN_VARIANTS: tuple[InVariant, ...] = in_batch_norm(_WHICH | _UPDATED)
