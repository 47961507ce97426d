"""Views of an audit: tables for the terminal, JSON, and a page with the kill matrix."""

from __future__ import annotations

import math
from typing import Any

import msgspec
from rich.table import Table

from grader.core.audit import IN_VARIANT, Audit, Tolerance, Verdict
from grader.render.html import render, source
from grader.render.words import counted

# Tolerances with less room than so many decades on either side are worth a look.
_TIGHT = 1.0
_MOST_LINES = 12


def audit_json(audit: Audit) -> bytes:
    """Return the audit as indented JSON, the same for the same audit."""
    tree: dict[str, Any] = msgspec.to_builtins(audit)
    tree["shortcomings"] = audit.shortcomings
    tree["flakes"]["bound"] = audit.flakes.bound
    encoded = msgspec.json.encode(tree, order="deterministic")
    return msgspec.json.format(encoded, indent=2) + b"\n"


def audit_page(audit: Audit) -> str:
    """Return the audit as a single page."""
    values = {"summary": summary(audit), "cell_of": cell_of}
    return render("audit.html", script=source("sort.js"), audit=audit, **values)


def flake_sentence(audit: Audit) -> str:
    """Return what so many seeds show, and with which power: never that there is no flake."""
    flakes = audit.flakes
    if not flakes.runs:
        return "No seed was tried."
    failures = len({(flake.name, flake.seed) for flake in flakes.found})
    sentence = (
        f"{failures:,} of {flakes.runs:,} seeds cost a correct hand-in something: "
        f"the true share is below {flakes.bound:.2%} with 95% confidence."
    )
    correct = [*audit.of_kind("solution"), *audit.of_kind("variant")]
    if any(verdict.complaints for verdict in correct):
        sentence += " That is worth little while some fall short with any seed."
    return sentence


def summary(audit: Audit) -> list[tuple[str, str]]:
    """Return what there is to know, by name."""
    lines = []
    for kind, words in (
        ("solution", "earns everything"),
        ("template", "earns nothing"),
        ("variant", "earn everything"),
        ("misconception", "are caught and cost what they should"),
        (IN_VARIANT, "are caught"),
    ):
        verdicts = audit.of_kind(kind)
        good = sum(not verdict.complaints for verdict in verdicts)
        if verdicts:
            lines.append((kind, f"{good} of {len(verdicts)} {words}"))
    if audit.of_kind("misconception"):
        lines.append(("diagnosis", _diagnosis_sentence(audit)))
    idle = len(audit.idle)
    lines.append(("checks", f"{len(audit.checks)}, of which {idle} notice no misconception"))
    lines.append(("tolerances", _tolerance_sentence(audit)))
    lines.append(("seeds", flake_sentence(audit)))
    if audit.mutants is not None:
        mutants = audit.mutants
        words = (
            f"{mutants.noticed:.1%} of {mutants.killed + len(mutants.survivors):,} are noticed; "
            f"{mutants.equivalent:,} more change nothing, {mutants.unreached:,} no check reaches"
        )
        lines.append(("generic changes", words))
    else:
        lines.append(("generic changes", "left out"))
    return lines


def _diagnosis_sentence(audit: Audit) -> str:
    right, of_all = audit.named("misconception")
    styled, of_styled = audit.named(IN_VARIANT)
    in_styles = f", {styled} of {of_styled} in other styles" if of_styled else ""
    return f"{right} of {of_all} are called by their name{in_styles}"


def _tolerance_sentence(audit: Audit) -> str:
    below = [line.decades[0] for line in audit.tolerances if line.decades[0] is not None]
    beyond = [v.beyond for v in audit.of_kind("misconception") if v.beyond is not None]
    if not audit.tolerances or not beyond:
        return "nothing was measured"
    # No error at all is below every tolerance.
    right = f"each at least {min(below):.1f} decades above what is right" if below else (
        "what is right has no error")  # fmt: skip
    return (
        f"{right}; every misconception that numbers show is beyond one by "
        f"{math.log10(min(beyond)):.1f} decades or more"
    )


def tight(audit: Audit) -> list[Tolerance]:
    """Return the tolerances with little room on a side, the tightest first."""

    def room(line: Tolerance) -> float:
        return min((each for each in line.decades if each is not None), default=99.0)

    return sorted((line for line in audit.tolerances if room(line) < _TIGHT), key=room)


def summary_table(audit: Audit) -> Table:
    """Return the summary as a table for the terminal."""
    table = Table(title=f"Audit of {audit.assignment}", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, words in summary(audit):
        table.add_row(name, words)
    return table


def detail_lines(audit: Audit) -> list[str]:
    """Return what falls short and what is worth a look, a few lines of each."""
    lines = _few("Falls short", audit.shortcomings)
    lines += _few("Not called by their name", audit.unnamed("misconception"))
    lines += _few("Little room at a tolerance", list(map(_tight_words, tight(audit))))
    if audit.mutants is not None:
        lines += _few(
            "Changes that no check notices",
            [f"{s.path}:{s.line} {s.before} -> {s.after}" for s in audit.mutants.survivors],
        )
    return lines


def _few(title: str, lines: list[str]) -> list[str]:
    if not lines:
        return []
    more = len(lines) - _MOST_LINES
    shown = [f"  {line}" for line in lines[:_MOST_LINES]]
    return [f"{title}:", *shown, *([f"  and {counted(more, 'line')} more"] if more > 0 else [])]


def _tight_words(line: Tolerance) -> str:
    below, above = line.decades
    right = "" if below is None else f"{_apart(below, 'above', 'below')} {line.right_of}"
    wrong = "" if above is None else f"{_apart(above, 'below', 'above')} {line.wrong_of}"
    return f"{line.check}: {', '.join(filter(None, (right, wrong)))}"


def _apart(decades: float, one: str, other: str) -> str:
    return f"{abs(decades):.1f} decades {one if decades >= 0 else other}"


def cell_of(verdict: Verdict, criterion: str) -> str:
    """Return what became of a criterion: "caught", "rests", "missed", "unfair", or ""."""
    lost = criterion in verdict.lost
    if criterion in verdict.costs:
        return "caught" if lost else "missed"
    if criterion in verdict.may_cost:
        return "rests" if lost else ""
    return "unfair" if lost else ""
