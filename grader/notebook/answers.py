"""Take the written answers out of a notebook, each with its question.

Editions of the course leave a cell for the answer, or a line in the question's cell, or nothing;
students also answer in a new cell, or in a comment. Whoever answered, wherever, is found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from grader.core.text import visible
from grader.notebook.align import Alignment, Match
from grader.notebook.document import Cell
from grader.notebook.pairing import is_writable
from grader.notebook.prose import after_marker, begins_section, is_placeholder, text_of_code

MAX_ANSWER = 20_000
MAX_PROMPT = 4_000
# Fewer words after a question that was itself reworded are part of the question.
FEW_WORDS = 3
# So many equal words in a row are the template's, not the student's.
SAME_WORDS = 3

Place = Literal["own cell", "question cell", "new cell", "nowhere"]
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Answer:
    """What a student wrote in answer to one question.

    `text` is Markdown, safe to show, without what the template had put there; `blank` says that
    nothing was written. `cells` are where it stands, `place` the first kind of place.
    """

    question: str
    prompt: str
    text: str
    blank: bool
    place: Place
    cells: tuple[Cell, ...] = ()


class _Part(NamedTuple):
    """A piece of an answer; not `sure` where it may be words of another edition's question."""

    place: Place
    cell: Cell
    text: str
    sure: bool


def answers(alignment: Alignment) -> tuple[Answer, ...]:
    """Return the answers to all questions of the template, in its order."""
    rows = [row for row, match in enumerate(alignment.matches) if _asks_for_text(match.template)]
    return tuple(_answer(alignment, row) for row in rows)


def _asks_for_text(cell: Cell) -> bool:
    if cell.role is not None:
        return cell.role == "answer"
    return cell.kind == "markdown" and not cell.blank and is_writable(cell)


def _answer(alignment: Alignment, row: int) -> Answer:
    match = alignment.matches[row]
    questions = _questions(alignment, row)
    given = [match.template.source, *(question.template.source for question in questions)]
    found: list[_Part] = []
    for place, cell in _places(alignment, match, questions):
        asks = place == "question cell"
        text, sure = _text_after(cell.source, given) if asks else (_own_text(cell, given), True)
        if not _says_nothing(text):
            found.append(_Part(place, cell, text.strip(), sure))
    found = [part for part in found if part.sure] or found
    text = "\n\n".join(part.text for part in found)
    return Answer(
        question=match.template.metadata_question or match.template.id,
        prompt=visible(_prompt(match.template, questions), MAX_PROMPT, lines=True),
        text=visible(text, MAX_ANSWER, lines=True),
        blank=not found,
        place=found[0].place if found else "nowhere",
        cells=tuple(part.cell for part in found),
    )


def _questions(alignment: Alignment, row: int) -> list[Match]:
    """Return the matches that ask: of the same question, or else the text right above."""
    own = alignment.matches[row].template
    asking = [
        match
        for match in alignment.matches
        if match.template.kind == "markdown"
        and match.template.role != "answer"
        and own.metadata_question
        and match.template.metadata_question == own.metadata_question
    ]
    above = alignment.matches[row - 1] if row else None
    if not asking and above and above.template.kind == "markdown":
        return [] if _asks_for_text(above.template) else [above]
    return asking


def _prompt(own: Cell, questions: Sequence[Match]) -> str:
    if questions:
        return "\n\n".join(question.template.source for question in questions)
    return "\n".join(line for line in own.source.splitlines() if not is_placeholder(line))


def _places(
    alignment: Alignment, match: Match, questions: Sequence[Match]
) -> Iterator[tuple[Place, Cell]]:
    """Yield the cells that may hold the answer, each once, in the order of the notebook."""
    own = {cell.index for cell in match.cells}
    asking = {cell.index for question in questions for cell in question.cells}
    extra = {cell.index: cell for cell in alignment.extra}
    new = {
        index
        for start in own | asking
        for index in _following(alignment.student.cells, start, own | asking, extra)
    }
    for index in sorted(own | asking | new):
        cell = alignment.student.cells[index]
        if index in asking:
            yield "question cell", cell
        elif index in own and match.how != "place":
            yield "own cell", cell
        else:
            yield "new cell", cell


def _following(
    cells: Sequence[Cell], start: int, known: Iterable[int], extra: dict[int, Cell]
) -> Iterator[int]:
    """Yield the new cells of text that follow, up to a known cell or the heading of a section."""
    for index in range(start + 1, len(cells)):
        if index in known or index not in extra:
            return
        cell = cells[index]
        if cell.kind != "code" and begins_section(cell.source):
            return
        if cell.kind != "code" or text_of_code(cell.source) is not None:
            yield index


def _own_text(cell: Cell, given: Iterable[str]) -> str:
    """Return the text of a cell that is the student's, without the lines of the template."""
    source = cell.source
    if cell.kind == "code":
        text = text_of_code(source)
        source = source if text is None else text
    known = [_words(line) for text in given for line in text.splitlines()]
    longest_first = sorted((words for words in known if words), key=len, reverse=True)
    return "\n".join(_without(line, longest_first) for line in source.splitlines())


def _without(line: str, known: Sequence[list[str]]) -> str:
    """Return a line without what the template begins it with."""
    words = list(_WORD.finditer(line))
    spelled = [word[0].lower() for word in words]
    for given in known:
        whole = spelled == given
        if whole or (len(given) >= SAME_WORDS and spelled[: len(given)] == given):
            line = line[words[len(given) - 1].end() :].lstrip(" \t*_:.?!)")
            break
    rest = after_marker(line)
    line = line if rest is None else rest
    return "" if is_placeholder(line) else line


def _text_after(source: str, given: Sequence[str]) -> tuple[str, bool]:
    """Return what stands in the question's cell after the question, and whether that is sure."""
    lines = source.splitlines()
    for at, line in enumerate(lines):
        rest = after_marker(line)
        if rest is not None:
            known = [_words(given[0])]
            return "\n".join(_without(text, known) for text in [rest, *lines[at + 1 :]]), True
    words = list(_WORD.finditer(source))
    end, whole = _end_of(_words(given[-1]), [word[0].lower() for word in words])
    below = source[words[end - 1].end() :] if end else source
    if whole:
        return below.lstrip(" \t*_:.?!)"), True
    # The edition asks in other words; those are no answer.
    below = below.rpartition("?")[2]
    return (below if len(_words(below)) > FEW_WORDS else ""), False


def _end_of(question: list[str], spelled: list[str]) -> tuple[int, bool]:
    """Return after how many words the question ends, and whether it ends as in the template."""
    first: dict[tuple[str, ...], int] = {}
    for at in range(len(spelled) - SAME_WORDS + 1):
        first.setdefault(tuple(spelled[at : at + SAME_WORDS]), at + SAME_WORDS)
    for end in range(len(question), SAME_WORDS - 1, -1):
        found = first.get(tuple(question[end - SAME_WORDS : end]))
        if found is not None:
            return found, end == len(question)
    return 0, False


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _says_nothing(text: str) -> bool:
    return all(is_placeholder(line) for line in text.splitlines())
