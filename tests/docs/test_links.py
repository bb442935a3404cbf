"""Every link in README.md, CONTRIBUTING.md, CHANGELOG.md and docs/ leads somewhere; none is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.conftest import ROOT

PAGES = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")]
PAGES += sorted((ROOT / "docs").rglob("*.md"))
_FENCE = re.compile(r"^ *```.*?^ *```", re.DOTALL | re.MULTILINE)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def _links(page: Path) -> Iterator[str]:
    text = _CODE.sub("`", _FENCE.sub("", page.read_text(encoding="utf-8")))
    return (match[1] for match in _LINK.finditer(text))


@cache
def _anchors(page: Path) -> frozenset[str]:
    """The anchors of the headings for which code hosts and MkDocs make the same one."""
    text = _FENCE.sub("", page.read_text(encoding="utf-8"))
    found = set()
    for heading in re.findall(r"^#+ +(.+?) *$", text, re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading.replace("`", "").replace("*", ""))
        host = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        site = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())
        if host == site:
            found.add(host)
    return frozenset(found)


def _fault(page: Path, link: str) -> str | None:
    if re.match(r"[a-z]+:", link):
        return None
    path, _, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return f"{link}: there is no such file"
    if anchor and anchor not in _anchors(target):
        return f"{link}: there is no such heading"
    return None


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    assert [fault for link in _links(page) if (fault := _fault(page, link))] == []


def test_there_are_links() -> None:
    assert sum(1 for page in PAGES for _ in _links(page)) > 100
