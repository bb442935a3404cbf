"""The small script of all pages in a real Chromium: names complete, marks close, texts are copied."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.look import Look, explained
from tests.browser.test_pages import BOOST

NEPAL = "/ask/initiatives-in-country"


# The marks that are not in a part that is folded: one gets the focus; how many are open, and which has it.
_FOCUS = """at => {
  window.marks = [...document.querySelectorAll("main details.c > summary")].filter(
    each => each.checkVisibility());
  if (window.marks[at]) window.marks[at].focus();
  return [window.marks.length];
}"""
_STATE = """() => {
  const at = window.marks.indexOf(document.activeElement);
  const isOpen = window.marks[at]?.parentElement.open ?? null;
  return [document.querySelectorAll("details.c[open]").length, at, isOpen];
}"""


def _open(page: Page) -> int:
    return page.locator("details.c[open]").count()


@pytest.mark.parametrize("view", ["light", "phone"])
@pytest.mark.parametrize("path", ["/", "/things?kind=ogd%3AInitiative"])
def test_a_search_completes(look: Look, path: str, view: str) -> None:
    """A combobox with a list, https://www.w3.org/TR/wai-aria-1.2/#combobox."""
    page = look.open(path, view)
    field = page.get_by_role("combobox", name="Search by name")
    field.press_sequentially("boos")
    options = page.get_by_role("listbox").get_by_role("option")
    expect(options.first).to_contain_text("BOOST")
    assert field.get_attribute("aria-expanded") == "true"
    assert field.get_attribute("aria-activedescendant") is None
    expect(page.get_by_role("status").first).to_contain_text("offered")
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == options.first.get_attribute("id")
    assert options.first.get_attribute("aria-selected") == "true"
    found = look.faults()
    assert not found, explained(found)
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    assert field.input_value() == "boos"
    field.press("ArrowDown")
    expect(options.first).to_be_visible()
    field.press("ArrowUp")
    assert options.last.get_attribute("aria-selected") == "true"
    field.press("ArrowDown")  # back in the field
    field.press("ArrowDown")
    field.press("Enter")
    page.wait_for_url(f"**{BOOST.removesuffix('.html')}*")
    assert not look.complaints


def test_a_search_is_still_a_form(look: Look) -> None:
    page = look.open("/")
    field = page.get_by_role("combobox", name="Search by name")
    field.press_sequentially("open")
    expect(page.get_by_role("listbox")).to_be_visible()
    field.press("Enter")
    page.wait_for_url("**/search?q=open")


def test_a_list_is_chosen_from_by_mouse_and_gone_without_focus(look: Look) -> None:
    page = look.open("/")
    field = page.get_by_role("combobox", name="Search by name")
    field.press_sequentially("tiger")
    option = page.get_by_role("option").first
    expect(option).to_be_visible()
    field.press("Tab")
    expect(page.get_by_role("listbox")).to_be_hidden()
    field.press_sequentially("s")
    field.press("Backspace")
    option.click()
    page.wait_for_url("**/id/**")


def test_a_field_of_a_question_completes(look: Look) -> None:
    page = look.open(NEPAL)
    field = page.get_by_role("combobox", name="Country", exact=False).first
    field.press_sequentially("nep")
    option = page.get_by_role("option", name="Nepal")
    expect(option).to_be_visible()
    found = look.faults()
    assert not found, explained(found)
    field.press("ArrowDown")
    field.press("Enter")
    assert field.input_value() == "Nepal"
    field.press("Enter")
    page.wait_for_url("**country=Nepal*")
    assert not look.complaints


@pytest.mark.parametrize("path", [BOOST, f"{NEPAL}?country=Nepal"])
def test_every_mark_opens_and_closes_by_keyboard(look: Look, path: str) -> None:
    page = look.open(path)
    number = page.evaluate(_FOCUS, 0)[0]
    assert number > 10
    for at in range(number):
        page.keyboard.press("Enter")
        assert page.evaluate(_STATE) == [1, at, True]
        page.keyboard.press("Escape")
        assert page.evaluate(_STATE) == [0, at, False]
        page.evaluate(_FOCUS, at + 1)
    assert not look.complaints


def test_one_mark_is_open_at_a_time(look: Look) -> None:
    page = look.open(BOOST)
    marks = page.locator("main details.c > summary")
    for at in (8, 4, 0):  # the note of one lies over those below
        marks.nth(at).click()
        assert _open(page) == 1
    page.locator("footer p").first.click()
    assert _open(page) == 0
    marks.nth(0).focus()
    page.keyboard.press("Enter")
    for _ in range(page.locator("details.c[open] .n a").count()):
        page.keyboard.press("Tab")  # to a link in it
        assert _open(page) == 1
    page.keyboard.press("Tab")  # and out of it
    assert _open(page) == 0


@pytest.mark.parametrize("view", ["light", "phone"])
def test_texts_are_copied(look: Look, view: str) -> None:
    look.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = look.open(f"{NEPAL}?country=Nepal", view)
    page.get_by_role("button", name="Copy: Command line").click()
    expect(page.get_by_role("button", name="Copy: Command line")).to_have_text("Copied")
    copied = page.evaluate("() => navigator.clipboard.readText()")
    assert copied.strip() == "ogdkg query initiatives-in-country --country Nepal"
    expect(page.get_by_role("button", name="Copy: Command line")).to_have_text("Copy", timeout=5_000)
    assert not look.complaints
