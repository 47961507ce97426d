"""Pack your work for handing in.

    python collate.py "Ada Lovelace"       packs into "Ada Lovelace.tar.gz"
    python collate.py ada --format zip     packs into ada.zip

It takes the files that are asked for and modules of your own that lie beside them or are imported,
refuses when a file is missing or still as it was handed out, warns of a notebook that does not fit
the code, and runs the self-check on what was packed. It overwrites only what it packed before.
Exit codes: 0 packed, 1 refused, 2 wrong usage.
"""

import os
import sys

if sys.version_info < (3, 9):  # noqa: UP036 - students start it with whatever they have
    sys.exit("collate.py needs Python 3.9 or later")
if __name__ == "__main__":
    # Files beside this one may have the names of standard modules.
    _here = os.path.dirname(os.path.realpath(__file__))  # noqa: PTH120 - pathlib imports others
    sys.path[:] = [path for path in sys.path if os.path.realpath(path) != _here]

import argparse
import contextlib
import gzip
import hashlib
import io
import json
import re
import subprocess
import tarfile
import tempfile
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

PLAN = "handin.json"
FORMAT = "grading-harness/hand-in/1"
TOOLS = ("collate.py", "selfcheck.py")
# Larger files are not read by those who grade.
MAX_SOURCE_BYTES, MAX_SOURCES_BYTES, MAX_NOTEBOOK_BYTES = 1 << 20, 8 << 20, 20 << 20
_CHECK_SECONDS = 600
_CLUTTER = {"__MACOSX", "__pycache__", "node_modules", "site-packages"}
_ENDINGS = {".tar.gz": "tar.gz", ".tgz": "tar.gz", ".zip": "zip"}
_ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")
_NOT_IN_A_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]|^\s|[\s.]$|^$')
_IMPORT = re.compile(r"^\s*(?:import|from)\b(.*)", re.MULTILINE)
_IMPORT_ERROR = re.compile(r"(?:ModuleNotFound|Import)Error: [^(;\n]*[^(;\s]")
_ZIP_DATE, _TAR_DATE = (1980, 1, 1, 0, 0, 0), 315532800  # 1980, where zip archives begin
_RUN_ALL = "choose “Restart kernel and run all cells”"
_SHOWN = 8


def text_digest(content: bytes) -> str:
    """Return the SHA-256 of a text; line ends and space at the ends of lines do not count."""
    lines = content.removeprefix(b"\xef\xbb\xbf").rstrip().splitlines()
    return hashlib.sha256(b"\n".join(line.rstrip() for line in lines)).hexdigest()


class Cell(NamedTuple):
    """A cell of a notebook; `number` counts from 1."""

    number: int
    kind: str
    source: str
    turn: "int | None"
    shows: bool

    @property
    def ran(self) -> bool:
        """Whether it was run, as far as the file tells."""
        return self.turn is not None or self.shows

    @property
    def never_run(self) -> bool:
        """Whether it holds code that was not run; comments alone need not be."""
        lines = (line.strip() for line in self.source.splitlines())
        return not self.ran and any(line and not line.startswith("#") for line in lines)


def read_notebook(content: bytes) -> dict[str, Any]:
    """Return the notebook that a file holds; raises ValueError, what is wrong with "it"."""
    try:
        notebook = json.loads(content.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError) as error:
        raise ValueError("it is damaged, no valid JSON: save it again in Jupyter") from error
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        # A wrong file, not a wrong type.
        raise ValueError("it is no Jupyter notebook of version 4: it has no cells")  # noqa: TRY004
    return notebook


def _cells(notebook: Mapping[str, Any]) -> list[Cell]:
    found = []
    for number, cell in enumerate((c for c in notebook["cells"] if isinstance(c, dict)), 1):
        source, count = cell.get("source", ""), cell.get("execution_count")
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        turn, shows = count if isinstance(count, int) else None, bool(cell.get("outputs"))
        found.append(Cell(number, str(cell.get("cell_type")), text, turn, shows))
    return found


def code_cells(notebook: Mapping[str, Any]) -> list[Cell]:
    """Return the cells with code of a notebook."""
    return [cell for cell in _cells(notebook) if cell.kind == "code"]


