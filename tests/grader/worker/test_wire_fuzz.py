"""Whatever arrives on the channel, decoding gives plain values or a WireError, nothing else."""

import json

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.worker import wire

FUZZ = settings(
    derandomize=True,
    deadline=None,
    max_examples=500,
    suppress_health_check=[HealthCheck.too_slow],
)
PLAIN = {type(None), bool, int, float, str, wire.Handle}


def parts(value):
    buffers = wire.encode(value)
    return bytes(buffers[0])[wire.HEAD.size :], b"".join(map(bytes, buffers[1:]))


VALID = [
    parts(value)
    for value in (
        None,
        {
            "id": 7,
            "status": "returned",
            "value": (np.arange(6.0).reshape(2, 3), wire.Handle(3, "x")),
        },
        {"a": [1, -0.5, float("nan"), "text"], "b": {"c": (True, None)}},
        [np.zeros((0, 3)), np.array(2.5), np.arange(5, dtype="u1"), np.ones((2, 2), "?")],
        {"calls": [{"status": "undefined"}] * 3, "modified": [0, 1]},
    )
]

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from(sorted(wire.DTYPES)),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from("faltdhx"), inner, max_size=2)
        | st.tuples(st.sampled_from("faltdh"), inner).map(lambda pair: dict([pair]))
    ),
    max_leaves=20,
)


def assert_plain(value):
    if type(value) is np.ndarray:
        assert value.dtype.str in wire.DTYPES
        assert value.nbytes <= 4096
    elif type(value) in {list, tuple}:
        for item in value:
            assert_plain(item)
    elif type(value) is dict:
        for key, item in value.items():
            assert type(key) is str
            assert_plain(item)
    else:
        assert type(value) in PLAIN


def assert_plain_or_refused(header, body):
    try:
        value = wire.decode(header, body)
    except wire.WireError:
        return
    assert_plain(value)


def mutated(data, edits):
    """Change, insert or delete bytes: each edit is (place, what, byte)."""
    changed = bytearray(data)
    for place, what, byte in edits:
        at = place % (len(changed) + 1)
        if what == "insert":
            changed.insert(at, byte)
        elif at < len(changed):
            if what == "delete":
                del changed[at]
            else:
                changed[at] = byte
    return bytes(changed)


edit_lists = st.lists(
    st.tuples(
        st.integers(0, 2000),
        st.sampled_from(["change", "insert", "delete"]),
        st.sampled_from(b'0123456789-+.eE"[]{}:,\\/falthdnu<>|\x00\x80\xff') | st.integers(0, 255),
    ),
    min_size=1,
    max_size=6,
)


def test_the_frames_to_mutate_are_valid():
    for header, body in VALID:
        assert_plain(wire.decode(header, body))


@FUZZ
@given(st.sampled_from(VALID), edit_lists, st.binary(max_size=80))
def test_mutated_frames(frame, edits, tail):
    header, body = frame
    assert_plain_or_refused(mutated(header, edits), body)
    assert_plain_or_refused(header, mutated(body, edits))
    assert_plain_or_refused(header, body + tail)
    assert_plain_or_refused(header, body[: len(tail)])


@FUZZ
@given(st.binary(max_size=200), st.binary(max_size=200))
def test_random_bytes(header, body):
    assert_plain_or_refused(header, body)


@FUZZ
@given(json_values, st.sampled_from([0, 64, 128]))
def test_random_nodes(node, length):
    assert_plain_or_refused(json.dumps(node).encode(), bytes(length))


@FUZZ
@given(st.binary(min_size=wire.HEAD.size, max_size=wire.HEAD.size), st.integers(0, 2**40))
def test_random_heads(head, max_body):
    for start in (head, wire.MAGIC + head[4:]):
        try:
            header, body = wire.parse_head(start, max_body)
        except wire.WireError:
            continue
        assert header <= wire.MAX_HEADER
        assert body <= max_body


@FUZZ
@given(st.sampled_from(VALID), st.integers(0, 400))
def test_truncated_headers(frame, length):
    header, body = frame
    assert_plain_or_refused(header[:length], body)
