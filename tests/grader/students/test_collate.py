"""collate.py as students run it: a process of its own in a folder that holds their work."""

from __future__ import annotations

import ast
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from grader import bundle as shipped
from grader import catalog
from grader.bundle.collating import packing
from grader.bundle.collating.archives import zip_bytes
from grader.intake import workspace
from grader.notebook import read
from grader.release.contents import bundle_of
from grader.release.writing import write_files

NOTEBOOK = "BatchNormalization.ipynb"
REFUSED, USAGE = 1, 2
# Stands in for the assignment's: says what lies around it.
SELF_CHECK = """
import sys
from pathlib import Path
print("around:", *sorted(p.as_posix() for p in Path(".").rglob("*") if p.is_file()), sep="|")
sys.exit("wrong" in Path("layers.py").read_text() if Path("layers.py").exists() else 0)
"""


@pytest.fixture(scope="module")
def bundle(batchnorm):
    return bundle_of(catalog.find_assignment(batchnorm))


@pytest.fixture
def handed_out(bundle, tmp_path):
    """The bundle as students get it, with a self-check that takes no time."""
    folder = tmp_path / "Übung 1"
    write_files(folder, bundle)
    (folder / "selfcheck.py").write_text(SELF_CHECK)
    return folder


@pytest.fixture
def work(handed_out, project):
    """The same with everything done."""
    solution = project / "reference" / "batchnorm"
    shutil.copytree(solution / "solution", handed_out, dirs_exist_ok=True)
    shutil.copy(solution / NOTEBOOK, handed_out)
    return handed_out


def run(folder, *arguments, python=sys.executable):
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [python, "collate.py", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert not list(folder.glob(".partial*"))
    return done


def packed(archive: Path) -> dict[str, bytes]:
    """Read an archive as anybody would."""
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive) as opened:
            return {name: opened.read(name) for name in opened.namelist()}
    with tarfile.open(archive) as opened:
        return {entry.name: opened.extractfile(entry).read() for entry in opened}


def edit_notebook(folder, change):
    path = folder / NOTEBOOK
    notebook = json.loads(path.read_text(encoding="utf-8"))
    change(notebook["cells"])
    path.write_text(json.dumps(notebook), encoding="utf-8")


def code_of(cells):
    return [cell for cell in cells if cell["cell_type"] == "code"]


def test_what_is_asked_for_is_packed_and_nothing_else(work):
    done = run(work, "Zoë Müller")
    assert done.returncode == 0, done.stderr
    archive = work / "Zoë Müller.tar.gz"
    files = packed(archive)
    assert set(files) == {"layers.py", "classifiers/fc_net.py", NOTEBOOK}
    assert all(content == (work / path).read_bytes() for path, content in files.items())
    assert "Warning" not in done.stdout
    content = archive.read_bytes()
    *_, place, last = done.stdout.splitlines()
    assert place == str(archive)
    assert last == f"{len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}"


def test_as_handed_out_it_is_refused_and_says_which(handed_out):
    done = run(handed_out)
    assert done.returncode == REFUSED
    refused = done.stderr.splitlines()
    for path in ("layers.py", "classifiers/fc_net.py", NOTEBOOK):
        assert f"Refused: {path} is unchanged: it is as it was handed out" in refused
    assert refused[-1].startswith("Nothing was packed")
    assert not list(handed_out.glob("*.tar.gz"))


@pytest.mark.parametrize("path", ["layers.py", "classifiers/fc_net.py", NOTEBOOK])
def test_a_missing_file_is_refused(work, path):
    (work / path).unlink()
    done = run(work)
    assert done.returncode == REFUSED
    assert done.stderr.splitlines()[0].startswith(f"Refused: {path} is missing")
    assert not list(work.glob("*.tar.gz"))
    incomplete = run(work, "--incomplete")
    assert incomplete.returncode == 0
    assert f"Warning: {path} is missing" in incomplete.stdout
    assert path not in packed(work / "batchnorm.tar.gz")


def test_nothing_at_all_is_refused_even_when_incomplete(work):
    for path in ("layers.py", "classifiers/fc_net.py", NOTEBOOK):
        (work / path).unlink()
    done = run(work, "--incomplete")
    assert (done.returncode, len(done.stderr.splitlines())) == (REFUSED, 4)


def test_an_empty_file_is_refused(work):
    (work / "layers.py").write_text("\n")
    done = run(work)
    assert (done.returncode, "Refused: layers.py is empty" in done.stderr) == (REFUSED, True)


