"""Hand-ins that attack who reads of them, graded and shown: in every view, and in a browser."""

from __future__ import annotations

import dataclasses
import html
import re
import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from cases import builder
from views import acting

from grader.core import audit as audits
from grader.render import html as pages
from grader.render.audit import audit_page
from grader.render.html import class_page, staff_page, student_page

pytestmark = pytest.mark.attacks

PROJECT = Path(__file__).resolve().parents[3]
ATTACKS = PROJECT / "tests" / "attacks"
CASES = sorted(path.parent for path in ATTACKS.glob("cases/2[234]_*/*/build.py"))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
_ON_TOP = """heading => {
  const box = heading.getBoundingClientRect();
  return heading.contains(document.elementFromPoint(box.x + 3, box.y + box.height / 2));
}"""
# What a person may be called where nobody looks: a folder, a roster, a platform.
NAMES = [
    "<img src=x onerror=alert(1)>", "=1+1", "@SUM(1)", "::error::owned", "##[error]owned",
    "##vso[task.setvariable variable=a]b", "[link=http://beacon.invalid]x[/link]",
    "javascript:alert(1)", "' onmouseover='alert(1)", "a|b `c` *d* [e](http://beacon.invalid)",
]  # fmt: skip


@pytest.fixture(scope="module")
def reports(grade_all, batchnorm, tmp_path_factory):
    """Grade every attack of these groups through the real pipeline."""
    root = tmp_path_factory.mktemp("hostile")
    honest = (PROJECT / "tests/submissions/batchnorm/perfect_staged/hand-in/layers.py").read_bytes()
    hand_ins = {}
    for number, case in enumerate(CASES):
        (root / str(number)).mkdir()
        student = f"{case.parent.name} {case.name}"
        hand_ins[student] = builder(case)(root / str(number), {"layers.py": honest}, {})
    return list(grade_all(batchnorm, hand_ins).values())


def test_nothing_acts_in_any_view(reports):
    assert len(reports) == len(CASES)
    assert {each.submission.student: acting(each) for each in reports} == {
        each.submission.student: [] for each in reports
    }


@pytest.mark.parametrize("name", NAMES)
def test_no_name_acts_in_any_view(make_report, name):
    report = make_report(name)
    named = dataclasses.replace(report.submission, name=name)
    assert acting(dataclasses.replace(report, submission=named)) == []


def test_every_page_has_the_policy():
    templates = Path(pages.__file__).parent / "templates"
    whole = [path for path in templates.glob("*.html") if "<main>" in path.read_text("utf-8")]
    assert {path.name for path in whole} >= {"report.html", "class.html", "audit.html"}
    for path in whole:
        assert path.read_text("utf-8").startswith('{% extends "base.html" %}'), path.name
    base = (templates / "base.html").read_text("utf-8")
    assert base.index("Content-Security-Policy") < base.index("<title>")


def acting_audit():
    """Return an audit whose every word would act, were it taken for markup."""
    words = "".join(NAMES) + "<script>window.owned=1</script><form action='//beacon.invalid'>"
    texts = {name: [words] for name in ("failed", "costs", "may_cost", "named", "complaints")}
    kinds = ("solution", "template", "variant", "misconception", audits.IN_VARIANT)
    return audits.Audit(
        *[words] * 4,
        criteria={words: words},
        verdicts=[audits.Verdict(words, kind, words, {words: 1.0}, **texts) for kind in kinds],
        checks=[audits.CheckValue(*[words] * 3, kills) for kills in ([words], [])],
        tolerances=[audits.Tolerance(words, 0.5, words, 2.0, words)],
        flakes=audits.Flakes(20, [audits.Flake(words, 1, words)]),
        mutants=audits.Mutants(
            1, 1, 1, [audits.Survivor(words, 1, *[words] * 3)], {words: {"killed": 1}}
        ),
    )


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine")
def test_a_browser_runs_and_loads_nothing(reports, tmp_path):
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright installed")
    complaints = []
    shown = {"class.html": class_page(reports), "audit.html": audit_page(acting_audit())}
    for number, report in enumerate(reports):
        shown[f"student-{number}.html"] = student_page(report)
        shown[f"staff-{number}.html"] = staff_page(report)
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message) or dialog.dismiss())
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("file:", "data:")) or complaints.append(request.url)
            ),
        )
        for name, text in shown.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
            address = f"file://{quote(str(tmp_path / name))}"
            page.goto(address)
            title = html.unescape(re.search(r"<title>(.*?)</title>", text, re.DOTALL)[1])
            assert page.title() == " ".join(title.split())
            assert page.url == address
            assert page.evaluate("window.owned") is None
            assert page.evaluate("document.querySelectorAll('iframe, form, object').length") == 0
            # Nothing lies over the heading.
            assert page.locator("h1").first.evaluate(_ON_TOP), name
        browser.close()
    assert complaints == []
