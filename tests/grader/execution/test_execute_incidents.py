"""What staff are told of an execution, and what it cost."""

from __future__ import annotations

import pytest

from grader.notebook.incidents import staff_lines

BURN = (
    "import time\nstart = time.process_time()\nwhile time.process_time() - start < {seconds}: pass"
)


@pytest.fixture(scope="module")
def told(run):
    """Return the lines for staff of a notebook in which everything goes wrong."""
    ran = run(
        "!ls /\n%pip install torch",
        "input('?')",
        "import urllib.request\n"
        "for _ in range(3):\n"
        "    try: urllib.request.urlopen('http://example.org/weights')\n"
        "    except OSError: pass",
        "!make",
        "while True: pass",
        "while True: print('x' * 1000)",
        "kept = []\nwhile True: kept.append(bytearray(1 << 22))",
        "import os; os._exit(3)",
        "1",
        "2",
        cell_seconds=1.5,
        memory_bytes=64 << 20,
    )
    assert ran.status(2) == "REFUSED", ran.text(2)
    assert "network access to example.org was refused" in ran.text(2)
    return staff_lines(ran.execution.cells)


def test_each_kind_is_told_once_with_its_number_and_its_first_cell(told):
    assert told == [
        "notebook: shell commands, programs or installations refused: 3, first in cell 1 (!ls /)",
        "notebook: questions of input() refused: 1, first in cell 2",
        (
            "notebook: attempts to reach the network refused: 1, first in cell 3 "
            "(network access to example.org)"
        ),
        "notebook: cells stopped at a limit on time: 1, first in cell 5 (stopped after 1.5 s)",
        (
            "notebook: cells stopped for showing too much: 1, first in cell 6 "
            "(output was cut: more than 256 KiB of text)"
        ),
        "notebook: cells out of memory: 1, first in cell 7",
        (
            "notebook: cells in which the kernel ended: 1, first in cell 8 "
            "(the kernel ended itself with status 3)"
        ),
        (
            "notebook: cells not run any more: 2, first in cell 9 "
            "(the kernel ended in an earlier cell)"
        ),
    ]


def test_of_a_quiet_notebook_nothing_is_told(run):
    assert staff_lines(run("1", "", "print(2)").execution.cells) == []


@pytest.mark.parametrize(
    ("end", "limits"),
    [
        ("pass", {}),
        ("import os; os._exit(3)", {}),
        # The kernel is killed while it still runs, and what it did then counts too.
        (
            "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
            + BURN.format(seconds=100),
            {"cell_seconds": 2.0, "grace_seconds": 0.5},
        ),
    ],
    ids=["runs to its end", "ends itself", "killed"],
)
def test_the_time_of_the_kernel_is_known(run, end, limits):
    execution = run(BURN.format(seconds=0.5), end, **limits).execution
    assert execution.cpu_seconds > 0.5