def test_other_line_ends_and_a_saved_notebook_are_no_change(handed_out):
    layers = handed_out / "layers.py"
    layers.write_bytes(layers.read_bytes().replace(b"\n", b"\r\n") + b"\r\n")
    notebook = json.loads((handed_out / NOTEBOOK).read_text(encoding="utf-8"))
    notebook["metadata"]["kernelspec"] = {"name": "mine"}
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"])
    (handed_out / NOTEBOOK).write_text(json.dumps(notebook, indent=4), encoding="utf-8")
    refused = run(handed_out).stderr
    assert "layers.py is unchanged" in refused
    assert f"{NOTEBOOK} is unchanged" in refused


def test_modules_of_ones_own_and_changed_given_files_go_along(work):
    (work / "größen.py").write_text("HALF = 0.5\n")
    (work / "classifiers" / "__init__.py").write_text("")
    (work / "notes").mkdir()
    (work / "notes" / "scrap.py").write_text("x = 1\n")
    with (work / "layer_utils.py").open("a") as file:
        file.write("\ndef mine():\n    return 1\n")
    done = run(work)
    assert set(packed(work / "batchnorm.tar.gz")) == {
        "layers.py", "classifiers/fc_net.py", NOTEBOOK, "größen.py", "classifiers/__init__.py",
        "layer_utils.py",
    }  # fmt: skip
    assert "größen.py  (a module of your own)" in done.stdout
    assert "layer_utils.py  (given, changed by you)" in done.stdout


def test_folders_that_are_imported_go_along_and_others_are_named(work):
    for path, text in {
        "layers.py": "\nimport mylib.norms as own\n",
        "mylib/__init__.py": "",
        "mylib/norms.py": "from .deep import inner\n",
        "mylib/deep/inner.py": "import solver\n",
        "mylib/.hidden/norms.py": "",
        "mylib/__pycache__/norms.py": "",
        "mylib/venv/pyvenv.cfg": "",
        "mylib/venv/norms.py": "",
        "drawing/plots.py": "",
        "notes/scrap.py": "",
    }.items():
        (work / path).parent.mkdir(parents=True, exist_ok=True)
        with (work / path).open("a") as file:
            file.write(text)
    edit_notebook(work, lambda cells: code_of(cells)[-1].update(source="from drawing import plots"))
    done = run(work)
    own = {"mylib/__init__.py", "mylib/norms.py", "mylib/deep/inner.py", "drawing/plots.py"}
    files = packed(work / "batchnorm.tar.gz")
    assert set(files) == {"layers.py", "classifiers/fc_net.py", NOTEBOOK, *own}
    assert all(f"{path}  (a module of your own)" in done.stdout for path in own)
    named = [line for line in done.stdout.splitlines() if "scrap" in line]
    assert named == ["Warning: not packed, for nothing packed imports it: notes/scrap.py"]


def test_modules_without_end_are_refused(work):
    (work / "tables").mkdir()
    for number in range(9):
        (work / "tables" / f"t{number}.py").write_bytes(b"#" * (1 << 20))
    with (work / "layers.py").open("a") as file:
        file.write("import tables.t1\n")
    done = run(work)
    assert done.returncode == REFUSED
    assert "Refused: your modules exceed 8 MB in all" in done.stderr


@pytest.mark.parametrize("everywhere", [False, True])
def test_what_the_archive_lacks_is_told(work, everywhere):
    name = "nowhere" if everywhere else "hidden"
    check = (
        f"import importlib, sys\nsys.path.append('.')\nimportlib.import_module('{name}.norms')\n"
    )
    (work / "selfcheck.py").write_text(check)
    (work / "hidden").mkdir()
    (work / "hidden" / "norms.py").write_text("")
    done = subprocess.run(
        [sys.executable, "collate.py"], cwd=work, capture_output=True, encoding="utf-8", check=False
    )
    told = (
        "the archive lacks what your code imports (ModuleNotFoundError: No module named 'hidden')"
    )
    assert (done.returncode, told in done.stdout) == (0, not everywhere)
    assert ("The self-check found something" in done.stdout) == everywhere


def test_what_others_made_is_not_overwritten(work, bundle):
    target = work / "batchnorm.zip"
    handed_out = {item.path: item.content for item in bundle}
    folder = {f"batchnorm/{path}": content for path, content in handed_out.items()}
    given = [zip_bytes(files) for files in (handed_out, folder)]
    other = zip_bytes({"essay.txt": b"mine"})
    by_hand = io.BytesIO()
    with zipfile.ZipFile(by_hand, "w") as archive:
        archive.writestr("layers.py", "")
    for content in (*given, other, by_hand.getvalue(), b"no archive", b""):
        target.write_bytes(content)
        done = run(work, "--format", "zip", "--no-check")
        assert (done.returncode, len(done.stderr.splitlines())) == (REFUSED, 1)
        assert "batchnorm.zip is there already and was not packed here" in done.stderr
        assert target.read_bytes() == content
    assert run(work, "--format", "zip", "--no-check", "--force").returncode == 0
    assert "layers.py" in packed(target)


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
def test_what_it_packed_before_is_replaced(work, kind):
    (work / "gone.py").write_text("")
    assert run(work, "me", "--format", kind, "--no-check").returncode == 0
    (work / "gone.py").unlink()
    assert run(work, "me", "--format", kind, "--no-check").returncode == 0
    assert "gone.py" not in packed(work / f"me.{kind}")


