"""The command line of collate.py."""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .archives import PLAN, packed_before, tar_bytes, unpacked, write_whole, zip_bytes
from .packing import Packed
from .trial import SCRIPT, self_check

FORMAT = "grading-harness/hand-in/1"
_ENDINGS = {".tar.gz": "tar.gz", ".tgz": "tar.gz", ".zip": "zip"}
_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]|^\s|[\s.]$|^$')


def read_plan(folder: Path) -> dict[str, Any]:
    """Return what is asked for; raises ValueError where the file that says so is not usable."""
    path = folder / PLAN
    try:
        plan = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        plan = None
    if not isinstance(plan, dict) or plan.get("format") != FORMAT:
        raise ValueError(f"{path} is missing or damaged; it came with collate.py: get it again")
    return plan


def default_name(plan: Mapping[str, Any], kind: str | None) -> str:
    """Return what the archive is called that nobody named, with the ending of the format if any."""
    name = str(plan["archive"] or plan["slug"])
    ending = next((each for each in _ENDINGS if name.endswith(each)), "")
    return f"{name.removesuffix(ending)}.{kind}" if kind and ending else name


def target_of(name: str, out: str | None, kind: str | None) -> tuple[Path, str]:
    """Return where the archive goes and its format; raises ValueError for what cannot be."""
    if out is None and _NOT_IN_A_NAME.search(name):
        raise ValueError(f"{name!r} cannot be the name of a file; a path goes with --out")
    given = out or name
    implied = next((k for ending, k in _ENDINGS.items() if given.lower().endswith(ending)), None)
    if out and not implied:
        raise ValueError(f"--out {out}: the name must end in .tar.gz or .zip")
    if kind and implied and kind != implied:
        raise ValueError(f"{given} is not a name for --format {kind}")
    path = Path(given if implied else f"{given}.{kind or 'tar.gz'}")
    if not path.parent.is_dir() or path.is_dir():
        raise ValueError(f"{path} cannot be written: its folder does not exist, or it is a folder")
    return path, kind or implied or "tar.gz"


def pack(packed: Packed, target: Path, kind: str, folder: Path, *, check: bool) -> None:
    """Write the archive, try out what is in it, and say what came of it."""
    content = (zip_bytes if kind == "zip" else tar_bytes)(packed.files)
    write_whole(target, content)
    print("\nPacked:")
    for path in sorted(packed.files):
        print(f"  {path}" + (f"  ({packed.kinds[path]})" if packed.kinds[path] else ""))
    for warning in packed.warnings:
        print(f"Warning: {warning}")
    if check and SCRIPT in packed.beside:
        print("\nThe self-check, on what was packed, in a clean folder:", flush=True)
        print(self_check({**packed.beside, **unpacked(target)}, folder))
    print(f"\n{target.resolve()}")
    print(f"{len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("collate.py", description="Pack your work for handing in.")
    parser.add_argument("name", nargs="?", help="name of the archive, as your course wants it")
    parser.add_argument("--format", choices=sorted(set(_ENDINGS.values())))
    parser.add_argument("--out", metavar="FILE", help="where the archive goes, in place of NAME")
    words = "pack although files are missing or unchanged"
    parser.add_argument("--incomplete", action="store_true", help=words)
    parser.add_argument("--force", action="store_true", help="replace a file that is there already")
    parser.add_argument("--no-check", action="store_true", help="leave out the self-check")
    return parser


def main(folder: Path, arguments: Sequence[str] | None = None) -> int:
    """Pack what lies in a folder; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal need not know every letter
    options = _parser().parse_args(arguments)
    try:
        plan = read_plan(folder)
        name = default_name(plan, options.format) if options.name is None else options.name
        target, kind = target_of(name, options.out, options.format)
    except ValueError as error:
        print(f"collate.py: {error}", file=sys.stderr)
        return 2
    print(plan["title"])
    try:
        packed = Packed(folder, plan)
        refused = [*packed.refused, *([] if options.incomplete else packed.lacking)]
        if not packed.files:
            refused = packed.lacking
        for line in refused:
            print(f"Refused: {line}", file=sys.stderr)
        if refused:
            more = "; --incomplete packs what is there" if packed.files and packed.lacking else ""
            print(f"Nothing was packed{more}.", file=sys.stderr)
            return 1
        free = options.force or not os.path.lexists(target) or packed_before(target, packed.files)
        if not free:
            words = "is there already and was not packed here: take another name, or --force"
            print(f"collate.py: {target} {words}", file=sys.stderr)
            return 1
        packed.warnings[:0] = packed.lacking
        pack(packed, target, kind, folder, check=not options.no_check)
    except OSError as error:
        print(f"collate.py: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 1
    return 0
