"""The passages that a graph describes, and whether lines, position, hash and fragment agree with the source.

A passage is a stretch of a document. What one draws from it is in the graph of a reading (`ogd:Reading`,
unless `[evidence]` in ogdkg.toml names another class), which is `prov:wasDerivedFrom` the passage. In a
project without readings a passage names that graph.

`citations` uses them to cite statements; `passage_draft` makes new ones; `documents` checks
them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

from ogdkg.errors import InputError
from ogdkg.graph.graph import Graph
from ogdkg.lean import NamedTuple
from ogdkg.project.house import PassageTerms
from ogdkg.rdf.terms import PROV, Iri, Literal, Row, Term, to_ntriples

DERIVED_FROM = Iri(PROV + "wasDerivedFrom")
_TOGETHER = 100  # passages fetched by one query
MOST_WORDS = 8  # of a fragment, so that no sentences of a source are copied into the graph

_PASSAGES = """
PREFIX oa: <http://www.w3.org/ns/oa#>
SELECT ?graph ?passage ?source ?startLine ?endLine ?start ?end ?exact ?textHash ?confidence
WHERE {
  { %(chosen)s ?graph a %(passage)s . BIND(?graph AS ?passage) }
  UNION { %(chosen)s ?graph a %(reading)s ; %(derived)s ?passage . ?passage a %(passage)s }
  OPTIONAL { ?passage %(source)s ?source }
  OPTIONAL { ?passage %(first_line)s ?startLine }
  OPTIONAL { ?passage %(last_line)s ?endLine }
  OPTIONAL { ?passage %(hash)s ?textHash }
  OPTIONAL { ?graph %(confidence)s ?confidence }
  OPTIONAL { ?passage oa:hasSelector ?position . ?position oa:start ?start ; oa:end ?end }
  OPTIONAL { %(fragment)s }
}
ORDER BY ?graph
"""
_OF_SELECTOR = "?passage oa:hasSelector/oa:refinedBy? ?quote . ?quote oa:exact ?exact"
_CITED = "SELECT DISTINCT ?source { ?passage a %(passage)s OPTIONAL { ?passage %(source)s ?source } }"


def in_terms(query: str, terms: PassageTerms, chosen: str = "") -> str:
    """Return a query about passages in the terms of a project, for the graphs that `chosen` binds."""
    spelled = {name: to_ntriples(term) for name, term in terms._asdict().items() if term}
    fragment = f"?passage {spelled['fragment']} ?exact" if "fragment" in spelled else _OF_SELECTOR
    spelled |= {"fragment": fragment, "derived": to_ntriples(DERIVED_FROM), "chosen": chosen}
    return query % spelled


def _cited(graph: Graph) -> str:
    return in_terms(_CITED, graph.project.house.passages)


class Passage(NamedTuple):
    """A passage as the graph describes it, by itself or with one of its readings; missing parts are None.

    Attributes:
        iri: Its IRI.
        source: The IRI of its source.
        lines: Its first and last line, from 1.
        position: Its start and end in the source's text, in code points from 0.
        exact: Its fragment: a few words of its text.
        text_hash: The SHA-256 of its text, white space folded.
        confidence: The IRI of the confidence of the reading.
        reading: The IRI of the reading, if it is described with one.
    """

    iri: str
    source: str | None
    lines: tuple[int, int] | None
    position: tuple[int, int] | None
    exact: str | None
    text_hash: str | None
    confidence: str | None = None
    reading: str | None = None

    @property
    def graph(self) -> str:
        """The IRI of the named graph of its statements: its reading, else itself."""
        return self.reading or self.iri

    def text_in(self, document: str) -> str:
        """Return its text.

        Args:
            document: The text of its document, in whose code points its position counts.

        Returns:
            The text; empty where the passage has no position.
        """
        start, end = self.position or (0, 0)
        return document[start:end]


class Passages:
    """The passages of a graph by the IRIs of graphs: read at once, or on demand from a disk or server."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._is_partial = graph.stored is not None or graph.options.endpoint is not None
        self._known: dict[str, Passage | None] = {}
        if not self._is_partial:
            self._known.update((passage.graph, passage) for passage in self._described)

    @cached_property
    def _described(self) -> list[Passage]:
        return read_passages(self._graph)

    @cached_property
    def all(self) -> list[Passage]:
        """Every passage by itself, in the order of their IRIs."""
        return [passage for passage in self._described if passage.reading is None]

    @cached_property
    def readings(self) -> list[Passage]:
        """Every passage with a reading, once for each, in the order of the readings' IRIs."""
        return [passage for passage in self._described if passage.reading]

    def get(self, iri: str) -> Passage | None:
        """Return the passage with an IRI, or that of the reading with this IRI, if there is one."""
        self.read([iri])
        return self._known.get(iri)

    def __contains__(self, iri: object) -> bool:
        return isinstance(iri, str) and self.get(iri) is not None

    def read(self, iris: Iterable[str]) -> None:
        """Prefetch passages together, which takes less time than one by one."""
        new = [iri for iri in dict.fromkeys(iris) if iri not in self._known] if self._is_partial else []
        while some := new[:_TOGETHER]:
            del new[:_TOGETHER]
            found = {passage.graph: passage for passage in read_passages(self._graph, some)}
            self._known.update((iri, found.get(iri)) for iri in some)

    @cached_property
    def sources(self) -> set[str | None]:
        """The sources of the passages, with None for a passage without one."""
        if not self._is_partial:
            return {passage.source for passage in self.all}
        text = _cited(self._graph)

        def read() -> dict[str, Any]:  # every passage is looked at, so what is found is kept with the store
            return {"sources": [_value(source) for (source,) in self._graph.select(text, name="cited")]}

        stored = self._graph.stored
        return set((stored.remember("sources", read, text) if stored else read())["sources"])


