"""Who handed in what, for the terminal: in short before grading, in full for a dry run."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from grader.core.matching import Match, Matching
from grader.core.text import no_command
from grader.render.words import counted, together

# As many of each kind are told before grading; a dry run tells all.
_MOST = 20
_TITLES = {
    "canvas": "Canvas",
    "moodle": "Moodle",
    "gradescope": "Gradescope",
    "github": "GitHub",
    "nbgrader": "nbgrader",
}


def matching_lines(matching: Matching) -> list[str]:
    """Return counts and everything odd; nothing where a plain class holds nothing odd."""
    odd = [
        *(f"{match.student}: {remark}" for match in matching.matches for remark in match.odd),
        *(f"Matched nobody: {name} ({why})" for name, why in matching.unread),
    ]
    lines = odd if len(odd) <= _MOST else [*odd[:_MOST], f"… and {_more(len(odd))}"]
    for before, students in (
        ("Not on the roster", matching.unknown),
        ("Handed in nothing", matching.absent),
    ):
        if students:
            more = f", … and {_more(len(students))}" if len(students) > _MOST else ""
            lines.append(f"{before}: {', '.join(students[:_MOST])}{more}")
    if not lines and all(match.platform == "plain" and not match.by for match in matching.matches):
        return []
    return [no_command(line) for line in (counts_line(matching), *lines)]


def _more(count: int) -> str:
    return f"{count - _MOST} more; --dry-run shows all"


def counts_line(matching: Matching) -> str:
    """Return "3 hand-ins from Canvas: 2 on the roster, 1 late; 4 handed in nothing"."""
    matches = matching.matches
    used = {match.platform for match in matches}
    where = together([title for name, title in _TITLES.items() if name in used])
    known = sum(bool(match.by) for match in matches)
    facts = [
        (known, "on the roster"),
        (len(matching.unknown), "not on the roster"),
        (sum(match.late for match in matches), "late"),
        (sum(bool(match.members) for match in matches), "by groups"),
    ]
    line = counted(len(matches), "hand-in") + (f" from {where}" if where else "")
    said = [f"{count} {words}" for count, words in facts if count]
    line += f": {', '.join(said)}" if said else ""
    if matching.unread:
        matched = "matches" if len(matching.unread) == 1 else "match"
        line += f"; {counted(len(matching.unread), 'name')} {matched} nobody"
    if matching.absent:
        line += f"; {len(matching.absent)} on the roster handed in nothing"
    return line


def matching_table(matching: Matching) -> Table:
    """Return a line for each hand-in, for each name that is nobody's, and for who is missing.

    Cells are `Text`: nothing that a stranger wrote is read as markup.
    """
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("student", overflow="fold")
    table.add_column("handed in", overflow="fold")
    received = any(match.received or match.late for match in matching.matches)
    if received:
        table.add_column("received", no_wrap=True)
    table.add_column("what to know", overflow="fold")
    for match in matching.matches:
        when = [Text(_when(match))] if received else []
        told = (match.student, match.name, _known(match, matching))
        student, handed_in, known = (Text(no_command(words)) for words in told)
        table.add_row(student, handed_in, *when, known)
    for name, why in matching.unread:
        when = [Text("")] if received else []
        table.add_row(Text("nobody", "red"), Text(no_command(name)), *when, Text(why))
    for absent in matching.absent:
        when = [Text("")] if received else []
        who = Text(no_command(absent))
        table.add_row(who, Text("nothing", "yellow"), *when, Text("on the roster"))
    return table


def _when(match: Match) -> str:
    day, _, time = match.received.partition("T")
    late = "late" if match.late else ""
    return " ".join(filter(None, [day, time[:5], time[8:], late]))  # without the seconds


def _known(match: Match, matching: Matching) -> str:
    said = []
    if match.by:
        said.append(f"on the roster, by {match.by}")
    elif matching.unknown or matching.absent:
        said.append("not on the roster")
    if match.members:
        said.append(f"group of {together(list(match.members))}")
    return "; ".join([*said, *match.odd])
