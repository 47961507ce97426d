"""Recognise mutants that compute what the original computes.

Whether two programs agree on all inputs cannot be decided. What is said here is: no difference in
any of the recorded and varied calls. The hidden suite's own calls show what inputs an assignment
takes, so nothing about an assignment stands here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from grader.audit.agree import gaps, same
from grader.audit.judge import Judge
from grader.audit.tape import Exchange, Player, Tape, note_handles, with_handles
from grader.sandbox.unwalled import Message
from grader.worker.wire import Handle

Change = Callable[[Any], Any]

_LAST_BIT = 2.0**-52
# Factors of arrays, as exponents of ten: 1e-2 to 1e2.
_DECADES = 2.0
# The share of a dict's entries that a variation leaves out.
_LEFT_OUT = 0.2


@dataclass(frozen=True)
class Probe:
    """A tape to play to mutants, as it was recorded or with `varied` arguments.

    `slack` is what rounding makes of the values of each reply.
    """

    tape: Tape
    slack: Sequence[Sequence[float]]
    varied: bool

    def differs(self, player: Player) -> bool:
        """Tell whether a hand-in gives another reply than the solution did."""
        exchanges = self.tape.exchanges
        return not all(
            same(exchange.reply, reply, slack)
            for exchange, reply, slack in zip(
                exchanges, player.play(exchanges), self.slack, strict=True
            )
        )


def make_probes(
    judge: Judge, files: Mapping[str, bytes], tapes: Sequence[Tape], *, variations: int, seed: int
) -> list[Probe]:
    """Return a probe of each tape as it was recorded, then those of `variations` varied ones."""
    probes = []
    with judge.opened(files) as (sessions, workspace):
        player = Player(judge, sessions.plain, workspace)
        for number, tape in enumerate(tapes):
            rng = np.random.default_rng([seed, number])
            varied = [_varied(player, tape, _variation(rng)) for _ in range(variations)]
            for each in (tape, *varied):
                shaken = _shaken(player, each, rng)
                pairs = zip(each.exchanges, shaken.exchanges, strict=True)
                slack = [gaps(a.reply, b.reply) for a, b in pairs]
                probes.append(Probe(each, slack, varied=each is not tape))
    return sorted(probes, key=lambda probe: probe.varied)


def _varied(player: Player, tape: Tape, change: Change, *, insist: bool = False) -> Tape:
    """Make the requests of a tape with changed arguments; return what was asked and replied.

    Where a change turns a returned value into an exception, the request is made unchanged: it is
    not known what a program owes to inputs that the solution refuses. One may `insist` on it.
    """
    made = Tape(tape.criterion, lines=tape.lines, steps=tape.steps)
    handles: dict[int, Handle] = {}
    for exchange in tape.exchanges:
        unchanged = with_handles(exchange.request, handles)
        for request in (_changed(unchanged, change), unchanged):
            reply = player.ask(len(made.exchanges), request)
            if insist or _returned(reply) or not _returned(exchange.reply):
                break
        made.exchanges.append(Exchange(request, reply))
        note_handles(handles, exchange.reply, reply)
    return made


def _shaken(player: Player, tape: Tape, rng: np.random.Generator) -> Tape:
    """Make the requests of a tape with inputs that differ in their last bit."""

    def shake(value: Any) -> Any:
        signs = rng.choice([-1.0, 1.0], value.shape) if _is_floats(value) else 0.0
        return value * (1.0 + _LAST_BIT * signs) if _is_floats(value) else value

    return _varied(player, tape, shake, insist=True)


def _variation(rng: np.random.Generator) -> Change:
    """Return a change of values: other scales, and for every second one other lengths of axes.

    Dicts lose an entry now and then: what is optional is left to its default. Zeros become
    numbers, signs stay, and equal lengths stay equal, so that most calls remain legal.
    """
    cut = rng.random() < 0.5
    lengths: dict[int, int] = {}

    def shorter(length: int) -> slice:
        if length not in lengths:
            lengths[length] = int(rng.integers(max(1, length // 2), length + 1))
        return slice(lengths[length])

    def change(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: each for key, each in value.items() if rng.random() > _LEFT_OUT}
        if isinstance(value, float):
            return value * float(rng.uniform(0.5, 1.0))
        if isinstance(value, np.ndarray) and cut:
            value = value[tuple(shorter(length) for length in value.shape)]
        if not _is_floats(value):
            return value
        dtype, factor = value.dtype, 10.0 ** rng.uniform(-_DECADES, _DECADES)
        value = np.where(value == 0, rng.standard_normal(value.shape), value)
        return (value * factor * rng.uniform(0.5, 2.0, value.shape)).astype(dtype)

    return change


def _is_floats(value: Any) -> bool:
    return isinstance(value, np.ndarray) and value.dtype.kind == "f"


def _changed(request: Message, change: Change) -> Message:
    """Return a request with changed arguments, whichever kind of request it is."""
    parts = ("arguments", "calls", "shared")
    return {key: _mapped(v, change) if key in parts else v for key, v in request.items()}


def _mapped(value: Any, change: Change) -> Any:
    if isinstance(value, dict):
        return change({key: _mapped(each, change) for key, each in value.items()})
    if isinstance(value, (tuple, list)):
        return type(value)(_mapped(each, change) for each in value)
    return change(value)


def _returned(reply: Message) -> bool:
    return reply["status"] == "returned" or all(
        call["status"] == "returned" for call in reply.get("calls", [{"status": ""}])
    )
