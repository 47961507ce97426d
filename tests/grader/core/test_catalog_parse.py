"""An assignment.toml that says something unknown or impossible is refused in one line."""

import re

import pytest

from grader.catalog import parse_assignment
from grader.core.errors import ConfigurationError

GOOD = """\
title = "Batch norm"
version = "1.0"

[limits]
call_seconds = 4.0

[imports]
packages = ["cs231n"]

[[files]]
path = "layers.py"

[[files]]
path = "gradient_check.py"
role = "given"

[[functions]]
name = "forward"
file = "layers.py"
returns = ["out", "cache"]
keep = ["cache"]

[[criteria]]
id = "fwd"
title = "Forward"
points = 12

[[criteria]]
id = "extra"
title = "Extra"
points = 2.5
bonus = true
combine = "share"
"""


def complaint(old, new, text=GOOD):
    """Return the complaint about GOOD with one piece replaced; it must be one line."""
    assert text.count(old) >= 1
    with pytest.raises(ConfigurationError) as caught:
        parse_assignment(text.replace(old, new, 1), "batchnorm")
    message = str(caught.value)
    assert message
    assert len(message.splitlines()) == 1
    return message


def test_good_one():
    made = parse_assignment(GOOD, "batchnorm")
    assert (made.slug, made.title, made.possible) == ("batchnorm", "Batch norm", 12.0)
    assert [file.role for file in made.files] == ["student", "given"]
    assert (made.limits.call_seconds, made.limits.load_seconds) == (4.0, 10.0)
    assert made.functions[0].keep == ["cache"]
    assert (made.criteria[1].bonus, made.criteria[1].combine) == (True, "share")


@pytest.mark.parametrize(
    ("key", "typo", "place"),
    [
        ("title", "titel", ""),
        ("[limits]", "[limit]", ""),
        ("[[criteria]]", "[[criterion]]", ""),
        ("call_seconds", "call_second", "[limits]"),
        ("packages", "package", "[imports]"),
        ("path", "pathh", "[[files]] number 1"),
        ("role", "roll", "[[files]] number 2"),
        ("returns", "return", "[[functions]] number 1"),
        ("points = 12", "point = 12", "[[criteria]] number 1"),
        ("bonus", "bonsu", "[[criteria]] number 2"),
    ],
)
def test_a_typo_is_named_with_place_and_suggestion(key, typo, place):
    message = complaint(key, typo)
    wrong, right = (re.search(r"\w+", text)[0] for text in (typo, key))
    where = f" in {place}" if place else ""
    assert message == f"unknown key {wrong!r}{where}; did you mean {right!r}?"


def test_a_key_like_no_other_gets_no_suggestion():
    assert complaint("bonus", "zzz") == "unknown key 'zzz' in [[criteria]] number 2"


def test_the_slug_is_the_folder_and_never_suggested():
    assert "unknown key 'slug'" in complaint("version", 'slug = "x"\nversion')
    assert "did you mean" not in complaint("version", 'slugg = "x"\nversion')


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('"1.0"', "1.0", "version"),
        ("4.0", '"4"', "limits.call_seconds"),
        ('["cs231n"]', '"cs231n"', "imports.packages"),
        ("points = 12", 'points = "12"', "criteria[0].points"),
        ("points = 2.5", "points = true", "criteria[1].points"),
        ("bonus = true", "bonus = 1", "criteria[1].bonus"),
        ('combine = "share"', 'combine = "shared"', "criteria[1].combine"),
        ('role = "given"', 'role = "gift"', "files[1].role"),
        ('["out", "cache"]', '["out", 1]', "functions[0].returns[1]"),
        ("[limits]\ncall_seconds = 4.0", "limits = 4", "limits"),
        ("[limits]\n", "[[limits]]\n", "limits"),
    ],
)
def test_a_wrong_type_is_named_with_its_place(old, new, place):
    assert f"$.{place}`" in complaint(old, new)


def test_one_table_where_a_list_belongs():
    text = GOOD.partition("[[criteria]]")[0] + "[criteria]\n"
    with pytest.raises(ConfigurationError, match=r"array.*\$\.criteria"):
        parse_assignment(text, "batchnorm")


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ('title = "Batch norm"\n', "title"),
        ('version = "1.0"\n', "version"),
        ('path = "layers.py"\n', "path"),
        ('name = "forward"\n', "name"),
        ('file = "layers.py"\n', "file"),
        ('returns = ["out", "cache"]\n', "returns"),
        ('id = "fwd"\n', "id"),
        ("points = 12\n", "points"),
    ],
)
def test_a_missing_key_is_named(line, key):
    assert f"missing required field `{key}`" in complaint(line, "")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('title = "Batch norm"', "title = Batch norm"),
        ('title = "Batch norm"', 'title = "Batch norm'),
        ("[limits]", "[limits"),
        ('version = "1.0"', 'version = "1.0"\nversion = "1.1"'),
        ("points = 12", "points = = 12"),
    ],
)
def test_a_syntax_error_names_its_line(old, new):
    assert re.search(r"at line \d+", complaint(old, new))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("points = 12", "points = 0", "criterion 'fwd': points must be above 0"),
        ("points = 12", "points = inf", "criterion 'fwd': points must be"),
        ('id = "extra"', 'id = "fwd"', "criterion 'fwd' stands twice"),
        ('file = "layers.py"', 'file = "nets.py"', "'nets.py', which is not in [[files]]"),
        ("call_seconds = 4.0", "call_seconds = 0", "limits.call_seconds must be above 0"),
        ('keep = ["cache"]', 'keep = ["dx"]', "keeps ['dx'], which it does not return"),
    ],
)
def test_contradictions_keep_their_words(old, new, words):
    assert words in complaint(old, new)


def test_an_empty_file_is_refused():
    with pytest.raises(ConfigurationError, match="missing required field"):
        parse_assignment("", "batchnorm")
