"""Cells of other editions: known by their marks, where no line is the template's."""

from pathlib import Path

import pytest

from grader import catalog
from grader.catalog import parse_assignment
from grader.core.errors import ConfigurationError
from grader.notebook.align import align
from grader.notebook.answers import answers
from grader.notebook.evidence import Number, Verdict, evidence_of, hold, is_seeded, without_seed
from grader.notebook.folder import beside
from grader.notebook.read import read_notebook

ROOT = Path(__file__).resolve().parents[3]
CLASS = ROOT / "tests" / "submissions" / "batchnorm"
# Where the code cells of each edition are, by the template's ids.
CELLS = {
    "seed_000": {
        "setup": [1],
        "data": [2],
        "bn-forward-check": [4],
        "bn-test-mode-check": [5],
        "bn-gradient-check": [7],
        "network-gradient-check": [10],
        "six-layer-training": [12],
        "six-layer-plot": [14],
        "weight-scale-training": [16],
        "weight-scale-plot": [17],
    },
    "seed_001": {
        "setup": [1],
        "data": [3],
        "bn-forward-check": [9],
        "bn-test-mode-check": [10],
        "bn-gradient-check": [12],
        "bn-alternative-check": [14],
        "network-gradient-check": [16],
        "six-layer-training": [18],
        "six-layer-plot": [20],
        "weight-scale-training": [22],
        "weight-scale-plot": [23],
    },
    "seed_002": {
        "setup": [1],
        "data": [2],
        "bn-forward-check": [4],
        "bn-test-mode-check": [5],
        "bn-gradient-check": [7],
        "bn-alternative-check": [9],
        "network-gradient-check": [11],
        "six-layer-training": [13],
        "six-layer-plot": [15],
        "weight-scale-training": [17],
        "weight-scale-plot": [18],
        "batch-size-batchnorm": [21],
        "batch-size-batchnorm-plot": [22],
        "ln-forward-check": [27],
        "ln-gradient-check": [28],
        "batch-size-layernorm": [30],
        "batch-size-layernorm-plot": [30],
    },
}
SCRATCH = {"seed_000": [], "seed_001": [0, 5, 6, 7, 8], "seed_002": []}


@pytest.fixture(scope="module")
def entry():
    return catalog.find_assignment(str(ROOT / "reference" / "batchnorm"))


@pytest.fixture(scope="module")
def template(entry):
    return read_notebook(entry.template_notebook()).marked(entry.assignment.notebook.marks)


def edition(name):
    [path] = (CLASS / name / "hand-in").glob("*.ipynb")
    return read_notebook(path.read_bytes())


@pytest.mark.parametrize("name", CELLS)
def test_every_check_of_an_edition_is_found(name, template):
    alignment = align(template, edition(name))
    found = {
        match.template.id: [cell.index for cell in match.cells]
        for match in alignment.matches
        if match.found and match.template.kind == "code"
    }
    assert found == CELLS[name]
    assert [cell.index for cell in alignment.extra if cell.kind == "code"] == SCRATCH[name]


@pytest.mark.parametrize("name", CELLS)
def test_without_its_stored_ids_and_marks_little_of_it_would_be_found(name, entry):
    """The marks are what does it: this is the reason for them."""
    alignment = align(read_notebook(entry.template_notebook()), edition(name))
    assert sum(match.found for match in alignment.matches) < 5


def test_the_template_itself_is_found_by_its_text(template):
    alignment = align(template, template)
    assert {match.how for match in alignment.matches} <= {"same", "id"}


def test_every_mark_fits_the_template_s_own_cell_or_another_edition_s(template):
    """A mark that no cell anywhere has is a slip of the pen."""
    known = {
        match.template.id
        for name in CELLS
        for match in align(template, edition(name)).matches
        if match.found
    }
    marked = {cell.id for cell in template.cells if cell.marks}
    assert marked - known == {"network-layernorm-check"}


# On the small course of these tests.


def marked(draft, **marks):
    return draft.read().marked({key.replace("_", "-"): value for key, value in marks.items()})


BACK = [r"\bbatchnorm_backward \("]
OWN = "before = batchnorm_backward(up, kept)[0]\nprint('dx err', worst(before, slopes))\n"


def test_a_cell_in_other_words_is_known_by_its_marks(blank_draft):
    template = marked(blank_draft, backward=BACK)
    blank_draft["backward"]["source"] = OWN
    blank_draft.strip_ids()
    match = align(template, blank_draft.read()).of("backward")
    assert match.how == "marks"
    assert [cell.source for cell in match.cells] == [OWN]


def test_likeness_goes_before_marks(blank_draft):
    template = marked(blank_draft, backward=BACK)
    blank_draft.add("title", "own", "code", OWN)
    blank_draft.strip_ids()
    alignment = align(template, blank_draft.read())
    assert alignment.of("backward").how == "same"
    assert [cell.source for cell in alignment.extra] == [OWN]


def test_all_marks_are_needed_and_comments_are_none(blank_draft):
    template = marked(blank_draft, backward=[*BACK, "numeric"])
    blank_draft["backward"]["source"] = "# numeric\n" + OWN
    blank_draft.strip_ids()
    assert not align(template, blank_draft.read()).of("backward").found


