"""Name the known mistakes that explain what a hand-in gives."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from grader.catalog import Entry
from grader.checks.reference import Reference, load_reference
from grader.checks.trace import Seen, Trace, replay
from grader.core.errors import ConfigurationError
from grader.core.finding import CheckResult, Diagnosis
from grader.core.misconception import Misconception, apply_edits
from grader.intake.workspace import make_workspace
from grader.misconceptions import load_misconceptions
from grader.numeric.diagnose import Evidence, departures, weigh

_FAILED = frozenset({"FAILED", "PARTIAL", "RAISED"})
# Global random numbers of two replays: what differs between them is drawn, not computed.
_STATES = (0, 1)

# One mistake, or a pair of them.
Mistakes = tuple[Misconception, ...]
# Number of a call in its check, and name of a value.
Place = tuple[int, str]


class _Check:
    """A check as it went, beside what the reference gives for the same calls."""

    def __init__(self, result: CheckResult, trace: Trace, functions: Callable[[str], Any]) -> None:
        self.result = result
        self.calls = trace.calls
        self.called = frozenset(call.function.name for call in trace.calls)
        self._functions = functions

    @functools.cached_property
    def right(self) -> list[Seen | None]:
        """What the reference gives."""
        return list(replay(self._functions, self.calls, _STATES[0]))

    @functools.cached_property
    def _ignored(self) -> list[frozenset[str]]:
        """By call, the values that nobody has seen or that are drawn."""
        other = replay(self._functions, self.calls, _STATES[1])
        drawn = (
            departures(one, two) if one is not None and two is not None else set()
            for one, two in zip(self.right, other, strict=True)
        )
        return [call.kept | names for call, names in zip(self.calls, drawn, strict=True)]

    @functools.cached_property
    def departures(self) -> set[Place]:
        """The values that are not the reference's."""
        sides = zip(self.calls, self.right, self._ignored, strict=True)
        return {
            (number, name)
            for number, (call, right, ignored) in enumerate(sides)
            if right is not None
            for name in departures(call.seen, right, ignored)
        }

    def explained(
        self, mistaken: Iterable[Seen | None], scope: frozenset[str]
    ) -> set[Place] | None:
        """Return the values that speak for a mistake, None where one speaks against it.

        Only calls of the functions in `scope` are heard.
        """
        places = set()
        sides = zip(self.calls, self.right, mistaken, self._ignored, strict=True)
        for number, (call, right, wrong, ignored) in enumerate(sides):
            if right is None or wrong is None or call.function.name not in scope:
                continue
            heard = weigh(call.seen, right, wrong, ignored)
            if Evidence.AGAINST in heard.values():
                return None
            places |= {(number, name) for name in heard}
        return places


@dataclass
class _Claims:
    """Which mistakes explain which values of which failed check."""

    by_check: dict[str, dict[Mistakes, set[Place]]]

    def add(self, mistakes: Mistakes, found: Mapping[str, set[Place]]) -> None:
        for check, places in found.items():
            self.by_check.setdefault(check, {})[mistakes] = places

    def accepted(self) -> set[str]:
        return {m.id for claims in self.by_check.values() for each in claims for m in each}

    def told(self, check: str) -> tuple[Diagnosis, ...]:
        """Return what is told of one check: nothing where two explain the same value."""
        claims = self.by_check.get(check, {})
        told = dict.fromkeys(
            mistake
            for mistakes, places in claims.items()
            if not any(places & other for rival, other in claims.items() if rival != mistakes)
            for mistake in mistakes
        )
        return tuple(Diagnosis(mistake.id, mistake.title, mistake.hint) for mistake in told)


