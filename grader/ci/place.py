"""Find out which CI this is, whose hand-in it grades, and when that was handed in."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.core.text import visible

FORMATS = ("github", "gradescope", "junit", "json", "markdown")
# Gradescope tells of itself by its folder alone; the variable puts that elsewhere.
ROOT_VARIABLE, _ROOT = "AUTOGRADER_ROOT", "/autograder"
_MOST_BYTES = 32 << 20


@dataclass(frozen=True)
class Place:
    """What the surroundings say.

    `folder` holds the hand-in, `out` takes the files of the report, None where nothing says so.
    `workspace` is the top of the checkout. `student`, `received`, `ids` and `members` are as in
    the record, "" and empty where nobody knows.
    """

    formats: tuple[str, ...] = ("markdown",)
    folder: Path = Path()
    out: Path | None = None
    workspace: Path = Path()
    student: str = ""
    received: str = ""
    ids: dict[str, str] = field(default_factory=dict)
    members: list[str] = field(default_factory=list)


def find_place(environment: Mapping[str, str]) -> Place:
    """Return what environment variables, and the files that they name, say."""
    root = Path(environment.get(ROOT_VARIABLE, _ROOT))
    if (root / "submission_metadata.json").is_file():
        return _gradescope(root)
    if environment.get("GITHUB_ACTIONS") == "true":
        return _github(environment)
    if environment.get("GITLAB_CI") == "true":
        return _gitlab(environment)
    return Place()


def _gradescope(root: Path) -> Place:
    metadata = _read(root / "submission_metadata.json")
    users = [user for user in _list(metadata, "users") if isinstance(user, dict)]
    names = [_text(user, "name") or _text(user, "email") or _text(user, "id") for user in users]
    ids = {"gradescope": _text(metadata, "id")}
    if len(users) == 1:
        ids["email"] = _text(users[0], "email")
    return Place(
        formats=("gradescope",),
        folder=root / "submission",
        out=root / "results",
        workspace=root / "submission",
        student=names[0] if names else "",
        received=_time(_text(metadata, "created_at")),
        ids={name: value for name, value in ids.items() if value},
        members=names if len(names) > 1 else [],
    )


def _github(environment: Mapping[str, str]) -> Place:
    actor = visible(environment.get("GITHUB_ACTOR", ""), 100)
    # The event tells when the commit was made; a checkout's own git settings could run programs.
    event = _read(Path(environment.get("GITHUB_EVENT_PATH") or "/nonexistent"))
    commit = event.get("head_commit")
    return Place(
        formats=("github",),
        workspace=Path(environment.get("GITHUB_WORKSPACE") or "."),
        student=actor,
        received=_time(_text(commit, "timestamp")) if isinstance(commit, dict) else "",
        ids={"github": actor} if actor else {},
    )


def _gitlab(environment: Mapping[str, str]) -> Place:
    login = visible(environment.get("GITLAB_USER_LOGIN", ""), 100)
    return Place(
        formats=("junit", "markdown"),
        workspace=Path(environment.get("CI_PROJECT_DIR") or "."),
        student=login,
        received=_time(environment.get("CI_COMMIT_TIMESTAMP", "")),
        ids={"login": login} if login else {},
    )


def _read(path: Path) -> dict[str, Any]:
    """Return what a JSON file holds, nothing where it cannot be read: grading goes on without."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            return {}
        found = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _list(table: Mapping[str, Any], key: str) -> list[Any]:
    found = table.get(key)
    return found if isinstance(found, list) else []


def _text(table: Mapping[str, Any], key: str) -> str:
    found = table.get(key)
    return visible(str(found).strip(), 100) if isinstance(found, str | int) else ""


def _time(text: str) -> str:
    """Return a time with its offset from UTC as the record has it, "" for anything else."""
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return ""
    return "" if found.tzinfo is None else found.isoformat()
