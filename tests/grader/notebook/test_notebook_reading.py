"""Bytes of strangers become a document, or one line for the student; nothing else comes out."""

import json
import time
import warnings

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.core.errors import SubmissionError
from grader.notebook import read
from grader.notebook.read import MAX_BYTES, MAX_CELLS, MAX_SOURCE, MAX_TEXT, read_notebook


def bytes_of(*cells, **fields):
    content = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **fields}
    return json.dumps(content).encode()


def code(source="x = 1", **fields):
    empty = {"execution_count": None, "outputs": [], "metadata": {}}
    return {"cell_type": "code", "source": source, **empty, **fields}


def shown(*outputs):
    """Return the outputs of the only cell of a notebook."""
    return read_notebook(bytes_of(code(outputs=list(outputs)))).cells[0].outputs


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def assert_valid(document):
    nbformat.validate(nbformat.from_dict(document.raw))
    json.dumps(document.raw, ensure_ascii=False, allow_nan=False).encode()


DEEP = b"[" * 5_000 + b"]" * 5_000
UNREADABLE = {
    b"": "it is empty",
    b" \n\0": "it is empty",
    b"{": "it is damaged: no valid JSON at line 1, column 2",
    b'{"cells": [\n{]}': "it is damaged: no valid JSON at line 2, column 2",
    b"\x89PNG\r\n": "it is damaged: no valid JSON at line 1, column 1",
    b'{"cells": [' + b"1" * 5_000 + b"]}": "it is damaged: no valid JSON",
    b"[]": "it is JSON, but no Jupyter notebook: it has no cells",
    b"null": "it is JSON, but no Jupyter notebook: it has no cells",
    b'{"cells": {}}': "it is JSON, but no Jupyter notebook: it has no cells",
    b'{"nbformat": 4}': "it is JSON, but no Jupyter notebook: it has no cells",
    DEEP: "it is nested too deeply",
    b'{"cells": [], "metadata": ' + DEEP + b"}": "it is nested too deeply",
    b'{"nbformat": 5, "cells": []}': (
        "it is of format 5, which is newer than this grader reads (4)"
    ),
    b" " * (MAX_BYTES + 1): "it is larger than 20 MB",
    b"[" * 3_000_000: "it has too many parts",
}


@pytest.mark.parametrize(("data", "sentence"), UNREADABLE.items(), ids=range(len(UNREADABLE)))
def test_what_cannot_be_read_is_one_line(data, sentence):
    with pytest.raises(SubmissionError) as caught:
        read_notebook(data)
    assert str(caught.value) == sentence


def test_too_many_cells():
    read_notebook(bytes_of(*[code()] * MAX_CELLS))
    with pytest.raises(SubmissionError, match="more than 1,000 cells"):
        read_notebook(bytes_of(*[code()] * (MAX_CELLS + 1)))


OLD = {
    "nbformat": 3,
    "nbformat_minor": 0,
    "metadata": {"name": "hand-in"},
    "worksheets": [
        {
            "cells": [
                {"cell_type": "heading", "level": 2, "source": ["The way", "back"]},
                {"cell_type": "markdown", "source": ["one\n", "two"]},
                {
                    "cell_type": "code",
                    "input": ["a = 1", "print a"],
                    "prompt_number": 3,
                    "outputs": [
                        {"output_type": "stream", "stream": "stdout", "text": ["dx error: 1e-9\n"]},
                        {
                            "output_type": "pyout",
                            "prompt_number": 3,
                            "text": ["0.5"],
                            "png": "iVBO",
                        },
                        {
                            "output_type": "pyerr",
                            "ename": "NameError",
                            "evalue": "name 'q'",
                            "traceback": ["\x1b[31mno\x1b[0m"],
                        },
                    ],
                },
            ]
        },
        {"cells": [{"cell_type": "html", "source": "<b>x</b>"}, {}]},
    ],
}


def test_nbformat_3():
    document = read_notebook(json.dumps(OLD).encode())
    assert document.version == (3, 0)
    assert [(cell.kind, cell.source) for cell in document.cells] == [
        ("markdown", "## The way back"),
        ("markdown", "one\ntwo"),
        ("code", "a = 1\nprint a"),
        ("markdown", "<b>x</b>"),
        ("raw", ""),
    ]
    cell = document.cells[2]
    assert cell.execution_count == 3
    kinds = [(out.kind, out.name, out.text, out.has_image) for out in cell.outputs]
    assert kinds == [
        ("stream", "stdout", "dx error: 1e-9\n", False),
        ("result", "", "0.5", True),
        ("error", "", "no", False),
    ]
    assert (cell.outputs[2].ename, cell.outputs[2].evalue) == ("NameError", "name 'q'")
    assert_valid(document)


