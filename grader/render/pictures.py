"""Drawings as inline SVG: where an array is wrong, how a curve runs, how a class did."""

from __future__ import annotations

import io
import itertools
import math
import statistics
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from grader.core.finding import Picture
from grader.core.text import visible
from grader.render.svg import INK, embed
from grader.render.words import counted, number

if TYPE_CHECKING:
    # Imported where it draws: most reports hold no picture and shall not wait for matplotlib.
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_SETTINGS = {
    "svg.hashsalt": "grading-harness",
    "svg.fonttype": "none",
    "text.parse_math": False,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "font.size": 12,
    "axes.linewidth": 0.6,
    "hatch.linewidth": 0.6,
}
_NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
# matplotlib's settings are global; two threads must not undo each other's.
_SETTINGS_LOCK = threading.Lock()

# Mid tones, readable on white and on near-black; the dashes tell the lines apart without them.
_LINES = list(
    zip(
        ("#3a80c3", "#c8752a", "#2c9a68", "#b0589f", "#8a7a2e", "#6d6fc9"),
        ("-", "--", "-.", ":", (0, (6, 2, 1, 2, 1, 2)), (0, (1, 1))),
        strict=True,
    )
)
_BAR = "#5a8fc4"
_DEEPEST = -17  # decades; below that is rounding of the smallest of errors
_LEGEND_LINE = 19
_UNIT = 72  # matplotlib's points an inch; one point is one pixel of the page


def draw(picture: Picture) -> str:
    """Return the picture as an SVG element, "" where it holds nothing to draw.

    Raises ValueError for a kind that is neither "heat map" nor "curves".
    """
    if picture.kind not in ("heat map", "curves"):
        raise ValueError(f"no such kind of picture: {picture.kind!r}")
    if not any(picture.values):
        return ""
    if picture.kind == "curves":
        height = 220 + _LEGEND_LINE * len(picture.values)
        return _svg(visible(picture.title), (460, height), lambda figure: _curves(figure, picture))
    columns = max(map(len, picture.values))
    rows = [
        [_magnitude(value) for value in [*row, *[None] * (columns - len(row))]]
        for row in picture.values
    ]
    bad = sum(math.isnan(value) for row in rows for value in row)
    spoilt = f"; {counted(bad, 'entry', 'entries')} not finite" if bad else ""
    return _svg(visible(picture.title) + spoilt, *_heat_map(rows))


def histogram(scores: Sequence[float], possible: float) -> str:
    """Return how many scores lie in each tenth of the points possible, as an SVG element.

    The last tenth holds the full score itself; scores above it, by bonus, follow in bars of
    their own. "" where there is no score.
    """
    if not scores or possible <= 0:
        return ""
    low, middle, high = map(number, (min(scores), statistics.median(scores), max(scores)))
    label = (
        f"Histogram of {counted(len(scores), 'score')} from {low} to {high}, "
        f"median {middle}, of {number(possible)} points"
    )
    return _svg(label, (480, 190), lambda figure: _bars(figure, scores, possible))


def _svg(label: str, size: tuple[float, float], paint: Callable[[Figure], None]) -> str:
    from matplotlib import style  # noqa: PLC0415 - see the top of this file
    from matplotlib.backends.backend_svg import FigureCanvasSVG  # noqa: PLC0415
    from matplotlib.figure import Figure  # noqa: PLC0415

    with _SETTINGS_LOCK, style.context(["default", _SETTINGS]):
        figure = Figure(figsize=(size[0] / _UNIT, size[1] / _UNIT), facecolor="none")
        FigureCanvasSVG(figure)
        paint(figure)
        target = io.BytesIO()
        figure.savefig(target, format="svg", metadata=_NO_METADATA)
    return embed(target.getvalue(), label)


def _axes(figure: Figure, left: float, bottom: float, width: float, height: float) -> Axes:
    """Add axes at a place given in pixels from the lower left corner."""
    across, up = figure.get_size_inches() * _UNIT
    axes = figure.add_axes((left / across, bottom / up, width / across, height / up))
    axes.set_facecolor("none")
    return axes


def _magnitude(value: float | None) -> float:
    """Return the decade of an error (log10), NaN where there is no finite one."""
    if value is None or not math.isfinite(value):
        return math.nan
    return max(math.log10(abs(value)), _DEEPEST) if value else _DEEPEST


