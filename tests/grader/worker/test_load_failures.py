"""A file that does not load leaves nothing half-loaded, and says what Python would say."""

import sys
from importlib import import_module

import pytest

NAMES = ["layers", "cs231n.layers", "cs682.layers", "<hand-in>.layers"]


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ("x = 1\nraise ValueError('x')\n", ValueError),
        ("def f(:\n", SyntaxError),
        ("x = 1\n  y = 2\n", IndentationError),
        ("import sys\nsys.exit(3)\n", SystemExit),
        ("raise KeyboardInterrupt\n", KeyboardInterrupt),
        ("print 'hello'\n", SyntaxError),
        ("x = undefined\n", NameError),
    ],
)
def test_a_file_that_raises_is_left_under_none_of_its_names(install, source, error):
    hand_in = install({"layers.py": source})
    for _ in range(2):
        with pytest.raises(error):
            hand_in.load("layers.py")
    for name in NAMES:
        with pytest.raises(error):
            import_module(name)
        assert name not in sys.modules


@pytest.mark.parametrize("first", ["from cs231n import layers", "import cs231n.layers"])
def test_nor_is_it_left_with_its_package(install, first):
    install({"layers.py": "x = 1\nraise ValueError('x')\n"})
    for line in (first, "from cs231n import layers"):
        with pytest.raises(ValueError, match="x"):
            exec(line, {})  # noqa: S102 - an import as the student would write it


@pytest.mark.parametrize("line", ["import cs231n.layers", "import layers, cs682.layers"])
def test_nor_when_another_file_imported_it_meanwhile(install, line):
    hand_in = install({
        "layers.py": "import helper\nraise ValueError('x')\n",
        "helper.py": f"{line}\n",
    })  # fmt: skip
    with pytest.raises(ValueError, match="x"):
        hand_in.load("layers.py")
    for name in NAMES:
        with pytest.raises(ValueError, match="x"):
            import_module(name)


def test_an_error_in_a_helper_is_that_of_the_importer(install):
    hand_in = install({"layers.py": "from .helper import x\n", "helper.py": "1 / 0\n"})
    with pytest.raises(ZeroDivisionError):
        hand_in.load("layers.py")
    assert "cs231n.helper" not in sys.modules


def test_a_syntax_error_names_file_and_line(load):
    with pytest.raises(SyntaxError) as caught:
        load("cs231n/layers.py", {"cs231n/layers.py": "x = 1\ndef f(:\n"})
    assert (caught.value.filename, caught.value.lineno) == ("cs231n/layers.py", 2)


@pytest.mark.parametrize("name", ["layers", "cs231n.layers", ".layers"])
def test_files_that_import_each_other(install, name):
    line = f"from . import {name[1:]}" if name[0] == "." else f"import {name}"
    hand_in = install({
        "layers.py": "import helper\ndef f():\n    return helper.g()\n",
        "helper.py": f"{line}\ndef g():\n    return 5\n",
    })  # fmt: skip
    assert hand_in.load("layers.py").f() == 5
    assert hand_in.absent == []


def test_relative_imports_go_on_after_a_circle(load):
    files = {
        "layers.py": "import helper\nfrom .third import y\n",
        "helper.py": "import cs231n.layers\n",
        "third.py": "y = 7\n",
    }
    assert load("layers.py", files).y == 7


def test_a_circle_that_needs_a_name_too_early_is_an_import_error(install):
    hand_in = install({
        "layers.py": "from helper import g\ndef f():\n    return 1\n",
        "helper.py": "from layers import f\ndef g():\n    return 2\n",
    })  # fmt: skip
    with pytest.raises(ImportError, match="cannot import name 'f'"):
        hand_in.load("layers.py")


@pytest.mark.parametrize("line", ["from helper import nope", "from .helper import nope"])
def test_a_name_that_a_file_of_the_student_lacks_is_an_import_error(install, line):
    hand_in = install({"layers.py": f"{line}\n", "helper.py": "nape = 1\n"})
    with pytest.raises(ImportError, match="cannot import name 'nope'"):
        hand_in.load("layers.py")
    assert hand_in.absent == []


def test_a_path_of_a_file_that_is_not_there(install):
    hand_in = install({"layers.py": "x = 1\n"})
    assert hand_in.path_of("nets") is None
    assert hand_in.path_of("cs231n.layers.f") is None


def test_a_second_hand_in_does_not_see_the_first(install):
    first = install({"cs231n/layers.py": "x = 1\n"})
    assert first.load("cs231n/layers.py").x == 1
    second = install({"cs231n/nets.py": "from cs231n import nets\n"})
    second.load("cs231n/nets.py")
    assert "cs231n.layers" not in sys.modules
