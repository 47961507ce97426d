"""What students run before they hand in: right on correct work, and quick to see mistakes."""

import ast
import contextlib
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from grader import catalog
from grader.misconceptions import load_misconceptions, solution_with, variant_files
from tests.grader.toys import lay_out

PROJECT = Path(__file__).resolve().parents[3]
ENTRY = catalog.find_assignment(str(PROJECT / "reference" / "batchnorm"))
TEMPLATE = ENTRY.folders.template
SELFCHECK = TEMPLATE / "selfcheck.py"
SOURCES = [path.read_text("utf-8") for path in (SELFCHECK, *TEMPLATE.glob("public_checks/*.py"))]
GIVEN = {path: (TEMPLATE / path).read_bytes() for path in ENTRY.assignment.given_files}
STUBS = {path: (TEMPLATE / path).read_bytes() for path in ENTRY.assignment.student_files}
VARIANTS = variant_files(ENTRY)
MISTAKES = load_misconceptions(ENTRY)
REMINDER = "the hidden ones run after you hand in"
# Judged by its time alone, which a self-check does not measure.
SLOW = {"alt-calls-staged"}

# What the two variants with imports of other libraries find on their students' machines.
ANYTHING = """
class _Anything:
    def __getattr__(self, name):
        return self

    def __call__(self, *arguments, **keywords):
        return self

    def __bool__(self):
        return False

    def __setitem__(self, key, value):
        pass


def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    return _Anything()
"""
LIBRARIES = {
    **{f"{name}/__init__.py": ANYTHING for name in ("torch", "matplotlib", "scipy", "tqdm")},
    **{f"{name}.py": ANYTHING for name in ("torch/nn", "matplotlib/pyplot", "scipy/stats")},
    "past/builtins.py": "xrange = range\n",
    "past/utils.py": "def old_div(a, b):\n    return a / b\n",
    "future/builtins.py": "from builtins import *\n",
    "six/__init__.py": "def iteritems(d):\n    return iter(d.items())\n",
    "six/moves.py": "from builtins import *\nfrom functools import reduce\n",
}

# Checks many folders in one process; of each, the first function that does not pass.
MANY = """
import contextlib, json, sys
sys.path.insert(0, sys.argv[1])
from public_checks.supervise import check

class Found(Exception):
    pass

def stop(result):
    if result.get("status", "passed") != "passed":
        raise Found(result)

for folder in json.load(sys.stdin):
    found = None
    with contextlib.redirect_stdout(None):
        try:
            check(folder, report=stop)
        except Found as error:
            found = error.args[0]
    print(json.dumps(found))
"""

# An edition's network without layer norm.
OLDER = """

_Network = FullyConnectedNet


class FullyConnectedNet(_Network):
    def __init__(self, hidden_dims, use_batchnorm=False, input_dim=4, num_classes=3, reg=0.0,
                 weight_scale=1e-2, dtype=np.float32):
        super().__init__(hidden_dims, input_dim, num_classes, reg=reg, weight_scale=weight_scale,
                         dtype=dtype, normalization="batchnorm" if use_batchnorm else None)
"""


def hand_in(folder, files, beside=""):
    """Lay a hand-in out as its student has it; given files lie beside layers.py."""
    [layers] = [path for path in files if path.endswith("layers.py") and path.count("/") < 2][:1]
    base = layers.removesuffix("layers.py")
    lay_out(folder, {**{base + path: content for path, content in GIVEN.items()}, **files})
    shutil.copy(SELFCHECK, folder / beside / "selfcheck.py")
    inner = folder / beside / "public_checks"
    shutil.copytree(TEMPLATE / "public_checks", inner, ignore=shutil.ignore_patterns("*.pyc"))
    return folder


def solution(more="", network=""):
    """Return the solution with something written below it; the last definition counts."""
    files = ENTRY.solution_files()
    files["layers.py"] += more.encode()
    files["classifiers/fc_net.py"] += network.encode()
    return files


def environment(**more):
    kept = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "PYTHONPATH")}
    return {**kept, "PYTHONWARNINGS": "error", "TERM": "xterm", **more}


