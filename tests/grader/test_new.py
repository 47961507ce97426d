"""`grader new`: an assignment that works as it stands, all of it or nothing."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from grader import catalog
from grader.misconceptions import load_misconceptions, solution_with, variant_files

FOLDERS = ("reference/rates", "student_template/rates", "tests/hidden/rates")
TITLE = 'Rates, "compounded" \\ größer als 5 %'


def grader(here: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "grader", *arguments]
    return subprocess.run(command, cwd=here, capture_output=True, text=True, check=False)


def contents(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file() and path.suffix != ".pyc")
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A folder outside the checkout with a new assignment, and what it is called."""
    root = tmp_path_factory.mktemp("courses")
    done = grader(root, "new", "rates", "--title", TITLE)
    assert done.returncode == 0, done.stderr
    assert all(f"{folder}/" in done.stdout for folder in FOLDERS)
    return root


@pytest.fixture
def entry(made, monkeypatch) -> catalog.Entry:
    monkeypatch.chdir(made)
    return catalog.find_assignment("rates")


def test_slug_and_title_are_put_in(made, entry):
    assert entry.assignment.title == TITLE
    files = contents(made)
    assert TITLE in files["student_template/rates/README.md"].decode()
    assert not any(b"__SLUG__" in each or b"__TITLE__" in each for each in files.values())
    assert sorted(path.name for path in made.iterdir()) == [
        "reference",
        "student_template",
        "tests",
    ]


def test_it_passes_its_audit(made, tmp_path):
    done = grader(made, "audit", "rates", "--seeds", "5", "--out", str(tmp_path / "audit"))
    assert done.returncode == 0, done.stdout + done.stderr
    lines = " ".join(done.stdout.split())
    for words in (
        "3 of 3 earn everything",
        "6 of 6 are caught and cost what they should",
        "6 of 6 are called by their name",
        "of which 0 notice no misconception",
        "100.0% of",
        "0 no │ │ │ check reaches",
    ):
        assert words in lines, done.stdout


APPROXIMATE = """
import numpy as np

def log_softmax_forward(x):
    top = x.max(axis=1)[:, None]
    return x - top - np.log(np.exp(x - top).sum(axis=1))[:, None], x

def log_softmax_backward(dout, x):
    dx = np.zeros_like(x)
    for index in np.ndindex(*x.shape):
        nudge = np.zeros_like(x)
        nudge[index] = 1e-6
        up, down = (log_softmax_forward(each)[0] for each in (x + nudge, x - nudge))
        dx[index] = np.sum((up - down) * dout) / 2e-6
    return dx
"""


def test_hand_ins_get_what_they_deserve(made, entry, tmp_path):
    lost = next(each for each in load_misconceptions(entry) if each.id == "cross-terms-lost")
    for student, files in {
        "ada": entry.solution_files(),
        "blank": {"functions.py": (entry.folders.template / "functions.py").read_bytes()},
        "carl": solution_with(entry, [lost]),
        "dora": {"functions.py": APPROXIMATE.encode()},
    }.items():
        folder = tmp_path / "hand-ins" / student
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
    results = tmp_path / "results"
    done = grader(made, "grade", str(tmp_path / "hand-ins"), "-a", "rates", "-o", str(results))
    assert done.returncode == 0, done.stdout + done.stderr
    with (results / "grades.csv").open(encoding="utf-8") as file:
        scores = {row["student"]: row["score"] for row in csv.DictReader(file)}
    assert scores == {"ada": "10", "blank": "0", "carl": "7", "dora": "8.5"}
    page = (results / "students" / "carl" / "report.html").read_text()
    assert lost.title in page
    assert lost.title not in (results / "students" / "dora" / "report.html").read_text()


def selfcheck(made: Path, folder: Path, code: bytes, *options: str) -> tuple[int, str]:
    folder.mkdir(exist_ok=True)
    (folder / "functions.py").write_bytes(code)
    script = made / "student_template" / "rates" / "selfcheck.py"
    (folder / "selfcheck.py").write_bytes(script.read_bytes())
    command = [sys.executable, "-B", str(folder / "selfcheck.py"), *options]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def test_the_self_check_agrees_with_the_grader(made, entry, tmp_path):
    for files in (entry.solution_files(), *variant_files(entry).values()):
        code, said = selfcheck(made, tmp_path, files["functions.py"])
        assert (code, said.count("\npassed") + said.startswith("passed")) == (0, 5), said
        assert "The hidden ones run after you hand in." in said
    stubs = (made / "student_template" / "rates" / "functions.py").read_bytes()
    code, said = selfcheck(made, tmp_path, stubs)
    assert (code, said.count("not yet")) == (1, 5)
    mistakes = load_misconceptions(entry)
    missed = [
        mistake.id
        for mistake in mistakes
        if selfcheck(made, tmp_path, solution_with(entry, [mistake])["functions.py"])[0] == 0
    ]
    assert missed == ["logarithm-last"]  # what only hidden checks look at
    # As the workflow that goes to students calls it.
    code, _ = selfcheck(made, tmp_path, stubs, "--json", str(tmp_path / "found.json"))
    assert code == 1
    assert [each["status"] for each in json.loads((tmp_path / "found.json").read_text())] == (
        ["not yet"] * 5
    )
    code, said = selfcheck(made, tmp_path, stubs, "--only", "forward")
    assert (code, said.count("not yet")) == (1, 3)
    code, said = selfcheck(made, tmp_path, b"def broken(:\n")
    assert (code, said.count("\n")) == (1, 1)
    assert "functions.py cannot be imported: SyntaxError" in said