def test_files_named_like_standard_modules_are_in_nobodys_way(work):
    for name in ("queue", "types", "argparse", "tarfile", "zlib"):
        (work / f"{name}.py").write_text("raise RuntimeError\n")
    done = run(work)
    assert done.returncode == 0, done.stderr
    assert "queue.py" in packed(work / "batchnorm.tar.gz")


def test_a_package_and_other_names_of_the_course_are_found(work):
    package = work / "cs231n"
    package.mkdir()
    (work / "layers.py").rename(package / "layers.py")
    (work / "classifiers").rename(package / "clf")
    done = run(work)
    assert done.returncode == 0, done.stderr
    assert set(packed(work / "batchnorm.tar.gz")) == {
        "cs231n/layers.py", "cs231n/clf/fc_net.py", NOTEBOOK,
    }  # fmt: skip


def test_copies_and_environments_are_not_taken_for_the_work(work):
    (work / "old").mkdir()
    shutil.copy(work / "layers.py", work / "old")
    library = work / "env" / "lib"
    library.mkdir(parents=True)
    (work / "env" / "pyvenv.cfg").write_text("")
    (library / "layers.py").write_text("")
    done = run(work)
    assert "Warning: layers.py is packed, not old/layers.py\n" in done.stdout


def test_tools_are_nobodys_work_wherever_they_lie(work):
    (work / "old").mkdir()
    for tool in ("selfcheck.py", "collate.py", "public_checks", "collating"):
        copy = shutil.copytree if (work / tool).is_dir() else shutil.copy
        copy(work / tool, work / "old" / tool)
    with (work / "public_checks" / "compare.py").open("a") as file:
        file.write("print('changed')\n")
    with (work / "layers.py").open("a") as file:
        file.write("from public_checks import compare\n")
    done = run(work)
    assert "not packed" not in done.stdout
    assert set(packed(work / "batchnorm.tar.gz")) == {
        "layers.py", "classifiers/fc_net.py", NOTEBOOK,
    }  # fmt: skip


def test_a_notebook_that_is_no_json_is_refused(work):
    (work / NOTEBOOK).write_text("<<<<<<< HEAD\n{}")
    done = run(work, "--incomplete")
    assert done.returncode == REFUSED
    assert f"Refused: {NOTEBOOK} cannot be read: it is damaged" in done.stderr


def test_cells_that_were_never_run_are_told(work):
    def forget(cells):
        for cell in code_of(cells)[1:3]:
            cell.update(execution_count=None, outputs=[])
        cells.append({"cell_type": "code", "source": "# later", "metadata": {}, "outputs": []})

    edit_notebook(work, forget)
    done = run(work)
    assert done.returncode == 0
    said = f"Warning: {NOTEBOOK} has 2 code cells that were never run (cells 3, 5)"
    assert said in done.stdout


def test_cells_run_out_of_order_are_told(work):
    edit_notebook(work, lambda cells: code_of(cells)[0].update(execution_count=99))
    done = run(work)
    assert "was not run from top to bottom (cell 3 was run before cell 2)" in done.stdout


def test_outputs_older_than_the_code_are_told(work):
    saved = (work / NOTEBOOK).stat().st_mtime
    os.utime(work / "layers.py", (saved + 60, saved + 60))
    done = run(work)
    assert done.returncode == 0
    assert f"Warning: {NOTEBOOK} shows what older code gave (layers.py changed" in done.stdout


@pytest.mark.parametrize("kind", ["tar.gz", "zip"])
def test_the_same_work_gives_the_same_archive(work, kind):
    assert run(work, "one", "--format", kind).returncode == 0
    for path in work.rglob("*"):
        os.utime(path, (10**9, 10**9))
    (work / "layers.py").chmod(0o600)
    assert run(work, "two", "--format", kind).returncode == 0
    first, second = ((work / f"{name}.{kind}").read_bytes() for name in ("one", "two"))
    assert first == second
    assert set(packed(work / f"one.{kind}")) == {"layers.py", "classifiers/fc_net.py", NOTEBOOK}