def run(folder, *arguments, python=sys.executable, beside="", **more):
    """Run the self-check as a student does; return exit code, lines, and results by function."""
    path = folder / "results.json"
    path.unlink(missing_ok=True)
    done = subprocess.run(
        [python, str(folder / beside / "selfcheck.py"), "--json", str(path), *arguments],
        capture_output=True, check=False, env=environment(**more), timeout=300,
        stdin=subprocess.DEVNULL, encoding="utf-8",
    )  # fmt: skip
    assert not done.stderr or done.returncode == 2, done.stderr
    results = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {"functions": []}
    by_name = {each["function"]: each for each in results["functions"]}
    return done.returncode, done.stdout.splitlines() + done.stderr.splitlines(), by_name


@pytest.fixture(scope="module")
def libraries(tmp_path_factory):
    return str(lay_out(tmp_path_factory.mktemp("libraries"), LIBRARIES))


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    return hand_in(tmp_path_factory.mktemp("solved"), solution())


def found_first(root, hand_ins, **more):
    """Return by name what the self-check finds first in each hand-in, None for nothing."""
    folders = [str(hand_in(root / name, files)) for name, files in hand_ins.items()]
    done = subprocess.run(
        [sys.executable, "-B", "-c", MANY, str(TEMPLATE)], input=json.dumps(folders), check=True,
        capture_output=True, timeout=600, encoding="utf-8", env={**os.environ, **more},
    )  # fmt: skip
    return dict(zip(hand_ins, map(json.loads, done.stdout.splitlines()), strict=True))


@pytest.fixture(scope="module")
def first_findings(tmp_path_factory):
    mistaken = {mistake.id: solution_with(ENTRY, [mistake]) for mistake in MISTAKES}
    return found_first(tmp_path_factory.mktemp("mistakes"), mistaken)


def test_the_solution_passes(solved):
    code, lines, results = run(solved)
    assert code == 0, lines
    assert {each["status"] for each in results.values()} == {"passed"}
    assert "6 of 6 required functions passed." in lines
    assert REMINDER in lines[-1]
    assert not any("\033" in line for line in lines)  # not a terminal


def test_correct_variants_pass(tmp_path, libraries):
    found = found_first(tmp_path, VARIANTS, PYTHONPATH=libraries)
    assert found == dict.fromkeys(VARIANTS)


def test_old_habits_pass_on_their_own_machine(tmp_path, libraries):
    code, lines, _ = run(hand_in(tmp_path, VARIANTS["python2_habits"]), PYTHONPATH=libraries)
    assert code == 0, "\n".join(lines)
    assert sum(line.startswith("passed") for line in lines) == 10


def test_it_may_lie_in_the_package_folder(tmp_path):
    folder = hand_in(tmp_path, VARIANTS["raw_moments"], beside="cs231n")
    code, lines, _ = run(folder, beside="cs231n")
    assert code == 0, lines


def test_a_folder_of_another_name_whose_files_import_each_other(tmp_path):
    files = {f"my course/{p}": content for p, content in VARIANTS["streaming_welford"].items()}
    code, lines, _ = run(hand_in(tmp_path, files))
    assert code == 0, lines


def test_stubs_are_not_written_yet(tmp_path):
    code, lines, results = run(hand_in(tmp_path, STUBS))
    assert code == 1
    assert len(results) == 10
    assert {each["status"] for each in results.values()} == {"not yet"}
    assert "not yet  batchnorm_forward: raises NotImplementedError" in lines
    assert "0 of 6 required functions passed." in lines
    assert REMINDER in lines[-1]


def test_what_returns_none_is_not_written_yet(tmp_path):
    more = "\n\ndef layernorm_backward(dout, cache):\n    dx = None\n    return dx, dx, dx\n"
    more += "\n\ndef layernorm_forward(x, gamma, beta, ln_param):\n    pass\n"
    more += "\n\ndel batchnorm_backward_alt\n"
    files = solution(more)
    files["classifiers/fc_net.py"] = STUBS["classifiers/fc_net.py"]
    code, lines, results = run(hand_in(tmp_path, files))
    assert code == 1
    assert "not yet  layernorm_forward: returns None" in lines
    assert "not yet  batchnorm_backward_alt: is not defined in layers.py" in lines
    assert results["layernorm_backward"]["status"] == "not yet"
    assert results["batchnorm_backward"]["status"] == "passed"


