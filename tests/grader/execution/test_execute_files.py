"""Cells that fill the workspace: with files without end, with bytes, out of sight."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

MANY = "import os\nn = 0\nwhile True:\n  n += 1\n  os.close(os.open(f'f{n}', os.O_CREAT))"
FOLDERS = "import os\nn = 0\nwhile True:\n  n += 1\n  os.mkdir(f'd{n}')"
DEEP = "import os\nwhile True:\n  os.mkdir('d' * 200); os.chdir('d' * 200)"
# What others may not list its owner can still fill.
UNLISTED = (
    "import os, time\nos.mkdir('d', 0o300)\nn = 0\n"
    "while True:\n  n += 1\n  os.close(os.open(f'd/f{n}', os.O_CREAT))"
)


@pytest.fixture
def own_temporary(monkeypatch):
    """Have the grader make its temporary folders where the test can look."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)  # a kernel may be another user
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


@pytest.mark.parametrize("source", [MANY, FOLDERS, DEEP, UNLISTED], ids=range(4))
def test_files_without_end_cost_the_kernel_and_leave_nothing(run, own_temporary, source):
    ran = run("x = 1", source, "print(x)", file_count=500)
    assert ran.statuses() == ["OK", "DIED", "NOT_RUN"]
    assert "the kernel was stopped: it made " in ran.notes(1)
    assert "ended in an earlier cell" in ran.notes(2)
    assert list(own_temporary.iterdir()) == []


def test_files_within_bounds_are_the_students_own_affair(run):
    some = "import os\nfor n in range(300): open(f'f{n}', 'w').write('x')\nprint(len(os.listdir()))"
    ran = run(some, files={f"data/{n}.txt": b"x" for n in range(300)}, file_count=400)
    assert ran.statuses() == ["OK"]
    assert ran.text(0) == "301\n"


def test_bytes_without_end_end_in_an_error_or_with_the_kernel(run, tier, own_temporary):
    fill = "n = 0\nwhile True:\n  n += 1\n  open(f'f{n}', 'wb').write(bytes(1 << 20))"
    ran = run(fill, "print(1)", file_bytes=16 << 20)
    if tier.walls.bubblewrap:
        assert ran.statuses() == ["RAISED", "OK"]
    else:
        assert ran.statuses() == ["DIED", "NOT_RUN"]
        assert "it wrote more than 16 MiB" in ran.notes(0)
    assert list(own_temporary.iterdir()) == []
