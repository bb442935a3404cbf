"""The commands of the command line as methods of a graph: the same names and options, objects as results."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ogdkg.api.answers import ResultTable
from ogdkg.api.locking import LOCK, advised, locked
from ogdkg.api.notebook import Footnote
from ogdkg.api.views import Covered, Reference, Shown, Sources, Statistics
from ogdkg.errors import UnknownNameError, UsageError
from ogdkg.evidence.bibliography import cite
from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.completeness import completeness
from ogdkg.evidence.coverage import measure_coverage
from ogdkg.evidence.documents import SourceText, find_source, require_source
from ogdkg.evidence.show import only, show
from ogdkg.evidence.statistics import count
from ogdkg.evidence.why import why
from ogdkg.graph import graph
from ogdkg.rdf.terms import Iri
from ogdkg.render.views.coverage import Report as CoverageReport
from ogdkg.render.views.table import TableStyle
from ogdkg.search.remote import SEARCH_COLUMNS, search
from ogdkg.search.search import Search

if TYPE_CHECKING:
    from ogdkg.api.changes import Changes
    from ogdkg.api.checks import Checks
    from ogdkg.api.findings import Findings

File = str | Path


def several(values: File | Iterable[File]) -> tuple[str, ...]:
    """Return one value, or several, as texts."""
    given = (values,) if isinstance(values, str | Path) else values
    return tuple(map(str, given))


class GraphWithCommands(graph.Graph):
    """A graph with a method for each command."""

    @property
    def citations(self) -> Citations:
        """Where the statements of this graph come from."""
        with LOCK:
            _ = self.store  # loaded here, not while something else is held
            return self._citations

    @cached_property
    def _index(self) -> Search:
        return Search(self)

    @cached_property
    def _citations(self) -> Citations:
        return Citations(self)

    @locked
    def search(
        self, text: str, *, class_: str | None = None, limit: int = 20, **filters: str | None
    ) -> ResultTable:
        """Search things by keyword, as `ogdkg search` does; tolerates typos.

        Args:
            text: Words, or beginnings of words, of names, descriptions and addresses.
            class_: The name of a class, for its things alone.
            limit: How many things to return at most.
            filters: Values by the name of a filter of the project, with `_` for `-`.

        Returns:
            The things, the best first, with their labels, kinds and descriptions.

        Raises:
            UsageError: There is no word, or no such class, filter or value.
        """
        known = {name.replace("-", "_"): name for name in self.project.search_facets}
        for name in filters:
            if name not in known:
                see = f"The filters are: {', '.join(known)}." if known else "The project has none."
                raise UnknownNameError("filter", name, known, see=see)
        if limit < 1:
            raise UsageError("At least one thing is to be found.", hint="Give a limit of 1 or more.")
        chosen = {known[name]: value for name, value in filters.items() if value}
        found = search(self, text, limit, class_, chosen, lambda: self._index)
        look = TableStyle(prefixes=self.project.prefixes, columns=SEARCH_COLUMNS)
        return ResultTable(found, look)

    @locked
    def show(self, thing: str, facts: str | None = None, *, all: bool = False) -> Shown:
        """Show a thing, with a citation on every line, as `ogdkg show` does.

        Args:
            thing: The name of the thing.
            facts: A property or a group of them, which alone is shown.
            all: Whether printing it shows long lists whole.

        Raises:
            UsageError: A name is unknown or ambiguous.
        """
        profile = show(self.citations, thing)
        chosen = only(profile, facts, prefixes=self.citations.prefixes) if facts else profile
        return Shown(
            self.citations,
            chosen,
            thing,
            whole=all or bool(facts),
        )

    @locked
    def why(
        self,
        thing: str,
        property: str | None = None,
        value: str | None = None,
        *,
        source: File | None = None,
    ) -> Sources:
        """Return where statements come from, as `ogdkg why` shows it: passages, rules, other documents.

        Args:
            thing: The name of the thing.
            property: A property, for its statements alone.
            value: A value, for the statements with it alone.
            source: The document, to show passages in context; by default the one that the project names.

        Raises:
            UsageError: A name is unknown or ambiguous.
            InputError: The document cannot be read.
        """
        reasons = why(self.citations, thing, property, value)
        return Sources(self.citations, reasons, find_source(self, source))

    @locked
    def cite(
        self, thing: str | None = None, property: str | None = None, value: str | None = None
    ) -> Reference:
        """Return a reference to the dataset, a thing or a statement, as `ogdkg cite` prints it.

        Args:
            thing: The name of the thing; by default the whole dataset.
            property: A property of the thing.
            value: A value of the property.

        Raises:
            UsageError: A name is unknown or ambiguous.
            InputError: The graph describes no dataset.
        """
        return Reference(cite(self.citations, thing, property, value))

    @locked
    def coverage(self, *, source: File | None = None, class_: str | None = None) -> Covered:
        """Report which lines of the document passages cover, and what things lack, as `ogdkg coverage` does.

        Args:
            source: The document; by default the one that the project names.
            class_: The name of a class, to report only what its things lack.

        Raises:
            UsageError: There is no document, or no such class.
            InputError: The document cannot be read, or the graph does not know it.
        """
        missing = completeness(self.citations, class_)
        if class_:
            return Covered(CoverageReport(self.project.title, None, missing))
        document = require_source(self, source)
        return Covered(CoverageReport(document.path.name, measure_coverage(self, document), missing))

    @locked
    def stats(self) -> Statistics:
        """Count triples, graphs, classes and properties, as `ogdkg stats` does."""
        return Statistics(count(self))

    @advised  # by graphs of its own, in threads of its own
    def validate(
        self,
        *files: File,
        shapes: File | Iterable[File] = (),
        ontology: File | Iterable[File] = (),
        layer: str | Iterable[str] = (),
        source: File | Iterable[File] = (),
        focus: str | Iterable[str] = (),
        shape: str | Iterable[str] = (),
        severity: str = "info",
        inference: str | None = None,
        rules: bool = False,
        baseline: File | None = None,
        no_meta: bool = False,
        whole: bool = False,
        unused: bool = False,
        max_depth: int | None = None,
        timeout: float | None = None,
    ) -> Findings:
        """Validate the graph, or files, against SHACL shapes, as `ogdkg validate` does.

        Args:
            files: Files or folders; by default the project's graph.
            shapes: Shapes to validate against; by default the project's.
            ontology: Classes and properties that the data use.
            layer: Without files: validate these layers alone.
            source: Without files: also check passages and their values against these documents.
            focus: Report only findings at these nodes.
            shape: Report only findings of these shapes.
            severity: The lowest severity to report: `info`, `warning` or `violation`.
            inference: Infer by `rdfs` or `owlrl` first.
            rules: Run the rules of the shapes first.
            baseline: Report only what is new since this baseline, or JSON report.
            no_meta: Skip the check that the shapes are well-formed.
            whole: Validate everything with pyshacl, without the prefilter.
            unused: Name shapes without focus nodes, and terms that no shape looks at.
            max_depth: How deeply shapes may be nested.
            timeout: Seconds that pyshacl may take; 600 by default, 0 for no limit.

        Returns:
            The findings, each with file, line and message; `findings.conforms` tells whether there is none.

        Raises:
            UsageError: There are no shapes, or a name is unknown.
            InputError: A file cannot be read, or the shapes cannot be used.
        """
        from ogdkg.api.findings import Asked, validated  # other methods do without SHACL

        asked = Asked(
            files=several(files),
            shapes=several(shapes),
            ontology=several(ontology),
            layer=several(layer),
            source=several(source),
            focus=several(focus),
            shape=several(shape),
            severity=severity,
            inference=inference,
            rules=rules,
            baseline=None if baseline is None else str(baseline),
            no_meta=no_meta,
            whole=whole,
            unused=unused,
            max_depth=max_depth,
            timeout=timeout,
        )
        return validated(self, asked)

    @locked
    def export(
        self,
        output: File | None = None,
        *,
        format: str | None = None,
        thing: str | None = None,
        construct: str | None = None,
        each: bool = False,
        evidence: str = "graphs",
        class_: str | None = None,
        context: str | None = None,
        lang: str | Iterable[str] = (),
        without_personal: bool = False,
        iris: bool = False,
    ) -> str:
        """Return the graph or a part of it as RDF, as `ogdkg export` writes it; with `output`, write it too.

        Args:
            output: The file; with `each`, or for tables of all classes, the folder.
            format: The format; by default that of the output's extension, else `trig`.
            thing: Only this thing, its parts and what points to it.
            construct: Only the result of a CONSTRUCT: a file or a stored query.
            each: Write a file for each thing.
            evidence: `graphs`, or `reified` for formats without graphs.
            class_: With the format `framed` or `csv`: the class to write.
            context: JSON-LD context for `compacted` and `framed`, by file or address.
            lang: Write each text in this language alone, else in the project's.
            without_personal: Leave out the contacts of persons.
            iris: With the format `csv`: name things by their IRIs, not by their labels.

        Returns:
            The text; empty where several files are written, or one of the format `parquet`.

        Raises:
            UsageError: Options do not fit together, or a name is unknown.
            InputError: The output cannot be written.
        """
        from ogdkg.api.exporting import exported  # other methods do without writers
        from ogdkg.render.rdf.exporting import Selection

        part = Selection(thing, construct, each, without_personal, evidence, context, class_, iris)
        return exported(self, part, format, None if output is None else str(output), several(lang))

    @locked
    def diff(self, before: File, after: File | None = None) -> Changes:
        """Compare two files, folders or git revisions, as `ogdkg diff` does.

        Args:
            before: A file, a folder, a git revision, or a file or folder in one (`REVISION:PATH`).
            after: The same; by default the project's working tree.

        Raises:
            UsageError: There is no such version.
            InputError: A file does not parse.
        """
        from ogdkg.api.changes import compared  # other methods compare nothing

        return compared(self.project, str(before), None if after is None else str(after))

    @locked
    def test(self, *, source: File | Iterable[File] = ()) -> Checks:
        """Run the acceptance questions, or check the passages, as `ogdkg test` does.

        Args:
            source: Check passages and their values against these documents, or those of a folder, instead.

        Returns:
            A check for each question, or for each fault of a passage; `checks.passed` tells whether all hold.
        """
        from ogdkg.api.checks import tested  # other methods check nothing

        return tested(self, several(source))

    @locked
    def _footnote(self, iri: str) -> Footnote:
        """Return what a citation says: the words of its passage, or a few of them without the document."""
        passage = self.citations.passages.get(iri)
        if passage is None:
            return Footnote(self.citations.lines(self.citations.of(Iri(iri))), "", iri)
        label = self.citations.lines(Citation(None, "", passage))
        document = self._document
        if document and passage.source in (document.iri, None) and passage.position:
            return Footnote(label, passage.text_in(document.text), iri)
        return Footnote(label, f"… {passage.exact} …" if passage.exact else "", iri)

    @cached_property
    def _document(self) -> SourceText | None:
        """The project's document, if it is there and the graph knows it."""
        document = find_source(self, None)
        return document if document and document.iri else None
