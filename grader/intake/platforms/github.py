"""GitHub Classroom: a clone a student, {assignment}-{handle}, side by side in a folder."""

from __future__ import annotations

import os
from pathlib import Path

from grader.core.assignment import Assignment
from grader.intake.commits import commit_time
from grader.intake.naming import Found, Person, Reading, arrange, by_repetition
from grader.intake.source import Source

# The folder that GitHub's own tool clones into is {assignment}-submissions.
_FOLDER = "-submissions"


def fits(source: Source) -> bool:
    """Return whether most of what lies here are clones whose names begin alike."""
    # A folder that may not be looked into is none.
    clones = [name for name in source.top if os.path.isdir(source.path / name / ".git")]  # noqa: PTH112
    return len(clones) > 1 and 2 * len(clones) >= len(source.top) and bool(_prefix(source, clones))


def read(source: Source, assignment: Assignment) -> Reading:
    """Return a hand-in for each clone, with the time of its last commit."""
    files: dict[str, list[str]] = {}
    unread = []
    for name in source.top:
        if (source.path / name).is_dir():
            files[name] = []
        else:
            unread.append((name, "not a clone of a repository"))
    for name in source.names:
        top, slash, inside = name.partition("/")
        if slash and top in files:
            files[top].append(inside)
    prefix = _prefix(source, list(files))
    found = []
    for repository, names in files.items():
        pairs = [(name, f"{repository}/{name}") for name in by_repetition(names, assignment)]
        parts, remarks = arrange(pairs, assignment)
        if repository.startswith(prefix) and prefix:
            handle = repository.removeprefix(prefix)
        else:
            handle = repository.rpartition("-")[2]
            remarks.append(f"taken to be by {handle}: the name does not begin as the others do")
        found.append(
            Found(
                platform="github",
                people=(Person(handle, {"github": handle}),),
                name=repository,
                identity=handle.casefold(),
                parts=parts,
                received=commit_time(source.path / repository),
                remarks=tuple(remarks),
            )
        )
    return Reading(found, unread)


def _prefix(source: Source, repositories: list[str]) -> str:
    """Return "{assignment}-", by the name of the folder or by what the clones have in common."""
    folder = Path(os.path.abspath(source.path)).name  # noqa: PTH100 - links are not followed
    named = folder.removesuffix(_FOLDER) + "-"
    if folder.endswith(_FOLDER) and any(name.startswith(named) for name in repositories):
        return named
    if len(repositories) < 2:
        return ""
    common = os.path.commonprefix(repositories)  # noqa: RUF071 - of names, not of paths
    return common[: common.rfind("-") + 1]
