"""An assignment is data: three folders, no change to the package. And mistakes in it are named."""

from __future__ import annotations

import pytest

from grader import catalog
from grader.core.errors import ConfigurationError
from grader.core.outcome import Outcome
from grader.core.score import Status
from tests.grader import toys
from tests.grader.toys import HELPED, hand_in, make

TOML = toys.rubric(
    "Add two arrays",
    toys.table("limits", call_seconds=1.0),
    toys.SUMS,
    toys.GIVEN_FILE,
    toys.ADD,
    toys.criterion("adds", 3),
    toys.criterion("keeps", 2, "Keeps its inputs", combine="share"),
)
SUITE = (
    toys.IMPORTS
    + toys.SUM_OF_EACH_LENGTH
    + '''
@pytest.mark.criterion("keeps")
def test_first(student):
    """The first input stays as it is."""
    student.add(np.ones(3), np.ones(3))
    expect(0 not in student.modified, "the first input changed")

@pytest.mark.criterion("keeps")
def test_second(student, tell):
    """The second input stays as it is."""
    student.add(np.ones(3), np.ones(3))
    expect(1 not in student.modified, "the second input changed")
    tell("told for nothing")
'''
)


# A second function that builds on the first one, as a backward pass builds on a forward pass.
CHAIN_TOML = f"""{TOML}
follow_through = 0.5
follows = ["adds"]
"""
CHAIN_SUITE = f'''{SUITE}
@pytest.mark.follow_through("keeps")
@pytest.mark.parametrize("n", [1, 2])
def test_swapped(student, n):
    """The sum is the same the other way round."""
    a, b = np.arange(1.0, 1.0 + n), np.ones(n)
    expect_close("total", student.add(b, a), student.add(a, b))
    expect(np.ptp(student.add(a, b)) < n, "the sum is too wide")
'''


@pytest.fixture
def graded(tmp_path, grade_all):
    def run(source: str, **parts: str):
        toy = make(tmp_path, **{"toml": TOML, "suite": SUITE, **parts})
        return grade_all(toy, {"ann": hand_in(tmp_path, "ann", source)})["ann"]

    return run


def outcomes(report):
    return {line.id: line.outcome for line in report.criteria}


def test_the_solution_earns_everything(graded):
    report = graded(HELPED)
    assert report.score.earned == 5
    assert [check.notes for check in report.checks if check.notes] == [("told for nothing",)]


def test_the_given_file_is_supplied_and_named(graded):
    files = {file.path: file.origin for file in graded(HELPED).submission.files}
    assert files == {"sums.py": "student", "given.py": "template"}


def test_half_of_a_shared_criterion(graded):
    report = graded("def add(a, b):\n    b += a\n    return b\n")
    assert outcomes(report) == {"adds": Outcome.PASSED, "keeps": Outcome.PARTIAL}
    assert report.score.earned == 4


def test_a_check_that_fails_by_our_fault_withholds_the_score(graded):
    report = graded(HELPED, suite=SUITE + BROKEN)
    assert report.score.status is Status.BROKEN
    assert report.score.earned is None
    assert outcomes(report)["adds"] is Outcome.BROKEN
    assert any("ZeroDivisionError" in note for note in report.staff_notes)


BROKEN = '''
@pytest.mark.criterion("adds")
def test_broken(student):
    """This one is broken."""
    1 / 0
'''


WRONG_SUM = "def add(a, b):\n    a += 1\n    b += 1\n    return a + b\n"


def chained(graded, source, **parts):
    return graded(source, **{"toml": CHAIN_TOML, "suite": CHAIN_SUITE, **parts})


def following(report):
    return [check.outcome for check in report.checks if check.follow_through]


def test_work_that_follows_from_a_mistake_earns_its_share(graded):
    report = chained(graded, WRONG_SUM)
    assert outcomes(report) == {"adds": Outcome.FAILED, "keeps": Outcome.PARTIAL}
    assert following(report) == [Outcome.PASSED] * 2
    assert (report.score.earned, report.score.possible) == (1.0, 5.0)
    assert report.criteria[1].followed == ["adds"]


def test_work_that_does_not_follow_earns_nothing(graded):
    report = chained(graded, WRONG_SUM.replace("a + b", "a - b"))
    assert outcomes(report) == {"adds": Outcome.FAILED, "keeps": Outcome.FAILED}
    assert following(report) == [Outcome.PASSED, Outcome.FAILED]
    assert report.score.earned == 0


@pytest.mark.parametrize(
    "source",
    [
        HELPED,  # nothing is wrong
        "def add(a, b):\n    a += b\n    b *= 2\n    return a\n",  # no earlier mistake
        "def add(a, b):\n    return a - b\n",  # the second criterion is right
        "def sub(a, b):\n    return a - b\n",
        "1 / 0\n",
    ],
)
def test_where_it_can_earn_nothing_it_is_not_run(graded, source):
    assert following(chained(graded, source)) == []