def notebook_digest(notebook: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the cells and of which were run; opening and saving keeps it."""
    cells = [
        (each.kind, text_digest(each.source.encode("utf-8", "replace")), each.ran)
        for each in _cells(notebook)
    ]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()


def never_run(cells: Sequence[Cell]) -> str:
    """Say which cells were never run, as a sentence without its subject; "" where none."""
    numbers = [str(cell.number) for cell in cells if cell.never_run]
    if not numbers:
        return ""
    listed = ", ".join(numbers[:_SHOWN]) + (", …" if len(numbers) > _SHOWN else "")
    if len(numbers) == 1:
        return f"has a code cell that was never run (cell {listed})"
    return f"has {len(numbers)} code cells that were never run (cells {listed})"


def out_of_order(cells: Sequence[Cell]) -> str:
    """Say where the order of running is not that of the cells, as `never_run` does."""
    ran = [(cell.number, cell.turn) for cell in cells if cell.turn is not None]
    for (upper, earlier), (lower, later) in zip(ran, ran[1:]):
        if earlier >= later:
            return f"was not run from top to bottom (cell {lower} was run before cell {upper})"
    return ""


def locate(name: str, paths: Sequence[str], packages: Sequence[str]) -> list[str]:
    """Return the paths that may be the file `name`: the nearest to the top first."""
    wanted = PurePosixPath(name).parts

    def rank(path: str) -> tuple[int, bool, str]:
        parts = PurePosixPath(path).parts
        return len(parts), not set(parts[: -len(wanted)]) & set(packages), path

    return sorted((p for p in paths if PurePosixPath(p).parts[-len(wanted) :] == wanted), key=rank)


def zip_bytes(files: Mapping[str, bytes]) -> bytes:
    """Return a zip archive of files by path; of the same files always the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, _ZIP_DATE)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, files[path])
    return stream.getvalue()


def tar_bytes(files: Mapping[str, bytes]) -> bytes:
    """Return a compressed tar archive as `zip_bytes` does."""
    stream = io.BytesIO()
    compressed = gzip.GzipFile("", "wb", fileobj=stream, mtime=0)
    with compressed, tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for path in sorted(files):
            entry = tarfile.TarInfo(path)
            entry.size, entry.mode, entry.mtime = len(files[path]), 0o644, _TAR_DATE
            tar.addfile(entry, io.BytesIO(files[path]))
    return stream.getvalue()


def unpacked(archive: Path) -> dict[str, bytes]:
    """Return the files of an archive that was made here."""
    if archive.name.lower().endswith(".zip"):
        with zipfile.ZipFile(archive) as opened:
            return {name: opened.read(name) for name in opened.namelist()}
    with tarfile.open(archive) as tar:
        return {entry.name: (tar.extractfile(entry) or io.BytesIO()).read() for entry in tar}


def packed_before(archive: Path, files: Mapping[str, bytes]) -> bool:
    """Return whether an archive was packed here before, from files of which some are the same."""
    try:
        if archive.name.lower().endswith(".zip"):
            with zipfile.ZipFile(archive) as opened:
                dates = {each.filename: each.date_time == _ZIP_DATE for each in opened.infolist()}
        else:
            with tarfile.open(archive) as tar:
                dates = {each.name: each.mtime == _TAR_DATE for each in tar}
    except (OSError, EOFError, ValueError, zipfile.BadZipFile, tarfile.TarError, zlib.error):
        return False
    # What was handed out is dated alike.
    handed_out = any(PurePosixPath(name).name == PLAN for name in dates)
    return all(dates.values()) and not handed_out and not dates.keys().isdisjoint(files)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    partial = path.with_name(f".partial-{os.getpid()}-{path.name}")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise


