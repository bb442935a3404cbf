"""The reference engine: an rdflib Dataset, slow but faithful. Its default graph is a copy of the union."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.sparql import operators, prepareQuery
from rdflib.plugins.sparql.sparql import Query

from ogdkg.errors import InputError, OgdkgError, Place, StoreError
from ogdkg.project.project import Source
from ogdkg.rdf.terms import (
    RDF,
    XSD_STRING,
    Blank,
    Iri,
    Literal,
    Quad,
    Row,
    Subject,
    Term,
    Triple,
    TripleTerm,
    is_iri,
)
from ogdkg.sandbox.clock import engine_time
from ogdkg.sparql.guard import parts, refuse_foreign, refuse_unsafe, too_deep
from ogdkg.sparql.tokens import has_relative, significant_tokens
from ogdkg.store.base import REVISIONS, Chain, Result, Rows, Rule, Stage, Store, Triples
from ogdkg.store.codec import read_quads
from ogdkg.store.limit import derived, derived_by_rules, from_plain, to_plain
from ogdkg.store.rdflib_corrections import apply
from ogdkg.store.rule_labels import with_rule_labels

R = TypeVar("R", Row, Triple)
_UNNAMED = (
    None,
    DATASET_DEFAULT_GRAPH_ID,
)  # rdflib 7.6 means to give None for its default graph, and does not
# It warns of each odd IRI and literal, in a stranger's words as they stand; whoever wants that sets a level.
if (_logger := logging.getLogger("rdflib.term")).level == logging.NOTSET:
    _logger.setLevel(logging.ERROR)


class RdflibStore:
    """An rdflib Dataset; literals keep their lexical forms."""

    def __init__(self, *, union: bool = True) -> None:
        """Make an empty store; without `union`, its default graph gets no triples of named graphs."""
        apply()
        self._has_union = union
        self.dataset = rdflib.Dataset()
        self._completed_rules: set[str] = set()
        self.revision = 0
        self.has_unnamed = False

    def load(self, sources: Iterable[Source]) -> None:
        """Load RDF files; pyoxigraph parses them, so that both engines hold the same statements."""
        self.revision = next(REVISIONS)
        for source in sources:
            prefix, contexts = source.bnode_prefix, dict(source.contexts)
            for quad in read_quads(
                source.path, blank_prefix=prefix, contexts=contexts, overrides=source.overrides
            ):
                graph = quad.graph or source.graph
                self.has_unnamed |= graph is None
                self._put(quad.triple, graph)

    def derive(self, stages: Sequence[Stage], graph: Iri, seconds: float | None = None) -> None:
        """Replace `graph` by the results of CONSTRUCT queries, run in a child process with the time limit."""
        self.revision = next(REVISIONS)
        for quad in list(self.quads(graph)):
            self._take(quad.triple, graph)
        texts = [rule.text for stage in stages for chain in stage for link in chain for rule in link]
        for text in self._completed_rules.intersection(texts):
            _prepared(text, frozenset())  # parsing it terminates, so parse it here, once for all children

        def work(send: Callable[[str, Any], None]) -> None:
            for stage in stages:
                triples = self._derived(stage, graph, lambda name: send("at", name))
                for triple in triples:
                    self._put(triple, graph)  # in the child's copy, for its next stage
                send("derived", [[to_plain(term) for term in triple] for triple in triples])

        for triples in derived_by_rules(work, seconds, seconds):
            for row in triples:
                self._put(Triple(*map(from_plain, row)), graph)  # type: ignore[arg-type]  # as they were sent
        self._completed_rules.update(texts)

    def drawn(self, chain: Chain, graph: Iri, seconds: float | None = None) -> list[Triple]:
        """Return what a chain of rules derives, from a child process; the store stays as it is."""

        def work(send: Callable[[str, Any], None]) -> None:
            triples = self._derived([chain], graph, lambda name: send("at", name))
            send("derived", [[to_plain(term) for term in triple] for triple in triples])

        found = derived_by_rules(work, seconds, seconds)
        return [Triple(*map(from_plain, row)) for rows in found for row in rows]  # type: ignore[arg-type]  # as they were sent

    def derived(self, graph: Iri | None) -> Iterator[Triple]:
        """Yield the triples of a graph; None is the unnamed graph."""
        return (quad.triple for quad in self.quads(graph) if quad.graph == graph)

    def exchange(self, graph: Iri | None, taken: Iterable[Triple], put: Iterable[Triple]) -> None:
        """Take triples out of a graph and put others in; what is taken is read before anything changes."""
        self.revision = next(REVISIONS)
        for triple in list(taken):
            self._take(triple, graph)
        for triple in put:
            self._put(triple, graph)

    def holds(self, triple: Triple) -> bool:
        """Whether the default graph, the union of all, has a triple."""
        return _spo(triple) in self.dataset.default_graph

    def _derived(self, stage: Stage, graph: Iri, at: Callable[[str], None]) -> list[Triple]:
        """What a stage derives; `at` is told the name of each rule that runs."""

        def run(link: Sequence[Rule]) -> list[Triple]:
            found: list[Triple] = []
            for rule in link:
                at(rule.name)
                answer = self.query(rule.text, name=rule.name)
                if not isinstance(answer, Triples):
                    raise InputError("A rule must be a CONSTRUCT query.", place=Place(rule.name))
                found += with_rule_labels(answer.triples, (rule.name, rule.text), self._has_blank)
            return found

        def put(triples: list[Triple]) -> list[Triple]:
            new = [each for each in triples if _spo(each) not in self.dataset.default_graph]
            for each in new:
                self._put(each, graph)
            return new

        def take(triples: Iterable[Triple]) -> None:
            for each in triples:
                self._take(each, graph)

        return derived(stage, run, put, take)

    def put_all(self, triples: Iterable[Triple], graph: Iri) -> None:
        """Add triples to a named graph and the default graph, one by one."""
        self.revision = next(REVISIONS)
        for triple in triples:
            self._put(triple, graph)

    def copy_graph_from(self, other: Store, graph: Iri) -> None:
        """Copy a named graph from another store, of any engine."""
        self.put_all((quad.triple for quad in other.quads(graph)), graph)

    def quads(self, graph: Iri | None = None) -> Iterator[Quad]:
        """Iterate the quads of one named graph, or of all; of the unnamed graph what no other has."""
        named = _node(graph) if graph else None
        context = None if named is None else self.dataset.graph(named)
        # For one graph, rdflib returns a triple once for each graph that has it, also for the union.
        for s, p, o, name in self.dataset.quads((None, None, None, context)):
            if named is not None:
                if name == named:
                    yield Quad(*_triple((s, p, o)), graph)
            elif name not in _UNNAMED:
                yield Quad(*_triple((s, p, o)), _iri_or_blank(name))
            elif not self._named((s, p, o)):
                yield Quad(*_triple((s, p, o)), None)

    def query(self, text: str, *, prefixes: Mapping[str, str] | None = None, name: str = "query") -> Result:
        """Run a query of any form; its rows are all there before the first is given.

        Raises:
            InputError: The query does not parse, or reaches outside the store.
            StoreError: rdflib fails at it.
        """
        refuse_unsafe(text, file=name)
        try:
            prepared = _prepared(text, frozenset((prefixes or {}).items()))
            refuse_foreign(prepared.algebra, file=name)
            _refuse_unknown_functions(prepared.algebra, text, name)
            _refuse_relative(text, name)
            with engine_time():
                return self._result(prepared, name)
        except OgdkgError:
            raise
        except Exception as error:  # rdflib's parser and evaluator raise whatever they meet
            raise _translated(error, text, prefixes or {}, name) from error

    def _result(self, prepared: Query, name: str) -> Result:
        answer: Any = self.dataset.query(prepared)
        if answer.type == "ASK":
            return bool(answer.askAnswer)
        if answer.type == "SELECT":
            variables = tuple(str(variable) for variable in answer.vars)
            rows = [_checked(_row(binding, variables), name) for binding in answer.bindings]
            return Rows(variables, iter(rows))
        legal = [triple for triple in answer.graph if _is_legal(triple)]
        return Triples(iter([_checked(_triple(triple), name) for triple in legal]))

    def graphs(self, triple: Triple) -> list[Iri | None]:
        """Return the named graphs that contain a triple, else None where the unnamed graph does."""
        spo = _spo(triple)
        named = [Iri(str(graph)) for graph in self._named(spo)]
        return [*named] or [None for _ in range(spo in self.dataset.default_graph)]

    def remove(self, triple: Triple) -> list[Iri | None]:
        """Remove a triple from every graph, and return the graphs it was in (None: the unnamed graph)."""
        self.revision = next(REVISIONS)
        graphs = self.graphs(triple)
        self.dataset.remove((*_spo(triple), None))
        return graphs

    def add(self, triple: Triple, graphs: Iterable[Iri | None]) -> None:
        """Add a triple to graphs and to the default graph."""
        self.revision = next(REVISIONS)
        for graph in graphs:
            self._put(triple, graph)

    def _has_blank(self, label: str) -> bool:
        node = rdflib.BNode(label)
        return any(spo in self.dataset.default_graph for spo in ((node, None, None), (None, None, node)))

    def _put(self, triple: Triple, graph: Iri | Blank | None) -> None:
        spo = _spo(triple)
        if graph is None or self._has_union:
            self.dataset.default_graph.add(spo)
        if graph is not None:
            self.dataset.graph(_node(graph)).add(spo)

    def _take(self, triple: Triple, graph: Iri | None) -> None:
        spo = _spo(triple)
        if graph is not None:
            self.dataset.graph(_node(graph)).remove(spo)
        if not self._named(spo):
            self.dataset.default_graph.remove(spo)

    def _named(self, spo: tuple[Any, Any, Any]) -> list[Any]:
        """Return the named graphs that contain a triple."""
        return [name for *_, name in self.dataset.quads((*spo, None)) if name not in _UNNAMED]


@lru_cache(maxsize=256)
def _prepared(text: str, prefixes: frozenset[tuple[str, str]]) -> Query:
    """Parse a query, once: rules run after every change, and parsing one takes as long as running it."""
    return prepareQuery(text, initNs=dict(prefixes))


def to_dataset(quads: Iterable[Quad], prefixes: Mapping[str, str]) -> rdflib.Dataset:
    """Return quads as a Dataset whose default graph is the union, with prefixes bound."""
    dataset = rdflib.Dataset(default_union=True)
    for prefix, namespace in prefixes.items():
        dataset.bind(prefix, namespace, replace=True)
    for quad in quads:
        context = dataset.default_graph if quad.graph is None else dataset.graph(_node(quad.graph))
        context.add(_spo(quad.triple))
    return dataset


def to_graph(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> rdflib.Graph:
    """Return triples as a Graph, with prefixes bound."""
    graph = rdflib.Graph()
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace, replace=True)
    for triple in triples:
        graph.add(_spo(triple))
    return graph


def _is_legal(triple: tuple[Any, Any, Any]) -> bool:
    """Whether a template has made a triple of RDF; any other is left out (SPARQL 16.2)."""
    return not isinstance(triple[0], rdflib.Literal) and isinstance(triple[1], rdflib.URIRef)


def _checked(row: R, name: str) -> R:
    """Return a row of a result; InputError for an IRI that is none, as rdflib takes any text for one."""
    for term in row:
        iri = term.datatype if isinstance(term, Literal) else term.value if isinstance(term, Iri) else None
        if iri is not None and not is_iri(iri):
            raise InputError(f"It makes {iri!r}, which is not an absolute IRI.", place=Place(name))
    return row


def _refuse_unknown_functions(algebra: Any, text: str, name: str) -> None:
    """Raise InputError for a function that rdflib would take for an error in each row (SPARQL 1.1, 17.6)."""
    known: Any = getattr(operators, "_CUSTOM_FUNCTIONS", None)  # of `register_custom_function`, and casts
    for part in parts(algebra):
        if part.name == "Function" and known is not None and part["iri"] not in known:
            from ogdkg.sparql.faults import unknown_function  # few queries have one

            raise unknown_function(str(part["iri"]), text, name)


def _refuse_relative(text: str, name: str) -> None:
    """Raise InputError for a relative IRI without a base, which rdflib looks for as it is."""
    if has_relative(significant_tokens(text)):
        from ogdkg.sparql.faults import relative_iri  # few queries have one

        if fault := relative_iri(text, name):
            raise fault


def _translated(error: Exception, text: str, prefixes: Mapping[str, str], name: str) -> Exception:
    if isinstance(error, MemoryError):
        return error
    if isinstance(error, RecursionError):
        return too_deep(Place(name))
    is_syntax = type(error).__module__.startswith("pyparsing")
    if is_syntax or str(error).startswith("Unknown namespace prefix"):
        from ogdkg.sparql.faults import fault_of_text  # as above

        if known := fault_of_text(text, prefixes, name):
            return known
    if is_syntax:
        place = Place(name, getattr(error, "lineno", None), getattr(error, "column", None))
        return InputError("The query does not parse.", place=place)
    if str(error).startswith("Unknown namespace prefix"):
        return InputError(
            f"The prefix {str(error).rpartition(':')[2].strip()}: is not declared.", place=Place(name)
        )
    hint = "Try it with the other engine: --engine oxigraph."
    return StoreError("The engine rdflib failed at the query.", place=Place(name), hint=hint)


def _node(node: Subject) -> rdflib.URIRef | rdflib.BNode:
    return rdflib.URIRef(node.value) if isinstance(node, Iri) else rdflib.BNode(node.label)


def _spo(triple: Triple) -> tuple[Any, Any, Any]:
    return _node(triple.subject), rdflib.URIRef(triple.predicate.value), _rdflib_term(triple.object)


def _rdflib_term(term: Term) -> rdflib.term.Node:
    if isinstance(term, TripleTerm) or (isinstance(term, Literal) and term.direction):
        message = "The engine rdflib has no triple terms and no base directions (RDF 1.2)."
        raise InputError(message, hint="Use the other engine: --engine oxigraph.")
    if not isinstance(term, Literal):
        return _node(term)
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if (
        term.datatype == XSD_STRING
    ):  # SPARQL 1.1 writes plain strings without a datatype, and rdflib distinguishes the two
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype), normalize=False)


def _row(binding: Mapping[Any, Any], variables: tuple[str, ...]) -> Row:
    found = {str(variable): value for variable, value in binding.items()}
    return tuple(_term(found[variable]) if variable in found else None for variable in variables)


def _triple(triple: tuple[Any, Any, Any]) -> Triple:
    s, p, o = triple
    return Triple(_iri_or_blank(s), Iri(str(p)), _term(o))


def _iri_or_blank(node: Any) -> Subject:
    return Blank(str(node)) if isinstance(node, rdflib.BNode) else Iri(str(node))


def _term(node: Any) -> Term:
    if not isinstance(node, rdflib.Literal):
        return _iri_or_blank(node)
    if node.language:
        return Literal(str(node), RDF + "langString", node.language)
    return Literal(str(node), str(node.datatype) if node.datatype else XSD_STRING)
