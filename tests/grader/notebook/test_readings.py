"""Numbers are read with their labels as notebooks print them."""

import math
import time

import pytest

from grader.notebook.document import Cell, Output
from grader.notebook.readings import MAX_READINGS, find, numbers, printed


def pairs(text):
    return [(reading.label, list(reading.values)) for reading in numbers(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dx error: 1.70e-09", [("dx error", [1.7e-9])]),
        ("dgamma error:  7.42e-13", [("dgamma error", [7.42e-13])]),
        ("Initial loss:  2.26119", [("Initial loss", [2.26119])]),
        ("W1 relative error: 1.10e-04", [("W1 relative error", [1.1e-4])]),
        ("dx error = 3E-8", [("dx error", [3e-8])]),
        ("difference: 0.0", [("difference", [0.0])]),
        ("loss: -.5", [("loss", [-0.5])]),
        ("db: -inf", [("db", [-math.inf])]),
        ("batch size =  5", [("batch size", [5.0])]),
        ("(Epoch 3 / 10) train acc: 0.4; val_acc: 0.3", [("train acc", [0.4]), ("val_acc", [0.3])]),
        ("(Iteration 1 / 200) loss: 2.30", [("loss", [2.3])]),
        ("Final test accuracy: 0.5", [("Final test accuracy", [0.5])]),
        ("Final test accuracy 0.5", [("Final test accuracy", [0.5])]),
        ("Means (train): 3.5", [("Means (train)", [3.5])]),
        ("means: [11. 12. 13.]", [("means", [11, 12, 13])]),
        ("  means:  [ 1.  -2.\n 3.5e+00]\n  stds: [1.]", [("means", [1, -2, 3.5]), ("stds", [1])]),
        ("means [1. 2.]", [("means", [1, 2])]),
        ("X_train:  (49000, 3, 32, 32)", [("X_train", [49000, 3, 32, 32])]),
        ("x = array([1., 2.])", [("x", [1, 2])]),
        ("m: [[1. 2.]\n [3. 4.]]", [("m", [1, 2, 3, 4])]),
        ("array([[1., 2.],\n       [3., 4.]], dtype=float32)", [("", [1, 2, 3, 4])]),
        ("1.7e-09", [("", [1.7e-9])]),
        ("dx error: np.float64(1.7e-09)", [("dx error", [1.7e-9])]),
        ("('dx error: ', 1.7e-09)", [("dx error", [1.7e-9])]),
        ("{'a': 1.5, 'b': [1, 2]}", [("a", [1.5]), ("b", [1, 2])]),
        (
            "After (gamma= [1. 2.] , beta= [11. 12.] )",
            [("gamma", [1, 2]), ("beta", [11, 12])],
        ),
        ("After (gamma=1, beta=0)", [("gamma", [1]), ("beta", [0])]),
        ("means: [nan inf]", [("means", [math.nan, math.inf])]),
    ],
)
def test_labelled_numbers(text, expected):
    assert str(pairs(text)) == str([(label, [float(v) for v in vs]) for label, vs in expected])


@pytest.mark.parametrize(
    "text",
    ["", "nothing here", "version: 3.11.2", "at: 12:30:11", "name: layer2", "information: info",
     "mode: nanny", "Running weight scale 3 / 20", "x: [a, b]", "f: <function at 0x7f>",
     "shape (4", "http://x/", "a: []", "layers.py:33"],
)  # fmt: skip
def test_what_is_no_number(text):
    assert numbers(text) == []


@pytest.mark.parametrize(
    ("text", "unit", "resolution"),
    [
        ("speedup: 2.20x", "x", 0.005),
        ("speedup: 2.2 x", "x", 0.05),
        ("time: 12 ms", "ms", 0.0),
        ("took: 0.35s", "s", 0.005),
        ("acc: 51.25%", "%", 0.005),
        ("dx error: 1.7e-09", "", 5e-11),
        ("means: [1. 2.]", "", 0.0),
    ],
)
def test_units_and_resolution(text, unit, resolution):
    [reading] = numbers(text)
    assert (reading.unit, reading.resolution) == (unit, pytest.approx(resolution))


def test_lines_count_from_one_and_arrays_from_their_first():
    lines = [reading.line for reading in numbers("\na: 1\nb: [1.\n 2.]\nc: 3\n")]
    assert lines == [2, 3, 5]


def test_headings():
    text = (
        "Before:\n  means: [1.]\n  stds: [2.]\nAfter (gamma=1)\n  means: [3.]\n\nCheck\nloss: 4\n"
    )
    headings = [(reading.label, reading.heading) for reading in numbers(text)]
    assert headings == [
        ("means", "Before:"),
        ("stds", "Before:"),
        ("gamma", "Before:"),
        ("means", "After (gamma=1)"),
        ("loss", "Check"),
    ]


def test_find_by_label_and_heading():
    readings = numbers("Before:\n  means: [1.]\nAfter:\n  means: [3.]\n  Means 2: 4\n")
    assert [r.values for r in find(readings, "means")] == [(1,), (3,), (4,)]
    assert [r.values for r in find(readings, "^means$", under="after")] == [(3,)]


def test_standard_error_and_tracebacks_are_not_read():
    outputs = (
        Output("stream", "stdout", "dx err"),
        Output("stream", "stderr", "dx error: 0.9\n"),
        Output("stream", "stdout", "or: 1e-9"),
        Output("error", text="y: 3\n", ename="E", evalue="z: 4"),
        Output("result", text="0.5"),
    )
    text = printed(
        [Cell(0, "a", "code", "", 1, outputs), Cell(1, "b", "code", "", 2, outputs[-1:])]
    )
    assert text == "dx error: 1e-9\n0.5\n0.5\n"


def test_labels_are_safe_to_show():
    [reading] = numbers("\u202edx\x00 error: 1")
    assert reading.label == r"\u202edx\x00 error"


HOSTILE = {
    "separators": ":" * 100_000,
    "spaces": ": " * 50_000,
    "brackets": ":[" * 50_000,
    "nested": "[" * 100_000,
    "open lines": "x: [\n" * 20_000,
    "open numbers": "x: [1\n" + "1 " * 50_000,
    "digits": "x: " + "1" * 100_000,
    "readings": "a:1 " * 25_000,
    "groups": "(" * 50_000 + ")" * 49_999 + ":1",
    "wrapped": "np.float64(" * 9_000,
    "commas": ", dtype=" * 12_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_takes_no_time(text):
    start = time.process_time()
    assert len(numbers(text)) <= MAX_READINGS
    assert time.process_time() - start < 2