class Packed:
    """The files to hand in, by path; what stands against it, and what is worth knowing.

    `refused` stops the packing, `lacking` too unless an incomplete hand-in was asked for.
    """

    def __init__(self, folder: Path, plan: Mapping[str, Any]) -> None:
        self.files: dict[str, bytes] = {}
        self.kinds: dict[str, str] = {}
        self.beside: dict[str, bytes] = {}
        self.refused: list[str] = []
        self.lacking: list[str] = []
        self.warnings: list[str] = []
        self._paths = _listed(folder)
        self._packages = plan["packages"]
        self._cells: list[Cell] = []
        for file in plan["files"]:
            self._take_file(file)
        homes = {str(PurePosixPath(path).parent) for path in self.files}
        self._take_given(plan["given"])
        for name in [*plan["beside"], "selfcheck.py"]:
            if name in self._paths:
                self.beside[name] = self._paths[name].read_bytes()
        if plan["notebook"]:
            self._take_notebook(plan["notebook"])
        copies = self._located(*(name for file in plan["files"] for name in _names(file)))
        self._take_modules(homes, {*TOOLS, *self.beside, *self.files, *copies})
        if self._cells:
            self._compare_times(self._located(plan["notebook"]["path"])[0])

    def _located(self, *names: str) -> list[str]:
        paths = list(self._paths)
        found = [path for name in names for path in locate(name, paths, self._packages)]
        return list(dict.fromkeys(found))

    def _take(self, path: str, kind: str, most: int = MAX_SOURCE_BYTES) -> bytes:
        content = self.files[path] = self._paths[path].read_bytes()
        self.kinds[path] = kind
        if len(content) > most:
            self.refused.append(f"{path} is larger than {most >> 20} MB")
        return content

    def _take_file(self, file: Mapping[str, Any]) -> None:
        found = self._located(*_names(file))
        if not found:
            self.lacking.append(f"{file['path']} is missing: it is not in this folder")
            return
        content = self._take(found[0], "")
        if not content.strip():
            self.lacking.append(f"{found[0]} is empty")
        elif text_digest(content) == file["digest"]:
            self.lacking.append(f"{found[0]} is unchanged: it is as it was handed out")
        if found[1:]:
            self.warnings.append(f"{found[0]} is packed, not {', '.join(found[1:])}")

    def _take_given(self, given: Mapping[str, str]) -> None:
        """Take given files that were changed; the others lie beside the self-check alone."""
        for name, digest in given.items():
            for path in self._located(name)[:1]:
                content = self._paths[path].read_bytes()
                if path not in self.files and text_digest(content) != digest:
                    self._take(path, "given, changed by you")
                self.beside[path] = content

    def _take_modules(self, homes: AbstractSet[str], known: AbstractSet[str]) -> None:
        """Take the student's own modules beside the files, and those that what is taken imports."""
        own = sorted(path for path in self._paths if path.endswith(".py") and path not in known)
        size, found = 0, own
        while found:
            words = self._imported()
            found = [path for path in own if _is_imported(path, homes, words)]
            for path in found:
                own.remove(path)
                size += len(self._take(path, "a module of your own"))
                if size > MAX_SOURCES_BYTES:
                    self.refused.append(f"your modules exceed {MAX_SOURCES_BYTES >> 20} MB in all")
                    return
        if own:
            listed = ", ".join(own[:_SHOWN]) + (", …" if own[_SHOWN:] else "")
            self.warnings.append(f"not packed, for nothing packed imports it: {listed}")

    def _imported(self) -> set[str]:
        """Return all words of the import statements in what is taken."""
        codes = [self.files[path] for path in self.files if path.endswith(".py")]
        texts = [code.decode("utf-8", "replace") for code in codes]
        texts += [cell.source for cell in self._cells]
        return {word for text in texts for line in _IMPORT.findall(text) for word in _words(line)}

    def _take_notebook(self, wanted: Mapping[str, str]) -> None:
        found = self._located(wanted["path"])
        if not found:
            self.lacking.append(f"{wanted['path']} is missing: it is not in this folder")
            return
        path = found[0]
        content = self._take(path, "", MAX_NOTEBOOK_BYTES)
        try:
            notebook = read_notebook(content)
        except ValueError as error:
            self.refused.append(f"{path} cannot be read: {error}")
            return
        if notebook_digest(notebook) == wanted["digest"]:
            self.lacking.append(f"{path} is unchanged: it is as it was handed out")
            return
        cells = self._cells = code_cells(notebook)
        for problem in filter(None, (never_run(cells), out_of_order(cells))):
            self.warnings.append(f"{path} {problem}: {_RUN_ALL}, and save it")

    def _compare_times(self, path: str) -> None:
        """Warn of a notebook that is older than code."""
        saved = self._paths[path].stat().st_mtime
        newer = [p for p in self.files if p != path and self._paths[p].stat().st_mtime > saved + 1]
        if newer:
            why = f"{', '.join(sorted(newer))} changed after it was saved"
            self.warnings.append(f"{path} shows what older code gave ({why}): {_RUN_ALL}")


