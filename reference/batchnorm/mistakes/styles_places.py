"""Where the variants go back through batch norm, and how a mistake is put there."""

from grader.core.misconception import Edit, InVariant

# Mistake by mistake: rows of a variant, and what becomes what in its code.
Rows = tuple[tuple[str, ...], ...]

_BACKWARD = "batchnorm_backward"
# The files and functions in which the variants go back in stages.
STAGED = {
    "channel_loops_helpers": ("cs231n/layers.py", _BACKWARD),
    "closures": ("layers.py", "batchnorm_forward.train.staged"),
    "extra_keys_in_place": ("layers.py", _BACKWARD),
    "float32_keeping": ("layers.py", _BACKWARD),
    "jacobian_per_feature": ("layers.py", _BACKWARD),
    "keepdims_everywhere": ("test/layers.py", _BACKWARD),
    "ln_by_transpose": ("layers.py", _BACKWARD),
    "map_per_feature": ("layers.py", _BACKWARD),
    "namedtuple_modules": ("cs682/norms/batch.py", _BACKWARD),
    "node_classes": ("layers.py", _BACKWARD),
    "one_core_axes": ("layers.py", "batch_statistics_norm_backward"),
    "paper_equations": ("layers.py", _BACKWARD),
    "projection": ("cs682/layers.py", _BACKWARD),
    "python2_habits": ("cs231n/layers.py", _BACKWARD),
    "python_loops": ("layers.py", _BACKWARD),
    "raw_moments": ("cs231n/layers.py", _BACKWARD),
    "stray_imports": ("layers.py", _BACKWARD),
    "streaming_welford": ("layers.py", _BACKWARD),
    "textbook_graph": ("cs231n/layers.py", _BACKWARD),
}


def in_style(places: dict[str, tuple[str, str]], mistake: str, row: tuple[str, ...]) -> InVariant:
    """Make a mistake in a variant, where its place is: row has the variant, and old and new."""
    variant, *words = row
    path, inside = places[variant]
    pairs = zip(words[::2], words[1::2], strict=True)
    return InVariant(variant, mistake, tuple(Edit(path, old, new, inside) for old, new in pairs))


def in_styles(
    places: dict[str, tuple[str, str]], mistakes: dict[str, Rows]
) -> tuple[InVariant, ...]:
    """Make every mistake in every variant of its rows."""
    return tuple(in_style(places, each, row) for each, rows in mistakes.items() for row in rows)


def in_node(mistake: str, node: str, old: str, new: str) -> InVariant:
    """Make a mistake in the backward pass of a class of node_classes."""
    return InVariant("node_classes", mistake, (Edit("layers.py", old, new, f"{node}.backward"),))
