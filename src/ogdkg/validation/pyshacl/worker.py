"""The only door to pyshacl: a child process that validates the graphs it is sent, until its input ends.

pyshacl and rdflib share switches that are global to a process (`NORMALIZE_LITERALS`, the reading of booleans,
loggers). In a process of its own none of that can be seen from outside, and a pattern that never ends can be
stopped. It has no network, whatever a query of the shapes asks for, and ends with its parent. A job is a line
of JSON with the seconds it may take and the lengths of what follows: data (unless they are those of the job
before) and shapes as N-Triples. An answer is a line of JSON with a length or an error, then the report as
N-Triples.
"""

from __future__ import annotations

import json
import logging
import os
import re
import sys
import time
import urllib.request
import warnings
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import cached_property, lru_cache
from typing import Any, NoReturn

import pyoxigraph
import pyshacl
import rdflib
import rdflib.plugins.sparql
from pyshacl.errors import ConstraintLoadError, ConstraintLoadWarning
from pyshacl.monkey import rdflib_bool_patch, rdflib_bool_unpatch
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.operators import _CUSTOM_FUNCTIONS
from rdflib.plugins.sparql.sparql import Query
from rdflib.term import BNode, Literal, Node, URIRef

from ogdkg.errors import InputError
from ogdkg.sandbox.process import die_with_parent, without_network
from ogdkg.validation.core.depth import MOST_CALLS
from ogdkg.validation.pyshacl import corrections
from ogdkg.validation.pyshacl.brevity import keep_messages_short
from ogdkg.validation.pyshacl.details import forget_judged, keep_details
from ogdkg.validation.pyshacl.faults import AtNodeError, UnreadableQueryError, UnrunnableQueryError
from ogdkg.validation.pyshacl.messages import correct_messages

TARGET_NODE = pyoxigraph.NamedNode("http://www.w3.org/ns/shacl#targetNode")
_COMPONENT = re.compile(r"^\w+ConstraintComponent:? ")  # a class of pySHACL: no reader knows it
STRING = "http://www.w3.org/2001/XMLSchema#string"


def main(parent: int) -> None:
    """Answer jobs from standard input on standard output, for the process of that number."""
    die_with_parent(parent)
    _cut_off()
    keep_messages_short()
    corrections.apply()
    logging.disable(logging.CRITICAL)
    keep_details()
    correct_messages()
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    # What a library prints must not fall between the answers, nor fill a pipe that nobody empties.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    sys.stdout = sys.stderr
    sys.setrecursionlimit(MOST_CALLS)
    data = b""
    while line := jobs.readline():
        job = json.loads(line)
        _bound(job["seconds"])
        forget_judged()
        Depth.most = job["depth"]
        data = data if job["again"] else jobs.read(job["data"])
        header, body = _answer(job["do"], data, jobs.read(job["shapes"]))
        answers.write(json.dumps(header | {"length": len(body)}).encode() + b"\n" + body)
        answers.flush()


class Depth:
    """How many shapes may stand within one another, in the job at hand."""

    most = 0


def _cut_off() -> None:
    """Let nothing here reach outside: the kernel refuses it, where it can, and so does Python."""
    without_network()
    urllib.request.OpenerDirector.open = _refuse  # type: ignore[method-assign]  # for this process
    rdflib.plugins.sparql.SPARQL_LOAD_GRAPHS = False


def _refuse(*_: Any, **__: Any) -> NoReturn:
    raise PermissionError("Shapes may not reach outside.")


def _bound(seconds: float | None) -> None:
    """Let the system end this process once a job has taken so long, should the parent no longer do so."""
    with suppress(ImportError, OSError, ValueError):
        import resource  # not on every system

        spent = time.process_time()
        soft = resource.RLIM_INFINITY if seconds is None else int(spent + seconds) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _answer(do: str, data: bytes, shapes: bytes) -> tuple[dict[str, Any], bytes]:
    try:
        return {}, _JOBS[do](data, shapes)
    # The edge of a process: whatever goes wrong here must reach the parent as an answer, never as silence.
    except Exception as error:
        return _failure(error), b""


def _failure(error: Exception) -> dict[str, Any]:
    """The header of an answer that tells an error, and the query that it is about, if it is one."""
    if isinstance(error, UnrunnableQueryError):
        return _failure(error.reason) | {"query": error.query}
    if isinstance(error, AtNodeError):
        return {"error": "AtNodeError", "message": error.reason, "node": error.node.n3()}
    if isinstance(error, UnreadableQueryError):
        return _failure(error.reason) | {"query": str(error.number), "offset": error.offset}
    return {"error": type(error).__name__, "message": getattr(error, "message", None) or str(error)}


