"""A site without a server, in a real Chromium, from plain files: with scripts, without, without a network."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.look import Look
from tests.conftest import TREES, Run
from tests.offline import need_engine

PAGES = [
    "index",
    "things",
    "ask",
    "ask/trees",
    "id/tree/oak",
    "document",
    "ontology",
    "quality",
    "contribute",
    "search",
]
NAMES = [
    ("oak", "Oak"),
    ("OAK", "Oak"),
    ("Öak", "Oak"),
    ("oa", "Oak"),
]


class _Files(SimpleHTTPRequestHandler):
    def log_message(self, *given: Any) -> None:
        pass

    def send_error(self, code: int, *given: Any, **more: Any) -> None:
        """Send the page for what is not found, as hosts of files do."""
        body = (Path(self.directory) / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def host(ogdkg: Run, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThreadingHTTPServer]:
    folder = tmp_path_factory.mktemp("host")
    assert ogdkg("site", folder, "--offline", cwd=TREES).returncode == 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def url(host: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{host.server_port}"


@pytest.fixture
def look(browser: Browser, url: str) -> Iterator[Look]:
    window = Look(browser, url)
    yield window
    window.close()


@pytest.mark.parametrize("page", PAGES)
def test_nothing_is_wrong_with_a_page(look: Look, page: str) -> None:
    look.open(f"/{page}.html")
    assert look.faults_of_views() == {}
    assert look.complaints == []


@pytest.mark.parametrize(("typed", "name"), NAMES)
def test_names_are_completed(look: Look, typed: str, name: str) -> None:
    look.open("/things.html").locator("header input[name=q]").press_sequentially(typed)
    expect(look.page.get_by_role("option").first).to_contain_text(name)
    look.page.keyboard.press("ArrowDown")
    look.page.keyboard.press("Enter")
    expect(look.page.locator("h1")).to_have_text(name)


def test_a_search_has_a_page(look: Look) -> None:
    page = look.open("/search.html?q=oak")
    expect(page.locator("#search-found a").first).to_have_text("Oak")
    assert look.faults() == []
    look.open("/search.html?q=%3Cimg%20src%3Dx%3E")
    expect(page.locator("#search-told")).to_have_text("Nothing goes by this name.")
    assert look.complaints == []


def test_what_is_not_found_has_near_names(look: Look) -> None:
    look.page.goto(f"{look.url}/id/tree/oaks-oak.html")
    expect(look.page.locator("h1")).to_have_text("Not found")
    look.page.goto(f"{look.url}/id/tree/oak.xhtml")
    expect(look.page.locator("#near-found a").first).to_have_text("Oak")


def test_without_a_script(browser: Browser, url: str) -> None:
    window = Look(browser, url, with_script=False)
    page = window.open("/search.html")
    page.get_by_role("link", name="all things from A to Z").click()
    page.get_by_role("link", name="Oak").first.click()
    expect(page.locator("h1")).to_have_text("Oak")
    window.close()


def test_the_first_page_opens_without_a_network(browser: Browser, url: str) -> None:
    """With its style: what was loaded before anything kept it is kept, too."""
    window = Look(browser, url)
    page = window.open("/id/tree/oak.html")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    kept = (
        "() => caches.match(location.href).then(page => page && caches.match(document.styleSheets[0].href))"
    )
    page.wait_for_function(f"{kept}.then(Boolean)")
    window.context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_have_text("Oak")
    assert page.evaluate("() => document.styleSheets[0].cssRules.length") > 10
    window.close()


def test_a_query_is_written_in_the_editor(look: Look) -> None:
    """Terms are completed, a mistake is marked at its place, and the way back leads to the query before."""
    need_engine(by_node=False)
    page = look.open("/query.html")
    text = page.locator(".cm-content")
    text.click()
    page.keyboard.type("SELECT * { ?x a ns:Tre")
    expect(page.locator(".cm-tooltip-autocomplete li").first).to_contain_text("Tree")
    text.fill("SELECT * {\n ?x ns:p ; }")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#query-fault")).to_contain_text("Line 2, column 10.")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(1)
    assert look.faults() == []
    text.fill("SELECT ?x { ?x a ?y } ORDER BY ?x LIMIT 3")
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#answer")).to_have_text("3 rows")
    expect(page.locator(".cm-lint-marker-error")).to_have_count(0)
    page.go_back()
    expect(page.locator("#query-fault")).to_contain_text("Line 2, column 10.")
    page.go_back()
    expect(page.locator("#query-fault, #answer")).to_have_count(0)
    assert not look.foreign


def test_what_takes_a_script_says_so(browser: Browser, url: str) -> None:
    need_engine(by_node=False)
    window = Look(browser, url, with_script=False)
    expect(window.open("/query.html").locator("main .note")).to_contain_text("ogdkg sparql")
    window.close()


def test_pages_open_without_a_network(look: Look) -> None:
    page = look.open("/index.html")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    look.open("/id/tree/oak.html")
    look.context.set_offline(True)
    page.goto(f"{look.url}/id/tree/oak.html")
    expect(page.locator("h1")).to_have_text("Oak")
    page.goto(f"{look.url}/never-seen.html")
    expect(page.locator("h1")).to_have_text("Not found")
