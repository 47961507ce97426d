"""What a reader calls the cells of a template."""

from __future__ import annotations

import nbformat
import pytest

from grader.notebook.places import places_of
from grader.notebook.read import read_notebook

v4 = nbformat.v4


def places(*cells):
    """Return the places of cells that are given as (kind, source), in their order."""
    made = [
        (v4.new_code_cell if kind == "code" else v4.new_markdown_cell)(source, id=f"nb-{place}")
        for place, (kind, source) in enumerate(cells)
    ]
    found = places_of(read_notebook(nbformat.writes(v4.new_notebook(cells=made)).encode()))
    return [found[f"nb-{place}"] for place in range(len(cells))]


def test_a_cell_goes_by_the_heading_above_it():
    assert places(("text", "## Six layers\n\nTrain."), ("code", "train()")) == [
        "“Six layers”",
        "the code cell under “Six layers”",
    ]


def test_several_cells_under_one_heading_are_numbered_by_their_kind():
    cells = [("text", "# A"), ("code", "1"), ("text", "so"), ("code", "2"), ("text", "# B")]
    assert places(*cells, ("code", "3"))[1:] == [
        "code cell 1 of 2 under “A”",
        "the text under “A”",
        "code cell 2 of 2 under “A”",
        "“B”",
        "the code cell under “B”",
    ]


def test_cells_under_two_headings_of_the_same_words_are_told_apart():
    assert places(("text", "# A"), ("code", "1"), ("text", "# A"), ("code", "2"))[1::2] == [
        "code cell 1 of 2 under “A”",
        "code cell 2 of 2 under “A”",
    ]


def test_only_where_no_heading_stands_above_there_is_the_id():
    assert places(("text", "hello"), ("code", "1")) == ["the cell nb-0", "the cell nb-1"]


@pytest.mark.parametrize(
    ("source", "heading"),
    [
        ("### `bn_forward`, *again* ##", "bn_forward, again"),
        ("# See [the paper](http://example.org)", "See the paper"),
        ("# First\n\n## Second", "Second"),
        ("# Listing\n\n```\n# no heading\n```", "Listing"),
        ("# Listing\n\n#no heading", "Listing"),
    ],
)
def test_headings_are_plain_words(source, heading):
    assert places(("text", source), ("code", "1"))[1] == f"the code cell under “{heading}”"
