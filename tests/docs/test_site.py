"""The site: built without a warning, no request to another site, every link within it leads somewhere."""

from __future__ import annotations

import os
import re
import subprocess
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.conftest import ROOT, need

PYTHON = ROOT / ".ogdkg" / "docs" / "bin" / "python"
_FETCHED = {("script", "src"), ("link", "href"), ("img", "src"), ("iframe", "src"), ("source", "src")}


class Page(HTMLParser):
    """What a page links to, what it fetches, and the anchors it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links, self.fetched, self.anchors = list[str](), list[str](), set[str]()
        self.classes = set[str]()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.anchors.add(value)
            elif name == "class" and value:
                self.classes.update(value.split())
            elif (tag, name) == ("a", "href") and value:
                self.links.append(value)
            elif (tag, name) in _FETCHED and value:
                self.fetched.append(value)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need(PYTHON.exists(), "MkDocs", "tests/docs/site.sh")
    folder = tmp_path_factory.mktemp("site")
    run = [PYTHON, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", folder]
    env = os.environ | {"NO_MKDOCS_2_WARNING": "true"}
    done = subprocess.run(run, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in sorted(site.rglob("*.html"))}


def test_no_page_asks_another_site(site: Path, pages: dict[Path, Page]) -> None:
    foreign = [
        f"{path.relative_to(site)}: {address}"
        for path, page in pages.items()
        for address in page.fetched
        if re.match(r"(https?:)?//", address)
    ]
    assert foreign == []
    for sheet in site.rglob("*.css"):
        assert not re.search(r"url\(['\"]?(https?:)?//|@import", sheet.read_text(encoding="utf-8"))
    # The theme's script fetches Mermaid from another site once a page has a diagram of that kind.
    assert [path for path, page in pages.items() if "mermaid" in page.classes] == []


def test_every_link_within_the_site_leads_somewhere(site: Path, pages: dict[Path, Page]) -> None:
    faults = [
        f"{path.relative_to(site)}: {link}"
        for path, page in pages.items()
        if path.name != "404.html"  # which is served at any depth
        for link in page.links
        if not re.match(r"[a-z]+:", link) and not _leads_somewhere(link, path, pages)
    ]
    assert faults == []
    assert len(pages) > 40


def _leads_somewhere(link: str, path: Path, pages: dict[Path, Page]) -> bool:
    name, _, anchor = unquote(link).partition("#")
    target = (path.parent / name).resolve() if name else path
    if target.is_dir():
        target /= "index.html"
    anchors = pages[target].anchors if target in pages else set()
    return target.is_file() and (not anchor or anchor in anchors | {"__top"})


def test_it_says_nothing_of_the_machine_it_was_built_on(site: Path, pages: dict[Path, Page]) -> None:
    assert [path for path in pages if str(ROOT) in path.read_text(encoding="utf-8")] == []
