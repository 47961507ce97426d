"""Write the views of reports into the output folder, each file whole or not at all."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from grader.core.assignment import Criterion
from grader.core.audit import Audit
from grader.core.errors import UsageError
from grader.core.report import Report, student_view
from grader.render import audit, csv, html, record

# Lies in the output folder while a class is being graded, and stays where that was stopped.
_UNFINISHED = "unfinished.json"


def write_whole(path: Path, content: str | bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".partial-")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        temporary.chmod(0o644)  # mkstemp makes it private
        temporary.replace(path)
    except BaseException:
        temporary.unlink()
        raise


def check_output_folder(out: Path) -> None:
    """Raise UsageError unless results can go to a new folder `out`."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} exists already; name a new folder with --out, or remove it")
    parent = next(folder for folder in out.absolute().parents if folder.exists())
    if not os.access(parent, os.W_OK):
        raise UsageError(f"{out} cannot be made: {parent} is not writable")


def remove_earlier_output(out: Path) -> None:
    """Remove `out` if it holds what an earlier run wrote, and nothing else."""
    ours = {"students", "staff", "exports", "grades.csv", "index.html", _UNFINISHED}
    if out.is_dir() and not out.is_symlink() and {entry.name for entry in out.iterdir()} <= ours:
        shutil.rmtree(out)


def begin_class(out: Path, hand_ins: int) -> None:
    """Mark the output folder as that of a class of which not everybody is graded yet."""
    write_whole(out / _UNFINISHED, json.dumps({"hand_ins": hand_ins}) + "\n")


def end_class(out: Path) -> None:
    """Take the mark away: everybody is graded."""
    (out / _UNFINISHED).unlink()


def unfinished(out: Path) -> str:
    """Say that grading into `out` was stopped, or goes on, and how far it came; "" where neither.

    Raises UsageError, one line, where the mark cannot be read.
    """
    path = out / _UNFINISHED
    try:
        hand_ins = json.loads(path.read_bytes())["hand_ins"]
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, TypeError, KeyError):
        raise UsageError(f"{path} is not as `grader grade` wrote it") from None
    done = len(list((out / "staff").glob("*.json")))
    return f"Grading was stopped, or still goes on: {done} of {hand_ins} hand-ins are graded"


def publish_report(out: Path, report: Report) -> None:
    """Write one hand-in: what its student may have, and what staff alone may.

    Nothing below students/ holds a seed or an expected value: that folder can be given back as it
    is. The whole record, from which everything can be made again, is below staff/.
    """
    student = report.submission.student
    folder, staff = out / "students" / student, out / "staff"
    write_whole(folder / "report.json", record.to_json(student_view(report)))
    write_whole(folder / "report.html", html.student_page(report))
    write_whole(staff / f"{student}.json", record.to_json(report))
    write_whole(staff / f"{student}.html", html.staff_page(report))


def publish_class(out: Path, reports: Sequence[Report], criteria: Sequence[Criterion]) -> None:
    """Write what concerns the class: the table of grades and the index page."""
    ordered = sorted(reports, key=lambda report: report.submission.student)
    write_whole(out / "grades.csv", csv.grades_csv(ordered, criteria))
    write_whole(out / "index.html", html.class_page(ordered))


def publish_audit(out: Path, found: Audit) -> None:
    """Write audit.json and audit.html into a folder, over those of an earlier audit."""
    write_whole(out / "audit.json", audit.audit_json(found))
    write_whole(out / "audit.html", audit.audit_page(found))
