"""Archives and assignments to read."""

import io
import tarfile
import zipfile

import pytest

from grader.core.assignment import Assignment, Criterion, File, Imports
from grader.intake.collect import collect
from grader.intake.roster import read_roster


@pytest.fixture
def zip_of(tmp_path):
    """Return a function that writes a zip of `{name: bytes}` (or of prepared ZipInfos)."""

    def make(files, name="hand-in.zip"):
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for entry, content in files:
                archive.writestr(entry, content)
        return path

    return lambda files, *rest: make(files.items() if isinstance(files, dict) else files, *rest)


@pytest.fixture
def tar_of(tmp_path):
    """Return a function that writes a tar of `{name: bytes}` (or of prepared TarInfos)."""

    def make(files, name="hand-in.tar.gz"):
        path = tmp_path / name
        mode = {"tar": "w", "gz": "w:gz", "tgz": "w:gz"}[name.rpartition(".")[2]]
        with tarfile.open(path, mode) as archive:
            for entry, content in files:
                info = entry if isinstance(entry, tarfile.TarInfo) else tarfile.TarInfo(entry)
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
        return path

    return lambda files, *rest: make(files.items() if isinstance(files, dict) else files, *rest)


@pytest.fixture
def folder_of(tmp_path, lay_out):
    """Return a function that writes `{path: bytes}` below a folder."""
    return lambda files, name="hand-in": lay_out(tmp_path / name, files)


@pytest.fixture
def assignment():
    """One file of the student, one given file, three names of the course's package."""
    return Assignment(
        title="Batch norm",
        version="1.0",
        files=[File("layers.py"), File("gradient_check.py", "given")],
        functions=[],
        criteria=[Criterion("fwd", "Forward", 1)],
        imports=Imports(packages=["cs231n", "cs682", "test"]),
    )


@pytest.fixture
def take_in(assignment, tmp_path):
    """Return a function that takes in what arguments name."""

    def take(*arguments, roster="", platform="auto"):
        unpacked = tmp_path / "unpacked"
        unpacked.mkdir(exist_ok=True)
        students = None
        if roster:
            path = tmp_path / "students.csv"
            path.write_text(roster, encoding="utf-8")
            students = read_roster(path)
        return collect(arguments, assignment, unpacked=unpacked, platform=platform, roster=students)

    return take
