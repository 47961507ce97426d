"""Known mistakes as values, their edits, and the one line that says what is wrong with them."""

import pytest

from grader.core.errors import ConfigurationError
from grader.core.misconception import Edit, Misconception, apply_edits

SOURCE = """def first(x):
    return x + 1


class Net:
    def loss(self, x):
        return x + 1

    def size(self):
        return 2
"""


def mistake(*edits, **fields):
    fields = {
        "id": "a-mistake",
        "title": "one is added where two should be",
        "equation": "Algorithm 1",
        "hint": "Count.",
        "costs": ("forward",),
        "edits": edits,
        **fields,
    }
    return Misconception(**fields)


def edited(*edits):
    return apply_edits({"a.py": SOURCE}, [mistake(*edits)])["a.py"]


def complaint(*edits):
    with pytest.raises(ConfigurationError) as error:
        edited(*edits)
    text = str(error.value)
    assert "\n" not in text
    return text


def test_an_edit_without_a_function_searches_the_file():
    assert edited(Edit("a.py", "return 2", "return 3")).endswith("return 3\n")


def test_an_edit_in_a_function_leaves_the_others_alone():
    assert edited(Edit("a.py", "x + 1", "x - 1", "first")) == SOURCE.replace("x + 1", "x - 1", 1)


def test_an_edit_in_a_method():
    changed = edited(Edit("a.py", "x + 1", "x - 1", "Net.loss"))
    assert changed.index("x - 1") > changed.index("x + 1")


def test_an_edit_in_a_class():
    changed = edited(Edit("a.py", "x + 1", "x - 1", "Net"))
    assert changed.index("x - 1") > changed.index("x + 1")


def test_later_edits_find_what_earlier_ones_left():
    changed = edited(
        Edit("a.py", "x + 1", "\n    x\n", "first"), Edit("a.py", "2", "3", "Net.size")
    )
    assert "return 3" in changed


def test_the_sources_stay_as_they_were():
    sources = {"a.py": SOURCE}
    apply_edits(sources, [mistake(Edit("a.py", "return 2", "return 3"))])
    assert sources == {"a.py": SOURCE}


def test_two_places():
    found = complaint(Edit("a.py", "x + 1", "x - 1"))
    assert found == "misconception 'a-mistake': 'x + 1' stands 2 times in a.py, not once"


def test_no_place():
    found = complaint(Edit("a.py", "x * 1", "x", "Net.loss"))
    place = "Net.loss of a.py"
    assert found == f"misconception 'a-mistake': 'x * 1' stands 0 times in {place}, not once"


def test_no_file():
    assert complaint(Edit("b.py", "x", "y")) == "misconception 'a-mistake': no file 'b.py'"


@pytest.mark.parametrize("inside", ["second", "Net.first", "loss"])
def test_no_function(inside):
    found = complaint(Edit("a.py", "x", "y", inside))
    assert found == f"misconception 'a-mistake': no one function '{inside}'"


def test_a_file_that_an_earlier_edit_broke():
    found = complaint(Edit("a.py", "def first(x):", "def first(:"), Edit("a.py", "x", "y", "first"))
    assert found == "misconception 'a-mistake': a.py does not parse where it is to be changed"


def test_mistakes_that_want_the_same_place():
    one = mistake(Edit("a.py", "return 2", "return 3"))
    two = mistake(Edit("a.py", "return 2", "return 4"), id="another")
    with pytest.raises(ConfigurationError, match="'another': 'return 2' stands 0 times"):
        apply_edits({"a.py": SOURCE}, [one, two])


@pytest.mark.parametrize("name", ["Upper", "two words", "under_score", "-dash", "a-", "a--b", ""])
def test_ids_are_lower_case_words(name):
    with pytest.raises(ConfigurationError, match="use lower-case words and hyphens"):
        mistake(Edit("a.py", "2", "3"), id=name)


@pytest.mark.parametrize("field", ["title", "equation", "hint", "costs", "edits"])
def test_every_field_is_needed(field):
    with pytest.raises(ConfigurationError, match=f"^misconception 'a-mistake' has no {field}$"):
        mistake(Edit("a.py", "2", "3"), **{field: ()})
