"""Notebooks of very different shape: where each template cell is found, and what it shows."""

import json

import nbformat
import pytest

from grader.notebook.align import align
from grader.notebook.answers import answers
from grader.notebook.evidence import Number, Verdict, evidence_of, hold
from grader.notebook.read import read_notebook

# What the code of a right hand-in gives, from another machine: rounding differs, the rest not.
CODE = {
    "backward": ("dx error", "", [3.1e-09]),
    "layernorm": ("dx error", "", [2.2e-09]),
    "network": ("initial loss", "", [2.26119551]),
    "forward": ("means", r"\[11", [11.0, 12.0, 13.0]),
    "training": ("test accuracy", "", [0.47]),
}
AGREES, CONTRADICTS, NOT_SHOWN = Verdict.AGREES, Verdict.CONTRADICTS, Verdict.NOT_SHOWN
ALL_AGREE = dict.fromkeys(CODE, AGREES)
NOTHING_SHOWN = dict.fromkeys(CODE, NOT_SHOWN)


def found_in(alignment, keys):
    """Return the keys of the student's cells by template cell, where they are not its own."""
    return {
        match.template.id: [keys[cell.index] for cell in match.cells]
        for match in alignment.matches
        if [keys[cell.index] for cell in match.cells] != [match.template.id]
    }


def verdicts(alignment):
    return {
        key: hold(
            evidence_of(alignment.of(key), alignment), Number(label, under), code=code
        ).verdict
        for key, (label, under, code) in CODE.items()
    }


def as_given_out(draft):
    """Under whatever name: bytes are all that is read."""
    del draft
    return {}


def ids_stripped(draft):
    draft.strip_ids()
    draft.strip_metadata()
    return {}


def ids_of_another_tool(draft):
    draft.strip_metadata()
    for number, cell in enumerate(draft.cells):
        cell["id"] = f"{number:08x}"
    return {}


def ids_all_the_same(draft):
    for cell in draft.cells:
        cell["id"] = "cell"
    return {}


def ids_handed_round(draft):
    """Each cell carries the id of the next one; content decides."""
    names = [cell["id"] for cell in draft.cells]
    for cell, name in zip(draft.cells, names[1:] + names[:1], strict=True):
        cell["id"] = name
    # Whatever is written under an answer's id is an answer: there only the place could tell.
    for key in ("a1", "a2", "a3", "experiment", "q1", "q2", "q3", "layernorm-text"):
        draft[key]["id"] = key
    draft["layernorm"]["id"], draft["title"]["id"] = "title", "layernorm"
    return {}


def moved(draft):
    draft.strip_ids()
    draft.move("layernorm-text", before="forward-text")
    draft.move("layernorm", before="forward-text")
    draft.move("setup", before="title")
    return {}


def reversed_order(draft):
    draft.cells.reverse()
    draft.strip_ids()
    return {}


def shuffled_with_ids(draft):
    draft.cells = draft.cells[1::2] + draft.cells[::2]
    return {}


def merged(draft):
    """The two forward checks in one cell, all three texts of theory in another."""
    draft.strip_ids()
    draft["forward"]["source"] += "\n" + draft["running"]["source"]
    draft["forward"]["outputs"] += draft["running"]["outputs"]
    draft["backward-text"]["source"] += "\n\n" + draft["alternative-text"]["source"]
    draft.drop("running", "alternative-text")
    return {"running": ["forward"], "alternative-text": ["backward-text"]}


def merged_with_ids(draft):
    draft["backward"]["source"] += "\n" + draft["alternative"]["source"]
    draft["backward"]["outputs"] += draft["alternative"]["outputs"]
    draft.drop("alternative")
    return {"alternative": ["backward"]}


def split(draft):
    lines = draft["network"]["source"].splitlines(keepends=True)
    draft.strip_ids()
    draft["network"]["source"] = "".join(lines[:4])
    draft.add("network", "network-2", "code", "".join(lines[4:]).replace("    ", ""))
    draft["network-2"]["outputs"] = draft["network"]["outputs"]
    draft["network-2"]["execution_count"] = 30
    draft["network"]["outputs"] = []
    return {"network": ["network", "network-2"]}


