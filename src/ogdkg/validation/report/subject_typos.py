"""A misspelt IRI of a subject: one finding that names the cause, and which others follow from it.

What is said of `person:grce` makes a thing of its own, without a class, and is missing of
`person:grace`. Which findings follow is not guessed: the data are judged with the IRI corrected, and what is
not found then follows from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode, Triple

from ogdkg.validation.core.results import Finding, Result, Term, flatten
from ogdkg.validation.core.vocabulary import RDF
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.report.class_typos import follow_from, how_many_follow
from ogdkg.validation.report.names import DisplayNames
from ogdkg.validation.report.near_terms import is_one_edit, parts

RULE = "MisspeltSubject"
MAX_TRIPLES = 200_000  # of a graph that is judged a second time
MOST = 10  # nodes that may be misspelt; of more, having no class is somebody's own way


@dataclass(frozen=True, slots=True)
class SubjectTypo:
    """An IRI that one file alone has, the one that it must be, and the keys of the results that follow."""

    written: NamedNode
    meant: NamedNode
    follow: frozenset[tuple[str, ...]]


def misspelt_subjects(
    results: Sequence[Result],
    graph: DataGraph,
    nodes: BlankNodes,
    judge: Callable[[DataGraph], Iterable[Result]],
) -> list[SubjectTypo]:
    """Return the subjects of results that are misspelt.

    Args:
        results: The results.
        graph: The data.
        nodes: The files that the data are from.
        judge: Judges other data in the same way.
    """
    meant = _meant(results, graph, nodes) if len(graph) <= MAX_TRIPLES else {}
    if not meant:
        return []
    corrected = DataGraph()
    corrected.add(
        Triple(_in(each.subject, meant), each.predicate, _in(each.object, meant))  # type: ignore[arg-type]
        for each in graph.triples()
    )
    left = {each.key() for each in judge(corrected)}
    follow: dict[NamedNode, set[tuple[str, ...]]] = {each: set() for each in meant}
    for each in results:
        if _corrected(each, meant).key() not in left:
            about = {term for inner in flatten((each,)) for term in (inner.focus, inner.value)}
            owners = [one for one, other in meant.items() if one in about or other in about]
            for owner in owners or (list(meant) if len(meant) == 1 else ()):
                follow[owner].add(each.key())
    return [SubjectTypo(one, meant[one], frozenset(keys)) for one, keys in follow.items() if keys]


def with_subjects(
    found: Sequence[Finding], typos: Sequence[SubjectTypo], names: DisplayNames
) -> list[Finding]:
    """Return the findings with one for each misspelt subject, and it as the cause of those that follow."""
    told = list(found)
    for typo in typos:
        is_after = [each.result is not None and each.result.key() in typo.follow for each in told]
        told, following = follow_from(typo.written, told, is_after)
        if following:
            told.insert(0, _cause(typo, following, names))
    return told


def _cause(typo: SubjectTypo, following: Sequence[Finding], names: DisplayNames) -> Finding:
    more = how_many_follow(len(following))
    return Finding(
        RULE,
        max(each.severity for each in following),
        f"{names.short(typo.written)} has no class, and no other file names it. {more}",
        typo.written,
        hint=f"Did you mean {names.short(typo.meant)}?",
        paste=names.pasted(typo.meant),
        triple=(typo.written, None, None),
    )


def _meant(results: Sequence[Result], graph: DataGraph, nodes: BlankNodes) -> dict[NamedNode, NamedNode]:
    """The misspelt subjects, each with the one thing that is meant."""
    written = _classless(results, graph)
    if not 0 < len(written) <= MOST:
        return {}
    spaces = {parts(each.value)[0] for each in written}
    known = {
        each.subject
        for each in graph.triples(None, RDF.type)
        if isinstance(each.subject, NamedNode) and parts(each.subject.value)[0] in spaces
    }
    near = {one: [each for each in known if is_one_edit(one.value, each.value)] for one in written}
    meant = {one: others[0] for one, others in near.items() if len(others) == 1}
    files = _files(meant, nodes) if meant else {}
    return {one: other for one, other in meant.items() if files[one] == 1}


def _classless(results: Sequence[Result], graph: DataGraph) -> list[NamedNode]:
    """The nodes of results that something is said of, but no class."""
    terms = (term for each in flatten(tuple(results)) for term in (each.focus, each.value))
    iris = dict.fromkeys(term for term in terms if isinstance(term, NamedNode))
    return [each for each in iris if graph.first(each) and not graph.first(each, RDF.type)]


def _files(iris: Iterable[NamedNode], nodes: BlankNodes) -> dict[NamedNode, int]:
    """In how many files each of some IRIs stands."""
    found = dict.fromkeys(iris, 0)
    for source in nodes.sources:
        in_file = {term for quad in nodes.cache.quads(source) for term in (quad.subject, quad.object)}
        for each in found:
            found[each] += each in in_file
    return found


def _in(term: Term, meant: dict[NamedNode, NamedNode]) -> Term:
    return meant.get(term, term) if isinstance(term, NamedNode) else term


def _corrected(result: Result, meant: dict[NamedNode, NamedNode]) -> Result:
    value = None if result.value is None else _in(result.value, meant)
    return replace(result, focus=_in(result.focus, meant), value=value)
