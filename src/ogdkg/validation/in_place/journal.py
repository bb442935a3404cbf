"""Keeps what was judged at a server, so that a run that ended early goes on where it was.

What was judged holds for one state of the graph and for one text of the shapes. So it lies under a hash of
both, as far as the manifest of a push and the number of triples of each predicate tell states apart, and is
forgotten once a run has come to its end. It is text that is read, never run: JSON, with terms as N-Triples.
"""

from __future__ import annotations

import json
import time
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pyoxigraph import BlankNode, RdfFormat, Triple, parse

from ogdkg.project.cache_files import Mark, forget, keep, named, recall
from ogdkg.validation.core.results import Result, Term, mention_blank_nodes
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.data.reading import Source
from ogdkg.validation.prefilter.prefilter import renamed

if TYPE_CHECKING:
    from concurrent.futures import Future

KIND = "in-place"
OLDEST = 24 * 3600  # seconds
MOST_PACKED = 15 << 20  # bytes, somewhat less than is kept in one file
MOST_TEXT = 256 << 20  # bytes of it once unpacked
_SHARE = 20  # of the time that passes, one part is for keeping
_TERM = "_:t <urn:ogdkg:term> {} .\n"


@dataclass(slots=True)
class Page:
    """What came of some nodes: what was judged here, and what pySHACL is at.

    Attributes:
        nodes: How many nodes they are.
        by_pyshacl: How many of them pySHACL has.
        judged: The results that there are.
        parts: Those to come, with what shapes are called in them.
        about: What is said of the blank nodes of the results.
    """

    nodes: int
    by_pyshacl: int = 0
    judged: list[Result] = field(default_factory=list)
    parts: list[tuple[Future[tuple[Result, ...]], dict[Term, Any]]] = field(default_factory=list)
    about: list[Triple] = field(default_factory=list)

    @property
    def is_done(self) -> bool:
        """Whether all results are there."""
        return all(part.done() and not part.exception() for part, _ in self.parts)

    def results(self) -> list[Result]:
        """The results, once they are there."""
        return [*self.judged, *(renamed(each, names) for part, names in self.parts for each in part.result())]


def journal_name(sources: Sequence[Source], version: str) -> str | None:
    """The name of what is kept of shapes and a state of the graph; None if it may differ another time."""
    mark = Mark()
    try:
        for source in sources:
            if source.content is not None:  # which no second run may have
                return None
            mark.add_file(source.format.media_type, Path(source.name), has_queries=True)
    except (OSError, ValueError):
        return None
    name = mark.name()
    return named(name, version) if name else None


