from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from grader.core.finding import Finding
from grader.core.outcome import Outcome
from grader.render import html
from grader.render.html import class_page, staff_page, student_page
from grader.render.words import SIGNS

STYLE = Path(html.__file__).parent / "templates" / "page.css"
# What must never reach a student, as make_report() plants it.
HIDDEN = [
    "860860",
    "SECRET-0.48170",
    "SECRET-MESSAGE",
    "reference value",
    "test_hidden_",
    "test_nodeid_",
    "A note for STAFF.",
    "3.75 s",
    "0.438 s",
    "error 0.31",
]
VOID = {"meta", "link", "br", "img"}


class Tree(HTMLParser):
    """Reads a page: its elements, its text, and whether every element is closed."""

    def __init__(self, page):
        super().__init__()
        self.elements = []
        self.open = []
        self.words = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not set(self.open) & {"style", "script"}:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def text_of(page):
    return Tree(page).text


@pytest.fixture(params=["student", "staff", "class"])
def page(request, full, klass):
    return {"student": student_page(full), "staff": staff_page(full), "class": class_page(klass)}[
        request.param
    ]


@pytest.mark.parametrize("hidden", HIDDEN)
def test_staff_see_everything_and_the_student_no_secret(full, hidden):
    assert hidden in staff_page(full)
    assert hidden not in student_page(full)


def test_the_students_template_is_not_even_handed_a_secret(full, monkeypatch):
    monkeypatch.setattr(html, "_report_page", lambda report, **_: repr(report))
    record = student_page(full)
    assert "A note for the student." in record
    assert not [hidden for hidden in HIDDEN if hidden in record]


def test_what_we_failed_at_is_for_staff(withheld):
    assert "SECRET-TRACE" in staff_page(withheld)
    assert "SECRET-TRACE" not in student_page(withheld)


def test_the_class_page_holds_no_secret(klass):
    page = class_page(klass)
    assert not [hidden for hidden in HIDDEN if hidden in page]


def test_the_same_record_gives_the_same_page(full, klass):
    assert student_page(full) == student_page(full)
    assert staff_page(full) == staff_page(full)
    assert class_page(klass) == class_page(list(reversed(klass)))


def test_a_page_is_well_formed_and_has_landmarks(page):
    tree = Tree(page)
    assert tree.open == []
    assert [len(tree.all(tag)) for tag in ("main", "header", "h1", "title")] == [1, 1, 1, 1]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in tree.all(
        "meta"
    )


