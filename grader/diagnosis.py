"""Name the known mistakes that explain what a hand-in gives."""

from __future__ import annotations

import functools
import itertools
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from grader.catalog import Entry
from grader.checks.drawn import kept
from grader.checks.reference import Reference, load_reference
from grader.checks.trace import Seen, Trace, replay
from grader.core.errors import ConfigurationError
from grader.core.finding import CheckResult, Diagnosis
from grader.core.misconception import Misconception, apply_edits
from grader.misconceptions import load_misconceptions, made_in
from grader.numeric.diagnose import Evidence, Gauge, departures, gauge, weigh

_FAILED = frozenset({"FAILED", "PARTIAL", "RAISED"})
# Global random numbers of two replays: what differs between them is drawn, not computed.
_STATES = (0, 1)

# Solutions with mistakes that are kept loaded, and pairs that are tried for one hand-in.
_MOST_LOADED = 384
_MOST_PAIRS = 40

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
        self.failed = result.outcome in _FAILED
        self._functions = functions

    @functools.cached_property
    def right(self) -> list[Seen | None]:
        """What the reference gives."""
        return list(replay(self._functions, self.calls, _STATES[0]))

    @functools.cached_property
    def _gauges(self) -> list[Gauge | None]:
        """By call, what counts as a difference; None where the reference cannot be called so."""
        other = replay(self._functions, self.calls, _STATES[1])
        gauges: list[Gauge | None] = []
        for call, one, two in zip(self.calls, self.right, other, strict=True):
            if one is None or two is None:
                gauges.append(None)
                continue
            drawn = departures(one, two, gauge(one, two))
            gauges.append(gauge(call.seen, one, call.kept | drawn))
        return gauges

    def explained(
        self, mistaken: Iterable[Seen | None], scope: frozenset[str]
    ) -> set[Place] | None:
        """Return the values that speak for a mistake, None where one speaks against it.

        Calls of functions that are not in `scope` rest on the mistake at most: these may differ.
        """
        places = set()
        sides = zip(self.calls, self.right, mistaken, self._gauges, strict=True)
        for number, (call, right, wrong, by) in enumerate(sides):
            if right is None or wrong is None or by is None:
                continue
            heard = weigh(call.seen, right, wrong, by)
            if call.function.name in scope and Evidence.AGAINST in heard.values():
                return None
            places |= {(number, name) for name, each in heard.items() if each is Evidence.FOR}
        return places


@dataclass
class _Claims:
    """Which mistakes explain which values: by mistakes, the check and place of each value."""

    places: dict[Mistakes, set[tuple[str, Place]]]

    def needed(self) -> dict[Mistakes, set[tuple[str, Place]]]:
        """Return those without which something is not explained."""
        return {
            mistakes: places
            for mistakes, places in self.places.items()
            if not any(places < others for others in self.places.values())
        }

    def needed_ids(self) -> set[str]:
        return {mistake.id for mistakes in self.needed() for mistake in mistakes}

    def explained(self) -> set[str]:
        return {check for places in self.places.values() for check, _ in places}

    def told(self) -> dict[str, tuple[Diagnosis, ...]]:
        """Return what is told of each check.

        What explains less than another does, and nothing else, is not needed. Where two explain
        the same value all the same, neither is told.
        """
        needed = self.needed()
        owners = Counter(place for places in needed.values() for place in places)
        told: dict[str, dict[Misconception, None]] = {}
        for mistakes, places in needed.items():
            for check in {check for check, _ in places}:
                if all(owners[place] == 1 for place in places if place[0] == check):
                    told.setdefault(check, {}).update(dict.fromkeys(mistakes))
        return {
            check: tuple(Diagnosis(mistake.id, mistake.title, mistake.hint) for mistake in found)
            for check, found in told.items()
        }


