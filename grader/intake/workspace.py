"""Find the assignment's files in a hand-in, supply what is given, and decode the source."""

from __future__ import annotations

import codecs
import hashlib
import io
import re
import tokenize
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from grader.core.assignment import Assignment, File
from grader.core.report import SubmittedFile
from grader.intake.naming import is_tool

MAX_SOURCE_BYTES = 1 << 20
MAX_SOURCES_BYTES = 8 << 20
# Alphabets. Not UTF-7, escapes or Punycode: the text would be another than an editor shows, and
# some of them take hours for a megabyte.
_ALPHABETS = re.compile(
    r"utf-8(-sig)?|ascii|(iso|koi|mac|gb|hk|johab|big5|euc|shift_jis|tis|kz|ptcp)[\w-]*|cp\d+"
)
_NAMED_AT_MOST = 3
_MAX_NOTES = 20


@dataclass(frozen=True)
class Workspace:
    """What a worker gets: source text by path.

    `located` says where in the hand-in each file of the assignment is. `unusable` are files of the
    assignment that are missing or cannot be used, each with a sentence for the student. `digest`
    is the SHA-256 over all paths and contents. `problem` says why nothing of the hand-in can be
    read, if so.
    """

    sources: dict[str, str]
    located: dict[str, str]
    files: list[SubmittedFile]
    unusable: dict[str, str]
    digest: str
    notes: list[str] = field(default_factory=list)
    problem: str = ""


def digest_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 over paths and contents; it names a hand-in."""
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path}\0{len(files[path])}\0".encode("utf-8", "surrogatepass"))
        total.update(files[path])
    return total.hexdigest()


def locate(name: str, files: Iterable[str], packages: list[str]) -> list[str]:
    """Return the paths in `files` that may be the assignment's file `name`, the best one first.

    The nearest to the top wins; at one depth, a folder with a known package name.
    """
    wanted = PurePosixPath(name).parts

    def rank(path: str) -> tuple[int, bool, str]:
        parts = PurePosixPath(path).parts
        return len(parts), not set(parts[: -len(wanted)]) & set(packages), path

    found = [path for path in files if PurePosixPath(path).parts[-len(wanted) :] == wanted]
    return sorted(found, key=rank)


def find_file(file: File, files: Iterable[str], packages: list[str]) -> list[str]:
    """Return the paths that may be a file of the assignment by any of its names, best first."""
    # A short name of an edition ends a longer one: the same file may be found twice.
    paths = [path for name in (file.path, *file.also) for path in locate(name, files, packages)]
    return list(dict.fromkeys(paths))


def decode_source(content: bytes, *, python: bool = True) -> str:
    """Return the text of a source file, of Python by its coding line or byte-order mark.

    In other languages what is no UTF-8 is Latin-1: that stands in comments.

    Raises ValueError with a sentence for the student.
    """
    if len(content) > MAX_SOURCE_BYTES:
        raise ValueError(f"is larger than {MAX_SOURCE_BYTES >> 20} MB")
    if content.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        raise ValueError("is saved as UTF-32; save it as UTF-8")
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ValueError("is saved as UTF-16; save it as UTF-8")
    if not python:
        try:
            return _with_plain_lines(content.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return _with_plain_lines(content.decode("latin-1"))
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        if not _ALPHABETS.fullmatch(codecs.lookup(encoding).name):
            raise LookupError(encoding)
        text = content.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        raise ValueError("is not saved as UTF-8") from None
    return _with_plain_lines(text)


def _with_plain_lines(text: str) -> str:
    if "\0" in text:
        raise ValueError("contains NUL bytes; it is not a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def make_workspace(
    assignment: Assignment,
    files: Mapping[str, bytes],
    supplied: Mapping[str, bytes],
    problem: str = "",
) -> Workspace:
    """Combine a hand-in with given files and drivers; what the student has always stays.

    A file that only the student supplies is never taken from anywhere else. Tools that were handed
    out can be imported, and nothing is said of them. `problem` is why there are no `files`, where
    the hand-in could not be opened.
    """
    ours = {path: text for path, text in files.items() if path.endswith(assignment.endings)}
    found = {
        file.path: find_file(file, ours, assignment.imports.packages) for file in assignment.files
    }
    # Files of the assignment come first, so that nothing else uses up the room for source.
    wanted = [paths[0] for paths in found.values() if paths]
    sources, broken = _decode_all({path: ours[path] for path in [*wanted, *ours]})
    notes = list(_left_out({path: why for path, why in broken.items() if not is_tool(path)}))
    listed: list[SubmittedFile] = []
    unusable: dict[str, str] = {}
    located: dict[str, str] = {}
    for file in assignment.files:
        if file.role == "driver":
            if file.drives in located:
                located[file.path] = file.path
                sources[file.path] = decode_source(supplied[file.path], python=assignment.c is None)
            if file.drives in unusable:
                unusable[file.path] = unusable[file.drives]
        elif found[file.path]:
            best, *rest = found[file.path]
            located[file.path] = best
            listed.append(_listed(best, "student", ours[best]))
            if best in broken:
                unusable[file.path] = f"{best} {broken[best]}"
            if file.role == "given" and _text(ours[best]) != _text(supplied[file.path]):
                notes.append(f"{best} is not as it was given; yours was used")
            if rest:
                more = f" and {len(rest) - _NAMED_AT_MOST:,} more" if rest[_NAMED_AT_MOST:] else ""
                named = ", ".join(rest[:_NAMED_AT_MOST])
                notes.append(f"{best} was graded, not {named}{more}")
        elif file.role == "given":
            located[file.path] = file.path
            sources[file.path] = decode_source(supplied[file.path], python=assignment.c is None)
            listed.append(_listed(file.path, "template", supplied[file.path]))
        else:
            unusable[file.path] = problem or f"{file.path} was not handed in"
            listed.append(SubmittedFile(file.path, "missing"))
    others = sorted(set(sources) - set(located.values()))
    listed += [_listed(path, "student", ours[path]) for path in others if not is_tool(path)]
    return Workspace(sources, located, listed, unusable, digest_of(files), notes, problem)


def _left_out(broken: Mapping[str, str]) -> Iterator[str]:
    """Yield why files were left out, of the first ones by name."""
    for path, why in list(broken.items())[:_MAX_NOTES]:
        yield f"{path} was left out: it {why}"
    if len(broken) > _MAX_NOTES:
        yield f"{len(broken) - _MAX_NOTES:,} more files were left out"


def _text(content: bytes) -> bytes:
    """Return content by which files are compared: editors change line ends and the last line."""
    return b"\n".join(line.rstrip() for line in content.rstrip().splitlines())


def _listed(path: str, origin: str, content: bytes) -> SubmittedFile:
    return SubmittedFile(path, origin, hashlib.sha256(content).hexdigest())


def _decode_all(
    files: Mapping[str, bytes],
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the text of each file, and of the others why they are left out."""
    sources: dict[str, str] = {}
    broken: dict[str, str] = {}
    total = 0
    for path, content in files.items():
        total += len(content)
        try:
            if total > MAX_SOURCES_BYTES:
                raise ValueError(f"exceeds {MAX_SOURCES_BYTES >> 20} MB of source in all")
            sources[path] = decode_source(content, python=path.endswith(".py"))
        except ValueError as error:
            broken[path] = str(error)
    return sources, broken