def test_a_bonus_may_be_left_out(tmp_path):
    more = "\n\ndef spatial_batchnorm_forward(x, gamma, beta, bn_param):\n"
    more += "    raise NotImplementedError\n"
    code, _, results = run(hand_in(tmp_path, solution(more)))
    assert results["spatial_batchnorm_forward"]["status"] == "not yet"
    assert code == 0


def test_a_wrong_bonus_is_told(tmp_path):
    more = "\n\ndef spatial_groupnorm_backward(dout, cache):\n"
    more += "    return 0 * dout, 0 * cache[2], 0 * cache[2]\n"
    code, _, results = run(hand_in(tmp_path, solution(more)))
    assert results["spatial_groupnorm_backward"]["status"] == "wrong"
    assert code == 1


def test_known_mistakes_are_caught(first_findings):
    missed = {each for each, found in first_findings.items() if found is None} - SLOW
    assert len(missed) <= 0.02 * len(MISTAKES), sorted(missed)


def test_each_finding_says_what_and_leads_on(first_findings):
    for mistake, found in first_findings.items():
        if found is not None and found["status"] == "wrong":
            assert found["what"], mistake
            leads = found["hint"] or found["where"] or found["check"] == "import"
            assert leads or "it raises" in found["what"], found


def test_a_wrong_function_is_shown_in_full(tmp_path):
    more = "\n\ndef batchnorm_backward(dout, cache):\n"
    more += "    dx, dgamma, dbeta = batchnorm_backward_alt(dout, cache)\n"
    more += "    return dx, dgamma[None, :], dbeta\n"
    _, lines, results = run(hand_in(tmp_path, solution(more)), "batchnorm_backward")
    start = lines.index("wrong    batchnorm_backward")
    keys = [line.split()[0] for line in lines[start + 1 : start + 6]]
    assert keys == ["check", "what", "expected", "actual", "hint"]
    found = results["batchnorm_backward"]
    assert (found["expected"], found["actual"]) == ("(3,)", "(1, 3)")


def test_prints_do_not_show(tmp_path, solved):
    more = "\n\nimport os as _os\n_plain = batchnorm_forward\n\n\n"
    more += "def batchnorm_forward(*arguments):\n    print('noise')\n    _os.write(1, b'noise')\n"
    more += "    _os.write(2, b'noise')\n    return _plain(*arguments)\n"
    noisy = run(hand_in(tmp_path, solution(more)))
    assert noisy == run(solved)


def test_an_exception_stops_nobody_else(tmp_path):
    more = "\n\ndef layernorm_forward(x, gamma, beta, ln_param):\n    return x / 0 + [][3]\n"
    files = solution(more)
    last = files["layers.py"].count(b"\n")
    code, _, results = run(hand_in(tmp_path, files))
    found = results["layernorm_forward"]
    assert code == 1
    assert found["status"] == "wrong"
    assert "IndexError: list index out of range" in found["what"]
    assert found["where"] == f"layers.py, line {last}"
    assert results["spatial_groupnorm_backward"]["status"] == "passed"


def test_an_infinite_loop_is_stopped(tmp_path):
    more = "\n\ndef layernorm_forward(x, gamma, beta, ln_param):\n    while True:\n        pass\n"
    code, _, results = run(hand_in(tmp_path, solution(more)), "--seconds", "3")
    assert code == 1
    assert "stopped after 3 s" in results["layernorm_forward"]["what"]
    assert "not checked" in results["layernorm_backward"]["what"]
    assert "not checked" in results["FullyConnectedNet"]["what"]
    assert results["batchnorm_backward_alt"]["status"] == "passed"
    assert results["spatial_batchnorm_backward"]["status"] == "passed"


def test_code_that_ends_python_stops_nobody_else(tmp_path):
    more = "\n\ndef batchnorm_backward(dout, cache):\n    import os\n    os._exit(0)\n"
    more += "\n\ndef layernorm_backward(dout, cache):\n    raise SystemExit\n"
    code, _, results = run(hand_in(tmp_path, solution(more)))
    assert code == 1
    assert "Python itself ended" in results["batchnorm_backward"]["what"]
    assert "SystemExit" in results["layernorm_backward"]["what"]
    assert results["batchnorm_backward_alt"]["status"] == "passed"
    assert results["spatial_groupnorm_forward"]["status"] == "passed"


