"""How a hand-in in C is built: the commands, and what the compiler lists of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from grader.core.assignment import Assignment
from grader.core.c_language import CLanguage, Definition, parse_parameter, parse_type
from grader.intake.workspace import Workspace
from grader.sandbox.build import Built

PLAIN, CHECKED = ".grader-plain.so", ".grader-checked.so"
LINES, SYMBOLS = ".grader-lines", ".grader-symbols"
# Messages on one line each, in one language, and no source text with them.
_MESSAGES = ("-fdiagnostics-plain-output", "-fmax-errors=20")
# As in a program, a hand-in's own function comes before one of the same name elsewhere.
_SHARED = ("-shared", "-Wl,-Bsymbolic")
# Nobody is spared by an attribute: each becomes one that means nothing here.
_NOT_SPARED = (
    *(f"-D{name}(...)=unused" for name in ("no_sanitize", "__no_sanitize__")),
    *(
        f"-D{name}=unused"
        for plain in ("no_sanitize_address", "no_sanitize_undefined", "no_address_safety_analysis")
        for name in (plain, f"__{plain}__")
    ),
)
# And nothing says to the code that it is watched.
_SANITIZE = (
    "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined", "-fno-sanitize-recover=all",
    "-U__SANITIZE_ADDRESS__", "-U__SANITIZE_UNDEFINED__",
)  # fmt: skip
# As the compiler lists what a file defines: /* PATH:LINE:NF */ extern matrix mean (matrix x, …);
# No part may be long: what a hand-in writes is matched here.
_DEFINITION = (
    r"^/\* [^\n]{{1,300}}?:\d{{1,7}}:[NO]F \*/ (?P<kind>extern|static) "
    r"(?P<result>[\w *]{{0,200}}?)\b(?P<name>{}) \((?P<parameters>[^\n]{{0,2000}}?)\); /\*"
)
# Longer lines, or more of them, are not of the functions that are asked for.
_LONGEST_LINE, _LONGEST_LISTING = 6000, 4 << 20


@dataclass
class Defined:
    """The functions of the assignment that a file defines, by name, as the compiler lists them."""

    found: dict[str, Definition] = field(default_factory=dict)
    static: set[str] = field(default_factory=set)

    def words(self) -> set[str]:
        """Return the names of all parameters."""
        return {each.name for one in self.found.values() for each in one.parameters}


class Plan:
    """The commands of one build, and where their files are."""

    def __init__(
        self,
        compiler: str,
        language: CLanguage,
        workspace: Workspace,
        assignment: Assignment,
        paths: Sequence[str],
    ) -> None:
        self._compiler = compiler
        self._language = language
        self._workspace = workspace
        self._assignment = assignment
        self._paths = paths

    def files(self) -> dict[str, bytes]:
        """Return the sources; what was given lies beside the hand-in's own, by all of its names."""
        sources, located = dict(self._workspace.sources), self._workspace.located
        own = [located[path] for path in self._assignment.student_files if path in located]
        folders = {".", *(str(PurePosixPath(path).parent) for path in own)}
        for file in self._assignment.files:
            if file.role != "given" or located[file.path] != file.path:
                continue
            for name in (file.path, *file.also):
                for folder in folders:
                    sources.setdefault(str(PurePosixPath(folder, name)), sources[file.path])
        # A folder that has the name of a file makes way.
        return {
            path: text.encode("utf-8", "replace")
            for path, text in sources.items()
            if not any(str(parent) in sources for parent in PurePosixPath(path).parents)
        }

    def commands(self) -> Iterator[list[str]]:
        """Yield the commands: each file, the library, that with sanitizers, and what is in it."""
        language, compiler = self._language, self._compiler
        folders = {str(PurePosixPath(path).parent) for path in self._workspace.located.values()}
        common = [
            *language.flags,
            *_MESSAGES,
            *(f"-I./{each}" for each in sorted(folders)),
            "-fPIC",
        ]
        libraries = [f"-l{name}" for name in language.libraries]
        objects = [f".grader-{number}.o" for number in range(len(self._paths))]
        for number, path in enumerate(self._paths):
            listing = ["-aux-info", _listing(number)]
            yield [compiler, *common, *listing, "-c", f"./{path}", "-o", objects[number]]
        yield [compiler, *_MESSAGES, *_SHARED, *objects, "-o", PLAIN, *libraries]
        sources = [f"./{path}" for path in self._paths]
        watched = [*common, "-w", *_SANITIZE, *_NOT_SPARED]
        yield [compiler, *watched, *_SHARED, *sources, "-o", CHECKED, *libraries]
        yield ["/bin/sh", "-c", f"exec readelf --wide --debug-dump=decodedline {CHECKED} >{LINES}"]
        yield ["/bin/sh", "-c", f"exec nm {CHECKED} >{SYMBOLS}"]

    def made(self) -> list[str]:
        """Return what the commands make."""
        return [PLAIN, CHECKED, LINES, SYMBOLS, *map(_listing, range(len(self._paths)))]

    def defined(self, built: Built) -> dict[str, Defined]:
        """Return by path of a source the functions that it defines itself."""
        names = "|".join(re.escape(function.name) for function in self._assignment.functions)
        definition = re.compile(_DEFINITION.format(names))
        return {
            path: _defined(definition, built.made.get(_listing(number), b""))
            for number, path in enumerate(self._paths)
        }


def _defined(definition: re.Pattern[str], listing: bytes) -> Defined:
    defined = Defined()
    lines = listing[:_LONGEST_LISTING].decode("utf-8", "replace").splitlines()
    found = (definition.match(line) for line in lines if len(line) < _LONGEST_LINE)
    for each in filter(None, found):
        if each["kind"] == "static":
            defined.static.add(each["name"])
        parameters = tuple(map(parse_parameter, each["parameters"].split(", ")))
        defined.found[each["name"]] = Definition(parameters, parse_type(each["result"]))
    return defined


def _listing(number: int) -> str:
    return f".grader-{number}.txt"
