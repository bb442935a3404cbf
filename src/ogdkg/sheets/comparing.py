"""What was edited in a sheet: for each cell, the values that are gone and those that are new."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from ogdkg.drafting.draft import Naming
from ogdkg.drafting.form import Kind
from ogdkg.drafting.values import Entry, New, Unclear, value_of
from ogdkg.errors import InputError, Place, UnknownNameError, all_of
from ogdkg.importing.cell_values import text_of
from ogdkg.importing.workbook import Cell
from ogdkg.rdf.terms import Iri, Literal, Term, expand, is_iri
from ogdkg.sheets.cells import parts
from ogdkg.sheets.columns import Column
from ogdkg.sheets.reading import Edited, Row
from ogdkg.sheets.template import TOO_LONG, WITH_IRI, Sheets
from ogdkg.text.slips import quoted


class Change(NamedTuple):
    """What was edited in a cell: of a thing and a property, the values that are gone and the new ones."""

    thing: Iri
    predicate: Iri
    gone: tuple[Term, ...]
    new: tuple[Term, ...]


class Changes(NamedTuple):
    """All that was edited.

    Attributes:
        of: The class.
        cells: What was edited of things that there are.
        things: What is said of new things.
        left: How many things the sheet does not have, and that stay.
    """

    of: Iri
    cells: tuple[Change, ...]
    things: Mapping[Iri, Mapping[Iri, tuple[Term, ...]]]
    left: int


def compared(sheets: Sheets, edited: Edited) -> Changes:
    """Return what was edited in a sheet.

    Raises:
        InputError: A cell holds what cannot be; the error has all such cells.
    """
    return _Comparison(sheets, edited).changes()


def _alike(one: str, other: str) -> bool:
    """Whether two cells hold the same values; statements have no order."""
    return one == other or sorted(parts(one)) == sorted(parts(other))


class _Comparison:
    def __init__(self, sheets: Sheets, edited: Edited) -> None:
        self._sheets, self._edited = sheets, edited
        try:
            self._of = sheets.class_of(edited.of)
        except UnknownNameError as error:
            message = f"{error.message} The first heading with square brackets names the class."
            hint = (
                error.hint or "Write one, such as Identifier [ns:Event]; `ogdkg template` makes the headings."
            )
            raise InputError(message, place=Place(edited.file), hint=hint) from None
        self._table = sheets.table(self._of)
        self._columns = {each.key: each for each in self._table.columns[1:]} | self._further()
        self._values = sheets.said(self._of).values
        self._faults: list[InputError] = []
        self._naming = Naming(sheets.graph)
        self._new: dict[str, Iri] = {}  # new things by their names

    def _further(self) -> dict[str, Column]:
        """The columns of languages that no thing has any more, or that somebody has added."""
        known = {each.key for each in self._table.columns}
        fields = {each.key: each for each in self._sheets.form(self._of).fields}
        found = {}
        for key in self._edited.keys:
            name, _, language = key.partition("@")
            if key not in known and name in fields:
                found[key] = Column(key, key, fields[name], language)
        return found

    def changes(self) -> Changes:
        """Compare all rows."""
        for key in self._edited.keys:
            if key not in self._columns:
                message = f"The sheet has a column for {key}, which its class has no more."
                raise InputError(message, place=Place(self._edited.file), hint="Make the sheet anew.")
        rows = self._identified()
        things = {iri for iri, _ in rows}
        cells = [change for iri, row in rows if self._values.get(iri) for change in self._row(iri, row)]
        new = {iri: self._made(row) for iri, row in rows if not self._values.get(iri)}
        if self._faults:
            raise all_of(self._faults)
        left = sum(1 for each in self._table.rows if each not in things)
        return Changes(self._of, tuple(cells), new, left)

    # -- rows ----------------------------------------------------------------------

    def _identified(self) -> list[tuple[Iri, Row]]:
        """The rows with the things that they are of; those of new things get IRIs."""
        found: list[tuple[Iri, Row]] = []
        seen: dict[Iri, str] = {}
        for row in self._edited.rows:
            iri = self._iri(row)
            if iri is None:
                continue
            if iri in seen:
                self._fault(row.id_cell, f"{row.id} stands in {seen[iri]} too.", "Take one row out.")
                continue
            seen[iri] = row.id_cell.name
            found.append((iri, row))
        return found

    def _iri(self, row: Row) -> Iri | None:
        prefixes = self._sheets.graph.project.prefixes
        if not row.id:
            return self._named(row)
        iri = expand(row.id, prefixes) or (Iri(row.id) if is_iri(row.id) and "://" in row.id else None)
        if iri is None:
            hint = "Leave it as it was; for something new, leave it empty."
            self._fault(row.id_cell, f"{quoted(row.id)} is no identifier.", hint)
        elif not self._values.get(iri):
            if self._edited.before is not None and row.id in self._edited.before:
                self._fault(row.id_cell, f"{row.id} is not in the graph any more.", "Take the row out.")
                return None
            if self._sheets.citations.statements_about(iri):
                self._fault(row.id_cell, f"{row.id} is something else.", "Leave it empty for something new.")
                return None
            self._refuse_changed(row)
            self._note(row, iri)
        return iri

    def _refuse_changed(self, row: Row) -> None:
        """Complain of a new identifier where the thing of that name has no row any more: it was changed."""
        for each in self._bearers(self._name(row)):
            if each not in self._identifiers:
                told = self._sheets.short(each)
                hint = "Write that again; `ogdkg rename` changes an identifier."
                self._fault(row.id_cell, f"{quoted(self._name(row))} is {told}, which no row is of.", hint)

    def _bearers(self, name: str) -> list[Iri]:
        """The things of the class that have a name."""
        return self._sheets.forms.names.among(frozenset(self._values)).candidates(name) if name else []

    @cached_property
    def _identifiers(self) -> set[Iri]:
        """The things that rows are of, by their identifiers."""
        prefixes = self._sheets.graph.project.prefixes
        return {expand(each.id, prefixes) or Iri(each.id) for each in self._edited.rows if each.id}

    def _named(self, row: Row) -> Iri | None:
        """The IRI of something new, made of its name."""
        name = self._name(row)
        if not name:
            naming = self._sheets.form(self._of).naming
            columns = [
                each for each in self._columns.values() if each.field and each.field.predicate == naming
            ]
            cell = next((row.cells[e.key] for e in columns if e.key in row.cells), row.id_cell)
            self._fault(cell, "Something new needs a name.", f"Write it under {columns[0].heading!r}.")
            return None
        if known := self._bearers(name):
            hint = f"If it is meant, write {self._sheets.short(known[0])} as its identifier."
            self._fault(row.id_cell, f"There is {quoted(name)} already.", hint)
            return None
        if name in self._new:
            self._fault(row.id_cell, f"{quoted(name)} is new in another row too.", "Take one row out.")
            return None
        iri = self._naming.iri(self._of, name)
        self._note(row, iri)
        return iri

    def _note(self, row: Row, iri: Iri) -> None:
        if name := self._name(row):
            self._new[name] = iri

    def _name(self, row: Row) -> str:
        cells = (row.cells[each.key] for each in self._naming_columns() if each.key in row.cells)
        texts = (parts(text_of(cell.value, ()) or "") for cell in cells)
        return next((found[0] for found in texts if found), "")

    def _naming_columns(self) -> list[Column]:
        naming = self._sheets.form(self._of).naming
        return [each for each in self._columns.values() if each.field and each.field.predicate == naming]

    # -- cells -----------------------------------------------------------------------

    def _row(self, thing: Iri, row: Row) -> Iterable[Change]:
        said = self._values[thing]
        before = None if self._edited.before is None else self._edited.before.get(row.id)
        for key in self._edited.keys:
            column, cell = self._columns[key], row.cells.get(key, Cell("", None))
            assert column.field, "identifiers are no keys here"
            text = self._text(column, cell)
            if text is None:
                continue
            now = self._sheets.cell(column, said)
            was = now if before is None else before.get(key, "")
            if _alike(text, was) or _alike(text, now):
                continue
            if not _alike(was, now):
                found = quoted(now) if now else "empty"
                hint = "Make the sheet anew, or write that."
                self._fault(cell, f"It has changed in the graph meanwhile, and is {found}.", hint)
            elif now.endswith(TOO_LONG):
                self._fault(cell, "This text is too long for a sheet.", "Change it in its file.")
            else:
                yield from self._cell(thing, column, cell, text)

    def _cell(self, thing: Iri, column: Column, cell: Cell, text: str) -> Iterable[Change]:
        assert column.field, "identifiers are no keys here"
        waiting = [(self._sheets.text(column, each), each) for each in self._held(column, thing)]
        new, faults = [], len(self._faults)
        for part in parts(text):
            same = next((each for each in waiting if each[0].strip() == part.strip()), None)
            if same:
                waiting.remove(same)
            elif (value := self._value(column, cell, part)) is not None:
                new.append(value)
        kept = len(self._held(column, thing)) - len(waiting)
        if len(self._faults) == faults:
            self._count(column, cell, kept + len(new), thing)
        gone = tuple(each for _, each in waiting if each not in new)
        added = tuple(dict.fromkeys(each for each in new if each not in self._held(column, thing)))
        if gone or added:
            yield Change(thing, column.field.predicate, gone, added)

    def _held(self, column: Column, thing: Iri) -> list[Term]:
        return self._sheets.held(column, self._values.get(thing, {}))

    def _made(self, row: Row) -> dict[Iri, tuple[Term, ...]]:
        said: dict[Iri, tuple[Term, ...]] = {}
        filled: set[Iri] = set()  # also with what does not fit, of which one complaint is enough
        for key in self._edited.keys:
            column, cell = self._columns[key], row.cells.get(key, Cell("", None))
            text = self._text(column, cell)
            if column.field and text != "":
                filled.add(column.field.predicate)
            if text is None or not column.field:
                continue
            values = [self._value(column, cell, each) for each in parts(text)]
            found = [each for each in values if each is not None]
            if len(found) == len(values):
                self._count(column, cell, len(found), None)
            if found:
                said[column.field.predicate] = (*said.get(column.field.predicate, ()), *found)
        for field in self._sheets.form(self._of).fields:
            if (
                field.least
                and field.predicate not in filled
                and field.key in {k.partition("@")[0] for k in self._edited.keys}
            ):
                self._fault(row.id_cell, f"Something new needs {quoted(field.name)}.", "Fill it in.")
        return said

    def _count(self, column: Column, cell: Cell, number: int, thing: Iri | None) -> None:
        """Complain of too many values, or none where there must be one; texts have one in each language."""
        field = column.field
        assert field, "identifiers are no keys here"
        if field.most is not None and number > field.most and field.kind is not Kind.TEXT:
            self._fault(cell, f"There may be {field.most}, and {number} stand here.", "Take out the others.")
        others = thing is not None and len(self._values[thing].get(field.predicate, ())) > len(
            self._held(column, thing)
        )
        if field.least and not number and thing is not None and not others:
            self._fault(cell, f"Each thing must have {quoted(field.name)}.", "Fill it in.")

    def _text(self, column: Column, cell: Cell) -> str | None:
        if cell.fault:
            self._fault(cell, f"It {cell.fault}.", cell.remedy)
            return None
        text = text_of(cell.value, column.field.datatypes if column.field else ())
        if text is None:
            hint = "Spreadsheets keep 15 digits: format the cell as text, and write it again."
            self._fault(cell, "This number has more digits than a spreadsheet keeps.", hint)
            return None
        return text.strip()

    def _value(self, column: Column, cell: Cell, text: str) -> Term | None:
        field = column.field
        assert field, "identifiers are no keys here"
        found = None
        if field.kind is Kind.LISTED:
            found = self._sheets.of_list(field, text)
            if found is None:
                choices = ", ".join(self._sheets.choices(field)[:8])
                self._fault(cell, f"{quoted(text)} is none of the list.", f"Choose one of: {choices}.")
            return found
        if field.kind is Kind.THING:
            return self._thing(column, cell, text)
        if column.language:
            field = field._replace(kind=Kind.TEXT)
        elif field.kind is Kind.TEXT:
            field = field._replace(kind=Kind.PLAIN, datatypes=())  # a column of texts without a language
        entry = Entry(text=text, language=column.language)
        value = value_of(field, entry, self._sheets.forms.names_of(field))
        if isinstance(value, Unclear):
            self._fault(cell, f"{quoted(text)} does not fit.", value.message)
            return None
        return value if isinstance(value, Iri | Literal) else None

    def _thing(self, column: Column, cell: Cell, text: str) -> Iri | None:
        field = column.field
        assert field, "identifiers are no keys here"
        prefixes = self._sheets.graph.project.prefixes
        named = WITH_IRI.fullmatch(text)
        for spelled in (text, named[2] if named else ""):
            iri = expand(spelled, prefixes) or (Iri(spelled) if is_iri(spelled) and ":" in spelled else None)
            if iri in field.things or iri in self._new.values():
                return iri
        if text in self._new and (self._of in field.classes or not field.classes):
            return self._new[text]
        names = self._sheets.forms.names_of(field)
        value = value_of(field, Entry(text=text), names)
        if isinstance(value, Iri):
            return value
        assert not isinstance(value, New | Literal), "names alone are no decision"
        near = ", ".join(self._sheets.name(field, each) for each in getattr(value, "near", ()))
        message = getattr(value, "message", "It names nothing.").removesuffix(" Choose one.")
        self._fault(
            cell, message, f"Did you mean {near}?" if near else "Add it first, in a sheet of its own."
        )
        return None

    def _fault(self, cell: Cell, message: str, hint: str) -> None:
        where = f"{cell.name}: " if cell.name else ""
        self._faults.append(InputError(f"{where}{message}", place=Place(self._edited.file), hint=hint))