def test_code_that_ends_python_on_import(tmp_path):
    code, lines, results = run(hand_in(tmp_path, solution("\n\nimport os\nos._exit(0)\n")))
    assert code == 1
    assert len(results) == 10
    assert "Python itself ended" in lines[0]


def test_a_syntax_error_is_one_line(tmp_path):
    files = solution("\n\ndef broken(:\n")
    last = files["layers.py"].count(b"\n")
    code, lines, results = run(hand_in(tmp_path, files))
    assert code == 1
    assert {each["status"] for each in results.values()} == {"wrong"}
    told = [line for line in lines if "SyntaxError" in line]
    assert len(told) == 1
    assert told[0].startswith(f"wrong    import: layers.py, line {last}: SyntaxError")


def test_files_named_like_standard_modules_are_in_nobodys_way(tmp_path):
    names = ("queue", "types", "argparse", "subprocess", "inspect")
    files = {f"{name}.py": b"raise RuntimeError\n" for name in names}
    code, lines, _ = run(hand_in(tmp_path, {**solution(), **files}), "--only", "eps")
    assert code == 0, lines


def test_files_named_like_standard_modules_are_named_where_they_fail(tmp_path):
    files = {"queue.py": b"def mine():\n    pass\n"}
    folder = hand_in(tmp_path, {**solution("from queue import mine\n"), **files})
    code, lines, _ = run(folder, "batchnorm_forward")
    assert code == 1
    assert "ImportError: cannot import name 'mine'" in lines[0]
    assert lines[0].endswith("; rename queue.py: Python or NumPy has a module of that name")


def test_files_that_have_nothing_to_do_with_it_are_not_named(tmp_path):
    folder = hand_in(tmp_path, {**solution("import nowhere\n"), "queue.py": b""})
    _, lines, _ = run(folder, "batchnorm_forward")
    assert lines[0].endswith("ModuleNotFoundError: No module named 'nowhere'")


def test_the_older_flag_of_the_network(tmp_path):
    files = solution()
    network = files["classifiers/fc_net.py"].decode()
    network += OLDER
    files["classifiers/fc_net.py"] = network.encode()
    code, lines, results = run(hand_in(tmp_path, files), "FullyConnectedNet")
    found = results["FullyConnectedNet"]
    assert (code, found["status"]) == (1, "not yet"), lines
    assert "has no normalization='layernorm', only the flag use_batchnorm" in found["what"]
    assert run(tmp_path, "--only", "initial weights")[0] == 0


def test_a_missing_file_is_told(tmp_path):
    folder = hand_in(tmp_path, solution())
    folder.joinpath("classifiers", "fc_net.py").unlink()
    code, lines, results = run(folder)
    assert code == 1
    assert "not yet  import: there is no fc_net.py" in lines
    assert results["batchnorm_forward"]["status"] == "passed"


def test_some_functions_and_some_checks(solved):
    assert set(run(solved, "layernorm_forward", "batchnorm_backward")[2]) == {
        "batchnorm_backward",
        "layernorm_forward",
    }
    assert set(run(solved, "--only", "*batchnorm_forward: run*")[2]) == {
        "batchnorm_forward",
        "spatial_batchnorm_forward",
    }
    assert set(run(solved, "--only", "RUNNING", "batchnorm_forward")[2]) == {"batchnorm_forward"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["batchnorm"], "batchnorm is none of the functions"),
        (["--only", "nonsense"], "no check has the name"),
        (["--json", "no/such/folder/results.json"], "there is no folder"),
        (["--colour"], "unrecognized arguments"),
        (["--seconds", "-3"], "--seconds -3: more than 0"),
        (["--seconds", "nan"], "--seconds nan: more than 0"),
        (["--seconds", "inf"], "--seconds inf: more than 0"),
    ],
)
def test_usage(arguments, words, solved):
    code, lines, _ = run(solved, *arguments)
    assert code == 2
    assert words in lines[-1]


