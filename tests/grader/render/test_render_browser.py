"""The pages as a browser sees them."""

from __future__ import annotations

import shutil
from urllib.parse import quote

import pytest

from grader.render.html import class_page, staff_page, student_page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="no playwright installed")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory, klass):
    """Write the pages to a disk; return the address of each by a short name."""
    root = tmp_path_factory.mktemp("site")
    pages = {"index.html": class_page(klass)}
    for place, report in enumerate(klass):
        pages[f"student-{place}.html"] = student_page(report)
        pages[f"staff-{place}.html"] = staff_page(report)
    for name, page in pages.items():
        (root / name).write_text(page, encoding="utf-8")
    return {name: f"file://{quote(str(root / name))}" for name in pages}


@pytest.fixture
def visit(browser, site):
    """Open a page; the test fails if the page complains or asks the network for anything."""
    complaints, opened = [], []

    def open_page(name, **options):
        page = browser.new_page(**options)
        opened.append(page)
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.on(
            "request",
            lambda request: (
                request.url.startswith(("file:", "data:")) or complaints.append(request.url)
            ),
        )
        page.goto(site[name])
        return page

    yield open_page
    for page in opened:
        page.close()
    assert complaints == []


def students(page):
    return page.locator("table.students tbody th").all_inner_texts()


def scores(page):
    return [cell.get_attribute("data-key") for cell in page.locator("td:nth-child(2)").all()][:5]


def test_a_click_on_a_heading_sorts(visit):
    page = visit("index.html")
    heading = page.locator("table.students th", has_text="Score")
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    assert scores(page) == ["0", "55", "88", "108", ""]
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    assert scores(page) == ["108", "88", "55", "0", ""], "what is withheld stays last"
    assert page.locator("table.students [aria-sort]").count() == 1


def test_the_keyboard_sorts_too(visit):
    page = visit("index.html")
    before = students(page)
    page.locator("table.students th button").first.focus()
    page.keyboard.press("Enter")
    assert students(page) == before[::-1]


def test_without_script_the_page_is_complete(visit):
    page = visit("index.html", java_script_enabled=False)
    assert page.get_by_role("button").count() == 0
    assert page.locator("table.students tbody tr").count() == 5


def test_no_page_complains_and_no_hand_in_acts(visit, site):
    page = visit("index.html")
    for name, address in site.items():
        page.goto(address)
        assert page.evaluate("window.pwned") is None
        assert page.locator("img").count() == 0
        assert page.evaluate("getComputedStyle(document.body).margin") == "0px", name


def test_no_page_scrolls_sideways_on_a_phone(visit, site):
    page = visit("index.html", viewport={"width": 390, "height": 800})
    for name, address in site.items():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") == 390, name


def test_the_page_follows_the_colour_scheme(visit):
    def paper(**options):
        page = visit("student-0.html", **options)
        return page.evaluate("getComputedStyle(document.body).backgroundColor")

    assert paper(color_scheme="light") == "rgb(255, 255, 255)"
    assert paper(color_scheme="dark") == "rgb(22, 24, 27)"


def test_what_is_folded_is_open_in_print(visit):
    page = visit("student-0.html", color_scheme="dark")
    folded = page.locator("details li").first
    assert not folded.is_visible()
    page.emulate_media(media="print", color_scheme="dark")
    assert folded.is_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