def _names(file: Mapping[str, Any]) -> list[str]:
    return [file["path"], *file["also"]]


def _words(line: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", line))


def _is_imported(path: str, homes: AbstractSet[str], words: AbstractSet[str]) -> bool:
    """Return whether a module lies beside the files, or what leads to it is imported."""
    place = PurePosixPath(path)
    if str(place.parent) in homes:
        return True
    above = next((each for each in place.parents if str(each) in homes), PurePosixPath())
    folders = place.parent.relative_to(above).parts
    return words >= set(folders or [place.stem])


def _listed(folder: Path) -> dict[str, Path]:
    """Return the files of a folder by their paths in it, those of tools and environments not."""
    found = {}
    for base, folders, names in os.walk(folder):
        tidy = [name for name in folders if not name.startswith(".") and name not in _CLUTTER]
        folders[:] = [
            name
            for name in tidy
            if not any(Path(base, name, mark).exists() for mark in _ENVIRONMENTS)
        ]
        for path in (Path(base, name) for name in names if not name.startswith(".")):
            inside = path.relative_to(folder).as_posix()
            found[unicodedata.normalize("NFC", inside)] = path
    return found


def self_check(files: Mapping[str, bytes], folder: Path) -> str:
    """Run the self-check on files in a clean folder, show what it says; return the end of it.

    Where something cannot be imported there, it is run in the student's `folder` as well.
    """
    with tempfile.TemporaryDirectory(prefix="collate-") as clean:
        for path, content in files.items():
            place = Path(clean, path)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
        try:
            passed, said = _self_checked(Path(clean))
        except subprocess.TimeoutExpired:
            return f"The self-check was stopped after {_CHECK_SECONDS} seconds."
    for line in said.splitlines():
        print(f"  {line}".rstrip())
    if passed:
        return "The self-check found nothing wrong."
    lacking = _IMPORT_ERROR.search(said)
    with contextlib.suppress(subprocess.TimeoutExpired):
        if lacking and lacking[0] not in _self_checked(folder)[1]:
            return (
                f"Warning: the archive lacks what your code imports ({lacking[0]}); in your folder "
                "this does not happen. Put it beside the files that are asked for, and pack again."
            )
    return "The self-check found something, see above. You can still hand this in."


def _self_checked(folder: Path) -> tuple[bool, str]:
    """Run the self-check of a folder; return whether all is well, and what it says."""
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "NO_COLOR": "1"}
    around: dict[str, Any] = {"cwd": folder, "env": environment, "timeout": _CHECK_SECONDS}
    command = [sys.executable, "-B", "selfcheck.py"]
    done = subprocess.run(command, input=b"", capture_output=True, check=False, **around)
    return done.returncode == 0, (done.stdout + done.stderr).decode("utf-8", "replace").rstrip()


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


def target_of(name: str, out: "str | None", kind: "str | None") -> tuple[Path, str]:
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
    if check and "selfcheck.py" in packed.beside:
        print("\nThe self-check, on what was packed, in a clean folder:", flush=True)
        print(self_check({**packed.beside, **unpacked(target)}, folder))
    print(f"\n{target.resolve()}")
    print(f"{len(content):,} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("name", nargs="?", help="name of the archive, as your course wants it")
    parser.add_argument("--format", choices=sorted(set(_ENDINGS.values())))
    parser.add_argument("--out", metavar="FILE", help="where the archive goes, in place of NAME")
    words = "pack although files are missing or unchanged"
    parser.add_argument("--incomplete", action="store_true", help=words)
    parser.add_argument("--force", action="store_true", help="replace a file that is there already")
    parser.add_argument("--no-check", action="store_true", help="leave out the self-check")
    return parser


def main(arguments: "Sequence[str] | None" = None) -> int:
    """Pack the folder in which this file lies; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal need not know every letter
    options = _parser().parse_args(arguments)
    folder = Path(__file__).resolve().parent
    try:
        plan = read_plan(folder)
        name = plan["slug"] if options.name is None else options.name
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


if __name__ == "__main__":
    sys.exit(main())
