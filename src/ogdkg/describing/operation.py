"""What it comes to, to describe something new or to change what is there. Writes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from ogdkg.describing.filling import Filled, Filling
from ogdkg.describing.homes import Home, home
from ogdkg.drafting.draft import Draft, Naming, draft
from ogdkg.drafting.form import Form
from ogdkg.drafting.stating import Stated
from ogdkg.errors import InputError
from ogdkg.evidence.passage_draft import PassageDraft
from ogdkg.files.names import shown_path
from ogdkg.graph.graph import Graph
from ogdkg.rdf import formats
from ogdkg.rdf.namespaces import prefix_lines
from ogdkg.rdf.terms import Iri, Literal, Quad, Term
from ogdkg.renaming.appending import appended
from ogdkg.renaming.files import laid_out
from ogdkg.renaming.judging import Fault, new_findings
from ogdkg.renaming.moves import Moves
from ogdkg.render.views.passage import passage_trig
from ogdkg.sheets.comparing import Change, Changes
from ogdkg.sheets.contents import TYPE
from ogdkg.sheets.operation import Orders, as_it_is
from ogdkg.sheets.template import Sheets
from ogdkg.store.codec import quad_of, raw_quads
from ogdkg.syntax.formatter import FormattedFile
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.source import Source

_COMMAND = "ogdkg new"


class Plan(NamedTuple):
    """What describing something comes to.

    Attributes:
        text: What is said of it, in canonical form.
        files: The files that change.
        restated: How many values that a passage states are others now.
    """

    text: str
    files: list[FormattedFile]
    restated: int = 0


def new_thing(
    sheets: Sheets,
    filling: Filling,
    iri: Iri,
    naming: Naming,
    stated: Stated,
    file: str | None = None,
) -> Plan:
    """Return what it comes to, to describe something new.

    Args:
        sheets: The forms of the project.
        filling: The form of its class, with its values.
        iri: Its IRI.
        naming: Names other new things that it speaks of.
        stated: What states it.
        file: The file to write it in; by default that where its kind lies.

    Raises:
        UsageError: The file cannot take it.
        InputError: The file cannot be read.
    """
    project, form, values = sheets.graph.project, filling.form, filling.statements()
    said = draft(iri, form.of, values, naming, (form.naming, _language(form, values)))
    links = tuple(Quad(thing, predicate, iri, None) for thing, predicate in filling.links())
    said = said._replace(statements=(*said.statements, *links))
    passage = stated.passage._replace(about=iri) if isinstance(stated.passage, PassageDraft) else None
    described = stated.described
    place = home(sheets, form.of, iri, stated, file)
    before = as_it_is(place.path)
    graph = Iri(described.graph) if described else _graph_of_kind(place, before, form.of)
    own = _prefixes_of(before, place)
    prefixes = {**{p: n for p, n in project.prefixes.items() if p not in own}, **own}
    quads = [*_of_passage(sheets.graph, passage, prefixes), *_in_order(said, graph)]
    name = shown_path(place.path)
    begun = before.before + b"\n" * _is_spaced(before.before)
    data = laid_out(before.before, _with(begun, place, name, quads, prefixes), name, place.form)
    text = laid_out(b"", _with(b"", place, name, quads, prefixes), name, place.form).decode()
    return Plan(text, [before._replace(after=data, command=_COMMAND)])


def _with(data: bytes, place: Home, name: str, quads: Iterable[Quad], prefixes: Mapping[str, str]) -> bytes:
    """A document with statements at the end of it, or of the blocks of their graphs."""
    for block, some in groupby(quads, key=lambda each: each.graph):
        graph = block if isinstance(block, Iri) else None
        data = appended(data, place.form, name, [each.triple for each in some], prefixes, graph)
    return data


def _is_spaced(data: bytes) -> bool:
    """Whether an empty line follows most things of a document."""
    return data.count(b" .\n\n") * 2 > data.count(b" .\n") and data.endswith(b"\n")


def _language(form: Form, values: Mapping[Iri, Iterable[Filled]]) -> str:
    """The language of the name, in which other new things are named too."""
    names = [each for each in values.get(form.naming, ()) if isinstance(each, Literal)]
    return next((each.language for each in names if each.language), "")


def _of_passage(graph: Graph, passage: PassageDraft | None, prefixes: Mapping[str, str]) -> list[Quad]:
    """The description of a new passage."""
    if passage is None:
        return []
    declared = prefix_lines(prefixes)
    text = declared + passage_trig(passage, prefixes, graph.project.house.passages)
    return [quad_of(each) for each in raw_quads(Path("draft.trig"), text.encode())]


def _in_order(said: Draft, graph: Iri | None) -> list[Quad]:
    """The statements in the order of the form, those of one subject together."""
    subjects = list(dict.fromkeys(each.subject for each in said.statements))
    quads = (each._replace(graph=graph) for each in said.statements)
    return sorted(quads, key=lambda each: subjects.index(each.subject))


def _prefixes_of(file: FormattedFile, place: Home) -> dict[str, str]:
    """The prefixes that a file declares."""
    if not file.before or place.form in (formats.NTRIPLES, formats.NQUADS):
        return {}
    reader = Reader(Source(file.before, shown_path(file.path)), place.form.name, "file:///")
    for _ in reader:
        pass
    return {prefix: namespace for prefix, namespace in reader.names.prefixes.items() if prefix}


def _graph_of_kind(place: Home, file: FormattedFile, of: Iri) -> Iri | None:
    """The named graph of a file that has most things of a class; None where these are in none."""
    if place.form not in (formats.TRIG, formats.NQUADS) or not file.before:
        return None
    reader = Reader(Source(file.before, shown_path(file.path)), place.form.name, "file:///")
    counted = Counter(each.graph for each in reader if each.predicate == TYPE and each.object == of)
    found = counted.most_common(1)[0][0] if counted else None
    return found if isinstance(found, Iri) else None


def edited_thing(
    sheets: Sheets,
    form: Form,
    thing: Iri,
    before: Mapping[Iri, Iterable[Term]],
    after: Mapping[Iri, Iterable[Filled]],
) -> Plan:
    """Return what it comes to, to change the values of a thing.

    Args:
        sheets: The forms of the project.
        form: The form of its class.
        thing: The thing.
        before: Its values as they are, by property.
        after: Its values as they are to be.

    Raises:
        InputError: A file cannot be edited in place.
    """
    cells = []
    for field in form.fields:
        was, now = list(before.get(field.predicate, ())), list(after.get(field.predicate, ()))
        gone = tuple(each for each in was if each not in now)
        new = tuple(each for each in now if each not in was and isinstance(each, Iri | Literal))
        if gone or new:
            cells.append(Change(thing, field.predicate, gone, new))
    orders = Orders(sheets, Changes(form.of, tuple(cells), {}, 0))
    try:
        files = [each._replace(command=_COMMAND) for each in orders.files()]
    except InputError as error:
        raise InputError(error.message, place=error.place, hint="Change it there by hand.") from None
    return Plan("", files, orders.restated)


def findings(graph: Graph, sheets: Sheets, plan: Plan) -> list[Fault]:
    """Return what would be found wrong once the files are written, and is not now."""
    project = graph.project
    rdf = dict.fromkeys((*(each.path for each in sheets.files), *project.files(project.patterns)))
    return new_findings(project, list(rdf), plan.files, Moves())