def _validate(data: bytes, shapes: bytes, *, advanced: bool = False) -> bytes:
    data_graph, shapes_graph = _graphs(data, shapes, reusable=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _, report, _ = pyshacl.validate(
            data_graph,
            shacl_graph=shapes_graph,
            inplace=True,
            advanced=advanced,
            max_validation_depth=Depth.most + 1,
        )
    if isinstance(report, Exception):
        raise report
    return _written(report)


class LastData:
    """The data that were judged last, as a graph: the next job may have the same, which take long to read."""

    text: bytes | None = None
    nodes: dict[Any, Node]
    graph: _Graph


def _graphs(data: bytes, shapes: bytes, *, reusable: bool = False) -> tuple[rdflib.Graph, rdflib.Graph]:
    """The graphs of a job.

    Args:
        data: The data.
        shapes: The shapes.
        reusable: Whether nothing will be added to the data, so that they may serve once more.
    """
    # Off again for each job: pyshacl sets it to True once it has read the shapes, and so does the patch
    # below.
    rdflib.NORMALIZE_LITERALS = False
    if reusable and data is LastData.text:
        nodes, data_graph = LastData.nodes, LastData.graph
    else:
        nodes = {}
        data_graph = _graph(data, nodes)
        LastData.text, LastData.nodes, LastData.graph = data if reusable else None, nodes, data_graph
    # As pyshacl reads a shapes file: only "true" counts as true (sh:uniqueLang of "1" asks for nothing).
    rdflib_bool_patch()  # type: ignore[no-untyped-call]  # pyshacl has no type for it
    shapes_graph = _graph(shapes, {}, data_nodes=nodes)
    data_graph.stand_beside(shapes_graph)
    rdflib_bool_unpatch()  # type: ignore[no-untyped-call]  # nor for this
    return data_graph, shapes_graph


def _validate_advanced(data: bytes, shapes: bytes) -> bytes:
    import ogdkg.validation.pyshacl.advanced  # noqa: F401  # in place of parts of pyshacl

    return _validate(data, shapes, advanced=True)


def _targets(data: bytes, shapes: bytes) -> bytes:
    """The target nodes of custom targets."""
    from ogdkg.validation.pyshacl.advanced import Engine, quads

    return quads(Engine(*_graphs(data, shapes), Depth.most + 1).targets())


def _rules(data: bytes, shapes: bytes) -> bytes:
    """What the rules of the shapes infer."""
    from ogdkg.validation.pyshacl.advanced import Engine, quads

    return quads(Engine(*_graphs(data, shapes), Depth.most + 1).inferred())


def _written(graph: Any) -> bytes:
    text: bytes = graph.serialize(format="nt", encoding="utf-8")
    return text


def _read_queries(texts: bytes, _: bytes) -> bytes:
    """Read each query, a prologue and a text, as it will be read for a focus node."""
    job = json.loads(texts)
    declared = frozenset(map(URIRef, job["functions"]))
    for number, (prologue, text) in enumerate(job["queries"]):
        try:
            _prepared(prologue + text, declared)
        except UnrunnableQueryError as error:
            raise UnreadableQueryError(error.reason, number, len(prologue)) from error
    return b""


def _shacl_shacl(*_: bytes) -> bytes:
    """The shapes that shapes must conform to, as pyshacl carries them, https://www.w3.org/TR/shacl/#shacl-shacl."""
    import pickle  # wanted only for shapes that are new
    from importlib import resources

    asset = resources.files("pyshacl") / "assets" / "shacl-shacl.pickle"
    store, identifier = pickle.loads(asset.read_bytes())
    return _written(rdflib.Graph(store=store, identifier=identifier))


def _entailed(regime: str, data: bytes) -> bytes:
    """What follows from the data by a regime."""
    from ogdkg.validation.pyshacl.advanced import quads
    from ogdkg.validation.pyshacl.regimes import entailed

    return quads(entailed(regime, _graphs(data, b"")[0]))


def _read_shapes(_: bytes, text: bytes) -> bytes:
    """Make every constraint, as it is made for a focus node."""
    from pyshacl.constraints import CONSTRAINT_PARAMETERS_MAP as KNOWN
    from pyshacl.shapes_graph import ShapesGraph

    rdflib_bool_patch()  # type: ignore[no-untyped-call]
    shapes = ShapesGraph(_graph(text, {}))
    rdflib_bool_unpatch()  # type: ignore[no-untyped-call]
    for shape in shapes.shapes:
        asked = dict.fromkeys(shapes.graph.predicates(shape.node))
        components = dict.fromkeys(KNOWN[name] for name in asked if name in KNOWN)
        for component in () if shape.deactivated else components:
            try:
                component(shape)
            except ConstraintLoadError as error:
                reason = _COMPONENT.sub("", error.message).rstrip(".")
                raise AtNodeError(reason, shape.node) from error
            except ConstraintLoadWarning:
                continue  # pySHACL does without
    return b""


_JOBS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "validate": _validate,
    "validate-advanced": _validate_advanced,
    "targets": _targets,
    "rules": _rules,
    "rdfs": lambda data, _: _entailed("rdfs", data),
    "owlrl": lambda data, _: _entailed("owlrl", data),
    "queries": _read_queries,
    "shapes": _read_shapes,
    "shacl-shacl": _shacl_shacl,
}


