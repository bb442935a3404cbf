"""A page in a real Chromium: opened once, then looked at in light, dark, on a phone and at twice its size."""

from __future__ import annotations

import base64
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.conftest import IN_CI, ROOT

AXE = ROOT / ".ogdkg" / "browser" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = shutil.which("chromium")
# What the browser would ask of others by itself is turned off: an unasked request is a fault of a page.
OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
_RULES = """async given => {
  const found = await axe.run(document, {resultTypes: ["violations"], ...given});
  return found.violations.flatMap(each => each.nodes.map(
    node => `${each.id} (${each.impact}) ${node.target.join(" ")}: ${node.failureSummary}`));
}"""
# What a scheme may change is colours.
_ONLY: dict[str, dict[str, Any]] = {"dark": {"runOnly": {"type": "tag", "values": ["cat.color"]}}}
# A transition that is under way when axe measures contrast would have it measure what nobody reads.
_SETTLED = "() => Promise.allSettled(document.getAnimations().map(each => each.finished))"
_WIDTHS = "() => [document.documentElement.scrollWidth, innerWidth]"
_LINES = "() => document.body.innerText"


class View(NamedTuple):
    """How a page is looked at: in a scheme of colours, and a window of a size in CSS pixels."""

    scheme: str
    width: int
    height: int


VIEWS = {
    "light": View("light", 1280, 900),
    "dark": View("dark", 1280, 900),
    "phone": View("light", 390, 844),
    "twice": View("light", 640, 450),  # what 1280 by 900 shows at 200%
}


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; Playwright's own is never downloaded."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(OPTIONS))
        yield browser
        browser.close()


class Look:
    """A window that looks at pages of one server, one after another, with axe at hand.

    Axe comes in as the browser's own script, so that the policy of a page is in force as for everybody.

    Args:
        browser: The browser.
        url: The address of the server.
        with_script: Whether the scripts of pages run.

    Attributes:
        page: The window.
        said: What the page has said on the console, or failed with.
        foreign: Requests that have gone to others.
    """

    def __init__(self, browser: Browser, url: str, *, with_script: bool = True) -> None:
        self.context: BrowserContext = browser.new_context(java_script_enabled=with_script)
        if with_script:
            self.context.add_init_script(path=AXE)
        self.context.set_default_timeout(60_000 if IN_CI else 15_000)  # milliseconds on a busy machine
        self.page: Page = self.context.new_page()
        self.url = url
        self.said: list[str] = []
        self.foreign: list[str] = []
        self.page.on("console", lambda message: self.said.append(f"{message.type}: {message.text}"))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", self._seen)

    def _seen(self, request: Request) -> None:
        if urlsplit(request.url).scheme != "data" and not request.url.startswith(f"{self.url}/"):
            self.foreign.append(request.url)

    def open(self, path: str, view: str = "light") -> Page:
        """Open a page, which nothing has been said about yet."""
        self.said.clear()
        self.foreign.clear()
        self.seen_as(view)
        answer = self.page.goto(self.url + path)
        assert answer, path
        assert answer.ok, f"{path}: {answer.status}"
        return self.page

    def seen_as(self, view: str) -> None:
        """Look at the open page in another way."""
        scheme, width, height = VIEWS[view]
        self.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        self.page.set_viewport_size({"width": width, "height": height})

    def faults(self, **given: Any) -> list[str]:
        """What axe finds in the page as it is, and whether the page is wider than its window.

        Args:
            given: Options of `axe.run`.
        """
        self.page.evaluate(_SETTLED)
        wide, window = self.page.evaluate(_WIDTHS)
        found: list[str] = self.page.evaluate(_RULES, given)
        return found + ([f"It is {wide} wide in a window of {window}."] if wide > window else [])

    def faults_of_views(self) -> dict[str, list[str]]:
        """What is wrong with the page in each view; nothing of those in which nothing is."""
        found = {}
        for view in VIEWS:
            self.seen_as(view)
            found[view] = self.faults(**_ONLY.get(view, {}))
        return {view: faults for view, faults in found.items() if faults}

    @property
    def complaints(self) -> list[str]:
        """What the browser has said about the page, and whom it has asked besides us."""
        return self.said + self.foreign

    @property
    def text(self) -> str:
        """What can be read."""
        text: str = self.page.evaluate(_LINES)
        return text

    def close(self) -> None:
        """Close the window."""
        self.context.close()


class Loaded(NamedTuple):
    """What a page took to load with nothing kept from before: requests, and bytes as they were sent."""

    requests: int
    size: int


def loaded(browser: Browser, address: str) -> Loaded:
    """Load a page in a browser that has seen nothing yet."""
    context = browser.new_context()
    page = context.new_page()
    sizes: list[float] = []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", lambda told: sizes.append(told["encodedDataLength"]))
    page.goto(address, wait_until="networkidle")
    context.close()
    sent = [size for size in sizes if size]  # data: is no request
    return Loaded(len(sent), int(sum(sent)))


def picture(look: Look, path: str, view: str, file: Path, opened: str = "") -> None:
    """Save what a page looks like, as PNG; as WebP what its window shows of it, which is much smaller.

    Args:
        look: The window.
        path: The page.
        view: How it is looked at.
        file: The picture.
        opened: What is clicked on before: the first that this selects, if anything.
    """
    look.open(path, view)
    if opened:
        look.page.locator(opened).first.click()
    if file.suffix == ".png":
        look.page.screenshot(path=file, full_page=True, animations="disabled")
        return
    session = look.context.new_cdp_session(look.page)
    told = session.send("Page.captureScreenshot", {"format": "webp", "quality": 85})
    file.write_bytes(base64.b64decode(told["data"]))
    session.detach()


def explained(found: Any) -> str:
    """What is wrong, a line each."""
    return "\n".join(map(str, found.items() if isinstance(found, dict) else found))
