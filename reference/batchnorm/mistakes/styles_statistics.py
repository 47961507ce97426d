"""Known mistakes in the code of variants: batch norm forward, its statistics and eps."""

from grader.core.misconception import InVariant
from mistakes.styles import Styles, in_batch_norm

_EPS: dict[str, Styles] = {
    "bn-eps-left-out": {
        "python_loops": [("math.sqrt(variance + eps)", "math.sqrt(variance)", "normalize")],
        "raw_moments": [("np.sqrt(var + eps)", "np.sqrt(var)")],
        "streaming_welford": [
            ("np.sqrt(bn_param['running_var'] + eps)", "np.sqrt(bn_param['running_var'])"),
            ("1 / (acc.var + eps)", "1 / acc.var"),
        ],
        "node_classes": [
            ("np.sqrt(self.var + self.eps)", "np.sqrt(self.var)", "DivideByStd.forward"),
            ("np.sqrt(bn_param['running_var'] + eps)", "np.sqrt(bn_param['running_var'])"),
        ],
        "namedtuple_modules": [
            ("(moments.var + eps) ** -0.5", "moments.var ** -0.5", "normalized")
        ],
    },
    "bn-eps-outside-root": {
        "channel_loops_helpers": [("np.sqrt(var + eps)", "(np.sqrt(var) + eps)", "whiten")],
        "textbook_graph": [
            ("np.sqrt(vareps)", "np.sqrt(var) + eps"),
            ("np.sqrt(running_var + eps)", "(np.sqrt(running_var) + eps)"),
        ],
        "closures": [
            ("np.sqrt(var + eps)", "np.sqrt(var) + eps", "batchnorm_forward.train"),
            ("np.sqrt(var + eps)", "(np.sqrt(var) + eps)", "batchnorm_forward.test"),
        ],
        "jacobian_per_feature": [
            ("np.sqrt(old_var[j] + eps)", "(np.sqrt(old_var[j]) + eps)"),
            (
                "np.sqrt(np.mean(centered * centered) + eps)",
                "np.sqrt(np.mean(centered * centered)) + eps",
            ),
        ],
        "stray_imports": [
            ("(var + eps) ** 0.5", "var ** 0.5 + eps"),
            ("np.sqrt(running_var + eps)", "np.sqrt(running_var) + eps"),
        ],
    },
    "bn-eps-fixed": {
        "textbook_graph": [("bn_param.get('eps', 1e-5)", "1e-5")],
        "float32_keeping": [('bn_param.get("eps", 1e-5)', "1e-5")],
        "closures": [("bn_param.get('eps', 1e-5)", "1e-5")],
        "map_per_feature": [("bn_param.get('eps', 1e-5)", "1e-5")],
        "ln_by_transpose": [('bn_param.get("eps", 1e-5)', "0.00001")],
    },
    "bn-eps-other-default": {
        "one_core_axes": [
            ("bn_param.get('eps', 1e-5)", "bn_param.get('eps', 1e-8)", "batch_statistics_norm")
        ],
        "python2_habits": [("params.get('eps', 1e-5)", "params.get('eps', 1e-8)")],
        "projection": [("bn_param.get('eps', 1e-5)", "bn_param.get('eps', 1e-8)")],
        "paper_equations": [("bn_param.get('eps', 1e-5)", "bn_param.get('eps', 1e-8)")],
        "extra_keys_in_place": [
            ('bn_param.setdefault("eps", 1e-5)', 'bn_param.setdefault("eps", 1e-8)')
        ],
    },
}

