"""A tier counts only as long as its layers stand: one is taken away, and it is lower or refused.

Here the system itself takes them away, as an old kernel does: the grader runs behind a filter of
system calls that knows no Landlock, or no filters, and without bubblewrap on its path.
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys

import pytest

from grader.sandbox.policy import Walls
from grader.sandbox.tier import probe

# What runs the grader after the kernel has forgotten what is in argv[1].
_FORGETFUL = """
import ctypes, errno, os, sys
import pyseccomp as seccomp

ctypes.CDLL(None).prctl(38, 1, 0, 0, 0)
program = seccomp.SyscallFilter(seccomp.ALLOW)
if "landlock" in sys.argv[1]:
    for number in (444, 445, 446):
        program.add_rule(seccomp.ERRNO(errno.ENOSYS), number)
if "seccomp" in sys.argv[1]:
    filters = seccomp.Arg(0, seccomp.EQ, 22)
    program.add_rule(seccomp.ERRNO(errno.EINVAL), "prctl", filters)
program.load()
os.execv(sys.executable, [sys.executable, *sys.argv[2:]])
"""
STRONG = Walls(bubblewrap=True, landlock=True, seccomp=True)

pytestmark = [pytest.mark.attacks, pytest.mark.usefixtures("strongest")]


@pytest.fixture
def lacking(tmp_path):
    """Run a module, or `-c` and a script, on a machine without some layers."""

    def run(*arguments, without=()):
        path = str(tmp_path) if "bubblewrap" in without else os.environ["PATH"]
        command = [sys.executable, "-c", _FORGETFUL, " ".join(without), *map(str, arguments)]
        return subprocess.run(
            command, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
        )

    return run


@pytest.fixture(scope="module")
def strongest():
    """Skip where this machine has no strong tier that could be lowered."""
    attempt = probe("strong", STRONG)
    if not attempt.holds:
        pytest.skip(f"no strong tier here: {attempt.problem or attempt.breaches}")


def without_seccomp():
    return [Walls(*outer, seccomp=False) for outer in itertools.product((True, False), repeat=2)]


@pytest.mark.parametrize("walls", without_seccomp(), ids=lambda walls: "+".join(walls.layers))
def test_attacks_get_through_where_a_layer_is_left_out(walls):
    attempt = probe("holed", walls)
    assert not attempt.holds
    assert not attempt.problem
    assert {"fork", "signal-neighbour"} <= set(attempt.breaches)
    assert "execute" in attempt.breaches or walls.landlock
    assert {"read-file", "make-folder", "connect", "connect-unix"} <= set(attempt.breaches) or (
        walls.bubblewrap or walls.landlock
    )


CHOOSE = (
    "from grader.sandbox import tier; chosen = tier.choose(); print(chosen.name, chosen.layers)"
)


@pytest.mark.parametrize(
    ("without", "chosen"),
    [
        ((), "strong ('bubblewrap', 'landlock', 'seccomp', 'rlimits'"),
        (("bubblewrap",), "good ('landlock', 'seccomp', 'rlimits'"),
        (("landlock",), "good ('bubblewrap', 'seccomp', 'rlimits'"),
        (("bubblewrap", "landlock"), "good ('seccomp', 'rlimits'"),
    ],
    ids=str,
)
def test_a_tier_whose_layers_are_gone_is_not_taken(lacking, without, chosen):
    assert lacking("-c", CHOOSE, without=without).stdout.startswith(chosen)


def test_doctor_tells_what_is_gone_and_what_to_install(lacking):
    done = lacking("-m", "grader", "doctor", "--require", "strong", without=["bubblewrap"])
    assert done.returncode == 1
    assert "bubblewrap is not installed" in done.stdout
    assert "packages bubblewrap and libseccomp2" in done.stdout
    assert "Below what is required: strong." in done.stdout


@pytest.fixture
def grade(lacking, toy, tmp_path, lay_out, right):
    """Grade the small assignment; return what was said, and the folder for results."""
    ann, out = lay_out(tmp_path / "ann", {"sums.py": right}), tmp_path / "out"

    def run(*options, without=()):
        command = ("-m", "grader", "grade", ann, "-a", toy, "-o", out, *options)
        return lacking(*command, without=without), out

    return run


@pytest.mark.parametrize(
    ("options", "without", "words"),
    [
        (["--require", "strong"], ["bubblewrap"], "packages bubblewrap and libseccomp2"),
        (["--require", "good", "--allow-weak-sandbox"], ["seccomp"], "the package libseccomp2"),
        ([], ["seccomp"], "--allow-weak-sandbox"),
    ],
    ids=str,
)
def test_nothing_is_graded_below_what_is_required(grade, options, without, words):
    done, out = grade(*options, without=without)
    assert done.returncode == 2
    assert not out.exists()
    (line,) = done.stderr.splitlines()
    assert words in line


def test_every_report_and_the_class_page_name_the_tier_and_its_layers(grade):
    done, out = grade("--allow-weak-sandbox", without=["seccomp"])
    assert done.returncode == 0, done.stderr
    (report,) = (out / "students").glob("*/report.json")
    conditions = json.loads(report.read_text(encoding="utf-8"))["conditions"]
    assert conditions["tier"] == "weak"
    assert conditions["layers"][0] == "rlimits"
    shown = f"weak ({', '.join(conditions['layers'])})"
    for page in (report.with_suffix(".html"), out / "index.html"):
        assert shown in page.read_text(encoding="utf-8"), page


@pytest.mark.parametrize("command", [["demo"], ["ci", "ann", "-a", "batchnorm"]], ids=str)
def test_each_grading_command_may_require_a_tier(lacking, tmp_path, command):
    (tmp_path / "ann").mkdir()
    words = [str(tmp_path / "ann") if word == "ann" else word for word in command]
    options = ("--out", tmp_path / "out", "--require", "strong", "--tier", "good")
    done = lacking("-m", "grader", *words, *options)
    assert done.returncode == 2
    assert "--require strong: the sandbox here is good." in done.stderr
