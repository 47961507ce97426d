"""Ordinary faults are contained: real workers, behind every kind of wall this machine has."""

from __future__ import annotations

import numpy as np
import pytest

from grader.core.assignment import Assignment, Criterion, File, Function, Limits
from grader.core.outcome import Outcome
from grader.sandbox import tier as tiers
from grader.sandbox.fault import Fault
from grader.sandbox.pool import walled
from grader.sandbox.runtime import find_runtime
from grader.sandbox.session import Session
from grader.sandbox.zygote import Zygote

SOURCE = """
import numpy as np

calls = 0

def double(x):
    return 2 * x

def keep(x, param):
    param["seen"] = x.sum(axis=0)
    param["object"] = object()
    return x, {"x": x, "f": lambda: 3}

def odd_keys(param):
    param[1] = param.get(1, 0) + 1
    param["a", 2] = object()
    return np.array(param[1])

def use(cache):
    return cache["x"] * cache["f"]()

def overwrite(x):
    x -= x.mean()
    return x

def count():
    global calls
    calls += 1
    return np.array(calls)

def nothing():
    pass

def later():
    raise NotImplementedError

def fail(x):
    raise KeyError(repr(x))

def leave():
    raise SystemExit(0)

def ask():
    return input("? ")

def long():
    return np.ones(3, dtype=np.longdouble) * np.float(2)

def loop():
    while True:
        pass

def die():
    import os
    os._exit(0)

def segfault():
    import ctypes
    ctypes.string_at(0)

def flood():
    while True:
        print("x" * 1000)

def gigabytes():
    return np.ones(1 << 40)

def recurse():
    return recurse()

def huge():
    return np.zeros(40 << 20)

def random():
    import random
    return np.array([random.random(), np.random.rand(), hash("text") % 1000])

def objects():
    return np.array([object()])

def subclass():
    class Liar(np.ndarray):
        shape = (7, 7)
    return np.zeros(3).view(Liar)

def environment():
    import os
    return np.array(len(os.environ.get("GRADER_SECRET", "")))

def forge():
    import os
    os.write(3, b"GRD1" + bytes(12))
    return np.zeros(1)

def work():
    import time
    until = time.process_time() + 0.3
    while time.process_time() < until:
        pass
    return np.ones(1)

def rest():
    import time
    time.sleep(0.8)
    return np.ones(1)

def drip_output():
    import os
    while True:
        for _ in range(100_000):
            pass
        os.write(1, b".")

def drip_reply():
    import os
    os.write(3, b"GRD1" + (1 << 20).to_bytes(4, "little") + (0).to_bytes(8, "little"))
    while True:
        for _ in range(100_000):
            pass
        os.write(3, b" ")

def who():
    import os
    return np.array([os.getuid(), os.geteuid(), os.getgid()])

def cores():
    import os
    return np.array(sorted(os.sched_getaffinity(0)))
"""
NAMES = [line[4 : line.index("(")] for line in SOURCE.splitlines() if line.startswith("def ")]
KEEP = {"keep": ["cache"]}


def assignment(**limits):
    return Assignment(
        title="faults",
        version="1",
        files=[File("layers.py")],
        functions=[
            Function(name, "layers.py", ["out", *KEEP.get(name, [])], KEEP.get(name, []))
            for name in [*NAMES, "absent"]
        ],
        criteria=[Criterion("one", "one", 1)],
        limits=Limits(**{"call_seconds": 1.0, "memory_mb": 256, "output_mb": 1.0} | limits),
    )


CANDIDATES = [(name, walls) for name, walls in tiers._CANDIDATES if name != "weak"]


@pytest.fixture(
    scope="module", params=CANDIDATES, ids=lambda candidate: "+".join(candidate[1].layers)
)
def zygote(request):
    attempt = tiers.probe(*request.param)
    if attempt.problem:
        pytest.skip(f"not to be had on this machine: {attempt.problem}")
    assert attempt.breaches == ()
    with Zygote(request.param[1], find_runtime()) as zygote:
        yield zygote


@pytest.fixture
def start_session(zygote):
    """Start a session of the hand-in."""
    sessions = []

    def start(call_seconds=1.0, **more):
        graded = assignment(call_seconds=call_seconds)
        started = Session(
            walled(zygote, graded.limits),
            graded,
            {"layers.py": SOURCE},
            {"layers.py": "layers.py"},
            {},
            **more,
        )
        sessions.append(started)
        return started

    yield start
    for each in sessions:
        each.pool.fresh()