def test_one_cell_may_stand_for_two(blank_draft):
    template = marked(blank_draft, backward=BACK, alternative=["_alt"])
    blank_draft.drop("alternative")
    blank_draft["backward"]["source"] = OWN + "also = batchnorm_backward_alt(up, kept)\n"
    blank_draft.strip_ids()
    alignment = align(template, blank_draft.read())
    both = [alignment.of(name) for name in ("backward", "alternative")]
    assert both[0].cells == both[1].cells != ()
    assert alignment.shared == {both[0].cells[0].index}


def test_who_has_fewer_candidates_chooses_first(blank_draft):
    """The check of training would fit both cells, that of testing one."""
    template = marked(blank_draft, forward=["batchnorm_forward"], running=['" test "'])
    blank_draft["forward"]["source"] = "o, _ = batchnorm_forward(q, 1, 0, {'mode': 'test'})\n"
    blank_draft["running"]["source"] = "p, _ = batchnorm_forward(q, 1, 0, dict(tr))\n"
    blank_draft.strip_ids()
    alignment = align(template, blank_draft.read())
    assert "'test'" in alignment.of("running").cells[0].source
    assert "dict(tr)" in alignment.of("forward").cells[0].source


def test_marks_of_no_cell_and_no_patterns_are_errors(blank_draft):
    with pytest.raises(KeyError, match="nowhere"):
        marked(blank_draft, nowhere=["a"])
    for marks, why in (('["("]', "no pattern"), ("[]", "needs a pattern")):
        text = (ROOT / "reference/batchnorm/assignment.toml").read_text()
        text = text.replace('title = ["ioffe|1502 03167"]', f"title = {marks}")
        with pytest.raises(ConfigurationError, match=why):
            parse_assignment(text, "batchnorm")


# Answers, seeds and packages.


def test_a_section_after_the_answer_is_not_part_of_it(blank_draft):
    template = blank_draft.read()
    blank_draft["a3"]["source"] = ""
    blank_draft.drop("a3")
    blank_draft["q3"]["source"] += "\n\n# Answer:\n"
    blank_draft.add("q3", "links", "markdown", "## Links\n\nWhere this was read up.")
    blank_draft.strip_ids()
    assert answers(align(template, blank_draft.read()))[-1].blank


def test_an_answer_with_a_heading_of_its_own_is_one(blank_draft):
    template = blank_draft.read()
    blank_draft.drop("a3")
    blank_draft.add("q3", "mine", "markdown", "## What I saw\n\nThe net fell asleep.")
    blank_draft.strip_ids()
    assert "fell asleep" in answers(align(template, blank_draft.read()))[-1].text


DRAW = "np.random.seed(4)\n"


@pytest.mark.parametrize(
    ("first", "second", "seeded"),
    [
        ("", "", False),
        (DRAW, "", True),
        ("", DRAW, True),
        ("np.random.seed()\n", "", False),
        ("# np.random.seed(4)\n", "", False),
        ("rng = np.random.default_rng(4)\n", "", True),
        ("rng = np.random.default_rng()\n", "", False),
    ],
)
def test_a_number_that_does_not_repeat_is_noted(blank_draft, first, second, seeded):
    blank_draft["setup"]["source"] = first + "import numpy as np\n"
    blank_draft["forward"]["source"] = second + "print('loss:', np.random.rand())\n"
    blank_draft.run("setup")
    blank_draft.run("forward", "loss: 0.25\n")
    document = blank_draft.read()
    alignment = align(document, document)
    match = alignment.of("forward")
    assert is_seeded(match, alignment) is seeded
    evidence = evidence_of(match, alignment)
    other, same = (hold(evidence, Number("loss"), fresh=[fresh]) for fresh in (0.75, 0.25))
    held = other if seeded else without_seed(other)
    assert held.verdict is (Verdict.CONTRADICTS if seeded else Verdict.NOTED)
    assert "0.25" in held.sentence
    assert "0.75" in held.sentence
    assert (same if seeded else without_seed(same)).verdict is Verdict.AGREES


def test_what_the_code_gives_contradicts_without_a_seed(blank_draft):
    blank_draft.run("forward", "loss: 0.25\n")
    document = blank_draft.read()
    alignment = align(document, document)
    evidence = evidence_of(alignment.of("forward"), alignment)
    held = hold(evidence, Number("loss"), code=[0.75])
    assert without_seed(held).verdict is Verdict.CONTRADICTS


def test_a_package_called_test_is_not_the_standard_library_s(blank_draft):
    blank_draft["setup"]["source"] = "from test.clf.fc_net import *\n"
    own = {"test/layers.py": b"1", "test/clf/fc_net.py": b"2"}
    files = beside("own.ipynb", own, {"solver.py": b"3"}, ["test"], blank_draft.read())
    assert files["test/__init__.py"] == files["test/clf/__init__.py"] == b""
    assert files["test/solver.py"] == b"3"
    assert "__init__.py" not in files


def test_a_package_keeps_its_own_init(blank_draft):
    blank_draft["setup"]["source"] = "from test.layers import *\n"
    own = {"test/__init__.py": b"x = 1", "test/layers.py": b"1"}
    files = beside("own.ipynb", own, {}, ["test"], blank_draft.read())
    assert files["test/__init__.py"] == b"x = 1"
