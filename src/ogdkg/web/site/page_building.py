"""Makes the files of a site: asks what the server would be asked, and writes its answers as files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from ogdkg.rdf.terms import Iri
from ogdkg.web.answers import Answers
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import by_name
from ogdkg.web.pages import lookup
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.processes.answerer import Ask, Reply
from ogdkg.web.site.engine import Engine
from ogdkg.web.site.layout import FEEDS, FILES, MOST_PAGES, SUFFIXES, Layout, start_of
from ogdkg.web.site.links import Rewriter

ORIGIN = "http://site.invalid"  # what a server of the site would be called (RFC 6761, section 6.4)
_DESCRIBE = "/describe?"
_PAGED = re.compile(r"[?&]_?page=")


class File(NamedTuple):
    """A file of a site, and the addresses that it leads to."""

    name: str
    data: bytes
    addresses: list[str]


class Maker:
    """Makes files from the answers of a server.

    Args:
        answers: What answers.
        layout: The files of the site.
        rewriter: Turns pages of the server into those of the site.
        base: The address of the site; empty where it is not known.
        engine: What answers questions in a browser, if anything does.
        seconds: The time limit of an answer.
    """

    def __init__(
        self,
        answers: Answers,
        layout: Layout,
        rewriter: Rewriter,
        base: str,
        engine: Engine | None,
        seconds: float,
    ) -> None:
        self._tasks = answers.by_task()
        self._linked, self._questions = answers.parts[:2]
        self._layout, self._rewriter, self._base, self._engine = layout, rewriter, base, engine
        self._seconds = seconds
        self._at = Addresses(ORIGIN, self._linked.graph.project.resource_namespace)

    def files(self, address: str) -> Iterator[File]:
        """Yield the files for what is at an address: a page, and its data beside it."""
        if address.startswith(_DESCRIBE):
            given = dict(parse_qsl(urlsplit(address).query))
            yield from self._thing(Iri(given["iri"]), int(given.get("page", "1")))
            return
        file = self._layout.file(address)
        assert file  # only addresses with a file are asked for
        path = urlsplit(address).path
        if lookup.task_of(path) == "question" and file.endswith(".html") and not _PAGED.search(address):
            yield from self._question(address)
            return
        if path in FEEDS:
            with suppress(HttpError):  # of a project without a history there is none
                yield File(file, self._feed(_text(self._reply(address, self._base))), [])
            return
        try:
            reply = self._reply(address)
        except HttpError as problem:
            reply = self._linked.pages.problem(problem, self._at.local())
        if reply.media_type.startswith("text/html"):
            yield self._page(reply, file, self._tag(address, file))
        else:
            yield _plain(file, reply)

    def _question(self, address: str) -> Iterator[File]:
        """The pages of a question and, if it is answered, its files."""
        found = self._questions.representations(self._ask(address), FILES, MOST_PAGES)
        try:
            for own, reply in found:
                if file := self._layout.file(own):
                    is_page = reply.media_type.startswith("text/html")
                    yield self._page(reply, file, self._tag(own, file)) if is_page else _plain(file, reply)
        except HttpError as problem:
            reply = self._linked.pages.problem(problem, self._at.local())
            yield self._page(reply, self._layout.file(address) or "")

    def _thing(self, iri: Iri, page: int) -> Iterator[File]:
        """The page of a resource; beside the first one, its description in each format."""
        stem = self._layout.data(iri.value)
        suffixes = SUFFIXES if page == 1 else SUFFIXES[-1:]
        try:
            for suffix, reply in self._linked.representations(iri, suffixes, self._at, page):
                if suffix == "html":
                    yield self._page(reply, f"{stem}.html" if page == 1 else f"{stem}+page-{page}.html")
                else:
                    yield File(f"{stem}.{suffix}", _data(reply), [])
        except HttpError as problem:
            yield self._page(self._linked.pages.problem(problem, self._at.local()), f"{stem}.html")

    def _page(self, reply: Reply, file: str, tag: str = "") -> File:
        written = self._rewriter.page(_text(reply), file, tag)
        return File(file, written.text.encode(errors="replace"), written.addresses)

    def of(self, template: str, file: str, start: str | None = None) -> File:
        """Return a page of a template that shows nothing of the graph."""
        reply = self._linked.pages.of(template, self._at.local())
        written = self._rewriter.page(_text(reply), file, start=start)
        return File(file, written.text.encode(), written.addresses)

    def _tag(self, address: str, file: str) -> str:
        """The script that answers the question of a page, or of an editor, in a browser."""
        path = urlsplit(address).path
        if self._engine is None:
            return ""
        if path == "/query":
            return self._engine.editor_tag(start_of(file))
        if lookup.task_of(path) != "question":
            return ""
        query = self._linked.graph.catalogue.get(unquote(path.rpartition("/")[2], errors="replace"))
        return self._engine.question_tag(query, start_of(file))

    def _reply(self, address: str, base: str = ORIGIN) -> Reply:
        ask = self._ask(address, base)
        return self._tasks[ask["task"]](ask)

    def _ask(self, address: str, base: str = ORIGIN) -> Ask:
        parts = urlsplit(address)
        return {
            "task": lookup.task_of(parts.path),
            "path": parts.path,
            "given": by_name(parse_qsl(parts.query, keep_blank_values=True)),
            "base": base,
            "seconds": self._seconds,
            "accept": "text/html",
        }

    def _feed(self, text: str) -> bytes:
        """A feed, whose links lead to the files of the site."""
        return self._rewriter.feed(text).encode()


def _plain(file: str, reply: Reply) -> File:
    return File(file, _data(reply), [])


def _text(reply: Reply) -> str:
    return _data(reply).decode(errors="replace")


def _data(reply: Reply) -> bytes:
    parts = list(reply.body)
    if all(isinstance(part, str) for part in parts):
        return "".join(parts).encode(errors="replace")  # type: ignore[arg-type]  # texts alone
    return b"".join(part.encode(errors="replace") if isinstance(part, str) else bytes(part) for part in parts)