def split_in_four(draft):
    lines = draft["backward"]["source"].splitlines(keepends=True)
    draft.strip_ids()
    outputs = draft["backward"]["outputs"]
    draft["backward"]["source"] = "".join(lines[:6])
    draft["backward"]["outputs"] = []
    for number, part in enumerate((lines[6:9], lines[9:11], lines[11:]), 2):
        before = "backward" if number == 2 else f"backward-{number - 1}"
        draft.add(before, f"backward-{number}", "code", "".join(part))
        draft[f"backward-{number}"]["execution_count"] = 40 + number
    draft["backward-4"]["outputs"] = outputs
    return {"backward": ["backward", "backward-2", "backward-3", "backward-4"]}


def edited(draft):
    """A student works in given cells, and adds others."""
    draft.strip_ids()
    draft.rewrite(
        "backward",
        ("(4, 5)", "(6, 8)"),
        ("size=5", "size=8"),
        ("print('dx error: '", "print(dx.shape)\nprint('dx error: '"),
    )
    draft.rewrite("forward", ("acts", "a"), ("flat", "a_norm"))
    draft.add("backward", "look", "code", "dx[:2] - by_x[:2]")
    draft.add("title", "note", "markdown", "Remember: ask about the deadline on Monday.")
    return {}


def deleted(draft):
    draft.drop("running", "alternative", "layernorm-text", "layernorm")
    draft.strip_ids()
    gone = {key: [] for key in ("running", "alternative", "layernorm-text", "layernorm")}
    return gone, {**ALL_AGREE, "layernorm": NOT_SHOWN}


def deleted_twin(draft):
    """Of two checks that differ in one word one is gone: the other is not taken for it."""
    draft.strip_ids()
    draft.drop("backward")
    draft.rewrite("layernorm", ("upstream", "dout"), ("12", "231"))
    return {"backward": []}, {**ALL_AGREE, "backward": NOT_SHOWN}


def one_duplicated(draft):
    draft.copy("backward", "backward-copy", after="layernorm")
    return {}


def copy_was_run(draft):
    """The given cell was left as it was, and its copy run."""
    draft.copy("backward", "backward-copy", after="backward")
    draft["backward-copy"]["id"] = None
    draft["backward"].update(execution_count=None, outputs=[])
    return {"backward": ["backward-copy"]}


def all_duplicated(draft):
    draft.strip_ids()
    draft.cells = [
        copy for cell in draft.cells for copy in (cell, {**cell, "key": cell["key"] + "-again"})
    ]
    return {}


def twice_over(draft):
    draft.strip_ids()
    draft.cells += [{**cell, "key": cell["key"] + "-again"} for cell in draft.cells]
    return {}


def another_edition(draft):
    """Other words, another package called through its module, other seeds, another order."""
    draft.strip_ids()
    draft.strip_metadata()
    draft.rewrite(
        "setup",
        ("from course.layers import *", "import test.layers as layers"),
        ("The usual start: arrays, plots, and the course's own package", "imports"),
        ("course", "test"),
        ("largest relative difference", "returns an error"),
    )
    for key in ("forward", "running", "backward", "alternative", "layernorm"):
        for name in ("batchnorm_", "layernorm_"):
            text = draft[key]["source"].replace(name, f"layers.{name}")
            draft[key]["source"] = text.replace("default_rng(", "default_rng(1")
    draft.rewrite(
        "network", ("normalization='batchnorm'", "use_batchnorm=True"), ("20, 30", "9, 8")
    )
    draft["title"]["source"] = (
        "# Batch normalization\nDeep networks are easier to train when the mean and spread of what "
        "enters a layer stay the same. In this exercise you write such a layer."
    )
    draft["forward-text"]["source"] = (
        "## Forward pass\nIn `test/layers.py` write the function `batchnorm_forward`. Then run "
        "the cells below."
    )
    draft["alternative-text"]["source"] = (
        "### Simplified backward pass\nThe formula shrinks on paper. Write the short one in "
        "`batchnorm_backward_alt` and compare both."
    )
    draft["q1"]["source"] = (
        "# Question:\nWhat do these curves say about both networks when initial weights shrink? "
        "Try to give a reason."
    )
    draft.move("network", before="alternative-text")
    draft.drop("data")
    # An introduction in words that are all new is not recognised, and nothing hangs on it.
    return {"data": [], "title": []}


