"""A small assignment in C, and hand-ins of it behind real walls."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator, Mapping

import pytest

from grader import catalog
from grader.crew import Crew, Sessions, assemble, open_sessions
from grader.intake.workspace import make_workspace
from grader.run import Run
from grader.sandbox import tier as tiers
from tests.grader import toys

STRUCT = "typedef struct matrix { int rows, cols; float *data; int shallow; } matrix;\n"
GIVEN = {
    "student_template/scaled/matrix.h": f"#ifndef MATRIX_H\n#define MATRIX_H\n{STRUCT}"
    "matrix make_matrix(int rows, int cols);\n#endif\n",
    "student_template/scaled/matrix.c": '#include "matrix.h"\n#include <stdlib.h>\n'
    "matrix make_matrix(int rows, int cols)\n{\n"
    "    matrix m = {rows, cols, calloc(rows * cols, sizeof(float)), 0};\n    return m;\n}\n",
}
TOML = toys.rubric(
    "Scale a matrix",
    toys.table("limits", call_seconds=1.0, load_seconds=2.0, memory_mb=200),
    toys.table("c", flags=["-O1", "-Wall"], build_seconds=20.0),
    toys.table("c.structs.matrix", rows="int", cols="int", data="float *", shallow="int"),
    toys.table("c.columns_per", width="parts"),
    toys.file("scale.c"),
    toys.file("matrix.h", role="given", also=["framework.h"]),
    toys.file("matrix.c", role="given"),
    toys.function(
        "scaled",
        "y",
        file="scale.c",
        parameters=["matrix x", "float by"],
        result="matrix",
    ),
    toys.function(
        "parts_of",
        "y",
        file="scale.c",
        parameters=["matrix x", "int parts"],
        result="matrix",
        dialects=[["matrix x", "int width"]],
    ),
    toys.criterion("scales", 1),
)
SUITE = '"""Nothing is asked here."""\n'


@pytest.fixture(scope="session")
def scaled(tmp_path_factory) -> catalog.Entry:
    """The assignment: scale a matrix, and say how it is divided."""
    root = toys.lay_out(
        tmp_path_factory.mktemp("scaled"),
        {
            **GIVEN,
            "reference/scaled/assignment.toml": TOML,
            "tests/hidden/scaled/test_it.py": SUITE,
        },
    )
    return catalog.find_assignment(str(root / "reference" / "scaled"))


@pytest.fixture(scope="session")
def walls(tier) -> tiers.Tier:
    """The walls around what is built and loaded."""
    return tier


def working(entry: catalog.Entry, walls: tiers.Tier) -> Iterator[tuple[Run, Crew]]:
    """Yield what starts workers behind walls, until it is no longer needed."""
    if shutil.which("gcc") is None:
        pytest.skip("no gcc here")
    run = Run(entry, 0, walls)
    with contextlib.ExitStack() as stack:
        yield run, assemble(run, stack)


@pytest.fixture(scope="session")
def crew(scaled, walls) -> Iterator[tuple[Run, Crew]]:
    """What starts workers."""
    yield from working(scaled, walls)


OpenUp = Callable[[str], Sessions]


@pytest.fixture
def opened(crew) -> Iterator[OpenUp]:
    """Open a hand-in, given its scale.c, or its files."""
    run, staff = crew
    with contextlib.ExitStack() as stack:

        def open_up(files: str | Mapping[str, str | bytes]) -> Sessions:
            texts = {"scale.c": files} if isinstance(files, str) else files
            handed_in = {
                path: text.encode() if isinstance(text, str) else text
                for path, text in texts.items()
            }
            supplied = run.entry.supplied_files()
            workspace = make_workspace(run.entry.assignment, handed_in, supplied)
            sessions = open_sessions(run, staff, workspace)
            stack.callback(sessions.close)
            return sessions

        yield open_up
