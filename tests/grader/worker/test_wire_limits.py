"""Frames have caps: whatever one side may send the other side reads, and no more."""

import json

import numpy as np
import pytest

from grader.worker import wire


def read(frame):
    head, rest = frame[: wire.HEAD.size], frame[wire.HEAD.size :]
    header, body = wire.parse_head(head, 1 << 30)
    assert len(rest) == header + body
    return wire.decode(rest[:header], rest[header:])


def through(value):
    return read(b"".join(bytes(buffer) for buffer in wire.encode(value)))


def decode(node, body=b""):
    return wire.decode(json.dumps(node).encode(), body)


def nested(depth, kind=list):
    value = 1.5
    for _ in range(depth):
        value = {"a": value} if kind is dict else kind([value])
    return value


@pytest.mark.parametrize("kind", [list, tuple, dict])
def test_8_levels_cross_and_9_do_not(kind):
    assert through(nested(8, kind)) == nested(8, kind)
    with pytest.raises(wire.WireError, match="cannot cross"):
        wire.encode(nested(9, kind))


def test_what_lies_too_deep_is_kept_behind():
    kept = []

    def keep(value):
        kept.append(value)
        return wire.Handle(len(kept))

    wire.encode(nested(9), keep)
    assert kept == [[1.5]]


def test_a_list_that_holds_itself_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(wire.WireError):
        wire.encode(loop)


@pytest.mark.parametrize("depth", [20, 5_000, 500_000])
def test_deep_frames_are_refused(depth):
    header = b'{"l":[' * depth + b"1" + b"]}" * depth
    with pytest.raises(wire.WireError):
        wire.decode(header, b"")


def test_frames_of_too_many_nodes_are_refused():
    with pytest.raises(wire.WireError, match="too many nodes"):
        decode({"l": [None] * 200_001})


@pytest.mark.parametrize("length", [10_000, 99_000, 150_000, 199_990, 250_000, 400_000])
def test_what_can_be_sent_can_be_read(length):
    value = [None] * length
    try:
        frame = b"".join(bytes(buffer) for buffer in wire.encode(value))
    except wire.WireError:
        return
    assert read(frame) == value


def test_header_too_long_to_send():
    with pytest.raises(wire.WireError, match="header too long"):
        wire.encode(["x" * (1 << 20)] * 5)


def head(header=0, body=0, magic=wire.MAGIC):
    return wire.HEAD.pack(magic, header, body)


def test_lengths_up_to_the_caps_are_read():
    assert wire.parse_head(head(wire.MAX_HEADER, 1000), 1000) == (wire.MAX_HEADER, 1000)
    assert wire.parse_head(head(0, 0), 0) == (0, 0)


@pytest.mark.parametrize(
    ("start", "complaint"),
    [
        (head(wire.MAX_HEADER + 1), "not a frame"),
        (head(2**32 - 1), "not a frame"),
        (head(magic=b"GRD2"), "not a frame"),
        (head(magic=b"\0\0\0\0"), "not a frame"),
        (b"HTTP/1.1 200 OK\r", "not a frame"),
        (head(2, 1001), "frame too long"),
        (head(2, 2**64 - 1), "frame too long"),
    ],
)
def test_lengths_beyond_the_caps_are_refused(start, complaint):
    with pytest.raises(wire.WireError, match=complaint):
        wire.parse_head(start, 1000)


@pytest.mark.parametrize("length", [64, 128, 6400])
def test_a_body_longer_than_its_arrays_is_refused(length):
    with pytest.raises(wire.WireError, match="body longer"):
        decode({"a": ["<f8", [0]]}, bytes(length))


@pytest.mark.parametrize("length", [0, 24, 63])
def test_a_body_shorter_than_its_arrays_is_refused(length):
    with pytest.raises(wire.WireError, match="longer than its frame"):
        decode({"a": ["<f8", [3]]}, bytes(length))


@pytest.mark.parametrize(
    "shape",
    [[2**39], [2**20, 2**20], [2**39] * 16, [1] * 17, [-1], [2**40], [1.0], [True], ["3"], [[3]],
     [None], 3, "3", None, {"0": 3}, [0, 2**39, 2**39]],
    ids=str,
)  # fmt: skip
def test_impossible_shapes_are_refused(shape):
    with pytest.raises(wire.WireError):
        decode({"a": ["<f8", shape]}, bytes(64))


@pytest.mark.parametrize(
    "dtype", [">f8", "f8", "float64", "|O8", "O", "<c16", "<U1", "|S1", "<M8[D]", "|V8", "", None,
              3, ["<f8"], [["a", "<f8"]], {"names": ["a"]}, "<f16", "<f8,<f8", "(2,)<f8"],
    ids=str,
)  # fmt: skip
def test_other_dtypes_are_refused(dtype):
    with pytest.raises(wire.WireError):
        decode({"a": [dtype, [1]]}, bytes(64))


@pytest.mark.parametrize(
    "node",
    [
        1.5, float("nan"), float("inf"), [], [1], {}, {"x": []}, {"f": 1.5}, {"f": "0xg"},
        {"f": "0x1p99999"}, {"f": "1" * 40}, {"f": []}, {"l": 1}, {"l": "ab"}, {"l": {}},
        {"l": [], "t": []}, {"a": []}, {"a": ["<f8"]}, {"a": ["<f8", [], 1]}, {"d": [1]},
        {"d": [["a"]]}, {"d": [["a", 1, 2]]}, {"d": [[1, 1]]}, {"d": [[None, 1]]}, {"d": {"a": 1}},
        {"h": []}, {"h": [1]}, {"h": ["1", "x"]}, {"h": [1.5, "x"]}, {"h": [True, "x"]},
        {"h": [1, None]}, {"h": [1, "x" * 201]}, {"": []}, {"l" * 10_000: []},
    ],
    ids=lambda node: json.dumps(node)[:30],
)  # fmt: skip
def test_malformed_nodes_are_refused(node):
    with pytest.raises(wire.WireError):
        decode(node)


@pytest.mark.parametrize("number", [2**64, -(2**63) - 1, 10**400], ids=["+", "-", "huge"])
def test_whole_numbers_beyond_64_bits_are_refused_by_the_reader_too(number):
    # NumPy would make an array of objects of them.
    with pytest.raises(wire.WireError):
        decode(number)


@pytest.mark.parametrize(
    "header", [b"", b" ", b"nul", b"\xff\xfe", b"\x80", b"1 2", b"'x'", b"1" * 5000, b"[" * 10_000]
)
def test_headers_that_are_no_json_are_refused(header):
    with pytest.raises(wire.WireError):
        wire.decode(header, b"")


def test_an_array_does_not_reach_beyond_its_own_bytes():
    body = bytes(range(64)) + b"\xff" * 64
    first, second = decode({"l": [{"a": ["|u1", [3]]}, {"a": ["|u1", [2]]}]}, body)
    assert first.tolist() == [0, 1, 2]
    assert second.tolist() == [255, 255]
    assert np.asarray(first.base).nbytes <= 3
