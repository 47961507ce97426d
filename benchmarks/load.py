"""Grade a large class in which one in ten is hostile, and look at what that does to the others.

Every hostile hand-in is an honest one with an attack in the function that is called first, or when
it is imported, or it is an archive that is a bomb. The run must end, every honest hand-in must earn
what it earns alone, in every criterion; no process, no zombie and no file may be left, and the
memory of all processes together must stay as it was.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import io
import itertools
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table
from walls import MOST_GROWTH, Walled

from grader import catalog
from grader.core.report import Report
from grader.core.score import Status
from grader.intake.submissions import HandIn
from grader.run import Run
from grader.sandbox import tier as tiers

PROJECT = Path(__file__).resolve().parents[1]
CLASS = PROJECT / "tests" / "submissions" / "batchnorm"
HONEST = ("perfect_staged", "bn_axis1", "eps_outside_sqrt", "dgamma_row", "ln_axis0", "zero_pair")
ONE_IN = 10
JOBS = 2
# In a shorter class caches are still filling: its growth says nothing.
_ENOUGH = 200
# What an attack that writes files calls them.
LITTER = "left-by-a-hand-in"
# Where they write, besides the folders of a worker.
PLACES = "/ /tmp /dev/shm /var/tmp".split()
_PR_SET_CHILD_SUBREAPER = 36
_PATIENCE_SECONDS = 5.0

# By name, what happens in the function; those whose name says so, when the file is imported.
ATTACKS = {
    "loop": "while True: pass",
    "memory at import": "x = [bytearray(1 << 24) for _ in iter(int, 1)]",
    "forks at import": "import os\nfor _ in range(1000): os.fork()",
    "output": "while True: print('x' * 10_000)",
    "garbage": "import os\nos.write(3, os.urandom(1 << 16))\nreturn 1",
    "files": f"""
for folder in ".", TMPDIR, *{PLACES}:
    try: open(f"{{folder}}/{LITTER}-{{id(folder)}}", "w")
    except OSError: pass
raise ValueError""",
    "giant reply": "import numpy\nreturn numpy.ones(40 << 20)",
    "segfault": "import ctypes\nctypes.string_at(0)",
    "exit": "import os\nos._exit(0)",
    "sleep": "import time\ntime.sleep(1_000_000)",
    "forged frame": """
import os
os.write(3, b"GRD1" + (0).to_bytes(4, "little") + (200 << 20).to_bytes(8, "little"))
while True: os.write(3, bytes(1 << 20))""",
    "processes": "import subprocess\nsubprocess.Popen(['sleep', '1000'])",
    "recursion": "return (lambda f: f(f))(lambda f: f(f))",
}
BOMBS = ("archive bomb", "archive of many")
# In the order in which a small class has them.
KINDS = (*list(ATTACKS)[:5], BOMBS[0], *list(ATTACKS)[5:], BOMBS[1])


@dataclass(frozen=True)
class Class:
    """Honest hand-ins, repeated, with hostile ones among them; `kinds` by student."""

    hand_ins: list[HandIn]
    kinds: dict[str, str]


def _attacked(source: str, function: str, kind: str) -> str:
    tmp = f"TMPDIR = {tempfile.gettempdir()!r}\n"
    lines = [tmp, *ATTACKS[kind].strip().splitlines()]
    if "import" in kind.split():
        return f"{source}\n\n" + "\n".join(lines)
    body = "\n".join(f"    {line}" for line in lines)
    return f"{source}\n\ndef {function}(*_):\n{body}\n"


def _bomb(kind: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        if kind == "archive of many":
            for number in range(100_000):
                archive.writestr(f"{number}", b"")
        else:
            zeros = bytes(1 << 20)
            with archive.open("layers.py", "w", force_zip64=True) as file:
                for _ in range(1 << 10):
                    file.write(zeros)
    return packed.getvalue()


def hostile(folder: Path, honest: Path, function: str) -> dict[str, Path]:
    """Write a hand-in of each hostile kind; return their paths."""
    paths = {}
    for kind in KINDS:
        place = folder / kind.replace(" ", "-")
        if kind in BOMBS:
            paths[kind] = place.with_suffix(".zip")
            paths[kind].write_bytes(_bomb(kind))
            continue
        paths[kind] = shutil.copytree(honest, place)
        (source,) = place.glob("*.py")
        source.write_text(_attacked(source.read_text(), function, kind), encoding="utf-8")
    return paths


def make_class(count: int, honest: dict[str, Path], attacks: dict[str, Path]) -> Class:
    """Return a class of `count` in which every tenth is hostile, the kinds in turn."""
    good, bad = itertools.cycle(honest.items()), itertools.cycle(attacks.items())
    made = Class([], {})
    for number in range(count):
        kind, path = next(bad if number % ONE_IN == ONE_IN // 2 else good)
        student = f"{number:04}-{kind.replace(' ', '-')}"
        made.kinds[student] = kind
        made.hand_ins.append(HandIn(student, path))
    return made


@contextlib.contextmanager
def own_place() -> Iterator[Path]:
    """Work in an empty folder and have temporary files in another: both are to be empty."""
    with tempfile.TemporaryDirectory(prefix="load-") as name:
        os.environ["TMPDIR"] = tempfile.tempdir = str(Path(name, "tmp"))
        before = Path.cwd()
        for folder in ("tmp", "here", "class"):
            Path(name, folder).mkdir()
        os.chdir(Path(name, "here"))
        try:
            yield Path(name)
        finally:
            os.chdir(before)


def files_left(place: Path) -> list[str]:
    """Return what is left in the folders that were empty, and what attacks left elsewhere."""
    left = [path for folder in ("tmp", "here") for path in (place / folder).iterdir()]
    for folder in map(Path, PLACES):
        if folder.is_dir():
            left += folder.glob(f"{LITTER}*")
    return [str(path) for path in left]


def processes_left() -> list[str]:
    """Return what lives on below this process, zombies among it."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while (left := _below()) and time.monotonic() < until:
        time.sleep(0.05)
    return left


