"""Frames between the grader and a worker: a JSON header and raw array buffers, never objects.

    frame   magic 4s | header length u32 | body length u64 | header | body     (little endian)
    header  one node
    node    null | true | false | int | "text"
            | {"f": hex float} | {"a": [dtype, shape]} | {"l": [node…]} | {"t": [node…]}
            | {"d": [[key, node]…]} | {"h": [number, type name]}

An array's bytes stand in the body in the order in which the header names the arrays, each padded
to 64 bytes. With the other magic the body is not behind the header but in memory that both sides
map (shared.py). A handle `h` stands for an object that stays in the worker.
"""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

HEAD = struct.Struct("<4sIQ")
MAGIC = b"GRD1"
_MAGIC_SHARED = b"GRDM"
MAX_HEADER = 4 << 20
DTYPES = frozenset("<f8 <f4 <f2 <i8 <i4 <i2 |i1 <u8 <u4 <u2 |u1 |b1".split())
_MAX_DEPTH = 8
_MAX_NODES = 100_000
_MAX_NDIM = 16
_ALIGNMENT = 64
_MAX_TEXT = 1 << 20


class WireError(Exception):
    """A frame is not of this form, or a value cannot be put into one."""


class TooMuchError(WireError):
    """A frame would be of this form, but for its size."""


@dataclass(frozen=True)
class Handle:
    """Stands for an object in the worker: the cache of a layer, a model, a held array."""

    number: int
    type_name: str = ""


_ARRAYS = (np.ndarray, np.generic)
_to_json = json.JSONEncoder(separators=(",", ":")).encode
Buffer = bytes | bytearray | memoryview
Opaque = Callable[[object], Handle]


def _no_opaque(value: Any) -> Handle:
    kind = type(value)
    crosses = kind in {str, list, tuple} or (
        kind is dict and all(type(key) is str for key in value)
    )
    raise (TooMuchError if crosses else WireError)(f"a {kind.__name__} cannot cross")


class _Encoder:
    def __init__(self, opaque: Opaque) -> None:
        self.opaque = opaque
        self.buffers: list[Buffer] = []
        self.nodes = 0

    def node(self, value: Any, depth: int = 0) -> Any:  # noqa: C901 - one branch a kind
        self.nodes += 1
        if self.nodes > 2 * _MAX_NODES:
            raise TooMuchError("too many nodes")
        kind = type(value)
        if value is None or kind is bool or (kind is str and len(value) <= _MAX_TEXT):
            return value
        if kind is int and -(2**63) <= value < 2**64:
            return value
        if kind is float:
            return {"f": value.hex()}
        if kind is Handle:
            return {"h": [value.number, value.type_name]}
        if isinstance(value, _ARRAYS):
            array = np.asarray(value)
            if array.dtype.char == "g":  # longdouble: more digits than asked for, not another kind
                array = array.astype(np.float64)
            if array.dtype.str in DTYPES and array.ndim <= _MAX_NDIM:
                return self.array(array)
        elif depth < _MAX_DEPTH and self.nodes < _MAX_NODES:
            if kind is list or kind is tuple:
                return {kind.__name__[0]: [self.node(item, depth + 1) for item in value]}
            if kind is dict and all(type(key) is str for key in value):
                return {"d": [[key, self.node(item, depth + 1)] for key, item in value.items()]}
        return self.node(self.opaque(value))

    def array(self, array: np.ndarray[Any, Any]) -> dict[str, Any]:
        size = array.nbytes
        if size:
            self.buffers.append(np.ascontiguousarray(array).data.cast("B"))
        if size % _ALIGNMENT:
            self.buffers.append(bytes(-size % _ALIGNMENT))
        return {"a": [array.dtype.str, list(array.shape)]}


def encode(value: object, opaque: Opaque = _no_opaque) -> list[Buffer]:
    """Return `value` as the buffers of one frame, arrays uncopied where they are contiguous.

    What cannot cross is given to `opaque`, which returns the handle to send in its place.
    """
    encoder = _Encoder(opaque)
    try:
        header = _to_json(encoder.node(value)).encode("ascii")
    except (ValueError, RecursionError) as error:
        raise WireError(f"cannot encode: {error}") from None
    if len(header) > MAX_HEADER:
        raise TooMuchError("header too long")
    length = sum(len(buffer) for buffer in encoder.buffers)
    return [HEAD.pack(MAGIC, len(header), length) + header, *encoder.buffers]


