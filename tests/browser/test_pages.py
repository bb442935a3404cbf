"""The pages of `ogdkg serve` in a real Chromium: anybody can read and work them, whatever they look with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.look import VIEWS, Look, explained, loaded
from tests.web.conftest import Server, serving

BOOST = "/id/initiative/boost.html"
# A page each, which tests look at with its sources open, in each view, by keyboard, and without script.
PATHS = (
    "/",
    "/things?kind=ogd%3AInitiative&letter=B",
    BOOST,
    "/id/country/npl.html",
    "/search?q=open",
    "/search?q=zzzz",
    "/ask",
    "/ask/initiatives-in-country",
    "/ask/initiatives-in-country?country=Nepal",
    "/ask/initiatives-in-country?country=Nepall",
    "/ask/initiatives?view=bars",
    "/query",
    "/query?query=SELECT+%3Fx+%3FxLabel+%7B+%3Fx+a+ogd%3AInitiative+%3B+skos%3AprefLabel+%3FxLabel+%7D",
    "/query?query=SELECT+%2A+%7B%0A++%3Fx+a+ogd%3AInitiative+%3B+foo%3Abar+%3Fy%0A%7D",
    "/styleguide",
    "/map",
    "/picture",
    "/ontology",
    "/ontology/rules",
    "/ns.html",
    "/api",
    "/api/initiatives-in-country?country=Nepal",
    "/document?line=56",
    "/quality",
    "/check",
    "/contribute?about=initiative:boost",
    "/new",
    "/new/ogd:Tool",
    "/reconcile",
)
# The most that a page may take to load: requests, and kilobytes as sent.
BUDGETS = {"/": (6, 60), BOOST: (6, 80), "/ask/initiatives-in-country?country=Nepal": (6, 80)}
# The parts of a page that open, all at once but for marks, of which one is open at a time.
_OPEN = """() => {
  for (const each of document.querySelectorAll("main details:not(.c)")) each.open = true;
  const mark = document.querySelector("main details.c");
  if (mark) mark.open = true;
  return document.querySelectorAll("main details[open]").length;
}"""
_MARK = """() => {
  const note = document.querySelector("main details.c[open] .n");
  if (!note || !note.checkVisibility()) return null;
  const box = note.getBoundingClientRect();
  return [box.left, box.right, box.width, box.height];
}"""
# What the keyboard has to reach, in the order of the text, also in the editor's own tree.
_NUMBERED = """() => {
  const within = root => [...root.querySelectorAll("*")].flatMap(
    each => each.shadowRoot ? within(each.shadowRoot) : [each]);
  const all = within(document).filter(each => each.matches(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0'], [contenteditable]"
  ) && each.checkVisibility({visibilityProperty: true}) && !each.disabled && each.tabIndex >= 0);
  all.forEach((each, number) => { each.dataset.number = number; });
  return all.length;
}"""
_FOCUSED = """() => {
  let at = document.activeElement;
  while (at.shadowRoot) at = at.shadowRoot.activeElement;
  const box = at.getBoundingClientRect();
  const around = at.closest(".find, .cm-editor"); // which show it for the field in them
  const shows = getComputedStyle(at).outlineStyle !== "none" || !!around;
  return [Number(at.dataset.number ?? -1), shows, box.width > 0 && box.height > 0];
}"""

_CUT = """() => [...document.querySelectorAll("pre, table, code")].filter(each => each.checkVisibility())
  .filter(each => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).display !== "inline")
  .map(each => each.textContent.slice(0, 60))"""
_SIZES = """() => [...document.querySelectorAll(".answer .stack :is(thead, tbody) :is(th, td)")]
  .map(each => getComputedStyle(each).fontSize)"""
_BOXES = "() => [...document.querySelectorAll('.cols li')].map(each => each.getClientRects().length)"


@pytest.mark.parametrize("path", PATHS)
def test_a_page_suits_everybody(look: Look, path: str) -> None:
    """Axe finds nothing, and nothing is wider than the window: WCAG 2.2, 1.4.3, 1.4.10 and others."""
    look.open(path)
    if path == BOOST:
        assert look.page.evaluate(_OPEN) > 3
    else:
        look.page.evaluate(_OPEN)
    found = look.faults_of_views()
    assert not found, explained(found)
    assert not look.complaints


@pytest.mark.parametrize("path", PATHS)
def test_a_page_can_be_walked_through_by_keyboard(look: Look, path: str) -> None:
    """Tab reaches all, in the order of the text, and shows where it is: WCAG 2.2, 2.1.1, 2.4.3, 2.4.7."""
    page = look.open(path)
    number = min(page.evaluate(_NUMBERED), 80)
    assert number > 5
    reached = []
    for _ in range(number):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(_FOCUSED))
    assert [at for at, _, _ in reached] == list(range(number))
    assert [at for at, shows, is_there in reached if not (shows and is_there)] == []


@pytest.mark.parametrize("path", PATHS)
def test_a_page_needs_no_script(look: Look, plain: Look, path: str) -> None:
    """What can be read is the same; a script may only add buttons."""
    look.open(path)
    plain.open(path)
    assert not plain.complaints
    bare = plain.page.locator("main").inner_text()
    assert len(bare) > 10
    assert set(bare.casefold().split()) <= set(look.text.casefold().split())


@pytest.mark.parametrize("path", ["/", BOOST, "/ask/initiatives-in-country?country=Nepal"])
def test_the_scheme_of_colours_is_the_reader_s(look: Look, path: str) -> None:
    look.open(path)
    ground = "() => getComputedStyle(document.body).backgroundColor"
    grounds = []
    for view in ("light", "dark"):
        look.seen_as(view)
        grounds.append(sum(int(each) for each in look.page.evaluate(ground)[4:-1].split(",")))
    light, dark = grounds
    assert dark < 150 < 600 < light


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("path", [BOOST, "/ask/initiatives-in-country?country=Nepal"])
def test_what_a_mark_opens_stands_in_the_window(look: Look, path: str, view: str) -> None:
    page = look.open(path, view)
    for place in (0, 1, 5, -1):
        page.locator("main details.c summary").nth(place).evaluate("each => each.click()")
        left, right, width, height = page.evaluate(_MARK)
        assert left >= 0
        assert right <= VIEWS[view].width
        assert width > 200
        assert height > 20


def test_paper_cuts_nothing_off(look: Look) -> None:
    """Sheets cannot be scrolled; what a table says stands in letters of one size."""
    page = look.open("/ask/initiatives-in-country?country=Nepal")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dots an inch
    page.evaluate("() => document.querySelectorAll('details').forEach(each => { each.open = true; })")
    assert page.evaluate(_CUT) == []
    assert len(set(page.evaluate(_SIZES))) == 1
    page.emulate_media(media="screen")


def test_paper_says_what_was_asked_with_which_values(look: Look) -> None:
    """It has no form, and nobody sorts its columns."""
    page = look.open("/ask/initiatives-in-country?country=Nepal&role=recipient")
    assert page.locator(".given").is_hidden()
    assert page.locator(".sort").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".given").inner_text() == "The country or region: Nepal · As what: Recipient"
    assert page.locator(".sort").is_hidden()
    page.emulate_media(media="screen")


def test_what_was_meant_stands_whole_in_its_column(look: Look) -> None:
    look.seen_as("light")
    look.page.goto(f"{look.url}/id/initiative/bost")
    assert look.page.evaluate(_BOXES) and set(look.page.evaluate(_BOXES)) == {1}


def test_a_search_and_a_question_need_no_script(plain: Look) -> None:
    page = plain.open("/")
    page.get_by_role("searchbox").fill("boost")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="BOOST").first.click()
    assert page.url.endswith(BOOST)
    page = plain.open("/ask/initiatives-in-country")
    page.locator("[name=country]").fill("Nepal")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Initiative", exact=True).first.click()
    assert "sort=" in page.url
    assert page.locator("th[aria-sort=ascending]").count() == 1
    assert not plain.complaints


@pytest.mark.parametrize("path", BUDGETS)
def test_a_page_is_soon_here(browser: Browser, ours: Server, path: str) -> None:
    most, kilobytes = BUDGETS[path]
    requests, size = loaded(browser, ours.url + path)
    assert 2 <= requests <= most
    assert size <= kilobytes * 1000


def test_no_script_writes_markup(look: Look) -> None:
    """Whatever else went wrong: https://www.w3.org/TR/trusted-types/ and https://www.w3.org/TR/CSP3/."""
    page = look.open(BOOST)
    tried = """text => {
      const refused = [];
      const attempt = (name, act) => { try { act(); } catch { refused.push(name); } };
      attempt("markup", () => { document.querySelector("h1").innerHTML = text; });
      attempt("document", () => { document.write(text); });
      attempt("policy", () => { trustedTypes.createPolicy("mine", {createHTML: each => each}); });
      attempt("script", () => { document.createElement("script").src = "/assets/ogdkg.js"; });
      return refused;
    }"""
    assert page.evaluate(tried, "<img src=x>") == ["markup", "document", "policy", "script"]
    assert page.locator("img").count() == 0


