"""What commands show, as objects: text as the command prints it, plain values, and HTML for a notebook."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any, overload

from ogdkg.api.locking import locked
from ogdkg.api.notebook import list_html, text_html
from ogdkg.api.things import Resource
from ogdkg.evidence.bibliography import Work
from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.documents import SourceText
from ogdkg.evidence.show import Profile
from ogdkg.evidence.statistics import Stats
from ogdkg.evidence.why import Reason, descriptions
from ogdkg.render.views.coverage import Report as CoverageReport
from ogdkg.render.views.coverage import coverage_json, coverage_text
from ogdkg.text.escape import json_text, one_line, printable_lines

_FIRST = 10  # counts of a kind that are printed


class View(ABC):
    """What a command shows: `print(view)` prints it, `view.to_dict()` is what the command writes as JSON."""

    @abstractmethod
    def _text(self) -> Iterable[str]:
        """Yield the text as the command prints it."""

    @abstractmethod
    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""

    def to_json(self) -> str:
        """Return it as JSON, as the command writes it."""
        return json_text(self.to_dict()) + "\n"

    def __str__(self) -> str:
        return "".join(printable_lines(self._text())).removesuffix("\n")

    def __repr__(self) -> str:
        return f"<{type(self).__name__.lower()}: {one_line(str(self).partition(chr(10))[0])}>"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))  # IPython at a terminal

    def _repr_html_(self) -> str:
        return text_html(str(self))


class Shown(View):
    """A thing as `ogdkg show` shows it, or some of its facts.

    Attributes:
        thing: The thing, whose properties are attributes.
        name: Its label.
        profile: Its properties in groups, each value with its citations.
    """

    def __init__(self, citations: Citations, profile: Profile, called: str, *, whole: bool) -> None:
        self._citations, self._called, self._whole = citations, called, whole
        self.profile, self.name = profile, profile.name
        self.thing = Resource(citations, profile.thing, profile)

    @locked
    def __str__(self) -> str:
        return super().__str__()

    def _text(self) -> Iterable[str]:
        from ogdkg.render.views.footnotes import Look
        from ogdkg.render.views.show import profile_text  # a notebook shows a table

        return profile_text(self.profile, self._citations, Look(whole=self._whole, name=self._called))

    def to_dict(self) -> dict[str, Any]:
        """Return the profile as plain values."""
        from ogdkg.render.views.show_json import profile_json  # few ask for it

        return profile_json(self.profile)

    def _repr_html_(self) -> str:
        return self.thing._repr_html_()


class Source:
    """A statement and where it comes from.

    Attributes:
        text: The statement in words.
        citations: The named graphs that state it, passages first: `citation.passage` has `lines`, a fragment
            `exact`, its `source` and `iri`.
        lines: The citations in short, such as `L12`.
        reason: All that is known: also rules with their premises, and lists of codes.
    """

    def __init__(self, citations: Citations, reason: Reason) -> None:
        triple = reason.statement.triple
        self.reason = reason
        self.citations: tuple[Citation, ...] = reason.statement.citations
        self.lines = citations.words(self.citations)
        parts = citations.label(triple.subject), reason.property, citations.label(triple.object)
        self.text = one_line(" · ".join(parts))

    def __repr__(self) -> str:
        return f"<{self.text} [{one_line(self.lines)}]>"


class Sources(View, Sequence[Source]):
    """The statements about a thing, each with where it comes from: what `ogdkg why` shows."""

    def __init__(self, citations: Citations, reasons: Sequence[Reason], document: SourceText | None) -> None:
        self._view = reasons, citations, descriptions(citations, reasons), document
        self._sources = [Source(citations, reason) for reason in reasons]

    def __len__(self) -> int:
        return len(self._sources)

    @overload
    def __getitem__(self, place: int) -> Source: ...

    @overload
    def __getitem__(self, place: slice) -> list[Source]: ...

    def __getitem__(self, place: int | slice) -> Source | list[Source]:
        return self._sources[place]

    @locked
    def __str__(self) -> str:
        return super().__str__()

    def _text(self) -> Iterable[str]:
        from ogdkg.render.views.why import reasons_text  # a notebook shows a table

        return reasons_text(*self._view)

    @locked
    def to_dict(self) -> dict[str, Any]:
        """Return the statements and the graphs that they cite as plain values."""
        from ogdkg.render.views.why import reasons_json  # few ask for it

        return reasons_json(*self._view)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return each statement with its citations as plain values."""
        statements: list[dict[str, Any]] = self.to_dict()["statements"]
        return statements

    def _repr_html_(self) -> str:
        entries = ((each.text, each.lines, _fragments(each.citations)) for each in self)
        return list_html(("Statement", "Cited", "Words"), entries)


