"""A chosen few mutants of the solution through the real hidden suite, and what becomes of them."""

import signal

import pytest

from grader.audit.generic import Fate, Survey, figures
from grader.audit.judge import with_judge
from grader.audit.limit import TooLongError, cpu_limit
from grader.audit.mutate import Mutant
from grader.catalog import find_assignment

LAYERS = "layers.py"
TWICE = "    out = gamma * x_hat + beta  # Algorithm 1, line 4\n"


def with_change(entry, old, new):
    """Return the mutant of layers.py that has `new` in the place of `old`."""
    source = entry.solution_files()[LAYERS].decode()
    assert source.count(old) == 1
    line = source[: source.index(old)].count("\n") + 1
    return Mutant(LAYERS, line, line, "by hand", old, new, source.replace(old, new))


CHANGES = {
    "a factor of one": (TWICE, TWICE.replace("x_hat", "x_hat * 1"), Fate.EQUIVALENT),
    "another order": (TWICE, "    out = beta + x_hat * gamma\n", Fate.EQUIVALENT),
    "another formula": ("dx = x_hat * (-dgamma / n)", "dx = -(x_hat / n) * dgamma",
                        Fate.EQUIVALENT),
    "rounding in float32": (TWICE, TWICE.replace("x_hat", "x_hat.astype('f4').astype('f8')"),
                            Fate.SURVIVED),
    "a little more": (TWICE, TWICE.replace("x_hat", "x_hat * (1 + 1e-4)"), Fate.KILLED),
    "does not load": (TWICE, "    out = gamma *\n", Fate.KILLED),
    "raises": (TWICE, "    out = unknown\n", Fate.KILLED),
    "never ends": (TWICE, f"    while True: pass\n{TWICE}", Fate.KILLED),
    "no check looks there": ("batch norm goes backward only", "Batch norm goes backward only",
                             Fate.UNREACHED),
}  # fmt: skip


@pytest.fixture(scope="module")
def entry(batchnorm):
    return find_assignment(batchnorm)


@pytest.fixture(scope="module")
def tried(entry):
    found = {}

    def body(judge):
        survey = Survey(judge, seconds=5.0)
        for name, (old, new, _) in CHANGES.items():
            found[name] = survey.try_one(with_change(entry, old, new))

    with_judge(entry, body)
    return found


@pytest.mark.parametrize("name", CHANGES)
def test_fate(tried, name):
    assert tried[name].fate is CHANGES[name][2], tried[name].check


def test_the_check_that_kills_is_named(tried):
    assert "test_bn" in tried["a little more"].check
    assert tried["a factor of one"].check == ""


def test_figures(tried):
    found = figures(list(tried.values()))
    assert found.fates.total() == len(CHANGES)
    assert found.operators == {"by hand": found.fates}
    assert found.checks.total() == found.fates[Fate.KILLED] == 4
    assert found.killed_share == 4 / 5


def turn_for_ever():
    while True:
        pass


def test_what_takes_too_long_is_stopped_and_the_handler_comes_back():
    before = signal.getsignal(signal.SIGVTALRM)
    with pytest.raises(TooLongError), cpu_limit(0.05) as watch:
        turn_for_ever()
    assert watch.expired
    assert signal.getsignal(signal.SIGVTALRM) is before
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
