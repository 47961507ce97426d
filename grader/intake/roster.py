"""The students of a course, from a CSV file, and which of them a hand-in belongs to."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from grader.core.errors import UsageError
from grader.intake.naming import Person, file_name

# What columns are called: by Canvas's gradebook, Moodle's worksheet, GitHub Classroom, and by hand.
_COLUMNS = {
    "name": ("name", "student", "full name", "fullname", "student name", "display name"),
    "first": ("first name", "firstname", "given name", "first"),
    "last": ("last name", "lastname", "surname", "family name", "last"),
    "id": ("id", "identifier", "roster identifier", "student number", "matriculation number"),
    "sid": ("sid", "sis user id", "sis id", "student id", "studentid", "student_id", "id number",
            "idnumber", "orgdefinedid"),
    "canvas": ("canvas id", "canvas user id", "canvas"),
    "moodle": ("participant", "moodle id"),
    "email": ("email", "email address", "e-mail", "e mail", "mail"),
    "login": ("login", "login id", "sis login id", "username", "user name", "user", "netid"),
    "github": ("github", "github username", "github handle", "github login", "github user"),
    "group": ("group", "group name", "team"),
}  # fmt: skip
_KINDS = {"email": "e-mail", "login": "login", "github": "login"}
_PARTICIPANT = re.compile(r"\w+ (\d+)")
# The same in any language: "Teilnehmer/in123".
_NUMBERED = re.compile(r"(?P<word>\D{3,}?)\s?(?P<number>\d+)")
_IN_NAMES = " -'.\u00b7\u2010\u2019"
MAX_BYTES = 16 << 20


@dataclass(frozen=True)
class Entry:
    """A student on the roster, by a name that is theirs alone; `called` is as it stands there."""

    person: Person
    called: str
    group: str = ""


class Roster:
    """Students by everything that a platform may call them."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self.entries = list(entries)
        self._by_id: dict[tuple[str, str], list[Entry]] = defaultdict(list)
        self._by_any: dict[str, list[Entry]] = defaultdict(list)
        self._by_name: list[dict[str, list[Entry]]] = []
        for entry in self.entries:
            for kind, value in entry.person.ids.items():
                self._by_id[kind, _key(value)].append(entry)
                self._by_any[_key(value)].append(entry)
        for fold in (_compact, _plain):
            named: dict[str, list[Entry]] = defaultdict(list)
            for entry in self.entries:
                for form in _forms(entry.called, fold):
                    named[form].append(entry)
            self._by_name.append(named)

    def find(self, person: Person) -> tuple[Entry | None, str]:
        """Return whom a platform's person is, and by what: "id", "e-mail", "login" or "name".

        What fits several students fits none. Nobody is found with "", several with "several".
        """
        for kind, value in person.ids.items():
            found = self._by_id[kind, _key(value)]
            if not found and kind in {"canvas", "moodle", "sid", "login"}:
                # A roster by hand does not say whose numbers its "id" holds.
                found = self._by_id["id", _key(value)]
            if len(found) == 1:
                return found[0], _KINDS.get(kind, "id")
        found = self._by_any[_key(person.name)]
        if len(found) == 1:
            return found[0], "id"
        for named, fold in zip(self._by_name, (_compact, _plain), strict=True):
            forms = _forms(person.name, fold)
            fitting = {id(each): each for form in forms for each in named.get(form, [])}
            if len(fitting) == 1:
                return next(iter(fitting.values())), "name"
            if fitting:
                return None, "several"
        return None, ""

    def group(self, name: str) -> list[Entry]:
        """Return the students of a group."""
        return [e for e in self.entries if e.group and _compact(e.group) == _compact(name)]


def read_roster(path: Path) -> Roster:
    """Read a CSV file whose first line names its columns.

    Raises UsageError where it is no text, has no usual column, or says one thing of two students.
    """
    text = _text(path)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), _dialect(text), strict=True))
    except csv.Error as error:
        raise UsageError(f"{path} is no CSV file: {error}") from None
    if not rows:
        raise UsageError(f"{path} is empty: its first line should name the columns")
    columns = _columns(rows[0])
    if not columns.keys() & {"name", "first", "last"}:
        columns = _worksheet(rows[1:])
    if not columns:
        raise UsageError(
            f"{path} has no column with names: call it name, student or full name "
            f"(found: {', '.join(file_name(cell) for cell in rows[0][:8])})"
        )
    entries = []
    for row in rows[1:]:
        said = {kind: row[at].strip() for kind, at in columns.items() if at < len(row)}
        name = said.get("name") or f"{said.get('first', '')} {said.get('last', '')}".strip()
        if name and name != "Points Possible":  # the second line of Canvas's gradebook
            name = _in_order(name)
            entries.append(Entry(Person(name, _ids(said)), name, said.get("group", "")))
    if not entries:
        raise UsageError(f"{path} names no student below its first line")
    return Roster(_told_apart(_once(entries, path)))


