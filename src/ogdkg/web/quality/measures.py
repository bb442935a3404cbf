"""What is measured of a graph in the background: validation, questions, checks, and figures of revisions.

Each measure returns plain values. None quotes a value of the graph, which may be personal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice, pairwise
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ogdkg.acceptance.questions import question_files, read_question
from ogdkg.api.changes import History, recent_revisions
from ogdkg.api.checks import tested
from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.diff.repository import Repository, Revision
from ogdkg.errors import OgdkgError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.completeness import completeness
from ogdkg.files.text import read_text
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Project
from ogdkg.rdf.statements import split
from ogdkg.rdf.terms import RDF, Iri
from ogdkg.search.resolver import NameResolver
from ogdkg.validation.core.results import Finding, Severity
from ogdkg.validation.operation import Inputs, Options, validate
from ogdkg.validation.project import project_inputs
from ogdkg.validation.report.conversion import core_term
from ogdkg.web.questions.asked import Asked
from ogdkg.web.questions.graphs import QueriedGraphs
from ogdkg.web.questions.marks import limited

_MOST_GROUPS = 60  # of findings with one message
_MOST_THINGS = 12  # of a group that are named
_MOST_ROWS = 100_000  # that are counted
_MOST_REVISIONS = 2_000  # that are looked through
_POINTS = 12  # of a history
_CHANGES = 10  # revisions of which is told what has changed
_MOST_LINES = 6  # of a revision
_MOST_LACKING = 40  # things that are named behind a number
_LINKS = """SELECT ?thing ?other {
  VALUES ?p { <http://www.w3.org/2002/07/owl#sameAs> <http://www.w3.org/2004/02/skos/core#exactMatch>
    <http://www.w3.org/2004/02/skos/core#closeMatch> <https://schema.org/sameAs> <http://schema.org/sameAs> }
  ?thing ?p ?other } LIMIT 100000"""
_LEFT_OUT = "A sentence with personal data, left out"
_TYPE = f"<{RDF}type>"


def validation(graph: Graph, seconds: float) -> dict[str, Any]:
    """Return what `ogdkg validate` finds: counts by severity, and findings by what they say.

    Args:
        graph: The graph.
        seconds: The time limit of the rules of the project.
    """
    project = graph.project
    inputs = project_inputs(project, Inputs((), ()), timeout=seconds)
    if not inputs.shapes:
        return {"error": "The project has no shapes, so that nothing can be held against them."}
    report = validate(inputs, Options(prefixes=project.prefixes))
    groups: dict[tuple[int, str], list[Finding]] = {}
    for finding in sorted(report.findings, key=Finding.order):
        groups.setdefault((-finding.severity, finding.message), []).append(finding)
    largest = sorted(groups.items(), key=lambda each: (each[0][0], -len(each[1])))
    return {
        "conforms": report.conforms,
        "triples": report.triples,
        "counts": {severity.word: number for severity, number in report.counts().items()},
        "groups": [
            {
                "severity": Severity(-severity).word,
                "message": message,
                "number": len(found),
                "things": list(islice(dict.fromkeys(_focuses(found)), _MOST_THINGS)),
            }
            for (severity, message), found in largest[:_MOST_GROUPS]
        ],
        "more": max(len(largest) - _MOST_GROUPS, 0),
    }


def complete(citations: Citations) -> dict[str, Any]:
    """Return what the things of the first page lack, or those of the largest class that passages tell of."""
    kind = citations.graph.project.pages.things
    if kind is None and not citations.passages.all:
        return {}
    reports = completeness(citations, citations.short(kind) if kind else None)
    if not reports:
        return {}
    things, properties = reports[0].things, []
    for each in reports[0].expected:
        lacking = [thing.value for thing in things if thing not in each.having]
        having = len(things) - len(lacking)
        if each.name:
            more = max(len(lacking) - _MOST_LACKING, 0)
            properties.append([each.name, having, lacking[:_MOST_LACKING], more])
    return {"kind": reports[0].kind, "number": len(things), "properties": properties}


def links(graph: Graph) -> list[list[Any]]:
    """Return the sites that know things of a graph too, each with how many and some, the most first."""
    things: dict[str, set[str]] = {}
    own = graph.project.resource_namespace
    for thing, other in graph.select(_LINKS, limited=False):
        if isinstance(thing, Iri) and isinstance(other, Iri) and not (own and other.value.startswith(own)):
            host = (urlsplit(other.value).hostname or "").removeprefix("www.")
            things.setdefault(host, set()).add(thing.value)
    counts = sorted((-len(each), host) for host, each in things.items() if host)
    return [[host, -number, sorted(things[host])[:_MOST_LACKING]] for number, host in counts]


def _focuses(findings: Iterable[Finding]) -> Iterator[str]:
    focuses = (core_term(each.focus) for each in findings if each.focus is not None)
    return (each.value for each in focuses if isinstance(each, Iri))


def questions(graph: Graph, seconds: float) -> dict[str, Any]:
    """Return the acceptance questions of a project, each with whether it is answered as expected.

    Args:
        graph: The graph.
        seconds: The time limit of each.
    """
    project = graph.project
    files = {project.shown_path(path): path for path in question_files(graph)}
    if not files:
        return {"asked": []}
    fresh = Graph(project, graph.options._replace(timeout=seconds))
    asked = []
    for check in tested(fresh, ()):
        path = files.get(check.file or "")
        query, given = "", {}
        if path:
            try:
                parsed = read_question(read_text(path, check.file or ""), check.file or "")
                query, given = parsed.query, {name: _text(value) for name, value in parsed.parameters.items()}
            except OgdkgError:
                pass  # the check says what is wrong
        asked.append({"question": check.name, "passed": check.passed, "query": query, "given": given})
    return {"asked": asked}


def _text(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def checks(graphs: QueriedGraphs, seconds: float) -> list[dict[str, Any]]:
    """Return how many rows each stored query has that looks for faults.

    Args:
        graphs: What the queries read.
        seconds: The time limit of each.
    """
    return [_counted(graphs, query, seconds) for query in checking(graphs.graph)]


def checking(graph: Graph) -> list[StoredQuery]:
    """Return the stored queries whose rows are counted: those of `[pages] checks`, else those tagged so."""
    wanted = graph.project.pages.checks
    found = {each.name: each for each in graph.catalogue.readable()}
    chosen = [found[name] for name in wanted if name in found] if wanted else [*found.values()]
    return [
        each
        for each in chosen
        if each.form == "SELECT"
        and all(parameter.is_optional for parameter in each.parameters)
        and (wanted or "checks" in each.header.tags)
    ]


def _counted(graphs: QueriedGraphs, query: StoredQuery, seconds: float) -> dict[str, Any]:
    told: dict[str, Any] = {
        "name": query.name,
        "words": query.header.summary or query.name,
        "means": query.header.description,
    }
    try:
        graph = limited(graphs.graph_of(query), seconds)
        text = NameResolver(graph).bind(query, Asked(query, {}, "").arguments)
        found = graph.select(text, limited=True)
        return told | {"number": sum(1 for _ in islice(found, _MOST_ROWS))}
    except OgdkgError as error:
        return told | {"error": error.message}


def history(project: Project) -> dict[str, Any]:
    """Return figures of some revisions of a project, the oldest first, and what changed in the last ones."""
    revisions = recent_revisions(project, _MOST_REVISIONS)
    tags = [each for each in Repository(project.root).tags(_POINTS) if each.name]
    points = list(reversed(tags)) if len(tags) > 2 else _spread(list(reversed(revisions)))
    past = History(project)
    return {
        "points": [point for each in points if (point := _point(project, past, each))],
        "changes": [_change(past, *pair) for pair in pairwise(revisions[: _CHANGES + 1])],
    }


def _spread(revisions: Sequence[Revision]) -> list[Revision]:
    """A few of many revisions: the last of each day, and of these or of all some at equal distances.

    >>> [each.time for each in _spread([Revision("", day * 86_400) for day in range(100)])][-2:]
    [7776000, 8553600]
    """
    by_day = list({each.time // 86_400: each for each in revisions}.values())
    among = by_day if len(by_day) > 2 else revisions
    if len(among) <= _POINTS:
        return list(among)
    step = (len(among) - 1) / (_POINTS - 1)
    return [among[round(index * step)] for index in range(_POINTS)]


def _date(revision: Revision) -> str:
    return datetime.fromtimestamp(revision.time, UTC).date().isoformat()


def _point(project: Project, past: History, revision: Revision) -> dict[str, Any] | None:
    """The figures of a revision; none of one that cannot be read."""
    try:
        files = past.version(revision, _data_patterns(project)).files
        with past.lines(files) as lines:
            return {"date": _date(revision), "name": revision.name, **_figures(project, lines)}
    except OgdkgError:
        return None


def _data_patterns(project: Project) -> tuple[str, ...]:
    return tuple(pattern for layer in project.layers for pattern in layer.files)


def _figures(project: Project, lines: Iterable[bytes]) -> Mapping[str, int]:
    """How many distinct statements there are, and about how many things and passages.

    Args:
        project: The project.
        lines: What its files state.
    """
    statements = {split(line[:-1].decode())[1:] for line in lines}
    typed = [(one, kind) for one, predicate, kind in statements if predicate == _TYPE and one[0] == "<"]
    passage = f"<{project.house.passages.passage.value}>"
    passages = {subject for subject, kind in typed if kind == passage}
    things = {subject for subject, _ in typed}
    return {"statements": len(statements), "things": len(things), "passages": len(passages)}


def _change(past: History, after: Revision, before: Revision) -> dict[str, Any]:
    """What changed between two revisions, in words: kinds of changes, and things."""
    changes = past.compared(before, after)
    kinds: dict[str, list[tuple[str, str]]] = {}
    for thing in changes:
        if thing.iri and ("#" not in thing.iri or thing.name != thing.iri):  # no nameless part of another
            kinds.setdefault(thing.kind, []).append((thing.iri, thing.name))
    return {
        "commit": after.commit,
        "moment": datetime.fromtimestamp(after.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "date": _date(after),
        "name": after.name,
        "kinds": {kind: [found[:_MOST_LINES], len(found)] for kind, found in kinds.items()},
    }


class Personal(NamedTuple):
    """What is left out of what is told: texts in any sentence, and the IRIs of nodes."""

    texts: frozenset[str]
    nodes: frozenset[str]

    def without(self, told: Any) -> Any:
        """Return measures without the sentences and the things that are personal."""
        if isinstance(told, str):
            return _LEFT_OUT if any(text in told for text in self.texts) else told
        if isinstance(told, dict):
            return {key: self.without(each) for key, each in told.items()}
        if isinstance(told, list | tuple):
            return [self.without(each) for each in told if not self._names(each)]
        return told

    def _names(self, told: Any) -> bool:
        """Whether an entry of a list is a node, or a node and its name."""
        is_pair = isinstance(told, list | tuple) and len(told) == 2 and isinstance(told[1], str)
        node = told[0] if is_pair else told
        return isinstance(node, str) and node in self.nodes
