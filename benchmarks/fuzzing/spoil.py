"""What may be wrong in an answer: bytes, lengths, nodes and their forms, frames."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from fuzzing.exchanges import SHARED, Exchange, Recorded
from grader.worker import wire

_MOST_BODY = 1 << 20
# What may stand in the place of a node.
_NODES: tuple[Any, ...] = (
    None, True, 0, 1, 2, 7, -1, 2**63 - 1, 2**64 - 1, 2**64, -(2**63) - 1, 10**30, 1.5, "", "0",
    "-7", "\ud800", "<script>", "\x1b[31m", "x" * 300, "raised", "returned", "loaded", "batch",
    "undefined", "id", "\0rest", [], {}, {"f": "nan"}, {"f": "inf"}, {"f": "0x1p99999"},
    {"f": "1e5\ud800"}, {"l": []}, {"t": []}, {"d": []}, {"l": ["x"] * 40}, {"l": [-1]},
    {"t": [None, None]}, {"d": [["-7", {"d": []}]]}, {"d": [["0", {"d": [["x", 1]]}]]},
    {"d": [["3", {"d": [["mode", {"h": [1, "x"]}], ["\ud800", {"a": ["<f8", []]}]]}]]},
    {"d": [["9" * 30, {"d": []}]]}, {"a": ["<f8", []]}, {"a": ["<f8", [2]]}, {"a": ["<f2", [6, 4]]},
    {"a": ["|b1", [6, 4]]}, {"a": ["<u8", [1, 4]]}, {"a": ["<f8", [0, 2**39]]},
    {"a": ["<f8", [2**20, 2**20]]}, {"a": ["|O8", [1]]}, {"a": ["<f4", [1] * 16]},
    {"a": ["<f8", [-1]]}, {"h": [1, ""]}, {"h": [-(10**25), "\ud800\u202e"]}, {"h": [2, "x" * 200]},
    {"h": ["1", "x"]}, {"d": [["status", "undefined"]]},
    {"l": [{"d": [["status", "undefined"]]}] * 3},
    {"l": [{"d": [["status", "returned"], ["value", 1]]}] * 3},
)  # fmt: skip


def _deep(rng: random.Random) -> Any:
    node: Any = {"f": "0x1p0"}
    for _ in range(rng.randint(5, 12)):
        node = {rng.choice("lt"): [node]} if rng.random() < 0.8 else {"d": [["x", node]]}
    return node


def _node(rng: random.Random) -> Any:
    chance = rng.random()
    if chance < 0.002:
        return {"l": [0] * rng.choice([90_000, 99_999, 150_000, 199_000, 200_000])}
    if chance < 0.004:
        return "x" * rng.choice([1 << 20, (1 << 20) + 1, 3 << 20])
    return _deep(rng) if chance < 0.1 else copy.deepcopy(rng.choice(_NODES))


def _places(node: Any) -> list[tuple[Any, Any]]:
    """Return every (container, key) below a node of JSON."""
    found, waiting = [], [node]
    while waiting:
        each = waiting.pop()
        inner = each.items() if isinstance(each, dict) else enumerate(each)
        for key, value in inner:
            found.append((each, key))
            if isinstance(value, (dict, list)):
                waiting.append(value)
    return found


def _values(node: Any) -> list[tuple[Any, Any]]:
    """Return those of the places where values stand, not what says of which kind they are."""
    found, waiting = [], [node]
    while waiting:
        ((kind, content),) = waiting.pop().items()
        for at, each in enumerate(content if kind in {"l", "t", "d"} else ()):
            where, key = (each, 1) if kind == "d" else (content, at)
            found.append((where, key))
            if isinstance(where[key], dict):
                waiting.append(where[key])
    return found


def _other_node(rng: random.Random, answer: Recorded) -> Recorded:
    """Replace, drop or repeat nodes, and mostly give the arrays the bytes that they claim."""
    header = json.loads(answer.header)
    places_of = _values if rng.random() < 0.7 else _places
    for _ in range(rng.choice([1, 1, 1, 2, 3]) if places_of is _places else 1):
        places = places_of(header)
        if not places:
            break
        where, key = rng.choice(places)
        change = rng.random()
        if change < 0.7 or not isinstance(where, list):
            where[key] = _node(rng)
        elif change < 0.85:
            del where[key]
        else:
            where.insert(key, copy.deepcopy(where[key]))
    body = answer.body
    if rng.random() < 0.8:
        size = _claimed(header)
        body = (body + rng.randbytes(min(size, 4096)) + bytes(size))[:size]
    return replace(answer, header=json.dumps(header).encode(), body=body)


def _claimed(node: Any) -> int:
    """Return how many bytes the arrays of a header need, 0 where that is too many."""
    size = 0
    for where, key in _places(node):
        content = where[key]
        if key != "a" or not (isinstance(content, list) and len(content) == 2):
            continue
        try:
            array = np.dtype(content[0]).itemsize * int(np.prod(content[1], dtype=float))
        except (TypeError, ValueError, OverflowError):
            continue
        size += array + -array % 64
    return size if 0 < size <= _MOST_BODY else 0


def _other_bytes(rng: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 6)):
        at = rng.randrange(len(changed) + 1)
        match rng.randrange(4):
            case 0:
                changed[at:at] = rng.randbytes(1)
            case 1:
                changed[at : at + 1] = rng.choice(b'0123456789-.eE"[]{}:,\\/falthdnu<|').to_bytes()
            case 2:
                del changed[at : at + rng.choice([1, 1, 8, 64])]
            case 3:
                changed[at:at] = changed[max(0, at - 20) : at]
    return bytes(changed)


def _other_head(rng: random.Random, answer: Recorded) -> Recorded:
    true = (len(answer.header), len(answer.body))
    odd = [0, 1, *true, true[0] + 1, true[1] - 1, 64, 8 << 20, 256 << 20, 2**32 - 1, 2**64 - 1]
    lengths = (rng.choice(odd), rng.choice(odd))
    magic = rng.choice([b"", b"", wire.MAGIC, SHARED, b"GRD2", rng.randbytes(4)])
    return replace(answer, magic=magic, lengths=lengths, shared=rng.random() < 0.3)


def _other_frames(rng: random.Random, answer: Recorded, others: Sequence[Recorded]) -> Recorded:
    match rng.randrange(5):
        case 0:
            return replace(answer, tail=rng.choice(others).inline())
        case 1:
            return replace(answer, tail=rng.randbytes(rng.choice([1, 64])))
        case 2:  # cut short
            cut = rng.randrange(len(answer.header) + 1)
            return replace(answer, header=answer.header[:cut], lengths=(len(answer.header), 0))
        case 3:
            return rng.choice(others)
    return replace(answer, header=rng.choice([b"", b"null", b"[" * 9000, b"1" * 5000, b"\xff"]))


def spoilt(rng: random.Random, answer: Recorded, others: Sequence[Recorded]) -> Recorded:
    """Return an answer with something wrong in it; the same for the same state of `rng`."""
    chance = rng.random()
    if chance < 0.6:
        return _other_node(rng, answer)
    if chance < 0.8:
        changed = replace(answer, header=_other_bytes(rng, answer.header))
        return changed if rng.random() < 0.9 else replace(changed, lengths=(len(answer.header), 0))
    if chance < 0.85:
        return replace(answer, body=_other_bytes(rng, answer.body))
    if chance < 0.92:
        return _other_head(rng, answer)
    return _other_frames(rng, answer, others)


def spoilt_exchange(rng: random.Random, exchanges: Sequence[Exchange]) -> Exchange:
    """Return one of the exchanges with one of its answers spoilt."""
    exchange = rng.choice(exchanges)
    at = rng.randrange(len(exchange.answers))
    others = rng.choice(exchanges).answers
    answers = [*exchange.answers[:at], spoilt(rng, exchange.answers[at], others)]
    answers += exchange.answers[at + 1 :]
    return replace(exchange, answers=tuple(answers), mute=rng.random() < 0.05)