def test_ids_are_unique_and_links_inside_a_page_arrive(page):
    tree = Tree(page)
    ids = [attributes["id"] for _, attributes in tree.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [attributes["href"] for _, attributes in tree.elements if "href" in attributes]
    assert {link[1:] for link in links if link.startswith("#")} <= set(ids)


def sha256_of(text):
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def policy_of(page):
    (policy,) = [
        attributes["content"]
        for attributes in Tree(page).all("meta")
        if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    return dict(rule.strip().split(" ", 1) for rule in policy.split(";"))


def test_the_policy_names_the_style_and_the_script_by_hash(page):
    policy = policy_of(page)
    assert policy["default-src"] == "'none'"
    assert policy["img-src"] == "data:"
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    assert policy["style-src"] == sha256_of(style)
    scripts = re.findall(r"<script>(.*?)</script>", page, re.DOTALL)
    assert (
        [policy["script-src"]] == [sha256_of(script) for script in scripts]
        if scripts
        else ("script-src" not in policy)
    )


def test_only_the_class_page_has_a_script(full, klass):
    assert "<script" not in student_page(full) + staff_page(full)
    assert class_page(klass).count("<script") == 1


def test_nothing_is_inline_and_nothing_is_fetched(page):
    for tag, attributes in Tree(page).elements:
        assert "style" not in attributes
        assert not [name for name in attributes if name.startswith("on")]
        for name in ("src", "href"):
            assert not re.match(r"(?!data:)[a-z]+:|//", attributes.get(name) or ""), tag


def test_markup_in_a_hand_in_stays_text(hostile):
    for page in (student_page(hostile), staff_page(hostile), class_page([hostile])):
        tree = Tree(page)
        assert tree.all("img") == []
        assert "pwned" not in "".join(re.findall(r"<script.*?</script>", page, re.DOTALL))
        assert "<img src=x onerror=" in tree.text


def test_links_of_the_class_page_are_quoted(make_report):
    links = [each["href"] for each in Tree(class_page([make_report("a/b ?#é")])).all("a")]
    assert "students/a%2Fb%20%3F%23%C3%A9/report.html" in links
    assert "staff/a%2Fb%20%3F%23%C3%A9.html" in links


@pytest.mark.parametrize("outcome", list(Outcome))
def test_an_outcome_is_said_in_words_and_with_a_sign(make_report, outcome):
    fraction = {"all": 1.0, "nothing": 0.0, "fraction": 0.5}.get(outcome.meaning.earns)
    page = student_page(make_report(every=(outcome, fraction, Finding())))
    assert outcome.meaning.sentence in text_of(page)
    assert f'href="#icon-{SIGNS[outcome].icon}"' in page
    assert f'id="icon-{SIGNS[outcome].icon}"' in page


def test_a_finding_is_told_in_order(full):
    text = text_of(student_page(full)).partition("The rubric")[2]
    words = [
        "The check running 0 is met.",
        "earns 75%",
        "running_var is close to the expected values",
        "Expected at most 1e-08 of its scale",
        "Actual off by 3.2e-06 of its scale",
        "Where largest at index (4,) of shape (7,)",
        "Hint Accumulate in float64.",
    ]
    places = [text.index(each) for each in words]
    assert places == sorted(places)


def test_criteria_stand_in_rubric_order(full):
    headings = re.findall(r"<h3>(.*?)</h3>", student_page(full))
    assert headings == [line.title for line in full.criteria]


def test_a_picture_is_drawn_once(full):
    page = student_page(full)
    assert page.count('class="picture"') == 1
    assert "Where dx is off" in text_of(page)


def test_the_score_says_what_is_open(full, perfect):
    text = text_of(student_page(full))
    assert "55 of 100 points so far" in text
    assert "10 more points await a person." in text
    assert "10 open" in text
    text = text_of(student_page(perfect))
    assert "108 of 100 points" in text
    assert "Everything passed. The score includes 8 of 8 bonus points, which are not" in text
    assert "not among the 100." in text
    assert "What to look at first" not in text


def test_the_class_page_says_what_is_bonus(perfect, unreadable):
    text = text_of(class_page([perfect, unreadable]))
    assert "108 incl. 8 bonus" in text
    assert text.count("incl.") == 1
    assert "Scores include bonus points; the 100 possible do not." in text


def test_a_contradiction_is_seen_on_every_page(make_report, a_notebook):
    report = make_report(notebook=a_notebook(*["CONTRADICTS"] * 6))
    for page in (student_page(report), staff_page(report)):
        text = text_of(page).partition("What to look at first")[2].partition("The rubric")[0]
        headline = "The notebook shows what its code does not give"
        assert f"{headline} no points Shows n0. (the code cell under “Forward”)" in text
        assert "2 more numbers" in text
    text = text_of(class_page([report]))
    assert "contradicts n0 error and 5 more in the notebook" in text


def test_a_withheld_score_is_no_number_and_not_their_fault(withheld):
    text = text_of(student_page(withheld))
    assert "No score yet" in text
    assert "Something failed on our side, not on yours, and it costs you nothing." in text
    assert "30 withheld" in text
    assert "0 of 30" not in text


def test_what_stops_everything_is_told_once(unreadable):
    page = student_page(unreadable)
    text = text_of(page)
    assert text.count("the file does not load: SyntaxError") == 1
    assert text.count("line 41 of layers.py") == 1
    assert "All 6 criteria wait for this one thing." in text
    assert page.count('href="#cause-1"') == 6


def test_what_two_criteria_share_is_told_under_the_first(make_report):
    fault = (Outcome.RAISED, 0.0, Finding("backward raised", hint="Sum over the batch."))
    page = student_page(make_report(faults={"running 0": fault, "dx 0": fault}))
    text = text_of(page).partition("The rubric")[2]
    assert text.count("Sum over the batch.") == 1
    assert "backward raised, as under Running statistics follow the batches" in text


def test_checks_with_one_sentence_are_counted(make_report):
    report = make_report()
    same = [dataclasses.replace(check, title="The same sentence.") for check in report.checks]
    page = student_page(dataclasses.replace(report, checks=same))
    assert "2 checks The same sentence. \N{MULTIPLICATION SIGN} 2" in text_of(page)


def test_notes_are_shown_and_cost_nothing(full):
    text = text_of(student_page(full))
    assert "none of this costs a point. A note for the student. A note of a check." in text


def test_the_footer_says_how_it_was_graded(full):
    text = text_of(student_page(full))
    assert "Batch normalization, version 1.0" in text
    assert "Harness version 0.1.0" in text
    assert "Sandbox strong (seccomp)" in text
    assert "digest 0123456789ab" in text
    assert "0123456789abc" not in text


def test_the_class_page_counts(klass):
    text = text_of(class_page(klass))
    assert "hand-ins 5" in text
    assert "graded 3" in text
    assert "awaits a person 1" in text
    assert "could not be graded 1" in text
    # Forward: three of four passed, the fifth is ours and counts for nobody.
    assert "Forward pass: normalise, then scale and shift 30 75%" in text
    assert "3 passed 1 raised 1 not graded" in text
    assert "withheld" in text


def test_table_headings_have_a_scope(klass):
    headings = Tree(class_page(klass)).all("th")
    assert headings
    assert {attributes.get("scope") for attributes in headings} == {"col", "row"}


def test_a_class_of_nobody_is_a_page_too():
    assert "No hand-ins" in text_of(class_page([]))


def luminance(colour):
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
def test_text_has_the_contrast_of_wcag_aa(scheme):
    blocks = re.findall(r":root \{(.*?)\}", STYLE.read_text("utf-8"), re.DOTALL)
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6});", blocks[scheme]))
    texts = set(colours) - {"paper", "raised", "rule"}
    assert len(texts) == 8
    for ground in ("paper", "raised"):
        for name in texts:
            assert contrast(colours[name], colours[ground]) >= 4.5, (name, ground)