def folded(text: str) -> str:
    """Return a text with each run of white space replaced by one space, as hash and fragment use it."""
    return " ".join(text.split())


def first_fault(passage: Passage, text: str) -> str | None:
    """Return what first disagrees with the source's text, in words; None if everything agrees."""
    return next((fault for check in _CHECKS if (fault := check(passage, text))), None)


def read_passages(graph: Graph, among: Iterable[str] | None = None) -> list[Passage]:
    """Return the passages that the graph describes, by themselves and once for each of their readings.

    Args:
        graph: The graph.
        among: The IRIs of the passages and readings to read; by default all.

    Returns:
        The passages in the order of the named graphs.

    Raises:
        InputError: A passage has two values where it may have one.
    """
    if among is None:
        text = in_terms(_PASSAGES, graph.project.house.passages)

        def read() -> list[tuple[Any, ...]]:
            return [tuple(passage) for passage in _passages(graph.select(text, name="passages"))]

        return [Passage(*values) for values in graph.table(text, read)]
    values = f"VALUES ?graph {{ {' '.join(map(to_ntriples, map(Iri, among)))} }}"
    text = in_terms(_PASSAGES, graph.project.house.passages, values)
    return _passages(graph.select(text, limited=False))


def _passages(rows: Iterable[Row]) -> list[Passage]:
    found: dict[Term | None, Passage] = {}
    for row in rows:
        if row[0] in found:
            what = "positions, fragments, hashes, sources or confidences"
            if row[0] != row[1]:
                raise InputError(f"The reading {_value(row[0])} has two passages, or its passage two {what}.")
            raise InputError(f"The passage {_value(row[0])} has two {what}.")
        found[row[0]] = _passage(*row)
    return list(found.values())


def _passage(graph: Term | None, iri: Term | None, source: Term | None, *rest: Term | None) -> Passage:
    start_line, end_line, start, end, exact, text_hash, confidence = map(_value, rest)
    lines, position = _pair(start_line, end_line), _pair(start, end)
    reading = _value(graph) if graph != iri else None
    return Passage(_value(iri) or "", _value(source), lines, position, exact, text_hash, confidence, reading)


def lines_in_short(lines: tuple[int, int]) -> str:
    """Return lines as they are cited.

    >>> lines_in_short((53, 54))
    'L53\u201354'
    """
    first, last = lines
    return f"L{first}" if first == last else f"L{first}\u2013{last}"


def _value(term: Term | None) -> str | None:
    return term.value if isinstance(term, Iri | Literal) else None


def _pair(first: str | None, last: str | None) -> tuple[int, int] | None:
    numbers = [int(each) for each in (first, last) if each is not None and re.fullmatch("[0-9]{1,15}", each)]
    return (numbers[0], numbers[1]) if len(numbers) == 2 else None


def _is_whole(passage: Passage, text: str) -> str | None:
    parts = {
        "source": passage.source,
        "lines": passage.lines,
        "position": passage.position,
        "fragment": passage.exact,
        "hash": passage.text_hash,
    }
    missing = [name for name, value in parts.items() if value is None]
    return f"it has no {' and no '.join(missing)}" if missing else None


def _is_inside(passage: Passage, text: str) -> str | None:
    start, end = passage.position or (0, 0)
    return None if 0 <= start < end <= len(text) else f"the position {start} to {end} is not in the source"


def sha256(data: bytes) -> str:
    """Return the SHA-256 of bytes, in hexadecimal."""
    import hashlib  # OpenSSL takes 4 ms, and only the check of passages needs it

    return hashlib.sha256(data).hexdigest()


def _is_on_its_lines(passage: Passage, text: str) -> str | None:
    start, end = passage.position or (0, 0)
    stated = passage.lines
    real = (text.count("\n", 0, start) + 1, text.count("\n", 0, end - 1) + 1)
    return None if stated == real else f"the position is on the lines {real[0]} to {real[1]}"


def text_hash(text: str) -> str:
    """Return the hash of a passage's text."""
    return sha256(folded(text).encode())


def _has_its_hash(passage: Passage, text: str) -> str | None:
    digest = text_hash(passage.text_in(text))
    return None if passage.text_hash == digest else f"the hash of its text is {digest}"


def _has_its_fragment(passage: Passage, text: str) -> str | None:
    exact = folded(passage.exact or "")
    if not exact or exact not in folded(passage.text_in(text)):
        return f"the fragment {exact!r} is not in it"
    words = len(exact.split())
    return f"the fragment has {words} words, more than {MOST_WORDS}" if words > MOST_WORDS else None


_CHECKS: tuple[Callable[[Passage, str], str | None], ...] = (
    _is_whole,
    _is_inside,
    _is_on_its_lines,
    _has_its_hash,
    _has_its_fragment,
)