_MOMENTS: dict[str, Styles] = {
    "bn-variance-unbiased": {
        "python_loops": [
            ("for v in values]) / n", "for v in values]) / (n - 1)", "mean_and_variance")
        ],
        "paper_equations": [("sigma2_B = 1 / m * np.sum", "sigma2_B = 1 / (m - 1) * np.sum")],
        "streaming_welford": [("self.m2 / self.n", "self.m2 / (self.n - 1)", "Accumulator.var")],
        "map_per_feature": [
            (
                "deviation.dot(deviation) / v.size",
                "deviation.dot(deviation) / (v.size - 1)",
                "standardize",
            )
        ],
        "projection": [("row @ (centred * centred)", "np.sum(centred ** 2, axis=0) / (N - 1)")],
        "ln_by_transpose": [("np.var(x, axis=0)", "np.var(x, axis=0, ddof=1)")],
    },
    "bn-statistics-of-rows": {
        "paper_equations": [
            ("1 / m * np.sum(x, axis=0)", "1 / D * np.sum(x, axis=1, keepdims=True)"),
            (
                "1 / m * np.sum((x - mu_B) ** 2, axis=0)",
                "1 / D * np.sum((x - mu_B) ** 2, axis=1, keepdims=True)",
            ),
        ],
        "keepdims_everywhere": [
            ("np.mean(x, axis=0, **K)", "np.mean(x, axis=1, **K)"),
            ("np.var(x, axis=0, **K)", "np.var(x, axis=1, **K)"),
        ],
        "textbook_graph": [
            ("np.sum(x, axis=0)", "np.sum(x, axis=1, keepdims=True)"),
            ("total / N", "total / D"),
            ("np.sum(sq, axis=0)", "np.sum(sq, axis=1, keepdims=True)"),
            ("sqsum / N", "sqsum / D"),
        ],
        "stray_imports": [
            ("np.mean(x, axis=0)", "np.mean(x, axis=1).reshape(N, 1)"),
            ("np.std(x, axis=0)", "np.std(x, axis=1).reshape(N, 1)"),
        ],
        "python2_habits": [
            ("old_div(np.sum(inp, axis=0), N)", "old_div(np.sum(inp, axis=1, keepdims=True), D)"),
            (
                "old_div(np.sum(centered ** 2, axis=0), N)",
                "old_div(np.sum(centered ** 2, axis=1, keepdims=True), D)",
            ),
        ],
    },
    "bn-statistics-of-all": {
        "stray_imports": [("np.mean(x, axis=0)", "np.mean(x)"), ("np.std(x, axis=0)", "np.std(x)")],
        "keepdims_everywhere": [
            ("np.mean(x, axis=0, **K)", "np.mean(x, **K)"),
            ("np.var(x, axis=0, **K)", "np.var(x, **K)"),
        ],
        "textbook_graph": [
            ("np.sum(x, axis=0)", "np.sum(x)"),
            ("total / N", "total / (N * D)"),
            ("np.sum(sq, axis=0)", "np.sum(sq)"),
            ("sqsum / N", "sqsum / (N * D)"),
        ],
        "python2_habits": [
            ("old_div(np.sum(inp, axis=0), N)", "old_div(np.sum(inp), N * D)"),
            ("old_div(np.sum(centered ** 2, axis=0), N)", "old_div(np.sum(centered ** 2), N * D)"),
        ],
        "paper_equations": [
            ("1 / m * np.sum(x, axis=0)", "np.mean(x)"),
            ("1 / m * np.sum((x - mu_B) ** 2, axis=0)", "np.mean((x - mu_B) ** 2)"),
        ],
    },
    "bn-variance-summed": {
        "extra_keys_in_place": [
            (
                "np.add.reduce(centered * centered, axis=0) / x.shape[0]",
                "np.add.reduce(centered * centered, axis=0)",
            )
        ],
        "closures": [("mean0(c * c)", "sum0(c * c)", "batchnorm_forward.train")],
        "streaming_welford": [("self.m2 / self.n", "self.m2", "Accumulator.var")],
        "float32_keeping": [
            (
                "np.divide(np.sum(square, axis=axis, keepdims=True), count)",
                "np.sum(square, axis=axis, keepdims=True)",
                "_standardize",
            )
        ],
        "channel_loops_helpers": [
            (
                "np.sum((a - mean) ** 2, 1, keepdims=True) / a.shape[1]",
                "np.sum((a - mean) ** 2, 1, keepdims=True)",
                "stats",
            )
        ],
    },
    "bn-divides-by-features": {
        "textbook_graph": [("total / N", "total / D"), ("sqsum / N", "sqsum / D")],
        "python2_habits": [
            ("old_div(np.sum(inp, axis=0), N)", "old_div(np.sum(inp, axis=0), D)"),
            (
                "old_div(np.sum(centered ** 2, axis=0), N)",
                "old_div(np.sum(centered ** 2, axis=0), D)",
            ),
        ],
        "extra_keys_in_place": [
            ("np.add.reduce(x, axis=0) / x.shape[0]", "np.add.reduce(x, axis=0) / x.shape[1]"),
            (
                "(centered * centered, axis=0) / x.shape[0]",
                "(centered * centered, axis=0) / x.shape[1]",
            ),
        ],
        "float32_keeping": [("real(x.shape[axis])", "real(x.shape[1 - axis])", "_standardize")],
        "channel_loops_helpers": [
            (
                "np.sum(a, 1, keepdims=True) / a.shape[1]",
                "np.sum(a, 1, keepdims=True) / len(a)",
                "stats",
            ),
            (
                "(a - mean) ** 2, 1, keepdims=True) / a.shape[1]",
                "(a - mean) ** 2, 1, keepdims=True) / len(a)",
                "stats",
            ),
        ],
        "paper_equations": [
            ("m, D = x.shape", "D, m = x.shape"),
            ("np.zeros(D))\n    running_var", "np.zeros(m))\n    running_var"),
            ("'running_var', np.zeros(D)", "'running_var', np.zeros(m)"),
        ],
    },
    "bn-variance-uncentred": {
        "raw_moments": [("np.maximum(second - np.square(first), 0)", "second", "moments")],
        "python_loops": [("(v - mean) ** 2", "v ** 2", "mean_and_variance")],
        "map_per_feature": [("deviation.dot(deviation)", "v.dot(v)", "standardize")],
        "one_core_axes": [("((x - mean) ** 2).mean(axes", "(x ** 2).mean(axes", "normalize")],
        "closures": [("mean0(c * c)", "mean0(x * x)", "batchnorm_forward.train")],
    },
    "bn-deviation-for-variance": {
        "stray_imports": [("np.std(x, axis=0) ** 2", "np.std(x, axis=0)")],
        "namedtuple_modules": [("x.var(axis=axis)", "x.std(axis=axis)", "moments")],
        "keepdims_everywhere": [("np.var(x, axis=0, **K)", "np.std(x, axis=0, **K)")],
        "ln_by_transpose": [("np.var(x, axis=0)", "np.std(x, axis=0)")],
        "raw_moments": [
            (
                "return first, np.maximum(second - np.square(first), 0)",
                "return first, np.sqrt(np.maximum(second - np.square(first), 0))",
                "moments",
            )
        ],
    },
    "bn-first-example-skipped": {
        "map_per_feature": [
            ("v.sum() / v.size", "v[1:].sum() / v[1:].size", "standardize"),
            (
                "deviation.dot(deviation) / v.size",
                "deviation[1:].dot(deviation[1:]) / v[1:].size",
                "standardize",
            ),
        ],
        "streaming_welford": [("for value in values:", "for value in values[1:]:", "accumulate")],
        "python_loops": [
            ("n = len(values)", "values = values[1:]\n    n = len(values)", "mean_and_variance")
        ],
        "projection": [
            ("row = np.full(N, 1 / N)", "row = np.full(N, 1 / (N - 1))\n        row[0] = 0")
        ],
        "jacobian_per_feature": [
            ("np.mean(x[:, j])", "np.mean(x[1:, j])"),
            ("np.mean(centered * centered)", "np.mean(centered[1:] * centered[1:])"),
            ("np.var(col)", "np.var(col[1:])"),
        ],
    },
}

IN_VARIANTS: tuple[InVariant, ...] = in_batch_norm(_EPS | _MOMENTS)