def test_its_files_are_tidy(made):
    rules = ("--isolated", "--no-cache", "--line-length=100")
    for check in (("check", "--select=E,F,W"), ("format", "--check")):
        ruff = [sys.executable, "-m", "ruff", *check, *rules, str(made)]
        done = subprocess.run(ruff, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "slug", ["Rates", "ra tes", "../rates", "rates/", "-rates", "r--s", "a" * 65, ""]
)
def test_a_slug_that_is_none(tmp_path, slug):
    done = grader(tmp_path, "new", "--", slug)
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "is no slug: use lower-case letters and digits" in done.stderr
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("there", FOLDERS)
def test_nothing_is_overwritten(tmp_path, there):
    (tmp_path / there).mkdir(parents=True)
    (tmp_path / there / "mine").write_text("mine")
    done = grader(tmp_path, "new", "rates")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert f"{there} exists already; choose another slug, or remove it" in done.stderr
    assert contents(tmp_path) == {f"{there}/mine": b"mine"}


def test_what_fails_half_way_leaves_nothing(tmp_path):
    # By the time this is found, two of the three folders are in their places.
    (tmp_path / "tests").write_text("a file")
    done = grader(tmp_path, "new", "rates")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "tests is no folder" in done.stderr
    assert contents(tmp_path) == {"tests": b"a file"}
    assert [path.name for path in tmp_path.iterdir()] == ["tests"]


def test_other_places(tmp_path):
    (tmp_path / "my courses").mkdir()
    done = grader(tmp_path, "new", "two-rates", "--root", "my courses")
    assert done.returncode == 0, done.stderr
    # From here it is found by its path.
    assert "grader audit 'my courses/reference/two-rates'" in done.stdout
    toml = tmp_path / "my courses" / "reference" / "two-rates" / "assignment.toml"
    assert 'title = "Two rates"' in toml.read_text()
    for arguments, complaint in (
        (("--root", "nowhere"), "nowhere is no folder; make it first, or name another one"),
        (("--title", "two\nlines"), "the title must be one line of text"),
        (("--title", " "), "the title must be one line of text"),
    ):
        done = grader(tmp_path, "new", "rates", *arguments)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1)
        assert complaint in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["my courses"]


def test_an_installed_grader_has_the_files(project, tmp_path):
    hatchling = pytest.importorskip("hatchling.builders.wheel")
    wheel = next(hatchling.WheelBuilder(str(project)).build(directory=str(tmp_path)))
    template = project / "grader" / "scaffold" / "template"
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    assert {f"grader/scaffold/template/{name}" for name in contents(template)} <= packed


def without_sizes(said: str) -> list[str]:
    """Return the lines of what release says; sizes change with every word of a tool."""
    return [
        " ".join(re.sub(r" [\d,]+  (?=[a-zC])", " ", line).split()) for line in said.splitlines()
    ]


BLOCK = re.compile(r"```\w+\n# ((?:reference|student_template|tests)/\S+)\n(.*?)```", re.DOTALL)


def test_the_walk_through_is_true(project, tmp_path, lay_out):
    text = (project / "docs" / "assignments.md").read_text(encoding="utf-8")
    done = grader(tmp_path, "new", "rates", "--title", "Effective interest rates")
    assert f'--title "Effective interest rates"\n{done.stdout}```' in text
    for old in ("solution/functions.py", "variants/*/functions.py"):
        for path in (tmp_path / "reference" / "rates").glob(old):
            path.unlink()
            path.parent.rmdir()
    (tmp_path / "student_template" / "rates" / "functions.py").unlink()
    for path in (tmp_path / "tests" / "hidden" / "rates").iterdir():
        path.unlink()
    lay_out(tmp_path, dict(BLOCK.findall(text)))

    suite = tmp_path / "tests" / "hidden" / "rates" / "test_rates.py"
    done = grader(tmp_path, "audit", "rates", "--seeds", "2", "--quick")
    assert done.returncode == 1, done.stdout + done.stderr
    short = done.stdout[done.stdout.index("Falls short:") :].splitlines()
    assert f"```\n{short[0]}\n{short[1]}\n```" in text
    better = "nominal = rng.uniform(1e-13, 2e-13, 4)\n"
    assert f"    {better}```" in text
    suite.write_text(suite.read_text().replace("nominal = rng.uniform(1e-9, 2e-9, 4)\n", better))
    done = grader(tmp_path, "audit", "rates", "--seeds", "2")
    assert done.returncode == 0, done.stdout + done.stderr

    script = tmp_path / "student_template" / "rates" / "selfcheck.py"
    before, _, rest = script.read_text().partition("def forward(")
    line, checks = re.findall(r"```python\n((?:HERE|def check_).*?)```", text, re.DOTALL)
    before = re.sub(r"HERE, FILE = .*\n", line, before)
    script.write_text(f"{before}{checks}\n\nCHECKS{rest.partition('CHECKS')[2]}")
    done = subprocess.run(
        [sys.executable, "-B", str(script)], capture_output=True, text=True, check=False
    )
    assert f"selfcheck.py\n{done.stdout}```" in text
    stub = script.with_name("rates.py").read_text()
    script.with_name("rates.py").write_text(
        (tmp_path / "reference" / "rates" / "solution" / "rates.py").read_text()
    )
    assert subprocess.run([sys.executable, "-B", str(script)], check=False).returncode == 0

    script.with_name("rates.py").write_text(stub)
    done = grader(tmp_path, "release", "rates", "--out", "rates.zip")
    assert done.returncode == 0, done.stderr
    shown = text.partition("$ grader release rates --out rates.zip\n")[2].partition("```")[0]
    assert without_sizes(shown) == without_sizes(done.stdout)
