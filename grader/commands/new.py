"""Begin an assignment."""

from __future__ import annotations

import shlex
from pathlib import Path

from rich.console import Console

from grader.scaffold.make import make_assignment

_MADE = 0
# What each folder is for, in the order in which they are made.
_PURPOSES = (
    "for instructors: rubric, solution, variants, known mistakes",
    "for students: what they fill in, and a self-check",
    "for instructors: the hidden checks",
)


def new(slug: str, root: Path, title: str | None) -> int:
    """Make an assignment and say what to do next; return the exit code."""
    folders = make_assignment(slug, title or _title(slug), root)
    console = Console(highlight=False)

    def say(line: str) -> None:
        console.print(line, soft_wrap=True, markup=False)

    width = max(len(f"{folder}/") for folder in folders)
    for folder, purpose in zip(folders, _PURPOSES, strict=True):
        say(f"{f'{folder}/':{width}}  {purpose}")
    reference, *_ = folders
    # From another folder it is found by its path alone.
    named = slug if root.resolve() == Path.cwd() else shlex.quote(str(reference))
    variants = shlex.quote(str(reference / "variants"))
    say("\nIt works as it stands. Try")
    for command, purpose in (
        (f"grader audit {named}", "are its checks right?"),
        (f"grader grade {variants} -a {named} -o results", "grade three hand-ins"),
        (f"grader release {named} -o {slug}.zip", "make what students get"),
    ):
        say(f"  {command}\n      {purpose}")
    say("and then make it yours: docs/assignments.md of the grader leads through the files.")
    return _MADE


def _title(slug: str) -> str:
    return slug.replace("-", " ").replace("_", " ").capitalize()
