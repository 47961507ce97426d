"""Where a small change fits into a source, and where none is made."""

import textwrap

import pytest

from grader.audit.generic import mutants_of
from grader.audit.mutate import mutants
from grader.catalog import find_assignment


def mutated(source, functions=("f",), operator=None):
    """Return the lines that the mutants of a source have in the place of one of its own."""
    text = textwrap.dedent(source)
    return [
        mutant.after
        for mutant in mutants({"a.py": text}, functions)
        if operator in (None, mutant.operator)
    ]


def body(line):
    return f"import numpy as np\n\ndef f(x, y):\n    return {line}\n"


@pytest.mark.parametrize(
    ("line", "operator", "expected"),
    [
        ("x + 1e-5", "number", ["x + 2e-05", "x + 0.0"]),
        ("0.9 * x", "number", ["1.8 * x", "0.0 * x", "0.1 * x"]),
        ("x[0]", "number", ["x[1]"]),
        ("x[2]", "number", ["x[1]", "x[3]"]),
        ("x.sum(axis=0)", "axis", ["x.sum(axis=1)"]),
        ("x.sum(axis=0)", "axis left out", ["x.sum()"]),
        ("x.sum(axis=(0, 2))", "axis", ["x.sum(axis=(2,))", "x.sum(axis=(0,))"]),
        ("f(x, keepdims=True)", "flag", ["f(x, keepdims=False)"]),
        ("-x", "sign dropped", ["x"]),
        ("x - y", "operator", ["(x + y)"]),
        ("x - y", "operands swapped", ["(y - x)"]),
        ("x + y", "operands swapped", []),
        ("x * y", "left term dropped", ["y"]),
        ("x * y", "right term dropped", ["x"]),
        ("f(x, y)", "arguments swapped", ["f(y, x)"]),
        ("x.transpose(0, 2, 1)", "arguments swapped", ["x.transpose(2, 0, 1)",
                                                       "x.transpose(0, 1, 2)"]),
        ("np.mean(x)", "other function", ["np.sum(x)"]),
        ("x.var()", "other function", ["x.std()"]),
        ("np.sqrt(x)", "call left out", ["x"]),
        ("x.copy()", "call left out", ["x"]),
        ("x.T", "transpose left out", ["x"]),
        ("x, y", "entries swapped", ["(y, x)"]),
        ("x if y > 0 else y", "comparison", ["x if (y >= 0) else y", "x if (y < 0) else y"]),
        ("x if y else 0", "condition negated", ["x if (not y) else 0"]),
        ("x and y", "and, or", ["(x or y)"]),
        ("x and y", "condition alone", ["x", "y"]),
        ("x + y", "other variable", ["x + x"]),
        ("{'train': x, 'test': y}", "text", ["{'test': x, 'test': y}", "{'train': x, 'train': y}"]),
    ],
)  # fmt: skip
def test_expressions(line, operator, expected):
    assert mutated(body(line), operator=operator) == [f"return {each}" for each in expected]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("p['m'] = x", {"statement deleted": ["pass"]}),
        ("x += p", {"statement deleted": ["pass"], "assigned anew": ["x = p"],
                    "operator": ["x -= p"]}),
        ("p.append(x)", {"statement deleted": ["pass"]}),
        ("raise ValueError(f'{x} is not {1 + 1}')", {"statement deleted": ["pass"]}),
    ],
)  # fmt: skip
def test_statements(line, expected):
    source = f"def f(p, x):\n    {line}\n"
    assert {operator: mutated(source, operator=operator) for operator in expected} == expected


def test_the_rest_of_the_file_stays():
    source = body("[x, 'ä', x - y]  # why").replace("return", "return  ")
    (mutant,) = (m for m in mutants({"a.py": source}, ["f"]) if m.operator == "operands swapped")
    assert mutant.source == source.replace("x - y", "(y - x)")
    assert (mutant.path, mutant.line, mutant.last_line) == ("a.py", 4, 4)


def test_texts_for_people_and_types_stay():
    source = '''
        from typing import overload
        Number = int | 3

        @overload
        def f(x, y=1): ...

        def f(x: "1 + 2", y: int | None = None) -> "a - b":
            """Return 1 + 2."""
            z: int | None
            print(1 + 2)
            assert x, 1 + 2
            return f"{x + 1}"
    '''
    assert set(mutated(source)) == {"pass"}  # print is made for its effect


def test_only_what_serves_the_functions_changes():
    source = """
        SCALES = [2.5]
        OTHERS = [1.5]

        class Net:
            def __init__(self):
                self.rate = 3.5

            def loss(self):
                return 4.5

            def unused(self):
                return 5.5

        def f():
            return Net().loss() * SCALES[0]

        def g():
            return 6.5
    """
    found = " ".join(mutated(source, operator="number"))
    assert all(each in found for each in ("5.0", "7.0", "9.0"))  # twice 2.5, 3.5, 4.5
    assert not any(each in found for each in ("3.0", "11.0", "13.0"))


def test_every_mutant_of_the_solution_is_python_and_another_one(batchnorm):
    entry = find_assignment(batchnorm)
    original = {path: content.decode() for path, content in entry.solution_files().items()}
    found = mutants_of(entry)
    assert len(found) > 500
    assert len({mutant.source for mutant in found} - {*original.values()}) == len(found)
    for mutant in found[::10]:
        compile(mutant.source, mutant.path, "exec", dont_inherit=True)
