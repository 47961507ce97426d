"""A notebook in a report: plots, formulas and findings are there, and nothing in it can act."""

from __future__ import annotations

import base64
import dataclasses
import html as html_module
import re
import struct
import zlib

import pytest

from grader.core.report import AnswerRecord, CellRecord, EvidenceRecord, NotebookRecord
from grader.render import record
from grader.render.html import staff_page, student_page
from grader.render.mathml import formula

PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)
SCRIPT = "<script>alert(1)</script>"
HANDLER = '<img src=x onerror="alert(2)">'


def markdown(source, **more):
    return {"cell_type": "markdown", "source": source, **more}


def code(source, *outputs):
    return {"cell_type": "code", "source": source, "execution_count": 1, "outputs": list(outputs)}


def stream(text, name="stdout"):
    return {"output_type": "stream", "name": name, "text": text}


def display(**data):
    data = {key.replace("_", "/"): value for key, value in data.items()}
    return {"output_type": "display_data", "data": data, "metadata": {}}


@pytest.fixture
def page(make_report):
    """Return the student's page of a report with these cells."""

    def make(*cells, **parts):
        fields = {
            "name": "bn.ipynb",
            "executed": True,
            "cells": [CellRecord(i, [f"cell-{i}"]) for i in range(len(cells))],
            "missing": [],
            "evidence": [],
            "answers": [],
            "notes": [],
            "document": {"cells": list(cells)},
        }
        made = dataclasses.replace(make_report(), notebook=NotebookRecord(**(fields | parts)))
        # As it is kept: the page is made from the record alone.
        return student_page(record.from_json(record.to_json(made)))

    return make


def elements(page):
    body = page[page.index("<body") :]
    return set(re.findall(r"<([a-zA-Z][\w-]*)", body))


@pytest.mark.parametrize(
    "cell",
    [
        markdown(SCRIPT + HANDLER),
        markdown(f"[x](javascript:alert(1)) ![y](http://example.org/x.png) {HANDLER}"),
        markdown("$" + r"\text{" + SCRIPT + "}$"),
        markdown("$$" + r"\text{" + HANDLER + "}$$"),
        markdown(r"\begin{align} \text{</math><script>} \end{align}"),
        markdown("```html\n" + SCRIPT + "\n```"),
        markdown('<svg onload="alert(1)"><a xlink:href="javascript:alert(1)"/></svg>'),
        markdown("![a](attachment:a.png)", attachments={"a.png": {"image/png": HANDLER}}),
        code(SCRIPT, stream(SCRIPT + HANDLER), stream(SCRIPT, "stderr")),
        code("x", display(text_html=SCRIPT, text_plain=HANDLER)),
        code("x", display(image_svg=SCRIPT, text_plain="a figure")),
        code("x", display(application_javascript="alert(1)", text_plain="js")),
        code("x", display(image_png='"><script>alert(1)</script>')),
        code("x", {"output_type": "error", "ename": "E", "evalue": "", "traceback": [SCRIPT]}),
        {"cell_type": "raw", "source": SCRIPT},
    ],
    ids=str,
)
def test_nothing_in_a_cell_can_act(page, cell):
    shown = page(cell)
    assert not elements(shown) & {"script", "svg:script", "iframe", "object", "form", "input"}
    body = shown[shown.index('id="notebook"') :]
    for element in re.findall(r"<[a-zA-Z][^>]*>", body):
        assert not re.search(r"\son\w+\s*=", element), element
        assert "javascript:" not in element, element
        for address in re.findall(r'src="([^"]*)"', element):
            assert address.startswith("data:image/"), element


def test_a_plot_comes_out_as_it_is(page):
    shown = page(code("plot()", display(image_png=PIXEL, text_plain="<Figure>")))
    assert f"data:image/png;base64,{PIXEL}" in shown
    assert "&lt;Figure&gt;" not in shown


def test_a_picture_from_the_notebook_itself_is_shown(page):
    cell = markdown("![mine](attachment:a.png)", attachments={"a.png": {"image/png": PIXEL}})
    assert f'<img alt="mine" src="data:image/png;base64,{PIXEL}">' in page(cell)


def test_many_plots_stay_below_5_mb(page):
    large = base64.b64encode(base64.b64decode(PIXEL) + bytes(900_000)).decode()
    shown = page(*[code("plot()", display(image_png=large)) for _ in range(20)])
    assert len(shown) < 5e6
    assert shown.count("data:image/png") == 3
    assert shown.count("left out: the report would be too large") == 17


def test_a_small_file_of_too_many_pixels_is_left_out(page):
    content = bytearray(base64.b64decode(PIXEL))
    content[16:24] = struct.pack(">II", 15_000, 15_000)
    content[29:33] = struct.pack(">I", zlib.crc32(content[12:29]))
    shown = page(code("plot()", display(image_png=base64.b64encode(content).decode())))
    assert "data:image/png" not in shown
    assert "it has too many pixels" in shown


def test_endless_output_is_cut(page):
    assert len(page(code("x" * 10**6, stream("y" * 10**7)))) < 500_000


@pytest.mark.parametrize(
    ("tex", "part"),
    [
        (r"\frac{x-\mu}{\sqrt{\sigma^2+\epsilon}}", "<mfrac>"),
        (r"\hat{x} \odot \gamma", "<mover accent"),
        (r"\begin{matrix} 1 & 2 \\ 3 & 4 \end{matrix}", "<mtable>"),
        ("a < b", "<mo>&lt;</mo>"),
    ],
)
def test_formulas_need_no_network(tex, part):
    drawn = formula(tex, block=True)
    assert drawn.startswith("<math")
    assert part in drawn


@pytest.mark.parametrize(
    "tex", [r"\text{<script>}", r"\text{<b>x</b>}", r"\frac{", "x" * 5000, r"\text{<mi href='x'/>}"]
)
def test_what_is_no_formula_is_shown_as_it_stands(tex):
    drawn = formula(tex, block=False)
    assert drawn.startswith("<code>")
    assert html_module.unescape(drawn.striptags())[:20] == re.sub(r"<[^>]*>", "", tex)[:20] or (
        "&lt;" in drawn
    )


def test_findings_stand_beside_the_cells(page):
    evidence = [
        EvidenceRecord("cell-0", "dx error", "CONTRADICTS", "They differ.", [1.7e-9], [0.83]),
        EvidenceRecord("cell-0", "speedup", "NOTED", "Times differ.", [2.0], [None]),
    ]
    cells = [
        CellRecord(0, ["cell-0"], "raised", ["stopped after 2 s"], "--- given\n+++ handed in"),
        CellRecord(1, [], "timed out"),
    ]
    answers = [
        AnswerRecord("a1", "question-1", "Why?", "", blank=True),
        AnswerRecord("a2", "question-2", "How?", "Four words of mine", blank=False),
    ]
    shown = page(
        code("1 / 0"), code("2"), evidence=evidence, cells=cells, answers=answers, missing=["q"]
    )
    text = " ".join(re.sub(r"<[^>]+>", " ", shown[shown.index('id="notebook"') :]).split())
    for words in (
        "Not in it: q.",
        "cell-0 dx error 1.7e-09 0.83 contradicts",
        "speedup 2 not finite noted",
        "dx error: contradicts",
        "raised",
        "given cell, changed",
        "stopped after 2 s",
        "+++ handed in",
        "question-1: no answer was found",
        "question-2: 4 words",
    ):
        assert words in text, words


def test_a_report_without_a_notebook_says_nothing_of_one(make_report):
    assert 'id="notebook"' not in student_page(make_report())
    assert 'id="notebook"' not in staff_page(make_report())