def on_a_terminal(folder, **more):
    master, slave = pty.openpty()
    command = [sys.executable, str(folder / "selfcheck.py"), "layernorm_forward"]
    subprocess.run(command, stdout=slave, check=True, env=environment(**more), timeout=300)
    os.close(slave)
    shown = b""
    with contextlib.suppress(OSError):  # how Linux tells that the other end is closed
        while part := os.read(master, 65536):
            shown += part
    os.close(master)
    return shown.decode()


def test_colours_on_a_terminal(solved):
    assert "\033[32mpassed" in on_a_terminal(solved)
    assert "\033" not in on_a_terminal(solved, NO_COLOR="1")
    assert "\033" not in on_a_terminal(solved, TERM="dumb")


def test_watching(tmp_path):
    folder = hand_in(tmp_path, STUBS)
    child = subprocess.Popen(
        [sys.executable, str(folder / "selfcheck.py"), "--watch", "layernorm_forward"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment(), encoding="utf-8",
    )  # fmt: skip
    guard = threading.Timer(120, child.kill)
    guard.start()
    with child:
        assert "not yet  layernorm_forward" in until_it_waits(child)
        lay_out(folder, solution())
        again = until_it_waits(child)
        while "1 of 1" not in again:  # it saw the one file before the other was written
            assert again, "the self-check ended"
            again = until_it_waits(child)
        child.send_signal(signal.SIGINT)
        left, errors = child.communicate()
    guard.cancel()
    assert (left.strip(), errors, child.returncode) == ("", "", 0)


def until_it_waits(child):
    shown = ""
    for line in child.stdout:
        shown += line
        if line.startswith("Waiting"):
            break
    return shown


def test_a_folder_of_any_name(tmp_path):
    more = "\n\ndef layernorm_forward(x, gamma, beta, ln_param):\n    return 1 / 0\n"
    folder = hand_in(tmp_path / "Übung 3 été 数", solution(more))
    _, _, results = run(folder)
    assert results["batchnorm_backward"]["status"] == "passed"
    assert results["layernorm_forward"]["where"].startswith("layers.py, line")


def test_every_python_that_is_here(numerical_python, tmp_path):
    # The solution itself asks for a newer Python than students need.
    folder = hand_in(tmp_path / "Übung é", VARIANTS["textbook_graph"])
    code, lines, _ = run(folder, python=numerical_python)
    assert code == 0, lines


def test_it_is_written_for_old_pythons_and_needs_numpy_alone():
    roots = set()
    for source in SOURCES:
        tree = ast.parse(source, feature_version=(3, 9))
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                roots |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level:
                roots.add(node.module)
    others = {root.split(".")[0] for root in roots} - set(sys.stdlib_module_names)
    assert others == {"numpy", "public_checks"}


def test_it_knows_the_assignment():
    text = "\n".join(SOURCES)
    names = [f.name for f in ENTRY.assignment.functions if f.file == "layers.py"]
    assert all(f'"{name}"' in text for name in names)
    packages = ", ".join(f'"{name}"' for name in ENTRY.assignment.imports.packages)
    assert f"PACKAGES = ({packages})" in text
    for file in ENTRY.assignment.files:
        if file.role == "student":
            places = [f'"{path}"' for path in (file.path, *file.also)]
            assert ", ".join(places) in text


def lines_of(text):
    return [line.strip() for line in text.splitlines() if line.strip()]


def test_it_gives_nothing_away():
    text = "\n".join(SOURCES)
    own = lines_of(text)
    runs = {tuple(own[i : i + 5]) for i in range(len(own) - 4)}
    for content in ENTRY.solution_files().values():
        theirs = lines_of(content.decode())
        shared = [i for i in range(len(theirs) - 4) if tuple(theirs[i : i + 5]) in runs]
        assert not shared, theirs[shared[0]]
    suite = "\n".join(path.read_text("utf-8") for path in ENTRY.folders.suite.glob("*.py"))
    hidden = set(re.findall(r"def (test_\w+)", suite))
    assert len(hidden) > 40
    assert not hidden & set(re.findall(r"\w+", text))
    for mistake in MISTAKES:
        assert mistake.id not in text
        assert mistake.title not in text
        assert mistake.hint not in text
