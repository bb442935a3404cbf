"""What stored questions go by, besides what they say of themselves: names of terms, and other questions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from ogdkg.acceptance.questions import question_files, read_question
from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.catalogue.ranking import Wording
from ogdkg.errors import OgdkgError
from ogdkg.evidence.citations import Citations
from ogdkg.files.text import read_text
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri
from ogdkg.search.labels import LabelIndex
from ogdkg.sparql.tokens import iri_of, significant_tokens

_MOST_ASKED = 1_000  # questions that are read
_LONGEST = 400  # letters of one


def wording_of(graph: Graph, citations: Citations) -> Wording:
    """Return the names of what queries use, and the questions of the project that its tests ask.

    Names are known only of a graph whose names are in memory. A question that cannot be read is left out.
    """
    names = citations.names
    labels = names.labels if isinstance(names, LabelIndex) else {}
    terms = {
        query.name: " ".join(labels[iri] for iri in _used(query, graph) if iri in labels)
        for query in graph.catalogue.readable()
    }
    return Wording(terms, list(_asked(graph)))


def _used(query: StoredQuery, graph: Graph) -> list[Iri]:
    """The IRIs in a query, once each."""
    prefixes = query.prefixes_with(graph.project.prefixes)
    iris = (iri_of(token, prefixes) for token in significant_tokens(query.text))
    return [Iri(each) for each in dict.fromkeys(filter(None, iris))]


def _asked(graph: Graph) -> Iterator[tuple[str, str]]:
    for path in islice(question_files(graph), _MOST_ASKED):
        file = graph.project.shown_path(path)
        with suppress(OgdkgError):
            question = read_question(read_text(path, file), file)
            yield question.question[:_LONGEST], question.query
