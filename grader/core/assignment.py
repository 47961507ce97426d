"""An assignment: which files and functions are graded, within which limits, for which points."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from grader.core.c_language import CLanguage, check_declared
from grader.core.errors import ConfigurationError

_ARCHIVE = re.compile(r"[A-Za-z0-9][\w.-]*\.(tar\.gz|zip)")
_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")


def total(points: Iterable[float]) -> float:
    """Add up points; 0.1 + 0.2 is 0.3."""
    return round(math.fsum(points), 6)


def _require(condition: bool, complaint: str) -> None:  # noqa: FBT001 - reads as an assertion
    if not condition:
        raise ConfigurationError(complaint)


def _require_unique(what: str, names: list[str]) -> None:
    twice = [name for name, count in Counter(names).items() if count > 1]
    _require(not twice, f"{what} {', '.join(map(repr, twice))} stands twice")


@dataclass(frozen=True)
class Limits:
    """What one hand-in may use.

    Seconds are CPU seconds of the student's process, for one call, for loading the files, and for
    everything that is asked of the hand-in; `memory_mb` comes on top of what Python and NumPy take;
    `output_mb` is for one call.
    """

    call_seconds: float = 5.0
    load_seconds: float = 10.0
    total_seconds: float = 120.0
    memory_mb: int = 1024
    output_mb: float = 4.0

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            _require(0 < value < math.inf, f"limits.{name} must be above 0, not {value!r}")


@dataclass(frozen=True)
class Imports:
    """What a hand-in may import.

    `packages` are names that course editions give to the folder of the hand-in's own files;
    `allowed` are third-party modules besides NumPy.
    """

    packages: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class File:
    """A file of the assignment, by its path inside a hand-in.

    role "student": only the student supplies it. role "given": the template's copy is used when
    the hand-in has none. role "driver": the suite's own, from the reference's folder `drivers/`;
    it runs beside the hand-in and calls what is in the student's file that it `drives`.

    `also` are other paths at which editions of the course have the file.
    """

    path: str
    role: Literal["student", "given", "driver"] = "student"
    also: list[str] = field(default_factory=list)
    drives: str = ""

    def __post_init__(self) -> None:
        _require(
            (self.role == "driver") == bool(self.drives),
            f"file {self.path!r}: a driver, and nothing else, says which file it `drives`",
        )


@dataclass(frozen=True)
class Function:
    """A function of the hand-in that the hidden suite may call.

    `returns` names the returned values in order; those in `keep` stay in the student's process
    and are known outside by a handle only, those in `dicts` are dicts of arrays. `known_as` is
    what the student knows it as, where that is not its name: the driver's `build` calls a class.

    Of a function in C, `parameters` are texts like "matrix x", `result` is a type, and `dialects`
    are other lists of parameters that editions of the course give it.
    """

    name: str
    file: str
    returns: list[str]
    keep: list[str] = field(default_factory=list)
    dicts: list[str] = field(default_factory=list)
    known_as: str = ""
    parameters: list[str] = field(default_factory=list)
    result: str = ""
    dialects: list[list[str]] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What messages call it."""
        return self.known_as or self.name

    def __post_init__(self) -> None:
        _require(bool(self.returns), f"function {self.name!r} needs `returns`")
        for words, names in (("keeps", self.keep), ("has dicts", self.dicts)):
            unknown = sorted(set(names) - set(self.returns))
            _require(
                not unknown, f"function {self.name!r} {words} {unknown}, which it does not return"
            )


def _is_pattern(text: str) -> bool:
    try:
        re.compile(text)
    except re.error:
        return False
    return True


@dataclass(frozen=True)
class Notebook:
    """The notebook of an assignment: where it is, and what its execution may use.

    `files` of the template, besides the given ones, lie beside it (data to train on); `allowed` are
    third-party modules besides NumPy and Matplotlib. Seconds are wall time, of one cell and of all.

    `marks` say how to know a cell of the template, by its id, in another edition of the course:
    patterns, all of which its text must match.

    execute "never": it is read as it was handed in, whatever the command line asks for.
    """

    path: str
    files: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    cell_seconds: float = 120.0
    total_seconds: float = 900.0
    memory_mb: int = 2048
    marks: dict[str, list[str]] = field(default_factory=dict)
    execute: Literal["", "never"] = ""

    def __post_init__(self) -> None:
        for cell, patterns in self.marks.items():
            _require(bool(patterns), f"notebook.marks.{cell} needs a pattern")
            for pattern in patterns:
                _require(_is_pattern(pattern), f"notebook.marks.{cell}: {pattern!r} is no pattern")
        for name in ("cell_seconds", "total_seconds", "memory_mb"):
            value = getattr(self, name)
            _require(0 < value < math.inf, f"notebook.{name} must be above 0, not {value!r}")


