"""`grader release`: what students get, what they must not get, and the way back to a score."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader.bundle.collating.archives import zip_bytes
from grader.commands.release import release
from grader.core.errors import ConfigurationError, UsageError
from grader.core.score import Status
from grader.intake.naming import is_tool

NOTEBOOK = "BatchNormalization.ipynb"
FOLDERS = ("reference", "student_template", "tests/hidden")


def process(*command, cwd):
    environment = {**os.environ, "COLUMNS": "100"}
    return subprocess.run(
        [sys.executable, *map(str, command)],
        cwd=cwd,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def released(project, tmp_path_factory):
    """The bundle of the real assignment as a folder, once for all who look at it."""
    template = project / "student_template" / "batchnorm"
    before = tree(template)
    out = tmp_path_factory.mktemp("released") / "Blatt 1"
    done = process("-m", "grader", "release", "batchnorm", "--out", out, cwd=project)
    assert done.returncode == 0, done.stderr
    assert tree(template) == before
    return out, done


@pytest.fixture(scope="module")
def original(project, tmp_path_factory):
    """A copy of the real assignment, without its variants."""
    root = tmp_path_factory.mktemp("original")
    for folder in FOLDERS:
        shutil.copytree(
            project / folder / "batchnorm",
            root / folder / "batchnorm",
            ignore=shutil.ignore_patterns("variants", "__pycache__"),
        )
    return root


@pytest.fixture
def copied(original, tmp_path):
    """The same to spoil."""
    root = tmp_path / "course"
    shutil.copytree(original, root)
    return root


@pytest.fixture
def template(copied):
    return copied / "student_template" / "batchnorm"


@pytest.fixture
def refused(copied, capsys):
    """Return what release says in refusing, and that it wrote nothing."""

    def run() -> str:
        with pytest.raises(ConfigurationError) as caught:
            release(str(copied / "reference" / "batchnorm"), copied / "out")
        assert not [path for path in copied.iterdir() if path.name.startswith((".", "out"))]
        assert "\n" not in str(caught.value)
        return f"{capsys.readouterr().out}{caught.value}"

    return run


def append(path: Path, text: str) -> int:
    """Append a text to a file; return the line on which it begins."""
    lines = path.read_text(encoding="utf-8").count("\n") + 1
    with path.open("a", encoding="utf-8") as file:
        file.write(text)
    return lines


def lines_of_solution(copied: Path, first: str, count: int) -> list[str]:
    solution = copied / "reference" / "batchnorm" / "solution" / "layers.py"
    lines = solution.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if first in line)
    return lines[start : start + count]


def test_the_bundle_is_what_is_listed(released, project):
    out, done = released
    template = tree(project / "student_template" / "batchnorm")
    bundle = tree(out)
    workflows = {path for path in bundle if path.startswith(".github/workflows/")}
    shipped = project / "grader" / "bundle"
    packers = {"collate.py", *(f"collating/{p.name}" for p in shipped.glob("collating/*.py"))}
    assert bundle.keys() - workflows == {*template, *packers, "handin.json"}
    assert all(bundle[path] == content for path, content in template.items())
    assert all(bundle[path] == (shipped / path).read_bytes() for path in packers)
    assert len(workflows) == len(list((shipped / "workflows").glob("*.y*ml")))
    # Intake knows them again.
    said = [line.split() for line in done.stdout.splitlines()]
    tools = {words[0] for words in said if words[-1:] == ["tool"]}
    assert tools == {path for path in bundle if is_tool(path)}
    assert {"selfcheck.py", "public_checks/compare.py", *packers} <= tools
    plan = json.loads(bundle["handin.json"])
    assert [file["path"] for file in plan["files"]] == ["layers.py", "classifiers/fc_net.py"]
    for path in bundle:
        assert path in done.stdout
    assert "Template: 0 points. Solution: everything, 159 points; 20 more" in done.stdout
    assert not [path for path in out.parent.iterdir() if path != out]


def test_a_bundle_filled_in_and_packed_gets_the_full_score(released, project, tmp_path):
    folder = tmp_path / "home work"
    shutil.copytree(released[0], folder)
    reference = project / "reference" / "batchnorm"
    shutil.copytree(reference / "solution", folder, dirs_exist_ok=True)
    shutil.copy(reference / NOTEBOOK, folder)
    done = process("collate.py", "Ada t", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "The self-check found nothing wrong." in done.stdout
    done = process("collate.py", "Ada z", "--format", "zip", "--no-check", cwd=folder)
    assert done.returncode == 0, done.stderr
    # Some hand in the whole folder, tools and all; these were changed.
    whole = tmp_path / "Ada w"
    shutil.copytree(folder, whole, ignore=shutil.ignore_patterns("Ada*", "__pycache__"))
    for tool in ("selfcheck.py", "public_checks/compare.py", "collating/packing.py"):
        (whole / tool).write_bytes(b"\xff\xfe")
    out = tmp_path / "results"
    hand_ins = [folder / "Ada t.tar.gz", folder / "Ada z.zip", whole]
    graded = process("-m", "grader", "grade", *hand_ins, "-a", "batchnorm", "-o", out,
                     "--execute", "never", cwd=project)  # fmt: skip
    assert graded.returncode == 0, graded.stderr
    for name in ("Ada t", "Ada z", "Ada w"):
        record = json.loads((out / "staff" / f"{name}.json").read_text(encoding="utf-8"))
        assert (record["score"]["earned"], record["score"]["pending"]) == (159, 20)
        assert record["notes"] == []
        own = [f["path"] for f in record["submission"]["files"] if f["origin"] == "student"]
        given = ["gradient_check.py", "layer_utils.py", "optim.py", "solver.py", "data_utils.py"]
        assert sorted(own) == sorted(
            ["layers.py", "classifiers/fc_net.py", *(given if name == "Ada w" else [])]
        )


def test_a_zip_is_the_same_each_time(released, project, tmp_path):
    out = tmp_path / "one.ZIP"
    done = process("-m", "grader", "release", "batchnorm", "--out", out, cwd=project)
    assert done.returncode == 0, done.stderr
    files = {f"batchnorm/{path}": content for path, content in tree(released[0]).items()}
    assert out.read_bytes() == zip_bytes(files)
    with zipfile.ZipFile(out) as archive:
        assert set(archive.namelist()) == set(files)
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("name", ["r.tar.gz", "r.TGZ", "r.tar", "r.7z", "r.rar"])
def test_other_archives_are_refused(batchnorm, tmp_path, name):
    with pytest.raises(UsageError, match=r"a bundle is a folder or a \.zip"):
        release(batchnorm, tmp_path / name)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["full", "taken.zip", "file", "nowhere/out"])
def test_what_is_there_is_not_overwritten(batchnorm, tmp_path, name):
    (tmp_path / "full").mkdir()
    for path in ("full/mine.txt", "taken.zip", "file"):
        (tmp_path / path).write_text("mine")
    before = tree(tmp_path)
    with pytest.raises(UsageError, match=r"exists already|is no folder"):
        release(batchnorm, tmp_path / name)
    assert tree(tmp_path) == before


def test_files_that_are_not_listed_are_refused_by_name(template, refused):
    (template / "notes").mkdir()
    (template / "notes" / "old solution.py").write_text("")
    (template / "layers.py.orig").write_text("")
    (template / "__pycache__").mkdir()
    (template / "__pycache__" / "layers.pyc").write_bytes(b"\0")
    (template / ".DS_Store").write_bytes(b"\0")
    said = refused()
    assert "not on the list" in said
    assert "layers.py.orig, notes/old solution.py" in said
    assert "DS_Store" not in said


def test_what_release_makes_itself_is_not_taken_from_the_template(template, refused):
    (template / "collate.py").write_text("")
    assert "collate.py is made by the release; remove it" in refused()


def test_a_listed_file_that_is_not_there_is_named(template, refused):
    (template / "optim.py").unlink()
    assert "lacks optim.py" in refused()


def test_the_name_of_a_hidden_check_is_refused(template, refused):
    line = append(template / "README.md", "\nSee also `test_dx_sums_to_0`.\n") + 1
    assert f"README.md, line {line}: test_dx_sums_to_0, the name of a hidden check" in refused()


def test_a_name_of_the_hidden_suite_is_refused(template, refused):
    line = append(template / "solver.py", "# as expect_own_gradients does\n")
    assert f"solver.py, line {line}: expect_own_gradients, a name of the hidden" in refused()


@pytest.mark.parametrize("change", ["{}", "    # {}", "{}  # so", "> {}"])
def test_five_lines_of_the_solution_are_refused(copied, template, refused, change):
    leaked = lines_of_solution(copied, "x_mu_square = 2 * x_mu", 8)
    text = "".join(change.format(line.replace(" * ", "*")) + "\n" for line in leaked)
    line = append(template / "README.md", text)
    assert f"README.md, line {line}: 5 lines of solution/layers.py" in refused()


def test_a_short_function_of_the_solution_is_refused(copied, template, refused):
    solution = copied / "reference" / "batchnorm" / "solution" / "layers.py"
    append(solution, "\n\ndef _three(x):\n    a = x + 1\n    b = a * x\n    return b - a\n")
    line = append(template / "optim.py", "\n# a = x + 1\n# b = a*x\n# return b - a\n") + 1
    assert f"optim.py, line {line}: all of _three in solution/layers.py" in refused()


def test_the_seed_of_a_hidden_check_is_refused(copied, template, refused):
    suite = copied / "tests" / "hidden" / "batchnorm" / "draws.py"
    append(suite, "\nSEED = 90210\nSTREAM = np.random.default_rng([7, 424_242])\n")
    line = append(template / "README.md", "\nTry 424242 and 902100.\nOr 90210.\n") + 1
    said = refused()
    assert f"README.md, line {line}: 424242, a seed of the hidden suite (draws.py)" in said
    assert f"README.md, line {line + 1}: 90210, a seed of the hidden suite" in said


def test_a_report_with_its_seed_is_refused(template, refused):
    line = append(template / "README.md", '{"format": "grading-harness/report/1", "seed": 7}\n')
    assert f"README.md, line {line}: grading-harness/report/1, a report of the grader" in refused()


def test_texts_of_known_mistakes_are_refused(template, refused):
    hint = "With momentum = 0.9, how much of the old\n# average should be left after one batch?"
    line = append(template / "solver.py", f"# {hint}\n# run-momentum-exchanged\n")
    said = refused()
    assert f"solver.py, line {line}: the hint of the known mistake run-momentum-exchanged" in said
    assert f"solver.py, line {line + 2}: run-momentum-exchanged, the id of a known" in said


@pytest.mark.parametrize("place", ["source", "output", "metadata"])
def test_the_cells_of_the_notebook_are_read(copied, template, refused, place):
    notebook = json.loads((template / NOTEBOOK).read_text(encoding="utf-8"))
    leaked = lines_of_solution(copied, "x_mu_square = 2 * x_mu", 8)
    cell = notebook["cells"][4]
    if place == "source":
        cell["source"] = ["# try:\n", *(f"# {line}\n" for line in leaked)]
        expected = f"{NOTEBOOK}, cell 5, line 2: 5 lines of solution/layers.py"
    elif place == "output":
        text = [f"{line}\n" for line in leaked]
        cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": text}]
        expected = f"{NOTEBOOK}, cell 5, output, line 1: 5 lines of solution/layers.py"
    else:
        cell["metadata"]["from"] = "test_dx_sums_to_0"
        expected = f"{NOTEBOOK}, cell 5, metadata, line"
    (template / NOTEBOOK).write_text(json.dumps(notebook), encoding="utf-8")
    assert expected in refused()


def test_the_solved_notebook_is_refused(copied, template, refused):
    shutil.copy(copied / "reference" / "batchnorm" / NOTEBOOK, template / NOTEBOOK)
    said = refused()
    for name in ("answer-1", "answer-2", "answer-3", "answer-4", "bn-forward-check, output"):
        assert f"the solved notebook, cell {name}" in said


def test_a_solved_answer_is_refused_wherever_it_stands(template, refused):
    answer = "*A fixed threshold at which\n  information is thrown away*;"
    line = append(template / "data" / "README.md", f"\n{answer}\n") + 1
    assert f"data/README.md, line {line}: the solved notebook, cell answer-3" in refused()


@pytest.fixture
def course(toy):
    """The folder of the small assignment's course."""
    return toy.parents[1]


