"""Name files in what cells showed as the hand-in names them: no path of this machine stays."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Any

from grader.sandbox.kernel_policy import TEMPORARY, WORKSPACE
from grader.sandbox.policy import Runtime

# A path begins here, also after a colour, and does not go on with another name: /student/working.
_BEGIN, _END = r"(^|[^\w.~/-]|\x1b\[[\d;]*m)", r"(?![\w.-])"
# A prefix that systems share tells nothing of this one, and stands in many a text.
_COMMON = ("/", "/usr", "/usr/local", "/opt")


def name_relatively(notebook: Any, student: str, where: Runtime) -> None:
    """Change the outputs of an executed notebook: files of the hand-in by their path in it.

    `student` is the folder that the kernel could write. Files of libraries begin with
    site-packages, those of Python with its name, and what is said of a cell's own lines with
    "cell".
    """
    said = _namer(student, where)
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            for key in ("text", "ename", "evalue"):
                if isinstance(output.get(key), str):
                    output[key] = said(output[key])
            if isinstance(output.get("traceback"), list):
                output["traceback"] = [said(line) for line in output["traceback"]]
            for kind, value in output.get("data", {}).items():
                if kind.startswith("text/") and isinstance(value, str):
                    output["data"][kind] = said(value)


def _namer(student: str, where: Runtime) -> Callable[[str], str]:
    begin = f"{_BEGIN}{re.escape(student)}"
    rules = [
        (student, rf"{begin}/{TEMPORARY}/ipykernel_\d+/\d+\.py", "cell"),
        (student, rf"{begin}/{WORKSPACE}/(?=[\w.])", ""),
        (student, rf"{begin}/{WORKSPACE}{_END}/?", "."),
        (student, rf"{begin}{_END}", "~"),
    ]
    for folder, name in _folders(where).items():
        rules.append((folder, f"{_BEGIN}{re.escape(folder)}{_END}", name))
    known = [(folder, re.compile(pattern), rf"\g<1>{name}") for folder, pattern, name in rules]

    def said(text: str) -> str:
        for folder, pattern, name in known:
            if folder in text:
                text = pattern.sub(name, text)
        return text

    return said


def _folders(where: Runtime) -> dict[str, str]:
    """Return what the folders of interpreter and libraries are called, the innermost first."""
    folders = {folder: PurePosixPath(folder).name for folder in where.site.split(":")}
    folders |= {str(Path(path).parent): Path(path).parent.name for path in where.stdlib}
    folders |= {where.executable: "python"} | dict.fromkeys(where.roots, "python")
    innermost = sorted(folders, key=lambda folder: -folder.count("/"))
    return {folder: folders[folder] for folder in innermost if folder not in _COMMON}
