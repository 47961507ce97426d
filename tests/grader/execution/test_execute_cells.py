"""What becomes of each cell. Cells that leave the kernel alive share one."""

from __future__ import annotations

import sys

import pytest
from nbconvert.filters.ansi import strip_ansi

FILES = {
    "cs231n/__init__.py": b"",
    "cs231n/layers.py": b"from .fast import factor\n\ndef scaled(x):\n    return factor * x\n",
    "cs231n/fast.py": b"factor = 3\n",
    "data/numbers.csv": b"1,2\n3,4\n",
}
CELLS = {
    "package": "from cs231n.layers import scaled\nprint(scaled(14))",
    "data": "import numpy as np\nprint(np.loadtxt('data/numbers.csv', delimiter=',').sum())",
    "autoreload": "%load_ext autoreload\n%autoreload 2",
    "plot": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()",
    "old name": "print(np.float(1))",
    "thread": "import threading\nt = threading.Thread(target=print, args=('hello',))\nt.start()\n"
    "t.join()",
    "prints endlessly": "while True: print('y' * 100)",
    "one huge text": "'z' * 50_000_000",
    "huge message of an error": "raise ValueError('q' * 50_000_000)",
    "writes to the descriptor": "import os\nwhile True: os.write(1, b'x' * 4096)",
    "too many pictures": "from IPython.display import Image, display\n"
    "for _ in range(100): display(Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + bytes(20), format='png'))",
    "huge picture": "from IPython.display import display\n"
    "display(Image(data=b'\\x89PNG\\r\\n\\x1a\\n' + bytes(20_000_000), format='png'))",
    "huge array": "np.zeros(1 << 36)",
    "fills the workspace": "with open('full', 'wb') as f:\n  while True: f.write(bytes(1 << 20))",
    "after full": "import os\nos.remove('full')",
    "exception": "def f(): 1 / 0\nf()",
    "syntax": "def f(:",
    "input": "name = input('your name? ')",
    "getpass": "import getpass\ngetpass.getpass()",
    "shell": "!ls -l\nprint('went on')",
    "captured shell": "files = !ls\nprint(len(files))",
    "pip": "%pip install torch",
    "bare pip": "!pip install torch",
    "bash": "%%bash\nls",
    "system": "%system ls",
    "ipython system": "get_ipython().system('ls')",
    "subprocess": "import subprocess\nsubprocess.run(['ls'])",
    "forged": "k = get_ipython().kernel\n"
    "for content in ({'name': 7, 'text': ['x']}, {}, {'data': 3}, {'execution_state': 'x'}):\n"
    "  for kind in ('stream', 'display_data', 'error', 'status', 'comm_open', 'unheard_of'):\n"
    "    k.session.send(k.iopub_socket, kind, content, parent=k.get_parent())\n",
    "empty": "  \n",
    "last": "print('the end')",
}


@pytest.fixture(scope="module")
def shared(run):
    """All of the cells in one kernel, with bounds that are quick to reach."""
    limits = {"cell_text_bytes": 20_000, "cell_pictures": 10, "file_bytes": 8 << 20}
    return run(*CELLS.values(), files=FILES, **limits)


@pytest.fixture
def cell(shared):
    """Status, text and notes of a cell by its name."""

    def cell(name):
        place = list(CELLS).index(name)
        return shared.status(place), shared.text(place), shared.notes(place)

    return cell


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("package", "42"),
        ("data", "10.0"),
        ("old name", "1.0"),
        ("thread", "hello"),
        ("last", "the end"),
    ],
)
def test_a_cell_shows_what_it_prints(cell, name, shown):
    status, text, _ = cell(name)
    assert (status, text.strip()) == ("OK", shown)


@pytest.mark.parametrize("name", ["autoreload", "after full", "empty", "forged"])
def test_a_quiet_cell_is_fine(cell, name):
    assert cell(name)[:2] == ("OK", "")


def test_a_plot_comes_out_as_one_picture_and_no_warning(shared):
    (output,) = shared.outputs(list(CELLS).index("plot"))
    assert output.data["image/png"].startswith("iVBORw0KGgo")