@pytest.fixture
def session(start_session):
    return start_session()


@pytest.fixture
def impatient(start_session):
    """A session for calls that never end, which need not be waited for as long."""
    return start_session(call_seconds=0.2)


def test_arrays_come_and_go(session):
    x = np.arange(12.0).reshape(3, 4)
    answer = session.call("double", [x])
    assert type(answer.value) is np.ndarray
    assert np.array_equal(answer.value, 2 * x)
    assert answer.modified == ()


def test_a_cache_stays_inside_and_a_dict_comes_back(session):
    x, param = np.arange(6.0).reshape(3, 2), {"mode": "train"}
    answer = session.call("keep", [x, param])
    out, cache = answer.value
    assert np.array_equal(out, x)
    assert np.array_equal(answer.dicts[1]["seen"], x.sum(axis=0))
    assert answer.dicts[1]["mode"] == "train"
    assert np.array_equal(session.call("use", [cache]).value, 3 * x)


def test_keys_that_are_no_text_stay_inside_and_last(session):
    param = {"mode": "train"}
    for count in (1, 2, 3):
        answer = session.call("odd_keys", [param])
        assert int(answer.value) == count
        param = answer.dicts[0]
    assert param["mode"] == "train"


def test_a_changed_input_is_noticed_and_ours_is_untouched(session):
    x = np.arange(4.0)
    assert session.call("overwrite", [x]).modified == (0,)
    assert np.array_equal(x, np.arange(4.0))


def test_state_ends_with_the_worker(session):
    assert [int(session.call("count", []).value) for _ in range(3)] == [1, 2, 3]
    session.pool.fresh()
    assert int(session.call("count", []).value) == 1


def test_two_that_are_compared_run_on_one_core(start_session):
    one, other = start_session(), start_session()
    everywhere = [each.call("cores", []).value.tolist() for each in (one, other)]
    one.pool.run_beside(other.pool)
    here = [each.call("cores", []).value.tolist() for each in (one, other)]
    assert here[0] == here[1]
    assert len(here[0]) == 1
    one.pool.fresh()
    assert [one.call("cores", []).value.tolist()] * 2 == everywhere


def test_what_ends_an_answer_is_over_when_it_has_settled(start_session):
    session = start_session()
    for _ in range(20):
        session.call("double", [np.ones(3)])
        session.pool.settle()
        assert session.pool._worker.rests()
        used = session.pool.cpu_seconds
        session.pool.settle()
        assert session.pool.cpu_seconds == used


def test_many_calls_in_one_frame(session):
    answers = session.batch("double", [[np.array(float(i))] for i in range(50)])
    assert [float(answer.value) for answer in answers] == [2.0 * i for i in range(50)]


@pytest.mark.parametrize(
    ("name", "outcome", "words"),
    [
        ("absent", Outcome.MISSING, "absent is not defined"),
        ("nothing", Outcome.MISSING, "nothing returns None"),
        ("later", Outcome.MISSING, "later still raises NotImplementedError"),
        ("leave", Outcome.RAISED, "leave raised SystemExit"),
        ("ask", Outcome.RAISED, "ask raised EOFError"),
        ("recurse", Outcome.RAISED, "recurse raised RecursionError"),
        ("die", Outcome.CRASHED, "die ended the process"),
        ("segfault", Outcome.CRASHED, "segfault ended the process"),
        ("flood", Outcome.OVER_LIMIT, "flood printed more than 1 MB"),
        ("gigabytes", Outcome.OVER_LIMIT, "gigabytes asked for more memory than it may"),
        ("loop", Outcome.TIMED_OUT, "loop was stopped after 1 s"),
    ],
)
def test_faults_are_named_and_the_session_goes_on(session, name, outcome, words):
    fault = session.call(name, [])
    assert isinstance(fault, Fault)
    assert (fault.outcome, fault.what) == (outcome, words)
    assert np.array_equal(session.call("double", [np.ones(2)]).value, 2 * np.ones(2))


def test_the_line_is_told(session, impatient):
    lines = SOURCE.splitlines()
    assert impatient.call("loop", []).where in {
        f"line {lines.index('        pass') + n} of layers.py" for n in (0, 1)
    }
    fault = session.call("fail", [np.ones(2)])
    assert fault.where == f"line {lines.index('    raise KeyError(repr(x))') + 1} of layers.py"
    assert fault.kinds[:2] == ("KeyError", "LookupError")


def test_a_message_keeps_hidden_inputs_from_the_student_but_not_from_staff(session):
    fault = session.call("fail", [np.array([0.123456])])
    assert "0.123456" in fault.message
    assert "123" not in fault.actual


