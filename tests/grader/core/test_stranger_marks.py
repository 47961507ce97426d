"""What nobody sees, what piles up, and what a CI obeys is made visible or harmless."""

import pytest

from grader.core.text import no_command, visible


@pytest.mark.parametrize("character", ["\u3164", "\u115f", "\uffa0", "\u034f", "\u2800", "\ufe00"])
def test_letters_that_nobody_sees_are_escaped(character):
    assert visible(f"a{character}b") == f"a\\u{ord(character):04x}b"


def test_marks_do_not_pile_up():
    shown = visible("Z" + "\u0301" * 50)
    assert shown == "Z" + "\u0301" * 6 + "\\u0301" * 44
    assert visible("Ệ".encode().decode()) == "Ệ"
    assert visible("❤\ufe0f") == "❤\ufe0f"


@pytest.mark.parametrize(
    ("line", "harmless"),
    [
        ("::error file=a::b", ": :error file=a::b"),
        ("  ::add-mask::x", "  : :add-mask::x"),
        ("one\n::error::two", "one\n: :error::two"),
        ("a ##[error]b", "a # #[error]b"),
        ("##vso[task.complete]", "# #vso[task.complete]"),
    ],
)
def test_no_line_is_a_command(line, harmless):
    assert no_command(line) == harmless


@pytest.mark.parametrize("line", ["ann: 87 / 100", "a::b", "## Heading", "[1/10] ann: 3", "x[::2]"])
def test_ordinary_lines_stay(line):
    assert no_command(line) == line