class Diagnostician:
    """Holds what hand-ins gave against every known mistake of the assignment."""

    def __init__(self, entry: Entry, reference: Reference) -> None:
        self._assignment = entry.assignment
        self._reference = reference
        self._mistakes = load_misconceptions(entry)
        files = make_workspace(entry.assignment, entry.solution_files(), entry.supplied_files())
        self._sources = files.sources
        # Loaded when first needed: most runs need few.
        self._with = functools.cache(self._load)
        self._scope = functools.cache(self._find_scope)

    def diagnose(
        self, results: Sequence[CheckResult], traces: Mapping[str, Trace]
    ) -> list[CheckResult]:
        """Return the results, those that known mistakes explain with their diagnosis.

        A mistake is claimed where values of a failed check are its values, no value of any check
        speaks against it, and no other mistake explains the same values.
        """
        functions = functools.partial(getattr, self._reference)
        checks = [
            _Check(result, traces[result.id], functions)
            for result in results
            if result.id in traces and traces[result.id].calls
        ]
        # Failed checks first: most mistakes are ruled out by the first of them.
        checks.sort(key=lambda check: check.result.outcome not in _FAILED)
        failed = [check for check in checks if check.result.outcome in _FAILED]
        if not failed or not self._mistakes:
            return list(results)
        claims = self._claims(checks, failed)
        return [replace(result, diagnosis=claims.told(result.id)) for result in results]

    def _claims(self, checks: Sequence[_Check], failed: Sequence[_Check]) -> _Claims:
        """Try every mistake alone, then pairs for the checks that none explains."""
        claims = _Claims({})
        singles = [m for m in self._mistakes if any(self._scope(m) & c.called for c in failed)]
        for mistake in singles:
            claims.add((mistake,), self._claimed((mistake,), checks))
        unexplained = [check for check in failed if check.result.id not in claims.by_check]
        for pair in self._pairs(singles, claims.accepted(), unexplained):
            found = self._claimed(pair, checks)
            claims.add(pair, {c: p for c, p in found.items() if c not in claims.by_check})
        return claims

    def _pairs(
        self, singles: Sequence[Misconception], accepted: set[str], unexplained: Sequence[_Check]
    ) -> Iterable[Mistakes]:
        """Yield pairs that occur together, and each accepted mistake with each that may hide it."""
        by_id = {mistake.id: mistake for mistake in singles}
        open_functions = frozenset().union(*(check.called for check in unexplained))
        seen = set()
        for one in singles:
            others = one.with_it if one.id not in accepted else tuple(by_id)
            for other in (by_id[name] for name in others if name in by_id and name != one.id):
                pair = frozenset((one.id, other.id))
                if pair in seen or pair <= accepted:
                    continue
                seen.add(pair)
                if (self._scope(one) | self._scope(other)) & open_functions:
                    yield one, other

    def _claimed(self, mistakes: Mistakes, checks: Sequence[_Check]) -> dict[str, set[Place]]:
        """Return by failed check the values that are explained; {} where any speaks against."""
        reference = self._with(mistakes)
        if reference is None:
            return {}
        scope = frozenset().union(*map(self._scope, mistakes))
        rests_on = {c for mistake in mistakes for c in (*mistake.costs, *mistake.may_cost)}
        claimed: dict[str, set[Place]] = {}
        for check in (check for check in checks if check.called & scope):
            mistaken = replay(functools.partial(getattr, reference), check.calls, _STATES[0])
            places = check.explained(mistaken, scope)
            if places is None:
                return {}
            failed = check.result.outcome in _FAILED and check.result.criterion in rests_on
            if failed and places & check.departures:
                claimed[check.result.id] = places & check.departures
        return claimed

    def _find_scope(self, mistake: Misconception) -> frozenset[str]:
        """Return the functions whose calls speak about a mistake: those it is made in.

        Where that is none of the assignment's, they are all that are in its file, or that drive it.
        """
        inside = {edit.inside for edit in mistake.edits}
        own = {f.name for f in self._assignment.functions if f.name in inside}
        if own:
            return frozenset(own)
        paths = {edit.path for edit in mistake.edits}
        paths |= {driver for driver, file in self._assignment.drivers.items() if file in paths}
        return frozenset(f.name for f in self._assignment.functions if f.file in paths)

    def _load(self, mistakes: Mistakes) -> Reference | None:
        """Return the reference with these mistakes; None where two do not fit together."""
        try:
            return load_reference(self._assignment, apply_edits(self._sources, mistakes))
        except ConfigurationError:
            return None