def never_run(draft):
    for cell in draft.cells:
        cell.update(execution_count=None, outputs=[])
    return {}, NOTHING_SHOWN


def partly_run(draft):
    for key in ("network", "training", "curves", "layernorm", "experiment"):
        draft[key].update(execution_count=None, outputs=[])
    gone = dict.fromkeys(("network", "training", "layernorm"), NOT_SHOWN)
    return {}, {**ALL_AGREE, **gone}


def outputs_cleared(draft):
    for cell in draft.cells:
        cell["outputs"] = []
    return {}, NOTHING_SHOWN


def counts_cleared(draft):
    """Outputs without counts, as some hosts save them: these were run."""
    for cell in draft.cells:
        cell["execution_count"] = None
    return {}


def only_text(draft):
    draft.cells = [cell for cell in draft.cells if cell["cell_type"] == "markdown"]
    code = ("setup", "data", "forward", "running", "backward", "alternative", "network",
            "training", "curves", "layernorm", "experiment")  # fmt: skip
    return {key: [] for key in code}, NOTHING_SHOWN


def out_of_order(draft):
    for number, cell in enumerate(draft.cells):
        if cell["cell_type"] == "code":
            cell["execution_count"] = 900 - number
    return {}


def warnings_on_stderr(draft):
    """A warning in the middle of a line costs nothing, and its numbers are no evidence."""
    warning = {
        "output_type": "stream",
        "name": "stderr",
        "text": "layers.py:33: RuntimeWarning: dx error: 0.9 in divide\n",
    }
    out = draft["backward"]["outputs"][0]
    first, rest = "".join(out["text"])[:12], "".join(out["text"])[12:]
    draft["backward"]["outputs"] = [
        warning,
        {**out, "text": first},
        warning,
        {**out, "text": rest},
    ]
    return {}


def huge_output(draft):
    noise = "step\n" * 400_000
    out = draft["training"]["outputs"][0]
    draft["training"]["outputs"] = [{**out, "text": noise + "".join(out["text"])}]
    return {}


def hostile_text(draft):
    draft.strip_ids()
    draft.rewrite("title", ("A network", "\x1b[31mA\x1b[0m \u202enetwork\u202c \ud800"))
    out = draft["backward"]["outputs"][0]
    draft["backward"]["outputs"] = [
        {**out, "text": "\x1b[1m\x1b[32m" + "".join(out["text"]) + "\x1b[0m\ud83d"}
    ]
    draft["training"]["outputs"] = [
        {**out, "text": "10%|#\r20%|##\rFinal test accuracy: \x1b[7m0.5\x1b[0m\r\n"}
    ]
    return {}


def old_minor(draft):
    draft.minor = 0
    draft.strip_ids()
    return {}


def wrong_numbers(draft):
    """Outputs of code that is no longer there."""
    draft.run("backward", "dx error:  0.83\n")
    draft.run("layernorm", "dx error:  nan\n")
    draft.run("forward", "x (gamma=1, beta= [11. 12. 13.])\n  means:  [11.4 12.  13. ]\n")
    draft.run("training", "Final test accuracy: 0.1\n")
    draft.run("network", "Initial loss: inf\n")
    return {}, dict.fromkeys(CODE, CONTRADICTS)


def raised(draft):
    error = {"output_type": "error", "ename": "ValueError", "evalue": "bad shape", "traceback": []}
    draft["backward"]["outputs"] = [error]
    return {}, {**ALL_AGREE, "backward": NOT_SHOWN}


def strangers(draft):
    """The notebook of another course has nothing in common with ours."""
    draft.cells = draft.cells[:0]
    draft.cells.append({**cell_of("one", "markdown", "# Sorting\nQuick sort picks a pivot.")})
    draft.cells.append({**cell_of("two", "code", "def quick(items):\n    return sorted(items)")})
    return None, NOTHING_SHOWN


