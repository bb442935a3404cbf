"""The files with which a browser answers questions on a site without a server, and the tags that load them.

All are under `_ogdkg/`: the engine and our scripts, the statements as N-Quads, and what Python has decided of
each question. Large ones are packed: a browser unpacks them, whatever the host knows of compression.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from html import escape
from pathlib import Path
from typing import Any, NamedTuple

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.errors import OgdkgError
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import RDF, RDFS
from ogdkg.search.resolver import NameResolver
from ogdkg.web.editor.page import example_of
from ogdkg.web.http.assets import packed
from ogdkg.web.offline.asking import QuestionData, UnaskableError, told_question
from ogdkg.web.offline.sources import told_sources
from ogdkg.web.offline.statements import Reading, Statements, as_text
from ogdkg.web.offline.terms import told_terms
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.questions.elsewhere import without_header
from ogdkg.web.questions.graphs import QueriedGraphs

FOLDER = "_ogdkg"
# What a page must allow of a site whose questions are answered in the browser: an engine in WebAssembly, in a
# worker of this site, whose address one policy makes. Beside it, nothing but files of the site itself.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
    "manifest-src 'self'; require-trusted-types-for 'script'; trusted-types ogdkg"
)
_BUILT = Path(__file__).parents[1] / "built" / "offline"  # by tools/offline/build.sh
_ENGINE = "oxigraph.wasm", "oxigraph.LICENSE.txt", "page.js", "view.js", "worker.js", "engine.js"


class SitePages(NamedTuple):
    """What the builder of a site tells.

    Attributes:
        graphs: The graphs that stored queries read, without what is withheld.
        page_of: Returns where the site has the page that a server has at an address (a path from `/`), as a
            path without a slash before it; empty where it has none.
        seconds: How long a question may take in a browser.
    """

    graphs: QueriedGraphs
    page_of: Callable[[str], str] = lambda address: ""
    seconds: float = 20.0


def is_built() -> bool:
    """Whether the engine is here; without it a site has no scripts that answer."""
    return all((_BUILT / name).is_file() for name in _ENGINE)


def assets(pages: SitePages) -> Iterator[tuple[str, bytes]]:
    """Yield the files of a site that a browser answers with: their paths on it, and what they hold.

    The same graph has the same files, byte for byte. There are none where the engine is not built.
    """
    if is_built():
        yield from _Files(pages).all()


def question_tag(query: StoredQuery, root: str) -> str:
    """Return the script of the page of a question, in HTML; empty where the engine is not built.

    Args:
        query: The question.
        root: The way from the page to the root of the site, such as `../`; empty for a page at the root.
    """
    return _tag(root, question=question_file(query.name))


def editor_tag(root: str) -> str:
    """Return the script of the page for SPARQL of one's own, in HTML, as `question_tag` does."""
    return _tag(root, editor="")


def _tag(root: str, **data: str) -> str:
    if not is_built():
        return ""
    told = "".join(f' data-{name}="{escape(value)}"' for name, value in data.items())
    at = escape(root)
    return f'<script type="module" src="{at}{FOLDER}/page.js" data-root="{at}"{told}></script>'


def question_file(name: str) -> str:
    """Return the file of a question: the name of a query may hold what no path should."""
    return f"questions/{_tag_of(name.encode())}.json.gz"


def _tag_of(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=8).hexdigest()


class _Files:
    """The files of a site, made once each."""

    def __init__(self, pages: SitePages) -> None:
        self._pages, self._graphs = pages, pages.graphs
        self._at = Addresses("", self._graph.project.resource_namespace)
        self._kept: dict[str, bytes] = {}
        self._names: dict[object, tuple[str, QuestionData]] = {}
        self._readings: dict[int, tuple[str, Graph, Reading]] = {}

    @property
    def _graph(self) -> Graph:
        return self._graphs.graph

    @cached_property
    def _statements(self) -> Statements:
        return Statements(self._graph)

    def all(self) -> Iterator[tuple[str, bytes]]:
        self._reading(self._graph)
        questions = dict(self._questions())
        found: dict[str, bytes] = {name: (_BUILT / name).read_bytes() for name in _ENGINE}
        found["oxigraph.wasm.gz"] = packed(found.pop("oxigraph.wasm"))
        for name, lines in self._statements.files.items():
            found[f"data/{name}.nq.gz"] = packed(as_text(lines))
        for name, graph, _ in self._readings.values():
            sources = told_sources(graph, self._at, self._pages.page_of)
            found[f"data/{name}.sources.json.gz"] = _packed_json(sources)
        found["data/terms.json.gz"] = _packed_json(told_terms(self._graph, self._at, self._pages.page_of))
        found["site.json.gz"] = _packed_json(self._site())
        found["questions.json.gz"] = _packed_json(list(self._examples()))
        for path, body in sorted({**found, **self._kept, **questions}.items()):
            yield f"{FOLDER}/{path}", body

    def _site(self) -> dict[str, Any]:
        """What all pages need: what is read, the prefixes, and the limits."""
        prefixes = {"rdf": RDF, "rdfs": RDFS, **self._graph.project.prefixes}
        return {
            "readings": {
                name: {"file": f"data/{reading.file}.nq.gz", "without": reading.without}
                for name, _, reading in self._readings.values()
            },
            "prefixes": prefixes,
            "whole": self._reading(self._graph),
            "seconds": self._pages.seconds,
            "hides": self._graphs.hides,
        }

    def _examples(self) -> Iterator[tuple[str, list[tuple[str, str, str]]]]:
        """The stored queries by topic, each with what it answers and its text, to begin a query with."""
        topics, _ = self._graph.catalogue.topics()
        for topic, queries in topics.items():
            told = []
            for query in queries:
                with suppress(OgdkgError):  # an example that is none, say
                    text = without_header(example_of(NameResolver(self._graphs.graph_of(query)), query))
                    told.append((query.name, query.header.summary or query.name, text))
            yield topic or "other", told

    def _questions(self) -> Iterator[tuple[str, bytes]]:
        for query in self._graph.catalogue.readable():
            told: Mapping[str, Any]
            try:
                graph = self._graphs.graph_of(query)
                told = told_question(NameResolver(graph), query, self._keep) | {
                    "reading": self._reading(graph)
                }
            except (UnaskableError, OgdkgError) as error:
                told = {"fault": str(error)}
            yield question_file(query.name), _packed_json(told)

    def _reading(self, graph: Graph) -> str:
        """The name of what a graph of some layers holds."""
        if id(graph) not in self._readings:
            name = f"read{len(self._readings)}"
            self._readings[id(graph)] = name, graph, self._statements.reading(graph)
        return self._readings[id(graph)][0]

    def _keep(self, key: object, make: Callable[[], QuestionData]) -> tuple[str, QuestionData]:
        """Names of what many questions ask for: a file each."""
        if key not in self._names:
            told = make()
            body = _packed_json(told)
            name = f"names/{_tag_of(body)}.json.gz"
            self._kept[name], self._names[key] = body, (name, told)
        return self._names[key]


def _json(told: object) -> bytes:
    return (json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n").encode(
        errors="replace"
    )


def _packed_json(told: object) -> bytes:
    return packed(_json(told))
