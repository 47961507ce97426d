"""The attacks as hand-ins: what is read from `cases/`, and where an attack is put into a file.

A case is a folder `cases/GROUP/NAME` with `expect.toml` and one of

- `attack.py`: defines `attack()`, called once in each process, and may define `answer(value)`,
  through which everything goes that `batchnorm_forward` returns. It says `loot(what)` where it got
  something. The names of the bait (`CANARY`, `TARGET`, ...) and the tools below stand above it.
- `build.py`: defines `build(folder, files, bait)`, which writes the hand-in below `folder` and
  returns its path; `files` are those of the honest one, by path.

What cases of a group share stands in `cases/GROUP/tools.py`, above each of them; files in a folder
`beside` a case are handed in as well.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
HONEST = HERE.parent / "submissions" / "batchnorm" / "perfect_staged" / "hand-in" / "layers.py"
PLACES = ("import", "call")
_BUILT = "hand-in"
_KEYS = {"why", "criteria", "stopped", "unopened", "says", "silent", "at", "tiers"}
# What `stopped` takes from the honest hand-in: by import, what its file decides, and by call, what
# calls `batchnorm_forward`; one of the checks that share "inputs" does not.
_FILE = """
bn_forward bn_eps bn_running bn_test bn_mode inputs bn_dx bn_dgamma bn_dbeta bn_alt bn_speedup
ln_forward ln_backward sbn_forward sbn_backward gn_forward gn_backward""".split()
# What a hand-in that cannot be opened loses beside that (`unopened`): the network, the notebook.
_OTHERS = """net_params net_plain net_batchnorm net_layernorm net_test net_training
nb_checks nb_network nb_six_layers nb_weight_scales nb_batch_sizes""".split()
# A person may open it, and find the answers.
_ANSWERED = dict.fromkeys(["answer_1", "answer_2", "answer_3", "answer_4"], "AWAITING")
_ELSEWHERE = {"ln_forward", "ln_backward", "gn_forward", "gn_backward"}

_TOOLS = """

def loot(what):
    print("LOOT", what, flush=True)


def kernel(call, *arguments):
    '''Call a function of the C library by name, or the kernel by the number of a system call.'''
    import ctypes
    import os

    libc = ctypes.CDLL(None, use_errno=True)
    function = libc.syscall if type(call) is int else getattr(libc, call)
    function.restype = ctypes.c_long if type(call) is int else ctypes.c_int
    words = [ctypes.c_long(each) if type(each) is int else each for each in arguments]
    result = function(*([ctypes.c_long(call)] if type(call) is int else []), *words)
    if result == -1:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result


def worker():
    '''Return two modules of this worker, and what its loop has at hand.'''
    import sys

    frame = sys._getframe()
    while frame.f_code.co_name != "serve":
        frame = frame.f_back
    return sys.modules["grader.worker.serve"], sys.modules["grader.worker.wire"], frame.f_locals


def each(*attempts):
    '''Make every attempt, whatever becomes of the others; what one returns is loot.'''
    for attempt in attempts:
        try:
            got = attempt()
        except Exception:
            continue
        loot(repr(got)[:100])


"""
_ATTEMPT = """

_tried = False


def _attempt():
    global _tried
    if _tried:
        return
    _tried = True
    print("TRYING", flush=True)
    try:
        attack()
    except Exception as error:
        print("REFUSED", type(error).__name__, flush=True)
"""
# By place, how the attack comes to run in a file that is otherwise right.
_TRIGGERS = {
    "import": "\n\n_attempt()\n",
    "call": """

_honest = batchnorm_forward


def batchnorm_forward(x, gamma, beta, bn_param):
    _attempt()
    return _honest(x, gamma, beta, bn_param)
""",
}
_ANSWERS = """

_sincere = batchnorm_forward


def batchnorm_forward(x, gamma, beta, bn_param):
    return answer(_sincere(x, gamma, beta, bn_param))
