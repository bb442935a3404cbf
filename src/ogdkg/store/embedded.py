"""The default engine: pyoxigraph's store in memory, with the union of all graphs as its default graph."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from ogdkg.errors import InputError, OgdkgError, Place, StoreError
from ogdkg.project.project import Source
from ogdkg.rdf.terms import Iri, Quad, Subject, Term, Triple
from ogdkg.sandbox.clock import engine_time
from ogdkg.sparql.guard import refuse_unsafe
from ogdkg.sparql.spelling import spelled_out
from ogdkg.store.base import REVISIONS, Chain, QueryDataset, Result, Rows, Rule, Stage, Store, Triples
from ogdkg.store.codec import (
    GraphName,
    in_bytes,
    in_graph,
    load_whole,
    numbered,
    ox_graph,
    ox_node,
    ox_spo,
    ox_term,
    quad_of,
    raw_quads,
    rows_of,
    triple_of,
    whole_format,
)

if TYPE_CHECKING:
    from ogdkg.store.columns import Columns

Asked = tuple[ox.Store, dict[str, Any]]
_DEFAULT = ox.DefaultGraph()


class EmbeddedStore:
    """A pyoxigraph store. Its default graph has each triple once, however many graphs state it.

    It rewrites literals to their canonical forms (`01` to `1`): to get them as written, read the files.

    Attributes:
        columns: Returns columns of just what the store holds, from which queries that count are answered, or
            None; see `counts`.
    """

    def __init__(self, store: ox.Store | None = None, hint: str | None = None, *, union: bool = True) -> None:
        """Wrap a store; errors of the engine carry `hint`. Without `union`, graphs are not merged."""
        self._has_union = union
        self._store = ox.Store() if store is None else store
        self._hint = hint
        self.columns: Callable[[EmbeddedStore], Columns | None] | None = None
        self.revision = 0
        self.has_unnamed = False

    @property
    def engine(self) -> ox.Store:
        """The engine's own store."""
        return self._store

    def load(self, sources: Iterable[Source]) -> None:
        """Load RDF files: in the engine, where no blank node needs a label that stays the same."""
        self.revision = next(REVISIONS)
        sources = list(sources)
        for source in sources:
            target = ox_graph(source.graph)
            if not load_whole(self._store, source.path, target, source.overrides):
                quads = raw_quads(source.path, contexts=dict(source.contexts), overrides=source.overrides)
                self._store.bulk_extend(in_graph(numbered(quads, source.bnode_prefix), target))
        self.has_unnamed = any(True for _ in self._store.quads_for_pattern(None, None, None, _DEFAULT))
        if self._has_union:
            self._merge(sources)

    def _merge(self, sources: list[Source]) -> None:
        """Copy the graphs of the sources into the default graph; all graphs if a file may have its own."""
        graphs = dict.fromkeys(ox_graph(source.graph) for source in sources)
        are_known = all(
            source.graph and whole_format(source.path, ox_graph(source.graph), source.overrides)
            for source in sources
        )
        self._copy(tuple(graphs) if are_known else None)

    def _copy(self, graphs: tuple[GraphName, ...] | None) -> None:
        """Copy graphs into the default graph; for None, all."""
        among = "" if graphs is None else f"VALUES ?g {{ {' '.join(map(str, graphs))} }}"
        self._store.update(f"INSERT {{ ?s ?p ?o }} WHERE {{ {among} GRAPH ?g {{ ?s ?p ?o }} }}")

    def _extend(self, triples: Iterable[ox.Triple], graph: GraphName) -> None:
        """Add triples to a graph and the default graph, in one bulk load."""
        self._store.bulk_extend(with_merged(triples, graph))

    def derive(self, stages: Sequence[Stage], graph: Iri, seconds: float | None = None) -> None:
        """Replace `graph` by the results of CONSTRUCT queries, run in a child process with the time limit."""
        from ogdkg.store.limit import derived_by_rules  # takes 5 ms, as in `graph`

        self.revision = next(REVISIONS)
        self._clear(graph)

        def work(send: Callable[[str, Any], None]) -> None:
            for stage in stages:
                triples = self._derived(stage, graph, partial(self._run_link, send))
                self._extend(triples, ox_graph(graph))  # in the child, for its next stage
                send("derived", _in_order(in_bytes(triples)))

        for triples in derived_by_rules(work, seconds, seconds):
            self._put(triples, graph)

    def drawn(self, chain: Chain, graph: Iri, seconds: float | None = None) -> set[ox.Triple]:
        """Return what a chain of rules derives, from a child process; the store stays as it is."""
        from ogdkg.store.limit import derived_by_rules  # as in `derive`

        def work(send: Callable[[str, Any], None]) -> None:
            send("derived", in_bytes(self._derived([chain], graph, partial(self._run_link, send))))

        return {triple for found in derived_by_rules(work, seconds, seconds) for triple in self._sent(found)}

    def derived(self, graph: Iri | None) -> Iterator[ox.Triple]:
        """Yield the engine's triples of a graph; None is the default graph, with its copies of the others."""
        return (quad.triple for quad in self._store.quads_for_pattern(None, None, None, ox_graph(graph)))

    def exchange(self, graph: Iri | None, taken: Iterable[ox.Triple], put: Iterable[ox.Triple]) -> None:
        """Take triples out of a graph and put others in, in the default graph too."""
        self.revision = next(REVISIONS)
        name = ox_graph(graph)
        for triple in taken:
            self._discard(merged(triple, name))
        self._store.extend(with_merged(put, name))

    def holds(self, triple: ox.Triple) -> bool:
        """Whether the default graph, the union of all, has a triple."""
        return merged(triple) in self._store

    def _run_link(self, send: Callable[[str, Any], None], link: Sequence[Rule]) -> list[ox.Triple]:
        """What rules derive that do not see one another's; `send` is told the name of each."""
        found: list[ox.Triple] = []
        for rule in link:
            send("at", rule.name)
            found += self._construct(rule.name, rule.text)
        return found

    def _derived(
        self, stage: Stage, graph: Iri, run: Callable[[Sequence[Rule]], list[ox.Triple]]
    ) -> list[ox.Triple]:
        """What a stage derives; `run` runs the rules of a link on the store."""
        from ogdkg.store.limit import derived  # as in `derive`

        name = ox_graph(graph)

        def put(triples: list[ox.Triple]) -> list[ox.Triple]:
            new = [each for each in dict.fromkeys(triples) if merged(each) not in self._store]
            self._extend(new, name)
            return new

        def take(triples: Iterable[ox.Triple]) -> None:
            for each in triples:
                self._discard(merged(each, name))

        return derived(stage, run, put, take)

    def _clear(self, graph: Iri) -> None:
        for quad in list(self._store.quads_for_pattern(None, None, None, ox_graph(graph))):
            self._discard(quad)

    def _construct(self, name: str, text: str) -> list[ox.Triple]:
        """Return what a rule derives."""
        from ogdkg.store.rule_labels import with_rule_labels  # only where rules run

        answer = self._run(text, {}, name)
        if not isinstance(answer, ox.QueryTriples):
            raise InputError("A rule must be a CONSTRUCT query.", place=Place(name))
        try:
            return with_rule_labels(answer, (name, text), self._has_blank)
        except (RuntimeError, OSError) as error:
            raise self.failed(error, text, Place(name)) from error

    def _has_blank(self, label: str) -> bool:
        node = ox.BlankNode(label)
        places = (node, None, None, None), (None, None, node, None), (None, None, None, node)
        return any(next(self._store.quads_for_pattern(*place), None) for place in places)

    def _put(self, triples: bytes, graph: Iri) -> None:
        """Add what a rule derived, as N-Triples."""
        self._extend(self._sent(triples), ox_graph(graph))

    @staticmethod
    def _sent(triples: bytes) -> Iterator[ox.Triple]:
        """What a child sent as N-Triples."""
        quads = ox.parse(triples, format=ox.RdfFormat.N_TRIPLES, lenient=True)
        return (quad.triple for quad in quads)

    def put_triples(self, triples: bytes, graph: Iri) -> None:
        """Add triples, as `triples_of` gives them, to a graph."""
        self.revision = next(REVISIONS)
        self._put(triples, graph)

    def triples_of(self, graph: Iri) -> bytes:
        """Return the triples of a graph as N-Triples, in the order in which they came."""
        quads = list(self._store.quads_for_pattern(None, None, None, ox_graph(graph)))
        return in_bytes(quad.triple for quad in reversed(quads))  # the engine gives first what came last

    def put_all(self, triples: Iterable[Triple], graph: Iri) -> None:
        """Add many triples to a named graph and the default graph, in one bulk load."""
        self.revision = next(REVISIONS)
        self._extend((ox.Triple(*ox_spo(triple)) for triple in triples), ox_graph(graph))

    def copy_graph_from(self, other: Store, graph: Iri) -> None:
        """Copy a named graph from another store, of any engine."""
        self.put_all((quad.triple for quad in other.quads(graph)), graph)

    def quads(self, graph: Iri | None = None) -> Iterator[Quad]:
        """Iterate the quads of one named graph, or of all; of the unnamed graph what no other has."""
        found = self._store.quads_for_pattern(None, None, None, ox_graph(graph) if graph else None)
        return (quad_of(quad) for quad in found if quad.graph_name != _DEFAULT or not self._is_merged(quad))

    def unnamed(self) -> Iterator[Quad]:
        """Yield the quads of the unnamed graph that no named graph has."""
        found = self._store.quads_for_pattern(None, None, None, _DEFAULT)
        return (quad_of(quad) for quad in found if not self._is_merged(quad))

    @property
    def size(self) -> int:
        """How many quads it has, with the copies in the default graph."""
        return len(self._store)

    def merged_triples(self) -> Iterator[Triple]:
        """Yield the triples of the default graph, which is the union of all, each once."""
        return map(triple_of, self._store.quads_for_pattern(None, None, None, _DEFAULT))

    def matching(
        self, subject: Subject | None = None, predicate: Iri | None = None, obj: Term | None = None
    ) -> Iterator[Quad]:
        """Iterate the quads with these terms, None for any, by the engine's indexes."""
        found = self._store.quads_for_pattern(
            ox_node(subject) if subject else None,
            ox.NamedNode(predicate.value) if predicate else None,
            ox_term(obj) if obj else None,
        )
        return (quad_of(quad) for quad in found if quad.graph_name != _DEFAULT or not self._is_merged(quad))

    def _is_merged(self, quad: ox.Quad) -> bool:
        """Return whether a quad of the default graph is in a named graph too."""
        copies = self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object)
        return any(copy.graph_name != _DEFAULT for copy in copies)

    def query(self, text: str, *, prefixes: Mapping[str, str] | None = None, name: str = "query") -> Result:
        """Run a query of any form; one that counts is answered from `columns`, where they can tell."""
        with engine_time():
            if self.columns and not isinstance(found := self._counted(text, prefixes or {}, name), str):
                return found
            answer = self._run(text, prefixes or {}, name)
        return self._result(answer, text, name)

    def _counted(self, text: str, prefixes: Mapping[str, str], name: str) -> Rows | str:
        """The answer to a query that the store's columns count, or why they do not."""
        columns = self.columns(self) if self.columns else None
        if columns is None:
            return "the store has no counts"
        from ogdkg.store.counted import counted  # few stores have columns

        refuse_unsafe(text, file=name)
        return counted(text, prefixes, columns, self._store)

    def why_not_counted(self, text: str, prefixes: Mapping[str, str]) -> str:
        """Why the engine answers a query; empty where the answer is counted from columns."""
        found = self._counted(text, prefixes, "query")
        return found if isinstance(found, str) else ""

    def query_dataset(
        self,
        text: str,
        dataset: QueryDataset,
        *,
        prefixes: Mapping[str, str] | None = None,
        base: str | None = None,
    ) -> Result:
        """Run a query on some graphs alone, https://www.w3.org/TR/sparql11-protocol/#dataset."""
        return self._result(self._run(text, prefixes or {}, "query", dataset, base), text, "query")

    def _result(
        self, answer: ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean, text: str, name: str
    ) -> Result:
        if isinstance(answer, ox.QueryBoolean):
            return bool(answer)
        spelled = partial(self._spell, answer, text, name)
        if isinstance(answer, ox.QueryTriples):
            return Triples(self._arriving(map(triple_of, answer), text, name), spelled)
        variables = tuple([variable.value for variable in answer.variables])
        return Rows(variables, self._arriving(rows_of(answer), text, name), spelled)

    def graphs(self, triple: Triple) -> list[Iri | None]:
        """Return the named graphs that contain a triple, else None where the unnamed graph does."""
        quads = list(self._store.quads_for_pattern(*ox_spo(triple), None))
        named = [Iri(quad.graph_name.value) for quad in quads if isinstance(quad.graph_name, ox.NamedNode)]
        return [*named] or [None for _ in quads]

    def remove(self, triple: Triple) -> list[Iri | None]:
        """Remove a triple from every graph, and return the graphs it was in (None: the unnamed graph)."""
        self.revision = next(REVISIONS)
        graphs = self.graphs(triple)
        for quad in list(self._store.quads_for_pattern(*ox_spo(triple), None)):
            self._store.remove(quad)
        return graphs

    def add(self, triple: Triple, graphs: Iterable[Iri | None]) -> None:
        """Add a triple to graphs and to the default graph."""
        self.revision = next(REVISIONS)
        for graph in graphs:
            self._store.extend(with_merged([ox.Triple(*ox_spo(triple))], ox_graph(graph)))

    def _discard(self, quad: ox.Quad) -> None:
        """Remove a quad, and its copy in the default graph unless another graph has the triple."""
        self._store.remove(quad)
        copy = merged(quad)
        if not self._is_merged(copy):
            self._store.remove(copy)

    def _run(
        self,
        text: str,
        prefixes: Mapping[str, str],
        name: str,
        dataset: QueryDataset | None = None,
        base: str | None = None,
    ) -> ox.QuerySolutions | ox.QueryTriples | ox.QueryBoolean:
        """Run a query on the engine. Every query comes through here, where unsafe ones are refused."""
        refuse_unsafe(text, file=name, has_dataset=dataset is not None)
        store, graphs = self._asked(text, dataset, base)
        try:
            try:  # many queries declare their prefixes, and parsing further ones takes time
                return store.query(spelled_out(text), **graphs)
            except SyntaxError:
                pass
            used = {name: iri for name, iri in prefixes.items() if f"{name}:" in text}
            with suppress(SyntaxError):  # of which the place should be in the text as it was
                return store.query(spelled_out(text), prefixes=used, **graphs)
            return store.query(text, prefixes=used, **graphs)
        except SyntaxError as error:
            from ogdkg.store.engine_errors import syntax_error  # few queries have one

            raise syntax_error(error, text, prefixes, name) from error
        except (RuntimeError, OSError, ValueError) as error:
            raise self.failed(error, text, Place(name)) from error

    def _asked(self, text: str, dataset: QueryDataset | None, base: str | None) -> Asked:
        """What a query runs on, the engine's store or one for its dataset, and the engine's arguments."""
        more = {"base_iri": base} if base else {}
        if dataset is None or not (dataset.default or dataset.named):
            return self._store, more
        from ogdkg.store.query_dataset import merged_dataset  # few queries have one

        default, named = ([ox.NamedNode(graph.value) for graph in graphs] for graphs in dataset)
        store, graphs = merged_dataset(self._store, default, named)
        return store, graphs | more

    def _arriving(self, found: Iterable[Any], text: str, name: str) -> Iterator[Any]:
        try:
            with engine_time():
                yield from found
        except (RuntimeError, OSError) as error:
            raise self.failed(error, text, Place(name)) from error

    def _spell(self, answer: Any, text: str, name: str, put: Callable[[bytes], object]) -> None:
        from ogdkg.store.spelled import spell  # few answers are passed on

        try:
            with engine_time():
                spell(answer, put)
        except (RuntimeError, OSError) as error:
            raise self.failed(error, text, Place(name)) from error

    def failed(self, error: Exception, text: str, place: Place) -> OgdkgError:
        """Return the error for what the engine raised while it ran a query."""
        from ogdkg.store.engine_errors import unknown_function  # as above

        unknown = unknown_function(error, text, place)
        return unknown or StoreError(f"The query failed: {error}.", place=place, hint=self._hint)


def _in_order(lines: bytes) -> bytes:
    """Lines in one order: the engine may find what a rule derives in another each time."""
    return b"".join(sorted(lines.splitlines(keepends=True)))


def with_merged(triples: Iterable[ox.Triple | ox.Quad], graph: GraphName) -> Iterator[ox.Quad]:
    """Yield each triple as a quad of the default graph, and of a graph."""
    for triple in triples:
        yield merged(triple)
        yield merged(triple, graph)


def merged(statement: ox.Triple | ox.Quad, graph: GraphName = _DEFAULT) -> ox.Quad:
    """Return a statement as a quad of the default graph, or of another."""
    return ox.Quad(statement.subject, statement.predicate, statement.object, graph)
