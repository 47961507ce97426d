"""A report as Markdown (GitHub's flavour), for platforms that show nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable

from grader.core.outcome import Outcome
from grader.core.report import Report, student_view
from grader.render.causes import Cause, Line, Part, find_causes, find_contradiction, find_lines
from grader.render.causes import look_first as first_of
from grader.render.findings import details, headline_score, passed, points, says, titles
from grader.render.words import counted, follow_through, score_sentences

# An underscore inside a word marks nothing up. The last two would make a bare address a link.
_MARKUP = re.compile(r"[\\`*\[\]<>|~&$]|(?<!\w)_|_(?!\w)|:(?=//)|(?<=www)\.|@")

# Of findings that one cause explains, so many are told beside the largest.
_ALSO = 4


def plain(text: str) -> str:
    """Return `text` so that Markdown shows it as it is, on one line."""
    return _MARKUP.sub(r"\\\g<0>", " ".join(text.split()))


def report_markdown(report: Report) -> str:
    """Return the report as its student may see it, as one document."""
    view = student_view(report)
    causes = find_causes(view)
    lines = find_lines(view, causes)
    parts = [
        f"# {plain(view.conditions.title)}",
        f"**{plain(view.submission.student)}: {headline_score(view)}**",
        overview(view, causes),
        "## The rubric",
        _table(lines),
    ]
    for line in lines:
        if _is_worth_telling(line):
            parts += [f"### {plain(line.score.title)}", criterion_markdown(view, line)]
    parts.append(notes_markdown(view))
    return "\n\n".join(filter(None, parts)) + "\n"


def _is_worth_telling(line: Line) -> bool:
    """Whether there is more to say of a criterion than its line in the table does."""
    if line.score.outcome is Outcome.AWAITING:
        return any(part.cause.finding.what for part in line.parts)
    return line.score.outcome is not Outcome.PASSED and line.elsewhere is None


def overview(view: Report, causes: list[Cause]) -> str:
    """Return what stands beside the score, and what to look at first."""
    items = [*_contradiction(view), *(_first(view, cause) for cause in first_of(causes))]
    paragraphs = [plain(" ".join(score_sentences(view)))]
    if items:
        numbered = [f"{number}. {item}" for number, item in enumerate(items, 1)]
        paragraphs += ["## What to look at first", "\n".join(numbered)]
    return "\n\n".join(paragraphs)


def criterion_markdown(view: Report, line: Line, *, alone: bool = False) -> str:
    """Return how one criterion came about: each cause with its words, then what passed.

    Where it stands `alone`, nothing is told elsewhere.
    """
    paragraphs = [_sentence(line.score.outcome.meaning.sentence)]
    why = follow_through(view, line.score)
    if why:
        paragraphs.append(plain(why))
    paragraphs += [_part(part, alone=alone) for part in line.parts]
    told = passed(line)
    if line.parts and told:
        paragraphs.append("; ".join(told) + ".")
    return "\n\n".join(paragraphs)


def notes_markdown(view: Report) -> str:
    """Return what is worth knowing and costs nothing; "" where there is nothing."""
    notes = [*view.notes, *(note for check in view.checks for note in check.notes)]
    listed = _bullets(plain(note) for note in dict.fromkeys(notes))
    return f"## Notes\n\nNone of this costs a point.\n\n{listed}" if notes else ""


def _table(lines: Iterable[Line]) -> str:
    rows = ["| criterion | points | |", "|---|---:|---|"]
    for line in lines:
        score, cause = line.score, line.elsewhere
        bonus = " (bonus)" if score.bonus else ""
        see = f", see number {cause.number} above" if cause is not None else ""
        outcome = f"{score.outcome.meaning.sentence}{see}"
        rows.append(f"| {plain(score.title)}{bonus} | {points(score)} | {outcome} |")
    return "\n".join(rows)


def _part(part: Part, *, alone: bool) -> str:
    cause = part.cause
    head = [f"**{plain(cause.finding.what)}**", ""] if cause.finding.what else []
    if part.told or alone:
        lines = _words(cause)
    elif part.see is None:
        lines = [f"- As number {cause.number} under “What to look at first”"]
    else:
        lines = [f"- As under “{plain(part.see.title)}”"]
    checked = [plain(title) for title in titles(part)]
    if len(checked) == 1:
        return "\n".join([*head, *lines, f"- Check: {checked[0]}"])
    return "\n".join([*head, *lines, "- Checks:", *(f"  - {each}" for each in checked)])


def _words(cause: Cause) -> list[str]:
    looks = [f"- {plain(cause.looks_like)}"] if cause.looks_like else []
    more = [f"- Also: {plain(text)}" for text in cause.others[:_ALSO]]
    left = len(cause.others) - _ALSO
    more += [f"- and {left} more like it"] if left > 0 else []
    return [*looks, *(f"- {label}: {plain(words)}" for label, words in details(cause)), *more]


def _first(view: Report, cause: Cause) -> str:
    lost = cause.lost()
    kind = "point" if lost else "bonus point"
    costs = counted(lost or cause.lost(bonus=True), kind)
    head = f"**{plain(cause.headline)}** ({costs})"
    if cause.shared:
        concerns = f"{len(cause.criteria)} of {len(view.criteria)} criteria wait for it."
        # What is shared is told here and referred to below.
        return "\n".join([head, *(f"   {line}" for line in _words(cause)), f"   - {concerns}"])
    if cause.headline != cause.finding.what:
        return f"{head}: {plain(cause.looks_like or says(cause))}"
    return f"{head}: under “{plain(cause.criteria[0].title)}”"


def _contradiction(view: Report) -> list[str]:
    found = find_contradiction(view)
    if found is None or view.notebook is None:
        return []
    places = view.notebook.places
    lines = [
        f"   - {plain(each.sentence)} ({plain(places.get(each.cell, each.cell))})"
        for each in found.evidence
    ]
    head = "**The notebook shows what its code does not give**"
    more = "   - Its outputs may be older than the code, or come from elsewhere."
    return ["\n".join([head, *lines, more])]


def _bullets(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