class Diagnostician:
    """Holds what hand-ins gave against every known mistake of the assignment.

    `reference` are the functions of the solution, `sources` its texts by path.
    """

    def __init__(self, entry: Entry, reference: Reference, sources: Mapping[str, str]) -> None:
        self._assignment = entry.assignment
        self._reference = reference
        self._sources = sources
        self._mistakes = made_in(load_misconceptions(entry), (".py",))
        # Loaded when first needed: most runs need few.
        self._with = functools.lru_cache(_MOST_LOADED)(self._load)
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
        failed = [check for check in checks if check.failed]
        if not failed or not self._mistakes:
            return list(results)
        # Mistaken code divides by zero, and worse.
        with warnings.catch_warnings(), np.errstate(all="ignore"), kept():
            warnings.simplefilter("ignore")
            told = self._claims(checks, failed).told()
        return [replace(result, diagnosis=told.get(result.id, ())) for result in results]

    def _claims(self, checks: Sequence[_Check], failed: Sequence[_Check]) -> _Claims:
        """Try every mistake alone, then pairs for the checks that none explains."""
        claims = _Claims({})
        singles = [m for m in self._mistakes if any(self._scope(m) & c.called for c in failed)]
        for mistake in singles:
            places = self._claimed((mistake,), checks)
            if places:
                claims.places[mistake,] = places
        explained = claims.explained()
        unexplained = [check for check in failed if check.result.id not in explained]
        pairs = self._pairs(singles, claims.needed_ids(), unexplained)
        for pair in itertools.islice(pairs, _MOST_PAIRS):
            places = {place for place in self._claimed(pair, checks) if place[0] not in explained}
            # Both are needed: what one of them gives as well, it gives alone.
            for mistake in pair if places else ():
                places -= self._given((mistake,), unexplained)
            if places:
                claims.places[pair] = places
        return claims

    def _given(self, mistakes: Mistakes, checks: Sequence[_Check]) -> set[tuple[str, Place]]:
        """Return the values that a hand-in has in common with these mistakes, whatever else."""
        reference = self._with(mistakes)
        functions = functools.partial(getattr, reference)
        return {
            (check.result.id, place)
            for check in checks
            if reference is not None
            for place in check.explained(self._replayed(functions, check), frozenset()) or ()
        }

    @staticmethod
    def _replayed(functions: Callable[[str], Any], check: _Check) -> Iterator[Seen | None]:
        return replay(functions, check.calls, _STATES[0])

    def _pairs(
        self, singles: Sequence[Misconception], accepted: set[str], unexplained: Sequence[_Check]
    ) -> Iterable[Mistakes]:
        """Yield pairs that occur together, and each accepted mistake with each that may hide it."""
        by_id = {mistake.id: mistake for mistake in singles}
        open_functions = frozenset().union(*(check.called for check in unexplained))
        known = ((one, other) for one in singles for other in one.with_it)
        hidden = ((by_id[name], other) for name in sorted(accepted) for other in by_id)
        seen = set()
        for one, name in itertools.chain(known, hidden):
            pair = frozenset((one.id, name))
            if name not in by_id or len(pair) < 2 or pair in seen or pair <= accepted:
                continue
            seen.add(pair)
            # What is new must speak where nothing is explained.
            new = [by_id[each] for each in pair - accepted]
            if all(self._scope(mistake) & open_functions for mistake in new):
                yield one, by_id[name]

    def _claimed(self, mistakes: Mistakes, checks: Sequence[_Check]) -> set[tuple[str, Place]]:
        """Return the values of failed checks that are explained; none where any speaks against."""
        scope = frozenset().union(*map(self._scope, mistakes))
        rests_on = {c for mistake in mistakes for c in (*mistake.costs, *mistake.may_cost)}
        inside = [check for check in checks if check.called & scope]
        # What it may cost comes first: most mistakes explain nothing of it, and a check of few
        # calls says so soonest. Then what else failed, which rules out most of the others.
        costly = [c for c in inside if c.failed and c.result.criterion in rests_on]
        costly.sort(key=lambda check: len(check.calls))
        others = [c for c in inside if c not in costly]
        reference = self._with(mistakes) if costly else None
        if reference is None:
            return set()
        functions = functools.partial(getattr, reference)
        claimed: set[tuple[str, Place]] = set()
        for check in costly:
            places = check.explained(self._replayed(functions, check), scope)
            if places is None:
                return set()
            claimed |= {(check.result.id, place) for place in places}
        if not claimed:
            return set()
        for check in sorted(others, key=lambda check: not check.failed):
            if check.explained(self._replayed(functions, check), scope) is None:
                return set()
        resting = [
            check
            for check in checks
            if check.failed and check.result.criterion in rests_on and not check.called & scope
        ]
        return claimed | self._given(mistakes, resting)

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
            sources = apply_edits(self._sources, mistakes)
            unchanged = {
                path: code
                for path, code in self._reference.compiled_files.items()
                if sources[path] == self._sources[path]
            }
            return load_reference(self._assignment, sources, unchanged)
        except ConfigurationError:
            return None
