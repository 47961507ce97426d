"""Open a hand-in: its files as they are graded, and what should be told before that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath

from grader.core.assignment import Assignment
from grader.core.errors import GraderError, SubmissionError
from grader.intake.naming import is_tool
from grader.intake.submissions import HandIn
from grader.intake.tree import Tree, read_tree
from grader.intake.workspace import decode_source, find_file

_COUNTS = {2: "two", 3: "three"}
# As many files that were left out are told of one hand-in.
_MOST = 5


def open_files(hand_in: HandIn, assignment: Assignment) -> Tree:
    """Read the source and the notebooks of a hand-in.

    Raises what `read_tree` raises.
    """
    tree = read_tree(hand_in.path, frozenset({*assignment.endings, ".ipynb"}), hand_in.parts)
    if hand_in.parts is None and hand_in.path.suffix in assignment.endings and len(tree.files) == 1:
        # A single file of no known name is the first one, whatever the platform called it.
        known = {PurePosixPath(path).name for path in assignment.student_files}
        ((name, only),) = tree.files.items()
        if name not in known and not is_tool(name):
            return replace(tree, files={assignment.student_files[0]: only})
    return tree


def look_into(hand_in: HandIn, assignment: Assignment) -> tuple[list[str], list[str]]:
    """Return why a hand-in cannot be graded as it is, and what else is odd in it, for staff."""
    try:
        tree = open_files(hand_in, assignment)
    except (SubmissionError, GraderError) as error:
        return [str(error)], []
    notes = tree.notes[:_MOST]
    if len(tree.notes) > _MOST:
        notes.append(f"{len(tree.notes) - _MOST} more files were left out")
    return list(_problems(tree, assignment)), [*_copies(tree, assignment), *notes]


def _problems(tree: Tree, assignment: Assignment) -> Iterator[str]:
    found = [paths[0] for paths in _places(tree, assignment).values() if paths]
    notebooks = [path for path in tree.files if assignment.notebook and path.endswith(".ipynb")]
    if not found and not notebooks:
        yield f"it holds no {' or '.join(assignment.student_files)}"
    for path in (*found, *notebooks):
        if not tree.files[path].strip():
            yield f"{path} is empty"
        elif path.endswith(assignment.endings):
            try:
                decode_source(tree.files[path], python=path.endswith(".py"))
            except ValueError as error:
                yield f"{path} {error}"


def _copies(tree: Tree, assignment: Assignment) -> Iterator[str]:
    """Yield which of several files was taken, where it makes a difference."""
    for name, paths in _places(tree, assignment).items():
        if len({tree.files[path] for path in paths}) > 1:
            count = _COUNTS.get(len(paths), len(paths))
            yield f"{name} lies in {count} places, {paths[0]} is graded"


def _places(tree: Tree, assignment: Assignment) -> dict[str, list[str]]:
    packages = assignment.imports.packages
    return {
        file.path: find_file(file, tree.files, packages)
        for file in assignment.files
        if file.path in assignment.student_files
    }
