"""Build the student's file and the public checks, and say what the compiler says, in few words."""

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

OURS = Path(__file__).resolve().parent
FOLDER = OURS.parent
FUNCTIONS = ["mean", "variance", "normalize", "delta_mean", "delta_variance", "delta_batch_norm"]
FILE = "batch_norm.c"
CHECKS, DECLARATIONS = "public_checks/test_batch_norm.c", "public_checks/declarations.h"
SOURCES = [FILE, "matrix.c", CHECKS]
FLAGS = ["-std=gnu11", "-O2", "-Wall", "-Wextra"]
SANITIZE = ["-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined"]
SANITIZE += ["-fno-sanitize-recover=all"]
SECONDS = 60
INSTALL = (
    "no C compiler: install gcc (Debian and Ubuntu: sudo apt install gcc; macOS: xcode-select "
    "--install; Windows: WSL or MSYS2)"
)
_MOST = 5
_DIAGNOSTIC = re.compile(
    r"^(?P<path>(?:[A-Za-z]:)?[^\s:][^:\n]*):(?P<line>\d+):(?:\d+:)? "
    r"(?P<kind>fatal error|error|warning|note): (?P<text>.+)$",
    re.MULTILINE,
)
_CONFLICT = re.compile(r"conflicting types for '(\w+)'|static declaration of '(\w+)'")
_UNDEFINED = re.compile(r"[Uu]ndefined (?:reference|symbol)\S*:? (?:to )?[`'\"]?_?(\w+)|\"_(\w+)\"")


class BuildError(Exception):
    """It could not be built; each argument is a pair: where, and what is said there."""


@dataclass
class Built:
    """A program, with what the compiler warns of; `checked` is the one with sanitizers, or None."""

    plain: Path
    checked: "Path | None" = None
    warnings: list = field(default_factory=list)


def find_compiler():
    """Return the command of a C compiler as a list; raises LookupError with what to do."""
    asked = os.environ.get("CC", "").strip()
    if asked:
        command = shlex.split(asked, posix=os.name != "nt")
        if not shutil.which(command[0]):
            raise LookupError(f"CC says {command[0]}, which is not on the PATH: change or unset CC")
        return command
    found = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
    if not found:
        raise LookupError(INSTALL)
    return [found]


def build(compiler, target):
    """Build everything into a folder; raises BuildError."""
    for name in [*SOURCES, "matrix.h", "batch_norm.h", DECLARATIONS]:
        if not (FOLDER / name).is_file():
            raise BuildError((name, "is missing: it is not in this folder"))
    done = _run(compiler, *FLAGS, "-c", FILE, "-o", str(target / "student.o"))
    found = _diagnostics(done.stderr)
    if done.returncode:
        raise BuildError(*_errors(found, done.stderr))
    declared = ["-fsyntax-only", "-include", FILE, "-x", "c", DECLARATIONS]
    conflicts = _conflicts(_run(compiler, *FLAGS, "-w", *declared).stderr)
    if conflicts:
        raise BuildError(*conflicts)
    built = Built(target / "checks.exe", warnings=_told(found, "warning"))
    linked = _run(compiler, *FLAGS, "-w", *SOURCES, "-o", str(built.plain), "-lm")
    if linked.returncode:
        raise BuildError(*_lacking(linked.stderr))
    checked = target / "checked.exe"
    if not _run(compiler, *FLAGS, "-w", *SANITIZE, *SOURCES, "-o", str(checked), "-lm").returncode:
        built.checked = checked
    return built


def _run(compiler, *arguments):
    """Run the compiler in the student's folder, so that it names files as the student does."""
    environment = {**os.environ, "LC_ALL": "C", "GCC_COLORS": "", "TERM": "dumb"}
    try:
        return subprocess.run(
            [*compiler, *arguments],
            cwd=FOLDER,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=SECONDS,
        )
    except subprocess.TimeoutExpired:
        raise BuildError((FILE, f"the compiler was stopped after {SECONDS} s")) from None
    except OSError as error:
        raise BuildError((compiler[0], f"cannot be run: {error.strerror}")) from None


def _diagnostics(said):
    return [match.groupdict() for match in _DIAGNOSTIC.finditer(said)]


def place(path, line):
    """Return where something is, in words."""
    path = Path(path)
    if path.is_absolute() and FOLDER in path.parents:
        path = path.relative_to(FOLDER)
    return f"{path.as_posix()}, line {line}"


def _told(found, *kinds):
    """Return pairs of place and text, each once, and not too many."""
    pairs = [
        (place(each["path"], each["line"]), re.sub(r" \[-W[^\]]*\]$", "", each["text"]))
        for each in found
        if each["kind"] in kinds or ("error" in kinds and "implicit decl" in each["text"])
    ]
    pairs = list(dict.fromkeys(pairs))
    more = [("", f"and {len(pairs) - _MOST} more")] if pairs[_MOST:] else []
    return pairs[:_MOST] + more


def _errors(found, said):
    told = _told(found, "error", "fatal error")
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return told or [(FILE, lines[-1][:200] if lines else "the compiler says nothing")]


def _conflicts(said):
    """Say which functions are not declared as they were handed out."""
    found, told = _diagnostics(said), []
    for error, note in zip(found, [*found[1:], {"kind": ""}]):
        match = _CONFLICT.search(error["text"].translate({0x2018: "'", 0x2019: "'"}))
        if match and error["kind"] == "error":
            where = place(note["path"], note["line"]) if note["kind"] == "note" else FILE
            name = match[1] or match[2]
            told.append((where, f"{name} has other parameters than it was handed out with"))
    return told


def _lacking(said):
    names = {name for match in _UNDEFINED.findall(said) for name in match if name}
    told = [(FILE, f"{name} is not defined, or static") for name in FUNCTIONS if name in names]
    if not told:
        lines = [line for line in said.splitlines() if re.search("undefined|multiple|error", line)]
        told = [(FILE, line.strip()[:200]) for line in lines[:_MOST]]
    return told or [(FILE, "the linker gave up")]
