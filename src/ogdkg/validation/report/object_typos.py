"""A misspelt IRI of an object: one finding that names the cause, and which others follow from it.

Where `person:grce` stands for `person:grace`, shapes miss the class of the value, in one finding each, and
the checks of a project its definition; each would suggest another thing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import NamedTuple

from pyoxigraph import NamedNode, Triple

from ogdkg.validation.core.results import Finding, Fix, Related, Term, flatten
from ogdkg.validation.core.vocabulary import RDF
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.report.class_typos import MAX_RELATED, MAX_TRIPLES, follow_from, how_many_follow
from ogdkg.validation.report.names import DisplayNames
from ogdkg.validation.report.near_terms import misspelt, parts

RULE = "MisspeltObject"
_FEWEST = 2  # findings: one alone tells the nearest name itself
_MOST = 100  # IRIs that are compared with all things of their namespaces


class _Typo(NamedTuple):
    written: NamedNode
    meant: NamedNode
    triples: tuple[Triple, ...]  # that have it


def with_objects(
    found: Sequence[Finding], graph: DataGraph, names: DisplayNames, *, is_local: bool = True
) -> list[Finding]:
    """Return the findings with one for each misspelt object that several are about, as their cause.

    Args:
        found: The findings.
        graph: The data.
        names: How terms are shown.
        is_local: Whether asking the data about each object is cheap.
    """
    told, causes = list(found), list[Finding]()
    if not is_local or len(graph) > MAX_TRIPLES:
        return told
    objects = [_objects(each) for each in found]
    unexplained = (objects[place] for place, each in enumerate(found) if each.cause is None)
    for typo in _typos(chain.from_iterable(unexplained), graph):
        told, following = follow_from(typo.written, told, [typo.written in each for each in objects])
        if following:
            causes.insert(0, _cause(typo, following, names))
    return [*causes, *told]


def _typos(objects: Iterable[NamedNode], graph: DataGraph) -> list[_Typo]:
    """The objects that several findings are about, not described themselves, but nearly one that is.

    Args:
        objects: Those of each finding.
        graph: The data.
    """
    several = (term for term, number in Counter(objects).items() if number >= _FEWEST)
    unknown = list(islice((term for term in several if graph.first(term) is None), _MOST))
    spaces = {parts(each.value)[0] for each in unknown}
    known = {
        each.subject
        for each in (graph.triples(None, RDF.type) if unknown else ())
        if isinstance(each.subject, NamedNode) and parts(each.subject.value)[0] in spaces
    }
    typos = []
    for each in unknown:
        triples = tuple(graph.triples(None, None, each))
        meant = misspelt(each.value, known) if triples else None
        if meant is not None:
            typos.append(_Typo(each, meant, triples))
    return typos


def _objects(finding: Finding) -> set[NamedNode]:
    """The IRIs that stand as objects where a finding, or a reason beneath it, looks."""
    terms: list[Term | None] = [each.value for each in flatten((finding.result,))] if finding.result else []
    if finding.triple is not None and not finding.at_predicate and finding.triple[1] != RDF.type:
        terms.append(finding.triple[2])
    return {each for each in terms if isinstance(each, NamedNode)}


def _cause(typo: _Typo, following: Sequence[Finding], names: DisplayNames) -> Finding:
    first, *rest = sorted(typo.triples, key=lambda triple: names.blank.order(triple.subject))
    return Finding(
        RULE,
        max(each.severity for each in following),
        f"The data do not describe {names.short(typo.written)}. {how_many_follow(len(following))}",
        first.subject,
        value=typo.written,
        hint=f"Did you mean {names.short(typo.meant)}?",
        paste=names.pasted(typo.meant),
        triple=(first.subject, first.predicate, first.object),
        related=tuple(Related(each.subject) for each in rest[:MAX_RELATED]),
        fixes=tuple(Fix(each, typo.meant) for each in typo.triples),
    )
