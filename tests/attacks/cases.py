"""The attacks as hand-ins: what is read from `cases/`, and where an attack is put into a file.

A case is a folder `cases/GROUP/NAME` with `expect.toml` and one of

- `attack.py`: defines `attack()`, called once in each process, and may define `answer(value)`,
  through which everything goes that `batchnorm_forward` returns. It says `loot(what)` where it got
  something. The names of the bait (`CANARY`, `TARGET`, ...) stand above it.
- `build.py`: defines `build(folder, files, bait)`, which writes the hand-in below `folder` and
  returns its path; `files` are those of the honest one, by path.

Files in a folder `beside` are handed in as well.
"""

from __future__ import annotations

import importlib.util
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
HONEST = HERE.parent / "submissions" / "batchnorm" / "perfect_staged" / "hand-in" / "layers.py"
PLACES = ("import", "call")
_BUILT = "hand-in"
_KEYS = {"why", "criteria", "says", "silent", "at"}

_TOOLS = """

def loot(what):
    print("LOOT", what, flush=True)


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
    """One attack at one place: "import", "call" or, for what is built, "hand-in"."""

    folder: Path
    place: str
    expected: Expected

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
            built: Path = _module(self.folder / "build.py").build(folder, files, dict(names))
            return built
        files["layers.py"] = self._with_attack(files["layers.py"].decode(), names).encode()
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return folder

    def _with_attack(self, honest: str, names: Mapping[str, str | int]) -> str:
        attack = (self.folder / "attack.py").read_text(encoding="utf-8")
        told = "".join(f"{name} = {value!r}\n" for name, value in names.items())
        answers = _ANSWERS if "def answer(" in attack else ""
        trigger = _TRIGGERS[self.place] if "def attack(" in attack else ""
        return f"{honest}\n\n{told}{_TOOLS}{attack}{_ATTEMPT}{trigger}{answers}"


def _module(path: Path):
    spec = importlib.util.spec_from_file_location(f"attack_{path.parent.name}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def read_cases(only: str = "") -> list[Case]:
    """Return every attack at every place it is meant for, in their order."""
    cases = []
    for path in sorted((HERE / "cases").glob("*/*/expect.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        built = (path.parent / "build.py").is_file()
        for place in (_BUILT,) if built else told.get("at", PLACES):
            mine = {key: value for key, value in told.items() if key not in {*PLACES, "at"}}
            mine |= told.get(place, {})
            if unknown := set(mine) - _KEYS:
                raise ValueError(f"{path}: unknown {', '.join(sorted(unknown))}")
            if not mine.pop("why", ""):
                raise ValueError(f"{path} does not say why")
            cases.append(Case(path.parent, place, Expected(**mine)))
    return [case for case in cases if only in case.name]
