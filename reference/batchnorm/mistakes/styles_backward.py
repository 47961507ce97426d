"""Mistakes in dx of the staged pass of batch norm, as made in the code of the variants."""

from grader.core.misconception import InVariant
from mistakes.styles_places import STAGED, Rows, in_node, in_styles

# Where the core of a variant goes back through the normalization alone.
_CORES = {
    "jacobian_per_feature": ("layers.py", "jacobian"),
    "map_per_feature": ("layers.py", "standardize_gradient"),
    "one_core_axes": ("layers.py", "denormalize"),
    "python_loops": ("layers.py", "normalize_backward"),
}

_IN_STAGES: dict[str, Rows] = {
    "bwd-direct-only": (
        ("textbook_graph", "dx = dx1 + dx2", "dx = dxmu1"),
        ("closures", "return dc - mean0(dc)", "return dx_hat / std"),
        ("raw_moments", " + dsecond * 2 * x / N + dfirst / N", ""),
        ("ln_by_transpose", "dz / sigma + dsigma * z / N + dmu / N", "dz / sigma"),
    ),
    "bwd-mean-path-missing": (
        ("textbook_graph", "dx = dx1 + dx2", "dx = dx1"),
        ("projection", "centring(N) @ dcentred", "dcentred"),
        ("streaming_welford", " + dmean / N", ""),
        ("float32_keeping", "    dx_mu -= np.mean(dx_mu, axis=0)\n", ""),
        ("keepdims_everywhere", "dx = dcentered + dmean / N", "dx = dcentered"),
        ("channel_loops_helpers", "dnumerator - np.mean(dnumerator, 0)", "dnumerator"),
    ),
    "bwd-variance-path-missing": (
        ("ln_by_transpose", "dsigma * z / N + ", ""),
        ("paper_equations", "             + dl_dsigma2 * 2 * (x - mu_B) / m\n", ""),
        (
            "stray_imports",
            "\n          + np.sum(dfdz * dzdv, axis=0) * (dvdx + dvdu * dudx))",
            ")",
        ),
        ("python2_habits", "    grad_centered += 2.0 / N * centered * grad_var\n", ""),
        ("extra_keys_in_place", "    dx += for_variance\n", ""),
        ("namedtuple_modules", " + dvar * 2.0 * centered / n", ""),
    ),
    "bwd-gamma-missing": (
        ("stray_imports", "dfdz = dout * gamma", "dfdz = dout"),
        ("channel_loops_helpers", "dhat = dout * gamma", "dhat = dout"),
        ("map_per_feature", "standardize_gradient(d * g, ", "standardize_gradient(d, "),
        ("jacobian_per_feature", "gamma[j] * dout[:, j]", "dout[:, j]"),
        (
            "streaming_welford",
            *("dvar += d * cache.gamma * c", "dvar += d * c"),
            *("dmean += d * cache.gamma * -inv_std", "dmean += d * -inv_std"),
            *("dout[i] * cache.gamma", "dout[i]"),
        ),
        ("extra_keys_in_place", "dx = dout * gamma", "dx = dout.copy()"),
    ),
    "bwd-gamma-twice": (
        ("python2_habits", "return grad_inp,", "return cache['gamma'] * grad_inp,"),
        ("one_core_axes", "return dx,", "return g * dx,"),
        ("ln_by_transpose", "return dx,", "return dx * gamma,"),
        ("python_loops", "[d * g for d in upstream]", "[d * g * g for d in upstream]"),
        ("namedtuple_modules", "return dx,", "return gamma * dx,"),
        ("raw_moments", "dx_hat = dout * gamma", "dx_hat = dout * gamma * gamma"),
    ),
    "bwd-n-minus-1": (
        ("textbook_graph", "dsq = 1. / N", "dsq = 1. / (N-1)", "dx2 = 1. / N", "dx2 = 1. / (N-1)"),
        ("raw_moments", "N = len(x)", "N = len(x) - 1"),
        ("namedtuple_modules", "n = len(dout)", "n = len(dout) - 1"),
        ("stray_imports", "dudx = 1 / N", "dudx = 1 / (N-1)", "dvdx = 2 / N", "dvdx = 2 / (N-1)"),
        ("ln_by_transpose", "N = dout.shape[0]", "N = dout.shape[0] - 1"),
        ("extra_keys_in_place", "N = dout.shape[0]", "N = dout.shape[0] - 1"),
    ),
    "bwd-variance-n-minus-1": (
        ("python2_habits", "2.0 / N", "2.0 / (N - 1)"),
        ("closures", "2 / n", "2 / (n - 1)"),
        ("keepdims_everywhere", "centered / N", "centered / (N - 1)"),
        ("float32_keeping", "2.0 / len(dout)", "2.0 / (len(dout) - 1)"),
        ("paper_equations", "2 * (x - mu_B) / m", "2 * (x - mu_B) / (m - 1)"),
        ("projection", "2 / N", "2 / (N - 1)"),
    ),
    "bwd-divides-by-features": (
        ("namedtuple_modules", "n = len(dout)", "n = dout.shape[1]"),
        ("keepdims_everywhere", "N = dout.shape[0]", "N = dout.shape[1]"),
        ("ln_by_transpose", "N = dout.shape[0]", "N = dout.shape[1]"),
        ("raw_moments", "N = len(x)", "N = x.shape[1]"),
        ("textbook_graph", "dsq = 1. / N", "dsq = 1. / D", "dx2 = 1. / N", "dx2 = 1. / D"),
        ("streaming_welford", "centered[i] / N + dmean / N", "centered[i] / D + dmean / D"),
    ),
    "bwd-variance-share-missing": (
        ("textbook_graph", "dsq = 1. / N * np.ones", "dsq = np.ones"),
        ("keepdims_everywhere", "centered / N", "centered"),
        ("projection", "(2 / N * dvar)", "(2 * dvar)"),
        ("channel_loops_helpers", "dvar * 2 / N", "dvar * 2"),
        ("stray_imports", "dvdx = 2 / N * (x - mu)", "dvdx = 2 * (x - mu)"),
        ("paper_equations", "2 * (x - mu_B) / m", "2 * (x - mu_B)"),
    ),
    "bwd-mean-share-missing": (
        ("ln_by_transpose", "dmu / N", "dmu"),
        ("paper_equations", "dl_dmu * 1 / m", "dl_dmu * 1"),
        ("stray_imports", "dudx = 1 / N", "dudx = 1"),
        ("closures", "dc - mean0(dc)", "dc - sum0(dc)"),
        ("float32_keeping", "np.mean(dx_mu", "np.sum(dx_mu"),
        ("extra_keys_in_place", "dx += dmean / N", "dx += dmean"),
    ),
    "bwd-eps-missing": (
        (
            "paper_equations",
            *("(sigma2_B + eps) ** (-3 / 2)", "sigma2_B ** (-3 / 2)"),
            *("-1 / sqrt(sigma2_B + eps)", "-1 / sqrt(sigma2_B)"),
            *("* 1 / sqrt(sigma2_B + eps)", "* 1 / sqrt(sigma2_B)"),
        ),
        (
            "stray_imports",
            *("dzdx = 1 / std", "dzdx = 1 / var ** 0.5"),
            *("dzdu = -1 / std", "dzdu = -1 / var ** 0.5"),
            *("(var + eps) ** (-1.5)", "var ** (-1.5)"),
        ),
        (
            "textbook_graph",
            *("= cache\n", "= cache\n    sqrtvar = np.sqrt(var)\n    ivar = 1. / sqrtvar\n"),
            *("1. / np.sqrt(vareps)", "1. / sqrtvar"),
        ),
        (
            "namedtuple_modules",
            *("    n = len(dout)\n", "    n, std = len(dout), centered.std(axis=0)\n"),
            *("dinverse_std * hat.inverse_std ** 3", "dinverse_std / std ** 3"),
            *("(dhat * hat.inverse_std)", "(dhat / std)"),
            *("dx = dhat * hat.inverse_std", "dx = dhat / std"),
        ),
        ("raw_moments", "np.sqrt(var + eps)", "np.sqrt(var)", "/ (var + eps)", "/ var"),
        ("streaming_welford", "np.sqrt(cache.precision)", "1 / cache.centered.std(axis=0)"),
    ),
    "bwd-mean-sign": (
        ("textbook_graph", "dmu = -1 * np.sum", "dmu = np.sum"),
        ("streaming_welford", "cache.gamma * -inv_std", "cache.gamma * inv_std"),
        ("ln_by_transpose", "dmu = -dz.sum(0)", "dmu = dz.sum(0)"),
        ("stray_imports", "dzdu = -1 / std", "dzdu = 1 / std"),
        ("keepdims_everywhere", "dmean = -np.sum", "dmean = np.sum"),
        ("float32_keeping", "dx_mu -= np.mean", "dx_mu += np.mean"),
    ),
    "bwd-variance-sign": (
        ("textbook_graph", "dsqrtvar = -1.", "dsqrtvar = 1."),
        ("projection", "dscale * -0.5", "dscale * 0.5"),
        ("raw_moments", "dvar = -0.5", "dvar = 0.5"),
        ("closures", "dstd = -sum0", "dstd = sum0"),
        ("ln_by_transpose", "dsigma = -(dz", "dsigma = (dz"),
        ("channel_loops_helpers", "np.sum(-dhat", "np.sum(dhat"),
    ),
    "bwd-root-half-missing": (
        ("textbook_graph", "0.5 * 1. / np.sqrt", "1. / np.sqrt"),
        ("closures", "dstd / 2 / std", "dstd / std"),
        ("keepdims_everywhere", "dstd * 0.5 / std", "dstd / std"),
        ("python2_habits", "grad_std / (2 * std)", "grad_std / std"),
        ("channel_loops_helpers", "droot / 2 / root", "droot / root"),
        ("streaming_welford", "c * -0.5 *", "c * -1 *"),
    ),
    "bwd-square-two-missing": (
        ("namedtuple_modules", "dvar * 2.0 * centered", "dvar * centered"),
        ("float32_keeping", "2.0 / len(dout)", "1.0 / len(dout)"),
        ("paper_equations", "dl_dsigma2 * 2 * (x", "dl_dsigma2 * (x"),
        ("projection", "2 / N * dvar", "1 / N * dvar"),
        ("python2_habits", "2.0 / N * centered", "1.0 / N * centered"),
        ("extra_keys_in_place", "2 / N * x_hat", "1 / N * x_hat"),
    ),
    "bwd-power-of-deviation": (
        ("python2_habits", "/ std ** 2", "/ std"),
        ("closures", "/ std ** 2", "/ std"),
        ("keepdims_everywhere", "-(std ** -2)", "-(1 / std)"),
        ("float32_keeping", "cache.inv_std ** 3", "cache.inv_std ** 2"),
        ("namedtuple_modules", "hat.inverse_std ** 3", "hat.inverse_std ** 2"),
        ("projection", "scale ** 3", "scale ** 2"),
        ("streaming_welford", "inv_std ** 3", "inv_std ** 2"),
    ),
    "bwd-dx-of-x-hat": (
        ("closures", "return dc - mean0(dc)", "return dx_hat"),
        (
            "python_loops",
            *("normalize_backward(dhat, hat, cache['variances'][j], cache['eps'])", "dhat"),
        ),
        ("one_core_axes", "denormalize(dout * g, xhat, inv, axes)", "dout * g"),
        ("jacobian_per_feature", "J.T.dot(gamma[j] * dout[:, j])", "gamma[j] * dout[:, j]"),
        ("map_per_feature", "standardize_gradient(d * g, hat, var, eps)", "d * g"),
        ("stray_imports", "return dx,", "return dfdz,"),
    ),
}
_IN_CORES: dict[str, Rows] = {
    "bwd-direct-only": (
        (
            "python_loops",
            "[d / std + dvar * 2 * h * std / n + dmean / n for d, h in zip(dhat, hat)]",
            "[d / std for d in dhat]",
        ),
        ("jacobian_per_feature", " - 1.0 / n - np.outer(x_hat, x_hat) / n", ""),
        ("map_per_feature", "(d - d.mean() - hat * d.dot(hat) / hat.size)", "d"),
    ),
    "bwd-mean-path-missing": (("map_per_feature", " - d.mean()", ""),),
    "bwd-variance-path-missing": (
        ("one_core_axes", " - xhat * m2", ""),
        ("jacobian_per_feature", " - np.outer(x_hat, x_hat) / n", ""),
    ),
    "bwd-n-minus-1": (("python_loops", "n = len(hat)", "n = len(hat) - 1"),),
    "bwd-variance-n-minus-1": (("map_per_feature", "/ hat.size", "/ (hat.size - 1)"),),
    "bwd-variance-share-missing": (("map_per_feature", " / hat.size", ""),),
    "bwd-mean-share-missing": (
        ("python_loops", "dmean / n", "dmean"),
        ("one_core_axes", "m1 = dxhat.mean(", "m1 = dxhat.sum("),
    ),
    "bwd-mean-sign": (
        ("python_loops", "-sum(dhat)", "sum(dhat)"),
        ("one_core_axes", "dxhat - m1", "dxhat + m1"),
    ),
    "bwd-variance-sign": (
        ("one_core_axes", "- xhat * m2", "+ xhat * m2"),
        ("python_loops", "* -0.5", "* 0.5"),
    ),
    "bwd-root-half-missing": (("python_loops", "* -0.5", "* -1.0"),),
    "bwd-square-two-missing": (("python_loops", "dvar * 2 * h", "dvar * h"),),
    "bwd-power-of-deviation": (("python_loops", "/ std ** 3", "/ std ** 2"),),
}
# Mistake by mistake: a class of node_classes, and what becomes what on its way back.
_IN_NODES = (
    (
        "bwd-mean-path-missing",
        "Center",
        "dout - np.mean(dout, axis=self.axis, keepdims=True)",
        "dout",
    ),
    ("bwd-gamma-missing", "ScaleShift", "return dout * self.gamma", "return dout"),
    ("bwd-gamma-twice", "ScaleShift", "dout * self.gamma", "dout * self.gamma ** 2"),
    ("bwd-variance-n-minus-1", "DivideByStd", "/ self.c.shape[self.axis]", "/ (len(self.c) - 1)"),
    ("bwd-variance-share-missing", "DivideByStd", " / self.c.shape[self.axis]", ""),
    ("bwd-mean-share-missing", "Center", "np.mean(", "np.sum("),
    ("bwd-mean-sign", "Center", "dout - np.mean", "dout + np.mean"),
    ("bwd-variance-sign", "DivideByStd", "-np.sum(", "np.sum("),
    ("bwd-root-half-missing", "DivideByStd", "0.5 * dstd", "dstd"),
    ("bwd-square-two-missing", "DivideByStd", "dvar * 2.0", "dvar"),
    ("bwd-power-of-deviation", "DivideByStd", "/ self.std ** 2", "/ self.std"),
)

IN_VARIANTS: tuple[InVariant, ...] = (
    *in_styles(STAGED, _IN_STAGES),
    *in_styles(_CORES, _IN_CORES),
    *(in_node(*row) for row in _IN_NODES),
)