class _Graph(rdflib.Graph):
    """A graph that has each query read once, not again for each focus node: that is most of the time of a
    constraint."""

    def __init__(self) -> None:
        super().__init__(bind_namespaces="none")
        self.shapes: Iterable[Any] = ()

    def query(
        self,
        query_object: str | Query,
        processor: Any = "sparql",
        result: Any = "sparql",
        initNs: Any = None,  # noqa: N803  # as rdflib has it
        initBindings: Any = None,  # noqa: N803
        *_: Any,
        **more: Any,
    ) -> Any:
        asked = _prepared(query_object, frozenset()) if isinstance(query_object, str) else query_object
        if corrections.SHAPES_GRAPH in (initBindings or {}).values():
            ask = self.with_shapes.query
        elif isinstance(query_object, str) and _asks_graphs(query_object):
            ask = self.alone.query
        else:
            ask = super().query
        return ask(asked, processor, result, initNs, initBindings, **more)

    def stand_beside(self, shapes: Iterable[Any]) -> None:
        """Have the graph that a query may ask for as $shapesGraph."""
        self.shapes = shapes
        self.__dict__.pop("with_shapes", None)

    @cached_property
    def alone(self) -> rdflib.Dataset:
        """This graph as a dataset that has no others, https://www.w3.org/TR/sparql11-query/#queryDataset."""
        dataset = rdflib.Dataset()
        for triple in self:
            dataset.default_graph.add(triple)
        return dataset

    @cached_property
    def with_shapes(self) -> rdflib.Dataset:
        """This graph, and the shapes as a graph beside it."""
        both = rdflib.Dataset()
        for graph, triples in (
            (both.default_graph, self),
            (both.graph(corrections.SHAPES_GRAPH), self.shapes),
        ):
            for triple in triples:
                graph.add(triple)
        return both


@lru_cache(maxsize=1_000)
def _prepared(query: str, functions: frozenset[Node]) -> Query:
    """A query as rdflib has it; it may call `functions`, and those that are known."""
    from ogdkg.sparql.guard import refuse_foreign, refuse_unsafe  # 10 ms, where shapes have queries

    try:
        refuse_unsafe(query)
        prepared = prepareQuery(query)
        refuse_foreign(prepared.algebra)
        _refuse_unknown(prepared.algebra, functions)
    except Exception as error:  # rdflib's parser raises whatever it meets
        raise UnrunnableQueryError(error, query) from error
    return prepared


@lru_cache(maxsize=1_000)
def _asks_graphs(query: str) -> bool:
    """Whether a query has GRAPH, for which rdflib wants a dataset."""
    from ogdkg.sparql.guard import parts  # as above

    return "GRAPH" in query.upper() and any(
        part.name == "Graph" for part in parts(_prepared(query, frozenset()).algebra)
    )


def _refuse_unknown(algebra: Any, functions: frozenset[Node]) -> None:
    """Raise for a function that nobody knows: rdflib takes its test for failed, and the data for valid."""
    from ogdkg.sparql.guard import parts  # as above

    for part in parts(algebra):
        if part.name == "Function" and part.iri not in {*_CUSTOM_FUNCTIONS, *functions}:
            raise InputError(f"A query calls the function <{part.iri}>, which is unknown.")


def _graph(text: bytes, nodes: dict[Any, Node], data_nodes: dict[Any, Node] | None = None) -> _Graph:
    """The triples of an N-Triples text, each literal with the lexical form it came with.

    A focus node named by a shape is the very term that the data have, so that it is read in the same way.
    """
    graph = _Graph()
    for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES, lenient=True):
        for term in (quad.subject, quad.predicate, quad.object):
            if term not in nodes:
                nodes[term] = _term(term)
        terms = (
            data_nodes
            if data_nodes and quad.predicate == TARGET_NODE and quad.object in data_nodes
            else nodes
        )
        graph.add((nodes[quad.subject], nodes[quad.predicate], terms[quad.object]))
    return graph


def _term(term: Any) -> Node:
    if isinstance(term, pyoxigraph.NamedNode):
        return URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return BNode(term.value)
    if term.language:
        return Literal(term.value, lang=term.language)
    datatype = term.datatype.value
    # A plain literal and an xsd:string are one term (RDF 1.1 section 3.3); rdflib holds them apart.
    return Literal(term.value, datatype=None if datatype == STRING else URIRef(datatype), normalize=False)