def _heat_map(
    rows: list[list[float]],
) -> tuple[tuple[float, float], Callable[[Figure], None]]:
    """Return the size of the heat map and what paints it; `rows` are decades."""
    columns = len(rows[0])
    side = min(288 / columns, 192 / len(rows), 20)
    width, height = max(side * columns, 130), max(side * len(rows), 112)
    finite = [value for row in rows for value in row if not math.isnan(value)]
    low = math.floor(min(finite, default=-1))
    high = max(math.ceil(max(finite, default=0)), low + 1)
    spoilt = len(finite) < len(rows) * columns

    def paint(figure: Figure) -> None:
        axes = _axes(figure, 26, 26, width, height)
        if spoilt:
            axes.patch.set(hatch="////", edgecolor=INK)
        axes.imshow(rows, interpolation="none", aspect="auto", vmin=low, vmax=high)
        axes.set(xticks=[], yticks=[], ylabel="rows")
        axes.yaxis.label.set_fontsize(11)
        axes.set_xlabel("columns; hatched: NaN or Inf" if spoilt else "columns", fontsize=11)
        if finite:
            _colour_bar(_axes(figure, 26 + width + 18, 26, 12, height), low, high)

    return (26 + width + 104, height + 32), paint


def _colour_bar(axes: Axes, low: int, high: int) -> None:
    steps = [[low + (high - low) * step / 63] for step in range(64)]
    axes.imshow(
        steps, aspect="auto", origin="lower", extent=(0, 1, low, high), interpolation="none"
    )
    every = math.ceil((high - low) / 5)
    ticks = list(range(high, low - 1, -every))
    axes.set_yticks(ticks, [_decade(tick) for tick in ticks])
    axes.set_xticks([])
    axes.yaxis.tick_right()
    axes.tick_params(length=0)
    axes.yaxis.set_label_position("right")
    axes.set_ylabel("relative to the scale", fontsize=11)


def _decade(exponent: int) -> str:
    superscript = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{superscript}" if exponent else "1"


def _curves(figure: Figure, picture: Picture) -> None:
    axes = _axes(figure, 56, 30, 390, 184)
    named = itertools.zip_longest(picture.values, picture.labels[: len(picture.values)])
    for place, (curve, label) in enumerate(named):
        colour, dashes = _LINES[place % len(_LINES)]
        heights = [math.nan if value is None else value for value in curve]
        axes.plot(
            range(len(heights)),
            heights,
            color=colour,
            linestyle=dashes,
            linewidth=1.8,
            marker="o" if len(heights) == 1 else "",
            label=visible(label or f"curve {place + 1}", 50),
        )
    _open_frame(axes)
    axes.grid(axis="y", color=INK, alpha=0.15, linewidth=0.6)
    figure.legend(loc="upper left", frameon=False, fontsize=11, handlelength=2.8)


def _bars(figure: Figure, scores: Sequence[float], possible: float) -> None:
    width = possible / 10
    counts = [0] * (10 + max(0, math.ceil((max(scores) - possible) / width)))
    for score in scores:
        counts[_bin(score, possible)] += 1
    axes = _axes(figure, 14, 26, 452, 136)
    centres = [(place + 0.5) * width for place in range(len(counts))]
    bars = axes.bar(centres, counts, width=width * 0.9, color=_BAR)
    axes.bar_label(bars, [str(count or "") for count in counts], padding=2, fontsize=11)
    _open_frame(axes)
    axes.spines["left"].set_visible(False)
    ticks = [possible * fifth / 5 for fifth in range(6)]
    axes.set_xticks(ticks, [number(tick) for tick in ticks])
    axes.set(yticks=[], xlim=(-0.1 * width, (len(counts) + 0.1) * width))
    axes.set_ylim(0, max(counts) * 1.3)
    median = statistics.median(scores)
    # The mark begins above the bar and its count, so that it crosses out neither.
    foot = counts[_bin(median, possible)] + max(counts) * 0.18
    axes.vlines(median, foot, max(counts) * 1.3, color=INK, linewidth=1.2, linestyle=(0, (2, 2)))
    off_centre = median / (width * len(counts)) - 0.5
    axes.annotate(
        f"median {number(median)}",
        (median, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 6),
        textcoords="offset points",
        ha="center" if abs(off_centre) < 0.35 else "right" if off_centre > 0 else "left",
    )


def _bin(score: float, possible: float) -> int:
    """Return the bar of a score; the full score belongs to the rubric's last, not to the bonus."""
    width = possible / 10
    place = math.ceil(score / width) - 1 if score > possible else min(int(score / width), 9)
    return max(place, 0)


def _open_frame(axes: Axes) -> None:
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.tick_params(length=0)
