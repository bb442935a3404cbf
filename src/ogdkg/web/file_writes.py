"""Writes to a project of files: a graph that is one file is replaced in that file, and nothing else is."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Collection
from typing import NamedTuple

from ogdkg.errors import InputError
from ogdkg.files.atomic import replaced
from ogdkg.files.names import shown_path
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Source
from ogdkg.rdf.formats import LOSSLESS, TRIG, TURTLE, by_extension, is_packed
from ogdkg.rdf.terms import Blank, Iri, Quad, Triple
from ogdkg.render.rdf.writers import write_quads
from ogdkg.store.codec import quad_of, read_file, read_quads
from ogdkg.store.live import read_graph
from ogdkg.syntax.formatter import FORMATS, FormattedFile, laid_out
from ogdkg.syntax.layout import layout
from ogdkg.syntax.source import from_text
from ogdkg.web.answers import graph_tags
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.settings import Settings
from ogdkg.web.http.status import Status, read_status
from ogdkg.web.processes.answerer import Answerer, Ask, Reply
from ogdkg.web.processes.current import Current
from ogdkg.web.protocol.preconditions import check_preconditions
from ogdkg.web.protocol.uploads import Document, documents

_READ_WITHIN = 60.0  # seconds for the keeper to read the files again
_STORE = "Serve a store, with --store, to write all of it."


class _Written(NamedTuple):
    """A file as it was and as it is to be."""

    file: FormattedFile
    text: bytes


class FileWrites:
    """Replaces graphs that are a file each.

    Args:
        graph: The graph of the project.
        settings: How it is served.
        answerer: What answers from the graph.
        current: Which version is served.
        bell: A pipe that has the keeper look at the files.
        hidden: Personal triples, which are not served.
    """

    def __init__(
        self,
        graph: Graph,
        settings: Settings,
        answerer: Answerer,
        current: Current,
        bell: int,
        hidden: Collection[Triple],
    ) -> None:
        self._graph, self._settings, self._answerer = graph, settings, answerer
        self._current, self._bell, self._hidden = current, bell, frozenset(hidden)
        self._written: _Written | None = None

    def perform(self, ask: Ask, body: bytes) -> Reply:
        """Prepare the new text of a file (PUT of a named graph); `commit` writes it.

        Raises:
            HttpError: 403 for another request, 409 if no file is just this graph, 412 if the client expects
                another state, 422 if the data would not conform.
        """
        name = ask.get("graph")  # an update has none
        if ask["task"] != "put" or name is None:
            raise HttpError(403, "Files are written by PUT of a named graph.", hint=_STORE)
        source = self._source_of(Iri(name))
        check_preconditions(ask, True, lambda: graph_tags(name, self._answerer.version))
        before = laid_out(source.path)
        text = self._text(source, Iri(name), documents(ask["type"], body))
        if text != before.before:
            if self._settings.validate_writes:
                self._check_valid(source, text)
            self._written = _Written(before, text)
        return Reply("", (), 204)

    def commit(self) -> bool:
        """Write the file, and wait until it is served; the old file comes back where it cannot be.

        Raises:
            HttpError: 409 where the file has changed meanwhile, 422 where the project cannot be served so,
                504 where it is not served in time, 507 where the disk refuses it.
        """
        if self._written:
            file, text = self._written
            _write(file, text)
            status = self._reread()
            if status.error:
                _write(laid_out(file.path), file.before)
                self._reread()
                raise HttpError(422, f"The graph cannot be served, so nothing was written: {status.error}")
        return False

    def undo(self) -> None:
        """A file is replaced as a whole or not at all."""

    def answerer(self) -> Answerer:
        """Return what answers from the graph; the keeper makes a new one after a write."""
        return self._answerer

    def _reread(self) -> Status:
        """Have the keeper read the files again; what it says then."""
        looks, end = self._current.looks, time.monotonic() + _READ_WITHIN
        os.write(self._bell, b".")
        while self._current.looks == looks:
            if time.monotonic() > end:
                raise HttpError(504, "The file is written, but not served yet.")
            time.sleep(0.005)
        return read_status(self._settings.status)

    def _source_of(self, graph: Iri) -> Source:
        """The file that is a graph; HttpError 409 where there is none, or more, or more in it."""
        name = f"<{graph.value}>"
        found = [source for source in self._graph.project.sources() if graph in _graphs_of(source, graph)]
        if graph in {layer.derived_graph for layer in self._graph.layers}:
            raise HttpError(409, f"Rules derive the graph {name}.", hint="Change what they read.")
        if not found:
            raise HttpError(409, f"No file holds the graph {name}.", hint="Make its file first. " + _STORE)
        if len(found) > 1:
            files = ", ".join(shown_path(source.path) for source in found)
            raise HttpError(409, f"Several files hold the graph {name}: {files}.", hint=_STORE)
        (source,) = found
        where = shown_path(source.path)
        if len(_graphs_of(source, graph)) > 1:
            raise HttpError(409, f"{where} holds other graphs too.", hint=_STORE)
        if is_packed(source.path) or by_extension(source.path, FORMATS) is None or source.path.is_symlink():
            raise HttpError(409, f"{where} is not a plain file of Turtle or TriG.", hint=_STORE)
        if any(quad.triple in self._hidden for quad in read_quads(source.path)):
            detail = f"{where} holds personal data, which are not served and would be lost."
            raise HttpError(409, detail, hint="Serve it with --with-personal.")
        return source

    def _text(self, source: Source, graph: Iri, sent: list[Document]) -> bytes:
        """The file as it is to be: what is sent, with its comments and spellings where it is Turtle."""
        form = by_extension(source.path, FORMATS)
        assert form  # `_source_of` gives no others
        triples = [quad for each in sent for quad in read_graph(each.data, each.format, graph.value)]
        if form == TURTLE and [each.format for each in sent] == [TURTLE] and _is_absolute(sent[0]):
            text = sent[0].data.decode("utf-8-sig")
        else:
            into = graph if form == TRIG and source.graph != graph else None
            quads = (Quad(*quad_of(quad).triple, into) for quad in triples)
            parts = write_quads(quads, form, self._graph.project.prefixes)
            text = "".join(part if isinstance(part, str) else part.decode() for part in parts)
        return layout(from_text(text, shown_path(source.path)), form).encode()

    def _check_valid(self, source: Source, text: bytes) -> None:
        from ogdkg.web.checks import check_valid, data_with  # which import all of validation

        check_valid(self._graph.project, data_with(self._graph.project, source.path, text))


def _write(file: FormattedFile, text: bytes) -> None:
    try:
        with replaced(file.path, check=file.check) as out:
            out.write(text)
    except InputError as error:
        raise HttpError(409, error.message, hint=error.hint or "") from error
    except OSError as error:
        raise HttpError(507, f"{shown_path(file.path)} cannot be written: {error.strerror}.") from error


def _graphs_of(source: Source, wanted: Iri) -> set[Iri | Blank | None]:
    """The graphs that a file holds triples of; none where it cannot hold the one that is wanted."""
    form = by_extension(source.path)
    if form in LOSSLESS and source.graph != wanted:
        words = re.findall(r"[A-Za-z0-9]+", wanted.value)
        if not form.graphs or (words and words[-1].encode() not in read_file(source.path)):
            return set()
    quads = read_quads(source.path, contexts=dict(source.contexts))
    return {source.graph if quad.graph is None else quad.graph for quad in quads}


def _is_absolute(document: Document) -> bool:
    """Whether a document has no IRI that is relative to where it is."""
    try:
        read_graph(document.data, document.format, None)
    except InputError:
        return False
    return True
