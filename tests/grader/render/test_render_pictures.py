from __future__ import annotations

import math
import re
import subprocess
import sys
import xml.etree.ElementTree as ET

import matplotlib as mpl
import pytest

from grader.core.finding import Picture
from grader.render.pictures import draw, histogram
from grader.render.svg import INK

RAMP = [[10.0 ** -((row + column) % 16) for column in range(48)] for row in range(48)]
PICTURES = [
    Picture("heat map", "large", RAMP),
    Picture("heat map", "holes", [[None, 1.0], [math.inf, 1e-3], [0.1]]),
    Picture("heat map", "no number at all", [[None] * 3] * 2),
    Picture("heat map", "exact", [[0.0] * 3] * 2),
    Picture("curves", "loss", [[2.0, None, 0.5], [2.0, 1.5, math.nan]], ["with", "without"]),
    Picture("curves", "a point", [[1.0]]),
]


def parsed(svg):
    return ET.fromstring(svg)  # noqa: S314 - our own


def texts(svg):
    return "".join(parsed(svg).itertext())


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.title)
def test_a_picture_fits_into_any_page(picture):
    svg = draw(picture)
    root = parsed(svg)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"].startswith(picture.title)
    assert "currentColor" in svg
    assert INK not in svg
    # A Content-Security-Policy without 'unsafe-inline' refuses these.
    assert not re.search(r"\sstyle=|<style|<script", svg)


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.title)
def test_the_same_picture_gives_the_same_bytes(picture):
    before = draw(picture)
    with mpl.rc_context({"font.size": 30, "svg.hashsalt": None, "image.cmap": "gray"}):
        assert draw(picture) == before


def test_a_large_heat_map_stays_small():
    svg = draw(PICTURES[0])
    assert "data:image/png;base64," in svg
    assert len(svg) < 20_000


def test_entries_that_are_no_numbers_are_marked():
    svg = draw(PICTURES[1])
    assert "3 entries not finite" in parsed(svg).attrib["aria-label"]
    assert "hatched: NaN or Inf" in texts(svg)
    assert "<pattern" in svg
    assert "<pattern" not in draw(PICTURES[0])


def test_the_colour_scale_is_in_decades():
    assert {"1", "10⁻³", "10⁻⁶"} <= set(parsed(draw(PICTURES[0])).itertext())


def test_ids_of_two_pictures_differ():
    found = [set(re.findall(r'\sid="([^"]+)"', draw(picture))) for picture in PICTURES]
    for place, ids in enumerate(found):
        for others in found[place + 1 :]:
            assert not ids & others
    assert any(found)


def test_every_reference_has_its_target():
    svg = draw(PICTURES[1])
    ids = set(re.findall(r'\sid="([^"]+)"', svg))
    references = re.findall(r"url\(#([^)]+)\)", svg) + re.findall(r'href="#([^"]+)"', svg)
    assert references
    assert set(references) <= ids


def test_a_curve_has_a_name_whatever_it_holds():
    evil = "</svg><script>alert(1)</script>\x00$x^2$"
    svg = draw(Picture("curves", evil, [[1.0, 2.0], [2.0, 1.0]], [evil]))
    assert "</svg><script>alert(1)</script>\\x00$x^2$" in texts(svg)
    assert "curve 2" in texts(svg)
    assert "<script" not in svg


def test_nothing_to_draw_gives_nothing():
    assert draw(Picture("heat map", "", [])) == ""
    assert draw(Picture("curves", "", [[]])) == ""
    assert histogram([], 100) == ""


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match="pie"):
        draw(Picture("pie", "", [[1.0]]))


def counts_of(svg):
    """Return the numbers over the bars: the texts before the axis and the median."""
    return [int(text) for text in re.findall(r'font-size="11"[^>]*>(\d+)<', svg)]


def test_a_histogram_counts_every_score_once():
    scores = [0, 9.9, 10, 55, 99, 100, 100.5, 108, 114]
    assert sum(counts_of(histogram(scores, 100))) == len(scores)


def test_the_full_score_is_not_a_bonus():
    assert counts_of(histogram([100, 99, 95], 100)) == [3]
    assert counts_of(histogram([100, 101], 100)) == [1, 1]


def test_a_histogram_says_its_numbers():
    label = parsed(histogram([40, 87, 108], 100)).attrib["aria-label"]
    assert label == "Histogram of 3 scores from 40 to 108, median 87, of 100 points"


def test_a_report_without_pictures_does_not_load_matplotlib():
    code = "import sys, grader.render.html; sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
