"""An export of a graph or a part of it: which statements it has, and their text in its format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ogdkg.errors import UsageError
from ogdkg.exchange.cbd import file_of, reified
from ogdkg.exchange.export import (
    constructed,
    context,
    context_address,
    description,
    description_builder,
    export_lines,
    find_thing,
    members,
    passage_graphs,
)
from ogdkg.files.generated_names import file_names
from ogdkg.graph.graph import Graph
from ogdkg.lean import NamedTuple
from ogdkg.project.project import CONFIG
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.statements import Statement, join, split, with_stable_blanks
from ogdkg.render.rdf.turtle import Tracker
from ogdkg.render.rdf.writers import in_order, refuse_triple_terms, write_lines

if TYPE_CHECKING:
    from ogdkg.render.rdf.compacted import Context


class Selection(NamedTuple):
    """Which part of the graph to export, and how passages are represented."""

    thing: str | None = None
    construct: str | None = None
    each: bool = False
    without_personal: bool = False
    evidence: str = "graphs"
    context: str | None = None
    of_class: str | None = None
    by_class: bool = False
    iris: bool = False


class Export(NamedTuple):
    """An export: the graph, the part of it, and the format.

    Attributes:
        on_notice: Called with what the user should know, in a sentence.
        watch: Iterates over the sorted statements, for example with a progress bar.
        one_language: Whether each text is written in one language alone.
    """

    graph: Graph
    selection: Selection
    form: Format
    on_notice: Callable[[str], None] = lambda sentence: None
    watch: Tracker = iter
    one_language: bool = False

    @property
    def has_plain_texts(self) -> bool:
        """Whether the format writes the texts of one language without its tag."""
        return self.one_language and self.form in (formats.COMPACTED, formats.FRAMED, *formats.TABULAR)

    @property
    def needs_folder(self) -> bool:
        """Whether it is several files."""
        return (
            self.selection.each
            or self.selection.by_class
            or (self.form is formats.CSV and not self.selection.of_class)
        )

    def check(self) -> None:
        """Raise UsageError where its options do not fit together."""
        selection, form = self.selection, self.form
        if selection.by_class and form is not formats.PARQUET:
            raise UsageError("--by-class requires -f parquet.", hint="-f csv writes a table for each class.")
        if selection.each and form is formats.PARQUET:
            raise UsageError("-f parquet writes one table, or one for each class.", hint="Remove --each.")
        if selection.each and (selection.thing or selection.construct) and form is not formats.NANOPUB:
            raise UsageError("--each exports the whole graph.", hint="Remove --thing and --construct.")
        if selection.of_class and form not in (formats.FRAMED, *formats.TABULAR):
            hint = "--thing works with any format."
            raise UsageError("--class requires -f framed, -f csv or -f xlsx.", hint=hint)
        if selection.iris and form not in formats.TABULAR:
            hint = "Other formats have IRIs in any case."
            raise UsageError("--iris requires -f csv or -f xlsx.", hint=hint)
        if form is formats.FRAMED and not selection.of_class:
            raise UsageError("-f framed requires --class.", hint="Name the class whose things are written.")
        if selection.each and form is formats.FRAMED:
            raise UsageError("-f framed writes one document.", hint="Remove --each.")
        if selection.thing and selection.construct:
            raise UsageError("--thing and --construct are mutually exclusive.")
        if form is formats.NANOPUB and (selection.construct or self.one_language):
            option = "--construct" if selection.construct else "--lang"
            raise UsageError("-f nanopub publishes named graphs, whole.", hint=f"Remove {option}.")

    def inputs(self) -> list[str | Path]:
        """Return the files that it reads."""
        project = self.graph.project
        chosen = self.selection.context or ""
        named = [
            each for each in (self.selection.construct, project.context_files.get(chosen, chosen)) if each
        ]
        return [project.root / CONFIG, *(source.path for source in project.sources()), *named]

    def statements(self) -> Iterable[str]:
        """Return the chosen statements as lines of N-Quads."""
        selection, graph = self.selection, self.graph
        if selection.construct:
            result = constructed(graph, selection.construct, without_personal=selection.without_personal)
            if result.respelled:
                self.on_notice(
                    f"{result.respelled} literals have the engine's lexical form, as the data have several "
                    "for each; --engine rdflib keeps them apart."
                )
            return self._in_one_language(result.lines)
        if selection.thing and self.form is not formats.NANOPUB:
            thing = find_thing(graph, selection.thing)
            personal = selection.without_personal
            return description(graph, thing, self._in_one_language, without_personal=personal)
        lines = self._in_one_language(export_lines(graph, without_personal=selection.without_personal))
        return self._nanopublications(lines) if self.form is formats.NANOPUB else lines

    def text(self, lines: Iterable[str]) -> Iterator[str | bytes]:
        """Return the text of one file with these statements."""
        lines = self._with_evidence(lines)
        if self.form is formats.COMPACTED:
            from ogdkg.render.rdf.compacted import write_compacted  # other formats do not need json

            return write_compacted(self.watch(_ordered(lines, graphs=True)), self._context())
        if self.selection.of_class:
            return self._of_class(lines, self.selection.of_class)
        if self.form is formats.PARQUET:
            from ogdkg.render.rdf.parquet import write_quads_table  # other formats do not need the library

            return write_quads_table(lines)
        if self.form is formats.XLSX:
            return self._workbook(self._all_tables(lines))
        prefixes = self.graph.project.prefixes
        if self.form is formats.NANOPUB:
            prefixes = {"np": "http://www.nanopub.org/nschema#", **prefixes}
            return write_lines(lines, formats.TRIG, prefixes, self.watch)
        return write_lines(lines, self.form, prefixes, self.watch)

    def write_class_tables(self, lines: Iterable[str], folder: Path) -> list[str]:
        """Write a table for each class, and return the names of the files; OSError if one cannot be."""
        from ogdkg.render.rdf.class_tables import write_class_tables  # other formats do not need it

        return write_class_tables(lines, folder, self._context())

    def files(self, lines: Iterable[str]) -> dict[str, Callable[[], Iterable[str | bytes]]]:
        """Return the text of each file by its name: a table a class, a thing or a nanopublication each."""
        if not self.selection.each:
            return self._tables(lines)
        return self._publications(lines) if self.form is formats.NANOPUB else self._things(lines)

    def _tables(self, lines: Iterable[str]) -> dict[str, Callable[[], Iterable[str | bytes]]]:
        from ogdkg.render.rdf import tables  # other formats do not need csv

        found = self._all_tables(lines)
        texts = {of: tables.as_csv(table, is_guarded=not self.selection.iris) for of, table in found.items()}
        names = file_names({of: tables.file_of(of) for of in texts}, "csv")
        return {names[of]: lambda text=text: [text] for of, text in texts.items()}  # type: ignore[misc]

    def _all_tables(self, lines: Iterable[str]) -> dict[str, list[list[str]]]:
        from ogdkg.render.rdf.tables import tables_of  # as above

        ordered = _ordered(lines, graphs=False)
        return dict(tables_of(ordered, self._context(), self._names(ordered)))

    def _names(self, statements: Iterable[Statement]) -> Callable[[str], str | None] | None:
        from ogdkg.render.rdf.tables import names_in  # as above

        return None if self.selection.iris else names_in(statements, self.graph.project.languages)

    def _workbook(self, tables: Mapping[str, list[list[str]]]) -> Iterator[bytes]:
        from ogdkg.render.workbook import write_tables  # other formats do not need openpyxl

        return iter([write_tables(tables)])

    def _things(self, lines: Iterable[str]) -> dict[str, Callable[[], Iterable[str | bytes]]]:
        descriptions = description_builder(self.graph, lines)
        namespace = self.graph.project.resource_namespace
        stems = {thing: file_of(thing, namespace) for thing in descriptions.things(namespace)}
        told: list[str] = []

        def text(thing: str) -> Iterable[str | bytes]:
            export = self._replace(on_notice=lambda sentence: None) if told else self
            description = descriptions.of(thing)
            if any(split(line)[0] for line in description):  # the user is told once
                told.append(thing)
            return export.text(description)

        names = file_names(stems, self.form.extensions[0])
        return {name: lambda thing=thing: text(thing) for thing, name in names.items()}  # type: ignore[misc]

    def _publications(self, lines: Iterable[str]) -> dict[str, Callable[[], Iterable[str | bytes]]]:
        """Each nanopublication by its code."""
        found: dict[str, list[str]] = {}
        for line in lines:
            code = split(line)[0].partition("#")[0].rpartition("/")[2]
            found.setdefault(f"{code}.{self.form.extensions[0]}", []).append(line)
        return {name: lambda own=own: self.text(own) for name, own in found.items()}  # type: ignore[misc]

    def _nanopublications(self, lines: Iterable[str]) -> Iterable[str]:
        """Return the nanopublications of the graph, or whole those that state something about a thing."""
        from ogdkg.exchange.nanopub import nanopublications  # other formats do not need it

        if self.selection.thing is None:
            return nanopublications(self.graph, lines)
        lines = list(lines)
        about = description_builder(self.graph, lines).of(find_thing(self.graph, self.selection.thing))
        return nanopublications(self.graph, lines, {split(line)[0] for line in about})

    def _in_one_language(self, lines: Iterable[str]) -> Iterable[str]:
        if not self.one_language:
            return lines
        from ogdkg.exchange.languages import in_languages, untagged  # only with --lang

        chosen = in_languages(lines, self.graph.project.languages)
        return map(untagged, chosen) if self.has_plain_texts else chosen

    def _with_evidence(self, lines: Iterable[str]) -> Iterator[str]:
        """Yield the lines with passages as the format allows; tell the user if they are dropped."""
        if self.form.graphs or self.form in (formats.FRAMED, *formats.TABULAR):
            yield from lines
        elif self.selection.evidence == "reified":
            yield from map(join, reified(map(split, lines), passage_graphs(self.graph)))
        else:
            dropped = False
            for line in lines:
                dropped = dropped or bool(split(line)[0])
                yield line
            if dropped:
                self.on_notice(
                    f"{self.form.name} has no named graphs, so sources are left out. "
                    "Use --evidence reified to keep them."
                )

    def _of_class(self, lines: Iterable[str], name: str) -> Iterator[str | bytes]:
        """Return the things of one class as a table, or as a nested object each."""
        jsonld_context = self._context()
        things = members(self.graph, jsonld_context.meaning(name) or find_thing(self.graph, name)[1:-1])
        ordered = _ordered(lines, graphs=False)
        if self.form in formats.TABULAR:
            from ogdkg.render.rdf.tables import as_csv, table_of  # other formats do not need csv

            table = table_of(ordered, things, jsonld_context, self._names(ordered))
            if self.form is formats.XLSX:
                return self._workbook({name: table})
            return iter([as_csv(table, is_guarded=not self.selection.iris)])
        from ogdkg.render.rdf.framed import write_framed  # other formats do not need json

        return write_framed(ordered, things, jsonld_context)

    def _context(self) -> Context:
        from ogdkg.render.rdf.compacted import Context  # other formats do not need json

        chosen = self.selection.context
        written, address = context(self.graph, chosen), context_address(self.graph, chosen)
        if self.has_plain_texts:
            from ogdkg.exchange.languages import plain_context  # only with --lang

            written, address = plain_context(written), None  # not what is at the address
        return Context(written, address)


def _ordered(lines: Iterable[str], *, graphs: bool) -> list[Statement]:
    """The statements for JSON-LD and tables."""
    ordered = in_order(with_stable_blanks(list(lines)), graphs=graphs)
    refuse_triple_terms(ordered)
    return ordered
