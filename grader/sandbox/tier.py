"""Find out how strong the walls are on this machine, by attacking them.

A version number proves nothing: a real worker tries to read a canary file, the grader's
environment and memory and those of a worker beside it, to write, signal, trace, connect, fork,
execute and allocate; a tier counts only if everything fails.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import secrets
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.core.assignment import Assignment, Criterion, File, Function, Limits
from grader.core.errors import GraderError, SandboxError, UsageError
from grader.sandbox import runtime
from grader.sandbox.fault import Fault
from grader.sandbox.policy import TIERS, Walls
from grader.sandbox.pool import walled
from grader.sandbox.session import Session
from grader.sandbox.zygote import Zygote

# From the strongest down; the first one that holds is taken.
_CANDIDATES: tuple[tuple[str, Walls], ...] = (
    ("strong", Walls(bubblewrap=True, landlock=True, seccomp=True)),
    ("good", Walls(bubblewrap=False, landlock=True, seccomp=True)),
    ("good", Walls(bubblewrap=True, landlock=False, seccomp=True)),
    ("good", Walls(bubblewrap=False, landlock=False, seccomp=True)),
    ("weak", Walls(bubblewrap=False, landlock=False, seccomp=False)),
)

_PROBE = Assignment(
    title="probe",
    version="1",
    files=[File("canary.py")],
    functions=[Function("attack", "canary.py", ["through"])],
    criteria=[Criterion("none", "none", 1)],
    limits=Limits(call_seconds=10, load_seconds=10),
)


@dataclass(frozen=True)
class Tier:
    """How strong the walls are: "strong", "good" or "weak", and which layers hold."""

    name: str
    walls: Walls
    layers: tuple[str, ...]


# For code of our own, and before a tier is chosen.
NO_WALLS = Tier("none", Walls(bubblewrap=False, landlock=False, seccomp=False), ())


@dataclass(frozen=True)
class Attempt:
    """One candidate: what got through it, or why it could not be built."""

    name: str
    walls: Walls
    layers: tuple[str, ...] = ()
    breaches: tuple[str, ...] = ()
    problem: str = ""

    @property
    def holds(self) -> bool:
        """Whether it was built and nothing got through."""
        return not self.problem and not self.breaches


@dataclass(frozen=True)
class Canaries:
    """What nothing behind walls may reach.

    A file to read, one to make, a TCP port and a unix socket that listen, and this process.
    """

    pid: int
    canary: str
    target: str
    port: int
    unix: str


@contextlib.contextmanager
def canaries() -> Iterator[Canaries]:
    """Set up canaries that everybody on this machine may reach, but for walls."""
    with (
        tempfile.TemporaryDirectory() as folder,
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.socket(socket.AF_UNIX) as listening,
    ):
        Path(folder).chmod(0o777)
        canary = Path(folder, "canary")
        canary.write_text("secret")
        canary.chmod(0o666)
        unix = f"\0canary-{secrets.token_hex(8)}"  # no file, so nobody's permissions guard it
        listening.bind(unix)
        listening.listen()
        target, port = str(Path(folder, "target")), server.getsockname()[1]
        yield Canaries(os.getpid(), str(canary), target, port, unix)


def attacks() -> str:
    """Return the source of what is sent behind the walls to attack canaries."""
    return (Path(__file__).parent / "canary.py").read_text(encoding="utf-8")


def probe(name: str, walls: Walls) -> Attempt:
    """Build the walls, let a worker attack canaries, and report what got through."""
    try:
        with Zygote(walls, runtime.find_runtime()) as zygote, canaries() as bait:
            files, start = {"canary.py": attacks()}, walled(zygote, _PROBE.limits)
            # With another worker beside it, to be attacked.
            session = Session(start, _PROBE, files, {"canary.py": "canary.py"}, {}, spares=1)
            answer = session.call("attack", dataclasses.astuple(bait))
            session.pool.close()
    except GraderError as error:
        return Attempt(name, walls, problem=str(error))
    if isinstance(answer, Fault):
        return Attempt(name, walls, problem=f"the probe ended early: {answer.what}")
    if not isinstance(answer.value, str):
        return Attempt(name, walls, problem="the probe did not say what got through")
    return Attempt(name, walls, tuple(zygote.layers), tuple(answer.value.split()))


def survey() -> list[Attempt]:
    """Probe every candidate that is not weak."""
    return [probe(name, walls) for name, walls in _CANDIDATES if name != "weak"]


def refuse_below(least: str | None, name: str) -> None:
    """Raise UsageError, which says what to install, where a tier is below the `least` one."""
    if least is not None and TIERS.index(name) > TIERS.index(least):
        raise UsageError(f"--require {least}: the sandbox here is {name}. {what_it_takes(least)}")


def what_it_takes(name: str) -> str:
    """Return a sentence on what a machine needs for a tier."""
    if name == "strong":
        return ("The strong tier needs Linux 5.13 or later with Landlock and namespaces, and the "
                "packages bubblewrap and libseccomp2.")  # fmt: skip
    return f"The {name} tier needs Linux with the package libseccomp2."


def choose(
    wanted: str | None = None, *, least: str | None = None, allow_weak: bool = False
) -> Tier:
    """Return the strongest tier that holds, or the strongest one called `wanted`.

    Raises UsageError when it is below `least`, and when only weak walls are to be had and
    `allow_weak` is false.
    """
    for name, walls in _CANDIDATES:
        if wanted not in (None, name):
            continue
        if name == "weak":
            refuse_below(least, name)
            if not allow_weak:
                break
            return _weak(walls)
        attempt = probe(name, walls)
        if attempt.holds:
            refuse_below(least, name)
            return Tier(name, walls, attempt.layers)
    if wanted not in (None, "weak"):
        raise UsageError(
            f"this machine has no {wanted} sandbox; `grader doctor` says what it lacks"
        )
    raise UsageError(
        "only a weak sandbox is to be had here, which does not stop a hostile hand-in; "
        "`grader doctor` says what is missing, --allow-weak-sandbox grades all the same"
    )


def _weak(walls: Walls) -> Tier:
    with Zygote(walls, runtime.find_runtime()) as zygote:
        if not zygote.layers:
            raise SandboxError("no worker could be started")
        return Tier("weak", walls, tuple(zygote.layers))
