"""The shape of the code: imports go one way, modules stay small, no object crosses the wall."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "grader"
MODULES = sorted(PACKAGE.rglob("*.py"))
LINES = 400
FUNCTION_LINES = 60

# What each part may import of the rest; a part is a folder or a module at the top.
ALLOWED: dict[str, set[str]] = {
    "__init__": set(),
    "core": set(),
    "numeric": set(),
    "worker": set(),
    # Goes to students, who have nothing else of the grader.
    "bundle": set(),
    "intake": {"core"},
    "sandbox": {"core", "worker"},
    "notebook": {"core", "sandbox", "intake", "worker"},
    "checks": {"core", "notebook", "numeric", "sandbox", "worker"},
    "render": {"core"},
    "catalog": {"core"},
    "misconceptions": {"core", "catalog"},
    "diagnosis": {"core", "numeric", "checks", "catalog", "misconceptions"},
    "kernels": {"catalog", "core", "intake", "notebook", "run", "sandbox"},
    "notebooks": {"core", "intake", "notebook", "sandbox", "checks", "catalog", "kernels"},
    "remarks": {"bundle", "catalog", "core", "intake", "notebook"},
    "run": {"__init__", "core", "catalog", "notebook", "sandbox"},
    "reporting": {"core", "intake", "sandbox", "run"},
    "building": {"core", "intake", "sandbox"},
    "crew": {"building", "core", "intake", "run", "sandbox"},
    "grading": {"core", "crew", "intake", "notebook", "sandbox", "checks", "catalog", "diagnosis",
                "notebooks", "remarks", "run", "reporting"},
    "serial": {"core", "crew", "intake", "checks", "grading", "run"},
    # Loads "serial" in its runners alone.
    "batch": {"core", "intake", "run", "reporting", "sandbox", "serial"},
    "audit": {"catalog", "checks", "core", "crew", "grading", "intake", "misconceptions", "numeric",
              "run", "sandbox", "worker"},
    # Its template imports what hidden checks and known mistakes do.
    "scaffold": {"core", "numeric"},
    "publish": {"core", "render"},
    "release": {"core", "bundle", "catalog", "serial", "intake", "misconceptions", "notebook",
                "run", "sandbox"},
    "records": {"core", "render"},
    "deadlines": {"core", "catalog"},
    "ci": {"core", "catalog", "publish", "render"},
    "progress": {"core", "render", "batch"},
    "commands": {"__init__", "core", "intake", "notebook", "sandbox", "render", "catalog",
                 "batch", "serial", "kernels", "publish", "progress", "audit", "ci", "scaffold",
                 "records", "deadlines", "release", "run", "reporting", "building", "crew"},
    "__main__": {"cli"},
    "cli": {"__init__", "ci", "core", "notebook", "sandbox", "commands"},
}  # fmt: skip
# The standard library is enough for these; the worker adds NumPy and nothing else.
PURE = {"core": set(), "bundle": set(), "numeric": {"numpy"}, "worker": {"numpy"}}
# These two become a Jupyter kernel; no worker imports them.
KERNEL = {"worker/kernel.py", "worker/kernel_shell.py"}
JUPYTER = {"IPython", "ipykernel", "jupyter_client", "traitlets", "zmq"}
# marshal is for compiled source: a hand-in's inside the sandbox, the solution's own outside.
OBJECT_CARRIERS = {"pickle", "dill", "cloudpickle", "marshal", "shelve"}


def part_of(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def imports_of(path: Path) -> set[str]:
    """Return the dotted names that a module imports, relative ones made absolute."""
    package = ["grader", *path.relative_to(PACKAGE).parts[:-1]]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found |= {f"{module}.{alias.name}" for alias in node.names}
    return found


def named(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_go_one_way(path):
    own = part_of(path)
    used = {name.split(".")[1] for name in imports_of(path) if name.startswith("grader.")}
    tops = {entry.stem for entry in PACKAGE.iterdir()}
    used = {part if part in tops else "__init__" for part in used}
    assert used - {own} <= ALLOWED[own]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_pure_parts_need_no_library(path):
    if part_of(path) not in PURE:
        return
    # In the bundle the package of collate.py lies beside it.
    roots = {name.split(".")[0] for name in imports_of(path)} - {"grader", "collating"}
    allowed = PURE[part_of(path)] | (JUPYTER if named(path) in KERNEL else set())
    assert roots - set(sys.stdlib_module_names) <= allowed


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_live_object_crosses(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    roots = {name.split(".")[0] for name in imports_of(path)}
    allowed = {"marshal"} if named(path) == "worker/load_python.py" else set()
    assert not roots & OBJECT_CARRIERS - allowed
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword):
            assert node.arg != "allow_pickle"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            assert node.func.id != "eval"
            # The worker runs student code; nobody else runs any.
            assert node.func.id != "exec" or named(path) == "worker/load_python.py"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_modules_and_functions_stay_small(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= LINES
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            assert node.end_lineno - node.lineno < FUNCTION_LINES, node.name


def test_the_command_line_waits_for_no_library_it_does_not_need():
    # --version and --help come at once; what commands do is imported when one is called.
    listing = "import sys, grader.cli; print(*{name.partition('.')[0] for name in sys.modules})"
    done = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    )
    slow = {"numpy", "matplotlib", "nbconvert", "nbclient", "nbformat", "jupyter_client", "zmq",
            "IPython", "pytest", "jinja2", "msgspec", "rich"}  # fmt: skip
    assert "grader" in done.stdout.split()
    assert not slow & set(done.stdout.split())


def test_pytest_stays_out_of_what_others_wrote():
    import tomllib

    text = (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
    options = tomllib.loads(text)["tool"]["pytest"]["ini_options"]
    assert {"hidden", "submissions", "attacks"} <= set(options["norecursedirs"])
