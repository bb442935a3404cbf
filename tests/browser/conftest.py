"""One browser for all tests of this folder, and servers to look at: of our graph, and of a stranger's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.look import AXE, CHROMIUM, Look, chromium
from tests.conftest import ROOT, need
from tests.web.conftest import Server, serving


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One for this package: Playwright's loop runs as long, and tests elsewhere run loops of their own."""
    need(CHROMIUM, "Chromium", "tests/browser/chromium.sh")
    need(AXE.exists(), "axe-core", "tests/browser/axe.sh")
    with chromium() as running:
        yield running


@pytest.fixture(scope="package")
def ours(browser: Browser) -> Iterator[Server]:
    """Our graph, served."""
    with serving(ROOT) as running:
        yield running


@pytest.fixture(scope="package")
def look(browser: Browser, ours: Server) -> Iterator[Look]:
    """A window on our graph."""
    window = Look(browser, ours.url)
    yield window
    window.close()


@pytest.fixture(scope="package")
def plain(browser: Browser, ours: Server) -> Iterator[Look]:
    """A window on our graph in which no script runs."""
    window = Look(browser, ours.url, with_script=False)
    yield window
    window.close()
