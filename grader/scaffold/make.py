"""Make the three folders of a new assignment from the template, all of them or none."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import tempfile
from pathlib import Path

from grader.core.errors import UsageError

_TEMPLATE = Path(__file__).resolve().parent / "template"
# Folders of the template, and the folder of the root in which each goes under the slug.
_PLACES = {
    "reference": "reference",
    "student_template": "student_template",
    "hidden": "tests/hidden",
}
_SLUG = re.compile(r"[a-z0-9]+([-_][a-z0-9]+)*")
_LONGEST = 64
_TEXTS = (".py", ".toml", ".md")


def check_slug(slug: str) -> None:
    """Raise UsageError unless `slug` can name an assignment and its folders."""
    if not _SLUG.fullmatch(slug) or len(slug) > _LONGEST:
        raise UsageError(
            f"{slug!r} is no slug: use lower-case letters and digits, with single - or _ between "
            f"them, {_LONGEST} characters at most"
        )


def make_assignment(slug: str, title: str, root: Path) -> list[Path]:
    """Make an assignment below `root`; return its three folders.

    Raises UsageError where a name will not do, or something is there already; then nothing is made.
    """
    check_slug(slug)
    if not title.strip() or not title.isprintable():
        raise UsageError("the title must be one line of text")
    if not root.is_dir():
        raise UsageError(f"{root} is no folder; make it first, or name another one with --root")
    if not os.access(root, os.W_OK):
        raise UsageError(f"{root} is not writable")
    folders = {part: root / place / slug for part, place in _PLACES.items()}
    for folder in folders.values():
        if os.path.lexists(folder):
            raise UsageError(f"{folder} exists already; choose another slug, or remove it")
    with tempfile.TemporaryDirectory(dir=root, prefix=f".new-{slug}-") as temporary:
        for part in folders:
            _fill(_TEMPLATE / part, Path(temporary) / part, slug, title)
        with contextlib.ExitStack() as undo:
            for part, folder in folders.items():
                _make_parents(folder, undo)
                (Path(temporary) / part).rename(folder)
                undo.callback(shutil.rmtree, folder)
            undo.pop_all()
    return list(folders.values())


def _make_parents(folder: Path, undo: contextlib.ExitStack) -> None:
    """Make the folders above `folder` that are not there yet."""
    for parent in reversed(folder.parents):
        if not parent.exists():
            parent.mkdir()
            undo.callback(parent.rmdir)
        elif not parent.is_dir():
            raise UsageError(f"{parent} is no folder, and {folder.name} is to go there")


def _fill(template: Path, folder: Path, slug: str, title: str) -> None:
    """Copy a folder of the template with slug and title put in."""
    for path in sorted(template.rglob("*")):
        if path.suffix not in _TEXTS:  # installers compile what they install
            continue
        text = path.read_text(encoding="utf-8").replace("__SLUG__", slug)
        text = text.replace("__TITLE__", _quoted(title) if path.suffix == ".toml" else title)
        target = folder / path.relative_to(template)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8", newline="\n")


def _quoted(text: str) -> str:
    """Return text as it stands between the quotes of a TOML string; JSON's escapes are the same."""
    return json.dumps(text, ensure_ascii=False)[1:-1]
