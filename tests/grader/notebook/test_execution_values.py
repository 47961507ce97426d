"""What needs no kernel: modes, limits, the count of outputs, the forms of messages."""

from __future__ import annotations

import nbformat
import pytest

from grader.notebook.execution import Mode, NotebookLimits, should_execute
from grader.notebook.outputs import Ledger, storable, well_formed


def notebook(*cells):
    return nbformat.v4.new_notebook(cells=list(cells))


def code(source="1", **kwargs):
    return nbformat.v4.new_code_cell(source, **kwargs)


SHOWN = nbformat.v4.new_output("stream", text="1")


@pytest.mark.parametrize(
    ("cells", "missing"),
    [
        ([], False),
        ([code(execution_count=1)], False),
        ([code(outputs=[SHOWN])], False),
        ([code(execution_count=1), code()], True),
        ([code(execution_count=1), code("  \n")], False),
        ([nbformat.v4.new_markdown_cell("words")], False),
    ],
)
def test_missing_means_a_code_cell_that_never_ran(cells, missing):
    assert should_execute(Mode.MISSING, notebook(*cells)) is missing
    assert should_execute(Mode.ALWAYS, notebook(*cells)) is True
    assert should_execute(Mode.NEVER, notebook(*cells)) is False


def test_source_may_be_a_list_of_lines():
    cell = {"cell_type": "code", "source": ["x = 1\n"], "outputs": [], "execution_count": None}
    assert should_execute(Mode.MISSING, {"cells": [cell]})


@pytest.mark.parametrize("name", vars(NotebookLimits()))
def test_a_limit_is_positive(name):
    with pytest.raises(ValueError, match=name):
        NotebookLimits(**{name: 0})


def message(kind, **content):
    return {"msg_type": kind, "header": {"msg_type": kind}, "content": content}


@pytest.mark.parametrize(
    "good",
    [
        message("stream", name="stdout", text="x"),
        message("display_data", data={"image/png": "iVBO"}, metadata={}),
        message("execute_result", data={"application/json": [1]}, execution_count=3),
        message("error", ename="E", evalue="v", traceback=["line"]),
        message("status", execution_state="idle"),
        message("clear_output", wait=True),
    ],
)
def test_what_kernels_send_is_well_formed(good):
    assert well_formed(good)


@pytest.mark.parametrize(
    "bad",
    [
        message("stream", name="stdlog", text="x"),
        message("stream", name="stdout", text=["x"]),
        message("display_data", data=["image/png"]),
        message("display_data", data={"image/png": ["iVBO"]}),
        message("display_data", data={}, metadata=[]),
        message("display_data", data={}, transient=7),
        message("display_data", data={}, transient={"display_id": []}),
        message("execute_result", data={}, execution_count="3"),
        message("error", ename="E", evalue="v", traceback="line"),
        message("error", ename=None, evalue="v", traceback=[]),
        message("status", execution_state="done"),
        message("comm_open", data={}, comm_id="1"),
        message("unheard_of"),
        {"msg_type": "stream", "header": {"msg_type": "error"}, "content": {}},
        {"msg_type": "stream", "header": {"msg_type": "stream"}, "content": "text"},
    ],
)
def test_what_else_arrives_is_not(bad):
    assert not well_formed(bad)


def test_text_is_cut_at_its_bound_and_nothing_follows():
    ledger = Ledger(NotebookLimits(cell_text_bytes=10))
    messages = [message("stream", name="stdout", text="1234567") for _ in range(3)]
    assert [ledger.admits(m) for m in messages] == [True, True, False]
    assert "".join(m["content"]["text"] for m in messages[:2]) == "1234567123"
    assert "of text" in ledger.cut


def test_each_cell_is_counted_anew_and_the_notebook_throughout():
    ledger = Ledger(NotebookLimits(cell_text_bytes=1000, total_output_bytes=1500))
    for admitted in (True, False):
        ledger.start_cell()
        assert (
            ledger.admits(message("error", ename="E", evalue="v" * 900, traceback=[])) is admitted
        )
    assert "as a whole" in ledger.cut


def test_metadata_counts_and_the_kernels_marks_are_taken_out():
    ledger = Ledger(NotebookLimits(cell_text_bytes=100))
    marked = message("display_data", data={}, metadata={"grader": {"refused": "!ls"}, "a": "b"})
    assert ledger.admits(marked)
    assert ledger.refused == ["!ls"]
    assert marked["content"]["metadata"] == {"a": "b"}
    assert not ledger.admits(message("display_data", data={}, metadata={"a": "b" * 200}))


def test_lone_surrogates_are_replaced():
    assert storable({"text": ["\ud800x", 1]}) == {"text": ["?x", 1]}
