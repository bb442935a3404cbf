"""What SHACL cannot see: how files, graph names, documents and stored checks agree with a project's graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.errors import Place, nearest
from ogdkg.evidence.passages import check_evidence
from ogdkg.files.names import openable, shown
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Project
from ogdkg.rdf import terms
from ogdkg.search.resolver import run_stored_query
from ogdkg.store.base import Rows
from ogdkg.store.codec import ox_term
from ogdkg.validation.core.results import Finding, Severity, Term
from ogdkg.validation.core.vocabulary import OWL, RDF, RDFS, SH, XSD, Vocabulary
from ogdkg.validation.data.reading import QuadCache, Source
from ogdkg.validation.report.names import short

PASSAGE = Vocabulary("https://w3id.org/ogdkg/ns#").Passage
_BESIDE = re.compile(r"[*?\[/]|^\.")  # what names no folder of the project's own
_TURTLE = (".ttl", ".trig", ".nt", ".nq")
NEAR = 0.8  # how alike, of 1, a name must be to be suggested
BUILT_IN = (RDF.base, RDFS.base, OWL.base, XSD.base, SH.base)


@dataclass(slots=True)
class ProjectFacts:
    """What the files of a project say, as far as the checks need it: names with the first triple that each
    is the object or the predicate of, terms with the first that uses them."""

    subjects: set[Term] = field(default_factory=set)
    passages: set[Term] = field(default_factory=set)
    blank: dict[str, Quad] = field(default_factory=dict)
    graphs: dict[Term, Quad] = field(default_factory=dict)
    objects: dict[NamedNode, Quad] = field(default_factory=dict)
    used: dict[NamedNode, Quad] = field(default_factory=dict)
    describing: list[Quad] = field(default_factory=list)
    uncited: list[Quad] = field(default_factory=list)

    def add(self, file: str, quads: Iterable[Quad], passages: NamedNode | None) -> None:
        """Take in the quads of a file; written for speed, as there are many.

        `passages`: the graph that describes the passages which all else in the file must stand in.
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
                    if value == PASSAGE:
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


def project_checks(
    graph: Graph,
    data: Sequence[Source],
    ontology: Sequence[Source],
    document: Path | None,
    quad_cache: QuadCache,
) -> list[Finding]:
    """The findings of every check on a project; `document` is the source that passages must agree with."""
    project, said, declared = graph.project, ProjectFacts(), set[Term]()
    cited = {layer.name: None if layer.graph else layer.passage_metadata_graph for layer in project.layers}
    files = {openable(source.path): cited[source.layer] for source in graph.files}
    for source in data:
        if source.name in files:
            passages = files[source.name]
            name = NamedNode(passages.value) if passages else None
            said.add(source.name, quad_cache.quads(source), name)
    for source in ontology:
        declared.update(quad.subject for quad in quad_cache.quads(source))
    found = [finding for check in _CHECKS for finding in check(project, said, declared)]
    return [*found, *stored_checks(graph), *(evidence(graph, document) if document else ())]


def _blank_nodes(project: Project, said: ProjectFacts, declared: set[Term]) -> Iterator[Finding]:
    message = "The data contain a blank node. Give it an IRI so that it can be linked and cited."
    for subject, predicate, _, _ in said.blank.values():  # its object cannot be told from other blank nodes
        yield Finding("BlankNode", Severity.VIOLATION, message, subject, triple=(subject, predicate, None))


def _graph_names(project: Project, said: ProjectFacts, declared: set[Term]) -> Iterator[Finding]:
    ours = {layer.graph for layer in project.layers} | {
        layer.passage_metadata_graph.value for layer in project.layers if layer.passage_metadata_graph
    }
    for name, quad in said.graphs.items():
        if name not in said.passages and getattr(name, "value", "") not in ours:
            near = _near(name, said.passages, project)
            yield _finding(
                "GraphName",
                f"The graph {_short(name, project)} is not described as a passage, so its source is unknown.",
                quad,
                hint=near
                or "Describe it as a passage (ogd:Passage), or move its triples to the graph of a passage.",
            )


def _uncited(project: Project, said: ProjectFacts, declared: set[Term]) -> Iterator[Finding]:
    """What a layer of passages says in none of them; the graph that describes them says nothing else."""
    described = set(said.passages)
    for _ in said.describing:  # parts of parts too
        more = {quad.object for quad in said.describing if quad.subject in described} - described
        if not more:
            break
        described |= more
    strange = (quad for quad in said.describing if quad.subject not in described)
    for quad in (*said.uncited, *strange):
        yield _finding(
            "Uncited",
            "This statement is in no passage, so its source is unknown.",
            quad,
            hint="Move it to the graph of the passage that states it.",
        )


