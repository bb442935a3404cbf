"""Answers of queries in Python: sequences of rows, shown in a notebook, cited, converted to data frames."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

from ogdkg.api.files import written
from ogdkg.api.frames import column, library
from ogdkg.api.locking import locked
from ogdkg.api.notebook import MOST_SHOWN, Footnotes, notes_html, table_html
from ogdkg.api.rows import Replayable, ResultRow, value_of
from ogdkg.errors import UnknownNameError
from ogdkg.evidence.row_provenance import CitedRows
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.terms import Literal, Row, Term, Triple, csv_text
from ogdkg.render.views.counts import count_by
from ogdkg.render.views.table import TableStyle, write_markdown, write_table
from ogdkg.store.base import Rows, Triples
from ogdkg.text.escape import one_line, printable_lines

if TYPE_CHECKING:
    import rdflib

Cite = Callable[[Rows], CitedRows]
_LABEL = "Label"


class ResultTable(Rows, Sequence[ResultRow]):
    """The rows of a query: a sequence of `ResultRow`.

    `len(answer)`, `answer[0]`, `answer[:5]`, `answer["email"]` for a column, `for row in answer`. Rows are
    read from the engine as they are asked for, and kept. `print(answer)` prints a table.

    Attributes:
        variables: The names of the columns.
        rows: The same rows as tuples of RDF terms, with datatypes and languages.
        notes: Why the citations of `cited()` may be inexact; complete once all rows are read.
    """

    rows: Replayable[Row]
    notes: Sequence[str] = ()

    def __init__(self, rows: Rows, look: TableStyle | None = None, cite: Cite | None = None) -> None:
        """Wrap rows; `look` says how they are shown, `cite` adds the columns of `cited()`."""
        self.variables, self.rows = rows.variables, Replayable(rows.rows)
        self.look, self._cite = look or TableStyle(), cite
        self._explain: Callable[[], Iterable[str]] = tuple
        self._footnotes: Footnotes | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def __bool__(self) -> bool:
        return bool(self.rows)

    def __iter__(self) -> Iterator[ResultRow]:
        return map(self._row, self.rows)

    @overload
    def __getitem__(self, which: int) -> ResultRow: ...

    @overload
    def __getitem__(self, which: slice) -> ResultTable: ...

    @overload
    def __getitem__(self, which: str) -> list[Any]: ...

    def __getitem__(self, which: int | slice | str) -> ResultRow | ResultTable | list[Any]:
        """Return a row, some rows, or a column.

        Args:
            which: The place of a row, a slice of rows, or the name of a column, whose values are returned.

        Raises:
            IndexError: There is no row at this place.
            UnknownNameError: There is no column with this name.
        """
        if isinstance(which, str):
            return [value_of(row[self._place(which)]) for row in self.rows]
        if isinstance(which, slice):
            return self._like(Rows(self.variables, iter(self.rows[which])))
        return self._row(self.rows[which])

    def __eq__(self, other: object) -> bool:
        if isinstance(other, ResultTable):
            return self.variables == other.variables and list(self.rows) == list(other.rows)
        if isinstance(other, list | tuple):
            return len(self) == len(other) and all(map(ResultRow.__eq__, self, other))
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]  # like a list

    def cited(self) -> ResultTable:
        """Return the same rows with their sources, as `ogdkg query --cite` does.

        Returns:
            The rows with two more columns: `cited`, the IRIs of the named graphs that state them, and
            `citedLabel`, their labels. A notebook shows numbered marks that open the words of the passages.

        Raises:
            UsageError: The query itself has a column of one of these names.
        """
        if self._cite is None:
            return self
        plain = Rows(self.variables, iter(self.rows))  # read outside the lock
        cited = _cited(self._cite, Rows(plain.variables, iter(list(plain.rows))))
        answer = self._like(cited.rows)
        answer._cite, answer.notes = None, cited.notes
        return answer

    def count_by(self, *columns: str) -> ResultTable:
        """Return how many rows have each value of some columns, as `ogdkg query --count-by` does.

        Args:
            columns: The columns, each by its variable or its heading.

        Raises:
            UnknownNameError: There is no such column.
        """
        counted = count_by(Rows(self.variables, iter(self.rows)), columns, self.look.columns or {})
        return ResultTable(counted, self.look)

    @property
    def why_empty(self) -> tuple[str, ...]:
        """Sentences that say why there are no rows, and what would have some; none if there are rows."""
        return () if self else tuple(self._explain())

    def to_dicts(self, *, labels: bool = False) -> list[dict[str, Any]]:
        """Return each row as a dictionary of Python values.

        Args:
            labels: Join each column with that of its labels, so that a thing is its label.
        """
        if not labels:
            return [row.to_dict() for row in self]
        return [
            {name: value_of(_labelled(row, places)) for name, places in self._joined.items()}
            for row in self.rows
        ]

    def to_pandas(self, *, labels: bool = False) -> Any:
        """Return a pandas DataFrame.

        Args:
            labels: Join each column with that of its labels, so that a thing is its label.

        Returns:
            Columns of numbers, booleans, dates or moments have that type, all others are text; unbound values
            are NA.

        Raises:
            UsageError: pandas is not installed.
        """
        return library("pandas").DataFrame(self._columns(labels)).convert_dtypes()

    def to_polars(self, *, labels: bool = False) -> Any:
        """Return a polars DataFrame.

        Args:
            labels: Join each column with that of its labels, so that a thing is its label.

        Returns:
            Columns of numbers, booleans, dates or moments have that type, all others are text; unbound values
            are null.

        Raises:
            UsageError: polars is not installed.
        """
        return library("polars").DataFrame(self._columns(labels))

    def to_csv(self, path: str | Path | None = None) -> str:
        """Return the rows as `ogdkg query -f csv` writes them.

        Args:
            path: A file to write them into too; packed if it ends so, as in `rows.csv.gz`.

        Raises:
            InputError: The file cannot be written.
        """
        return self._written(formats.CSV, path)

    def to_json(self, path: str | Path | None = None) -> str:
        """Return the rows in SPARQL's JSON (https://www.w3.org/TR/sparql11-results-json/).

        Args:
            path: A file to write them into too; packed if it ends so, as in `rows.json.gz`.

        Raises:
            InputError: The file cannot be written.
        """
        return self._written(formats.JSON, path)

    def to_markdown(self) -> str:
        """Return the rows as a table in Markdown."""
        return "".join(printable_lines(write_markdown(Rows(self.variables, iter(self.rows)), self.look)))

    def __repr__(self) -> str:
        return f"<{len(self)} rows of {one_line(', '.join(self.variables))}>"

    def __str__(self) -> str:
        rows = Rows(self.variables, islice(iter(self.rows), MOST_SHOWN))
        text = "".join(printable_lines(write_table(rows, self.look)))
        more = len(self) - MOST_SHOWN
        return f"{text}… and {more} more rows" if more > 0 else text.removesuffix("\n")

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))  # IPython at a terminal

    def _repr_html_(self) -> str:
        """Return the first rows as an HTML table, with labels for resources."""
        rows = Rows(self.variables, iter(self.rows))
        return table_html(rows, self.look, len(self), self._footnotes) + notes_html(self.notes)

    def _like(self, rows: Rows) -> ResultTable:
        """Return other rows of the same query."""
        answer = ResultTable(rows, self.look, self._cite)
        answer._footnotes, answer.notes = self._footnotes, self.notes
        return answer

    def _row(self, terms: Row) -> ResultRow:
        return ResultRow(self.variables, self._places, terms)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {name: place for place, name in enumerate(self.variables)}

    def _place(self, name: str) -> int:
        if name not in self._places:
            see = f"The columns are: {', '.join(self.variables)}."
            raise UnknownNameError("column", name, self.variables, see=see)
        return self._places[name]

    @cached_property
    def _joined(self) -> dict[str, tuple[int, int | None]]:
        """The place of each column, and that of its labels, which are no column of their own."""
        return {
            name: (place, self._places.get(name + _LABEL))
            for name, place in self._places.items()
            if not (name.endswith(_LABEL) and name.removesuffix(_LABEL) in self._places)
        }

    def _columns(self, labels: bool) -> dict[str, list[object]]:
        rows = list(self.rows)
        joined = self._joined if labels else {name: (place, None) for name, place in self._places.items()}
        return {name: column([_labelled(row, places) for row in rows]) for name, places in joined.items()}

    def _written(self, form: Format, path: str | Path | None) -> str:
        from ogdkg.render.views.results import write_rows  # a notebook does not need it

        notes = list(self.notes) if "citedLabel" in self.variables else None
        return written(write_rows(Rows(self.variables, iter(self.rows)), form, notes), path)


class ResultTriples(Triples, Sequence[ResultRow]):
    """The triples of a CONSTRUCT or DESCRIBE: a sequence of rows of subject, predicate and object.

    `for subject, predicate, object in answer`, or `triple.subject`. `print(answer)` prints Turtle.

    Attributes:
        triples: The same triples as RDF terms.
    """

    triples: Replayable[Triple]

    def __init__(self, triples: Triples, look: TableStyle | None = None) -> None:
        self.triples, self.look = Replayable(triples.triples), look or TableStyle()

    def table(self) -> ResultTable:
        """Return the triples as a table, with what a table can do: data frames, CSV, columns."""
        return ResultTable(Rows(Triple._fields, map(tuple, self.triples)), self.look)

    def __len__(self) -> int:
        return len(self.triples)

    def __bool__(self) -> bool:
        return bool(self.triples)

    def __iter__(self) -> Iterator[ResultRow]:
        return map(_triple, self.triples)

    @overload
    def __getitem__(self, which: int) -> ResultRow: ...

    @overload
    def __getitem__(self, which: slice) -> list[ResultRow]: ...

    def __getitem__(self, which: int | slice) -> ResultRow | list[ResultRow]:
        if isinstance(which, slice):
            return list(map(_triple, self.triples[which]))
        return _triple(self.triples[which])

    def __eq__(self, other: object) -> bool:
        """Whether it holds the same triples, in any order; blank nodes are compared by their labels."""
        return set(self.triples) == set(other.triples) if isinstance(other, ResultTriples) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # like a list

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return each triple as a dictionary of Python values."""
        return [triple.to_dict() for triple in self]

    def serialize(self, format: str = "turtle", path: str | Path | None = None) -> str:
        """Return the triples in a format of RDF; with `path`, write them into a file too.

        Args:
            format: `turtle`, `ntriples`, `jsonld`, `rdfxml`, `trig` or `nquads`.
            path: The file.

        Raises:
            UsageError: There is no such format.
        """
        from ogdkg.render.rdf.writers import write_triples  # tables do not need the Turtle writer

        form = formats.by_name(format, formats.FOR_RDF)
        return written(write_triples(iter(self.triples), form, self.look.prefixes or {}), path)

    def to_rdflib(self) -> rdflib.Graph:
        """Return the triples as an rdflib Graph."""
        from ogdkg.store.rdflib import to_graph  # rdflib takes 180 ms

        return to_graph(iter(self.triples), self.look.prefixes or {})

    def __repr__(self) -> str:
        return f"<{len(self)} triples>"

    def __str__(self) -> str:
        return "".join(printable_lines([self.serialize()])).removesuffix("\n")

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))  # IPython at a terminal

    def _repr_html_(self) -> str:
        return self.table()._repr_html_()


@locked
def _cited(cite: Cite, rows: Rows) -> CitedRows:
    cited = cite(rows)
    return CitedRows(Rows(cited.rows.variables, iter(list(cited.rows.rows))), cited.notes)


def _triple(triple: Triple) -> ResultRow:
    return ResultRow(Triple._fields, _OF_TRIPLE, tuple(triple))


_OF_TRIPLE = {name: place for place, name in enumerate(Triple._fields)}


def _labelled(row: Row, places: tuple[int, int | None]) -> Term | None:
    """Return the label of a value as plain text if it has one, else the value."""
    place, of_label = places
    label = row[of_label] if of_label is not None else None
    return row[place] if label is None else Literal(csv_text(label))
