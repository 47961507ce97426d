"""Gradescope, "Export Submissions": a folder a hand-in, and submission_metadata.yml.

    submission_1001:
      :submitters:
      - :name: Zoë Müller
        :sid: '3031'
        :email: zoe@example.edu
      :created_at: 2024-03-01 07:59:12.345678000 Z

Known from programs that read such exports; Gradescope does not document it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from grader.core.assignment import Assignment
from grader.core.errors import UsageError
from grader.intake.naming import Found, Person, Reading, arrange, by_repetition, moment
from grader.intake.source import Source, below, common_folder

METADATA = "submission_metadata.yml"


def fits(source: Source) -> bool:
    """Return whether the file that says who handed in what is there."""
    folder = common_folder(source)
    return METADATA in source.top or (folder != "" and folder + METADATA in source.names)


def read(source: Source, assignment: Assignment) -> Reading:
    """Return the hand-ins that the metadata name, and folders that they do not.

    Raises UsageError where the metadata are missing or cannot be read.
    """
    folder = common_folder(source)
    entries = _metadata(source, folder + METADATA)
    files: dict[str, list[str]] = {}
    unread = []
    for name in below(source, folder):
        top, slash, inside = name.partition("/")
        if slash and top in entries:
            files.setdefault(top, []).append(inside)
        elif slash:
            unread.append((name, f"{METADATA} does not name {top}"))
        elif name != METADATA:
            unread.append((name, "lies outside the folders of hand-ins"))
    found = []
    for key, entry in entries.items():
        if not _submitters(entry):
            unread.append((key, f"{METADATA} names nobody for it"))
            continue
        pairs = [
            (name, f"{folder}{key}/{name}")
            for name in by_repetition(files.get(key, []), assignment)
        ]
        found.append(_hand_in(key, entry, pairs, assignment))
    return Reading(found, unread)


def _metadata(source: Source, name: str) -> dict[str, Mapping[str, Any]]:
    text = source.text(name)
    if not text:
        raise UsageError(f"{source.path} holds no {METADATA}, which says whose hand-ins they are")
    try:
        # The base loader makes text, lists and mappings, nothing else, whatever tags there are.
        tree = yaml.load(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))  # noqa: S506
    except (yaml.YAMLError, RecursionError, ValueError):
        raise UsageError(f"{METADATA} in {source.path} is damaged; export it again") from None
    entries = tree if isinstance(tree, dict) else {}
    return {str(key): entry for key, entry in entries.items() if isinstance(entry, dict)}


def _submitters(entry: Mapping[str, Any]) -> list[Person]:
    listed = entry.get(":submitters")
    people = []
    for one in listed if isinstance(listed, list) else []:
        said = {
            key: str(one.get(f":{key}") or "").strip() for key in ("name", "sid", "email")
        } if isinstance(one, dict) else {}  # fmt: skip
        name = said.pop("name", "") or said.get("email", "") or said.get("sid", "")
        if name:
            people.append(Person(name, {key: value for key, value in said.items() if value}))
    return people


def _hand_in(
    key: str, entry: Mapping[str, Any], files: list[tuple[str, str]], assignment: Assignment
) -> Found:
    people = _submitters(entry)
    parts, remarks = arrange(files, assignment)
    known = [each.ids.get("sid") or each.ids.get("email") or each.name for each in people]
    return Found(
        platform="gradescope",
        people=tuple(people),
        name=key,
        identity=" ".join(sorted(known)),
        parts=parts,
        ids={"gradescope": key.removeprefix("submission_")},
        received=moment(str(entry.get(":created_at", ""))),
        remarks=tuple(remarks),
    )
