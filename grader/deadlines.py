"""Read a late policy, a TOML file, and the extensions that it names, a CSV file."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from grader.catalog import refuse_unknown
from grader.core.errors import ConfigurationError, UsageError
from grader.core.late import LatePolicy, Span, person_key
from grader.core.sheet import parse_sheet

_SPAN = re.compile(r"(?i)(\d+(?:\.\d+)?)\s*(days?|d|hours?|h|minutes?|min|m|seconds?|sec|s)\b")
_SECONDS = {"h": 3600, "m": 60, "s": 1}
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")


@dataclass(frozen=True)
class _Table:
    """The keys of the file."""

    due: datetime
    timezone: str = ""
    grace: str = ""
    per_day: float | None = None
    per_hour: float | None = None
    unit: Literal["percent", "points"] = "percent"
    cap: float | None = None
    cut_off: str = ""
    extensions: str = ""


def read_policy(path: Path) -> LatePolicy:
    """Return the late policy in a file, with the extensions in the file that it names.

    Raises ConfigurationError, one line that names the file, where it says what it must not.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        refuse_unknown(table, _Table, "")
        given = msgspec.convert(table, _Table)
        zone = _zone(given.timezone)
        due = _local(given.due, zone)
        extensions: dict[str, datetime] = {}
        if given.extensions:
            extensions = _extensions(path.parent / given.extensions, due, zone)
        return _policy(given, due, extensions)
    except OSError as error:
        raise UsageError(f"{error.filename}: {error.strerror}") from None
    except (ConfigurationError, ValueError) as error:  # msgspec's and TOML's are ValueErrors
        raise ConfigurationError(f"{path}: {' '.join(str(error).split())}") from None


def _policy(given: _Table, due: datetime, extensions: dict[str, datetime]) -> LatePolicy:
    if given.per_day is not None and given.per_hour is not None:
        raise ConfigurationError("per_day and per_hour exclude each other")
    if given.per_day is None and given.per_hour is None and not given.cut_off:
        raise ConfigurationError("it deducts nothing: give per_day, per_hour or cut_off")
    return LatePolicy(
        due=due,
        rate=given.per_day or given.per_hour or 0.0,
        per="day" if given.per_hour is None else "hour",
        unit=given.unit,
        grace=_span(given.grace, "grace"),
        cap=given.cap,
        cut_off=_span(given.cut_off, "cut_off") if given.cut_off else None,
        extensions=extensions,
    )


def _zone(name: str) -> tzinfo | None:
    offset = _OFFSET.fullmatch(name)
    if offset:
        length = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-length if offset[1] == "-" else length)
    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError, KeyError):
        raise ConfigurationError(
            f"no time zone {name!r} is known here; write 'Europe/Berlin' (needs tzdata) or '+01:00'"
        ) from None


def _local(moment: datetime, zone: tzinfo | None) -> datetime:
    """Return a moment in the course's time zone; one with an offset says itself when it is."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=zone)
    return moment if zone is None else moment.astimezone(zone)


def _span(text: str, key: str) -> Span:
    if _SPAN.sub("", text).strip(" ,"):
        raise ConfigurationError(
            f"{key} = {text!r} is no length of time; write '15 min', '1 day 12 h'"
        )
    days, seconds = 0, 0.0
    for count, unit in _SPAN.findall(text):
        letter = unit[0].lower()
        if letter == "d" and float(count).is_integer():
            days += int(float(count))
        else:
            seconds += float(count) * _SECONDS.get(letter, 86400)
    return Span(days, seconds)


def _extensions(path: Path, due: datetime, zone: tzinfo | None) -> dict[str, datetime]:
    """Return due dates by student, from a table with the columns student, and until or days."""
    try:
        sheet = parse_sheet(path.read_bytes())
    except ValueError as error:
        raise ConfigurationError(f"{path.name}: {error}") from None
    header = [name.strip().casefold() for name in sheet.header]
    unknown = set(header) - {"student", "until", "days", "note"}
    if unknown or "student" not in header or not {"until", "days"} & set(header):
        raise ConfigurationError(
            f"{path.name}: the columns must be student, until or days, and note if you like; "
            f"they are {', '.join(header)}"
        )
    found: dict[str, datetime] = {}
    for row in range(1, sheet.height):
        cells = {name: sheet.cell(row, column) for column, name in enumerate(header)}
        student = person_key(cells["student"])
        if not any(cells.values()):
            continue
        where = f"{path.name}: row {row + 1}"
        if not student:
            raise ConfigurationError(f"{where} names no student")
        if student in found:
            raise ConfigurationError(f"{where} gives {cells['student']!r} a second extension")
        found[student] = _until(cells, due, zone, where)
    return found


def _until(cells: dict[str, str], due: datetime, zone: tzinfo | None, where: str) -> datetime:
    until, days = cells.get("until", ""), cells.get("days", "")
    if bool(until) == bool(days):
        raise ConfigurationError(f"{where} needs either until or days")
    try:
        moment = due + timedelta(days=int(days)) if days else datetime.fromisoformat(until)
    except (ValueError, OverflowError):
        raise ConfigurationError(
            f"{where}: {until or days!r} cannot be read; write until as 2026-03-08T23:59, "
            "days as a whole number"
        ) from None
    if until and len(until) <= len("2026-03-08"):
        moment = moment.replace(hour=23, minute=59, second=59)  # a date means the whole day
    moment = _local(moment, zone or due.tzinfo)
    if moment.tzinfo is not None and due.tzinfo is not None and moment < due:
        raise ConfigurationError(f"{where}: {until or days} lies before the due date")
    return moment
