"""Turns rows into the statements of one file per source, and compares them with a folder. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import InputError, Place, all_of, nearest
from ogdkg.files.names import folded
from ogdkg.graph.graph import Graph, GraphOptions
from ogdkg.importing.finding import Finder, Match
from ogdkg.importing.folder import check_targets, file_name, layer_of, left_over
from ogdkg.importing.mapping import Reading, Rule, TableMapping, check_holes
from ogdkg.importing.table import FactTable, Line, read_table
from ogdkg.importing.template import Value, fill, term, text_of
from ogdkg.importing.values import KINDS, NUMBERS, UnfitError, refuse_commas, short
from ogdkg.importing.wide import facts, read_wide
from ogdkg.project.project import Project, graph_of
from ogdkg.rdf.terms import Iri, Term, Triple, expand, parse_iri
from ogdkg.store.codec import read_quads


class Imported(NamedTuple):
    """The statements of each file by its name, the number of rows, and those left out with the reason."""

    files: Mapping[str, tuple[Triple, ...]]
    rows: int
    left_out: tuple[tuple[str, str], ...]


class Change(NamedTuple):
    """A file that would change; `is_gone`: its source is no longer in the table."""

    path: Path
    triples: tuple[Triple, ...]
    added: frozenset[Triple]
    removed: frozenset[Triple]
    is_new: bool = False
    is_gone: bool = False


def import_table(project: Project, mapping: TableMapping, path: Path) -> Imported:
    """Turn a table into files.

    Args:
        project: The project whose graph has the things that the table names.
        mapping: The mapping of the table.
        path: The table.

    Raises:
        InputError: Rows do not fit the mapping; the message has their places.
    """
    table = _facts(mapping, path)
    if table.lines:  # which have the names of the columns
        check_holes(mapping, table.lines[0].cells)
    return _Import(project, mapping, has_decimal_commas=table.has_decimal_commas).run(table.lines)


def _facts(mapping: TableMapping, path: Path) -> FactTable:
    if mapping.identifier:
        return facts(read_wide(path), mapping)
    columns = mapping.columns
    required = [columns[name] for name in ("row", "subject", "property", "value")]
    return read_table(path, [*required, *([columns["type"]] if mapping.types else [])])


def changes(imported: Imported, folder: Path) -> list[Change]:
    """Compare the files with a folder: new and changed ones, then those no longer in the table.

    Raises:
        InputError: A file would be outside the folder, or would replace one that was not imported.
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


