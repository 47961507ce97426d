"""What one worker has compiled the next one of the same hand-in need not compile again."""

import traceback

import numpy as np
import pytest

from grader.worker import wire

SOURCES = {
    "cs231n/layers.py": "from .helper import double\n\ndef forward(x):\n    return double(x) / 0\n",
    "cs231n/helper.py": "def double(x):\n    return 2 * x\n",
    "cs231n/unused.py": "def f(:\n",
}


def across(value):
    frame = b"".join(bytes(buffer) for buffer in wire.encode(value))
    header, _ = wire.parse_head(frame[: wire.HEAD.size], len(frame))
    end = wire.HEAD.size + header
    return wire.decode(frame[wire.HEAD.size : end], frame[end:])


@pytest.fixture
def compiled(install):
    """Load the hand-in once; return what was compiled, as it arrives on the other side."""
    hand_in = install(SOURCES)
    hand_in.load("cs231n/layers.py")
    return across(hand_in.compiled)


def test_it_crosses_as_plain_bytes_of_the_files_that_were_imported(compiled):
    assert set(compiled) == {"cs231n/layers.py", "cs231n/helper.py"}
    assert {type(code) for code in compiled.values()} == {np.ndarray}
    assert {code.dtype.str for code in compiled.values()} == {"|u1"}


def test_a_module_of_compiled_code_is_like_any_other(install, compiled):
    module = install(SOURCES, compiled=compiled).load("cs231n/layers.py")
    assert (module.__name__, module.__file__) == ("cs231n.layers", "cs231n/layers.py")
    with pytest.raises(ZeroDivisionError) as caught:
        module.forward(3)
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.filename, last.lineno, last.line) == (
        "cs231n/layers.py", 4, "return double(x) / 0"
    )  # fmt: skip


def test_it_is_what_runs(install):
    first = install({"layers.py": "x = 'compiled'\n"})
    first.load("layers.py")
    second = install({"layers.py": "x = 'source'\n"}, compiled=first.compiled)
    assert second.load("layers.py").x == "compiled"


def test_what_was_not_compiled_yet_is_compiled_now(install, compiled):
    del compiled["cs231n/helper.py"]
    hand_in = install(SOURCES, compiled=compiled)
    assert hand_in.load("cs231n/layers.py").double(2) == 4
    assert set(hand_in.compiled) == {"cs231n/layers.py", "cs231n/helper.py"}


def test_a_file_that_does_not_compile_says_so_each_time(install, compiled):
    for _ in range(2):
        hand_in = install(SOURCES, compiled=compiled)
        with pytest.raises(SyntaxError):
            hand_in.load("cs231n/unused.py")
        assert "cs231n/unused.py" not in hand_in.compiled


def test_what_the_caller_gave_is_left_as_it_was(install, compiled):
    del compiled["cs231n/helper.py"]
    install(SOURCES, compiled=compiled).load("cs231n/layers.py")
    assert set(compiled) == {"cs231n/layers.py"}