def test_a_cell_that_takes_too_long_is_interrupted_and_the_next_one_runs(run):
    ran = run("while True: pass", "import time\ntime.sleep(1000)", "print(7)", cell_seconds=2.0)
    assert ran.statuses() == ["TIMED_OUT", "TIMED_OUT", "OK"]
    for place in (0, 1):
        assert "stopped after 2 s" in ran.notes(place)
        assert "stopped after 2 s" in ran.text(place)
    assert ran.text(2) == "7\n"


@pytest.mark.parametrize(
    "name",
    ["prints endlessly", "one huge text", "huge message of an error", "writes to the descriptor"],
)
def test_too_much_text_is_cut(cell, name):
    status, text, notes = cell(name)
    assert status == "CUT"
    assert "KiB of text" in notes
    assert len(text) < 21_000


def test_pictures_are_counted(shared):
    place = list(CELLS).index("too many pictures")
    assert shared.status(place) == "CUT"
    assert len([o for o in shared.outputs(place) if "image/png" in o.get("data", {})]) == 10


def test_a_huge_picture_is_left_out(cell):
    status, _, notes = cell("huge picture")
    assert status == "CUT"
    assert "too large" in notes


def test_memory_is_limited_and_said_so(cell):
    status, _, notes = cell("huge array")
    assert status == "RAISED"
    assert "memory is limited to 2048 MiB" in notes


def test_the_workspace_has_a_size(cell):
    assert cell("fills the workspace")[0] == "RAISED"


@pytest.mark.parametrize("name", ["exception", "syntax"])
def test_an_exception_is_the_cells_own(cell, name):
    assert cell(name)[0] == "RAISED"


def test_files_are_named_as_the_hand_in_names_them(run, around):
    ran = run(
        "from course.layers import f\nf(0)",
        "import json\njson.loads('{')",
        "import numpy as np\nnp.linalg.inv(np.zeros((2, 2)))",
        "import warnings\nwarnings.warn('old')",
        "import traceback\ntry: f(0)\nexcept ZeroDivisionError: traceback.print_exc()",
        "import os, sys\nprint(os.getcwd(), np.__file__, sys.executable, sys.path)",
        files={"course/__init__.py": b"", "course/layers.py": b"def f(x):\n    return 1 / x\n"},
    )
    shown = [
        strip_ansi("\n".join(output.get("traceback", [])) or output.get("text", ""))
        for cell in ran.cells
        for output in cell.outputs
    ]
    assert "File course/layers.py:2, in f(x)" in shown[0]
    assert "/json/decoder.py:" in shown[1]
    assert "File site-packages/numpy/linalg/" in shown[2]
    assert shown[3].startswith("cell:2: UserWarning: old")
    assert 'File "course/layers.py", line 2, in f' in shown[4]
    assert shown[5].startswith(". site-packages/numpy/__init__.py python ")
    where = around.runtime
    paths = {"/student", sys.prefix, sys.base_prefix, where.executable, where.site}
    for path in paths - {"/usr", "/usr/local"}:  # tells nothing of this system
        assert not [text for text in shown if path in text], path


@pytest.mark.parametrize("name", ["input", "getpass"])
def test_questions_are_refused(cell, name):
    status, text, notes = cell(name)
    assert (status, notes) == ("REFUSED", "")
    assert "nobody there to answer" in text


@pytest.mark.parametrize(
    "name", ["shell", "captured shell", "pip", "bare pip", "bash", "system", "ipython system"]
)
def test_commands_are_refused_in_a_sentence(cell, name):
    status, text, notes = cell(name)
    assert status == "REFUSED"
    assert "was not run: a notebook is graded without a shell" in text
    # It is said in the output, and not again below it.
    assert notes == ""


def test_the_rest_of_a_cell_with_a_command_runs(cell):
    assert "went on" in cell("shell")[1]
    assert cell("captured shell")[1].endswith("0\n")


def test_no_program_can_be_started(cell):
    status, text, _ = cell("subprocess")
    assert status == "RAISED"
    assert "not permitted" in text


def test_cells_are_numbered_in_order_and_marks_are_taken_out(shared):
    counts = [c.execution_count for c in shared.cells if c.source.strip()]
    assert counts == list(range(1, len(counts) + 1))
    assert "grader" not in str([o.get("metadata") for c in shared.cells for o in c.outputs])