def cell_of(key, kind, source):
    return {"key": key, "id": None, "cell_type": kind, "source": source, "metadata": {},
            "execution_count": None, "outputs": []}  # fmt: skip


def empty(draft):
    draft.cells = []
    return None, NOTHING_SHOWN


SHAPES = [
    as_given_out, ids_stripped, ids_of_another_tool, ids_all_the_same, ids_handed_round, moved,
    reversed_order, shuffled_with_ids, merged, merged_with_ids, split, split_in_four, edited,
    deleted, deleted_twin, one_duplicated, copy_was_run, all_duplicated, twice_over,
    another_edition, never_run, partly_run, outputs_cleared, counts_cleared, only_text,
    out_of_order, warnings_on_stderr, huge_output, hostile_text, old_minor, wrong_numbers, raised,
    strangers, empty,
]  # fmt: skip


@pytest.fixture(params=SHAPES, ids=lambda shape: shape.__name__)
def shape(request, draft, template):
    """(alignment, keys of the student's cells, expected alignment, expected evidence)."""
    expected = request.param(draft)
    where, evidence = expected if isinstance(expected, tuple) else (expected, ALL_AGREE)
    if where is None:
        where = {cell.id: [] for cell in template.cells}
    return align(template, draft.read()), draft.keys(), where, evidence


def test_each_cell_is_found_where_it_is(shape):
    alignment, keys, where, _ = shape
    assert found_in(alignment, keys) == where


def test_what_is_shown_is_held_against_the_code(shape):
    alignment, _, _, evidence = shape
    assert verdicts(alignment) == evidence


def test_every_cell_of_the_student_has_one_place(shape):
    alignment, keys, _, _ = shape
    placed = {cell.index for match in alignment.matches for cell in match.cells}
    copies = [cell.index for match in alignment.matches for cell in match.copies]
    extra = [cell.index for cell in alignment.extra]
    assert sorted([*placed, *copies, *extra]) == list(range(len(keys)))


def test_the_notebook_that_is_passed_on_is_valid(shape):
    alignment, _, _, _ = shape
    nbformat.validate(nbformat.from_dict(alignment.student.raw))
    json.dumps(alignment.student.raw, ensure_ascii=False, allow_nan=False).encode()


def test_answers_are_found_wherever_the_cells_are(shape, written):
    alignment, _, where, _ = shape
    for answer in answers(alignment):
        key = {"weights": "a1", "batch": "a2", "own": "a3"}[answer.question]
        if where.get(key, [key]):
            assert (answer.text, answer.place) in [(written[key], "own cell"),
                                                   (written[key], "new cell")]  # fmt: skip
        else:
            assert answer.blank


def test_extra_cells_are_told_apart(template, draft):
    edited(draft)
    alignment = align(template, draft.read())
    assert [draft.keys()[cell.index] for cell in alignment.extra] == ["note", "look"]


@pytest.mark.parametrize(
    ("shape", "key", "copies"),
    [
        (one_duplicated, "backward", ["backward-copy"]),
        (copy_was_run, "backward", ["backward"]),
        (twice_over, "network", ["network-again"]),
    ],
)
def test_copies_are_kept_apart(template, draft, shape, key, copies):
    shape(draft)
    match = align(template, draft.read()).of(key)
    assert [draft.keys()[cell.index] for cell in match.copies] == copies


def test_what_was_moved_is_the_least_that_explains_the_order(template, draft):
    draft.move("layernorm", before="forward-text")
    draft.move("setup", before="title")
    alignment = align(template, draft.read())
    assert {match.template.id for match in alignment.moved} in ({"layernorm", "setup"},
                                                                {"layernorm", "title"})  # fmt: skip


def test_nothing_moved_where_nothing_did(template, draft):
    draft.drop("layernorm-text")
    draft["forward"]["source"] += draft["running"]["source"]
    draft.drop("running")
    assert align(template, draft.read()).moved == ()


def test_alignment_is_the_same_each_time(template, draft):
    another_edition(draft)
    data = draft.data()
    first, second = (align(template, read_notebook(data)) for _ in range(2))
    assert first == second
