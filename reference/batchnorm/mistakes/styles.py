"""Known mistakes in the code of variants: where the functions of the variants stand."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from grader.core.misconception import Edit, InVariant

# By variant, what becomes what in batchnorm_forward, or in the function named third.
Styles: TypeAlias = Mapping[str, Sequence[tuple[str, str] | tuple[str, str, str]]]

_LAYERS = {
    "channel_loops_helpers": "cs231n/layers.py",
    "keepdims_everywhere": "test/layers.py",
    "namedtuple_modules": "cs682/norms/batch.py",
    "projection": "cs682/layers.py",
    "python2_habits": "cs231n/layers.py",
    "raw_moments": "cs231n/layers.py",
    "textbook_graph": "cs231n/layers.py",
}
_ELSEWHERE = {
    ("channel_loops_helpers", "load"): "cs231n/running.py",
    ("channel_loops_helpers", "stats"): "cs231n/norm_math.py",
    ("channel_loops_helpers", "store"): "cs231n/running.py",
    ("channel_loops_helpers", "whiten"): "cs231n/norm_math.py",
    ("namedtuple_modules", "moments"): "cs682/norms/statistics.py",
    ("namedtuple_modules", "normalized"): "cs682/norms/core.py",
    ("namedtuple_modules", "remember"): "cs682/norms/statistics.py",
    ("namedtuple_modules", "remembered"): "cs682/norms/statistics.py",
}


def in_batch_norm(mistakes: Mapping[str, Styles]) -> tuple[InVariant, ...]:
    """Make mistakes of batch norm's forward pass in variants, by mistake and variant."""
    return tuple(
        InVariant(variant, mistake, tuple(_edit(variant, *edit) for edit in edits))
        for mistake, styles in mistakes.items()
        for variant, edits in styles.items()
    )


def _edit(variant: str, old: str, new: str, inside: str = "batchnorm_forward") -> Edit:
    path = _ELSEWHERE.get((variant, inside), _LAYERS.get(variant, "layers.py"))
    return Edit(path, old, new, inside)