def test_axe_is_at_work(look: Look) -> None:
    """A page that is spoilt is found to be."""
    look.open("/ask/initiatives-in-country")
    look.page.evaluate("() => document.querySelectorAll('label').forEach(each => each.remove())")
    look.page.evaluate("() => { document.querySelector('h1').textContent = ''; }")
    found = "\n".join(look.faults())
    assert "label (critical)" in found or "select-name (critical)" in found
    assert "empty-heading" in found


# -- What strangers write ------------------------------------------------------------

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(2)>"
HEBREW = "\u05e9\u05dc\u05d5\u05dd \u05e2\u05d5\u05dc\u05dd"
TREE = "\U0001f333\U0001f468\u200d\U0001f469\u200d\U0001f467"
LONG = "endless" * 715
PROJECT = """
[project]
name = "<b>hostile</b>"
title = "<script>alert(0)</script> & co"
things = "https://s.example/"
languages = ["he", "en"]
[prefixes]
ex = "https://s.example/"
[search]
filters = { knows = "ex:knows" }
"""
DATA = f"""
PREFIX ex: <https://s.example/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
ex:Thing a rdfs:Class ; rdfs:label "{MARKUP}" .
ex:markup a ex:Thing ; rdfs:label "{MARKUP}" ; rdfs:comment "{MARKUP}" ; ex:knows ex:long, ex:hebrew .
ex:hebrew a ex:Thing ; rdfs:label "{HEBREW}"@he ; rdfs:comment "{HEBREW} {MARKUP}"@he ; ex:knows ex:emoji .
ex:emoji a ex:Thing ; rdfs:label "{TREE}" ; ex:said "{TREE}", "\\u202Eabc\\u202C", "a\\u0000b" .
ex:long a ex:Thing ; rdfs:label "{LONG}" ; rdfs:comment "{LONG}" ; ex:said "{LONG}" ; ex:knows ex:markup .
""".replace("\\u0000", " ")
QUERY = f"""#+ summary: {MARKUP}
#+ description: {MARKUP} {HEBREW}
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?thing ?thingLabel ?said {{ ?thing a ex:Thing ; rdfs:label ?thingLabel
  OPTIONAL {{ ?thing rdfs:comment ?said }} }}
"""
STRANGE = (
    "/",
    "/things",
    "/markup.html",
    "/hebrew.html",
    "/emoji.html",
    "/long.html",
    "/ask",
    "/ask/all",
    "/query",
)
_LIVE = "() => [document.querySelectorAll('main img, main b b').length, document.scripts.length]"


