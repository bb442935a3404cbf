"""Rewrites lines, positions, hashes and fragments in the files that describe passages, and nothing else."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from ogdkg.errors import InputError, Place
from ogdkg.evidence.passages import Passage
from ogdkg.evidence.reanchoring.operation import Reanchoring
from ogdkg.files.atomic import stamp
from ogdkg.files.names import shown_path
from ogdkg.files.text import reading
from ogdkg.graph.graph import Graph
from ogdkg.lean import NamedTuple
from ogdkg.project.house import PassageTerms
from ogdkg.rdf.formats import LOSSLESS, Format, by_extension, is_packed
from ogdkg.rdf.terms import OA, Blank, Iri, Literal, Term, local_name, to_ntriples
from ogdkg.syntax.formatter import FORMATS, FormattedFile
from ogdkg.syntax.grammar import LITERAL_PARTS, TOKEN
from ogdkg.syntax.layout import layout
from ogdkg.syntax.model import Statement
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import Source

_SELECTOR, _REFINED = Iri(OA + "hasSelector"), Iri(OA + "refinedBy")
_START, _END, _EXACT = OA + "start", OA + "end", OA + "exact"
_LEADING = (_SELECTOR.value, _REFINED.value)
_NOTHING = Passage("", None, None, None, None, None)
_Node = tuple[str, str]  # the file of a blank node, and its label; "" and an IRI


class _File(NamedTuple):
    """A file that may describe passages."""

    path: Path
    data: bytes
    form: Format
    stamp: list[int]
    read: int

    def statements_with(self, properties: Collection[str]) -> list[Statement]:
        """Return the statements with these properties."""
        base = self.path.resolve().as_uri()
        reader = Reader(Source(self.data, shown_path(self.path)), self.form.name, base)
        return [statement for statement in reader if statement.predicate.value in properties]

    def node(self, term: Term) -> _Node:
        """What a node is known by among those of all files."""
        return (str(self.path), term.label) if isinstance(term, Blank) else ("", str(term))


def edited_files(graph: Graph, reanchoring: Reanchoring) -> list[FormattedFile]:
    """Return the files that change, each as it is and as it would be.

    Args:
        graph: The graph, whose files describe the passages.
        reanchoring: What has become of the passages; those that take a person are left as they are.

    Raises:
        InputError: A passage is described in a file that cannot be edited in place.
    """
    terms = graph.project.house.passages
    properties = {*_parts(_NOTHING, terms), *_LEADING}
    described = [(file, file.statements_with(properties)) for file in _files(graph, properties)]
    owners = _owners(described)
    wanted = _wanted(reanchoring, terms)
    missing, edited = set(wanted), list[FormattedFile]()
    for file, statements in described:
        edits = dict[int, str]()
        for statement in statements:
            node = file.node(statement.subject)
            key = owners.get(node, node[1]), statement.predicate.value
            if key in wanted:
                edits[statement.object_offset] = wanted[key]
                missing.discard(key)
        if edits:
            after = _applied(file, edits)
            edited.append(FormattedFile(file.path, file.data, after, file.stamp, file.read, "ogdkg reanchor"))
    if missing:
        iri, predicate = min(missing)
        hint = "Only Turtle, TriG, N-Triples and N-Quads files that are not packed are edited in place."
        message = f"No file that can be edited has {predicate.rpartition('#')[2]} of {iri}."
        raise InputError(message, place=Place(shown_path(graph.project.root)), hint=hint)
    return edited


def _files(graph: Graph, properties: Iterable[str]) -> Iterator[_File]:
    """Yield the files that may have statements with these properties."""
    names = [local_name(name).encode() for name in properties]
    for source in graph.files:
        form = by_extension(source.path, LOSSLESS)
        if form is None or is_packed(source.path):
            continue
        with reading(shown_path(source.path)):
            read, now, data = time.time_ns(), stamp(source.path), source.path.read_bytes()
        if any(name in data for name in names):
            yield _File(source.path, data, form, now, read)


def _owners(described: Iterable[tuple[_File, list[Statement]]]) -> dict[_Node, str]:
    """Return the passage of each selector, and of each selector that refines one."""
    leads = {
        file.node(statement.object): file.node(statement.subject)
        for file, statements in described
        for statement in statements
        if statement.predicate.value in _LEADING
    }
    owners = {}
    for node in leads:
        above, steps = leads[node], 0
        while above in leads and steps < len(leads):
            above, steps = leads[above], steps + 1
        owners[node] = above[1]
    return owners


def _wanted(reanchoring: Reanchoring, terms: PassageTerms) -> dict[tuple[str, str], str]:
    """Return what is to be written: the text of each property of each passage, and the hash of the source."""
    wanted = {}
    if reanchoring.recorded_digest is not None and reanchoring.recorded_digest != reanchoring.digest:
        wanted[reanchoring.source, terms.hash.value] = reanchoring.digest
    for outcome in reanchoring.outcomes:
        if outcome.new and not outcome.needs_a_person:
            before, after = _parts(outcome.passage, terms), _parts(outcome.new, terms)
            changed = {name: text for name, text in after.items() if before[name] != text}
            wanted |= {(outcome.passage.iri, name): text for name, text in changed.items()}
    return wanted


def _parts(passage: Passage, terms: PassageTerms) -> dict[str, str]:
    """Return how a passage is described, as texts by properties of its own and of its selectors."""
    lines, position = passage.lines or (0, 0), passage.position or (0, 0)
    first_line, last_line = terms.first_line.value, terms.last_line.value
    numbers = {first_line: lines[0], last_line: lines[1], _START: position[0], _END: position[1]}
    fragment = terms.fragment.value if terms.fragment else _EXACT
    texts = {terms.hash.value: passage.text_hash or "", fragment: passage.exact or ""}
    return {name: str(number) for name, number in numbers.items()} | texts


def _applied(file: _File, edits: dict[int, str]) -> bytes:
    """Return the file with other texts in its literals; in canonical form, if it has been."""
    data = file.data
    for offset in sorted(edits, reverse=True):
        match = TOKEN.match(data, offset)
        assert match and match.lastgroup  # the reader has read it
        old = match[match.lastgroup]
        begin = match.start(match.lastgroup)
        data = data[:begin] + _spelled(old, edits[offset]) + data[begin + len(old) :]
    if (
        file.form not in FORMATS
        or layout(Source(file.data, shown_path(file.path)), file.form).encode() != file.data
    ):
        return data
    return layout(Source(data, shown_path(file.path)), file.form).encode()


def _spelled(old: bytes, text: str) -> bytes:
    """A literal as it was spelled, with another text."""
    parts = LITERAL_PARTS.fullmatch(old)
    if parts is None:  # a number without quotes
        return text.encode()
    return to_ntriples(Literal(text)).encode() + old[parts.end("string") :]
