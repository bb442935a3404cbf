"""What the named graph of a statement is called in a report."""

from __future__ import annotations

import re

from pyoxigraph import NamedNode

from ogdkg.project.house import PassageTerms
from ogdkg.rdf.terms import local_name
from ogdkg.validation.core.vocabulary import RDF
from ogdkg.validation.data.graph import DataGraph


def kind_of_passages(terms: PassageTerms) -> str:
    """Return what a project calls a passage: the name of its class, as words.

    >>> kind_of_passages(PassageTerms())
    'passage'
    """
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", local_name(terms.passage.value)).lower()


def stated_in(terms: PassageTerms, graph: DataGraph) -> str:
    """Return the word for a named graph: that for passages if the data describe any, else `graph`."""
    first = graph.first(None, RDF.type, NamedNode(terms.passage.value))
    return kind_of_passages(terms) if first else "graph"
