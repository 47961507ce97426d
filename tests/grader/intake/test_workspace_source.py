"""Source text as students' editors save it; what cannot be used is said in one sentence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.intake.workspace import (
    MAX_SOURCE_BYTES,
    MAX_SOURCES_BYTES,
    decode_source,
    make_workspace,
)

GIVEN = {"gradient_check.py": b"given = 1\n"}
SENTENCES = ("is larger than", "is saved as UTF-16", "is not saved as UTF-8", "contains NUL bytes")


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"", ""),
        (b"x = 1\n", "x = 1\n"),
        ("s = 'äöü李🙂'\n".encode(), "s = 'äöü李🙂'\n"),
        (b"\xef\xbb\xbfx = 1\n", "x = 1\n"),
        (b"x = 1\r\ny = 2\r\n", "x = 1\ny = 2\n"),
        (b"x = 1\ry = 2\r", "x = 1\ny = 2\n"),
        (b"\xef\xbb\xbfx = 1\r\n", "x = 1\n"),
        ("# -*- coding: latin-1 -*-\ns = 'é'\n".encode("latin-1"), None),
        ("#!/usr/bin/python\n# coding: cp1252\ns = '€'\n".encode("cp1252"), None),
        ("# coding: gbk\ns = '层'\n".encode("gbk"), None),
        (b"# coding: utf8\nx = 1", "# coding: utf8\nx = 1"),
        (b"x = 1\x0c\n", "x = 1\x0c\n"),
    ],
)
def test_decoded(content, text):
    decoded = decode_source(content)
    if text is not None:
        assert decoded == text
    else:
        assert decoded.splitlines()[-1] in {"s = 'é'", "s = '€'", "s = '层'"}
    compile(decoded, "layers.py", "exec")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("x = 1\n".encode("utf-16"), "is saved as UTF-16; save it as UTF-8"),
        (b"\xfe\xff" + "x = 1\n".encode("utf-16-be"), "is saved as UTF-16; save it as UTF-8"),
        ("s = 'é'\n".encode("latin-1"), "is not saved as UTF-8"),
        (b"x = 1\n" * 10 + b"# \xff\n", "is not saved as UTF-8"),
        (b"# coding: no-such-code\nx = 1\n", "is not saved as UTF-8"),
        (b"# coding: rot13\nk = 1\n", "is not saved as UTF-8"),
        (b"# coding: undefined\nx = 1\n", "is not saved as UTF-8"),
        (b"\xef\xbb\xbf# coding: latin-1\nx = 1\n", "is not saved as UTF-8"),
        (b"x = 1\0\n", "contains NUL bytes; it is not a text file"),
        ("x = 1\n".encode("utf-16-le"), "contains NUL bytes; it is not a text file"),
        (b"#" * (MAX_SOURCE_BYTES + 1), "is larger than 1 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_refused(content, sentence):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the sentence is compared below
        decode_source(content)
    assert str(caught.value) == sentence


def test_source_at_the_cap_is_read():
    assert len(decode_source(b"#" * MAX_SOURCE_BYTES)) == MAX_SOURCE_BYTES


@settings(derandomize=True, deadline=None, max_examples=300)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\xef\xbb\xbf", b"\xff\xfe", b"# coding:"]))
def test_any_bytes_are_text_or_one_of_the_sentences(content, start):
    try:
        text, why = decode_source(start + content), SENTENCES[0]
    except ValueError as error:
        text, why = "", str(error)
    assert why.startswith(SENTENCES)
    assert "\r" not in text
    assert "\0" not in text


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("x = 1\n".encode("utf-16"), "is saved as UTF-16; save it as UTF-8"),
        (b"\0", "contains NUL bytes; it is not a text file"),
        (b"\xff", "is not saved as UTF-8"),
        (b"#" * (MAX_SOURCE_BYTES + 1), "is larger than 1 MB"),
    ],
    ids=["UTF-16", "NUL", "not UTF-8", "too large"],
)
def test_a_file_of_the_assignment_that_cannot_be_used(assignment, content, why):
    workspace = make_workspace(assignment, {"cs231n/layers.py": content}, GIVEN)
    assert workspace.unusable == {"layers.py": f"cs231n/layers.py {why}"}
    assert workspace.located["layers.py"] == "cs231n/layers.py"
    assert "cs231n/layers.py" not in workspace.sources
    assert [f.origin for f in workspace.files if f.path == "cs231n/layers.py"] == ["student"]


def test_another_file_that_cannot_be_used_costs_nothing(assignment):
    files = {"layers.py": b"x = 1\n", "notes.py": b"\xff\xfe"}
    workspace = make_workspace(assignment, files, GIVEN)
    assert workspace.unusable == {}
    assert set(workspace.sources) == {"layers.py", "gradient_check.py"}
    assert workspace.notes == [
        "notes.py was left out: it is saved as UTF-16; save it as UTF-8"
    ]  # fmt: skip


def test_a_broken_own_copy_of_a_given_file_is_not_replaced(assignment):
    files = {"layers.py": b"x = 1\n", "gradient_check.py": b"\xff\xfe"}
    workspace = make_workspace(assignment, files, GIVEN)
    assert set(workspace.unusable) == {"gradient_check.py"}
    assert "gradient_check.py" not in workspace.sources


def clutter(count):
    return {f"env/lib/{n:02}.py": b"#" * MAX_SOURCE_BYTES for n in range(count)}


def test_all_sources_together_are_capped(assignment):
    files = {"layers.py": b"x = 1\n", **clutter(12)}
    workspace = make_workspace(assignment, files, GIVEN)
    assert sum(map(len, workspace.sources.values())) <= MAX_SOURCES_BYTES
    assert workspace.sources["layers.py"] == "x = 1\n"
    assert any("exceeds 8 MB of source in all" in note for note in workspace.notes)


def test_other_files_do_not_crowd_out_those_of_the_assignment(assignment):
    # A hand-in with a whole environment in it, which sorts before layers.py.
    files = {**clutter(9), "layers.py": b"x = 1\n"}
    workspace = make_workspace(assignment, files, GIVEN)
    assert workspace.unusable == {}
    assert workspace.sources["layers.py"] == "x = 1\n"
