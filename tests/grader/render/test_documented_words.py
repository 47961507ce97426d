"""docs/command-line.md explains every status and outcome, in the words that are shown."""

from __future__ import annotations

import re

from grader.core.outcome import MEANINGS
from grader.core.score import Status
from grader.render.words import SIGNS


def rows(project, first):
    """Return the cells of the table whose first heading is `first`, the heading left out."""
    text = (project / "docs" / "command-line.md").read_text(encoding="utf-8")
    table = text.partition(f"\n| {first} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table]


def test_every_outcome_is_explained_from_best_to_worst(project):
    ordered = sorted(MEANINGS, key=lambda outcome: MEANINGS[outcome].rank)
    found = rows(project, "outcome")
    assert [row[0] for row in found] == [f"`{outcome}`" for outcome in ordered]
    assert [row[1] for row in found] == [MEANINGS[outcome].sentence for outcome in ordered]
    assert [row[2] for row in found] == [SIGNS[outcome].word for outcome in ordered]
    earns = {"all": "everything", "fraction": "the part", "nothing": "nothing"}
    for row, outcome in zip(found, ordered, strict=True):
        assert re.match(earns.get(MEANINGS[outcome].earns, "not known"), row[3]), row


def test_every_status_is_explained(project):
    assert [row[0] for row in rows(project, "status")] == [f"`{status}`" for status in Status]