class Reference(View):
    """A reference to the dataset, a thing or a statement: what `ogdkg cite` prints.

    Attributes:
        work: Title, authors, date, version, licence, and for a statement its lines.
    """

    def __init__(self, work: Work) -> None:
        self.work = work

    def _text(self) -> Iterable[str]:
        from ogdkg.render.views.cite import plain

        return [plain(self.work)]

    def to_bibtex(self) -> str:
        """Return it as an entry of BibTeX."""
        from ogdkg.render.views.cite import bibtex

        return bibtex(self.work)

    def to_dict(self) -> dict[str, Any]:
        """Return it as an item of CSL-JSON."""
        item: dict[str, Any] = json.loads(self.to_json())[0]
        return item

    def to_json(self) -> str:
        """Return it as CSL-JSON, as the command writes it."""
        from ogdkg.render.views.cite import csl_json

        return csl_json(self.work)


class Statistics(View):
    """The counts of a graph: what `ogdkg stats` prints.

    Attributes:
        triples: The triples; layers and graphs may add up to more.
        subjects: The distinct subjects.
        passages: The passages.
        layers: The triples of each layer.
        graphs: The triples of each named graph.
        classes: The instances of each class.
        properties: The triples of each property.
    """

    def __init__(self, stats: Stats) -> None:
        self.triples, self.subjects, self.passages = stats.triples, stats.subjects, stats.passages
        self.layers, self.graphs = dict(stats.layers), dict(stats.graphs)
        self.classes, self.properties = dict(stats.classes), dict(stats.properties)
        self._stats = stats

    def to_dict(self) -> dict[str, Any]:
        """Return the counts as plain values."""
        return asdict(self._stats)

    def _text(self) -> Iterator[str]:
        for kind, lines in groupby(self._stats.lines(), key=lambda line: line[0]):
            counts = [(name, number) for _, name, number in lines]
            yield f"\n{kind}\n" if counts[0][0] else ""
            yield from (f"{number:>8}  {one_line(name) or kind}\n" for name, number in counts[:_FIRST])
            if len(counts) > _FIRST:
                yield f"{'…':>8}  {len(counts) - _FIRST} more\n"

    def __repr__(self) -> str:
        return f"<statistics: {self.triples} triples, {self.subjects} subjects, {self.passages} passages>"

    def _repr_html_(self) -> str:
        entries = ((kind, name, f"{number}") for kind, name, number in self._stats.lines())
        return list_html(("Kind", "Name", "Count"), entries)


class Covered(View):
    """Which lines of the document passages cover, and what things lack: what `ogdkg coverage` prints.

    Attributes:
        lines: The lines with a passage; empty where no document is looked at.
        uncovered: The other lines, by why they have none.
        missing: What the things of each class lack.
    """

    def __init__(self, report: CoverageReport) -> None:
        self._report = report
        self.lines = report.coverage.covered if report.coverage else []
        self.uncovered = report.coverage.reasons if report.coverage else {}
        self.missing = tuple(report.lacks)

    def _text(self) -> Iterable[str]:
        return coverage_text(self._report)

    def to_json(self) -> str:
        """Return it as JSON, as the command writes it."""
        return "".join(coverage_json(self._report))

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain values."""
        whole: dict[str, Any] = json.loads(self.to_json())
        return whole


def _fragments(citations: Iterable[Citation]) -> str:
    return " ".join(f"“{each.passage.exact}”" for each in citations if each.passage and each.passage.exact)