def _below() -> list[str]:
    found = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            words = " ".join(process.cmdline())
            if "resource_tracker" not in words:  # Python's own, to the end
                found.append(f"{process.name()} ({process.status()}) {words}")
    return found


def _earned(report: Report) -> tuple[float | None, dict[str, tuple[str, float | None]]]:
    return report.score.earned, {c.id: (str(c.outcome), c.earned) for c in report.criteria}


def spoilt(alone: dict[str, Report], reports: Sequence[Report], kinds: dict[str, str]) -> list[str]:
    """Return the honest hand-ins that did not earn what they earn alone."""
    return [
        report.submission.student
        for report in reports
        if (expected := alone.get(kinds[report.submission.student])) is not None
        and _earned(report) != _earned(expected)
    ]


def table(reports: Sequence[Report], kinds: dict[str, str]) -> Table:
    """Return a row for each kind of hand-in."""
    shown = Table("kind", "hand-ins", "points", "withheld", "median s", "most s")
    for kind in dict.fromkeys(kinds.values()):
        mine = [each for each in reports if kinds[each.submission.student] == kind]
        seconds = [each.usage.wall_seconds for each in mine]
        if not mine:
            continue
        shown.add_row(
            kind,
            str(len(mine)),
            ", ".join(
                sorted({f"{each.score.earned:g}" for each in mine if each.score.earned is not None})
            ),
            str(sum(each.score.status is Status.BROKEN for each in mine)),
            f"{statistics.median(seconds):.2f}",
            f"{max(seconds):.2f}",
        )
    return shown


def missed(made: Class, alone: dict[str, Report], walled: Walled, place: Path) -> list[str]:
    """Return what does not hold, in words."""
    reports = walled.reports
    broken = [r.submission.student for r in reports if r.score.status is Status.BROKEN]
    changed = spoilt(alone, reports, made.kinds)
    wrong = [f"{each} earns something else than alone" for each in changed]
    wrong += [f"{each} is withheld" for each in broken]
    wrong += [f"left: {each}" for each in [*processes_left(), *files_left(place)]]
    if len(reports) != len(made.hand_ins):
        wrong.append(f"{len(reports)} reports of {len(made.hand_ins)}")
    if len(reports) >= _ENOUGH and walled.growth() > MOST_GROWTH:
        wrong.append(f"memory is {walled.growth():.2f}x what it was")
    return wrong


def main() -> int:
    """Grade, print a table of figures, and return 1 where something does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hand-ins", type=int, default=1000)
    parser.add_argument("--assignment", default=str(PROJECT / "reference" / "batchnorm"))
    parser.add_argument("--function", default="batchnorm_forward", help="what is attacked from")
    parser.add_argument("--honest", type=Path, nargs="+", help="folders with one file each",
                        default=[CLASS / name / "hand-in" for name in HONEST])  # fmt: skip
    asked = parser.parse_args()
    # What a hand-in leaves behind becomes a child of this process, and is seen.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    run = Run(catalog.find_assignment(asked.assignment), 0, tiers.choose())
    honest = {
        (path.parent if path.name == "hand-in" else path).name: path.resolve()
        for path in asked.honest
    }
    with own_place() as place:
        alone, walled = {}, Walled()
        for kind, path in honest.items():
            first = Walled()
            first.grade(run, [HandIn(kind, path)], 1)
            alone[kind] = first.reports[0]
        attacks = hostile(place / "class", next(iter(honest.values())), asked.function)
        made = make_class(asked.hand_ins, honest, attacks)
        walled.grade(run, made.hand_ins, JOBS, weigh=True)
        wrong = missed(made, alone, walled, place)
    console = Console(highlight=False)
    console.print(table(walled.reports, made.kinds))
    console.print(f"{len(walled.reports)} hand-ins, one in {ONE_IN} hostile, {JOBS} jobs, sandbox "
                  f"{run.tier.name}, Python {platform.python_version()}: {walled.seconds:.0f} s; "
                  f"memory {max(walled.memory):.0f} MB at most, in the last tenth "
                  f"{walled.growth():.2f}x that in the second", soft_wrap=True)  # fmt: skip
    for each in wrong[:20]:
        console.print(each, markup=False, soft_wrap=True)
    console.print(f"{len(wrong)} things do not hold." if wrong else "All holds.")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