@pytest.mark.parametrize("name", ["work", "rest"])
def test_a_hand_in_has_an_end_however_short_its_calls(start_session, name):
    session = start_session(total_seconds=0.5)
    outcomes = []
    for _ in range(6):
        session.pool.fresh()
        answer = session.call(name, [])
        outcomes.append(answer.outcome if isinstance(answer, Fault) else None)
    # How many are answered depends on the machine: time that passes counts a quarter.
    answered = outcomes.count(None)
    assert 0 < answered < 6
    assert outcomes == [None] * answered + [Outcome.SKIPPED] * (6 - answered)
    fault = session.call("double", [np.ones(2)])
    assert fault.what == "not run: the hand-in had used up the 0.5 s it may compute"


def test_time_outs_are_not_tried_for_ever(impatient):
    outcomes = [impatient.call("loop", []).outcome for _ in range(4)]
    assert outcomes == [Outcome.TIMED_OUT] * 3 + [Outcome.SKIPPED]


def test_a_large_result_comes_whole(zygote):
    session = Session(
        walled(zygote, assignment(memory_mb=2048).limits),
        assignment(memory_mb=2048),
        {"layers.py": SOURCE},
        {"layers.py": "layers.py"},
        {},
    )
    answer = session.call("huge", [])
    session.pool.fresh()
    # 320 MB is more than one reply may carry.
    assert answer.outcome is Outcome.OVER_LIMIT


def test_what_is_too_much_to_send_back_ends_the_worker(session):
    # As a dict argument may be that student code filled with rubbish.
    nested = 1
    for _ in range(12):
        nested = [nested]
    answer = session.call("keep", [np.ones(2), {"left": nested}])
    assert answer.outcome is Outcome.CRASHED
    assert session.call("double", [np.ones(2)]).value.tolist() == [2, 2]


def test_random_numbers_repeat(session):
    first = session.call("random", []).value
    session.pool.fresh()
    assert np.array_equal(session.call("random", []).value, first)


def test_more_digits_and_names_of_old_numpy_are_no_mistake(session):
    value = session.call("long", []).value
    assert value.dtype == np.float64
    assert value.tolist() == [2.0] * 3


def test_objects_do_not_cross(session):
    answer = session.call("objects", [])
    assert answer.value.type_name == "array of dtype object"


def test_a_lying_subclass_arrives_as_what_it_is(session):
    value = session.call("subclass", []).value
    assert type(value) is np.ndarray
    assert value.shape == (3,)


def test_a_forged_answer_costs_the_forger_alone(session):
    assert session.call("forge", []).outcome is Outcome.CRASHED
    assert np.array_equal(session.call("double", [np.ones(2)]).value, 2 * np.ones(2))


def test_the_environment_is_not_ours(session, monkeypatch):
    monkeypatch.setenv("GRADER_SECRET", "secret")
    assert int(session.call("environment", []).value) == 0


def test_a_worker_is_not_root(session):
    assert 0 not in session.call("who", []).value


@pytest.mark.parametrize(
    ("source", "outcome", "what"),
    [
        ("print 'hello'\n", Outcome.RAISED, "the file does not load: SyntaxError"),
        ("1 / 0\n", Outcome.RAISED, "the file does not load: ZeroDivisionError"),
        ("while True: pass\n", Outcome.TIMED_OUT, "the file, while it is imported, was stopped"),
        ("import os; os._exit(1)\n", Outcome.CRASHED, "the file, while it is imported, ended"),
    ],
)
def test_a_file_that_does_not_load(zygote, source, outcome, what):
    graded = assignment(load_seconds=1.0)
    start = walled(zygote, graded.limits)
    session = Session(start, graded, {"layers.py": source}, {"layers.py": "layers.py"}, {})
    fault = session.call("double", [np.ones(1)])
    assert fault.outcome is outcome
    assert fault.what.startswith(what)
    assert session.call("count", []) == fault


def test_python_2_is_recognised(zygote):
    start = walled(zygote, assignment().limits)
    source = "print 'x'\n"
    session = Session(start, assignment(), {"layers.py": source}, {"layers.py": "layers.py"}, {})
    assert "Python 2" in session.call("double", [np.ones(1)]).hint


@pytest.mark.parametrize("name", ["drip_output", "drip_reply"])
def test_a_trickle_does_not_put_off_the_deadline(impatient, name):
    assert impatient.call(name, []).outcome is Outcome.TIMED_OUT
