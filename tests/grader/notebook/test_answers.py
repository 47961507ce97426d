"""Written answers are found where students write them; what the template left is no answer."""

import pytest

from grader.notebook.align import align
from grader.notebook.answers import answers
from grader.notebook.prose import after_marker, is_placeholder, text_of_code

TEXT = "Small batches give noisy means, so the layer learns $\\gamma$ badly."


def answer(template, draft, question="batch"):
    found = {entry.question: entry for entry in answers(align(template, draft.read()))}
    assert list(found) == ["weights", "batch", "own"]
    return found[question]


def in_its_cell(draft):
    draft["a2"]["source"] = TEXT


def below_the_marker(draft):
    draft["a2"]["source"] = f"**Answer:**\n\n{TEXT}"


def beside_what_the_template_says(draft):
    draft["a2"]["source"] += f" {TEXT}"


def question_repeated(draft):
    draft["a2"]["source"] = draft["q2"]["source"] + "\n\n" + TEXT


def in_a_comment(draft):
    draft["a2"].update(cell_type="code", source=f"# {TEXT}", outputs=[])


def in_a_string(draft):
    draft["a2"].update(cell_type="code", source=f'print("""{TEXT}""")', outputs=[])


def as_prose_in_a_code_cell(draft):
    draft["a2"].update(cell_type="code", source=TEXT, outputs=[])


def in_a_raw_cell(draft):
    draft["a2"].update(cell_type="raw", source=TEXT)


def in_a_cell_of_another_id(draft):
    draft.drop("a2")
    draft.add("q2", "mine", "markdown", TEXT)


def in_a_new_cell_under_the_placeholder(draft):
    draft.add("a2", "mine", "markdown", TEXT)


def between_question_and_placeholder(draft):
    draft.add("q2", "mine", "markdown", TEXT)


def in_a_new_cell_with_a_comment(draft):
    draft.drop("a2")
    draft.strip_ids()
    draft.add("q2", "mine", "code", f"# {TEXT}")


def under_a_heading_of_its_own(draft):
    draft.add("a2", "mine", "markdown", f"## Answer:\n{TEXT}")


def in_the_question(draft):
    draft["q2"]["source"] += f"\n\n{TEXT}"


def in_the_question_without_ids(draft):
    draft.drop("a2")
    draft.strip_ids()
    draft.strip_metadata()
    draft["q2"]["source"] += f"\n{TEXT}"


def in_the_question_after_a_marker(draft):
    draft.drop("a2")
    draft["q2"]["source"] += f"\n\n### Answer:\n{TEXT}"


def in_the_question_of_another_edition(draft):
    draft.drop("a2")
    draft.strip_ids()
    draft["q2"]["source"] = (
        "# Question\nDoes the size of a batch limit batch normalization, and why does layer "
        f"normalization care less or more about it?\n# Answer:\n{TEXT}"
    )


IN_ITS_CELL = [
    in_its_cell, below_the_marker, beside_what_the_template_says, question_repeated, in_a_comment,
    in_a_string, as_prose_in_a_code_cell, in_a_raw_cell,
]  # fmt: skip
IN_A_NEW_CELL = [
    in_a_cell_of_another_id, in_a_new_cell_under_the_placeholder, between_question_and_placeholder,
    in_a_new_cell_with_a_comment, under_a_heading_of_its_own,
]  # fmt: skip
IN_THE_QUESTION = [
    in_the_question, in_the_question_without_ids, in_the_question_after_a_marker,
    in_the_question_of_another_edition,
]  # fmt: skip
WAYS = (
    [(way, "own cell") for way in IN_ITS_CELL]
    + [(way, "new cell") for way in IN_A_NEW_CELL]
    + [(way, "question cell") for way in IN_THE_QUESTION]
)


@pytest.mark.parametrize(("way", "place"), WAYS, ids=lambda way: getattr(way, "__name__", None))
def test_an_answer_is_found(template, blank_draft, way, place):
    way(blank_draft)
    found = answer(template, blank_draft)
    assert (found.text, found.place, found.blank) == (TEXT, place, False)


@pytest.mark.parametrize(("way", "place"), WAYS, ids=lambda way: getattr(way, "__name__", None))
def test_other_questions_stay_blank(template, blank_draft, way, place):
    way(blank_draft)
    for question in ("weights", "own"):
        found = answer(template, blank_draft, question)
        assert (found.text, found.blank, found.place) == ("", True, "nowhere"), place


def untouched(draft):
    pass


def emptied(draft):
    draft["a2"]["source"] = ""


def white(draft):
    draft["a2"]["source"] = " \n\t\n\u00a0"


def only_the_word(draft):
    draft["a2"]["source"] = "## Answer:"


def another_placeholder(draft):
    draft["a2"]["source"] = "**Your answer:**\n\n[FILL THIS IN]\n\n---\n"