def test_no_name_of_an_owner_is_in_the_archive(work):
    run(work)
    with tarfile.open(work / "batchnorm.tar.gz") as archive:
        entries = archive.getmembers()
    owners = {(entry.uname, entry.gname, entry.uid, entry.gid, entry.mtime) for entry in entries}
    assert owners == {("", "", 0, 0, 315532800)}


def test_the_self_check_sees_what_was_packed_and_what_was_given(work):
    (work / "elsewhere").mkdir()
    (work / "elsewhere" / "module.py").write_text("")
    done = run(work)
    around = done.stdout.partition("around:|")[2].splitlines()[0].split("|")
    assert {"layers.py", "classifiers/fc_net.py", "solver.py", "data/digits.npz"} <= set(around)
    assert "elsewhere/module.py" not in around
    assert "The self-check found nothing wrong." in done.stdout


def test_a_self_check_that_finds_something_stops_nobody(work):
    with (work / "layers.py").open("a") as file:
        file.write("# wrong\n")
    done = run(work)
    assert done.returncode == 0
    assert "The self-check found something" in done.stdout
    assert (work / "batchnorm.tar.gz").is_file()
    assert "The self-check" not in run(work, "--no-check").stdout


def test_a_bundle_without_self_check_packs_as_well(work):
    (work / "selfcheck.py").unlink()
    done = run(work)
    assert (done.returncode, "self-check" in done.stdout) == (0, False)


def test_out_says_where_to(work, tmp_path):
    out = tmp_path / "mine.zip"
    assert run(work, "--out", str(out)).returncode == 0
    assert "layers.py" in packed(out)


@pytest.mark.parametrize(
    "arguments",
    [
        ["a/b"],
        ["a:b"],
        [" a"],
        [""],
        ["a.zip", "--format", "tar.gz"],
        ["--out", "a.rar"],
        ["--out", "nowhere/a.zip"],
        ["--format", "rar"],
    ],
)
def test_wrong_usage_is_told_in_a_line(work, arguments):
    done = run(work, *arguments)
    assert done.returncode == USAGE
    assert "collate.py: " in done.stderr.splitlines()[-1]
    assert done.stdout == ""


@pytest.mark.parametrize("content", [None, "{", "[]", "{}"])
def test_without_its_plan_it_asks_for_it(work, content):
    (work / "handin.json").unlink()
    if content is not None:
        (work / "handin.json").write_text(content)
    done = run(work)
    assert (done.returncode, len(done.stderr.splitlines())) == (USAGE, 1)
    assert "handin.json is missing or damaged" in done.stderr


def test_a_failure_to_write_leaves_nothing(work):
    (work / "a.tar.gz").mkdir()
    assert run(work, "a").returncode == USAGE
    assert not list((work / "a.tar.gz").iterdir())


def test_every_python_from_3_9_on_packs(work, python):
    for kind in ("tar.gz", "zip"):
        done = run(work, "ada", "--format", kind, python=python)
        assert (done.returncode, done.stderr) == (0, "")
        assert set(packed(work / f"ada.{kind}")) == {
            "layers.py", "classifiers/fc_net.py", NOTEBOOK,
        }  # fmt: skip


def test_older_pythons_are_refused_in_a_line(project):
    older = "import runpy, sys; sys.version_info = (3, 8); runpy.run_path(sys.argv[1])"
    template = project / "grader" / "scaffold" / "template" / "student_template"
    for path in (
        Path(shipped.__file__).with_name("collate.py"),
        project / "student_template" / "batchnorm" / "selfcheck.py",
        template / "selfcheck.py",
    ):
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 6))
        assert "from __future__" not in path.read_text(encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", older, path], capture_output=True, encoding="utf-8", check=False
        )
        assert (done.returncode, done.stderr) == (1, f"{path.name} needs Python 3.9 or later\n")


def test_it_knows_the_limits_of_the_intake():
    assert packing.MAX_SOURCES_BYTES == workspace.MAX_SOURCES_BYTES
    assert packing.MAX_SOURCE_BYTES == workspace.MAX_SOURCE_BYTES
    assert packing.MAX_NOTEBOOK_BYTES == read.MAX_BYTES


def test_it_finds_files_where_the_intake_does():
    paths = ["x/y/layers.py", "b/layers.py", "cs231n/layers.py", "my_layers.py", "layers.py"]
    for some in (paths, paths[:-1], paths[:2]):
        found = packing.locate("layers.py", some, ["cs231n"])
        assert found == workspace.locate("layers.py", dict.fromkeys(some, b""), ["cs231n"])
