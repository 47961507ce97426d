"""Whether a class's notebooks may be run: proved once, before anything is graded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grader import catalog
from grader.core.errors import UsageError
from grader.intake.submissions import HandIn
from grader.kernels import prove_kernels
from grader.notebook.execution import Mode
from grader.run import Run
from grader.sandbox.policy import Walls


@pytest.fixture
def run(tier, batchnorm):
    return Run(catalog.find_assignment(batchnorm), 0, tier, Mode.ALWAYS)


@pytest.fixture
def holed(run):
    """The walls of this machine without the one that stops a fork."""
    return replace(run, tier=replace(run.tier, walls=replace(run.tier.walls, seccomp=False)))


@pytest.fixture
def with_notebook(project):
    folder = project / "tests/submissions/batchnorm/notebook_contradicts/hand-in"
    return HandIn("ann", folder)


@pytest.fixture
def without_notebook(project):
    return HandIn("bob", project / "tests/submissions/batchnorm/blank/hand-in")


def test_walls_that_hold_change_nothing(run, with_notebook):
    assert prove_kernels(run, [with_notebook]) == run


def test_walls_that_leak_are_refused_unless_asked_for(holed, without_notebook, with_notebook):
    members = [without_notebook, with_notebook]
    with pytest.raises(UsageError, match=r"leak here \(.*fork.*--execute never"):
        prove_kernels(holed, members)
    asked = prove_kernels(holed, members, allow_weak=True)
    assert asked.conditions().tier == "weak"
    assert asked.tier.walls == holed.tier.walls


def test_nothing_is_tried_where_no_notebook_is_run(holed, without_notebook, with_notebook):
    # Had a kernel been tried, its walls would have been refused.
    assert prove_kernels(holed, [without_notebook]) is holed
    alone = HandIn("eve", without_notebook.path / "layers.py")
    assert prove_kernels(holed, [alone]) is holed
    never = replace(holed, mode=Mode.NEVER)
    assert prove_kernels(never, [with_notebook]) is never


def test_a_hand_in_that_cannot_be_read_counts_as_one_with_a_notebook(holed, tmp_path):
    with pytest.raises(UsageError, match="leak here"):
        prove_kernels(holed, [HandIn("eve", tmp_path / "gone")])


def test_where_no_kernel_starts_the_reason_is_kept(run, with_notebook):
    walls = Walls(bubblewrap=False, landlock=False, seccomp=True)
    bare = replace(run, tier=replace(run.tier, walls=walls))
    assert "needs bubblewrap or Landlock" in prove_kernels(bare, [with_notebook]).no_kernel
