"""Build what a hand-in has in C: libraries for its workers."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grader.building.lines import Lines
from grader.building.messages import build_fault, warnings
from grader.building.plan import CHECKED, LINES, PLAIN, SYMBOLS, Defined, Plan
from grader.core.assignment import Assignment, Function
from grader.core.c_language import Binding, CLanguage, bind
from grader.core.errors import ConfigurationError
from grader.core.outcome import Outcome
from grader.core.text import visible
from grader.intake.workspace import Workspace
from grader.sandbox.build import Built, build
from grader.sandbox.build_policy import BuildLimits
from grader.sandbox.fault import Fault
from grader.sandbox.policy import Walls
from grader.sandbox.pool import Library
from grader.sandbox.shelf import Shelf

# Who defines one of the first, or calls one of the second, sees to it that nothing is found.
_SANITIZERS_OWN = re.compile(
    r"^(?:[0-9a-f]+ [^U] (?P<defined>__(?:asan|ubsan|lsan|sanitizer)_\w{1,60})"
    r"| +U (?P<called>__(?:lsan|sanitizer)_\w{1,60}|__asan_(?:un)?poison_memory_region))",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Made:
    """What was built of one hand-in, by path of the source: plain, and with sanitizers.

    `faults` are files that do not build, `unchecked` such that do not with sanitizers, `broken`
    functions that cannot be called, `notes` what the compiler warns of. `lines` are those of the
    checked library.
    """

    plain: Mapping[str, Library] = field(default_factory=dict)
    checked: Mapping[str, Library] = field(default_factory=dict)
    faults: Mapping[str, Fault] = field(default_factory=dict)
    unchecked: Mapping[str, Fault] = field(default_factory=dict)
    broken: Mapping[str, Fault] = field(default_factory=dict)
    notes: Sequence[str] = ()
    lines: Lines = field(default_factory=Lines)

    def discard(self) -> None:
        """Take what was built off the shelf."""
        for path in {place for side in (self.plain, self.checked) for place, *_ in side.values()}:
            Path(path).unlink(missing_ok=True)


class Workshop:
    """Builds hand-ins of one assignment behind walls; what it makes lies on `shelf`.

    Raises ConfigurationError where there is no compiler.
    """

    def __init__(
        self, assignment: Assignment, language: CLanguage, walls: Walls, shelf: Shelf
    ) -> None:
        self._assignment = assignment
        self._language = language
        self._walls = walls
        self._shelf = shelf
        self._compiler = find_compiler()

    def build(self, workspace: Workspace) -> Made:
        """Build a hand-in. Raises SandboxError where the walls cannot be put up."""
        language = self._language
        paths = [path for path in workspace.located.values() if path.endswith(".c")]
        missing = [path for path in self._assignment.student_files if path in workspace.unusable]
        if missing or not paths:
            return Made()  # why is said already
        plan = Plan(self._compiler, language, workspace, self._assignment, paths)
        limits = BuildLimits(language.build_seconds, language.build_memory_mb << 20)
        built = build(self._walls, plan.files(), list(plan.commands()), plan.made(), limits)
        if PLAIN not in built.made:
            fault = build_fault(built, paths, language)
            faults = dict.fromkeys(self._assignment.student_files, fault)
            return Made(faults=faults, unchecked=faults)
        return self._bound(workspace, built, plan)

    def _bound(self, workspace: Workspace, built: Built, plan: Plan) -> Made:
        """Return what was built, with how to call the functions of the assignment."""
        language, paths = self._language, list(workspace.located.values())
        broken: dict[str, Fault] = {}
        functions: dict[str, dict[str, Any]] = {}
        defined = plan.defined(built)
        for function in self._assignment.functions:
            path = workspace.located.get(function.file, "")
            there = functions.setdefault(path, {})
            bound = _bind(function, defined.get(path, Defined()), language)
            if isinstance(bound, Fault):
                broken[function.name] = bound
            else:
                there[function.name] = [list(bound.parameters), bound.result, list(bound.sources)]

        def libraries(name: str) -> dict[str, Library]:
            if name not in built.made:
                return {}
            place = str(self._shelf.put(built.made[name]))
            return {path: (place, language.structs, each) for path, each in functions.items()}

        notes, lines = warnings(built, workspace.sources), Lines(_text(built, LINES), paths)
        fault = None
        if CHECKED not in built.made:
            fault = build_fault(built, paths, language, " with sanitizers")
        elif found := _SANITIZERS_OWN.search(_text(built, SYMBOLS)):
            what = (
                f"it defines {found['defined']}"
                if found["defined"]
                else f"it calls {found['called']}"
            )
            fault = Fault(Outcome.FAILED, f"{what}, which is a sanitizer's own")
        unchecked = dict.fromkeys(self._assignment.student_files, fault) if fault else {}
        return Made(libraries(PLAIN), libraries(CHECKED), {}, unchecked, broken, notes, lines)


def _text(built: Built, name: str) -> str:
    return built.made.get(name, b"").decode("utf-8", "replace")


def find_compiler() -> str:
    """Return the path of the compiler; raises ConfigurationError where there is none."""
    found = shutil.which("gcc")
    if found is None:
        raise ConfigurationError("hand-ins in C need gcc on the machine that grades: install gcc")
    return found


def sanitizers() -> dict[str, str]:
    """Return the environment in which a process can load libraries built with sanitizers."""
    compiler = find_compiler()
    found = []
    for name in ("libasan.so", "libubsan.so"):
        command = [compiler, f"-print-file-name={name}"]
        asked = subprocess.run(  # noqa: S603 - the compiler, by its path, no shell
            command, capture_output=True, text=True, check=True
        )
        told = asked.stdout.strip()
        if not Path(told).is_absolute():  # it repeats the name of what it does not have
            raise ConfigurationError(
                f"hand-ins in C are tried with sanitizers: install gcc's {name}"
            )
        found.append(str(Path(told).resolve()))
    return {
        "LD_PRELOAD": ":".join(found),
        # Leaks are no errors; it may not hand its signals over to anybody, and ends with a number.
        "ASAN_OPTIONS": "detect_leaks=0:allow_user_segv_handler=0:exitcode=86",
    }


def _bind(function: Function, defined: Defined, language: CLanguage) -> Binding | Fault:
    """Return how to call a function, or why it cannot be called."""
    name = function.name
    if name not in defined.found:
        return Fault(Outcome.MISSING, f"{name} is not defined")
    if name in defined.static:
        return Fault(Outcome.MISSING, f"{name} is static, so nobody else can call it")
    found = defined.found[name]
    declared = [function.parameters, *function.dialects]
    bound = bind(declared, function.result, language.columns_per, found, defined.words())
    if bound is not None:
        return bound
    what = f"{name} cannot be called: it has other parameters, or returns something else"
    wanted = f"{function.result} ({', '.join(function.parameters)})"
    return Fault(Outcome.FAILED, what, actual=visible(f"it is {found}, not {wanted}", 300))
