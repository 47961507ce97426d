"""What must not reach students: read from the hidden suite, the reference and its mistakes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grader.bundle.collating.notebooks import read_notebook
from grader.catalog import Entry
from grader.core.errors import ConfigurationError
from grader.core.report import FORMAT
from grader.misconceptions import load_misconceptions
from grader.release.c_code import written_bodies
from grader.release.code import shared_parts, written_lines
from grader.release.texts import bare, joined, output_text, words_of

RUN = 5
# The whole of a shorter function counts too, if it has this many lines.
_SHORT = 3
# So many words make a name that nobody else is likely to think of.
_NAME_WORDS = 3
# Phrases of fewer words, and numbers of fewer digits, stand in many texts by chance.
_WORDS, _SMALLEST_SEED = 7, 100
_SENTENCES = re.compile(r"(?<=[.!?:;])\s+|\n\s*\n")
_SEEDING = re.compile(
    r"seed|default_rng|RandomState|PCG64|Philox|MT19937|\bRandom\b", re.IGNORECASE
)


@dataclass
class Confidential:
    """What no text of a bundle may hold, each with the words for what it is.

    `names` are looked for as whole words, `phrases` (sequences of words) across lines, `runs`
    (lines of code as `texts.bare` leaves them) as lines that follow each other.
    """

    names: dict[str, str] = field(default_factory=dict)
    phrases: dict[tuple[str, ...], str] = field(default_factory=dict)
    runs: dict[tuple[str, ...], str] = field(default_factory=dict)

    def add_phrase(self, text: str, what: str) -> None:
        """Add a text, unless it is so short that others say it too."""
        words = tuple(words_of(text))
        if len(words) >= _WORDS:
            self.phrases.setdefault(words, what)

    def add_runs(self, lines: Iterable[str], what: str, length: int = RUN) -> None:
        """Add every run of so many lines of code."""
        code = [line for line in map(bare, lines) if line]
        for start in range(len(code) - length + 1):
            self.runs.setdefault(tuple(code[start : start + length]), what)


def confidential(entry: Entry) -> Confidential:
    """Return what must not reach the students of an assignment.

    Raises ConfigurationError where a file of the assignment cannot be read.
    """
    found = Confidential()
    found.names[FORMAT] = "a report of the grader, which holds the seed of the run"
    _add_suite(found, entry)
    _add_solution(found, entry)
    _add_c_solution(found, entry)
    _add_misconceptions(found, entry)
    _add_solved_notebook(found, entry)
    return found


def _add_suite(found: Confidential, entry: Entry) -> None:
    """Add names of checks, names of their own with three words and more, their code and seeds."""
    public = {function.name for function in entry.assignment.functions}
    for path, text in _sources(entry.folders.suite).items():
        tree, here = _parsed(text, entry.folders.suite / path), f"tests/hidden, {path}"
        stem = Path(path).stem
        if stem.startswith("test_"):
            found.names[stem] = f"the name of a hidden file ({path})"
        for node in ast.walk(tree):
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name not in public:
                if node.name.startswith("test_"):
                    found.names[node.name] = f"the name of a hidden check ({path})"
                elif len(re.findall(r"[A-Z]?[a-z0-9]+", node.name)) >= _NAME_WORDS:
                    found.names[node.name] = f"a name of the hidden suite ({path})"
        for seed in _seeds(tree):
            found.names[str(seed)] = f"a seed of the hidden suite ({path})"
        for lines in written_lines(text, tree):
            found.add_runs(lines, f"code of the hidden suite ({here})")


def _seeds(tree: ast.AST) -> Iterator[int]:
    """Yield whole numbers that are handed or assigned to something that seeds."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            named, values = ast.unparse(node.func), [*node.args, *(k.value for k in node.keywords)]
        elif isinstance(node, ast.keyword):
            named, values = node.arg or "", [node.value]
        elif isinstance(node, ast.Assign):
            named, values = ast.unparse(node.targets[0]), [node.value]
        else:
            continue
        if _SEEDING.search(named):
            constants = (getattr(part, "value", 0) for value in values for part in ast.walk(value))
            whole = (abs(value) for value in constants if type(value) is int)
            yield from (value for value in whole if value >= _SMALLEST_SEED)


