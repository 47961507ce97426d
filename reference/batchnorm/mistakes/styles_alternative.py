"""Mistakes of the alternative backward pass, as made in the code of the variants."""

from grader.core.misconception import InVariant
from mistakes.styles_places import STAGED, Rows, in_styles

# The same files, another function.
_ALTERNATIVE = {variant: (path, "batchnorm_backward_alt") for variant, (path, _) in STAGED.items()}
_ALTERNATIVE["closures"] = ("layers.py", "batchnorm_forward.train.fast")

_MISTAKES: dict[str, Rows] = {
    "alt-direct-only": (
        (
            "textbook_graph",
            *("(gamma * ivar / N) * (N * dout - dbeta - xhat * dgamma)", "gamma * ivar * dout"),
        ),
        ("projection", "(dout - (along_one + along_hat * x_hat))", "dout"),
        ("raw_moments", "    dx += b * x\n    dx += c\n", ""),
        (
            "extra_keys_in_place",
            *("    work -= scale * dbeta / N\n", ""),
            *("    work -= x_hat * (scale * dgamma / N)\n", ""),
        ),
        ("paper_equations", "(dout - x_hat * (dl_dgamma / m) - dl_dbeta / m)", "dout"),
        (
            "map_per_feature",
            *("    dx = x_hat * (dgamma * (-k / n))\n", "    dx = k * dout\n"),
            *("    dx -= dbeta * (k / n)\n    dx += k * dout\n", ""),
        ),
    ),
    "alt-diagonal-only": (
        ("textbook_graph", "N * dout - dbeta - xhat * dgamma", "(N - 1 - xhat ** 2) * dout"),
        ("stray_imports", "dout * N - z * dgamma - dbeta", "dout * (N - 1 - z * z)"),
        (
            "jacobian_per_feature",
            *("dbeta / N", "dout / N"),
            *("np.einsum('nd,d->nd', x_hat, dgamma / N)", "x_hat ** 2 * dout / N"),
        ),
        (
            "python2_habits",
            *("grad_inp -= grad_beta", "grad_inp -= grad_out"),
            *("grad_inp -= normed * grad_gamma", "grad_inp -= normed ** 2 * grad_out"),
        ),
        ("projection", "(along_one + along_hat * x_hat)", "(1 + x_hat ** 2) * dout / len(row)"),
        (
            "ln_by_transpose",
            *("np.multiply(z, dgamma, out=tmp)", "tmp *= z"),
            *("tmp += dbeta", "tmp += dout"),
        ),
    ),
    "alt-mean-path-missing": (
        ("python_loops", "    dx -= dbeta / N\n", ""),
        ("one_core_axes", "    t -= db / n\n", ""),
        ("float32_keeping", "    np.add(work, dbeta / real(len(dout)), out=work)\n", ""),
        ("node_classes", "    dx -= factor * dbeta / len(y)\n", ""),
        ("namedtuple_modules", "    dx += dbeta\n", ""),
        ("raw_moments", "c = -a * dbeta / N - b * mean", "c = -b * mean"),
    ),
    "alt-variance-path-missing": (
        ("stray_imports", " - z * dgamma", ""),
        (
            "streaming_welford",
            *("    dx = cache.centered * (-covariance * cache.precision)\n", ""),
            *("    dx += dout\n    dx -= dbeta / N", "    dx = dout - dbeta / N"),
        ),
        (
            "closures",
            *("dx = x_hat * (-k / n * dgamma)", "dx = k * dout"),
            *("            dx += k * dout\n", ""),
        ),
        (
            "keepdims_everywhere",
            *("dx = x_norm * (dgamma / dout.shape[0])", "dx = np.zeros(dout.shape)"),
        ),
        ("channel_loops_helpers", "dx = hat * t", "dx = np.zeros(hat.shape)"),
        ("jacobian_per_feature", "    dx -= np.einsum('nd,d->nd', x_hat, dgamma / N)\n", ""),
        ("raw_moments", "b = -a * inv * dgamma / N", "b = 0"),
    ),
    "alt-variance-sign": (
        ("map_per_feature", "(-k / n)", "(k / n)"),
        ("python2_habits", "grad_inp -= normed", "grad_inp += normed"),
        ("textbook_graph", "- xhat * dgamma", "+ xhat * dgamma"),
        ("extra_keys_in_place", "work -= x_hat", "work += x_hat"),
        ("streaming_welford", "-covariance", "covariance"),
        ("one_core_axes", "np.subtract(dout, t, out=t)", "np.add(dout, t, out=t)"),
        ("raw_moments", "b = -a", "b = a"),
    ),
    "alt-sums-exchanged": (
        ("textbook_graph", "- dbeta - xhat * dgamma", "- dgamma - xhat * dbeta"),
        (
            "paper_equations",
            *("x_hat * (dl_dgamma / m) - dl_dbeta / m", "x_hat * (dl_dbeta / m) - dl_dgamma / m"),
        ),
        ("python_loops", "x_hat * (dgamma / N)", "x_hat * (dbeta / N)", "-= dbeta", "-= dgamma"),
        ("one_core_axes", "t = xhat * (dg / n)", "t = xhat * (db / n)", "t -= db", "t -= dg"),
        ("float32_keeping", "(x_hat, dgamma", "(x_hat, dbeta", "(work, dbeta", "(work, dgamma"),
        ("stray_imports", "z * dgamma - dbeta", "z * dbeta - dgamma"),
        (
            "projection",
            *("(along_one + along_hat * x_hat)", "(along_hat + along_one * x_hat)"),
        ),
    ),
    "alt-sums-not-averaged": (
        ("paper_equations", "(dl_dgamma / m) - dl_dbeta / m", "dl_dgamma - dl_dbeta"),
        ("jacobian_per_feature", "dout - dbeta / N", "dout - dbeta", "dgamma / N", "dgamma"),
        (
            "keepdims_everywhere",
            *("(dgamma / dout.shape[0])", "dgamma"),
            *("dx += dbeta / dout.shape[0]", "dx += dbeta"),
        ),
        ("node_classes", "dgamma / len(y)", "dgamma", "dbeta / len(y)", "dbeta"),
        ("closures", "(-k / n * dgamma)", "(-k * dgamma)", "dx -= k / n", "dx -= k"),
        ("namedtuple_modules", "dx / n", "dx"),
        ("channel_loops_helpers", "    dx /= N\n", ""),
    ),
    "alt-gamma-missing": (
        ("textbook_graph", "(gamma * ivar / N)", "(ivar / N)"),
        ("stray_imports", "gamma / (std * N)", "1 / (std * N)"),
        ("raw_moments", "a = gamma * inv", "a = inv"),
        ("float32_keeping", "cache.gamma * cache.inv_std", "cache.inv_std"),
        ("node_classes", "(gamma / std)", "(1 / std)"),
        ("extra_keys_in_place", "gamma / std", "1 / std"),
        ("ln_by_transpose", "tmp *= gamma / sigma", "tmp /= sigma"),
    ),
    "alt-divides-by-variance": (
        ("channel_loops_helpers", "np.sqrt(np.ravel(var) + eps)", "(np.ravel(var) + eps)"),
        ("namedtuple_modules", "gamma * hat.inverse_std", "gamma * hat.inverse_std ** 2"),
        ("streaming_welford", "cache.gamma * inv_std", "cache.gamma * cache.precision"),
        ("ln_by_transpose", "gamma / sigma", "gamma / sigma ** 2"),
        ("python2_habits", "N * cache['std']", "N * cache['std'] ** 2"),
        ("python_loops", "cache['gamma'] / cache['std']", "cache['gamma'] / cache['std'] ** 2"),
    ),
    "alt-centred-for-x-hat": (
        (
            "textbook_graph",
            *("xhat = cache[1]", "xhat, xmu = cache[1]"),
            *("cache[17]", "cache[17], cache[10]"),
            *("- xhat * dgamma", "- xmu * dgamma"),
        ),
        ("stray_imports", "N - z * dgamma", "N - (x - mu) * dgamma"),
        ("closures", "x_hat * (-k", "c * (-k"),
        ("python2_habits", "normed * grad_gamma", "cache['centered'] * grad_gamma"),
        (
            "namedtuple_modules",
            *("hat, gamma, _ = cache", "hat, gamma, centered = cache"),
            *("hat.values * dgamma", "centered * dgamma"),
        ),
        ("node_classes", "dx -= y *", "dx -= normalize.divide.c *"),
        ("streaming_welford", "-covariance * cache.precision", "-covariance * inv_std"),
    ),
    "alt-n-minus-1": (
        ("python2_habits", "cache['N'], cache['normed']", "cache['N'] - 1, cache['normed']"),
        ("raw_moments", "N = len(x)", "N = len(x) - 1"),
        ("channel_loops_helpers", "N = len(dout)", "N = len(dout) - 1"),
        ("extra_keys_in_place", "N = dout.shape[0]", "N = dout.shape[0] - 1"),
        ("paper_equations", "dgamma / m) - dl_dbeta / m", "dgamma / (m-1)) - dl_dbeta / (m-1)"),
        ("ln_by_transpose", "tmp /= -len(dout)", "tmp /= 1 - len(dout)"),
    ),
    "alt-divides-by-features": (
        ("one_core_axes", "dout.shape[0]", "dout.shape[1]"),
        ("jacobian_per_feature", "N = dout.shape[0]", "N = dout.shape[1]"),
        ("stray_imports", "N = dout.shape[0]", "N = dout.shape[1]"),
        ("map_per_feature", "n = len(dout)", "n = len(dout.T)"),
        ("python_loops", "len(dout)", "dout.shape[1]"),
        (
            "keepdims_everywhere",
            *("dgamma / dout.shape[0]", "dgamma / dout.shape[1]"),
            *("dbeta / dout.shape[0]", "dbeta / dout.shape[1]"),
        ),
    ),
    "alt-eps-missing": (
        ("paper_equations", "sqrt(cache['sigma2_B'] + cache['eps'])", "sqrt(cache['sigma2_B'])"),
        ("stray_imports", "(std * N)", "(np.sqrt(var) * N)"),
        ("channel_loops_helpers", "np.sqrt(np.ravel(var) + eps)", "np.sqrt(np.ravel(var))"),
        ("closures", "gamma / std", "gamma / np.sqrt(var)"),
        ("textbook_graph", "(gamma * ivar / N)", "(gamma / np.sqrt(cache[13]) / N)"),
        ("node_classes", "(gamma / std)", "(gamma / np.sqrt(normalize.divide.var))"),
    ),
    "alt-eps-subtracted": (
        ("paper_equations", "cache['sigma2_B'] + cache['eps']", "cache['sigma2_B'] - cache['eps']"),
        ("stray_imports", "(std * N)", "((var - eps) ** 0.5 * N)"),
        ("channel_loops_helpers", "np.ravel(var) + eps", "np.ravel(var) - eps"),
        ("closures", "gamma / std", "gamma / np.sqrt(var - eps)"),
        ("textbook_graph", "gamma * ivar / N", "gamma / np.sqrt(cache[13] - cache[3]) / N"),
        ("node_classes", "(gamma / std)", "(gamma / np.sqrt(normalize.divide.var - 1e-5))"),
    ),
    "alt-cache-of-another-forward": (
        ("keepdims_everywhere", "x_norm, std, gamma = cache", "x_norm, mean, std, gamma = cache"),
        ("ln_by_transpose", "z, sigma, gamma = cache", "z, sigma, gamma, eps = cache"),
        (
            "raw_moments",
            "x, mean, var, eps, gamma = cache",
            "x, x_hat, mean, var, gamma, eps = cache",
        ),
        ("stray_imports", "x, mu, var, std, z, gamma, beta, eps = cache", "z, std, gamma = cache"),
        ("jacobian_per_feature", "x_hat, std, gamma = cache", "x, x_hat, std, gamma = cache"),
        ("one_core_axes", "xhat, inv, g, axes = cache", "xhat, inv, g = cache"),
    ),
    "alt-writes-into-dout": (
        ("jacobian_per_feature", "dx = dout - dbeta / N", "dx = dout\n    dx -= dbeta / N"),
        (
            "python_loops",
            *("dx = dout - x_hat * (dgamma / N)", "dx = dout\n    dx -= x_hat * (dgamma / N)"),
        ),
        ("one_core_axes", "np.subtract(dout, t, out=t)", "t = np.subtract(dout, t, out=dout)"),
        (
            "float32_keeping",
            *("np.subtract(dout, work, out=work)", "work = np.subtract(dout, work, out=dout)"),
        ),
        (
            "channel_loops_helpers",
            "np.subtract(dout, dx, out=dx)",
            "np.subtract(dout, dx, out=dout)",
        ),
        (
            "namedtuple_modules",
            *("np.subtract(dout, dx / n, out=dx)", "dx = np.subtract(dout, dx / n, out=dout)"),
        ),
        ("python2_habits", "grad_inp = N * grad_out", "grad_out *= N\n    grad_inp = grad_out"),
        ("extra_keys_in_place", "scale, out=work)", "scale, out=dout)\n    work = dout"),
    ),
}

IN_VARIANTS: tuple[InVariant, ...] = in_styles(_ALTERNATIVE, _MISTAKES)
