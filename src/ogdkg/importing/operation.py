"""Rows become the statements of files, one a source; and what that changes in a folder. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import InputError, Place, all_of
from ogdkg.files.names import folded
from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.importing.finding import Finder, Match
from ogdkg.importing.folder import check_targets, file_name, layer_of, left_over
from ogdkg.importing.mapping import Reading, Rule, TableMapping, check_holes
from ogdkg.importing.table import Line, read_table
from ogdkg.importing.template import Value, fill, term, text_of
from ogdkg.importing.values import KINDS, UnfitError
from ogdkg.project.project import Project, graph_of
from ogdkg.rdf.terms import Iri, Term, Triple, expand, parse_iri
from ogdkg.store.codec import read_quads


class Imported(NamedTuple):
    """What a table becomes: the statements of each file by its name, the rows taken, and those left out."""

    files: Mapping[str, tuple[Triple, ...]]
    rows: int
    left_out: tuple[tuple[str, str], ...]


class Change(NamedTuple):
    """A file that would be other than it is; `is_gone`: the table no longer speaks of its source."""

    path: Path
    triples: tuple[Triple, ...]
    added: frozenset[Triple]
    removed: frozenset[Triple]
    is_new: bool = False
    is_gone: bool = False


def import_table(project: Project, mapping: TableMapping, path: Path) -> Imported:
    """The files that a table makes; InputError names the rows that do not fit."""
    columns = mapping.columns
    wanted = [columns[name] for name in ("row", "subject", "property", "value")]
    lines = read_table(path, [*wanted, *([columns["type"]] if mapping.types else [])])
    check_holes(mapping, lines[0].cells if lines else ())
    reading = _Reading(project, mapping)
    return reading.all(lines)


def changes(imported: Imported, folder: Path) -> list[Change]:
    """How a folder would change: files new and other, then those of ours that the table knows no more.

    InputError where a file would not lie in the folder, or would replace one that is not ours.
    """
    check_targets(folder, imported.files)
    found = []
    for name, triples in imported.files.items():
        path, after = folder / name, frozenset(triples)
        before = frozenset(quad.triple for quad in read_quads(path)) if path.is_file() else frozenset()
        if before != after or not path.is_file():
            found.append(Change(path, triples, after - before, before - after, is_new=not path.is_file()))
    for path in left_over(folder, imported.files):
        gone = frozenset(quad.triple for quad in read_quads(path))
        found.append(Change(path, (), frozenset(), gone, is_gone=True))
    return found


class _Reading:
    """One reading of a table: the things found, and what the rows have said so far."""

    def __init__(self, project: Project, mapping: TableMapping) -> None:
        self._mapping, self._prefixes = mapping, project.prefixes
        self._layer = layer_of(project, mapping)
        others = tuple(layer.name for layer in project.layers if layer.name != mapping.layer and layer.files)
        self._finder = Finder(Graph(project, GraphOptions(others)), mapping)
        self._said: dict[str, dict[Triple, None]] = {}
        self._about: dict[str, tuple[tuple[Triple, ...], Place]] = {}
        self._made: dict[Iri, Place] = {}
        self._stems: dict[str, str] = {}

    def all(self, lines: Sequence[Line]) -> Imported:
        row = self._mapping.columns["row"]
        left_out = [(line.cells[row], self._mapping.left_out[line.cells[row]]) for line in lines
                    if line.cells[row] in self._mapping.left_out]  # fmt: skip
        taken = [line for line in lines if line.cells[row] not in self._mapping.left_out]
        self._finder.list(taken)
        faults = [fault for line in taken if (fault := self._fault(line))]
        if faults:
            raise all_of(faults)
        files = {file_name(stem): tuple(said) for stem, said in sorted(self._said.items())}
        if self._mapping.about:
            files[self._mapping.about] = tuple(each for said, _ in self._about.values() for each in said)
        return Imported(files, len(taken), tuple(left_out))

    def _fault(self, line: Line) -> InputError | None:
        try:
            self._take(line)
        except UnfitError as fault:
            row = line.cells[self._mapping.columns["row"]]
            return InputError(f"{row}: {fault}".rstrip(".?") + ".", place=line.place)
        return None

    def _take(self, line: Line) -> None:
        columns, cells = self._mapping.columns, line.cells
        name, of = cells[columns["property"]], cells[columns["subject"]]
        rule = self._mapping.rules.get(f"{name} @ {of}") or self._mapping.rules.get(name)
        if rule is None:
            raise UnfitError(f"no rule says what the property {name!r} states; add it under [property]")
        subject = self._found(of, self._mapping.subjects)
        value, of_value = self._value(rule, cells)
        values = {column: Value(text) for column, text in cells.items()}
        values |= {name: Value(text) for name, text in _read(self._mapping.reads, cells).items()}
        values |= {part: Value(cells[columns[part]]) for part in ("row", "property")}
        stem = text_of(self._mapping.stem, values)
        graph = self._graph(stem)
        values |= {"stem": Value(stem), "graph": Value(graph.value, graph)}
        held = {**rule.template.defaults, **rule.settings, **_read(rule.template.reads, cells)}
        values |= {key: Value(text, expand(text, self._prefixes)) for key, text in held.items()}
        values["new"] = Value(of if subject.is_new else "")
        values["subject"] = Value(of, subject.iri)
        values["value"] = Value(cells[columns["value"]], value)
        if rule.template.node:
            values["node"] = self._node(rule, values, line.place)
        made = fill(rule.template.make, values, self._prefixes)
        if not made:
            raise UnfitError("says nothing: each line of its template has an empty hole")
        self._said.setdefault(stem, {}).update(dict.fromkeys([*subject.said, *of_value, *made]))
        self._describe(stem, values, line.place)

    def _graph(self, stem: str) -> Iri:
        """The graph of the file that a source has to itself."""
        name = file_name(stem)
        if folded(name) == folded(self._mapping.about):
            raise UnfitError(f"would be written to {name}, which is for what is said of the sources")
        other = self._stems.setdefault(folded(name), stem)
        if other != stem:
            raise UnfitError(f"has the source {stem!r}, whose file some systems take for that of {other!r}")
        graph = graph_of(self._layer, name.removesuffix(".ttl"))
        assert graph  # as the layer has one for each file
        return graph

    def _found(self, name: str, kinds: Iterable[str]) -> Match:
        try:
            return self._finder.find(name, kinds)
        except UnfitError as fault:
            raise UnfitError(f"{name!r} {fault}") from None

    def _value(self, rule: Rule, cells: Mapping[str, str]) -> tuple[Term | None, tuple[Triple, ...]]:
        """The term of a row's value, checked by its kind, and what has to be said of it."""
        columns = self._mapping.columns
        text = cells[columns["value"]]
        kind = rule.value or self._mapping.types.get(cells.get(columns["type"], ""), "text")
        kinds = kind.split()
        if kinds[0] in self._mapping.things:
            found = self._found(text, kinds)
            return found.iri, found.said
        if kind in self._mapping.codes:
            code = self._mapping.codes[kind].get(text)
            if code is None:
                raise UnfitError(f"{text!r} is no {kind}; add it under [codes.{kind}]")
            return expand(code, self._prefixes) or parse_iri(code), ()
        try:
            return KINDS[kind](text), ()
        except UnfitError as fault:
            raise UnfitError(f"{text!r} {fault}") from None

    def _node(self, rule: Rule, values: Mapping[str, Value], place: Place) -> Value:
        node = term(rule.template.node, values, self._prefixes)
        if not isinstance(node, Iri):
            raise UnfitError(f"has nothing to name its node by: {rule.template.node}")
        other = self._made.setdefault(node, place)
        if other != place and not rule.template.shared:
            raise UnfitError(f"makes the same node as line {other.line}: <{node.value}>")
        return Value(node.value, node)

    def _describe(self, stem: str, values: Mapping[str, Value], place: Place) -> None:
        said = tuple(fill(self._mapping.describe, values, self._prefixes))
        before, other = self._about.setdefault(stem, (said, place))
        if said != before:
            raise UnfitError(f"describes its source otherwise than line {other.line} does")


def _read(reads: Iterable[Reading], cells: Mapping[str, str]) -> dict[str, str]:
    """What the patterns find in the columns; the first that sets a name wins."""
    found: dict[str, str] = {}
    for read in reads:
        if match := read.pattern.search(cells.get(read.column, "")):
            groups = {name: text for name, text in match.groupdict().items() if text}
            for name, text in {**read.sets, **groups}.items():
                found.setdefault(name, text)
    return found
