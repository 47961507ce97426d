"""Nothing is carried from one hand-in to the next, nor into the grader, by one that tries."""

from __future__ import annotations

import re

import pytest

from grader.core.outcome import Outcome

# Each asks for a mark that others left, says so, and leaves its own; its sum is right.
SEEKER = """
import builtins
import gc
import os
import random
import sys

import numpy as np

MARK = "-".join(["mark", "of", "another"])
PLACES = [os.environ, vars(builtins), vars(np), sys.modules]
FOLDERS = ["/tmp", "/dev/shm", "/var/tmp", os.getcwd(), os.path.expanduser("~")]


def memory():
    for each in gc.get_objects():
        if type(each).__name__ == "SharedMemory":
            return each.map()


def visit():
    found = sum(MARK in place for place in PLACES)
    for place in PLACES:
        place[MARK] = "1"
    for folder in FOLDERS:
        path = os.path.join(folder, MARK)
        try:
            found += os.path.exists(path)
            open(path, "w").close()
        except OSError:
            pass
    mapped = memory()
    found += mapped[-20:] == b"m" * 20
    mapped[-20:] = b"m" * 20
    found += (np.random.random(), random.random()) == (0.25, 0.25)
    np.random.random = random.random = lambda: 0.25
    print("FOUND", found, flush=True)


visit()


def add(a, b):
    return a + b
"""
# A hand-in that has everything in its process say that zeros are right.
SPOILER = """
import builtins

import numpy as np
import numpy.testing

for name in ("allclose", "array_equal", "abs", "max", "isfinite", "all"):
    setattr(np, name, lambda *_, **__: True)
for name in ("assert_allclose", "assert_equal"):
    setattr(numpy.testing, name, lambda *_, **__: None)
builtins.abs = builtins.max = lambda *_, **__: 0.0


def add(a, b):
    return np.zeros(np.shape(a))
"""


@pytest.fixture
def graded(tmp_path, lay_out, toy, grade_all):
    """Grade hand-ins one after the other, in one runner with one zygote."""

    def run(sources):
        return grade_all(
            str(toy),
            {
                student: lay_out(tmp_path / "class" / student, {"sums.py": source})
                for student, source in sources.items()
            },
        )

    return run


def test_no_hand_in_finds_what_another_left(graded):
    reports = graded(dict.fromkeys(["ann", "bob", "cay"], SEEKER))
    for report in reports.values():
        assert {line.outcome for line in report.criteria} == {Outcome.PASSED}
        found = re.findall(r"FOUND (\d+)", "\n".join(report.staff_notes))
        assert found
        assert set(found) == {"0"}


def test_what_one_spoils_is_right_for_the_next(graded, right):
    wrong = "import numpy as np\ndef add(a, b):\n    return np.zeros(np.shape(a))\n"
    reports = graded({"ann": SPOILER, "bob": wrong, "cay": right})
    outcomes = {
        student: [line.outcome for line in report.criteria] for student, report in reports.items()
    }
    assert outcomes["ann"] == outcomes["bob"]
    assert outcomes["ann"][0] is Outcome.FAILED
    assert set(outcomes["cay"]) == {Outcome.PASSED}
