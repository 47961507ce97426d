"""Grade files, read as each platform reads them: with the standard library, and no code of ours."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable

import pytest


@pytest.fixture(scope="session")
def read_canvas() -> Callable[..., dict[str, dict[str, str]]]:
    """Read a gradebook as Canvas imports it: scores by assignment's id or title, by student."""

    def read(data: bytes) -> dict[str, dict[str, str]]:
        text = data.decode("utf-8-sig")
        first = text.splitlines()[0]
        rows = list(csv.reader(io.StringIO(text), delimiter=";" if ";" in first else ","))
        header = rows[0]
        assert re.search("Student", header[0])
        assert "ID" in header[1]
        begin = max(place for place, name in enumerate(header[:8]) if "Section" in name) + 1
        titles = {}
        for place in range(begin, len(header)):
            found = re.fullmatch(r"(.+) \((\d+)\)", header[place])
            titles[place] = found[2] if found else header[place]
        students: dict[str, dict[str, str]] = {}
        for row in rows[1:]:
            if "Points Possible" in row[0] or not row[0]:
                continue
            keys = [cell for name, cell in zip(header, row, strict=True) if name.endswith("ID")]
            who = next((key for key in keys if key), row[0])
            students[who] = {title: row[place] for place, title in titles.items()}
        return students

    return read


@pytest.fixture(scope="session")
def read_moodle() -> Callable[..., dict[str, float]]:
    """Read a worksheet as Moodle imports it: new grades by participant's number."""

    def read(data: bytes, words, decimal=".") -> dict[str, float]:
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        places = {key: rows[0].index(words[key]) for key in ("id", "grade", "max")}
        assert "Last modified (grade)" in rows[0]
        grades = {}
        for row in rows[1:]:
            assert len(row) == len(rows[0])
            number = row[places["id"]][len(words["who"]):]  # fmt: skip
            assert decimal in row[places["grade"]] or not row[places["grade"]]
            text = row[places["grade"]].replace(decimal, ".")
            most = float(row[places["max"]].replace(decimal, "."))
            if text and 0 <= float(text) <= most:
                grades[number] = float(text)
        return grades

    return read


@pytest.fixture(scope="session")
def read_feedback() -> Callable[..., dict[int, tuple[str, str]]]:
    """Read a zip of feedback as Moodle does: file name and contents by participant's number."""

    def read(path) -> dict[int, tuple[str, str]]:
        found = {}
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                folder, _, file = name.partition("/")
                _, number, kind, plugin = folder.split("_", 4)
                assert (kind, plugin) == ("assignsubmission", "file")
                assert "/" not in file
                found[int(number)] = (file, archive.read(name).decode())
        return found

    return read
