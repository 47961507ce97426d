"""What an attack from a cell says of the walls around it."""

from __future__ import annotations

from dataclasses import replace

from grader.notebook.probe import judge, probe_kernel
from grader.sandbox.kernel_plan import Surroundings
from grader.sandbox.policy import Walls


def test_the_walls_of_this_machine_hold(around):
    found = probe_kernel(lambda: around)
    assert found.hold, found
    assert found.words == "walls hold"


def test_walls_with_a_hole_are_found_out(around):
    holed = Surroundings(replace(around.walls, seccomp=False))
    found = probe_kernel(lambda: holed)
    assert not found.hold
    assert "fork" in found.breaches
    assert found.words.startswith("walls leak: ")


def test_a_kernel_that_cannot_be_started_proves_nothing():
    walls = Walls(bubblewrap=False, landlock=False, seccomp=True)
    found = probe_kernel(lambda: Surroundings(walls))
    assert not found.hold
    assert "needs bubblewrap or Landlock" in found.words


def test_a_kernel_that_says_something_else_proves_nothing(run):
    for source in ("", "print('through:')", "print('through: ')\n1 / 0", "import os; os._exit(0)"):
        found = judge(run(source).execution)
        assert not found.hold, source
        assert "ended early" in found.problem