def only_the_question(draft):
    draft["a2"]["source"] = draft["q2"]["source"]


def gone(draft):
    draft.drop("a2")


def question_gone_too(draft):
    draft.drop("q2", "a2")


def todo(draft):
    draft["a2"].update(cell_type="code", source="# TODO\npass")
    draft["a2"]["source"] = "# TODO"


def a_section_follows(draft):
    draft.add("a2", "more", "markdown", "# My notes\nwhich answer nothing")


def an_experiment_follows(draft):
    draft.add("a2", "more", "code", "print(batchnorm_forward(x, 1, 0, {})) # look")


def asked_in_other_words(draft):
    draft.strip_ids()
    draft["q2"]["source"] = (
        "**Inline question.** How does the size of a batch limit batch normalization? Explain "
        "also: is there a way round, and why does layer normalization have no such trouble?"
    )


@pytest.mark.parametrize(
    "way",
    [untouched, emptied, white, only_the_word, another_placeholder, only_the_question, gone,
     question_gone_too, todo, a_section_follows, an_experiment_follows, asked_in_other_words],
    ids=lambda way: way.__name__,
)  # fmt: skip
def test_a_blank_is_a_blank(template, blank_draft, way):
    way(blank_draft)
    found = answer(template, blank_draft)
    assert (found.text, found.blank) == ("", True)


def test_every_answer_of_a_finished_notebook(template, draft, written):
    found = {entry.question: entry.text for entry in answers(align(template, draft.read()))}
    assert found == {"weights": written["a1"], "batch": written["a2"], "own": written["a3"]}


def test_one_of_three_equal_placeholders_is_filled(template, draft, source_of, written):
    """Without ids, what was left untouched is not taken for the one that was filled."""
    draft.strip_ids()
    draft["a1"]["source"] = draft["a3"]["source"] = source_of["a1"]
    blanks = [entry.blank for entry in answers(align(template, draft.read()))]
    assert blanks == [True, False, True]
    draft["a2"]["source"], draft["a3"]["source"] = source_of["a1"], written["a3"]
    blanks = [entry.blank for entry in answers(align(template, draft.read()))]
    assert blanks == [True, True, False]


def test_an_answer_in_two_cells_is_one(template, draft, written):
    draft.add("a2", "more", "markdown", "And the running averages suffer.")
    found = answer(template, draft)
    assert found.text == written["a2"] + "\n\nAnd the running averages suffer."
    assert [draft.keys()[cell.index] for cell in found.cells] == ["a2", "more"]


def test_the_prompt_is_the_template_s(template, draft, source_of):
    draft["q2"]["source"] = "Write ten points."
    assert answer(template, draft).prompt == source_of["q2"]


def test_an_answer_is_safe_to_show(template, draft):
    draft["a2"]["source"] = "\u202eevil\x1b[2J \ud800 李雷\n$x_1$"
    assert answer(template, draft).text == "\\u202eevil\\x1b[2J \ufffd 李雷\n$x_1$"


def test_a_long_answer_is_cut(template, draft):
    draft["a2"]["source"] = "why " * 20_000
    assert len(answer(template, draft).text) < 20_010


def test_a_photo_is_an_answer(template, blank_draft):
    blank_draft["a2"]["source"] = "![](attachment:page.png)"
    assert not answer(template, blank_draft).blank


@pytest.mark.parametrize(
    "line",
    ["", "  ", "---", "**Answer:**", "Answer", "# Answer:", "*Your answer:* ", "Answer 2:",
     "[FILL THIS IN]", "_Type your answer here_", "TODO", "Answer: TODO", "Your answer here.",
     "double-click to edit", "write your solution below", "My answer:"],
)  # fmt: skip
def test_placeholders(line):
    assert is_placeholder(line)


@pytest.mark.parametrize(
    "line",
    ["no", "Answers vary.", "Answer: no", "1.", "The answer is here", "todo lists are long",
     "Write speed is what matters", "Solution by hand", "😀", "a" * 500],
)  # fmt: skip
def test_no_placeholders(line):
    assert not is_placeholder(line)


@pytest.mark.parametrize(
    ("line", "rest"),
    [("**Answer:** $x$", "$x$"), ("Answer: -1", "-1"), ("# My answer: a", "a"), ("Answer", ""),
     ("Answer\uff1a是", "是"), ("An answer: x", None), ("Answers vary: x", None)],
)  # fmt: skip
def test_what_follows_the_marker(line, rest):
    assert after_marker(line) == rest


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("# one\n# two", "one\ntwo"),
        ('"""one\ntwo"""', "one\ntwo"),
        ("print('one')  # two", "one\ntwo"),
        ("", ""),
        ("x = 1  # one", None),
        ("print(x)", None),
        ("'unfinished", None),
        ("(((", None),
        ("  x\n y", None),
    ],
)
def test_text_of_code(source, text):
    assert text_of_code(source) == text
