"""Write the report of one hand-in in several formats, again and again while it is graded.

Each file is replaced whole: a run that is killed leaves what was known until then.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from grader.core.report import Report, student_view
from grader.publish import write_whole
from grader.render import github
from grader.render.gradescope import results_json
from grader.render.junit import junit_xml
from grader.render.markdown import report_markdown
from grader.render.record import to_json

Render = Callable[[Report], str | bytes]


class Delivery:
    """Where the report of one hand-in goes.

    Parameters
    ----------
    formats
        Names out of `grader.ci.place.FORMATS`.
    out
        Folder for files, None where none is to be written.
    environment
        Names the files that GitHub reads: GITHUB_STEP_SUMMARY and GITHUB_OUTPUT.
    visibility
        When Gradescope shows which criterion.

    """

    def __init__(
        self,
        formats: Collection[str],
        out: Path | None,
        environment: Mapping[str, str],
        visibility: Mapping[str, str],
    ) -> None:
        renders: dict[str, tuple[str, Render]] = {
            "gradescope": ("results.json", lambda report: results_json(report, visibility)),
            "junit": ("junit.xml", lambda report: junit_xml([report])),
            "json": ("report.json", lambda report: to_json(student_view(report))),
            "markdown": ("report.md", report_markdown),
        }
        self._files: dict[Path, Render] = {}
        if out is not None:
            self._files = {
                out / name: render for key, (name, render) in renders.items() if key in formats
            }
        self.paths = list(self._files)
        if "github" in formats:
            self._add_github(environment)

    def write(self, report: Report) -> None:
        """Write all files, in place of those of an earlier call."""
        for path, render in self._files.items():
            write_whole(path, render(report))

    def _add_github(self, environment: Mapping[str, str]) -> None:
        summary, output = (
            environment.get(name, "") for name in ("GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT")
        )
        if summary:
            before = _lines_of(Path(summary))
            room = github.SUMMARY_BYTES - len(before)
            self._files[Path(summary)] = lambda report: (
                before + github.summary(report, room).encode("utf-8", "backslashreplace")
            )
        if output:
            # What the step has said before stays; of this, the last line counts.
            said = _lines_of(Path(output))
            self._files[Path(output)] = lambda report: (
                said + f"result={github.classroom_result(report)}\n".encode()
            )


def folder_in(workspace: Path, hand_in: Path) -> str:
    """Return where a hand-in lies in its checkout, "" for the top or where it lies elsewhere."""
    inside = os.path.relpath(hand_in.resolve(), workspace.resolve())
    return "" if inside == "." or inside.startswith("..") else inside


def _lines_of(path: Path) -> bytes:
    """Return what a file holds, with the end of its last line."""
    held = path.read_bytes() if path.exists() else b""
    return held if not held or held.endswith(b"\n") else held + b"\n"
