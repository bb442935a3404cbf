"""What follows from data by RDFS or OWL RL, as owlrl infers it in the process of pyshacl.

https://www.w3.org/TR/rdf11-mt/#rdfs-interpretations, https://www.w3.org/TR/owl2-profiles/#OWL_2_RL
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import owlrl  # type: ignore[import-untyped]  # it has no types
import rdflib
from pyshacl.inference import CustomRDFSSemantics
from rdflib import BNode, URIRef
from rdflib.term import Node, _toPythonMapping

CAUSE = "urn:ogdkg:regime:"
_FAULTS = "http://www.daml.org/2002/03/agents/agent-ont#"  # owlrl's words for a contradiction
_SEMANTICS: dict[str, Any] = {"rdfs": CustomRDFSSemantics, "owlrl": owlrl.OWLRL_Semantics}


def entailed(regime: str, data: rdflib.Graph) -> Iterator[tuple[Node, Node, Node, Node]]:
    """The triples that follow and are new, each with its regime; a contradiction has a cause of its own."""
    before = set(data)
    with own_readings():
        owlrl.DeductiveClosure(_SEMANTICS[regime]).expand(data)
    for triple in set(data) - before:
        if triple[1] == URIRef(f"{_FAULTS}error"):
            yield *triple, URIRef(f"{CAUSE}contradiction")
        elif not (isinstance(triple[0], BNode) and str(triple[2]).startswith(_FAULTS)):
            yield *triple, URIRef(f"{CAUSE}{regime}")


@contextmanager
def own_readings() -> Iterator[None]:
    """Let owlrl read literals in its way for the time being: the table is the whole process's."""
    ours = dict(_toPythonMapping)
    try:
        yield
    finally:
        _toPythonMapping.clear()
        _toPythonMapping.update(ours)
