"""What goes into a frame comes out of it: the same dtype, shape and bytes, the same values."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.worker import wire

DETERMINISTIC = settings(derandomize=True, deadline=None, max_examples=200)
DTYPES = sorted(wire.DTYPES)

arrays = hnp.arrays(
    st.sampled_from(DTYPES), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4)
)
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(),
    st.text(),
    st.builds(wire.Handle, st.integers(0, 2**40), st.text(max_size=200)),
    arrays,
)


def nested(depth):
    if depth == 0:
        return scalars
    inner = nested(depth - 1)
    few = {"max_size": 3}
    return st.one_of(
        scalars,
        st.lists(inner, **few),
        st.lists(inner, **few).map(tuple),
        st.dictionaries(st.text(), inner, **few),
    )


def through(value, **more):
    """Send a value through a frame as a socket would carry it."""
    frame = b"".join(bytes(buffer) for buffer in wire.encode(value, **more))
    head, rest = frame[: wire.HEAD.size], frame[wire.HEAD.size :]
    header, body = wire.parse_head(head, len(rest))
    assert header + body == len(rest)
    return wire.decode(rest[:header], rest[header:])


def assert_same(actual, expected):
    assert type(actual) is type(expected)
    if isinstance(expected, np.ndarray):
        assert actual.dtype.str == expected.dtype.str
        assert actual.shape == expected.shape
        assert actual.tobytes() == expected.tobytes()
    elif isinstance(expected, (list, tuple)):
        for one, other in zip(actual, expected, strict=True):
            assert_same(one, other)
    elif isinstance(expected, dict):
        assert list(actual) == list(expected)
        for key, value in expected.items():
            assert_same(actual[key], value)
    elif isinstance(expected, float):
        assert actual.hex() == expected.hex()  # tells -0.0 from 0.0, and NaN equals NaN
    else:
        assert actual == expected


@DETERMINISTIC
@given(nested(3))
def test_any_value(value):
    assert_same(through(value), value)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(
    "shape", [(), (0,), (1,), (5,), (64,), (3, 4), (0, 3), (3, 0, 2), (1,) * 16], ids=str
)
def test_every_dtype_in_every_shape(dtype, shape):
    array = np.arange(math.prod(shape)).astype(dtype).reshape(shape)
    assert_same(through(array), array)


@pytest.mark.parametrize(
    "value",
    [0.0, -0.0, math.inf, -math.inf, math.nan, 5e-324, 1.7976931348623157e308, 0.1, -1e-310],
)
def test_floats_keep_every_bit(value):
    assert_same(through(value), value)
    assert_same(through(np.array([value])), np.array([value]))


@pytest.mark.parametrize("value", [0, -1, True, False, 2**53 + 1, -(2**63), 2**64 - 1])
def test_whole_numbers_stay_whole(value):
    assert_same(through(value), value)


@pytest.mark.parametrize("value", ["", "äöü", "李雷", "\0", "\ud800", '"\\', "\u2028", "🙂"])
def test_text(value):
    assert_same(through(value), value)
    assert_same(through({value: value}), {value: value})


@pytest.mark.parametrize("value", [[], (), {}, [[]], [()], {"a": {}}, ([],), [None, {"l": [1]}]])
def test_containers_stay_what_they_are(value):
    assert_same(through(value), value)


@pytest.mark.parametrize("key", ["f", "a", "l", "t", "d", "h"])
def test_dicts_that_look_like_nodes(key):
    assert_same(through({key: [1, "x"]}), {key: [1, "x"]})


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4).T,
        np.asfortranarray(np.arange(12.0).reshape(3, 4)),
        np.arange(24.0).reshape(4, 6)[::2, ::-3],
        np.broadcast_to(np.arange(3.0), (4, 3)),
        np.arange(24.0).reshape(2, 3, 4).transpose(2, 0, 1),
        np.arange(10, dtype="u1")[1::2],
    ],
    ids=["transposed", "Fortran", "strided", "broadcast", "permuted", "bytes"],
)
def test_layout_in_memory_does_not_count(array):
    received = through(array)
    assert received.flags.c_contiguous
    assert received.dtype == array.dtype
    assert received.shape == array.shape
    assert (received == array).all()


@pytest.mark.parametrize(
    "scalar", [np.float64(2.5), np.float32(2.5), np.int64(-3), np.uint8(7), np.bool_(1)]
)
def test_numpy_scalars_arrive_as_arrays_without_axes(scalar):
    assert_same(through(scalar), np.asarray(scalar))


def test_arrays_of_a_frame_do_not_mix():
    values = {f"a{n}": np.full((n, n), n, "u1") for n in range(12)}
    assert_same(through(values), values)


def test_contiguous_arrays_are_sent_without_a_copy():
    array = np.arange(1000.0)
    sent = [np.frombuffer(buffer, "u1") for buffer in wire.encode(array)[1:] if len(buffer)]
    assert any(np.shares_memory(buffer, array) for buffer in sent)


@pytest.mark.parametrize("size", [1, 7, 63, 64, 65])
def test_arrays_start_at_multiples_of_64_bytes(size):
    first, second = np.zeros(size, "u1"), np.arange(3.0)
    body = b"".join(bytes(buffer) for buffer in wire.encode([first, second])[1:])
    assert len(body) % 64 == 0
    start = -(-size // 64) * 64
    assert body[start : start + 24] == second.tobytes()


def test_a_handle_becomes_what_it_stands_for():
    kept = {7: object()}
    buffers = wire.encode(["x", wire.Handle(7, "cache")])
    header = bytes(buffers[0])[wire.HEAD.size :]
    value = wire.decode(header, b"", lambda handle: kept[handle.number])
    assert value == ["x", kept[7]]
