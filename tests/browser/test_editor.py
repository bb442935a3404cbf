"""The query editor in a real Chromium: what it offers, errors at their place, and the page without it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.look import VIEWS, Look, explained, loaded
from tests.conftest import ROOT
from tests.web.conftest import Server

BUILT = ROOT / "src" / "ogdkg" / "web" / "built" / "editor.js"
WRONG = "SELECT * {\n  ?x a ogd:Initiative ; foo:bar ?y\n}"


@pytest.fixture(autouse=True)
def built() -> None:
    if not BUILT.exists():
        pytest.fail("the editor is not built; tools/editor/build.sh builds it")


def _typed(page: Page, text: str) -> None:
    """Put a text in the place of all that is there."""
    page.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type(text)


def _options(page: Page) -> list[str]:
    found = page.locator(".cm-tooltip-autocomplete li")
    expect(found.first).to_be_visible()
    return found.all_inner_texts()


def _text(page: Page) -> str:
    return page.locator("textarea[name=query]").input_value()


def test_the_editor_is_within_its_budget(browser: Browser, ours: Server) -> None:
    requests, size = loaded(browser, f"{ours.url}/query")
    assert requests == 6
    assert size < 250_000


@pytest.mark.parametrize(
    ("typed", "offered"), [("ogd:Ini", "ogd:Initiative"), ("engag", "ogd:hasEngagement")]
)
def test_terms_of_the_graph_are_offered(look: Look, typed: str, offered: str) -> None:
    """By what they are called, too."""
    page = look.open("/query")
    _typed(page, typed)
    assert any(each.startswith(offered) for each in _options(page))
    assert not look.complaints


def test_a_term_is_chosen_by_keyboard_and_the_query_runs(look: Look) -> None:
    page = look.open("/query")
    _typed(page, "SELECT ?x ?xLabel { ?x a ogd:Initiativ")
    expect(page.locator(".cm-tooltip-autocomplete li").first).to_contain_text("ogd:Initiative")
    page.wait_for_timeout(100)  # in which a list that has just come takes no key
    page.keyboard.press("Enter")
    page.keyboard.type(" ; skos:prefLabel ?xLabel }")
    page.keyboard.press("Escape")
    assert _text(page) == "SELECT ?x ?xLabel { ?x a ogd:Initiative ; skos:prefLabel ?xLabel }"
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="rows")).to_be_visible()
    assert "query=SELECT" in page.url
    page.locator("main table details.c summary").first.click()  # its rows are cited
    expect(page.locator("details.c[open] .n")).to_be_visible()
    page.go_back()
    expect(page.locator(".cm-content")).to_be_visible()
    assert not look.complaints


def test_variables_words_and_prefixes_are_offered(look: Look) -> None:
    page = look.open("/query")
    _typed(page, "SELECT ?initiative { ?in")
    assert _options(page) == ["?initiative"]
    _typed(page, "SELE")
    assert "SELECT" in _options(page)
    _typed(page, "PREFIX sko")
    assert "skos: <http://www.w3.org/2004/02/skos/core#>" in _options(page)


@pytest.mark.parametrize("view", ["dark", "phone"])
def test_an_open_list_suits_everybody(look: Look, view: str) -> None:
    page = look.open("/query", view)
    _typed(page, "ogd:I")
    assert _options(page)
    found = look.faults()
    assert not found, explained(found)
    box = page.locator(".cm-tooltip-autocomplete").bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= VIEWS[view].width


def test_an_error_is_marked_at_its_place(look: Look) -> None:
    page = look.open(f"/query?{urlencode({'query': WRONG})}")
    assert page.locator(".cm-lintRange-error").inner_text() == "foo:bar"
    assert page.locator(".cm-lint-marker-error").count() == 1
    page.locator(".cm-lintRange-error").hover()
    expect(page.locator(".cm-tooltip .cm-diagnostic")).to_contain_text("The prefix foo: is not declared.")
    found = look.faults()
    assert not found, explained(found)
    assert not look.complaints


def test_the_keyboard_can_leave_the_field(look: Look) -> None:
    """WCAG 2.2, 2.1.2: Tab is not the editor's."""
    page = look.open("/query")
    page.locator("main").get_by_text("Query", exact=True).last.click()  # the label
    expect(page.locator(".cm-content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Run")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".cm-content")).to_be_focused()


def test_without_the_file_there_is_a_plain_field(browser: Browser, ours: Server, plain: Look) -> None:
    """Where it is not built, or does not arrive; and where no script runs."""
    window = Look(browser, ours.url)
    window.page.route("**/assets/editor.*", lambda route: route.abort())
    pages = [window.open("/query"), plain.open("/query")]
    for page in pages:
        page.get_by_label("Query", exact=True).fill(WRONG)
        page.get_by_role("button", name="Run").click()
        expect(page.get_by_role("alert")).to_contain_text("Line 2, column 25.")
        assert _text(page) == WRONG
    window.close()