def _add_solution(found: Confidential, entry: Entry) -> None:
    """Add the code of the solution that students are to write, of drivers, and of the truth."""
    reference, template = entry.folders.reference, entry.folders.template
    graded = {
        name.partition(".")[0].partition(" ")[0]
        for function in entry.assignment.functions
        for name in (function.name, function.words)
    }
    for folder in (entry.folders.solution, reference / "drivers", reference / "truth"):
        for path, text in _sources(folder).items():
            tree = _parsed(text, folder / path)
            stub = template / path
            handed_out = (
                stub.read_text(encoding="utf-8", errors="replace") if stub.is_file() else ""
            )
            given = shared_parts(tree, _parsed(handed_out, stub), graded)
            here = f"{folder.name}/{path}"
            for lines in written_lines(text, tree, given):
                found.add_runs(lines, f"{RUN} lines of {here}")
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef) and node not in given:
                    code = [bare(line) for part in written_lines(text, node) for line in part]
                    length = sum(map(bool, code))
                    if _SHORT <= length < RUN:
                        found.add_runs(code, f"all of {node.name} in {here}", length)


def _add_c_solution(found: Confidential, entry: Entry) -> None:
    """Add the functions of a solution in C that the template does not have as they are."""
    if entry.assignment.c is None:
        return
    for path, source in entry.sources_in(entry.folders.solution).items():
        stub = entry.folders.template / path
        try:
            handed_out = stub.read_text("utf-8", errors="replace") if stub.is_file() else ""
            bodies = list(written_bodies(source.read_text("utf-8"), handed_out))
        except (OSError, UnicodeDecodeError) as error:
            raise ConfigurationError(f"{source}: {error}") from None
        for code in bodies:
            length = min(RUN, len(code))
            if length >= _SHORT:
                found.add_runs(code, f"{length} lines of solution/{path}", length)


def _add_misconceptions(found: Confidential, entry: Entry) -> None:
    for mistake in load_misconceptions(entry):
        if "-" in mistake.id:
            found.names[mistake.id] = "the id of a known mistake"
        found.add_phrase(mistake.title, f"the text of the known mistake {mistake.id}")
        found.add_phrase(mistake.hint, f"the hint of the known mistake {mistake.id}")


def _add_solved_notebook(found: Confidential, entry: Entry) -> None:
    """Add answers, changed code and outputs of the reference's notebook."""
    notebook = entry.assignment.notebook
    path = None if notebook is None else entry.folders.reference / notebook.path
    if path is None or not path.is_file():
        return
    try:
        solved = read_notebook(path.read_bytes())
        given = read_notebook(entry.template_notebook() or b"")
    except ValueError as error:
        raise ConfigurationError(f"{path}, or the template's: {error}") from None
    handed_out = {joined(cell.get("source")).strip() for cell in given["cells"]}
    answers = {criterion.answer for criterion in entry.assignment.criteria if criterion.answer}
    for cell in solved["cells"]:
        source, name = joined(cell.get("source")).strip(), str(cell.get("id"))
        what = f"the solved notebook, cell {name}"
        code = cell.get("cell_type") == "code"
        if code and source not in handed_out:
            found.add_runs(source.splitlines(), what)
        if name in answers or (not code and source not in handed_out):
            for sentence in _SENTENCES.split(source.replace("*", "")):
                found.add_phrase(sentence, what)
        for output in cell.get("outputs", []):
            found.add_runs(output_text(output).splitlines(), f"{what}, output")


def _sources(folder: Path) -> Mapping[str, str]:
    """Return the Python files of a folder by path."""
    try:
        return {
            path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8")
            for path in sorted(folder.rglob("*.py"))
        }
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{folder}: {error}") from None


def _parsed(text: str, path: Path) -> ast.Module:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError) as error:
        raise ConfigurationError(f"{path} does not parse: {error}") from None
