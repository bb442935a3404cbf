"""What changed last: the newest entries of a project's changelog, else the things that say when they did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from ogdkg.errors import OgdkgError
from ogdkg.evidence.citations import Citations
from ogdkg.files.text import read_text
from ogdkg.project.project import Project
from ogdkg.rdf.terms import Iri, Literal

_FILES = ("CHANGELOG.md", "CHANGES.md", "NEWS.md")  # https://keepachangelog.com
_MOST = 4  # entries
_LONGEST = 220  # letters of an entry
_LARGEST = 1 << 20  # bytes of the file
_LINK = re.compile(r"!?\[([^\[\]]{0,500})\]\([^()\s]{0,500}\)")
_DATED = """SELECT ?thing ?date { ?thing <http://purl.org/dc/terms/modified> ?date FILTER(ISIRI(?thing)) }
ORDER BY DESC(STR(?date)) ?thing LIMIT 20"""


class News(NamedTuple):
    """Something that changed: what, when, and the thing, if it is one."""

    text: str
    date: str = ""
    thing: Iri | None = None


def latest(citations: Citations) -> tuple[str, list[News]]:
    """Return what changed last, under the name of a version if it has one.

    A graph that is far, or a project that says nothing, has none.
    """
    graph = citations.graph
    version, entries = in_changelog(_changelog(graph.project))
    if entries or not graph.is_in_memory:
        return version, [News(each) for each in entries]
    rows = graph.select(_DATED, limited=False)
    named = (
        News(citations.label(thing), date.value[:10], thing)
        for thing, date in rows
        if isinstance(thing, Iri) and isinstance(date, Literal)
    )
    return "", list(islice(named, _MOST))


def _changelog(project: Project) -> str:
    """The text of the changelog, if the project has one within its folder."""
    if project.loose or project.packaged:
        return ""
    for name in _FILES:
        try:
            path = project.file(name)
            if path.is_file():
                return read_text(path, name, most=_LARGEST)
        except OgdkgError:
            continue
    return ""


def in_changelog(text: str) -> tuple[str, list[str]]:
    """Return the name of the newest version in a changelog, and its first entries, a sentence each.

    >>> in_changelog("# Changes\\n## 1.1\\n- Two [old](t.md) trees of\\n  `oak`. More.\\n## 1.0\\n- None.\\n")
    ('1.1', ['Two old trees of oak.'])
    """
    version, entries = "", list[str]()
    for line in _unfolded(text.splitlines()):
        if line.startswith("## "):
            if entries:
                break
            version = _plain(line[3:])
        elif line[:2] in ("- ", "* ", "+ "):
            entries.append(_sentence(_plain(line[2:])))
    return version, entries[:_MOST]


def _unfolded(lines: list[str]) -> Iterator[str]:
    """The lines of Markdown, with those that go on joined to the one before."""
    before = ""
    for line in lines:
        if line.startswith("  ") and line.strip() and before:
            before = f"{before} {line.strip()}" if len(before) < 4 * _LONGEST else before
        else:
            yield before
            before = line.rstrip()
    yield before


def _plain(text: str) -> str:
    """A text without the marks of links, code and emphasis."""
    return _LINK.sub(r"\1", text).replace("`", "").replace("**", "").strip()


def _sentence(text: str) -> str:
    """The first sentence, or as much as there is space for."""
    found = re.match(r"(.{20,}?[.!?])\s", f"{text} ")
    first = found[1] if found else text
    return first if len(first) <= _LONGEST else f"{first[:_LONGEST].rstrip()}…"