def test_a_template_that_scores_is_refused(toy, course, lay_out):
    lay_out(course, {"student_template/toy/sums.py": "def add(a, b):\n    return 0 * a\n"})
    words = r"template earns 3 points \(keeps 2, more 1\), not 0"
    with pytest.raises(ConfigurationError, match=words):
        release(str(toy), course / "out")
    assert not (course / "out").exists()


def test_a_solution_that_does_not_score_is_refused(toy, course, lay_out):
    changes_a = "def add(a, b):\n    a += b\n    return a\n"
    lay_out(course, {"reference/toy/solution/sums.py": changes_a})
    with pytest.raises(ConfigurationError, match=r"not earn everything \(keeps FAILED\)"):
        release(str(toy), course / "out")
    assert not (course / "out").exists()


def test_a_self_check_that_does_not_pass_the_solution_is_refused(toy, course, lay_out):
    check = "import sys\nsys.exit('add is not called sum')\n"
    lay_out(course, {"student_template/toy/selfcheck.py": check})
    with pytest.raises(ConfigurationError, match="pass the solution: add is not called sum"):
        release(str(toy), course / "out")
    assert not (course / "out").exists()


def test_an_assignment_without_notebook_is_released(toy, right, tmp_path, grade_all, capsys):
    out = tmp_path / "out"
    out.mkdir()  # an empty folder may be there
    assert release(str(toy), out) == 0
    assert "Solution: everything, 6 points" in capsys.readouterr().out
    # No self-check, so nothing that would run it.
    packers = {path for path in tree(out) if path.startswith("collat")}
    assert tree(out).keys() - packers == {"README.md", "sums.py", "handin.json"}
    assert process("collate.py", cwd=out).returncode == 1
    (out / "sums.py").write_text(f"{right}# mine\n")
    assert process("collate.py", "me", cwd=out).returncode == 0
    reports = grade_all(str(toy), {"me": out / "me.tar.gz"})
    assert (reports["me"].score.status, reports["me"].score.earned) == (Status.GRADED, 6)