"""


@dataclass(frozen=True)
class Expected:
    """What must happen to a hand-in with an attack.

    `criteria` are those that end otherwise than in the honest hand-in, with their outcome. `says`
    is a pattern that the notes for staff or student must match. A `silent` attack is not seen to
    begin: its file does not load, or it stops its own output.
    """

    criteria: dict[str, str] = field(default_factory=dict)
    says: str = ""
    silent: bool = False


@dataclass(frozen=True)
class Case:
    """One attack at one place: "import", "call" or, for what is built, "hand-in".

    `tiers` are those that promise to hold against it.
    """

    folder: Path
    place: str
    expected: Expected
    tiers: tuple[str, ...] = ("strong", "good")

    @property
    def name(self) -> str:
        """Return its group and its own name."""
        return f"{self.folder.parent.name}/{self.folder.name}"

    def hand_in(self, folder: Path, names: Mapping[str, str | int]) -> Path:
        """Write the hand-in below a new folder; return its path."""
        folder.mkdir()
        files = {"layers.py": HONEST.read_bytes()}
        beside = self.folder / "beside"
        for path in sorted(beside.rglob("*")):
            if path.is_file():
                files[path.relative_to(beside).as_posix()] = path.read_bytes()
        if self.place == _BUILT:
            return builder(self.folder)(folder, files, dict(names))
        files["layers.py"] = self._with_attack(files["layers.py"].decode(), names).encode()
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return folder

    def _with_attack(self, honest: str, names: Mapping[str, str | int]) -> str:
        parts = _parts(self.folder, "attack.py")
        attack = "\n\n".join(path.read_text(encoding="utf-8") for path in parts)
        told = "".join(f"{name} = {value!r}\n" for name, value in names.items())
        answers = _ANSWERS if "def answer(" in attack else ""
        trigger = _TRIGGERS[self.place] if "def attack(" in attack else ""
        return f"{honest}\n\n{told}{_TOOLS}{attack}{_ATTEMPT}{trigger}{answers}"


def _parts(folder: Path, name: str) -> list[Path]:
    """Return the files that make a case: what its group shares, where it does, and its own."""
    shared = folder.parent / "tools.py"
    return [*([shared] if shared.is_file() else []), folder / name]


def builder(folder: Path) -> Callable[[Path, Mapping[str, bytes], Mapping[str, str | int]], Path]:
    """Return what builds the hand-in of a case."""
    names: dict[str, Any] = {}
    for path in _parts(folder, "build.py"):
        exec(path.read_bytes(), names)  # noqa: S102 - our own, which use each other's names
    build: Callable[..., Path] = names["build"]
    return build


def _stopped(place: str, outcome: str) -> dict[str, str]:
    """Return what becomes of the criteria when everything at this place ends with an outcome."""
    if place != "call":
        return dict.fromkeys(_FILE, outcome)
    left = {criterion: outcome for criterion in _FILE if criterion not in _ELSEWHERE}
    return left | {"inputs": "PARTIAL"}


def read_cases(only: str = "") -> list[Case]:
    """Return every attack at every place it is meant for, in their order."""
    cases = []
    for path in sorted((HERE / "cases").glob("*/*/expect.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        built = (path.parent / "build.py").is_file()
        for place in (_BUILT,) if built else told.get("at", PLACES):
            mine = {key: value for key, value in told.items() if key not in {*PLACES, "at"}}
            mine |= told.get(place, {})
            tiers = tuple(mine.pop("tiers", Case.tiers))
            if unknown := set(mine) - _KEYS:
                raise ValueError(f"{path}: unknown {', '.join(sorted(unknown))}")
            if not mine.pop("why", ""):
                raise ValueError(f"{path} does not say why")
            if "stopped" in mine:
                mine["criteria"] = _stopped(place, mine.pop("stopped")) | mine.get("criteria", {})
            if "unopened" in mine:
                mine["criteria"] = dict.fromkeys((*_FILE, *_OTHERS), mine.pop("unopened"))
                mine["criteria"] |= _ANSWERED
            cases.append(Case(path.parent, place, Expected(**mine), tiers))
    return [case for case in cases if only in case.name]