def test_a_follow_through_check_that_breaks_withholds_the_score(graded):
    report = chained(graded, WRONG_SUM, suite=CHAIN_SUITE.replace("< n", "< 1 / 0"))
    assert report.score.status is Status.BROKEN


@pytest.mark.parametrize(
    "odd",
    [
        "'text'",
        "[1, 2]",
        "{'a': 1}",
        "object()",
        "(1, 2)",
        "lambda: 0",
        "None",
        "True",
        "10 ** 400",
        "float('nan')",
        "[[[[[[[[[[[[0]]]]]]]]]]]]",
        "__import__('numpy').zeros((2, 2), complex)",
        "__import__('numpy').array(['a'])",
        "__import__('numpy').zeros(0)",
    ],
)
def test_no_return_value_can_break_a_check(graded, odd):
    report = graded(f"def add(a, b):\n    return {odd}\n")
    assert report.score.status is Status.GRADED
    assert outcomes(report)["adds"] in {Outcome.FAILED, Outcome.MISSING}


BOTH = '@pytest.mark.criterion("adds")\n@pytest.mark.follow_through("adds")'


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"suite": SUITE.replace('"keeps"', '"kepes"')}, "names the criterion 'kepes'"),
        ({"suite": SUITE.replace('@pytest.mark.criterion("adds")', "")}, "names no criterion"),
        (
            {"suite": SUITE.split('@pytest.mark.criterion("keeps")', maxsplit=1)[0]},
            "no check decides",
        ),
        ({"suite": SUITE.replace('"""The sum is right."""', "")}, "has no docstring"),
        ({"suite": "import nowhere\n"}, "cannot be imported"),
        ({"suite": "import math\n\ndef test_it(:\n"}, ".py:3 cannot be imported"),
        ({"suite": "x = 1\n"}, "no check decides"),
        ({"solution": "def sub(a, b):\n    return a - b\n"}, "does not define add"),
        ({"solution": "1 / 0\n"}, "does not load"),
        ({"toml": CHAIN_TOML}, "no check judges the follow-through of the criterion 'keeps'"),
        (
            {"suite": CHAIN_SUITE},
            "assignment.toml has no follow_through for the criterion 'keeps'",
        ),
        (
            {"suite": CHAIN_SUITE.replace('follow_through("keeps")', 'follow_through("kepes")')},
            "names the criterion 'kepes'",
        ),
        (
            {
                "suite": CHAIN_SUITE.replace('@pytest.mark.criterion("adds")', BOTH),
                "toml": CHAIN_TOML,
            },
            "names no criterion: add either",
        ),
        ({"toml": CHAIN_TOML.replace('["adds"]', '["sums"]')}, "'sums', which is no criterion"),
        ({"toml": TOML.replace("points = 3", "point = 3")}, "did you mean 'points'"),
        ({"toml": TOML.replace('file = "sums.py"', 'file = "sum.py"')}, "not in [[files]]"),
    ],
)
def test_a_contradiction_is_one_clear_line(graded, parts, words):
    with pytest.raises(ConfigurationError) as caught:
        graded(HELPED, **parts)
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_suite_is_named(tmp_path, grade_all):
    toy = make(tmp_path, toml=TOML, suite=SUITE)
    (tmp_path / "tests/hidden/toy/test_toy_sums.py").unlink()
    (tmp_path / "tests/hidden/toy").rmdir()
    with pytest.raises(ConfigurationError, match="no hidden suite"):
        grade_all(toy, {"ann": hand_in(tmp_path, "ann", HELPED)})


def test_the_slug_is_found_from_the_folder_above(tmp_path, monkeypatch):
    make(tmp_path, toml=TOML, suite=SUITE)
    (tmp_path / "deep").mkdir()
    monkeypatch.chdir(tmp_path / "deep")
    assert catalog.find_assignment("toy").assignment.possible == 5


def test_configuration_of_a_hand_in_and_of_the_environment_is_ignored(
    tmp_path, grade_all, monkeypatch
):
    toy = make(tmp_path, toml=TOML, suite=SUITE)
    folder = hand_in(tmp_path, "ann", "def add(a, b):\n    return a\n")
    for name in ("conftest.py", "pytest.ini", "sitecustomize.py", "numpy.py"):
        (folder / name).write_text("import pytest\nraise SystemExit(0)\n", encoding="utf-8")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--collect-only")
    monkeypatch.chdir(folder)
    report = grade_all(toy, {"ann": folder})["ann"]
    assert outcomes(report)["adds"] is Outcome.FAILED
