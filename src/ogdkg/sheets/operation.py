"""Takes over what was edited in a sheet: finds out which files change, and how. Writes nothing."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from ogdkg.diff.model import Difference
from ogdkg.drafting.draft import home_of
from ogdkg.drafting.values import slug
from ogdkg.errors import InputError, Place
from ogdkg.files.atomic import stamp
from ogdkg.files.globs import is_inside
from ogdkg.files.names import shown_path
from ogdkg.files.text import reading
from ogdkg.graph.graph import Graph
from ogdkg.importing.folder import is_imported
from ogdkg.rdf.formats import LOSSLESS, Format, by_extension
from ogdkg.rdf.terms import Iri, Term, Triple, local_name
from ogdkg.renaming.appending import appended
from ogdkg.renaming.differing import difference_of
from ogdkg.renaming.files import laid_out
from ogdkg.renaming.judging import new_faults
from ogdkg.renaming.moves import Moves
from ogdkg.renaming.working import Work, worked
from ogdkg.sheets.comparing import Changes, compared
from ogdkg.sheets.contents import TYPE, DataFile
from ogdkg.sheets.reading import read_sheet
from ogdkg.sheets.template import Sheets
from ogdkg.syntax.formatter import FormattedFile

_COMMAND = "ogdkg import"
_BY_HAND = "Change it there by hand, and make the sheet anew."


class Plan(NamedTuple):
    """What taking over a sheet comes to.

    Attributes:
        files: The files that change.
        difference: What changes in what they say.
        changes: What was edited.
        faults: The violations that there would be, and are not now.
        unread: The columns that are none of the sheet's, and the sheets.
        restated: How many values that a passage states are others now.
    """

    files: list[FormattedFile]
    difference: Difference
    changes: Changes
    faults: tuple[str, ...]
    unread: tuple[str, ...]
    restated: int


def take_over(graph: Graph, path: Path, *, is_judged: bool = True) -> Plan:
    """Return what it comes to, to take over a sheet.

    Args:
        graph: The graph, with all its layers.
        path: The sheet.
        is_judged: Whether to find out what would be wrong afterwards.

    Raises:
        InputError: A cell holds what cannot be, or a file cannot be edited in place.
    """
    edited = read_sheet(path)
    sheets = Sheets(graph)
    changes = compared(sheets, edited)
    orders = Orders(sheets, changes)
    files = list(orders.files())
    rdf = list(
        dict.fromkeys((*(each.path for each in sheets.files), *graph.project.files(graph.project.patterns)))
    )
    faults = new_faults(graph.project, rdf, files, Moves()) if is_judged else []
    found = difference_of(sheets.citations, files)
    return Plan(files, found, changes, tuple(faults), edited.unread, orders.restated)


class Orders:
    """What is to be done to each file."""

    def __init__(self, sheets: Sheets, changes: Changes) -> None:
        self._sheets, self._changes = sheets, changes
        self._said = sheets.said(changes.of)
        self._replaced: dict[Triple, Term] = {}
        self._removed: set[Triple] = set()
        self._added: dict[DataFile, list[Triple]] = {}
        self._further: list[Triple] = []  # in no file that may have them
        for each in changes.cells:
            self._order(each.thing, each.predicate, each.gone, each.new)
        for thing, said in changes.things.items():
            self._further.append(Triple(thing, TYPE, changes.of))
            self._further += [Triple(thing, p, value) for p, values in said.items() for value in values]

    def _order(self, thing: Iri, predicate: Iri, gone: tuple[Term, ...], new: tuple[Term, ...]) -> None:
        for old, other in zip(gone, new, strict=False):
            self._replaced[Triple(thing, predicate, old)] = other
        self._removed |= {Triple(thing, predicate, old) for old in gone[len(new) :]}
        for value in new[len(gone) :]:
            triple = Triple(thing, predicate, value)
            file = self._home(thing, predicate)
            (self._added.setdefault(file, []) if file else self._further).append(triple)

    def _home(self, thing: Iri, predicate: Iri) -> DataFile | None:
        """The file for a further value: where others of the property are, or the class; not in a reading."""
        files = {each: p for each, p in self._said.files[thing].items() if may_grow(each)}
        for wanted in ({predicate}, {TYPE}, None):
            for file, predicates in files.items():
                if wanted is None or wanted & predicates:
                    return file
        return None

    @property
    def restated(self) -> int:
        """How many values are replaced that stand in the reading of a passage."""
        read = {
            (thing, p)
            for thing, files in self._said.files.items()
            for file, predicates in files.items()
            if file.has_passages
            for p in predicates
        }
        return sum(1 for each in self._replaced if (each.subject, each.predicate) in read)

    # -- files -------------------------------------------------------------------

    def files(self) -> Iterator[FormattedFile]:
        """Yield the files that change; InputError for one that cannot be edited in place."""
        touched = {(each.subject, each.predicate) for each in (*self._replaced, *self._removed)}
        edited: dict[Path, FormattedFile] = {}
        for file in self._sheets.files:
            has = any(
                p in self._said.files.get(thing, {}).get(file, ())
                for thing, p in touched
                if isinstance(thing, Iri)
            )
            if has and not self._is_ours(file):
                message = "This file has values that were edited, and is not edited in place."
                raise InputError(message, place=Place(shown_path(file.path)), hint=_BY_HAND)
            if (has or file in self._added) and (found := self._worked(file)):
                edited[file.path] = found
        if self._further:
            home, form = self._home_of_new()
            before = edited.get(home) or as_it_is(home)
            added = appended(
                before.after, form, shown_path(home), self._by_subject(), self._sheets.graph.project.prefixes
            )
            laid = laid_out(before.after, added, shown_path(home), form)
            edited[home] = before._replace(after=laid)
        yield from edited.values()

    def _is_ours(self, file: DataFile) -> bool:
        return file.is_editable and is_inside(self._sheets.graph.project.root, file.path)

    def _worked(self, file: DataFile) -> FormattedFile | None:
        before = as_it_is(file.path)
        name = shown_path(file.path)
        added = tuple(self._added.get(file, ()))
        work = Work(self._replaced, frozenset(self._removed), added)
        after = worked(before.before, file.form, name, file.path.resolve().as_uri(), work, _BY_HAND)
        if after == before.before:
            return None
        return before._replace(after=laid_out(before.before, after, name, file.form))

    def _by_subject(self) -> Iterable[Triple]:
        subjects = list(dict.fromkeys(each.subject for each in self._further))
        return sorted(self._further, key=lambda each: subjects.index(each.subject))

    def _home_of_new(self) -> tuple[Path, Format]:
        """The file for new things: where most of their class are described; else where a draft goes."""
        project, of = self._sheets.graph.project, self._changes.of
        counted: Counter[DataFile] = Counter()
        for files in self._said.files.values():
            for file, predicates in files.items():
                if may_grow(file) and self._is_ours(file):
                    counted[file] += 1_000 if TYPE in predicates else 1
        if counted:
            file = counted.most_common(1)[0][0]
            return file.path, file.form
        end = slug(local_name(of.value)) or "new"
        path = project.root / home_of(self._sheets.graph, of, end, has_passage=False).file
        form = by_extension(path, LOSSLESS)
        if form is None or not is_inside(project.root, path):
            raise InputError("No file can take new things.", place=Place(shown_path(path)))
        return path, form


def may_grow(file: DataFile) -> bool:
    """Whether a file may say more: not what passages state, nor what a table says that was imported."""
    return file.is_editable and not file.has_passages and not is_imported(file.path)


def as_it_is(path: Path) -> FormattedFile:
    """Return a file with what it holds now; an empty one if it does not exist."""
    if not path.exists():
        return FormattedFile(path, b"", b"", [], time.time_ns(), _COMMAND)
    with reading(shown_path(path)):
        now, read, data = stamp(path), time.time_ns(), path.read_bytes()
    return FormattedFile(path, data, data, now, read, _COMMAND)


def told(changes: Changes) -> Mapping[str, int]:
    """Return how much was edited, by what it is."""
    return {
        "changed": sum(min(len(each.gone), len(each.new)) for each in changes.cells),
        "added": sum(max(len(each.new) - len(each.gone), 0) for each in changes.cells),
        "removed": sum(max(len(each.gone) - len(each.new), 0) for each in changes.cells),
    }
