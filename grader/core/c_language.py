"""A hand-in in C: how it is built, and which parameters its functions may have."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from grader.core.errors import ConfigurationError

# What crosses besides structs, and what may lie in one.
NUMBERS = ("int", "long", "size_t", "float", "double")
# What a hand-in may write in place of a number of the assignment: any integer, or any real number.
_INTEGERS = frozenset(
    {"int", "unsigned int", "long", "long int", "long unsigned int", "short int",
     "short unsigned int", "long long int", "long long unsigned int", "size_t",
     "int32_t", "uint32_t", "int64_t", "uint64_t"}
)  # fmt: skip
_REALS = frozenset({"float", "double"})
_OTHERS = frozenset({"void", "char", "_Bool", "bool"})
# These change nothing for who calls.
_QUALIFIERS = frozenset({"const", "volatile", "register", "struct"})
POINTERS = ("float *", "double *")
# A struct that has these stands for an array of two axes.
_MATRIX = ("rows", "cols", "data")

# Where an argument comes from: the argument of a check at this position, or, of two positions, the
# columns of the first one divided by the second.
Source = int | tuple[int, int]


@dataclass(frozen=True)
class CLanguage:
    """How hand-ins in C are built and called.

    `flags` are the compiler's, `libraries` what is linked ("m" for mathematics). `structs` that
    cross have fields `{name: type}` in their order, among them `rows`, `cols` and `data`: they
    stand for arrays of two axes. A parameter of another edition that is in `columns_per` means the
    columns of the first argument divided by the parameter that it names.

    Seconds are wall time of a whole build, memory is that of each of its processes.
    """

    flags: list[str] = field(default_factory=list)
    libraries: list[str] = field(default_factory=list)
    structs: dict[str, dict[str, str]] = field(default_factory=dict)
    columns_per: dict[str, str] = field(default_factory=dict)
    build_seconds: float = 30.0
    build_memory_mb: int = 1024

    def __post_init__(self) -> None:
        for name in ("build_seconds", "build_memory_mb"):
            value = getattr(self, name)
            if not 0 < value < math.inf:
                raise ConfigurationError(f"c.{name} must be above 0, not {value!r}")
        for name, fields in self.structs.items():
            if not set(_MATRIX) <= fields.keys():
                raise ConfigurationError(f"c.structs.{name} needs {', '.join(_MATRIX)}")
            unknown = sorted(set(fields.values()) - {*NUMBERS, *POINTERS})
            if unknown:
                raise ConfigurationError(f"c.structs.{name}: unknown type {unknown[0]!r}")

    @property
    def types(self) -> Collection[str]:
        """The types that arguments and results may have."""
        return {*NUMBERS, *self.structs}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a function; `name` may be "" where only its type is known."""

    type: str
    name: str = ""


def parse_parameter(text: str) -> Parameter:
    """Return the parameter that a text like "matrix x" or "const float *x" declares."""
    words = parse_type(text).split()
    if len(words) > 1 and words[-1].isidentifier():
        return Parameter(" ".join(words[:-1]), words[-1])
    return Parameter(" ".join(words))


def parse_type(text: str) -> str:
    """Return a type as everybody writes it, without what changes nothing for who calls."""
    words = text.replace("*", " * ").split()
    return " ".join(word for word in words if word not in _QUALIFIERS)


@dataclass(frozen=True)
class Definition:
    """A function as a hand-in defines it: parameters, and the type of the result."""

    parameters: tuple[Parameter, ...]
    result: str

    def __str__(self) -> str:
        listed = ", ".join(f"{each.type} {each.name}".strip() for each in self.parameters)
        return f"{self.result} ({listed})"


@dataclass(frozen=True)
class Binding:
    """How a function of one hand-in is called: types, and where each argument comes from."""

    parameters: tuple[str, ...]
    result: str
    sources: tuple[Source, ...]


def _taken_as(declared: str, found: str) -> str | None:
    """Return the type by which something is passed that a hand-in has as `found`, None for none."""
    if declared == found or any({declared, found} <= kind for kind in (_INTEGERS, _REALS)):
        return found
    # A name of the hand-in's own for a struct: whether it is that one, the first call shows.
    known = {declared, found} & (_INTEGERS | _REALS | _OTHERS)
    return declared if found.isidentifier() and not known else None


def _types(edition: Sequence[Parameter], found: Sequence[Parameter]) -> list[str] | None:
    """Return the types by which the parameters of an edition are passed; None where they differ."""
    if len(edition) != len(found):
        return None
    pairs = zip(edition, found, strict=True)
    types = [_taken_as(own.type, each.type) for own, each in pairs]
    return [each for each in types if each is not None] if None not in types else None


def bind(
    declared: Sequence[Sequence[str]],
    result: str,
    columns_per: Mapping[str, str],
    found: Definition,
    words: Collection[str],
) -> Binding | None:
    """Return how to call a function that a hand-in defines as `found`.

    `declared` are the lists of parameters that it may have, the assignment's own first; another
    kind of integer, or of real number, will do. Where two of them have the same types, names
    decide: those of the function, then those that occur anywhere in the hand-in (`words`). None
    where none fits.
    """
    own = [parse_parameter(text) for text in declared[0]]
    editions = [list(map(parse_parameter, texts)) for texts in declared]
    fitting = [(each, types) for each in editions if (types := _types(each, found.parameters))]
    given = _taken_as(result, found.result)
    if given is None or not fitting:
        return None
    names = {parameter.name for parameter in found.parameters}

    def likeness(edition: Sequence[Parameter]) -> tuple[int, int]:
        telling = {p.name for p in edition if p.name in columns_per}
        plain = {p.name for p in edition} & set(columns_per.values())
        marks = telling or plain
        return len(marks & names), len(marks & set(words))

    chosen, types = max(fitting, key=lambda each: likeness(each[0]))
    places = {parameter.name: place for place, parameter in enumerate(own)}
    sources: list[Source] = [
        places[p.name] if p.name in places else (0, places[columns_per[p.name]]) for p in chosen
    ]
    return Binding(tuple(types), given, tuple(sources))


def check_declared(
    function: str,
    declared: Sequence[Sequence[str]],
    result: str,
    language: CLanguage,
) -> None:
    """Raise ConfigurationError where a function's parameters cannot be called."""
    here = f"function {function!r}"
    own = {parse_parameter(text).name for text in declared[0]}
    if result not in language.types:
        raise ConfigurationError(f"{here}: unknown result {result!r}")
    for text in (text for texts in declared for text in texts):
        parameter = parse_parameter(text)
        if parameter.type not in language.types or not parameter.name:
            raise ConfigurationError(f"{here}: {text!r} is no parameter like 'matrix x'")
        other = language.columns_per.get(parameter.name)
        if parameter.name not in own and other not in own:
            raise ConfigurationError(
                f"{here}: {parameter.name!r} is no parameter of its own, and not in c.columns_per"
            )
