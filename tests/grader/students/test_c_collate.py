"""collate.py of the assignment in C, as students run it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from grader import catalog
from grader.release.confidential import confidential
from grader.release.contents import Item, bundle_of
from grader.release.leaks import find_leaks
from grader.release.writing import write_files

PROJECT = Path(__file__).resolve().parents[3]
ENTRY = catalog.find_assignment(str(PROJECT / "reference" / "batchnorm_c"))
SOLUTION = ENTRY.folders.solution / "batch_norm.c"
NOTEBOOK = "hw2.ipynb"
REFUSED, USAGE = 1, 2
# Stands in for the assignment's: says what lies around it, and which header it misses.
SELF_CHECK = """
import re, sys
from pathlib import Path
print("around:", *sorted(p.as_posix() for p in Path(".").rglob("*") if p.is_file()), sep="|")
for name in re.findall('#include "(.*?)"', Path("batch_norm.c").read_text()):
    if not Path(name).exists():
        print(f"batch_norm.c, line 1: {name}: No such file or directory")
        sys.exit(1)
"""


@pytest.fixture(scope="module")
def bundle():
    return bundle_of(ENTRY)


@pytest.fixture
def handed_out(bundle, tmp_path):
    """The bundle as students get it, with a self-check that takes no time."""
    folder = tmp_path / "Übung 2"
    write_files(folder, bundle)
    (folder / "selfcheck.py").write_text(SELF_CHECK)
    named(folder, "hw2.tar.gz")
    return folder


@pytest.fixture
def work(handed_out):
    """The same with everything done."""
    shutil.copy(SOLUTION, handed_out)
    shutil.copy(ENTRY.folders.reference / NOTEBOOK, handed_out)
    return handed_out


def named(folder, archive):
    """Have the archive of whoever names none called so."""
    path = folder / "handin.json"
    plan = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**plan, "archive": archive}), encoding="utf-8")


def run(folder, *arguments, python=sys.executable):
    done = subprocess.run(
        [python, "collate.py", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "error"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def packed(archive: Path) -> dict[str, bytes]:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as opened:
            return {name: opened.read(name) for name in opened.namelist()}
    with tarfile.open(archive) as opened:
        return {entry.name: opened.extractfile(entry).read() for entry in opened}


def include(folder, *names):
    path = folder / "batch_norm.c"
    lines = "".join(f'#include "{name}"\n' for name in names)
    path.write_text(lines + path.read_text(encoding="utf-8"), encoding="utf-8")


def test_the_bundle_holds_what_it_takes_to_build_and_check(bundle):
    purposes = {item.path: item.purpose for item in bundle}
    assert purposes["batch_norm.c"] == "to be written"
    assert purposes["Makefile"] == "to build with"
    assert purposes["README.md"] == "to be read"
    assert purposes[NOTEBOOK] == "notebook"
    for path in ("batch_norm.h", "matrix.h", "matrix.c"):
        assert purposes[path] == "given"
    for path in ("test_batch_norm.c", "declarations.h", "building.py"):
        assert purposes[f"public_checks/{path}"] == "tool"


def test_the_readme_says_what_earns_points(bundle):
    text = next(item.content for item in bundle if item.path == "README.md").decode()
    rows = [f"| {each.title} | {each.points:g} |" for each in ENTRY.assignment.criteria]
    rows.append(f"| **Total** | **{ENTRY.assignment.possible:g}** |")
    assert "\n".join(rows) in text


def test_what_is_asked_for_is_packed_under_the_name_of_the_course(work):
    done = run(work)
    assert (done.returncode, done.stderr) == (0, "")
    files = packed(work / "hw2.tar.gz")
    assert set(files) == {"batch_norm.c", NOTEBOOK}
    assert all(content == (work / path).read_bytes() for path, content in files.items())
    assert "Warning" not in done.stdout


def test_other_names_and_formats(work):
    assert run(work, "Zoë Müller", "--no-check").returncode == 0
    assert run(work, "--format", "zip", "--no-check").returncode == 0
    assert set(packed(work / "Zoë Müller.tar.gz")) == set(packed(work / "hw2.zip"))
    named(work, "")
    assert run(work, "--no-check").returncode == 0
    assert (work / "batchnorm_c.tar.gz").is_file()


def test_as_handed_out_it_is_refused_and_says_which(handed_out):
    done = run(handed_out)
    assert done.returncode == REFUSED
    for path in ("batch_norm.c", NOTEBOOK):
        assert f"Refused: {path} is unchanged: it is as it was handed out\n" in done.stderr
    assert not list(handed_out.glob("*.tar.gz"))


def test_line_ends_are_no_change(handed_out):
    path = handed_out / "batch_norm.c"
    path.write_bytes(path.read_bytes().replace(b"\n", b"  \r\n") + b"\r\n")
    assert "batch_norm.c is unchanged" in run(handed_out).stderr


@pytest.mark.parametrize("path", ["batch_norm.c", NOTEBOOK])
def test_a_missing_file_is_refused(work, path):
    (work / path).unlink()
    done = run(work)
    assert done.returncode == REFUSED
    assert done.stderr.startswith(f"Refused: {path} is missing")


def test_sources_of_ones_own_and_changed_given_files_go_along(work):
    (work / "größen.h").write_text("enum { HALF = 1 };\n")
    (work / "sums.c").write_text("")
    for path in ("deep/inner/tree.h", "lib/one.h", "notes/scrap.c", "notes/plot.py"):
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        (work / path).write_text("")
    include(work, "größen.h", "deep/inner/tree.h", "lib/one.h")
    with (work / "matrix.c").open("a") as file:
        file.write("\nint mine(void) { return 1; }\n")
    done = run(work)
    own = {"größen.h", "sums.c", "deep/inner/tree.h", "lib/one.h"}
    assert set(packed(work / "hw2.tar.gz")) == {"batch_norm.c", NOTEBOOK, "matrix.c", *own}
    assert all(f"{path}  (a file of your own)" in done.stdout for path in own)
    assert "matrix.c  (given, changed by you)" in done.stdout
    warned = [line for line in done.stdout.splitlines() if line.startswith("Warning")]
    assert warned == ["Warning: not packed, for nothing packed includes it: notes/scrap.c"]


def test_tools_and_what_is_built_stay_at_home(work):
    with (work / "public_checks" / "test_batch_norm.c").open("a") as file:
        file.write("/* mine */\n")
    (work / "old").mkdir()
    shutil.copytree(work / "public_checks", work / "old" / "public_checks")
    (work / "test_batch_norm").write_bytes(b"\x7fELF")
    (work / "batch_norm.o").write_bytes(b"\x7fELF")
    done = run(work)
    assert set(packed(work / "hw2.tar.gz")) == {"batch_norm.c", NOTEBOOK}
    assert "Warning" not in done.stdout


def test_a_notebook_is_not_told_to_be_older_than_the_code(work):
    os.utime(work / NOTEBOOK, (0, 0))
    assert "Warning" not in run(work).stdout


def test_a_notebook_that_was_not_run_is_told(work):
    path = work / NOTEBOOK
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(execution_count=None, outputs=[])
    path.write_text(json.dumps(notebook), encoding="utf-8")
    done = run(work)
    assert done.returncode == 0
    assert f"Warning: {NOTEBOOK} has " in done.stdout
    assert "code cells that were never run" in done.stdout


@pytest.mark.parametrize("everywhere", [False, True])
def test_what_the_archive_lacks_is_told(work, everywhere):
    include(work, "other/missing.inc")
    if not everywhere:
        (work / "other").mkdir()
        (work / "other" / "missing.inc").write_text("")
    done = run(work)
    told = (
        "the archive lacks what your code includes (other/missing.inc: No such file or directory)"
    )
    assert (done.returncode, told in done.stdout) == (0, not everywhere)


@pytest.mark.skipif(not shutil.which("gcc"), reason="no gcc here")
def test_the_real_self_check_builds_what_was_packed(work, bundle):
    content = next(item.content for item in bundle if item.path == "selfcheck.py")
    (work / "selfcheck.py").write_bytes(content)
    done = run(work)
    assert "  6 of 6 functions passed.\n" in done.stdout
    assert "The self-check found nothing wrong." in done.stdout


def test_every_python_packs_the_same(work, python):
    assert run(work, "--no-check").returncode == 0
    expected = packed(work / "hw2.tar.gz")
    assert run(work, "--no-check", python=python).returncode == 0
    assert packed(work / "hw2.tar.gz") == expected


def test_code_of_the_solution_in_what_goes_out_is_told(bundle):
    secret = confidential(ENTRY)
    assert not find_leaks(secret, bundle)
    body = SOLUTION.read_text(encoding="utf-8").partition("matrix normalize(")[2].splitlines()[1:10]
    for lines in (body, [f"// {line}" for line in body], [f"{line} /* so */" for line in body]):
        leaked = Item("README.md", "\n".join(["Text.", *lines]).encode(), "to be read")
        (leak,) = find_leaks(secret, [leaked])
        assert "lines of solution/batch_norm.c" in leak.what
    given = SOLUTION.read_text(encoding="utf-8").partition("matrix variance(")[0]
    assert not find_leaks(secret, [Item("notes.md", given.encode(), "")])
