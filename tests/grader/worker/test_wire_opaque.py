"""What cannot cross becomes a handle, and an object that lies gets nothing but bytes across."""

import enum

import numpy as np
import pytest

from grader.worker import wire


class Kept:
    """Keeps objects and hands out handles, as a worker does."""

    def __init__(self):
        self.values = []

    def __call__(self, value):
        self.values.append(value)
        return wire.Handle(len(self.values), type(value).__name__)


def sent(value, opaque=None):
    frame = b"".join(bytes(buffer) for buffer in wire.encode(value, opaque or Kept()))
    header, _ = wire.parse_head(frame[: wire.HEAD.size], len(frame))
    end = wire.HEAD.size + header
    return wire.decode(frame[wire.HEAD.size : end], frame[end:])


class Number(int):
    pass


class Decimal(float):
    pass


class Text(str):
    __slots__ = ()


class Row(list):
    pass


class Table(dict):
    pass


class Color(enum.IntEnum):
    RED = 1


OPAQUE = {
    "object": object(),
    "complex": 1j,
    "bytes": b"abc",
    "set": {1, 2},
    "function": len,
    "class": int,
    "int subclass": Number(3),
    "float subclass": Decimal(3.0),
    "str subclass": Text("x"),
    "list subclass": Row([1]),
    "dict subclass": Table(a=1),
    "enum": Color.RED,
    "range": range(3),
    "dict with numbers as keys": {1: 2},
    "dict with odd keys": {"a": 1, Text("b"): 2},
    "whole number beyond 64 bits": 2**64,
    "negative beyond 64 bits": -(2**63) - 1,
    "text beyond 1 MiB": "x" * ((1 << 20) + 1),
    "big-endian array": np.zeros(3, ">f8"),
    "array of 17 axes": np.zeros((1,) * 17),
    "complex array": np.zeros(3, complex),
    "object array": np.array([None, 1]),
    "text array": np.array(["a"]),
    "structured array": np.zeros(2, [("a", "<f8")]),
    "dates": np.zeros(2, "M8[D]"),
    "numpy text": np.str_("x"),
    "complex scalar": np.complex128(1j),
}


@pytest.mark.parametrize("value", OPAQUE.values(), ids=OPAQUE.keys())
def test_what_has_no_form_stays_behind_a_handle(value):
    kept = Kept()
    assert sent({"v": value}, kept) == {"v": wire.Handle(1, type(value).__name__)}
    assert kept.values[0] is value


@pytest.mark.parametrize("value", OPAQUE.values(), ids=OPAQUE.keys())
def test_without_a_keeper_it_is_refused(value):
    with pytest.raises(wire.WireError, match=f"a {type(value).__name__} cannot cross"):
        wire.encode([value])


def test_float128_crosses_as_float64():
    # More digits than asked for are no other kind of number.
    array = sent(np.full(2, 0.1, np.longdouble))
    assert array.dtype == np.float64
    assert array.tolist() == [0.1, 0.1]


def test_text_of_exactly_1_mib_crosses():
    assert len(sent("x" * (1 << 20))) == 1 << 20


class Liar(np.ndarray):
    """Claims to be one zero of float32, equal to everything."""

    shape = property(lambda _: (1,))
    dtype = property(lambda _: np.dtype("<f4"))
    ndim = property(lambda _: 1)
    size = property(lambda _: 1)
    nbytes = property(lambda _: 4)
    strides = property(lambda _: (4,))
    data = property(lambda _: memoryview(b"lie!"))
    flags = property(lambda _: {})

    def __array__(self, *_, **__):
        raise AssertionError("asked for an array")

    def __array_function__(self, *_, **__):
        raise AssertionError("took part in a function")

    def __array_ufunc__(self, *_, **__):
        raise AssertionError("took part in a ufunc")

    def __array_wrap__(self, *_, **__):
        raise AssertionError("wrapped a result")

    def __eq__(self, other):
        return True

    __hash__ = None

    def tobytes(self, *_):
        return b"lie!"

    def reshape(self, *_):
        return self

    def view(self, *_):
        return self


def test_an_array_that_lies_gets_its_bytes_across_and_nothing_else():
    truth = np.arange(6.0).reshape(2, 3)
    liar = np.ndarray.view(truth.copy(), Liar)
    assert liar.shape == (1,)
    received = sent(liar)
    assert type(received) is np.ndarray
    assert received.shape == (2, 3)
    assert received.dtype == np.float64
    assert received.tobytes() == truth.tobytes()


class EqualToAll(np.float64):
    def __eq__(self, other):
        return True

    def __lt__(self, other):
        return True

    __hash__ = None


def test_a_number_equal_to_all_arrives_as_a_plain_one():
    received = sent(EqualToAll(2.5))
    assert type(received) is np.ndarray
    assert received.shape == ()
    assert received != 3.0
    assert received.tolist() == 2.5


class Pretender:
    """Says that it is an array."""

    __class__ = np.ndarray
    dtype = np.dtype("<f8")
    ndim = 1
    shape = (2,)

    def __array__(self, dtype=None, copy=None):
        return np.array([1.0, 2.0])


def test_what_only_claims_to_be_an_array_is_a_plain_array_or_a_handle():
    received = sent(Pretender())
    assert type(received) in {np.ndarray, wire.Handle}
    if type(received) is np.ndarray:
        assert received.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    "array",
    [np.array([[1.0, 2.0]]).view(np.matrix), np.ma.masked_array([[1.0, 2.0]])],
    ids=["matrix", "masked"],
)
def test_subclasses_of_numpy_arrive_as_exact_arrays(array):
    received = sent(array)
    assert type(received) is np.ndarray
    assert received.tolist() == [[1.0, 2.0]]


def test_a_keeper_that_returns_something_else_cannot_smuggle_it():
    with pytest.raises(wire.WireError):
        wire.encode(object(), lambda value: value)
