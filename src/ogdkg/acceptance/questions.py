"""Acceptance questions: each names a stored query and its expected rows.

A question also shows that it can fail: `without` one cited triple, or `with` another, its rows must change.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple

from ogdkg.acceptance.keys import QUESTION
from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.config.config_file import ConfigFile, parse_yaml
from ogdkg.errors import InputError, LimitError, OgdkgError, Place, StoreError
from ogdkg.exchange.export import withheld
from ogdkg.files.text import read_text
from ogdkg.graph.graph import Graph
from ogdkg.graph.rederiving import Derivations
from ogdkg.rdf.datatypes import NUMBERS
from ogdkg.rdf.terms import Iri, Literal, Row, Term, Triple, compact, csv_text, is_iri
from ogdkg.sandbox.clock import limit_engine
from ogdkg.search.labels import naming_properties
from ogdkg.search.resolver import NameResolver
from ogdkg.store.base import Rows, remembered
from ogdkg.store.codec import parse_triples

MAX_QUESTION, MAX_QUESTIONS = 1 << 16, 1 << 20  # characters of one, bytes of all: YAML is slow to parse
LARGEST_FILE = 4 * MAX_QUESTION  # bytes of a file that is sure to be refused by itself
_ADDED = Iri("urn:ogdkg:with")  # the named graph of triples added for a check
_DIGITS = 1000  # of a number written out: `1e999999` has a million
_PERSONAL = "it asks without personal data, which takes a graph that may be changed"
Cells = tuple[str, ...]


class _Unchecked(str):
    """What was not checked, and why: no problem."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question file.

    Attributes:
        layers: The layers to ask, as `--layer` chooses them; empty for those that the query reads.
        columns: The columns to compare; empty for all.
        without_personal: Whether to run the query without personal data, as in such an export.
    """

    file: str
    question: str
    query: str
    parameters: dict[str, Any]
    layers: tuple[str, ...]
    columns: tuple[str, ...]
    without_personal: bool
    ordered: bool
    rows: tuple[tuple[Any, ...], ...]
    without: str
    added: str
    document: ConfigFile


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a question; it passes if there are no problems.

    Attributes:
        unchecked: What was not checked at a server, and why.
    """

    file: str
    question: str
    problems: tuple[str, ...] = ()
    unchecked: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the question has its rows, and its second check its change."""
        return not self.problems


def question_files(graph: Graph) -> list[Path]:
    """Return the question files of a project, sorted."""
    return graph.project.files(["queries/questions/*.yaml"])


def run_file(graph: Graph, path: Path, *, second_check: bool = True) -> Outcome:
    """Run one question file; a file or a query that cannot be read is a failure, not an error.

    Without `second_check`, its rows need not change with a triple: that tests the question, not the graph.

    Raises:
        StoreError: The store failed.
    """
    file = graph.project.shown_path(path)
    question = ""
    limit_engine(graph.options.timeout)  # for each question
    try:
        parsed = read_question(read_text(path, file), file)
        question = parsed.question
        query = graph.catalogue.get(parsed.query)
        graph = graph.narrowed(parsed.layers) if parsed.layers else graph.for_query(query)
        if parsed.without_personal and graph.options.endpoint:
            return Outcome(file, question, unchecked=(f"not asked: {_PERSONAL}",))
        with _edited(graph, removed=withheld(graph) if parsed.without_personal else ()):
            found = list(_problems(graph, parsed, second_check=second_check))
        problems = tuple(each for each in found if not isinstance(each, _Unchecked))
        unchecked = tuple(str(each) for each in found if isinstance(each, _Unchecked))
        return Outcome(file, question, problems, unchecked)
    except StoreError:
        raise  # the store has failed, not the question
    except OgdkgError as error:
        return Outcome(file, question, (" ".join(str(error).split("\n")),))


def question_of(graph: Graph, path: Path) -> str:
    """Return what a question file asks, in words; nothing where it cannot be read."""
    file = graph.project.shown_path(path)
    with suppress(OgdkgError):
        return read_question(read_text(path, file), file).question
    return ""


def read_question(text: str, file: str) -> Question:
    """Parse a question file.

    Raises:
        InputError: A key is missing or unknown, with its line.
        LimitError: The question is too large.
    """
    if len(text) > MAX_QUESTION:
        message = f"The question is too large: it may have {MAX_QUESTION >> 10} KiB."
        raise LimitError(message, place=Place(file))
    document = parse_yaml(text, file)
    document.keys(QUESTION.keys())
    for setting in QUESTION.table("").settings:
        if setting.is_required and setting.key not in document.data:
            raise InputError(f"The question lacks {setting.key!r}.", place=Place(file, 1))
    return Question(
        file=file,
        question=document.text("question"),
        query=document.text("query"),
        parameters=document.table("parameters"),
        layers=document.texts("layers"),
        columns=document.texts("columns"),
        without_personal=_flag(document, "without-personal"),
        ordered=_flag(document, "ordered"),
        rows=_rows(document),
        without=document.text("without"),
        added=document.text("with"),
        document=document,
    )


def _flag(document: ConfigFile, key: str) -> bool:
    value = document.get(key)
    if value not in (None, True, False):
        raise document.error(f"{key!r} must be true or false.", key)
    return bool(value)


def _rows(document: ConfigFile) -> tuple[tuple[Any, ...], ...]:
    rows = document.get("rows")
    width = len(document.texts("columns"))
    if not isinstance(rows, list):
        raise document.error("'rows' must be a list of rows; [] for none.", "rows")
    for index, row in enumerate(rows):
        if not isinstance(row, list) or (width and len(row) != width):
            raise document.error("Each row must be a list as long as 'columns'.", "rows", index)
    return tuple(map(tuple, rows))


def _problems(graph: Graph, question: Question, *, second_check: bool) -> Iterator[str]:
    asked = _asked(graph, question)
    got = _answer(asked, question)
    expected = [tuple(_expected(graph, value) for value in row) for row in question.rows]
    if not question.ordered:
        got, expected = sorted(set(got)), sorted(set(expected))
    yield from _differences(expected, got)
    if second_check:
        yield from _second_check(asked, question, got)


def _differences(expected: Sequence[Cells], actual: Sequence[Cells]) -> Iterator[str]:
    if list(expected) == list(actual):
        return
    missing = [row for row in expected if row not in actual]
    unwanted = [row for row in actual if row not in expected]
    yield from (f"missing: {_shown(row)}" for row in missing)
    yield from (f"not expected: {_shown(row)}" for row in unwanted)
    if not missing and not unwanted:
        yield f"the rows are right but not their order: {'; '.join(map(_shown, actual))}"


def _second_check(asked: _Asked, question: Question, actual: Sequence[Cells]) -> Iterator[str]:
    """Yield a problem if the rows do not change when one cited triple is removed or added."""
    if not question.without and not question.added:
        yield "it has no second check: name a triple under 'without', or under 'with' for an empty answer"
    changed = _changed_there if asked.graph.options.endpoint else _changed
    for key, text in (("without", question.without), ("with", question.added)):
        if text:
            yield from changed(asked, question, actual, key, text)


def _changed(
    asked: _Asked, question: Question, actual: Sequence[Cells], key: str, text: str
) -> Iterator[str]:
    graph = asked.graph
    triples = _triples(graph, question, key, text)
    removed, added = (triples, ()) if key == "without" else ((), triples)
    after = None
    with _edited(graph, removed, added, NameResolver(asked.read).looks_at(asked.query)) as edit:
        if edit.was_there:
            after = _answer(asked if edit.keeps_names else _asked(graph, question), question)
    yield from _unchanged(question, actual, after, key, text)


def _changed_there(
    asked: _Asked, question: Question, actual: Sequence[Cells], key: str, text: str
) -> Iterator[str]:
    """Yield the same of a server, where the query is asked as it would answer after the change."""
    from ogdkg.acceptance.remote_trial import as_stored, changed_text, check_names  # only for a server
    from ogdkg.sparql.trial import Change, UntriableError

    graph = asked.graph
    try:
        triples = _triples(graph, question, key, text)
        stored = [as_stored(graph, triple) for triple in triples]
        there = tuple(triple for triple in stored if triple)
        new = tuple(each for each, found in zip(triples, stored, strict=True) if not found)
        after: list[Cells] | None = None
        if key == "with" or there:
            change = Change(there) if key == "without" else Change((), new)
            check_names(asked.read, asked.query, question.parameters, change)
            tried = changed_text(graph, asked.text, change)
            after = _answer(asked._replace(text=tried), question)
    except (UntriableError, StoreError) as error:  # as a server may refuse a query that is long
        said = error.message if isinstance(error, StoreError) else str(error)
        yield _Unchecked(f"not checked {key} its triple: {said}")
        return
    yield from _unchanged(question, actual, after, key, text)


def _unchanged(
    question: Question, actual: Sequence[Cells], after: Sequence[Cells] | None, key: str, text: str
) -> Iterator[str]:
    """Yield a problem where the rows after a change are those before; None where it was not there."""
    if after is None:
        yield f"the triple under {key!r} is not in the graph: {text.strip()}"
    elif (list(after) if question.ordered else sorted(set(after))) == list(actual):
        yield f"its rows stay the same {key} {text.strip()}"


def _triples(graph: Graph, question: Question, key: str, text: str) -> list[Triple]:
    try:
        triples = parse_triples(text if text.rstrip().endswith(".") else f"{text} .", graph.project.prefixes)
    except InputError as error:
        error.place = Place(str(question.document.place(key)))
        raise
    if key == "without" and len(triples) != 1:
        raise question.document.error("'without' must be one triple.", key)
    return triples


class _Edit(NamedTuple):
    """A change on trial: whether all that it removes was there, and whether names mean the same as before."""

    was_there: bool = True
    keeps_names: bool = False


@contextmanager
def _edited(
    graph: Graph,
    removed: Sequence[Triple],
    added: Sequence[Triple] = (),
    looked: frozenset[str] | None = None,
) -> Iterator[_Edit]:
    """Remove and add triples while the block runs, and let the rules follow.

    Names mean the same where the change is of none of the properties that they are looked up by, `looked`.
    """
    if not removed and not added:
        yield _Edit()
        return
    store = graph.writable_store
    revision = store.revision
    derivations = remembered(store, "derivations", lambda: Derivations(graph))
    naming = naming_properties(store)
    with derivations.following((*removed, *added)) as follow:
        original = [(triple, store.remove(triple)) for triple in (*removed, *added)]
        try:
            for triple in added:
                store.add(triple, [_ADDED])
            differing = {*follow(original), *(each.predicate.value for each, _ in original)}
            if naming.isdisjoint(differing):
                store.revision = revision  # so that the names, which stay as they are, are not read again
            keeps_names = looked is not None and looked.isdisjoint(differing)
            yield _Edit(all(graphs for _, graphs in original[: len(removed)]), keeps_names)
        finally:
            for triple, graphs in original:
                store.remove(triple)
                store.add(triple, graphs)
    store.revision = revision


class _Asked(NamedTuple):
    """The query of a question with its values in place; the graphs of the question, and that it reads."""

    graph: Graph
    read: Graph
    query: StoredQuery
    text: str


def _asked(graph: Graph, question: Question) -> _Asked:
    query = graph.catalogue.get(question.query)
    read = graph.for_query(query)
    values = {str(name): value for name, value in question.parameters.items()}
    return _Asked(graph, read, query, NameResolver(read).bind(query, values))


def _answer(asked: _Asked, question: Question) -> list[Cells]:
    """Return the distinct rows of the compared columns; ASK has one row, `answer`."""
    graph, result = asked.graph, asked.read.sparql(asked.text, name=asked.query.file)
    if isinstance(result, bool):
        result = Rows(("answer",), iter([(Literal(str(result).lower()),)]))
    if not isinstance(result, Rows):
        raise question.document.error("The query of a question must be a SELECT or an ASK.", "query")
    for index, column in enumerate(question.columns):
        if column not in result.variables:
            hint = f"Its columns: {', '.join(result.variables)}."
            raise question.document.error(f"The query has no column {column!r}.", "columns", index, hint=hint)
    chosen = [result.variables.index(column) for column in question.columns or result.variables]
    return _distinct(graph, result.rows, chosen)


def _distinct(graph: Graph, rows: Iterable[Row], chosen: Sequence[int]) -> list[Cells]:
    return list(dict.fromkeys(tuple(_cell(graph, row[index]) for index in chosen) for row in rows))


def _cell(graph: Graph, term: Term | None) -> str:
    """Return a term as in question files: an IRI as a CURIE, a number without trailing zeros."""
    if term is None:
        return ""
    if isinstance(term, Iri):
        return compact(term.value, graph.project.prefixes) or term.value
    if isinstance(term, Literal):
        return _number(term.value) if term.datatype in NUMBERS else _address(graph, term.value)
    return csv_text(term)


def _address(graph: Graph, text: str) -> str:
    """A text as in question files, which cannot tell an address in a text from an IRI."""
    return _cell(graph, Iri(text)) if "://" in text and is_iri(text) else text


def _expected(graph: Graph, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _number(str(value))
    return _address(graph, str(value))


def _number(text: str) -> str:
    try:
        number = Decimal(text).normalize()
        return f"{number:f}" if abs(number.adjusted()) < _DIGITS else str(number)
    except ArithmeticError:  # no number, or one beyond those that can be reckoned with
        return text


def _shown(row: Cells) -> str:
    return " | ".join(row)
