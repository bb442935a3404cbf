"""SPARQL 1.1 Update on a live store, https://www.w3.org/TR/sparql11-update/.

The engine could run an update itself, but neither tells what changed, nor takes a dataset with the request,
nor reads the union of all graphs as the default graph. So each operation is taken apart by its tokens: the
engine answers its WHERE as a query, and fills its templates in an empty store that holds the solutions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pyoxigraph as ox

from ogdkg.errors import InputError, Place
from ogdkg.lean import NamedTuple
from ogdkg.sparql.faults import fault_of_engine
from ogdkg.sparql.guard import refuse_unsafe
from ogdkg.sparql.spelling import spelled_out
from ogdkg.sparql.tokens import (
    Token,
    closing_bracket,
    declared_prefixes,
    iri_of,
    significant_tokens,
    unused,
)
from ogdkg.store.base import QueryDataset
from ogdkg.store.engine_errors import POSITION
from ogdkg.store.live import LiveStore
from ogdkg.store.query_dataset import merged_dataset

_DEFAULT = ox.DefaultGraph()
_ROW = "urn:x-ogdkg:row"


class _Operation(NamedTuple):
    """One operation of a request: the declarations before it, and its tokens."""

    prologue: str
    tokens: list[Token]


def update(
    store: LiveStore,
    text: str,
    using: QueryDataset | None = None,
    *,
    base: str | None = None,
    prefixes: Mapping[str, str] | None = None,
) -> None:
    """Run an update, operation after operation; where it fails the store may be changed in part.

    Args:
        store: The store.
        text: The update.
        using: The graphs that the request names for all WHERE clauses.
        base: What relative IRIs are relative to.
        prefixes: Prefixes that need no declaration.

    Raises:
        InputError: It does not parse, reaches outside, or names graphs in both ways.
        LimitError: It is too deep.
        StoreError: The engine failed.
    """
    asked, operations = _checked(text, using, base, prefixes or {})
    run = _Run(store, text, using, {**(prefixes or {}), **declared_prefixes(asked)})
    for operation in operations:
        run.run(operation)


def check_update(
    text: str,
    using: QueryDataset | None = None,
    *,
    base: str | None = None,
    prefixes: Mapping[str, str] | None = None,
) -> None:
    """Raise what `update` raises for an update that it does not run; the arguments are the same."""
    _checked(text, using, base, prefixes or {})


def _checked(
    text: str, using: QueryDataset | None, base: str | None, prefixes: Mapping[str, str]
) -> tuple[list[Token], list[_Operation]]:
    """The tokens of an update, and its operations, each of which parses."""
    refuse_unsafe(text, file="update")
    asked = significant_tokens(text)
    if using:
        _refuse_using(text, asked)
    head = "".join(f"PREFIX {name}: <{iri}> " for name, iri in prefixes.items() if f"{name}:" in text)
    operations = list(_operations(text, asked, f"BASE <{base}> {head}" if base else head))
    for operation in operations:
        _check_syntax(text, operation)
    return asked, operations


def _check_syntax(text: str, operation: _Operation) -> None:
    """Raise InputError where the engine cannot parse an operation; it is run on nothing.

    Each is parsed alone, since the engine knows no declarations between two.
    """
    start, end = operation.tokens[0].start, _end(operation.tokens[-1])
    try:
        ox.Store().update(f"{operation.prologue}\n{spelled_out(text[start:end])}")
    except SyntaxError as error:
        found = POSITION.match(str(error))
        line = int(found[1]) - operation.prologue.count("\n") - 2 if found else -1
        if not found or line < 0:
            raise InputError(f"The update does not parse: {error}.", place=Place("update")) from error
        begin = Place.in_text(text, start, "update")
        column = int(found[2]) + ((begin.column or 1) - 1 if line == 0 else 0)
        place = Place("update", (begin.line or 1) + line, column)
        raise fault_of_engine(found[3], place) from error
    except (RuntimeError, OSError, ValueError):
        pass  # a graph that is not there


def _refuse_using(text: str, asked: Sequence[Token]) -> None:
    """Refuse graphs in the request and in the update, https://www.w3.org/TR/sparql11-protocol/#update-dataset."""
    depth = 0
    for token in asked:
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0 and token.is_word("USING", "WITH"):
            raise InputError(
                f"The request names graphs, so the update may not use {token.text.upper()}.",
                place=Place.in_text(text, token.start, "update"),
            )