class Journal:
    """What is kept of one run.

    Args:
        name: The name that it has; nothing is kept without one.
        shapes: The shapes, whose nodes without names have another label in each run.

    Attributes:
        taken: How many nodes need not be judged again.
        began: When the run began that it is of, in seconds since 1970.
        is_kept: Whether the next run finds something.
    """

    def __init__(self, name: str | None, shapes: Shapes) -> None:
        self._name = name
        self._order = shapes.order
        self._nodes = list(shapes.about)
        self._kept: dict[str, Any] = {}
        self._new: list[tuple[str, Page | list[str]]] = []
        self._packer, self._packed = zlib.compressobj(1), b""
        self._next = 0.0
        self.taken, self.began, self.is_kept = 0, time.time(), False
        self._pack(self._recalled(name) or [f"{self.began}\n".encode()] if name else [])

    def _recalled(self, name: str) -> list[bytes]:
        """The lines of an earlier run; none where they are too old."""
        data = recall(KIND, name)
        try:
            lines = zlib.decompressobj().decompress(data or b"", MOST_TEXT).splitlines(keepends=True)
            began = float(lines[0])
            kept = dict(map(json.loads, lines[1:]))
        except (zlib.error, ValueError, TypeError, IndexError, RecursionError):  # as if there were nothing
            return []
        if not 0 <= time.time() - began < OLDEST:
            return []
        self._kept, self.began = kept, began
        return lines

    def notices(self) -> Iterator[str]:
        """What was taken from an earlier run."""
        if self.taken:
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(self.began))
            yield (
                f"{self.taken:,} nodes were not judged again, as a run that began at {when} and ended early "
                "had judged them; --no-cache judges all anew."
            )

    def unit(self, number: int) -> list[Page] | None:
        """What came of all nodes of a unit, if that is kept."""
        keys = self._kept.get(str(number))
        return [cast(Page, self.page(key)) for key in keys] if keys is not None else None

    def page(self, key: str) -> Page | None:
        """What came of some nodes, if that is kept."""
        kept = self._kept.get(key)
        if kept is None:
            return None
        self.taken += kept["nodes"]
        terms = [each.object for each in _triples(kept["terms"])]
        results = [self._result(each, terms) for each in kept["results"]]
        return Page(kept["nodes"], kept["pyshacl"], results, about=_triples(kept["about"]))

    def add(self, key: str, page: Page) -> None:
        """Keep what came, or comes, of some nodes."""
        if self._name:
            self._new.append((key, page))
            if time.monotonic() >= self._next:
                self.save()

    def end(self, number: int, keys: list[str]) -> None:
        """Keep that these are all pages of a unit."""
        if self._name:
            self._new.append((str(number), keys))

    def save(self) -> None:
        """Write down what there is by now."""
        if not self._name:
            return
        began = time.monotonic()
        waiting, missing = list[tuple[str, Page | list[str]]](), set[str]()
        lines = []
        for key, each in self._new:
            if each.is_done if isinstance(each, Page) else missing.isdisjoint(each):
                lines.append(_line(key, self._packable(each) if isinstance(each, Page) else each))
            else:
                waiting.append((key, each))
                missing.add(key)
        self._new = waiting
        self._pack(lines)
        if len(self._packed) < MOST_PACKED:
            keep(KIND, self._name, self._packed)
            self.is_kept = True
        self._next = time.monotonic() + _SHARE * (time.monotonic() - began)

    def forget(self) -> None:
        """Keep nothing more."""
        if self._name:
            forget(KIND, self._name)

    def _pack(self, lines: Iterable[bytes]) -> None:
        self._packed += self._packer.compress(b"".join(lines)) + self._packer.flush(zlib.Z_SYNC_FLUSH)

    def _packable(self, page: Page) -> dict[str, Any]:
        """A page as JSON has it: a result names its terms by their numbers, a node of the shapes below 0."""
        results, terms = page.results(), dict[Term, int]()
        packed = [self._packed_result(each, terms) for each in results]
        about = page.about if mention_blank_nodes(results) else []
        return {
            "nodes": page.nodes,
            "pyshacl": page.by_pyshacl,
            "terms": "".join(_TERM.format(each) for each in terms),
            "results": packed,
            "about": "".join(f"{each} .\n" for each in about),
        }

    def _packed_result(self, result: Result, terms: dict[Term, int]) -> list[Any]:
        def number(term: Term | None) -> int | None:
            return None if term is None else terms.setdefault(term, len(terms))

        def of_shapes(term: Term | None) -> int | None:
            return -1 - self._order[term] if isinstance(term, BlankNode) else number(term)

        return [
            *map(number, (result.focus, result.component, result.severity, result.value)),
            *map(of_shapes, (result.shape, result.path, result.constraint)),
            [number(each) for each in result.messages],
            [self._packed_result(each, terms) for each in result.details],
        ]

    def _result(self, packed: list[Any], terms: list[Any]) -> Result:
        def term(number: int | None) -> Any:
            if number is None:
                return None
            return terms[number] if number >= 0 else self._nodes[-1 - number]

        focus, component, severity, value, shape, path, constraint, messages, details = packed
        return Result(
            focus=term(focus),
            component=term(component),
            severity=term(severity),
            shape=term(shape),
            path=term(path),
            value=term(value),
            constraint=term(constraint),
            messages=tuple(map(term, messages)),
            details=tuple(self._result(each, terms) for each in details),
        )


def _line(key: str, packed: Any) -> bytes:
    return json.dumps([key, packed]).encode() + b"\n"


def _triples(text: str) -> list[Triple]:
    return [quad.triple for quad in parse(text, RdfFormat.N_TRIPLES, lenient=True)]