def _undefined(project: Project, said: ProjectFacts, declared: set[Term]) -> Iterator[Finding]:
    known = said.subjects | declared
    for name, quad in {**said.used, **said.objects}.items():
        is_thing = (
            project.resource_namespace
            and name.value.startswith(project.resource_namespace)
            and name.value[-1] not in "#/"
        )
        if is_thing and name not in known:
            near = _near(name, known, project)
            yield _finding(
                "Undefined",
                f"The IRI {_short(name, project)} of this project is not defined.",
                quad,
                name,
                hint=f"Define it, or correct its spelling.{f' {near}' if near else ''}",
            )


def _undeclared(project: Project, said: ProjectFacts, declared: set[Term]) -> Iterator[Finding]:
    for name, quad in said.used.items() if declared else ():  # else there is no ontology to declare it in
        foreign = not (project.resource_namespace and name.value.startswith(project.resource_namespace))
        if foreign and name not in declared and not name.value.startswith(BUILT_IN):
            near = _near(name, declared, project)
            yield _finding(
                "Undeclared",
                f"The term {_short(name, project)} of another vocabulary is not declared in the ontology.",
                quad,
                name,
                hint=near or "Declare it in the ontology, or use a declared term.",
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


def _near(name: Term, known: Iterable[Term], project: Project) -> str | None:
    """The known IRI that is spelt most like a name, of those in its namespace if there is one."""
    spelt = {_short(each, project) for each in known if isinstance(each, NamedNode)}
    text = _short(name, project)
    beside = [each for each in spelt if _namespace(each) == _namespace(text)]
    near = nearest(text, beside, 1, NEAR) or nearest(text, spelt, 1, NEAR)
    return f"Did you mean {near[0]}?" if near else None


def _namespace(text: str) -> str:
    return re.split(r"[^:/#]*$", text)[0]


def _short(term: Term, project: Project) -> str:
    return short(term, project.prefixes)


def _unread(project: Project, said: ProjectFacts, declared: set[Term]) -> Iterator[Finding]:
    """Files beside those of the layers that a name or a place keeps from being read."""
    known = set(project.files(project.patterns))
    patterns = (Path(pattern).parts for layer in project.layers for pattern in layer.files)
    folders = {parts[0] for parts in patterns if len(parts) > 1 and not _BESIDE.search(parts[0])}
    for folder in sorted(folders - {"/", ".."}):
        for path in project.files([f"{folder}/**/*"]):
            if path.suffix.lower() in _TURTLE and path not in known:
                message = "No layer includes this file, so it is not read."
                hint = "Rename or move it to match the `files` of a layer in ogdkg.toml."
                place = Place(shown(path))
                yield Finding("Unread", Severity.WARNING, message, None, hint=hint, place=place)


Check = Callable[[Project, ProjectFacts, set[Term]], Iterable[Finding]]
_CHECKS: tuple[Check, ...] = (_blank_nodes, _graph_names, _uncited, _undefined, _undeclared, _unread)


def stored_checks(graph: Graph) -> Iterator[Finding]:
    """The rows of the queries under `queries/checks`; a tag of theirs can say how grave they are.

    Those that name no layers come first, as they read the layers that rules see (`GraphOptions.reuse_store`).
    """
    for query in sorted(graph.catalogue.topic("checks"), key=lambda query: bool(query.layers)):
        result = run_stored_query(graph, query.name)
        assert isinstance(result, Rows)
        for row in result.rows:
            yield _of_row(query, dict(zip(result.variables, row, strict=True)))


def _of_row(query: StoredQuery, row: dict[str, terms.Term | None]) -> Finding:
    things = [term for term in row.values() if isinstance(term, terms.Iri)]
    said = ", ".join(f"{name} {term.value}" for name, term in row.items() if isinstance(term, terms.Literal))
    tagged = [severity for severity in Severity if severity.word in query.header.tags]
    return Finding(
        rule=query.name,
        severity=tagged[0] if tagged else Severity.INFO,
        message=f"{query.header.summary} ({said})" if said else query.header.summary,
        focus=ox_term(things[0]) if things else None,
        value=ox_term(things[1]) if len(things) > 1 else None,
        place=Place(query.file),  # unless a file is found that names the thing
        row=tuple(ox_term(term) for term in row.values() if term is not None),
    )


def evidence(graph: Graph, document: Path) -> Iterator[Finding]:
    """The passages that do not agree with the document they are of."""
    for passage, fault in check_evidence(graph, document).faults:
        yield Finding("Evidence", Severity.VIOLATION, fault, NamedNode(passage))
