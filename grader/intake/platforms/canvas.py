"""Canvas, "Download Submissions": the files of a class in one folder, told apart by their names.

    mullerzoe_LATE_4711_90210_layers-1.py      name, user, attachment, file
    mullerzoe_4711_text.html                   what was typed in, in place of a file
    anon_x7Yq2_90211_layers.py                 anonymous grading

The names are made by `lib/content_zipper.rb` of instructure/canvas-lms.
"""

from __future__ import annotations

import re
from collections import defaultdict

from grader.core.assignment import Assignment
from grader.intake.naming import Found, Person, Reading, arrange
from grader.intake.source import Source, below, common_folder

_NAME = re.compile(
    r"(?:(?!(?:LATE_)?anon_)(?P<name>.*?)_)?(?P<late>LATE_)?(?P<user>\d+|anon_[0-9A-Za-z]+)_"
    r"(?:(?P<attachment>\d+)_(?P<file>.+)|(?P<entry>text|link)\.html)"
)
_ENTRIES = {"text": "typed text, which is not graded", "link": "a link, which is not graded"}


def fits(source: Source) -> bool:
    """Return whether at least half of the names are Canvas's."""
    names = source.top
    if folder := common_folder(source):
        names = [name for name in below(source, folder) if "/" not in name]
    matching = sum(_NAME.fullmatch(name) is not None for name in names)
    return matching > 0 and 2 * matching >= len(names)


def read(source: Source, assignment: Assignment) -> Reading:
    """Collect the files of each student."""
    folder = common_folder(source)
    of_user: dict[str, list[re.Match[str]]] = defaultdict(list)
    unread = []
    for name in below(source, folder):
        match = _NAME.fullmatch(name)
        if match is None or "/" in name:
            unread.append((name, "not a name that Canvas gives"))
        else:
            of_user[match["user"]].append(match)
    found = [_hand_in(user, matches, folder, assignment) for user, matches in of_user.items()]
    return Reading(found, unread)


def _hand_in(user: str, matches: list[re.Match[str]], folder: str, assignment: Assignment) -> Found:
    files = sorted((m for m in matches if m["file"]), key=lambda m: int(m["attachment"]))
    parts, remarks = arrange([(m["file"], folder + m.string) for m in files], assignment)
    remarks += [f"handed in {_ENTRIES[m['entry']]}" for m in matches if m["entry"]]
    shown = [m.string for m in files or matches]
    ids = {"canvas": user.removeprefix("anon_")}
    if any(m["late"] for m in matches):
        ids["late"] = "yes"
    more = f" and {len(shown) - 1} more" if len(shown) > 1 else ""
    return Found(
        platform="canvas",
        people=(Person(matches[0]["name"] or user.replace("anon_", "anonymous "), ids),),
        name=shown[0] + more,
        identity=user,
        parts=parts,
        order=max((int(m["attachment"]) for m in files), default=0),
        remarks=tuple(remarks),
        typed=not files,
    )
