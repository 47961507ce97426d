"""Hand-ins in C are built and called as any other, and what is wrong with them is said."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from grader.core.outcome import Outcome
from grader.sandbox.fault import Fault, Returned

HEAD = '#include "matrix.h"\n#include <stdlib.h>\n'
SCALED = """matrix scaled(matrix x, float by)
{
    matrix y = make_matrix(x.rows, x.cols);
    for (int i = 0; i < x.rows * x.cols; ++i) y.data[i] = by * x.data[i];
    return y;
}
"""
PARTS = """matrix parts_of(matrix x, int parts)
{
    matrix y = make_matrix(1, 2);
    y.data[0] = parts;
    y.data[1] = x.cols / parts;
    return y;
}
"""
RIGHT = HEAD + SCALED + PARTS
X = np.arange(12, dtype=np.float32).reshape(2, 6)


def value(answer: Returned | Fault) -> np.ndarray:
    assert isinstance(answer, Returned), answer
    return answer.value


def fault(answer: Returned | Fault) -> Fault:
    assert isinstance(answer, Fault), answer
    return answer


def test_arrays_go_in_and_come_back(opened):
    for session in (opened(RIGHT).plain, opened(RIGHT).checked):
        y = value(session.call("scaled", (X, 2.5)))
        assert y.dtype == np.float32
        np.testing.assert_array_equal(y, np.float32(2.5) * X)


def test_calls_in_one_frame(opened):
    answers = opened(RIGHT).plain.batch("scaled", [(X, 1.0), (X, 3.0)])
    np.testing.assert_array_equal(value(answers[1]), 3 * X)


def test_what_changes_its_input_is_seen(opened):
    source = RIGHT.replace("= by * x.data[i]", "= x.data[i] *= by")
    answer = opened(source).plain.call("scaled", (X.copy(), 2.0))
    assert isinstance(answer, Returned)
    assert answer.modified == (0,)


def test_its_own_result_may_be_what_it_got(opened):
    source = HEAD + PARTS + "matrix scaled(matrix x, float by) { (void)by; return x; }\n"
    np.testing.assert_array_equal(value(opened(source).plain.call("scaled", (X, 2.0))), X)


def test_another_edition_s_parameter_is_computed(opened):
    plain = opened(RIGHT).plain
    np.testing.assert_array_equal(value(plain.call("parts_of", (X, 3))), [[3, 2]])
    other = RIGHT.replace("int parts", "int width").replace("= parts", "= x.cols / width")
    other = other.replace("x.cols / parts", "width")
    np.testing.assert_array_equal(value(opened(other).plain.call("parts_of", (X, 3))), [[3, 2]])


def test_a_given_header_may_have_an_edition_s_name(opened):
    source = RIGHT.replace("matrix.h", "framework.h")
    assert value(opened(source).plain.call("scaled", (X, 1.0))).shape == X.shape


def test_files_may_lie_in_a_folder_and_have_headers_of_their_own(opened):
    files = {
        "src/scale.c": RIGHT.replace("= by", "= BY").replace(
            "#include <", '#include "own.h"\n#include <'
        ),
        "src/own.h": "#define BY by\n",
    }
    np.testing.assert_array_equal(value(opened(files).plain.call("scaled", (X, 2.0))), 2 * X)


def test_what_is_given_lies_beside_it(opened):
    files = {"hw/src/scale.c": RIGHT.replace("matrix.h", "../src/matrix.h")}
    assert value(opened(files).plain.call("scaled", (X, 1.0))).shape == X.shape


def test_a_struct_may_have_a_name_of_its_own(opened):
    source = HEAD + "typedef matrix Matrix;\n" + PARTS + SCALED
    source = source.replace("matrix scaled(matrix x", "Matrix scaled(Matrix x")
    np.testing.assert_array_equal(value(opened(source).plain.call("scaled", (X, 2.0))), 2 * X)


def test_text_that_is_no_utf8(opened):
    source = ("/* Größe */\n" + RIGHT).encode("latin-1")
    assert value(opened({"scale.c": source}).plain.call("scaled", (X, 1.0))).shape == X.shape


def test_the_first_errors_are_told_with_their_lines(opened):
    sessions = opened(RIGHT.replace("by * x", "bye * x"))
    found = fault(sessions.plain.call("scaled", (X, 2.0)))
    assert found.outcome == Outcome.BUILD_FAILED
    assert found.actual.startswith("line 6 of scale.c: 'bye' undeclared")
    assert found.where == "line 6 of scale.c"
    assert fault(sessions.checked.call("scaled", (X, 2.0))).outcome == Outcome.BUILD_FAILED


def test_warnings_are_notes(opened):
    sessions = opened(RIGHT.replace("    matrix y", "    int unused;\n    matrix y", 1))
    assert value(sessions.plain.call("scaled", (X, 1.0))).shape == X.shape
    (note,) = sessions.made.notes
    assert (
        note == "scale.c, line 5: the compiler warns: unused variable 'unused' [-Wunused-variable]"
    )


@pytest.mark.parametrize(
    ("source", "outcome", "words"),
    [
        (HEAD + PARTS, Outcome.MISSING, "scaled is not defined"),
        (HEAD + PARTS + "static " + SCALED, Outcome.MISSING, "scaled is static"),
        (
            RIGHT.replace("float by", "float *by").replace("by *", "*by *"),
            Outcome.FAILED,
            "it is matrix (matrix x, float * by), not matrix (matrix x, float by)",
        ),
        (
            RIGHT.replace("(matrix x, float by)", "(matrix x)").replace("by *", "2 *"),
            Outcome.FAILED,
            "it is matrix (matrix x), not matrix (matrix x, float by)",
        ),
    ],
)
def test_a_function_that_cannot_be_called_takes_nothing_from_others(opened, source, outcome, words):
    plain = opened(source).plain
    found = fault(plain.call("scaled", (X, 2.0)))
    assert found.outcome == outcome
    assert words in found.what or words in found.actual
    assert value(plain.call("parts_of", (X, 3))).shape == (1, 2)


def test_what_is_nowhere_defined_is_named_where_it_is_called(opened):
    source = RIGHT.replace("matrix scaled", "float f(float x);\nmatrix scaled")
    sessions = opened(source.replace("by * x.data[i]", "f(x.data[i])"))
    found = fault(sessions.plain.call("scaled", (X, 2.0)))
    assert found.outcome == Outcome.CRASHED
    assert "undefined symbol: f" in found.actual
    assert value(sessions.plain.call("parts_of", (X, 3))).shape == (1, 2)


def test_nothing_handed_in(opened):
    found = fault(opened({"notes.h": ""}).plain.call("scaled", (X, 2.0)))
    assert found.outcome == Outcome.MISSING


@pytest.mark.parametrize(
    ("change", "words", "line"),
    [
        (
            ("i < x.rows * x.cols", "i <= x.rows * x.cols"),
            "AddressSanitizer: heap-buffer-overflow, read of 4 bytes",
            6,
        ),
        (
            ("y.data[i] = by", "y.data[i + x.rows * x.cols] = by"),
            "AddressSanitizer: heap-buffer-overflow, write of 4 bytes",
            6,
        ),
        (
            ("    return y", "    free(y.data);\n    y.data[0] = 1;\n    return y"),
            "AddressSanitizer: heap-use-after-free, write of 4 bytes",
            8,
        ),
        (
            (
                "    return y",
                "    int big = 2147483647;\n    y.data[0] = big + x.rows;\n    return y",
            ),
            "undefined behaviour: signed integer overflow",
            8,
        ),
    ],
)
def test_errors_with_memory_end_what_was_built_to_find_them(opened, change, words, line):
    found = fault(opened(RIGHT.replace(*change, 1)).checked.call("scaled", (X, 2.0)))
    assert found.outcome == Outcome.CRASHED
    assert words in found.actual
    assert found.where == f"line {line} of scale.c"


def test_a_crash_is_told(opened):
    source = RIGHT.replace("    return y", "    *(volatile int *)x.cols = 1;\n    return y", 1)
    sessions = opened(source)
    assert fault(sessions.plain.call("scaled", (X, 2.0))).actual == "signal SIGSEGV"
    assert fault(sessions.checked.call("scaled", (X, 2.0))).outcome == Outcome.CRASHED
    assert value(sessions.plain.call("parts_of", (X, 3))).shape == (1, 2)


@pytest.mark.parametrize("leaked", [0, 1000])
def test_what_is_not_freed_is_counted(opened, leaked):
    line = f"    *(volatile char *)malloc({leaked}) = 1;\n" if leaked else ""
    answer = opened(RIGHT.replace("    return y", line + "    return y", 1)).checked.call(
        "scaled", (X, 2.0)
    )
    assert isinstance(answer, Returned)
    assert answer.leaked == leaked


@pytest.mark.parametrize(
    "signature",
    [
        "const matrix x, const float by",
        "struct matrix x, double by",
        "matrix x, float const by",
        "matrix input, float factor",
    ],
)
def test_a_parameter_may_be_written_otherwise(opened, signature):
    names = [each.split()[-1] for each in signature.split(", ")]
    body = SCALED.replace("x.", f"{names[0]}.").replace("by *", f"{names[1]} *")
    source = HEAD + PARTS + body.replace("matrix x, float by", signature)
    np.testing.assert_array_equal(value(opened(source).plain.call("scaled", (X, 2.0))), 2 * X)


@pytest.mark.parametrize("kind", ["unsigned", "long", "size_t", "short", "const int"])
def test_an_integer_may_be_of_any_kind(opened, kind):
    source = RIGHT.replace("int parts", f"{kind} parts")
    np.testing.assert_array_equal(value(opened(source).plain.call("parts_of", (X, 3))), [[3, 2]])


def test_lines_may_be_counted_otherwise(opened):
    # As what generates C does.
    source = RIGHT.replace("matrix scaled", '#line 1 "scale.y"\nmatrix scaled')
    assert value(opened(source).plain.call("scaled", (X, 1.0))).shape == X.shape


@pytest.mark.parametrize(
    "attribute",
    ['no_sanitize("address")', "no_sanitize_address", '__no_sanitize__("address", "undefined")'],
)
def test_nobody_is_spared_by_an_attribute(opened, attribute):
    source = RIGHT.replace("matrix scaled", f"__attribute__(({attribute}))\nmatrix scaled")
    source = source.replace("i < x.rows * x.cols", "i <= x.rows * x.cols", 1)
    found = fault(opened(source).checked.call("scaled", (X, 2.0)))
    assert "heap-buffer-overflow" in found.actual


def test_nobody_takes_a_sanitizer_s_place(opened):
    own = '__attribute__((visibility("hidden"))) void __asan_report_load4(void *p) { (void)p; }\n'
    sessions = opened(RIGHT + own)
    assert value(sessions.plain.call("scaled", (X, 1.0))).shape == X.shape
    found = fault(sessions.checked.call("scaled", (X, 1.0)))
    assert found.what == "it defines __asan_report_load4, which is a sanitizer's own"


def test_what_does_not_build_with_sanitizers_is_the_student_s(opened):
    source = "#ifdef no_sanitize\n#error not here\n#endif\n" + RIGHT
    sessions = opened(source)
    assert value(sessions.plain.call("scaled", (X, 1.0))).shape == X.shape
    found = fault(sessions.checked.call("scaled", (X, 1.0)))
    assert found.outcome == Outcome.BUILD_FAILED
    assert found.what == "it does not compile with sanitizers"
    assert "not here" in found.actual


def test_what_was_built_is_gone_in_the_end(opened):
    sessions = opened(RIGHT)
    places = {Path(place) for place, *_ in sessions.made.plain.values()}
    assert all(place.exists() for place in places)
    sessions.close()
    assert not any(place.exists() for place in places)


@pytest.mark.parametrize(
    ("kind", "name", "more"),
    [("int", "index", "int i, int j, int cols"), ("double", "gamma", "double a")],
)
def test_a_helper_may_have_a_name_of_a_library(opened, kind, name, more):
    helper = f"{kind} {name}({more}) {{ return {'i * cols + j' if kind == 'int' else '2 * a'}; }}\n"
    use = "x.data[index(0, i, x.cols)]" if name == "index" else "gamma(x.data[i]) / 2"
    source = HEAD + helper + PARTS + SCALED.replace("x.data[i]", use)
    sessions = opened(source)
    for session in (sessions.plain, sessions.checked):
        np.testing.assert_array_equal(value(session.call("scaled", (X, 2.0))), 2 * X)


def test_a_helper_s_parameters_say_nothing_of_the_edition(opened):
    helper = "static int half(int width) { return width / 2; }\n"
    source = HEAD + helper + SCALED + PARTS.replace("parts", "n").replace("n_of", "parts_of")
    source = source.replace("x.cols / n;", "x.cols / n + half(0);")
    np.testing.assert_array_equal(value(opened(source).plain.call("parts_of", (X, 3))), [[3, 2]])


@pytest.mark.parametrize("name", ["matrix.h", "framework.h", "matrix.c"])
def test_a_folder_with_the_name_of_a_given_file_makes_way(opened, name):
    files = {"scale.c": RIGHT, f"{name}/x.h": "int x;\n"}
    assert value(opened(files).plain.call("scaled", (X, 1.0))).shape == X.shape


DIGITS = "1" * 5000


@pytest.mark.parametrize(
    "printed",
    [
        f"scale.c:{DIGITS}:1: runtime error: boo",
        f"==1==ERROR: AddressSanitizer: boo\\nREAD of size {DIGITS} at",
        "==1==ERROR: AddressSanitizer: boo" + "\\n" * 5000,
    ],
)
def test_what_is_printed_in_a_sanitizer_s_name_breaks_nothing(opened, printed):
    ends = f'    printf("\\n{printed}\\n");\n    fflush(stdout);\n    _exit(3);\n'
    source = RIGHT.replace("    return y", ends + "    return y", 1)
    source = "#include <stdio.h>\n#include <unistd.h>\n" + source
    sessions = opened(source)
    for session in (sessions.plain, sessions.checked):
        assert fault(session.call("scaled", (X, 2.0))).outcome == Outcome.CRASHED


def test_what_is_printed_in_a_sanitizer_s_name_carries_no_inputs(opened):
    says = '    printf("\\nscale.c:1:1: runtime error: %f\\n", 3.912999);\n    fflush(stdout);\n'
    source = RIGHT.replace("    return y", says + "    _exit(3);\n    return y", 1)
    source = "#include <stdio.h>\n#include <unistd.h>\n" + source
    found = fault(opened(source).plain.call("scaled", (X, 2.0)))
    assert "912" not in found.actual


def test_lines_that_are_no_lines_break_nothing(opened):
    source = RIGHT.replace("matrix scaled", f'#line 1 "a\\nfoo {DIGITS} 0x1 \\n"\nmatrix scaled')
    assert opened(source).plain.call("scaled", (X, 1.0)) is not None


def test_a_long_name_takes_no_time(opened):
    long = "a" * 32_000
    odd = (
        f"typedef struct {{ int a; }} {long};\n{long} odd(void) {{ {long} v = {{1}}; return v; }}\n"
    )
    assert value(opened(RIGHT + odd).plain.call("scaled", (X, 1.0))).shape == X.shape


def test_poison_is_not_for_hand_ins(opened):
    source = RIGHT.replace(
        "matrix scaled", "void __asan_unpoison_memory_region(void *, unsigned long);\nmatrix scaled"
    ).replace(
        "    return y", "    if (!y.data) __asan_unpoison_memory_region(0, 0);\n    return y", 1
    )
    sessions = opened(source)
    found = fault(sessions.checked.call("scaled", (X, 1.0)))
    assert found.what == "it calls __asan_unpoison_memory_region, which is a sanitizer's own"