class _Import:
    """One import: the things resolved, and the statements of the rows so far."""

    def __init__(self, project: Project, mapping: TableMapping, *, has_decimal_commas: bool) -> None:
        self._mapping, self._prefixes = mapping, project.prefixes
        self._has_decimal_commas = has_decimal_commas
        self._layer = layer_of(project, mapping)
        others = tuple(layer.name for layer in project.layers if layer.name != mapping.layer and layer.files)
        self._finder = Finder(Graph(project, GraphOptions(others)), mapping)
        self._statements: dict[str, dict[Triple, None]] = {}
        self._about: dict[str, tuple[tuple[Triple, ...], Place]] = {}
        self._made: dict[Iri, Place] = {}
        self._stems: dict[str, str] = {}

    def run(self, lines: Sequence[Line]) -> Imported:
        row = self._mapping.columns["row"]
        left_out = [(line.cells[row], self._mapping.left_out[line.cells[row]]) for line in lines
                    if line.cells[row] in self._mapping.left_out]  # fmt: skip
        taken = [line for line in lines if line.cells[row] not in self._mapping.left_out]
        self._finder.add_listed(taken)
        faults = [fault for line in taken if (fault := self._fault(line))]
        if faults:
            raise all_of(faults)
        files = {file_name(stem): tuple(triples) for stem, triples in sorted(self._statements.items())}
        if self._mapping.about:
            files[self._mapping.about] = tuple(
                triple for triples, _ in self._about.values() for triple in triples
            )
        return Imported(files, len({line.place for line in taken}), tuple(dict.fromkeys(left_out)))

    def _fault(self, line: Line) -> InputError | None:
        try:
            self._take(line)
        except UnfitError as fault:
            row = line.cells[self._mapping.columns["row"]]
            said = short(row)
            if self._mapping.identifier:
                said += f", {line.cells[self._mapping.columns['property']]}"
            message = f"{said}: {fault}"
            return InputError(message if message.endswith((".", "?")) else f"{message}.", place=line.place)
        return None

    def _take(self, line: Line) -> None:
        columns, cells = self._mapping.columns, line.cells
        name, of = cells[columns["property"]], cells[columns["subject"]]
        rule = self._mapping.rules.get(f"{name} @ {of}") or self._mapping.rules.get(name)
        if rule is None:
            near = nearest(name, self._mapping.rules, 1)
            advice = f"Did you mean {near[0]!r}?" if near else "Add it under [property] of the mapping."
            raise UnfitError(f"the property {name!r} has no rule. {advice}")
        subject, whole = self._subject(of, rule)
        value, of_value = self._value(rule, cells)
        values = {column: Value(text) for column, text in cells.items()}
        values |= {name: Value(text) for name, text in _read(self._mapping.reads, cells).items()}
        values |= {part: Value(cells[columns[part]]) for part in ("row", "property")}
        stem = text_of(self._mapping.stem, values)
        graph = self._graph(stem)
        values |= {"stem": Value(stem), "graph": Value(graph.value, graph)}
        settings = {**rule.template.defaults, **rule.settings, **_read(rule.template.reads, cells)}
        values |= {key: Value(text, expand(text, self._prefixes)) for key, text in settings.items()}
        values["new"] = Value(of if subject.is_new and not rule.of else "")
        values["subject"] = Value(rule.of or of, subject.iri)
        values["whole"] = whole
        values["value"] = Value(cells[columns["value"]], value)
        if rule.template.node:
            values["node"] = self._node(rule, values, line.place)
        for name, kind in (hole for pattern in rule.template.make for hole in sorted(pattern.holes)):
            self._refuse_unclear(kind, values.get(name, Value("")).text)
        made = fill(rule.template.make, values, self._prefixes)
        if not made:
            raise UnfitError("makes no statement: each line of its template has an empty placeholder")
        self._statements.setdefault(stem, {}).update(dict.fromkeys([*subject.statements, *of_value, *made]))
        self._describe(stem, values, line.place)

    def _graph(self, stem: str) -> Iri:
        """Return the named graph of a source's file."""
        name = file_name(stem)
        if folded(name) == folded(self._mapping.about):
            raise UnfitError(f"would be written to {name}, the file for the descriptions of sources")
        other = self._stems.setdefault(folded(name), stem)
        if other != stem:
            raise UnfitError(f"has the source {stem!r}, whose file some systems take for that of {other!r}")
        graph = graph_of(self._layer, name.removesuffix(".ttl"))
        assert graph  # the layer has one per file
        return graph

    def _subject(self, name: str, rule: Rule) -> tuple[Match, Value]:
        """Return what a row is of, and the whole that it is part of.

        A rule names a part where the property holds of that alone, such as the licence of a web site's code.
        What is new to the graph is a part of the row's subject; what the graph knows already need not be.
        """
        subject = self._match(name, self._mapping.subjects)
        if not rule.of:
            return subject, Value("")
        part = self._match(rule.of, self._mapping.subjects)
        statements = (*subject.statements, *part.statements)
        return part._replace(statements=statements), Value(name, subject.iri) if part.is_new else Value("")

    def _match(self, name: str, kinds: Iterable[str]) -> Match:
        try:
            return self._finder.find(name, kinds)
        except UnfitError as fault:
            raise UnfitError(f"{short(name)!r} {fault}") from None

    def _value(self, rule: Rule, cells: Mapping[str, str]) -> tuple[Term | None, tuple[Triple, ...]]:
        """Return the term of a row's value, checked by its kind, and the statements that introduce it."""
        columns = self._mapping.columns
        text = cells[columns["value"]]
        kind = rule.value or self._mapping.types.get(cells.get(columns["type"], ""), "text")
        kinds = kind.split()
        if kinds[0] in self._mapping.things:
            match = self._match(text, kinds)
            return match.iri, match.statements
        if kind in self._mapping.codes:
            code = self._mapping.codes[kind].get(text)
            if code is None:
                raise UnfitError(f"{short(text)!r} is no {kind}; add it under [codes.{kind}]")
            return expand(code, self._prefixes) or parse_iri(code), ()
        self._refuse_unclear(kind, text)
        try:
            return KINDS[kind](text), ()
        except UnfitError as fault:
            raise UnfitError(f"{short(text)!r} {fault}") from None

    def _refuse_unclear(self, kind: str, text: str) -> None:
        if self._has_decimal_commas and kind in NUMBERS:
            refuse_commas(text)

    def _node(self, rule: Rule, values: Mapping[str, Value], place: Place) -> Value:
        node = term(rule.template.node, values, self._prefixes)
        if not isinstance(node, Iri):
            raise UnfitError(f"leaves nothing to name its node: {rule.template.node}")
        other = self._made.setdefault(node, place)
        if other != place and not rule.template.shared:
            raise UnfitError(f"makes the same node as line {other.line}: <{node.value}>")
        return Value(node.value, node)

    def _describe(self, stem: str, values: Mapping[str, Value], place: Place) -> None:
        triples = tuple(fill(self._mapping.describe, values, self._prefixes))
        first, other = self._about.setdefault(stem, (triples, place))
        if triples != first:
            raise UnfitError(f"describes its source differently from line {other.line}")


def _read(reads: Iterable[Reading], cells: Mapping[str, str]) -> dict[str, str]:
    """Apply the patterns to the columns; the first that sets a name wins."""
    found: dict[str, str] = {}
    for read in reads:
        if match := read.pattern.search(cells.get(read.column, "")):
            groups = {name: text for name, text in match.groupdict().items() if text}
            for name, text in {**read.sets, **groups}.items():
                found.setdefault(name, text)
    return found