def test_nbformat_3_with_wrong_types():
    broken = json.loads(json.dumps(OLD))
    cell = broken["worksheets"][0]["cells"][2]
    cell.update(prompt_number={"a": 1}, outputs=[None, {}, {"output_type": 3}, *cell["outputs"]])
    cell["outputs"][3].update(text={"x": 1}, stream=["stderr"])
    cell["outputs"][4].update(json="{not json", png=[1])
    cell["outputs"][5].update(traceback="all in one", ename=None)
    broken["worksheets"][0]["cells"][0].update(level="two", source=None)
    broken["worksheets"] += [None, {"cells": 3}, 7]
    document = read_notebook(json.dumps(broken).encode())
    assert len(document.cells) == 5
    assert_valid(document)


@pytest.mark.parametrize("minor", [0, 1, 2, 4, 5, None, "x", 99])
def test_minors_of_nbformat_4(minor):
    document = read_notebook(bytes_of(code(), nbformat_minor=minor))
    assert [cell.source for cell in document.cells] == ["x = 1"]
    assert_valid(document)


def test_the_version_may_be_missing():
    assert read_notebook(b'{"cells": []}').version == (4, 0)


def test_made_ids_are_the_same_each_time_and_no_hint():
    data = bytes_of(code(), code("y"), nbformat_minor=4)
    first, second = read_notebook(data), read_notebook(data)
    assert first.raw == second.raw
    assert [(cell.id, cell.owns_id) for cell in first.cells] == [
        ("made-0000", False),
        ("made-0001", False),
    ]


def test_ids_that_are_repeated_invalid_or_ours():
    names = ["a", "a", "b", "with space", 7, "made-0003", "x" * 65]
    document = read_notebook(bytes_of(*[code(id=name) for name in names]))
    assert [cell.owns_id for cell in document.cells] == [0, 0, 1, 0, 0, 1, 0]
    ids = [cell.id for cell in document.cells]
    assert len(set(ids)) == len(ids)
    assert ids[0] == "a"
    assert document.notes == ("1 cells had an id that another cell has too",)
    assert_valid(document)


MENDED = [
    {},
    {"cell_type": "code"},
    {"cell_type": "code", "source": None, "outputs": None, "execution_count": "7"},
    {"cell_type": "code", "source": [1, "a\n", None, "b"], "outputs": {}, "metadata": 3},
    {"cell_type": "code", "execution_count": -1, "outputs": [[], 1, "x", {}, {"output_type": []}]},
    {"cell_type": "code", "execution_count": 10**40, "outputs": [{"output_type": "stream"}]},
    {"cell_type": "code", "outputs": [{"output_type": "error", "traceback": [1, None, "x"]}]},
    {"cell_type": "code", "outputs": [{"output_type": "execute_result", "data": {"a b": 1}}]},
    {"cell_type": "code", "outputs": [{"output_type": "display_data", "data": {"text/plain": 1}}]},
    {"cell_type": ["markdown"], "source": "x"},
    {"cell_type": "heading", "source": "x"},
    {"cell_type": "markdown", "source": "x", "attachments": {"p.png": {"image/png": "iVBO"}}},
    {"cell_type": "markdown", "source": "x", "attachments": {"p.png": 3}},
    {"cell_type": "markdown", "source": "x", "attachments": []},
    {"cell_type": "code", "metadata": {"tags": "skip", "collapsed": 3, "jupyter": []}},
    {"cell_type": "code", "metadata": {"grading": {"role": "king", "question": [1]}}},
]


@pytest.mark.parametrize("cell", MENDED, ids=range(len(MENDED)))
def test_a_cell_with_odd_fields_is_mended(cell):
    document = read_notebook(bytes_of(cell, code("after")))
    assert document.cells[1].source == "after"
    assert_valid(document)


def test_what_is_no_cell_is_left_out():
    assert len(read_notebook(bytes_of(None, [], "x", code())).cells) == 1


def test_source_as_list_of_strings():
    assert read_notebook(bytes_of(code(["a\n", "b"]))).cells[0].source == "a\nb"


def test_metadata_that_steers_an_execution_is_gone():
    cell = code(metadata={"tags": ["skip-execution", "raises-exception"], "trusted": True})
    spec = {"kernelspec": {"name": "evil", "display_name": "x", "argv": ["sh"]}, "widgets": {}}
    raw = read_notebook(bytes_of(cell, metadata=spec)).raw
    assert raw["cells"][0]["metadata"] == {}
    assert raw["metadata"] == {"kernelspec": {"name": "evil", "display_name": "x"}}


def test_role_and_question():
    grading = {"grading": {"role": "answer", "question": "weights", "more": 1}}
    cell = read_notebook(bytes_of(code(metadata=grading))).cells[0]
    assert (cell.role, cell.metadata_question) == ("answer", "weights")


