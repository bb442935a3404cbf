"""Acceptance questions: each names a stored query and its expected rows.

A question also shows that it can fail: `without` one cited triple, or `with` another, its rows must change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from ogdkg.config.config_file import ConfigFile, parse_yaml
from ogdkg.errors import InputError, LimitError, OgdkgError, Place, StoreError
from ogdkg.exchange.export import withheld
from ogdkg.files.text import read_text
from ogdkg.graph.graph import Graph
from ogdkg.graph.loader import all_rules
from ogdkg.rdf.datatypes import NUMBERS
from ogdkg.rdf.terms import Iri, Literal, Row, Term, Triple, compact, csv_text, is_iri
from ogdkg.sandbox.clock import limit_engine
from ogdkg.search.labels import naming_properties
from ogdkg.search.resolver import run_stored_query
from ogdkg.sparql.mentions import mentioned_properties
from ogdkg.store.base import Rows, remembered
from ogdkg.store.codec import parse_triples

_KEYS = (
    "question",
    "lines",
    "query",
    "parameters",
    "layers",
    "without-personal",
    "columns",
    "ordered",
    "rows",
    "without",
    "with",
)
MAX_QUESTION, MAX_QUESTIONS = 1 << 16, 1 << 20  # characters of one, bytes of all: YAML is slow to parse
LARGEST_FILE = 4 * MAX_QUESTION  # bytes of a file that is sure to be refused by itself
_ADDED = Iri("urn:ogdkg:with")  # the named graph of triples added for a check
_DIGITS = 1000  # of a number written out: `1e999999` has a million
Cells = tuple[str, ...]


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
    """The outcome of a question; it passes if there are no problems."""

    file: str
    question: str
    problems: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
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
        graph = graph.local_copy if parsed.without_personal else graph
        with _edited(graph, removed=withheld(graph) if parsed.without_personal else ()):
            return Outcome(file, question, tuple(_problems(graph, parsed, second_check=second_check)))
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
    document.keys(_KEYS)
    for key in ("question", "query", "rows"):
        if key not in document.data:
            raise InputError(f"The question lacks {key!r}.", place=Place(file, 1))
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
    got = _ask(graph, question)
    expected = [tuple(_expected(graph, value) for value in row) for row in question.rows]
    if not question.ordered:
        got, expected = sorted(set(got)), sorted(set(expected))
    yield from _differences(expected, got)
    if second_check:
        yield from _second_check(graph, question, got)


def _differences(expected: Sequence[Cells], actual: Sequence[Cells]) -> Iterator[str]:
    if list(expected) == list(actual):
        return
    missing = [row for row in expected if row not in actual]
    unwanted = [row for row in actual if row not in expected]
    yield from (f"missing: {_shown(row)}" for row in missing)
    yield from (f"not expected: {_shown(row)}" for row in unwanted)
    if not missing and not unwanted:
        yield f"the rows are right but not their order: {'; '.join(map(_shown, actual))}"


def _second_check(graph: Graph, question: Question, actual: Sequence[Cells]) -> Iterator[str]:
    """Yield a problem if the rows do not change when one cited triple is removed or added."""
    if not question.without and not question.added:
        yield "it has no second check: name a triple under 'without', or under 'with' for an empty answer"
    for key, text in (("without", question.without), ("with", question.added)):
        if text:
            yield from _changed(graph, question, actual, key, text)


def _changed(graph: Graph, question: Question, actual: Sequence[Cells], key: str, text: str) -> Iterator[str]:
    triples = _triples(graph, question, key, text)
    removed, added = (triples, ()) if key == "without" else ((), triples)
    with _edited(graph, removed, added) as found:
        after = _ask(graph.local_copy, question) if found else None
    if after is None:
        yield f"the triple under {key!r} is not in the graph: {text.strip()}"
    elif (after if question.ordered else sorted(set(after))) == list(actual):
        yield f"its rows stay the same {key} {text.strip()}"


def _triples(graph: Graph, question: Question, key: str, text: str) -> list[Triple]:
    file = str(question.document.place(key))
    triples = parse_triples(
        text if text.rstrip().endswith(".") else f"{text} .", graph.project.prefixes, file
    )
    if key == "without" and len(triples) != 1:
        raise question.document.error("'without' must be one triple.", key)
    return triples


@contextmanager
def _edited(graph: Graph, removed: Sequence[Triple], added: Sequence[Triple] = ()) -> Iterator[bool]:
    """Remove and add triples while the block runs; yield whether all of the removed ones existed."""
    if not removed and not added:
        yield True
        return
    graph = graph.local_copy
    store = graph.writable_store
    revision = store.revision
    naming = naming_properties(store)
    with _derived_anew(graph, (*removed, *added)) as derive:
        original = [(triple, store.remove(triple)) for triple in (*removed, *added)]
        for triple in added:
            store.add(triple, [_ADDED])
        derived = derive()
        if naming.isdisjoint(triple.predicate.value for triple in (*removed, *added, *derived)):
            store.revision = revision  # so that the names, which stay as they are, are not read again
        try:
            yield all(graphs for _, graphs in original[: len(removed)])
        finally:
            for triple, graphs in original:
                store.remove(triple)
                store.add(triple, graphs)
    store.revision = revision


@contextmanager
def _derived_anew(graph: Graph, changed: Sequence[Triple]) -> Iterator[Callable[[], set[Triple]]]:
    """Yield what runs the rules again, if any of them looks at the properties of a change.

    It returns the triples that they no longer derive, or derive now. What they derived before is put back at
    the end, which is sooner done than to run them once more.
    """
    rules = tuple(rule.text for _, rule in all_rules(graph.project))
    properties = _mentioned(rules, tuple(graph.project.prefixes.items()))
    if properties is not None and not any(triple.predicate.value in properties for triple in changed):
        yield set
        return
    before = remembered(graph.writable_store, "derived", lambda: _derived(graph))
    now: dict[Iri, set[Triple]] = {}

    def derive() -> set[Triple]:
        graph.derive()
        now.update(_derived(graph))
        return {triple for name in before for triple in before[name] ^ now[name]}

    try:
        yield derive
    finally:
        store = graph.writable_store
        for name, triples in before.items():
            for triple in now.get(name, triples) - triples:
                store.add(triple, [other for other in store.remove(triple) if other != name])
            for triple in triples - now.get(name, triples):
                store.add(triple, [name])


def _derived(graph: Graph) -> dict[Iri, set[Triple]]:
    """Return what the rules have derived, by graph."""
    store = graph.writable_store
    return {name: {quad.triple for quad in store.quads(name)} for name in graph.project.derived_graphs}


@cache
def _mentioned(rules: tuple[str, ...], prefixes: tuple[tuple[str, str], ...]) -> frozenset[str] | None:
    """The IRIs that rules mention; None where one may look at any property."""
    found = [mentioned_properties(text, dict(prefixes)) for text in rules]
    return None if None in found else frozenset().union(*(each for each in found if each))


def _ask(graph: Graph, question: Question) -> list[Cells]:
    """Return the distinct rows of the compared columns; ASK has one row, `answer`."""
    result = run_stored_query(
        graph, question.query, {str(name): value for name, value in question.parameters.items()}
    )
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
        return _number(term.value) if term.datatype in NUMBERS else term.value
    return csv_text(term)


def _expected(graph: Graph, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return _number(str(value))
    text = str(value)
    return _cell(graph, Iri(text)) if "://" in text and is_iri(text) else text


def _number(text: str) -> str:
    try:
        number = Decimal(text).normalize()
        return f"{number:f}" if abs(number.adjusted()) < _DIGITS else str(number)
    except ArithmeticError:  # no number, or one beyond those that can be reckoned with
        return text


def _shown(row: Cells) -> str:
    return " | ".join(row)
