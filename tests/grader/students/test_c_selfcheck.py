"""What students of the assignment in C run: it builds their code, runs it, and watches it."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
TEMPLATE = PROJECT / "student_template" / "batchnorm_c"
SOLUTION = PROJECT / "reference" / "batchnorm_c" / "solution" / "batch_norm.c"
FUNCTIONS = ["mean", "variance", "normalize", "delta_mean", "delta_variance", "delta_batch_norm"]
WRONG, USAGE = 1, 2
GCC, MAKE = shutil.which("gcc"), shutil.which("make")
FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra"]

pytestmark = pytest.mark.skipif(not GCC, reason="no gcc here")


@pytest.fixture
def handed_out(tmp_path):
    folder = tmp_path / "Übung 2"
    shutil.copytree(TEMPLATE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


@pytest.fixture
def work(handed_out):
    """The same with everything done."""
    shutil.copy(SOLUTION, handed_out)
    return handed_out


def edit(folder, *changes):
    path = folder / "batch_norm.c"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def line_of(folder, words):
    lines = (folder / "batch_norm.c").read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if words in line)


def run(folder, *arguments, python=sys.executable, **environment):
    done = subprocess.run(
        [python, "selfcheck.py", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "error", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def results(folder, *arguments, **environment):
    """Return exit code, what was found by function, and all that is written."""
    done = run(folder, "--json", "out.json", *arguments, **environment)
    written = json.loads((folder / "out.json").read_text(encoding="utf-8"))
    return done.returncode, {each["function"]: each for each in written["functions"]}, written


@pytest.fixture(scope="module")
def public_checks(tmp_path_factory):
    """Build and run the public test program alone, with its own prints.

    What is given is compiled once for all.
    """
    built = tmp_path_factory.mktemp("given")
    given = [str(TEMPLATE / path) for path in ("matrix.c", "public_checks/test_batch_norm.c")]
    subprocess.run([GCC, *FLAGS, "-c", *given], cwd=built, check=True)
    objects = [str(path) for path in built.glob("*.o")]

    def run(folder, *arguments):
        command = [GCC, *FLAGS, "batch_norm.c", *objects, "-o", "checks", "-lm"]
        subprocess.run(command, cwd=folder, check=True)
        return subprocess.run(
            ["./checks", *arguments], cwd=folder, capture_output=True, encoding="utf-8", check=False
        )

    return run


def test_correct_work_passes(work):
    before = {path: path.read_bytes() for path in work.rglob("*") if path.is_file()}
    done = run(work)
    assert (done.returncode, done.stderr) == (0, "")
    *lines, empty, count, note = done.stdout.splitlines()
    assert [line.split() for line in lines] == [["passed", name] for name in FUNCTIONS]
    assert (empty, count) == ("", "6 of 6 functions passed.")
    assert "the hidden ones run after you hand in" in note
    after = {path for path in work.rglob("*") if path.is_file() and path.suffix != ".pyc"}
    assert after == set(before)
    assert all(path.read_bytes() == content for path, content in before.items())


def test_what_is_handed_out_builds_without_a_warning_and_is_not_written_yet(
    handed_out, public_checks
):
    code, found, written = results(handed_out)
    assert code == WRONG
    assert not written["passed"]
    assert written["warnings"] == written["leaks"] == []
    assert [found[name]["status"] for name in FUNCTIONS] == ["passed", *["not yet"] * 5]
    assert public_checks(handed_out).returncode == WRONG


@pytest.mark.parametrize(
    ("function", "old", "new"),
    [
        (
            "variance",
            "v.data[g] = (float)(sum / ((double)x.rows * n))",
            "v.data[g] = (float)(sum / ((double)x.rows))",
        ),
        (
            "variance",
            "v.data[g] = (float)(sum / ((double)x.rows * n))",
            "v.data[g] = (float)(sum / ((double)x.rows * x.cols))",
        ),
        (
            "variance",
            "v.data[g] = (float)(sum / ((double)x.rows * n))",
            "v.data[g] = (float)(sum / ((double)x.rows * n - 1))",
        ),
        ("normalize", "int g = j / n;", "int g = j % groups + 0 * n;"),
        ("normalize", "sqrtf(v.data[g] + EPS)", "(v.data[g] + EPS)"),
        ("normalize", "sqrtf(v.data[g] + EPS)", "(sqrtf(v.data[g]) + EPS)"),
        ("normalize", "sqrtf(v.data[g] + EPS)", "sqrtf(v.data[g])"),
        ("delta_mean", "-sum / sqrt", "sum / sqrt"),
        ("delta_mean", "sqrt((double)v.data[g] + EPS)", "((double)v.data[g] + EPS)"),
        ("delta_variance", "-0.5 * sum", "-sum"),
        ("delta_variance", "-1.5", "-0.5"),
        ("delta_batch_norm", "dv.data[g] * 2 *", "dv.data[g] *"),
        ("delta_batch_norm", "+ dm.data[g] / count", ""),
        ("delta_batch_norm", "(float)d.rows * n;", "(float)d.rows + n - n;"),
    ],
)
def test_mistakes_are_seen_in_the_function_that_has_them(work, function, old, new, public_checks):
    edit(work, (old, new))
    done = public_checks(work)
    wrong = [line.split()[1] for line in done.stdout.splitlines() if line.startswith("wrong")]
    assert (done.returncode, wrong) == (WRONG, [function])
    for key in ("check", "what", "expected", "actual", "where", "hint"):
        assert f"\n         {key:<8}  " in done.stdout


def test_gradients_are_compared_only_with_a_forward_pass_that_is_right(work, public_checks):
    edit(work, ("sqrtf(v.data[g] + EPS)", "(sqrtf(v.data[g]) + EPS)"))
    done = public_checks(work, "normalize", "delta_mean")
    assert "not yet  delta_mean: central differences need mean, variance and normalize" in (
        done.stdout
    )


def test_another_size_and_changed_inputs_are_told(work, public_checks):
    edit(
        work,
        ("matrix v = make_matrix(1, groups);", "matrix v = make_matrix(groups, 1);"),
        ("matrix y = make_matrix(x.rows, x.cols);", "matrix y = x;"),
    )
    done = public_checks(work, "variance", "normalize")
    assert "the result has another size" in done.stdout
    assert "expected  1 x 2" in done.stdout
    assert "actual    2 x 1" in done.stdout
    assert "it changes a matrix that it was given" in done.stdout


def test_errors_of_the_compiler_are_told_with_their_lines(work):
    edit(work, ("matrix v = make_matrix(1, groups);", "matrix v = make_matrix(1, gruops);"))
    code, found, _ = results(work)
    assert code == WRONG
    line = f"batch_norm.c, line {line_of(work, 'gruops')}"
    assert all(each["check"] == "build" and each["where"] == line for each in found.values())
    assert "'gruops' undeclared" in found["mean"]["what"]
    shown = run(work).stdout
    assert f"wrong    batch_norm.c cannot be built\n         {line}: 'gruops' undeclared" in shown


def test_warnings_and_leaks_are_told_and_cost_nothing(work):
    here = "matrix dx = make_matrix(d.rows, d.cols);"
    edit(work, (here, f"{here} int spare; make_matrix(3, 4);"))
    code, _, written = results(work, "delta_batch_norm")
    line = line_of(work, "spare")
    assert (code, written["passed"]) == (0, True)
    assert written["warnings"] == [f"batch_norm.c, line {line}: unused variable 'spare'"]
    assert len(written["leaks"]) == written["sanitizers"]
    assert all(f"(batch_norm.c, line {line})" in leak for leak in written["leaks"])


def test_sanitizers_say_what_numbers_do_not(work, public_checks):
    loop = "for (int i = 0; i < x.rows; ++i)\n            for (int j = g * n;"
    edit(work, (loop, f"sum += 0 * x.data[x.rows * x.cols];\n        {loop}"))
    assert public_checks(work).returncode == 0
    code, found, _ = results(work, "variance", "normalize")
    assert (code, found["normalize"]["status"]) == (WRONG, "passed")
    variance = found["variance"]
    assert variance["status"] == "wrong"
    assert variance["check"].startswith("sanitizers")
    assert variance["what"] == "it reads 4 bytes outside of a matrix"
    assert variance["where"] == f"batch_norm.c, line {line_of(work, '0 * x.data')}"


def test_what_c_leaves_undefined_is_told(work):
    here = "matrix dm = make_matrix(1, groups);"
    loop = "for (int k = 0; k <= groups; ++k) few[k] = k;"
    edit(work, (here, f"{here}\n    int few[2];\n    {loop}\n    n += few[0];"))
    _, found, _ = results(work, "delta_mean")
    told = found["delta_mean"]
    assert "index 2 out of bounds" in told["what"]
    assert told["where"] == f"batch_norm.c, line {line_of(work, 'few[k]')}"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("__builtin_trap();", "no instruction"),
        ("exit(0);", "it ends the program (exit code 0)"),
        ("assert(groups == 7);", "an assertion fails"),
        ("for (volatile int z = 0; z < 1;) {}", "stopped after 1 s"),
        ('for (int z = 0; z < 1 << 20; ++z) puts("mine"); abort();', "it aborts"),
    ],
)
def test_a_function_that_ends_or_never_does_leaves_the_others_judged(work, code, words):
    edit(
        work,
        ("#include <math.h>", "#include <math.h>\n#include <stdio.h>"),
        ("matrix y = make_matrix(x.rows, x.cols);",
         f"matrix y = make_matrix(x.rows, x.cols); {code}"),
    )  # fmt: skip
    result, found, _ = results(work, "--seconds", "1", "normalize", "delta_variance")
    assert result == WRONG
    assert (found["normalize"]["status"], words in found["normalize"]["what"]) == ("wrong", True)
    assert found["delta_variance"]["status"] == "passed"


def test_other_parameters_are_told_by_the_name_of_the_function(work):
    edit(
        work,
        ("matrix delta_mean(matrix d, matrix v, int groups)\n{",
         "matrix delta_mean(matrix d, matrix v)\n{\n    int groups = v.cols;"),
        ("delta_mean(d, v, l.groups)", "delta_mean(d, v)"),
    )  # fmt: skip
    _, found, _ = results(work, "variance")
    line = line_of(work, "matrix delta_mean(matrix d")
    told = (found["variance"]["what"], found["variance"]["where"])
    words = "delta_mean has other parameters than it was handed out with"
    assert told == (words, f"batch_norm.c, line {line}")


def test_a_function_that_nobody_can_call_is_told(work):
    edit(work, ("matrix delta_mean(", "static matrix delta_mean("))
    _, found, _ = results(work, "variance")
    assert found["variance"]["what"] == "delta_mean is not defined, or static"


def test_a_missing_file_is_told(work):
    (work / "batch_norm.c").unlink()
    code, found, _ = results(work, "variance")
    assert (code, found["variance"]["where"]) == (WRONG, "batch_norm.c")
    assert "is missing" in found["variance"]["what"]


def test_without_a_compiler_it_says_what_to_install(work, tmp_path):
    nothing = run(work, PATH=str(tmp_path), CC="")
    assert (nothing.returncode, len(nothing.stderr.splitlines())) == (WRONG, 1)
    assert "no C compiler: install gcc" in nothing.stderr
    other = run(work, CC="nocc -O1")
    assert (other.returncode, len(other.stderr.splitlines())) == (WRONG, 1)
    assert "CC says nocc" in other.stderr


def test_the_compiler_that_cc_names_is_used_and_may_lack_sanitizers(work, tmp_path):
    compiler = tmp_path / "mycc"
    compiler.write_text(
        '#!/bin/sh\ncase "$*" in *-fsanitize*) exit 1;; esac\necho x >> "$0.log"\nexec gcc "$@"\n'
    )
    compiler.chmod(0o755)
    done = run(work, "variance", CC=f"{compiler} -O1")
    assert done.returncode == 0
    assert "Memory was not watched: this compiler has no sanitizers." in done.stdout
    assert Path(f"{compiler}.log").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("--seconds", "0"), ("--json", "no/where.json")]
)
def test_commands_that_are_not_understood(work, arguments):
    assert run(work, *arguments).returncode == USAGE


def test_every_python_runs_it(work, python):
    done = run(work, "variance", python=python)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "passed   variance")


def test_it_needs_the_standard_library_alone():
    for path in (TEMPLATE / "selfcheck.py", *TEMPLATE.glob("public_checks/*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            tops = {name.partition(".")[0] for name in names}
            assert tops <= {*sys.stdlib_module_names, "public_checks"}


@pytest.mark.skipif(not MAKE, reason="no make here")
def test_make_builds_runs_and_watches(work):
    def make(*targets):
        return subprocess.run(
            [MAKE, *targets], cwd=work, capture_output=True, encoding="utf-8", check=False
        )

    for targets in ((), ("test",), ("check",)):
        done = make(*targets)
        assert (done.returncode, "6 of 6 functions passed." in done.stdout) == (0, True)
        assert "warning" not in done.stderr
    before = set(TEMPLATE.rglob("*"))
    assert make("clean").returncode == 0
    left = {path.relative_to(work) for path in work.rglob("*")}
    assert left == {p.relative_to(TEMPLATE) for p in before if "__pycache__" not in p.parts}
    edit(work, ("-0.5 * sum", "-sum"))
    assert make("test").returncode != 0
