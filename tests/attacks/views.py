"""Whether anything in a report acts where it is shown: on a page, in a log, in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from html.parser import HTMLParser

import mistune
from rich.console import Console

from grader.core.matching import Match, Matching
from grader.core.report import Report
from grader.core.sheet import plain_cell
from grader.render.csv import grades_csv
from grader.render.github import annotation_commands, summary
from grader.render.gradescope import results_json
from grader.render.html import class_page, staff_page, student_page
from grader.render.junit import junit_xml
from grader.render.markdown import report_markdown
from grader.render.matching import matching_lines, matching_table
from grader.render.record import to_json
from grader.render.text import class_table, one_line

_ALIVE = {"script", "iframe", "frame", "object", "embed", "applet", "form", "input", "textarea",
          "base", "audio", "video", "source", "template", "portal", "foreignobject", "animate",
          "set", "annotation-xml", "dialog"}  # fmt: skip
_HARMLESS_LINK = re.compile(
    r"(?:https?://|mailto:|#|//|students/|staff/|\.\./index\.html\Z|data:,\Z)"
)
# Of a page's own: two for its policy and how it is read, none that loads or leads anywhere.
_METAS = {"viewport", "color-scheme", "referrer", "robots", "Content-Security-Policy", None}
_ACTING = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
# What Markdown makes of a report that holds no markup of a stranger.
_MADE = re.compile(r"<(?!/?(?:h\d|p|strong|em|ul|ol|li|table|t\w+|br|hr)\b)\w+")
_COMMAND = re.compile(r"(?m)^\s*::|##\w*\[")


class _Page(HTMLParser):
    """Reads a page; `acting` says what in it could act."""

    def __init__(self, page: str, scripts: int) -> None:
        super().__init__()
        self.acting: list[str] = []
        self._scripts = scripts
        self._policy = False
        self.feed(page)
        self.close()
        if not self._policy:
            self.acting.append("no content-security policy")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "script" and not attrs and self._scripts:
            self._scripts -= 1
        elif tag in _ALIVE:
            self.acting.append(f"<{tag}>")
        if tag == "meta":
            kind = found.get("http-equiv") or found.get("name")
            self._policy |= kind == "Content-Security-Policy"
            if kind not in _METAS:
                self.acting.append(f"<meta {kind}>")
        elif tag in ("style", "script", "link", "img") and not self._policy:
            self.acting.append(f"<{tag}> before the policy")
        for name, value in attrs:
            self._look(tag, name, value or "")

    handle_startendtag = handle_starttag

    def _look(self, tag: str, name: str, value: str) -> None:
        if name.startswith("on") or name in ("style", "srcdoc", "srcset", "formaction", "action",
                                             "ping", "background"):  # fmt: skip
            self.acting.append(f"<{tag} {name}=…>")
        if name == "src" and not re.match(r"data:image/(png|jpeg);base64,", value):
            self.acting.append(f"<{tag} src={value[:40]}>")
        if name in ("href", "xlink:href") and not _HARMLESS_LINK.match(value):
            self.acting.append(f"<{tag} href={value[:40]}>")


def acting(report: Report) -> list[str]:
    """Return what acts in a view of a report, each with the name of the view."""
    wrong = []
    for name, page in (("student's", student_page(report)), ("staff", staff_page(report)),
                       ("class", class_page([report]))):  # fmt: skip
        wrong += [f"{each} on the {name} page" for each in _Page(page, name == "class").acting]
        wrong += _characters(f"{name} page", page)
    for name, text in _texts(report):
        wrong += _characters(name, text)
        if _COMMAND.search(text):
            wrong.append(f"a command for a CI in {name}")
    if found := _MADE.search(str(mistune.html(report_markdown(report)))):
        wrong.append(f"{found[0]}> in Markdown")
    wrong += _annotations(report)
    wrong += _cells(grades_csv([report], report.criteria))
    to_json(report)  # raises for what is no Unicode
    ET.fromstring(junit_xml([report]))  # noqa: S314 - made a moment ago; raises where it is none
    return wrong


def _texts(report: Report) -> Iterator[tuple[str, str]]:
    yield "the summary", summary(report)
    yield "the line of a log", one_line(report)
    yield "results.json", results_json(report)
    yield "Markdown", report_markdown(report)
    name, problems = report.submission.name, tuple(report.notes)
    match = Match(report.submission.student, name, "plain", problems=problems)
    matching = Matching([match], [(name, "why")], [], [])
    yield "the lines of a class", "\n".join(matching_lines(matching))
    tables = {"the table": class_table([report]), "a dry run": matching_table(matching)}
    for name, table in tables.items():
        target = io.StringIO()
        Console(file=target, width=300, color_system=None).print(table)
        yield name, target.getvalue()


def _characters(name: str, text: str) -> list[str]:
    """Return the characters that act, other than those that end a line."""
    odd = {each for each in text if unicodedata.category(each) in _ACTING}
    return [f"{each!a} in {name}" for each in sorted(odd - {"\n", "\t"})]


def _annotations(report: Report) -> list[str]:
    lines = "\n".join(annotation_commands(report)).splitlines()
    return [f"annotation {line[:60]}" for line in lines if not line.startswith("::error file=")]


def _cells(text: str) -> list[str]:
    wrong = []
    for delimiter in ",;\t":
        for row in csv.reader(io.StringIO(text), delimiter=delimiter):
            cells = [cell for cell in row if not cell.startswith("'")]
            wrong += [f"formula {cell[:40]!r}" for cell in cells if plain_cell(cell) != cell]
    return wrong
