"""Which parameters a function in C may have, and where its arguments come from."""

from __future__ import annotations

import pytest

from grader.catalog import parse_assignment
from grader.core.c_language import (
    Binding,
    Definition,
    Parameter,
    bind,
    parse_parameter,
)
from grader.core.errors import ConfigurationError
from tests.grader import toys

OWN = ["matrix d", "matrix v", "int groups"]
SPATIAL = ["matrix d", "matrix v", "int spatial"]
PLAIN = ["matrix d", "matrix v"]
TYPES = ("matrix", "matrix", "int")


def defined(*parameters: str, result: str = "matrix") -> Definition:
    return Definition(tuple(map(parse_parameter, parameters)), result)


def bound(found: Definition, words: set[str] | None = None) -> Binding | None:
    return bind([OWN, SPATIAL, PLAIN], "matrix", {"spatial": "groups"}, found, words or set())


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("matrix x", Parameter("matrix", "x")),
        ("float *x", Parameter("float *", "x")),
        ("unsigned int n", Parameter("unsigned int", "n")),
        ("float *", Parameter("float *")),
        ("int", Parameter("int")),
    ],
)
def test_a_parameter(text, parameter):
    assert parse_parameter(text) == parameter


def test_its_own_parameters_come_as_they_are():
    assert bound(defined(*OWN)) == Binding(TYPES, "matrix", (0, 1, 2))


def test_a_parameter_of_another_edition_is_computed():
    assert bound(defined(*SPATIAL)) == Binding(TYPES, "matrix", (0, 1, (0, 2)))


def test_a_parameter_that_is_left_out():
    assert bound(defined(*PLAIN)) == Binding(TYPES[:2], "matrix", (0, 1))


def test_where_a_name_says_nothing_the_other_functions_do():
    found = defined("matrix a", "matrix b", "int n")
    assert bound(found, {"spatial", "n"}).sources == (0, 1, (0, 2))
    assert bound(found, {"groups", "n"}).sources == (0, 1, 2)
    assert bound(found, {"n"}).sources == (0, 1, 2)


@pytest.mark.parametrize(
    "found",
    [
        defined("matrix d"),
        defined("matrix d", "int groups", "matrix v"),
        defined("matrix d", "matrix v", "float groups"),
        defined("matrix d", "matrix v", "int *groups"),
        defined(*OWN, result="void"),
    ],
)
def test_what_fits_none_is_not_called(found):
    assert bound(found) is None


STRUCT = toys.table("c.structs.matrix", rows="int", cols="int", data="float *")


def parse(function: str, c: str = "[c]\n" + STRUCT) -> None:
    tables = (c, toys.file("sums.c"), function, toys.criterion("adds", 1))
    parse_assignment(toys.rubric("Sums", *tables), "sums")


def in_c(**keys: object) -> str:
    wanted = {"parameters": ["matrix x"], "result": "matrix", **keys}
    return toys.function("add", "total", file="sums.c", **wanted)


def test_a_function_in_c():
    parse(in_c())


@pytest.mark.parametrize(
    ("function", "complaint"),
    [
        (in_c(parameters=[]), "needs `parameters`"),
        (in_c(result="tensor"), "unknown result 'tensor'"),
        (in_c(parameters=["tensor x"]), "'tensor x' is no parameter"),
        (in_c(parameters=["matrix"]), "'matrix' is no parameter"),
        (in_c(dialects=[["int spatial"]]), "'spatial' is no parameter of its own"),
        (toys.function("add", "total", file="sums.c"), "needs `parameters`"),
    ],
)
def test_what_cannot_be_called_is_refused(function, complaint):
    with pytest.raises(ConfigurationError, match=complaint):
        parse(function)


@pytest.mark.parametrize(
    ("c", "complaint"),
    [
        ("", "there is no"),
        (toys.table("c.structs.matrix", rows="int"), "needs rows, cols, data"),
        (
            toys.table("c.structs.matrix", rows="int", cols="int", data="char *"),
            "unknown type 'char",
        ),
        (toys.table("c", build_seconds=0), "must be above 0"),
    ],
)
def test_a_language_that_contradicts_itself_is_refused(c, complaint):
    with pytest.raises(ConfigurationError, match=complaint):
        parse(in_c(), c)
