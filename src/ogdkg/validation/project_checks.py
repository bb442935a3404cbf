"""Checks that SHACL cannot express: a project's files, named graphs, passages, terms and stored checks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.errors import InputError, Place, nearest
from ogdkg.files.names import openable, shown_path
from ogdkg.graph.graph import Graph
from ogdkg.graph.loader import layers_of_rules
from ogdkg.project.house import OFF
from ogdkg.project.project import Project
from ogdkg.project.rdf_files import in_data_folders
from ogdkg.rdf import terms
from ogdkg.search.stored import run_stored_query
from ogdkg.store.base import expect_rows
from ogdkg.store.codec import ox_term
from ogdkg.validation.core.background import Eventual
from ogdkg.validation.core.results import Finding, Severity, Term
from ogdkg.validation.core.vocabulary import OWL, RDF, RDFS, SH, XSD
from ogdkg.validation.data.quad_cache import QuadCache
from ogdkg.validation.data.reading import Source
from ogdkg.validation.report.named_graphs import kind_of_passages
from ogdkg.validation.report.names import short

SIMILARITY = 0.8  # how alike, of 1, a name must be to be suggested
BUILT_IN = (RDF.base, RDFS.base, OWL.base, XSD.base, SH.base)


@dataclass(slots=True)
class ProjectFacts:
    """What the checks need to know of a project's files: objects and terms in use, each with the first triple
    that has it."""

    subjects: set[Term] = field(default_factory=set)
    passages: set[Term] = field(default_factory=set)
    blank: dict[str, Quad] = field(default_factory=dict)
    graphs: dict[Term, Quad] = field(default_factory=dict)
    objects: dict[NamedNode, Quad] = field(default_factory=dict)
    used: dict[NamedNode, Quad] = field(default_factory=dict)
    describing: list[Quad] = field(default_factory=list)
    uncited: list[Quad] = field(default_factory=list)
    naming: frozenset[Term] = frozenset()  # the classes of what names a graph of a source

    def add(self, file: str, quads: Iterable[Quad], passages: NamedNode | None) -> None:
        """Add the quads of a file. Written for speed, as there are many.

        `passages`: the graph that describes the passages; every other statement of the file must be in one.
        """
        for quad in quads:
            subject, predicate, value, graph = quad
            self.subjects.add(subject)
            self.used.setdefault(predicate, quad)
            kind = type(value)
            if kind is NamedNode:
                self.objects.setdefault(value, quad)
                if predicate == RDF.type:
                    self.used.setdefault(value, quad)
                    if value in self.naming:
                        self.passages.add(subject)
            if kind is BlankNode or type(subject) is BlankNode:
                self._add_blank(file, quad)
            if type(graph) is NamedNode:
                self.graphs.setdefault(graph, quad)
                if graph == passages:
                    self.describing.append(quad)
            elif passages:
                self.uncited.append(quad)

    def _add_blank(self, file: str, quad: Quad) -> None:
        """Best is a triple that leads to the blank node, whose subject can be found again."""
        if file not in self.blank or isinstance(self.blank[file].subject, BlankNode):
            self.blank[file] = quad


def file_checks(
    graph: Graph, data: Sequence[Source], ontology: Sequence[Source], quad_cache: QuadCache
) -> list[Finding]:
    """Run every check on a project that looks at what its files state.

    Args:
        graph: The graph of the project; it need not be loaded.
        data: The data files that the validation reads.
        ontology: The files that declare classes and properties.
        quad_cache: The quads that the validation has read already.
    """
    project, declared = graph.project, set[Term]()
    terms_of_passages = (project.house.passages.passage, project.house.passages.reading)
    facts = ProjectFacts(naming=frozenset(NamedNode(term.value) for term in terms_of_passages))
    cited = {layer.name: None if layer.graph else layer.passage_metadata_graph for layer in project.layers}
    files = {openable(source.path): cited[source.layer] for source in graph.files}
    for source in data:
        if source.name in files:
            passages = files[source.name]
            name = NamedNode(passages.value) if passages else None
            facts.add(source.name, quad_cache.quads(source), name)
        elif (
            not source.is_file
        ):  # what rules make; a mere subject there may be an object that nothing defines
            derived = (quad for quad in quad_cache.quads(source) if quad.predicate == RDF.type)
            facts.subjects.update(quad.subject for quad in derived)
    for source in ontology:
        declared.update(quad.subject for quad in quad_cache.quads(source))
    return [
        replace(finding, severity=severity)
        for name, check in _CHECKS.items()
        if (severity := Severity.named(project.house.rules.get(name, OFF)))
        for finding in check(project, facts, declared)
    ]


def engine_findings(
    graph: Graph, documents: Sequence[Path], early: Eventual[list[Finding]] | None = None
) -> Iterator[Finding]:
    """Run every check on a project that asks an engine.

    Args:
        graph: The graph of the project.
        documents: The source documents to compare the passages with, if any; those of the project by default.
        early: What the stored checks of the default layers have found, if they were run before.
    """
    yield from _contradictions(graph)
    yield from early.result() if early else stored_checks(graph, of_default=True)
    yield from stored_checks(graph, of_default=False)
    yield from evidence_findings(graph, documents)


def _blank_nodes(project: Project, facts: ProjectFacts, declared: set[Term]) -> Iterator[Finding]:
    message = "The data contain a blank node. Give it an IRI so that it can be linked and cited."
    for subject, predicate, _, _ in facts.blank.values():  # its object cannot be told from other blank nodes
        yield Finding("BlankNode", Severity.VIOLATION, message, subject, triple=(subject, predicate, None))


def _graph_names(project: Project, facts: ProjectFacts, declared: set[Term]) -> Iterator[Finding]:
    graphs_of_layers = {layer.graph for layer in project.layers} | {
        layer.passage_metadata_graph.value for layer in project.layers if layer.passage_metadata_graph
    }
    kind, curie = _kind(project)
    for name, quad in facts.graphs.items():
        if name not in facts.passages and getattr(name, "value", "") not in graphs_of_layers:
            suggestion = _suggestion(name, facts.passages, project)
            yield _finding(
                "GraphName",
                f"The graph {_short(name, project)} is not described as a {kind}, so its source is unknown.",
                quad,
                hint=suggestion
                or f"Describe it as a {kind} ({curie}), or move its triples to the graph of a {kind}.",
            )


def _kind(project: Project) -> tuple[str, str]:
    """What the project calls a passage, in a word, and its class."""
    passages = project.house.passages
    return kind_of_passages(passages), _short(ox_term(passages.passage), project)


def _uncited(project: Project, facts: ProjectFacts, declared: set[Term]) -> Iterator[Finding]:
    """Statements in no passage, in a layer that has passages or in the graph that describes them."""
    described = set(facts.passages)
    for _ in facts.describing:  # parts of parts too
        more = {quad.object for quad in facts.describing if quad.subject in described} - described
        if not more:
            break
        described |= more
    kind, _ = _kind(project)
    strange = (quad for quad in facts.describing if quad.subject not in described)
    for quad in (*facts.uncited, *strange):
        yield _finding(
            "Uncited",
            f"This statement is in no {kind}, so its source is unknown.",
            quad,
            hint=f"Move it to the graph of the {kind} that states it.",
        )


def _undefined(project: Project, facts: ProjectFacts, declared: set[Term]) -> Iterator[Finding]:
    known = facts.subjects | declared
    for name, quad in {**facts.used, **facts.objects}.items():
        is_thing = (
            project.resource_namespace
            and name.value.startswith(project.resource_namespace)
            and name.value[-1] not in "#/"
        )
        if is_thing and name not in known:
            suggestion = _suggestion(name, known, project)
            is_term = name in (quad.predicate, quad.object if quad.predicate == RDF.type else None)
            where = f" in {project.shapes_ontology[0]}, with a label" if is_term else ""
            yield _finding(
                "Undefined",
                f"The IRI {_short(name, project)} of this project is not defined.",
                quad,
                name,
                hint=f"Define it{where}, or correct its spelling.{f' {suggestion}' if suggestion else ''}",
            )


def _undeclared(project: Project, facts: ProjectFacts, declared: set[Term]) -> Iterator[Finding]:
    for name, quad in facts.used.items() if declared else ():  # else there is no ontology to declare it in
        foreign = not (project.resource_namespace and name.value.startswith(project.resource_namespace))
        if foreign and name not in declared and not name.value.startswith(BUILT_IN):
            suggestion = _suggestion(name, declared, project)
            yield _finding(
                "Undeclared",
                f"The term {_short(name, project)} of another vocabulary is not declared in the ontology.",
                quad,
                name,
                hint=suggestion or "Declare it in the ontology, or use a declared term.",
            )


def _finding(
    rule: str, message: str, quad: Quad, fault: NamedNode | None = None, *, hint: str | None = None
) -> Finding:
    """A finding at a quad: at its object, unless its predicate is the fault."""
    triple = (quad.subject, quad.predicate, quad.object)
    at_predicate = fault == quad.predicate
    return Finding(
        rule, Severity.VIOLATION, message, quad.subject, hint=hint, triple=triple, at_predicate=at_predicate
    )


def _suggestion(name: Term, known: Iterable[Term], project: Project) -> str | None:
    """ "Did you mean …?" with the known IRI most similar to a name, preferably of its namespace."""
    known_names = {_short(each, project) for each in known if isinstance(each, NamedNode)}
    text = _short(name, project)
    same_namespace = [each for each in known_names if _namespace(each) == _namespace(text)]
    suggestion = nearest(text, same_namespace, 1, SIMILARITY) or nearest(text, known_names, 1, SIMILARITY)
    return f"Did you mean {suggestion[0]}?" if suggestion else None


def _namespace(text: str) -> str:
    return re.split(r"[^:/#]*$", text)[0]


def _short(term: Term, project: Project) -> str:
    return short(term, project.prefixes)


def _unread(project: Project, facts: ProjectFacts, declared: set[Term]) -> Iterator[Finding]:
    """RDF files in the data folders that match no layer."""
    known = set(project.files(project.patterns))
    for path in in_data_folders(project):
        if path not in known:
            message = "No layer includes this file, so it is not read."
            hint = "Rename or move it to match the `files` of a layer in ogdkg.toml."
            place = Place(shown_path(path))
            yield Finding("Unread", Severity.WARNING, message, None, hint=hint, place=place)


Check = Callable[[Project, ProjectFacts, set[Term]], Iterable[Finding]]
_CHECKS: dict[str, Check] = {  # by the names of `project.house.RULES`
    "blank-node": _blank_nodes,
    "graph-name": _graph_names,
    "uncited": _uncited,
    "undefined": _undefined,
    "undeclared": _undeclared,
    "unread": _unread,
}


def stored_checks(graph: Graph, *, of_default: bool) -> Iterator[Finding]:
    """The rows of the queries under `queries/checks`; a tag sets the severity.

    Those of the default layers, which name none, come first, as they read the layers that rules see
    (`GraphOptions.reuse_store`).
    """
    for query in graph.catalogue.topic("checks"):
        if bool(query.layers) == of_default:
            continue
        result = expect_rows(run_stored_query(graph, query.name))
        for row in result.rows:
            yield _row_finding(query, dict(zip(result.variables, row, strict=True)))


def _row_finding(query: StoredQuery, row: dict[str, terms.Term | None]) -> Finding:
    things = [term for term in row.values() if isinstance(term, terms.Iri)]
    literals = ", ".join(
        f"{name} {term.value}" for name, term in row.items() if isinstance(term, terms.Literal)
    )
    tagged = [severity for severity in Severity if severity.word in query.header.tags]
    return Finding(
        rule=query.name,
        severity=tagged[0] if tagged else Severity.INFO,
        message=f"{query.header.summary} ({literals})" if literals else query.header.summary,
        focus=ox_term(things[0]) if things else None,
        value=ox_term(things[1]) if len(things) > 1 else None,
        place=Place(query.file),  # unless a file is found that names the thing
        row=tuple(ox_term(term) for term in row.values() if term is not None),
    )


def _contradictions(graph: Graph) -> Iterator[Finding]:
    """Where what follows in a layer of reasoning contradicts itself, at a statement that a file makes."""
    severity = Severity.named(graph.project.house.rules.get("contradiction", OFF))
    layers = [layer for layer in graph.project.layers if layer.reasoning]
    if not layers or severity is None:
        return
    from ogdkg.evidence.reasoned import closure_of  # few projects have such a layer
    from ogdkg.validation.against import contradictions

    for layer in layers:
        reading = graph.with_layers(layers_of_rules(graph.project, layer))
        yield from contradictions(closure_of(reading, layer), severity, graph.project.prefixes)


_MOVED = (
    "Describe it anew by `ogdkg passage 'its words'`; if the document has changed, `ogdkg reanchor` finds "
    "where the words of its passages stand now."
)


def evidence_findings(graph: Graph, documents: Sequence[Path]) -> Iterator[Finding]:
    """The passages that do not match their source documents, and the values that do not stand in them."""
    own = graph.project.source
    paths = documents or ((graph.project.file(own),) if own else ())
    if not paths or not (documents or paths[0].is_file()):
        return
    from ogdkg.evidence.documents import check_evidence, read_known_sources  # only where there is a document
    from ogdkg.evidence.places import places_of
    from ogdkg.evidence.values import check_values

    try:
        sources, _ = read_known_sources(graph, paths)
    except InputError as error:
        if documents:
            raise
        hint = error.hint  # nobody asked for it: the rest of the graph can be judged without
        yield Finding("Evidence", Severity.VIOLATION, error.message, hint=hint, place=error.place)
        return
    for passage, fault in check_evidence(graph, sources).faults:
        yield Finding("Evidence", Severity.VIOLATION, fault, NamedNode(passage), hint=_MOVED)
    wrong = check_values(graph, sources).faults
    places = places_of(graph, (each.quad for each in wrong))
    for each in wrong:
        subject, predicate, value = map(ox_term, each.quad.triple)
        yield Finding(
            each.rule,
            Severity.VIOLATION,
            each.message,
            focus=subject,
            path=short(predicate, graph.project.prefixes),
            value=value,
            place=places.get(each.quad),
            passage=NamedNode(each.passage.iri) if each.passage else None,
            hint=each.hint,
            triple=(subject, predicate, value),
        )