@pytest.fixture(scope="module")
def strange(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Look]:
    """A window on a project whose every name is meant to break pages."""
    folder: Path = tmp_path_factory.mktemp("strange")
    for name in ("data", "queries"):
        (folder / name).mkdir()
    (folder / "ogdkg.toml").write_text(PROJECT, encoding="utf-8")
    (folder / "data" / "a.ttl").write_text(DATA, encoding="utf-8")
    (folder / "queries" / "all.rq").write_text(QUERY, encoding="utf-8")
    with serving(folder) as server:
        window = Look(browser, server.url)
        yield window
        window.close()


@pytest.mark.parametrize("path", STRANGE)
def test_what_strangers_write_is_shown_as_text(strange: Look, path: str) -> None:
    strange.page.on("dialog", lambda dialog: (strange.said.append("a dialog"), dialog.dismiss()))
    page = strange.open(path)
    page.evaluate(_OPEN)
    images, _ = page.evaluate(_LIVE)
    assert not images
    found = strange.faults_of_views()
    assert not found, explained(found)
    assert not strange.complaints


def test_each_script_and_sign_arrives(strange: Look) -> None:
    strange.open("/things")
    for name in (MARKUP, HEBREW, TREE):
        assert name in strange.text
    strange.open("/hebrew.html")
    heading = strange.page.locator("h1 bdi")
    assert heading.get_attribute("lang") == "he"
    assert heading.evaluate("each => getComputedStyle(each).direction") == "rtl"
    strange.open("/long.html")
    assert "endless" * 40 in strange.text