@dataclass(frozen=True)
class Criterion:
    """A line of the rubric; it owns points.

    combine "all" earns what the worst check earns, "share" the mean over its checks. `answer` is
    the id of the template's cell for a written answer, which a person grades; it has no check.

    `follow_through` is the share of the points that work earns which is right but for a mistake in
    one of the criteria it `follows`; 0 where there is no such thing.
    """

    id: str
    title: str
    points: float
    bonus: bool = False
    combine: Literal["all", "share"] = "all"
    answer: str = ""
    follow_through: float = 0.0
    follows: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        _require(
            bool(_IDENTIFIER.fullmatch(self.id)),
            f"criterion id {self.id!r}: use lower-case letters, digits and _",
        )
        _require(
            0 < self.points < math.inf,
            f"criterion {self.id!r}: points must be above 0 and finite",
        )
        _require(
            bool(self.follow_through) == bool(self.follows),
            f"criterion {self.id!r}: `follow_through` and `follows` go together",
        )
        _require(
            not self.follows or 0 < self.follow_through < 1,
            f"criterion {self.id!r}: follow_through must be between 0 and 1, "
            f"not {self.follow_through!r}",
        )
        _require(
            not (self.follows and self.answer),
            f"criterion {self.id!r} is an answer, which a person grades: no follow_through",
        )


@dataclass(frozen=True)
class Assignment:
    """Everything `assignment.toml` says, checked.

    `diagnosis` is what a student reads of a known mistake: its name and a hint, its name, nothing.
    `archive` is the name of the file that students pack, "" for their own name.
    """

    title: str
    version: str
    files: list[File]
    functions: list[Function]
    criteria: list[Criterion]
    limits: Limits = field(default_factory=Limits)
    imports: Imports = field(default_factory=Imports)
    notebook: Notebook | None = None
    c: CLanguage | None = None
    diagnosis: Literal["hint", "name", "nothing"] = "hint"
    archive: str = ""
    slug: str = ""

    def __post_init__(self) -> None:
        _require(
            not self.archive or bool(_ARCHIVE.fullmatch(self.archive)),
            f"archive {self.archive!r}: use a name like hw2.tar.gz or hw2.zip",
        )
        _require(bool(self.criteria), "no [[criteria]]: nothing could earn a point")
        _require(any(f.role == "student" for f in self.files), 'no [[files]] with role "student"')
        _require_unique("criterion", [criterion.id for criterion in self.criteria])
        _require_unique("file", [file.path for file in self.files])
        _require_unique("function", [function.name for function in self.functions])
        for file in self.files:
            _require(
                not file.drives or file.drives in self.student_files,
                f"file {file.path!r} drives {file.drives!r}, which is no student's file",
            )
        for criterion in self.criteria:
            _require(
                not criterion.answer or self.notebook is not None,
                f"criterion {criterion.id!r} is an answer, and there is no [notebook]",
            )
        self._require_earlier()
        paths = {file.path for file in self.files}
        for function in self.functions:
            _require(
                function.file in paths,
                f"function {function.name!r} is in {function.file!r}, which is not in [[files]]",
            )
            self._require_callable(function)

    def _require_callable(self, function: Function) -> None:
        """Demand that a function in C, and no other, says what its parameters are."""
        here = f"function {function.name!r}"
        if self.c is None:
            declared = function.parameters or function.result or function.dialects
            _require(not declared, f"{here} has parameters, and there is no [c]")
            return
        _require(function.file.endswith(".c"), f"{here} is in {function.file!r}, no C file")
        _require(bool(function.parameters), f"{here} needs `parameters` and `result`")
        declared = [function.parameters, *function.dialects]
        check_declared(function.name, declared, function.result, self.c)

    def _require_earlier(self) -> None:
        """Demand that a criterion follows only what stands before it: that is scored by then."""
        names = [criterion.id for criterion in self.criteria]
        for place, criterion in enumerate(self.criteria):
            for name in criterion.follows:
                here = f"criterion {criterion.id!r} follows {name!r}"
                _require(name in names, f"{here}, which is no criterion")
                _require(name in names[:place], f"{here}, which must stand before it")

    @property
    def endings(self) -> tuple[str, ...]:
        """How the names of source files end."""
        return (".py",) if self.c is None else (".c", ".h")

    @property
    def possible(self) -> float:
        """Points without bonus."""
        return total(criterion.points for criterion in self.criteria if not criterion.bonus)

    @property
    def student_files(self) -> list[str]:
        """Paths that only the student supplies."""
        return [file.path for file in self.files if file.role == "student"]

    @property
    def given_files(self) -> list[str]:
        """Paths that come from the template when the hand-in has none."""
        return [file.path for file in self.files if file.role == "given"]

    @property
    def drivers(self) -> dict[str, str]:
        """Paths of the suite's own files, and of the student's file that each drives."""
        return {file.path: file.drives for file in self.files if file.role == "driver"}