@pytest.mark.parametrize(
    ("encoding", "mark"), [("utf-8", ""), ("utf-8", "\ufeff"), ("utf-16", ""), ("utf-32", "")]
)
def test_encodings(encoding, mark):
    text = mark + bytes_of(code("ä = '李'")).decode()
    assert read_notebook(text.encode(encoding)).cells[0].source == "ä = '李'"


def test_a_damaged_letter_is_no_reason_to_refuse():
    data = bytes_of(code("f")).replace(b'"f"', b'"f\xfc"')
    assert read_notebook(data).cells[0].source == "f\ufffd"


def test_lone_surrogates_do_not_get_out():
    lone = "\ud800x\udfff"
    cell = code(lone, outputs=[stream(lone), {"output_type": "display_data", "data": {
        "text/plain": lone, "application/json": {lone: [lone, float("inf")]}}}])  # fmt: skip
    document = read_notebook(bytes_of(cell))
    assert document.cells[0].source == "\ufffdx\ufffd"
    assert_valid(document)
    assert read_notebook(bytes_of(code("\ud83d\ude00"))).cells[0].source == "\U0001f600"


def test_terminal_codes_are_gone():
    [output] = shown(stream("\x1b[1;31mdx\x1b[0m \x1b]0;title\x07error\x1b(B: 1\x1b[2K\n"))
    assert output.text == "dx error: 1\n"


def test_a_progress_bar_is_read_at_its_end():
    [output] = shown(stream("10%\r50%\r100%\nloss: 1\r\nacc: 2\r\n"))
    assert output.text == "100%\nloss: 1\nacc: 2\n"


def test_pieces_of_a_stream_are_put_together():
    outputs = shown(stream("dx err"), stream("or: 1\n"), stream("w", "stderr"), stream("2"))
    assert [(out.name, out.text) for out in outputs] == [
        ("stdout", "dx error: 1\n"),
        ("stderr", "w"),
        ("stdout", "2"),
    ]


def test_of_long_output_the_beginning_and_the_end_are_kept():
    [output] = shown(stream("first: 1\n" + "x" * 10 * MAX_TEXT + "\nlast: 2\n"))
    assert output.text.startswith("first: 1\n")
    assert output.text.endswith("\nlast: 2\n")
    assert len(output.text) < MAX_TEXT + 100


def test_of_many_outputs_the_first_and_the_last_are_kept():
    names = ("stdout", "stderr")
    document = read_notebook(
        bytes_of(code(outputs=[stream(f"{n}", names[n % 2]) for n in range(999)]))
    )
    texts = [out.text for out in document.cells[0].outputs]
    assert (texts[0], texts[-1], len(texts)) == ("0", "998", read.MAX_OUTPUTS)
    assert len(document.notes) == 1


def test_a_long_source_is_cut_but_whole_in_raw():
    document = read_notebook(bytes_of(code("#" * (MAX_SOURCE + 5))))
    assert len(document.cells[0].source) == MAX_SOURCE
    assert len(document.raw["cells"][0]["source"]) == MAX_SOURCE + 5
    assert document.notes == ("cell 1 was read up to its 100,000th character",)


def test_what_an_error_says_is_safe_and_short():
    error = {"output_type": "error", "ename": "E\u202e", "evalue": "\x1b[31m" + "v" * 9_999}
    [output] = shown(error)
    assert output.ename == r"E\u202e"
    assert output.evalue == "v" * 500 + " …"


def test_no_warning_and_no_line_on_the_terminal(capfd):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for cell in MENDED:
            read_notebook(bytes_of(cell, {**cell, "id": "a"}, {**cell, "id": "a"}))
        read_notebook(json.dumps(OLD).encode())
    assert caught == []
    assert capfd.readouterr() == ("", "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["cell_type", "source", "outputs", "output_type", "text", "data", "text/plain", "id",
             "metadata", "input", "cells", "name", "level", "traceback", "attachments"]
        ),
        inner | st.sampled_from(["code", "markdown", "stream", "error", "pyout", "display_data"]),
        max_size=5,
    ),
    max_leaves=20,
)  # fmt: skip


@settings(derandomize=True, deadline=None, max_examples=150)
@given(cells=st.lists(JSON, max_size=4), old=st.booleans())
def test_whatever_stands_in_cells_is_read(cells, old):
    content = {"worksheets": [{"cells": cells}]} if old else {"cells": cells}
    assert_valid(read_notebook(json.dumps(content).encode()))


@pytest.mark.parametrize(
    "text",
    ["\x1b]" * 1_000_000, "\x1b[" * 1_000_000, "\r" * 3_000_000, "\x1b[0;" * 500_000],
    ids=["title", "code", "return", "digits"],
)
def test_hostile_output_takes_no_time(text):
    data = bytes_of(code(outputs=[stream(text)]))
    start = time.process_time()
    read_notebook(data)
    assert time.process_time() - start < 2
