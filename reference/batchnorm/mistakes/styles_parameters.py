"""Mistakes around dx of the staged pass of batch norm, as made in the code of the variants.

Gradients of gamma and beta, what is returned, and what a call changes or remembers.
"""

from grader.core.misconception import Edit, InVariant
from mistakes.styles_places import STAGED, Rows, in_node, in_styles

_IN_STAGES: dict[str, Rows] = {
    "bwd-dgamma-from-x": (
        ("textbook_graph", "dgammax * xhat", "dgammax * x"),
        ("paper_equations", "dl_dy * x_hat", "dl_dy * x"),
        ("raw_moments", "(dout * x_hat).sum", "(dout * x).sum"),
        ("stray_imports", "np.sum(dout * z, axis=0)", "np.sum(dout * x, axis=0)"),
        ("closures", "sum0(dout * x_hat)", "sum0(dout * x)"),
    ),
    "bwd-dgamma-from-centred": (
        ("textbook_graph", "dgammax * xhat", "dgammax * xmu"),
        ("python2_habits", "cache['normed']", "centered"),
        ("namedtuple_modules", "dout * hat.values", "dout * centered"),
        ("streaming_welford", "dgamma += d * c * inv_std", "dgamma += d * c"),
        ("stray_imports", "np.sum(dout * z, axis=0)", "np.sum(dout * (x - mu), axis=0)"),
        ("closures", "sum0(dout * x_hat)", "sum0(dout * c)"),
    ),
    "bwd-gamma-in-dgamma": (
        ("float32_keeping", "np.multiply(dout, cache.x_hat)", "dout * cache.gamma * cache.x_hat"),
        (
            "python_loops",
            *("[d * h for d, h in", "[d * h * cache['gamma'][j] for d, h in"),
        ),
        ("map_per_feature", "d.dot(hat)", "(d * g).dot(hat)"),
        ("extra_keys_in_place", "dout * x_hat", "dout * gamma * x_hat"),
        ("channel_loops_helpers", "np.sum(dout * hat, 0)", "np.sum(dhat * hat, 0)"),
        ("projection", "(dout * x_hat)", "(dout * gamma * x_hat)"),
    ),
    "bwd-dgamma-averaged": (
        ("channel_loops_helpers", "np.sum(dout * hat, 0)", "np.mean(dout * hat, 0)"),
        ("ln_by_transpose", "(dout * z).sum(0)", "(dout * z).mean(0)"),
        ("projection", "np.ones(N) @ (dout * x_hat)", "row @ (dout * x_hat)"),
        ("jacobian_per_feature", "dot(x_hat[:, j])", "dot(x_hat[:, j]) / len(dout)"),
        ("python_loops", "zip(upstream, hat)]))", "zip(upstream, hat)]) / len(hat))"),
        ("node_classes", "affine.dgamma.ravel()", "affine.dgamma.ravel() / len(dout)"),
    ),
    "bwd-dbeta-averaged": (
        ("map_per_feature", "d.sum()", "d.mean()"),
        ("one_core_axes", "dout.sum(axes)", "dout.mean(axes)"),
        ("keepdims_everywhere", "dbeta = np.sum(", "dbeta = np.mean("),
        ("streaming_welford", "dbeta += d\n", "dbeta += d / N\n"),
        ("extra_keys_in_place", "dbeta = np.add.reduce(dout)", "dbeta = np.add.reduce(dout) / N"),
        ("float32_keeping", "dbeta = np.sum(", "dbeta = np.mean("),
    ),
    "bwd-sums-over-features": (
        (
            "textbook_graph",
            *("np.sum(dout, axis=0)", "np.sum(dout, axis=1)"),
            *("np.sum(dgammax * xhat, axis=0)", "np.sum(dgammax * xhat, axis=1)"),
        ),
        (
            "python2_habits",
            *("np.sum(grad_out, axis=0)", "np.sum(grad_out, axis=1)"),
            *("cache['normed'], axis=0)", "cache['normed'], axis=1)"),
        ),
        ("ln_by_transpose", "(dout * z).sum(0), dout.sum(0)", "(dout * z).sum(1), dout.sum(1)"),
        (
            "float32_keeping",
            *("cache.x_hat), axis=0)", "cache.x_hat), axis=1)"),
            *("np.sum(dout, axis=0)", "np.sum(dout, axis=1)"),
        ),
        (
            "closures",
            *("sum0(dout * x_hat), sum0(dout)", "np.sum(dout * x_hat, 1), np.sum(dout, 1)"),
        ),
        (
            "channel_loops_helpers",
            *("np.sum(dout * hat, 0), np.sum(dout, 0)", "np.sum(dout * hat, 1), np.sum(dout, 1)"),
        ),
    ),
    "bwd-rows-for-vectors": (
        ("keepdims_everywhere", "dgamma[0], dbeta[0]", "dgamma, dbeta"),
        (
            "node_classes",
            *("affine.dgamma.ravel(), affine.dbeta.ravel()", "affine.dgamma, affine.dbeta"),
        ),
        (
            "one_core_axes",
            *("(dout * xhat).sum(axes)", "(dout * xhat).sum(axes, keepdims=True)"),
            *("dout.sum(axes)", "dout.sum(axes, keepdims=True)"),
        ),
        (
            "paper_equations",
            *("np.sum(dl_dy * x_hat, axis=0)", "np.sum(dl_dy * x_hat, axis=0, keepdims=True)"),
            *("np.sum(dl_dy, axis=0)", "np.sum(dl_dy, axis=0, keepdims=True)"),
        ),
        (
            "namedtuple_modules",
            *("(dout * hat.values).sum(axis=0)", "(dout * hat.values).sum(axis=0)[None]"),
            *("dout.sum(axis=0)", "dout.sum(axis=0)[None]"),
        ),
        (
            "projection",
            *("dbeta = np.ones(N)", "dbeta = np.ones((1, N))"),
            *("dgamma = np.ones(N)", "dgamma = np.ones((1, N))"),
        ),
    ),
    "bwd-dgamma-dbeta-exchanged": (
        ("raw_moments", "return dx, dgamma, dbeta", "return dx, dbeta, dgamma"),
        (
            "python_loops",
            *("np.array(dgamma), np.array(dbeta)", "np.array(dbeta), np.array(dgamma)"),
        ),
        (
            "one_core_axes",
            *("(dout * xhat).sum(axes), dout.sum(axes)", "dout.sum(axes), (dout * xhat).sum(axes)"),
        ),
        ("map_per_feature", "d.dot(hat), d.sum()", "d.sum(), d.dot(hat)"),
        ("streaming_welford", "return dx, dgamma, dbeta", "return dx, dbeta, dgamma"),
        ("closures", "sum0(dout * x_hat), sum0(dout)", "sum0(dout), sum0(dout * x_hat)"),
    ),
    "bwd-dx-returned-last": (
        ("jacobian_per_feature", "return dx, dgamma, dbeta", "return dgamma, dbeta, dx"),
        ("extra_keys_in_place", "return dx, dgamma, dbeta", "return dgamma, dbeta, dx"),
        (
            "node_classes",
            *("return dx, affine.dgamma.ravel()", "return affine.dgamma.ravel()"),
            *("affine.dbeta.ravel()", "affine.dbeta.ravel(), dx"),
        ),
        ("stray_imports", "return dx, dgamma, dbeta", "return dgamma, dbeta, dx"),
        (
            "python_loops",
            *("np.array(dx).T, np.array(dgamma)", "np.array(dgamma)"),
            *("np.array(dbeta)", "np.array(dbeta), np.array(dx).T"),
        ),
        ("namedtuple_modules", "return dx, dgamma, dbeta", "return dgamma, dbeta, dx"),
    ),
    "bwd-zeros": (
        (
            "textbook_graph",
            *("return dx, dgamma, dbeta", "return np.zeros((N, D)), np.zeros(D), np.zeros(D)"),
        ),
        (
            "jacobian_per_feature",
            *("dx[:, j] = J.T.dot(gamma[j] * dout[:, j])", "pass"),
            *("        dgamma[j] = dout[:, j].dot(x_hat[:, j])\n", ""),
            *("        dbeta[j] = dout[:, j].sum()\n", ""),
        ),
        (
            "streaming_welford",
            "dvar, dmean = np.zeros(D), np.zeros(D), np.zeros(D), np.zeros(D)\n",
            "dx = np.zeros(D), np.zeros(D), np.zeros((N, D))\n    return dx, dgamma, dbeta\n",
        ),
        (
            "extra_keys_in_place",
            "    # one path after the other, added up in dx\n",
            "    return np.zeros_like(dout), 0 * dgamma, 0 * dbeta\n",
        ),
        (
            "channel_loops_helpers",
            "return da, np.sum(dout * hat, 0), np.sum(dout, 0)",
            "return np.zeros(dout.shape), np.zeros(gamma.shape), np.zeros(gamma.shape)",
        ),
    ),
    "bwd-writes-into-dout": (
        ("textbook_graph", "dxhat = dgammax * gamma", "dgammax *= gamma\n    dxhat = dgammax"),
        (
            "python2_habits",
            "grad_normed = grad_out * cache['gamma']",
            "grad_out *= cache['gamma']\n    grad_normed = grad_out",
        ),
        ("keepdims_everywhere", "dx_norm = dout * gamma", "dx_norm = dout\n    dx_norm *= gamma"),
        ("raw_moments", "dx_hat = dout * gamma", "dout *= gamma\n    dx_hat = dout"),
        ("namedtuple_modules", "dhat = dout * gamma", "dhat = dout\n    dhat *= gamma"),
        ("projection", "dx_hat = dout * gamma", "dx_hat = np.multiply(dout, gamma, out=dout)"),
        ("float32_keeping", "(dout, cache.gamma)", "(dout, cache.gamma, out=dout)"),
        ("extra_keys_in_place", "dx = dout * gamma", "dx = dout\n    dx *= gamma"),
        ("paper_equations", "dl_dxhat = dl_dy * gamma", "dl_dy *= gamma\n    dl_dxhat = dl_dy"),
    ),
    "bwd-changes-its-cache": (
        ("textbook_graph", "dxmu2 = 2 * xmu * dsq", "xmu *= 2 * dsq\n    dxmu2 = xmu"),
        (
            "python2_habits",
            "grad_centered += 2.0 / N * centered * grad_var",
            "centered *= 2.0 / N * grad_var\n    grad_centered += centered",
        ),
        (
            "closures",
            "dc = dc + 2 / n * c * dvar",
            "dc = dc + np.multiply(c, 2 / n * dvar, out=c)",
        ),
        (
            "namedtuple_modules",
            *("    dx = dhat", "    centered *= dvar * 2.0 / n\n    dx = dhat"),
            *("dvar * 2.0 * centered / n", "centered"),
        ),
    ),
}
# Mistake by mistake: a class of node_classes, and what becomes what on its way back.
_IN_NODES = (
    ("bwd-gamma-in-dgamma", "ScaleShift", "(dout * self.x,", "(dout * self.gamma * self.x,"),
    (
        "bwd-writes-into-dout",
        "ScaleShift",
        "return dout * self.gamma",
        "dout *= self.gamma\n        return dout",
    ),
    (
        "bwd-changes-its-cache",
        "DivideByStd",
        "return dout / self.std + dvar * 2.0 * self.c / self.c.shape[self.axis]",
        "self.c *= 2.0 * dvar / self.c.shape[self.axis]\n        return dout / self.std + self.c",
    ),
)
# A variant, its line and its name for x_hat, and what uses a global x_hat on the way back.
_GLOBAL = (
    ("textbook_graph", "        xhat = xmu * ivar", "xhat", "dgammax * xhat"),
    ("python2_habits", "        normed = old_div(centered, std)", "normed", "cache['normed']"),
    ("stray_imports", "        z = (x - mu) / std", "z", "dout * z"),
    (
        "paper_equations",
        "        x_hat = (x - mu_B) / sqrt(sigma2_B + eps)",
        "x_hat",
        "dl_dy * x_hat",
    ),
    ("ln_by_transpose", "    z = (x - mu) / sigma", "z", "(dout * z)"),
    ("keepdims_everywhere", "        x_norm = (x - mean) / std", "x_norm", "dout * x_norm"),
)


def _global(variant: str, line: str, name: str, used: str) -> InVariant:
    path, inside = STAGED[variant]
    indent = " " * (len(line) - len(line.lstrip()))
    last = f"{indent}global last_{name}\n{line}\n{indent}last_{name} = {name}\n"
    now = f"cache['{name}']" if "cache" in used else name
    back = Edit(path, used, used.replace(now, f"last_{name}"), inside)
    edits = (Edit(path, f"{line}\n", last, "batchnorm_forward"), back)
    return InVariant(variant, "bwd-remembers-last-forward", edits)


IN_VARIANTS: tuple[InVariant, ...] = (
    *in_styles(STAGED, _IN_STAGES),
    *(in_node(*row) for row in _IN_NODES),
    *(_global(*row) for row in _GLOBAL),
)
