"""Feeds of what changed between revisions: Atom (RFC 4287), and JSON Feed (https://jsonfeed.org)."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple
from xml.etree import ElementTree

from ogdkg.text.escape import in_xml, json_text, one_line
from ogdkg.web.quality.page import Link

ATOM, JSON = "application/atom+xml", "application/feed+json"
_NAMESPACE = "http://www.w3.org/2005/Atom"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>'
_VERSION = "https://jsonfeed.org/version/1.1"
Changes = Sequence[tuple[str, Sequence[Link], int]]  # a kind of change, things, and how many more


class Entry(NamedTuple):
    """What changed in a revision.

    Attributes:
        commit: The revision.
        moment: Its time, as RFC 3339 has it.
        changes: What changed.
    """

    commit: str
    moment: str
    changes: Changes

    @property
    def iri(self) -> str:
        """What names it, wherever the server stands."""
        return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_OID, self.commit)}"

    @property
    def title(self) -> str:
        """How many things changed, by kind of change."""
        numbers = [f"{len(things) + more:,} {kind}" for kind, things, more in self.changes]
        return ", ".join(numbers) or "Nothing but the order or the layout of the files"

    @property
    def text(self) -> str:
        """What changed, a line a kind."""
        return "\n".join(
            f"{kind[:1].upper()}{kind[1:]}: {'; '.join(_named(things, more))}."
            for kind, things, more in self.changes
        )


class Feed(NamedTuple):
    """A feed.

    Attributes:
        title: The name of the project.
        base: The address of the server.
        entries: The revisions, the newest first.
    """

    title: str
    base: str
    entries: Sequence[Entry]

    def atom(self) -> str:
        """Return it as Atom."""
        root = ElementTree.Element("feed", xmlns=_NAMESPACE)
        _text(root, "title", f"{self.title}: what changed")
        _text(root, "id", f"{self.base}/changes.atom")
        _text(root, "updated", self.entries[0].moment if self.entries else "1970-01-01T00:00:00Z")
        ElementTree.SubElement(root, "link", rel="self", type=ATOM, href=f"{self.base}/changes.atom")
        ElementTree.SubElement(root, "link", rel="alternate", type="text/html", href=self._page)
        _text(ElementTree.SubElement(root, "author"), "name", self.title)
        for each in self.entries:
            entry = ElementTree.SubElement(root, "entry")
            _text(entry, "title", each.title)
            _text(entry, "id", each.iri)
            _text(entry, "updated", each.moment)
            ElementTree.SubElement(entry, "link", rel="alternate", type="text/html", href=self._page)
            _text(entry, "content", each.text or each.title)
        return f"{_DECLARATION}\n{ElementTree.tostring(root, encoding='unicode')}\n"

    def json(self) -> str:
        """Return it as JSON Feed, with the address of each thing."""
        feed = {
            "version": _VERSION,
            "title": f"{self.title}: what changed",
            "home_page_url": f"{self.base}/",
            "feed_url": f"{self.base}/changes.json",
            "items": [self._item(each) for each in self.entries],
        }
        return json_text(feed) + "\n"

    def _item(self, entry: Entry) -> Mapping[str, Any]:
        return {
            "id": entry.iri,
            "url": self._page,
            "title": entry.title,
            "content_text": entry.text or entry.title,
            "date_published": entry.moment,
            "_changes": {
                kind: {"things": [{"label": each.text, "url": each.address} for each in things], "more": more}
                for kind, things, more in entry.changes
            },
        }

    @property
    def _page(self) -> str:
        return f"{self.base}/quality#changes"


def entries_of(
    changes: Iterable[Mapping[str, Any]], named: Callable[[Mapping[str, Any]], Changes]
) -> list[Entry]:
    """Return the entries for what was measured of revisions."""
    return [Entry(each["commit"], each["moment"], named(each)) for each in changes]


def _named(things: Sequence[Link], more: int) -> list[str]:
    """The names of things, and how many more there are."""
    others = [f"{more:,} more"] if things else [f"{more:,}"]
    return [*(one_line(each.text) for each in things), *(others if more else [])]


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    ElementTree.SubElement(parent, name).text = in_xml(one_line(text) if name != "content" else text)