def _once(entries: list[Entry], path: Path) -> list[Entry]:
    """Return each student once; who is in two sections may stand there twice."""
    kept: list[Entry] = []
    first: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        keys = [(kind, _key(value)) for kind, value in entry.person.ids.items()]
        twin = next((first[key] for key in keys if key in first), None)
        if twin is not None and _compact(twin.called) != _compact(entry.called):
            raise UsageError(
                f"{path} gives one id, login or address to {file_name(twin.called)!r} "
                f"and {file_name(entry.called)!r}"
            )
        if twin is None:
            kept.append(entry)
            first.update(dict.fromkeys(keys, entry))
    return kept


def _text(path: Path) -> str:
    if not path.is_file():
        raise UsageError(f"{path} is no file; --roster takes a CSV file")
    if path.stat().st_size > MAX_BYTES:
        raise UsageError(f"{path} is larger than {MAX_BYTES >> 20} MB; is it the roster?")
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not saved as UTF-8; save it as “CSV UTF-8”") from None
    if "\0" in text:
        raise UsageError(f"{path} is no text; save the sheet as CSV")
    return text


def _dialect(text: str) -> type[csv.Dialect]:
    """Return the dialect with the delimiter that the first line has most."""
    first = text.lstrip("\n").partition("\n")[0]
    counts = Counter(character for character in first if character in ",;\t")

    class Found(csv.excel):
        delimiter = counts.most_common(1)[0][0] if counts else ","

    return Found


def _columns(header: list[str]) -> dict[str, int]:
    names = [" ".join(cell.casefold().replace("_", " ").split()) for cell in header]
    found = {
        kind: names.index(usual)
        for kind, usuals in _COLUMNS.items()
        for usual in reversed(usuals)
        if usual in names
    }
    if "id" in found and {"sis user id", "sis login id"} & set(names):
        found["canvas"] = found.pop("id")  # Canvas's own gradebook
    return found


def _worksheet(rows: list[list[str]]) -> dict[str, int]:
    """Return the columns of Moodle's worksheet in a language that we do not know, else nothing.

    It begins with participants, "Teilnehmer/in12", and names; the third sign is e-mail addresses.
    """
    rows = [row for row in rows if any(row)]
    first = [_NUMBERED.fullmatch(row[0].strip()) for row in rows]
    if len({match["word"] if match else "" for match in first} - {""}) != 1 or None in first:
        return {}
    for at in range(2, min(map(len, rows))):
        cells = [row[at] for row in rows if row[at]]
        if cells and all("@" in cell for cell in cells):
            return {"moodle": 0, "name": 1, "email": at}
    return {}


def _ids(said: Mapping[str, str]) -> dict[str, str]:
    ids = {
        kind: said[kind]
        for kind in ("canvas", "moodle", "sid", "email", "login", "github", "id")
        if said.get(kind)
    }
    participant = _PARTICIPANT.fullmatch(ids.get("id", ""))
    if participant:  # Moodle's worksheet
        del ids["id"]
        ids["moodle"] = participant[1]
    if numbered := _NUMBERED.fullmatch(ids.get("moodle", "")):
        ids["moodle"] = numbered["number"]
    return ids


def _in_order(name: str) -> str:
    """Return "Zoë Müller" for "Müller, Zoë"."""
    last, comma, first = name.partition(",")
    turned = comma and _is_name(last) and _is_name(first)
    return f"{first.strip()} {last.strip()}" if turned else name


def _is_name(text: str) -> bool:
    return bool(text.strip()) and all(
        each.isalpha() or each in _IN_NAMES or _category(each) == "M" for each in text
    )


def _told_apart(entries: list[Entry]) -> list[Entry]:
    """Give students of one name something of their own behind it."""
    many = Counter(_compact(entry.called) for entry in entries)
    told = []
    for entry in entries:
        person = entry.person
        if many[_compact(entry.called)] > 1:
            own = next(iter(person.ids.values()), "")
            if not own:
                raise UsageError(
                    f"the roster has two students called {file_name(person.name)!r} and nothing "
                    "that tells them apart: add a column with ids, logins or e-mail addresses"
                )
            person = replace(person, name=f"{person.name} ({own})")
        told.append(replace(entry, person=person))
    return told


def _key(value: str) -> str:
    return unicodedata.normalize("NFKC", value).strip().casefold()


def _compact(name: str) -> str:
    """Return the letters and digits of a name, without case."""
    return "".join(character for character in _key(name) if _category(character) in "LMN")


def _plain(name: str) -> str:
    """Return the same without accents, which file systems and registries lose."""
    apart = unicodedata.normalize("NFKD", _key(name))
    return "".join(character for character in apart if _category(character) in "LN")


def _category(character: str) -> str:
    return unicodedata.category(character)[0]


def _forms(name: str, fold: Callable[[str], str]) -> set[str]:
    """Return what a name is when its words are turned: Canvas writes "müllerzoë"."""
    words = [fold(word) for word in re.split(r"[\s,_]+", name) if fold(word)]
    return {"".join(words[at:] + words[:at]) for at in range(len(words))}
