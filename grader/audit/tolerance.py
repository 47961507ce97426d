"""How far each tolerance is from what is right and from what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from grader.core.audit import Tolerance
from grader.numeric.compare import Measurement

# By name of a hand-in: what each of its checks compared.
Measured = Mapping[str, Mapping[str, list[Measurement]]]


def tolerances(
    checks: Iterable[str], correct: Measured, wrong: Measured, failed: Mapping[str, Iterable[str]]
) -> list[Tolerance]:
    """Return one line for each check that compares numbers.

    `failed` has by name of a wrong hand-in the checks that it lost: there the last comparison
    decided.
    """
    found = []
    for check in checks:
        right = {
            name: max(map(_ratio, measured[check]))
            for name, measured in correct.items()
            if measured.get(check)
        }
        beyond = {
            name: _ratio(measured[check][-1])
            for name, measured in wrong.items()
            if measured.get(check) and check in failed[name] and _ratio(measured[check][-1]) > 1.0
        }
        if right:
            worst = max(right, key=lambda name: right[name])
            nearest = min(beyond, key=lambda name: beyond[name]) if beyond else ""
            found.append(Tolerance(check, right[worst], worst, beyond.get(nearest), nearest))
    return found


def _ratio(measurement: Measurement) -> float:
    return measurement.error / measurement.bound
