"""Questions answered in a real Chromium, on plain files with no server behind them, under a strict policy."""

from __future__ import annotations

import csv
import io
import re
import threading
from collections.abc import Iterator
from functools import partial
from html import escape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.project.project import find_project
from ogdkg.web.answers import Answers
from ogdkg.web.http.assets import ASSETS
from ogdkg.web.http.settings import Settings
from ogdkg.web.offline.assets import POLICY, SitePages, assets, editor_tag, question_tag
from tests.conftest import ROOT, Run
from tests.offline import need_engine

ASKED = ("initiatives-in-country", "contacts", "kinds")
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
_SECONDS = 8  # for a question
_HEAD = '<meta charset="utf-8">'


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *given: Any) -> None:
        pass


class Window:
    """A page of the site, and what it complains of."""

    def __init__(self, page: Page, url: str) -> None:
        self.page, self.url = page, url
        self.complaints: list[str] = []
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.url}/{path}")
        return self.page


def _pages(answers: Answers, names: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """The pages of some questions and of the editor, a text field, with the links that these tests need."""
    catalogue = answers._questions.graphs.graph.catalogue
    wanted = [("question", f"/ask/{name}", question_tag(catalogue.get(name), "../")) for name in names]
    for task, path, tag in [*wanted, ("editor", "/query", editor_tag("../"))]:
        ask = {"path": path, "given": {}, "base": "http://x", "seconds": 10.0, "accept": "text/html"}
        text = "".join(map(str, answers.by_task()[task](ask).body))
        text = re.sub(r'(href|src)="/assets/', r'\1="../assets/', text)
        text = re.sub(r'action="/(?:ask/)?([^"/]*)"', r'action="\1.html"', text)
        text = re.sub(
            r'<script src="(?:(?!\.\./)|[^"]*/editor\.)[^"]*" defer></script>| data-suggest="[^"]*"', "", text
        )
        text = text.replace(
            _HEAD, f'{_HEAD}<meta http-equiv="content-security-policy" content="{escape(POLICY)}">'
        )
        yield f"ask/{path.rpartition('/')[2]}.html", text.replace("</head>", f"{tag}</head>")


@pytest.fixture(scope="module")
def site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of plain files."""
    need_engine(by_node=False)
    answers = Answers(Graph(find_project(ROOT), GraphOptions(timeout=None)), Settings())
    answers.prepare()
    folder = tmp_path_factory.mktemp("site")
    files: dict[str, bytes] = {path: text.encode() for path, text in _pages(answers, ASKED)}
    files |= {path[1:]: asset.body for path, asset in ASSETS.items()}
    files |= dict(assets(SitePages(answers._questions.graphs, _page_of, seconds=_SECONDS)))
    for path, body in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(body)
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _page_of(address: str) -> str:
    return f"{address[1:]}.html" if "?" not in address and "#" not in address else ""


@pytest.fixture
def window(browser: Browser, site: str) -> Iterator[Window]:
    with browser.new_context() as context:
        yield Window(context.new_page(), site)


def test_a_question_is_asked_by_its_address(ogdkg: Run, window: Window) -> None:
    page = window.open("ask/initiatives-in-country.html?country=NPL")
    expect(page.locator(".answer td.cite").first).to_be_visible(timeout=30_000)
    expected = ogdkg("query", "initiatives-in-country", "--country", "NPL", "-f", "csv", cwd=ROOT).stdout
    rows = list(csv.DictReader(io.StringIO(expected)))
    expect(page.locator("#answer")).to_have_text(f"{len(rows)} rows")
    assert page.locator(".answer tbody tr").count() == len(rows)
    assert page.locator("input[name=country]").input_value() == "NPL"
    link = page.locator(".answer tbody th a").first
    assert (link.get_attribute("href") or "").startswith("../id/initiative/")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert Path(download.value.path()).read_bytes().decode().splitlines() == expected.splitlines()
    assert not window.complaints


def test_marks_open_the_words_of_a_passage(window: Window) -> None:
    page = window.open("ask/initiatives-in-country.html?country=NPL")
    page.locator(".answer td.cite summary").first.click(timeout=30_000)
    expect(page.locator(".answer td.cite details[open] q").first).to_be_visible()
    expect(page.get_by_text("sources of these rows")).to_be_visible()
    assert not window.complaints


def test_a_form_is_sent_sorted_and_narrowed(window: Window) -> None:
    """Each changes the address, so that the answer can be passed on."""
    page = window.open("ask/initiatives-in-country.html")
    page.locator("input[name=country]").fill("Nepal")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.locator(".answer table")).to_be_visible(timeout=30_000)
    assert "country=Nepal" in page.url
    head = page.locator(".answer thead th").nth(1)
    head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "ascending")
    names = page.locator(".answer tbody td:nth-of-type(1)").all_inner_texts()
    assert names == sorted(names, key=str.casefold)
    page.locator("#find").fill("open")
    page.get_by_role("button", name="Filter").click()
    expect(page).to_have_url(re.compile("find=open"))
    expect(page.locator(".answer [role=status]").first).to_contain_text("rows")
    assert "sort=" in page.url
    page.reload()
    expect(page.locator("#find")).to_have_value("open", timeout=30_000)
    assert not window.complaints


def test_a_name_that_is_none_is_told(window: Window) -> None:
    page = window.open("ask/initiatives-in-country.html?country=Nepl")
    field = page.locator("#p-country")
    expect(field).to_have_attribute("aria-invalid", "true", timeout=30_000)
    page.get_by_role("link", name="Nepal").last.click()
    expect(page.locator("#answer")).to_contain_text("rows", timeout=30_000)
    assert not window.complaints


def test_a_text_is_never_markup(window: Window) -> None:
    text = "<img src=x onerror=alert(1)>"
    page = window.open(f"ask/initiatives-in-country.html?country={quote(text)}")
    expect(page.locator(".field .fault")).to_contain_text(text, timeout=30_000)
    page.goto(f"{window.url}/ask/query.html?query={quote(f'SELECT ({text!r} AS ?x) {{}}')}")
    expect(page.locator(".answer tbody")).to_contain_text(text, timeout=30_000)
    assert not page.locator("img").count()
    assert not window.complaints


def test_a_runaway_query_is_ended(window: Window) -> None:
    """It is stopped at the limit, told in words, and the next one is answered by a fresh worker."""
    page = window.open("ask/query.html")
    page.locator("textarea[name=query]").fill(RUNAWAY)
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#query-fault")).to_contain_text(
        f"longer than {_SECONDS} seconds, and was stopped", timeout=30_000
    )
    page.locator("textarea[name=query]").fill("SELECT ?x { ?x a ogd:Tool } ORDER BY ?x LIMIT 3")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#answer")).to_have_text("3 rows", timeout=30_000)
    assert not page.locator("#query-fault").count()
    assert not window.complaints


def test_an_error_is_shown_at_its_place(window: Window) -> None:
    page = window.open(f"ask/query.html?query={quote('SELECT * {' + chr(10) + ' ?x ogd:p }')}")
    fault = page.locator("#query-fault")
    expect(fault).to_contain_text("Line 2, column", timeout=30_000)
    expect(fault.locator("pre")).to_contain_text("?x ogd:p }")
    assert not window.complaints


def test_nothing_is_loaded_before_a_question_is_asked(window: Window) -> None:
    asked: list[str] = []
    window.page.on("request", lambda request: asked.append(request.url))
    window.open("ask/contacts.html")
    window.page.wait_for_load_state("networkidle")
    assert not [each for each in asked if each.endswith((".gz", ".wasm", "worker.js"))]
    assert not window.complaints
