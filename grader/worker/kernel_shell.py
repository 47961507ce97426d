"""The kernel that a notebook meets: nobody answers questions, and there is no shell.

What it refuses it says where the cell's output is, marked in the output's metadata (`grader`).
All of this is courtesy: the walls hold without it, and the grader keeps its own count.
"""

from __future__ import annotations

import contextlib
import sys
from types import TracebackType
from typing import Any

from ipykernel.ipkernel import IPythonKernel
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.error import StdinNotImplementedError
from IPython.display import publish_display_data
from IPython.utils.text import SList
from jupyter_client.session import Session
from traitlets import Integer, Type

# Magics that would start a program; name -> kinds.
_PROGRAMS = {
    **dict.fromkeys(("pip", "conda", "mamba", "micromamba", "uv"), ("line",)),
    **dict.fromkeys(("sx", "system", "!", "!!"), ("line", "cell")),
    **dict.fromkeys(("script", "bash", "sh", "perl", "ruby", "pypy"), ("cell",)),
    **dict.fromkeys(("python", "python2", "python3"), ("cell",)),
}
_MOST_SHOWN = 60
# What looks for a network begins with a name or an address (audit events of the module socket).
_LOOKUPS = ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr")
# Memory for telling that there is none left: ZeroMQ ends the process where it gets none.
_RESERVE_BYTES = 16 << 20


def _refuse(what: str) -> None:
    shown = _cut(what)
    sentence = (
        f"{shown} was not run: a notebook is graded without a shell, so that commands and "
        "installations are refused. The rest of the cell goes on."
    )
    publish_display_data({"text/plain": sentence}, metadata={"grader": {"refused": shown}})


def _cut(what: str) -> str:
    return what if len(what) <= _MOST_SHOWN else what[:_MOST_SHOWN] + "…"


def tell_of_network(shell: Any) -> None:
    """Say in a cell's output, once for each cell, that it looked for a network: there is none.

    The exception that it gets speaks of permissions or names, and many libraries swallow it.
    """
    told: set[int] = set()

    def heed(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _LOOKUPS and shell.execution_count not in told:
            told.add(shell.execution_count)
            shown = _cut(f"network access to {arguments[0]}")
            sentence = f"{shown} was refused: a notebook is graded without a network."
            publish_display_data({"text/plain": sentence}, metadata={"grader": {"refused": shown}})

    sys.addaudithook(heed)


def _end_before_ours(trace: TracebackType | None) -> None:
    """Cut a traceback where it goes on in this file."""
    while trace is not None:
        inner = trace.tb_next
        if inner is not None and inner.tb_frame.f_code.co_filename == __file__:
            trace.tb_next = inner = None
        trace = inner


class StudentShell(ZMQInteractiveShell):
    """IPython without a shell below it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)  # type: ignore[no-untyped-call]
        self._reserve: bytearray | None = None
        self._keep_reserve()
        self.events.register("post_run_cell", self._keep_reserve)

    def _keep_reserve(self, *_: object) -> None:
        if self._reserve is None:
            with contextlib.suppress(MemoryError):
                self._reserve = bytearray(_RESERVE_BYTES)

    def showtraceback(self, *arguments: Any, **options: Any) -> None:
        """Show what a cell raised: its own lines, and with memory left where that ran out."""
        error = sys.exception()
        if isinstance(error, MemoryError):
            self._reserve = None
        if error is not None:
            _end_before_ours(error.__traceback__)
        super().showtraceback(*arguments, **options)

    def system(self, cmd: str) -> None:
        """Refuse `!command`."""
        _refuse(f"!{cmd}")
        self.user_ns["_exit_code"] = 126

    system_piped = system_raw = system

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:  # noqa: FBT001, FBT002 - IPython's
        """Refuse `x = !command`; x is empty."""
        del depth
        _refuse(f"!{cmd}")
        return SList() if split else ""

    def init_magics(self) -> None:
        """Take the place of magics that start programs."""
        super().init_magics()  # type: ignore[no-untyped-call]
        for name, kinds in _PROGRAMS.items():
            for kind in kinds:
                self._replace_magic(name, kind)

    def _replace_magic(self, name: str, kind: str) -> None:
        mark = "%" if kind == "line" else "%%"

        def refused(line: str, cell: str | None = None) -> None:
            del cell
            _refuse(f"{mark}{name} {line}".strip())

        register: Any = self.register_magic_function  # declared as if it were no method
        register(refused, magic_kind=kind, magic_name=name)


class StudentKernel(IPythonKernel):
    """A kernel that asks nobody."""

    shell_class = Type(StudentShell)

    def raw_input(self, prompt: str = "") -> str:
        """Refuse input()."""
        del prompt
        raise StdinNotImplementedError(
            "input() is refused: a notebook is graded with nobody there to answer"
        )

    def getpass(self, prompt: str = "", stream: Any = None, **_: Any) -> str:
        """Refuse getpass()."""
        del stream
        return self.raw_input(prompt)


class ClippedSession(Session):
    """Sends no long text and no large picture: a longer message would not be accepted."""

    max_text_chars = Integer(1 << 19)
    max_picture_chars = Integer(1 << 22)

    def serialize(self, msg: dict[str, Any], ident: Any = None) -> list[bytes]:
        """Serialize a message, with a long text cut and what is too large left out."""
        content = msg.get("content")
        if isinstance(content, dict):
            msg = {**msg, "content": self._clipped(content)}
        serialized: list[bytes] = super().serialize(msg, ident)
        return serialized

    def _too_large(self, kind: str, value: Any) -> bool:
        most = self.max_picture_chars if kind.startswith("image/") else self.max_text_chars
        return isinstance(value, str | bytes) and kind != "text/plain" and len(value) > most

    def _clipped(self, content: dict[str, Any]) -> dict[str, Any]:
        data, metadata = content.get("data"), content.get("metadata")
        short = {name: _shortened(v, self.max_text_chars) for name, v in content.items()
                 if name != "data"}  # fmt: skip
        if not isinstance(data, dict):
            return short if data is None else {**short, "data": data}
        large = [kind for kind, value in data.items() if self._too_large(kind, value)]
        kept = {kind: value for kind, value in data.items() if kind not in large}
        if large:
            kept["text/plain"] = f"[left out, too large: {', '.join(large)}]"
            short["metadata"] = {**(metadata or {}), "grader": {"cut": kept["text/plain"]}}
        if "text/plain" in kept:
            kept["text/plain"] = _shortened(kept["text/plain"], self.max_text_chars)
        return {**short, "data": kept}


def _shortened(value: Any, most: int) -> Any:
    if isinstance(value, str):
        return value if len(value) <= most else value[:most]
    if isinstance(value, dict):
        return {name: _shortened(entry, most) for name, entry in value.items()}
    if isinstance(value, list):
        return [_shortened(entry, most) for entry in value]
    return value
