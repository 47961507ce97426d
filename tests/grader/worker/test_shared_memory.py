"""Large bodies cross in shared memory, small ones behind their header; both arrive the same."""

import os

import numpy as np
import pytest

from grader.worker import wire
from grader.worker.shared import SIZE, SharedMemory

needs_memory = pytest.mark.skipif(
    not hasattr(os, "memfd_create"), reason="this system has no memory to share"
)


@pytest.fixture
def sides():
    ours = SharedMemory.create()
    theirs = SharedMemory(os.dup(ours.descriptors[0]))
    yield ours, theirs
    ours.close()
    theirs.close()


def frame_of(array):
    return wire.encode({"x": array})


def received(frame, memory):
    data = b"".join(map(bytes, frame))
    header, body = wire.parse_head(data[: wire.HEAD.size], 1 << 30)
    start = wire.HEAD.size
    inline = data[start + header :]
    shared = wire.is_shared(data)
    assert shared == (not inline)
    return wire.decode(data[start : start + header], memory.take(body) if shared else inline)["x"]


@needs_memory
@pytest.mark.parametrize("size", [1, 100, 32 << 10, 1 << 20, SIZE, SIZE + 1])
def test_what_is_sent_arrives(sides, size):
    ours, theirs = sides
    array = np.arange(size, dtype=np.uint8)
    assert np.array_equal(received(ours.put(frame_of(array)), theirs), array)
    assert np.array_equal(received(theirs.put(frame_of(array[::-1])), ours), array[::-1])


@needs_memory
def test_a_large_body_leaves_the_frame_and_a_small_one_does_not(sides):
    small, large = frame_of(np.zeros(10)), frame_of(np.zeros(100_000))
    assert sides[0].put(small) is small
    assert sum(map(len, sides[0].put(large))) < 200


@needs_memory
def test_what_was_taken_does_not_change_with_the_memory(sides):
    ours, theirs = sides
    taken = received(ours.put(frame_of(np.ones(10_000))), theirs)
    ours.put(frame_of(np.zeros(10_000)))
    assert np.array_equal(taken, np.ones(10_000))


@needs_memory
def test_nobody_can_shrink_it(sides):
    with pytest.raises(OSError, match="not permitted"):
        os.ftruncate(sides[1].descriptors[0], 10)


def test_without_memory_everything_goes_inline_and_nothing_is_taken():
    none = SharedMemory(None)
    large = frame_of(np.zeros(100_000))
    assert none.put(large) is large
    with pytest.raises(wire.WireError):
        none.take(10)


@needs_memory
def test_more_than_there_is_cannot_be_taken(sides):
    with pytest.raises(wire.WireError):
        sides[0].take(SIZE + 1)
