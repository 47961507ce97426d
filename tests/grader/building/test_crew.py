"""What an assignment in C needs is asked of the machine before the first hand-in."""

from __future__ import annotations

import contextlib

import pytest

from grader.core.errors import ConfigurationError, UsageError
from grader.crew import assemble, open_sessions
from grader.intake.workspace import make_workspace
from grader.run import Run
from grader.sandbox import tier as tiers
from grader.sandbox.shelf import Shelf
from tests.grader.building.test_hand_ins_in_c import RIGHT


def test_walls_behind_which_no_library_opens_are_refused(scaled):
    walls = tiers.Walls(bubblewrap=True, landlock=False, seccomp=True)
    run = Run(scaled, 0, tiers.Tier("good", walls, ()))
    with contextlib.ExitStack() as stack, pytest.raises(UsageError, match="need Landlock"):
        assemble(run, stack)


def test_no_compiler_is_a_line_that_says_what_to_install(scaled, walls, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with contextlib.ExitStack() as stack, pytest.raises(ConfigurationError, match="install gcc"):
        assemble(Run(scaled, 0, walls), stack)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        (RIGHT.replace("by *", "bye *"), "it does not compile: line 6 of scale.c: 'bye'"),
        (RIGHT.replace("parts_of", "other"), "parts_of is not defined"),
    ],
)
def test_a_solution_that_cannot_be_called_is_ours(crew, source, complaint):
    run, staff = crew
    files = {"scale.c": source.encode()}
    workspace = make_workspace(run.entry.assignment, files, run.entry.supplied_files())
    with pytest.raises(ConfigurationError, match=complaint):
        open_sessions(run, staff, workspace, yardstick=True)


def test_a_shelf_goes_with_all_that_lies_on_it():
    with Shelf() as shelf:
        path = shelf.put(b"library")
        assert path.read_bytes() == b"library"
        assert path.stat().st_mode & 0o777 == 0o444
        assert shelf.path.stat().st_mode & 0o444 == 0
    assert not shelf.path.exists()