def _operations(text: str, asked: list[Token], head: str) -> Iterator[_Operation]:
    """Take a request apart at the semicolons between its operations."""
    prologue, waiting = head, list[Token]()
    at = 0
    while at < len(asked):
        token = asked[at]
        if not waiting and token.is_word("PREFIX", "BASE"):
            end = at + (3 if token.is_word("PREFIX") else 2)
            prologue += text[token.start : _end(asked[min(end, len(asked)) - 1])] + " "
        elif token.text == ";":
            yield from [_Operation(prologue, waiting)] if waiting else []
            waiting, end = [], at + 1
        else:
            end = (closing_bracket(asked, at) or at) + 1
            waiting.extend(asked[at:end])
        at = end
    if waiting:
        yield _Operation(prologue, waiting)


def _end(token: Token) -> int:
    return token.start + len(token.text)


class _Run:
    """Runs the operations of one request."""

    def __init__(
        self, store: LiveStore, text: str, using: QueryDataset | None, prefixes: Mapping[str, str]
    ) -> None:
        self._store, self._text, self._using, self._prefixes = store, text, using, prefixes

    def run(self, operation: _Operation) -> None:
        first = operation.tokens[0].text.upper()
        is_data = len(operation.tokens) > 1 and operation.tokens[1].is_word("DATA")
        try:
            if first in ("CLEAR", "DROP"):
                self._clear(operation)
            elif first in ("ADD", "COPY", "MOVE"):
                self._copy(operation, first)
            elif is_data:
                self._data(operation, is_new=first == "INSERT")
            elif first != "CREATE":  # an empty graph is none
                self._modify(operation)
        except (RuntimeError, OSError, ValueError) as error:
            raise self._store.failed(error, self._text, Place("update")) from error

    def _clear(self, operation: _Operation) -> None:
        (graph,) = self._graphs(operation.tokens[1:])
        every = [_DEFAULT, *self._store.names()]
        chosen = {"ALL": every, "NAMED": every[1:]}.get(str(graph), [graph])
        for each in chosen:
            self._store.clear(each)

    def _copy(self, operation: _Operation, how: str) -> None:
        source, target = self._graphs(operation.tokens[1:])
        if source == target:
            return
        if not self._store.has(source):
            if operation.tokens[1].is_word("SILENT"):
                return
            place = Place.in_text(self._text, operation.tokens[0].start, "update")
            raise InputError(f"There is no graph {source} to {how.lower()}.", place=place)
        held = list(self._store.raw(source))
        if how == "ADD":
            self._store.add_all(target, held)
        else:
            self._store.replace(target, held)
        if how == "MOVE":
            self._store.clear(source)

    def _graphs(self, named: Sequence[Token]) -> list[Any]:
        """The graphs that an operation on whole graphs names; ALL and NAMED as they are."""
        found: list[Any] = []
        for token in named:
            if token.is_word("DEFAULT"):
                found.append(_DEFAULT)
            elif token.is_word("ALL", "NAMED"):
                found.append(token.text.upper())
            elif token.kind in ("iri", "name"):
                found.append(self._graph(token))
        return found

    def _graph(self, token: Token) -> ox.NamedNode:
        iri = iri_of(token, self._prefixes)
        if iri is None:
            place = Place.in_text(self._text, token.start, "update")
            raise InputError(f"{token.text} is not the absolute IRI of a graph.", place=place)
        return ox.NamedNode(iri)

    def _data(self, operation: _Operation, *, is_new: bool) -> None:
        scratch = ox.Store()
        scratch.update(f"{operation.prologue}INSERT DATA {self._written(operation.tokens[2:])}")
        self._store.apply(*(((), scratch) if is_new else (scratch, ())))

    def _written(self, part: Sequence[Token]) -> str:
        return spelled_out(self._text[part[0].start : _end(part[-1])])

    def _modify(self, operation: _Operation) -> None:
        """Run DELETE and INSERT with their WHERE, https://www.w3.org/TR/sparql11-update/#deleteInsert."""
        parts = _parts(operation.tokens)
        where = parts["WHERE"]
        templates = {kind: parts[kind] for kind in ("DELETE", "INSERT") if kind in parts}
        if "WITH" not in parts and not templates:
            templates = {"DELETE": where}  # DELETE WHERE
        query = f"{operation.prologue}SELECT * WHERE {self._written(where)}"
        rows = self._solutions(query, parts)
        made = {kind: self._filled(operation, part, parts, rows) for kind, part in templates.items()}
        self._store.apply(made.get("DELETE", ()), made.get("INSERT", ()))

    def _solutions(self, query: str, parts: Mapping[str, list[Token]]) -> list[dict[str, Any]]:
        """The solutions of a WHERE, each with the variables that are bound."""
        store, graphs = self._dataset(parts)
        answer = store.query(query, **graphs)
        assert isinstance(answer, ox.QuerySolutions)  # as it is a SELECT
        names = [variable.value for variable in answer.variables]
        return [
            {name: value for name, value in zip(names, row, strict=True) if value is not None}
            for row in answer
        ]

    def _dataset(self, parts: Mapping[str, list[Token]]) -> tuple[ox.Store, dict[str, Any]]:
        """What a WHERE reads: the graphs of the request, those of USING, or the one of WITH."""
        using = self._using
        if "USING" in parts:
            default, named = ([], [])  # type: tuple[list[ox.NamedNode], list[ox.NamedNode]]
            is_named = False
            for token in parts["USING"]:
                if token.kind in ("iri", "name"):
                    (named if is_named else default).append(self._graph(token))
                is_named = token.is_word("NAMED")
            return merged_dataset(self._store.engine, default, named)
        if using:
            default, named = ([ox.NamedNode(iri.value) for iri in graphs] for graphs in using)
            return merged_dataset(self._store.engine, default, named)
        if "WITH" in parts:
            return self._store.engine, {"default_graph": [self._graph(parts["WITH"][0])]}
        return self._store.engine, {}

    def _filled(
        self,
        operation: _Operation,
        template: list[Token],
        parts: Mapping[str, list[Token]],
        rows: Sequence[Mapping[str, Any]],
    ) -> list[ox.Quad]:
        """The quads of a template for each solution; what is unbound or no quad is left out."""
        used = {token.text[1:] for token in template if token.kind == "variable"}
        row, number = unused(operation.tokens, "r"), unused(operation.tokens, "n")
        scratch, kinds = ox.Store(), dict[tuple[str, ...], str]()
        scratch.bulk_extend(_rows_as_quads(rows, used, kinds))
        aim = f"WITH {parts['WITH'][0].text} " if "WITH" in parts else ""
        for names, graph in kinds.items():
            bound = " ".join(f"?{row} <{_ROW}:{name}> ?{name} ." for name in names)
            scratch.update(
                f"{operation.prologue}{aim}INSERT {self._written(template)} "
                f"WHERE {{ GRAPH <{graph}> {{ ?{row} <{_ROW}> ?{number} . {bound} }} }}"
            )
        ours = {ox.NamedNode(graph) for graph in kinds.values()}
        return [quad for quad in scratch if quad.graph_name not in ours]


def _rows_as_quads(
    rows: Sequence[Mapping[str, Any]], used: set[str], kinds: dict[tuple[str, ...], str]
) -> Iterator[ox.Quad]:
    """Solutions as quads, those with the same variables bound in a graph, which `kinds` learns."""
    for number, row in enumerate(rows):
        names = tuple(name for name in row if name in used)
        graph = ox.NamedNode(kinds.setdefault(names, f"{_ROW}s:{len(kinds)}"))
        node = ox.NamedNode(f"{_ROW}:{number}")
        yield ox.Quad(node, ox.NamedNode(_ROW), node, graph)
        for name in names:
            yield ox.Quad(node, ox.NamedNode(f"{_ROW}:{name}"), row[name], graph)


def _parts(operation: list[Token]) -> dict[str, list[Token]]:
    """The parts of DELETE and INSERT by the words that begin them; groups with their brackets."""
    found: dict[str, list[Token]] = {}
    at, word = 0, ""
    while at < len(operation):
        token = operation[at]
        end = closing_bracket(operation, at) or at
        if token.is_word("WITH", "DELETE", "INSERT", "USING", "WHERE"):
            word = token.text.upper()
        else:
            found.setdefault(word, []).extend(operation[at : end + 1])
        at = end + 1
    return found