def parse_head(head: Buffer, max_body: int) -> tuple[int, int]:
    """Return header and body length of a frame from its first bytes; refuse what is too long."""
    magic, header_length, body_length = HEAD.unpack(head)
    if magic not in (MAGIC, _MAGIC_SHARED) or header_length > MAX_HEADER:
        raise WireError("not a frame")
    if body_length > max_body:
        raise TooMuchError("frame too long")
    return header_length, body_length


def marked_shared(head: Buffer) -> bytes:
    """Return the first bytes of a frame, changed to say that its body is in shared memory."""
    return _MAGIC_SHARED + bytes(head[len(MAGIC) :])


def is_shared(head: Buffer) -> bool:
    """Whether a frame that begins like this has its body in shared memory."""
    return bytes(head[: len(MAGIC)]) == _MAGIC_SHARED


class _Decoder:
    def __init__(self, body: Buffer, resolve: Callable[[Handle], Any]) -> None:
        self.body = memoryview(body)
        self.resolve = resolve
        self.offset = 0
        self.nodes = 0

    def node(self, node: Any, depth: int = 0) -> Any:  # noqa: C901 - one branch a kind
        self.nodes += 1
        if depth > _MAX_DEPTH + 1 or self.nodes > 2 * _MAX_NODES:
            raise WireError("nested too deep or too many nodes")
        if node is None or isinstance(node, (bool, str)):
            return node
        if isinstance(node, int) and -(2**63) <= node < 2**64:
            return node
        if not (isinstance(node, dict) and len(node) == 1):
            raise WireError("unknown node")
        ((kind, content),) = node.items()
        if kind == "f" and isinstance(content, str) and len(content) < 40:
            return float.fromhex(content)
        if not isinstance(content, list):
            raise WireError(f"malformed node {str(kind)[:8]!r}")
        if kind == "a":
            return self.array(content)
        if kind in ("l", "t"):
            items = [self.node(item, depth + 1) for item in content]
            return tuple(items) if kind == "t" else items
        if kind == "d":
            return {self.key(key): self.node(item, depth + 1) for key, item in content}
        if kind == "h":
            number, type_name = content
            if type(number) is not int or type(type_name) is not str or len(type_name) > 200:
                raise WireError("malformed handle")
            return self.resolve(Handle(number, type_name))
        raise WireError("unknown node")

    @staticmethod
    def key(key: object) -> str:
        if type(key) is not str:
            raise WireError("a key that is no text")
        return key

    def array(self, content: list[Any]) -> np.ndarray[Any, Any]:
        dtype, shape = content
        if dtype not in DTYPES or not isinstance(shape, list) or len(shape) > _MAX_NDIM:
            raise WireError("array of an unknown kind")
        if not all(type(n) is int and 0 <= n < 2**40 for n in shape):
            raise WireError("array of an impossible shape")
        size = math.prod(shape) * np.dtype(dtype).itemsize
        start, end = self.offset, self.offset + size
        self.offset = end + (-size % _ALIGNMENT)
        if self.offset > len(self.body):
            raise WireError("array longer than its frame")
        flat: np.ndarray[Any, Any] = np.frombuffer(self.body[start:end], dtype)
        return flat.reshape(shape)


def _itself(handle: Handle) -> Any:
    return handle


def decode(header: Buffer, body: Buffer, resolve: Callable[[Handle], Any] = _itself) -> Any:
    """Return the value of a frame; arrays are views into `body`, exact ndarrays.

    `resolve` turns a handle into what it stands for. Anything malformed raises WireError.
    """
    decoder = _Decoder(body, resolve)
    try:
        value = decoder.node(json.loads(bytes(header)))
    except WireError:
        raise
    except (ValueError, TypeError, OverflowError, RecursionError, KeyError) as error:
        raise WireError(f"malformed frame: {type(error).__name__}") from None
    if decoder.offset != len(decoder.body):
        raise WireError("body longer than its arrays")
    return value
