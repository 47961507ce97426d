"""The thresholds of the alignment keep a margin to both sides.

Measured between two editions of the courses' own notebooks: the same code is 0.76 to 0.96 alike
(0.43 to 0.52 where one edition wrote it anew), the same text 0.46 to 1, a question put in other
words 0.26. Siblings are no less alike than that: the check of layer norm is 0.75 to 0.89 like that
of batch norm, other pairs that were written by copying 0.5 to 0.7, all others below 0.5. So no
threshold can tell a sibling from an edited cell; what does is that the best pair goes first and
each cell is given once. Only where a cell is gone and its sibling stands there twice, and edited,
would the sibling be taken for it.
"""

from itertools import product

import pytest

from grader.notebook import pairing
from grader.notebook.likeness import Likeness, _features, tokens_of


def likeness(template, student):
    """Return ({key: likeness to its own}, {(key, other): likeness to others}) by kind."""
    found = Likeness(template.cells, student.cells)
    own, others = {}, {}
    for row, column in product(template.cells, student.cells):
        if row.kind == column.kind and not {row.role, column.role} & {"answer", "free"}:
            value = found.dice(row.index, column.index)
            target = own if row.id == column.id else others
            target[row.id if row.id == column.id else (row.id, column.id)] = value
    return own, others


@pytest.fixture
def revised(draft):
    """A hand-in with much that a student or another edition changes, ids kept to tell."""
    for key in ("forward", "running", "backward", "alternative", "layernorm"):
        text = draft[key]["source"].replace("batchnorm_", "layers.batchnorm_")
        text = text.replace("rng.normal", "np.random.randn").replace("upstream", "dout")
        draft[key]["source"] = text.replace("print(", "print('->', ")
    draft.rewrite("setup", ("course", "cs682"), ("field_error", "rel_error"), ("along", "axis"))
    draft.rewrite("network", ("decay", "reg"), ("numeric", "grad_num"), ("inputs", "X"))
    return draft


def test_what_belongs_together_is_alike_enough(template, revised):
    own, _ = likeness(template, revised.read())
    lowest = min(value for key, value in own.items() if key != "data")
    assert lowest > pairing.BARS[-1]
    assert lowest > 2 * pairing.ALIKE_WITH_ID


def test_what_does_not_belong_together_is_not(template, revised):
    _, others = likeness(template, revised.read())
    twins = {("backward", "layernorm"), ("layernorm", "backward")}
    assert max(value for key, value in others.items() if key not in twins) < 0.5
    assert min(others[key] for key in twins) > pairing.BARS[-1]  # why the best pair goes first


def test_the_context_alone_pairs_nothing():
    assert pairing.BARS[-1] >= pairing.ALIKE_AT_ALL + pairing.CONTEXT
    assert pairing.BARS[-1] > pairing.CONTEXT


def test_what_few_cells_have_counts_more(template):
    """The twins differ in a few names, which hardly any other cell has."""
    found = Likeness(template.cells, template.cells)
    row, column = (
        next(c.index for c in template.cells if c.id == key) for key in ("backward", "layernorm")
    )
    a, b = (_features(tokens_of(template.cells[n])) for n in (row, column))
    assert found.dice(row, column) < 2 * len(a & b) / (len(a) + len(b)) - 0.01
