"""What a shapes graph says without saying it, written out: pyshacl asks for the words."""

from __future__ import annotations

from typing import Any

from pyoxigraph import BlankNode, NamedNode

from ogdkg.validation.core.vocabulary import OWL, RDF, RDFS, SH

_LISTS = frozenset({SH["and"], SH["or"], SH.xone})
ValuesByPredicate = dict[NamedNode, list[Any]]


def state_classes(about: dict[Any, ValuesByPredicate]) -> None:
    """Call each instance of a class of classes a class, however many rdfs:subClassOf there are between.

    https://www.w3.org/TR/shacl/#implicit-targetClass, https://www.w3.org/TR/shacl/#dfn-shacl-instance
    """
    below: dict[Any, list[Any]] = {}
    for node, said in about.items():
        for each in said.get(RDFS.subClassOf, ()):
            below.setdefault(each, []).append(node)
    kinds: list[Any] = [RDFS.Class, OWL.Class]
    for each in kinds:
        kinds += [node for node in below.get(each, ()) if node not in kinds]
    for said in about.values():
        types = said.get(RDF.type, [])
        if RDFS.Class not in types and any(each in kinds for each in types):
            types.append(RDFS.Class)


def fill_lists(about: dict[Any, ValuesByPredicate]) -> None:
    """Write out an empty list of shapes: no value conforms to one of none, and each to all of none."""
    for said in [
        said for said in about.values() if any(RDF.nil in said[name] for name in said.keys() & _LISTS)
    ]:
        head, never = BlankNode(), BlankNode()
        about[head] = {RDF.first: [never], RDF.rest: [RDF.nil]}
        about[never] = {SH["in"]: [RDF.nil]}
        for name in said.keys() & _LISTS:
            left = [each for each in said[name] if each != RDF.nil]
            said[name] = left if name == SH["and"] or len(left) == len(said[name]) else [*left, head]
