"""When the last commit of a clone was made.

A hand-in may bring its own .git, and git runs programs that a repository's configuration names. So
git is given a repository of ours, without configuration or hooks, that borrows the objects alone.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

_SECONDS = 10.0
_HASH = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
_REF = re.compile(r"refs/heads/[\w.-]+(?:/[\w.-]+)*")
_COMMITTER = re.compile(
    r"^committer .*> (?P<seconds>\d{1,12}) (?P<sign>[+-])(?P<h>\d\d)(?P<m>\d\d)$", re.MULTILINE
)


def commit_time(clone: Path) -> str:
    """Return the time of the commit that a clone has checked out, ISO 8601; "" if not known.

    It is the committer's own clock, which a student can set.
    """
    git = clone / ".git"
    try:
        name = _head(git)
        return _time(_commit(git, name)) if name else ""
    except (OSError, ValueError, OverflowError, subprocess.SubprocessError):
        return ""


def _head(git: Path) -> str:
    """Return the hash of what is checked out."""
    head = _line(git / "HEAD")
    if not head.startswith("ref: "):
        return head if _HASH.fullmatch(head) else ""
    ref = head.removeprefix("ref: ")
    if not _REF.fullmatch(ref) or ".." in ref:
        return ""
    if (git / ref).is_file():
        found = _line(git / ref)
        return found if _HASH.fullmatch(found) else ""
    for line in _text(git / "packed-refs").splitlines():
        found, _, packed = line.partition(" ")
        if packed.strip() == ref and _HASH.fullmatch(found):
            return found
    return ""


def _commit(git: Path, name: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        for part in ("objects", "refs"):
            (Path(folder) / part).mkdir()
        (Path(folder) / "HEAD").write_text("ref: refs/heads/none\n")
        extension = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
        if len(name) > 40:
            extension = (
                "[core]\n\trepositoryformatversion = 1\n\tbare = true\n"
                "[extensions]\n\tobjectformat = sha256\n"
            )
        (Path(folder) / "config").write_text(extension)
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "GIT_DIR": folder,
            "GIT_OBJECT_DIRECTORY": str((git / "objects").absolute()),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_NO_REPLACE_OBJECTS": "1",
            "LC_ALL": "C",
        }
        done = subprocess.run(  # noqa: S603 - the name is a hash
            ["git", "--no-pager", "cat-file", "commit", name],  # noqa: S607 - as the user has it
            cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
            timeout=_SECONDS, check=True,
        )  # fmt: skip
    return done.stdout.decode("utf-8", "replace").partition("\n\n")[0]


def _time(commit: str) -> str:
    match = _COMMITTER.search(commit)
    if match is None:
        return ""
    offset = timedelta(hours=int(match["h"]), minutes=int(match["m"]))
    zone = timezone(offset if match["sign"] == "+" else -offset)
    return datetime.fromtimestamp(int(match["seconds"]), UTC).astimezone(zone).isoformat()


def _text(path: Path) -> str:
    """Return a small file of git's; a link is none."""
    if path.is_symlink() or not path.is_file():
        return ""
    with path.open("rb") as stream:
        return stream.read(1 << 22).decode("utf-8", "replace")


def _line(path: Path) -> str:
    return _text(path).strip()
