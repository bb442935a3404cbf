"""Places of triples with blank nodes that their file does not label, told by the sentences that lead to them.

A node that is written as `[ … ]` or `( … )` hangs on the subject of its sentence. The data tell which subject
that is, or that the node is the subject itself, and how many like it come before. So no more of a file is
read than the sentences of these subjects.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from pyoxigraph import BlankNode, NamedNode

from ogdkg.rdf import terms
from ogdkg.syntax import Fit, Source, Statement, TriplePattern, fits_among
from ogdkg.syntax.model import RDF_NIL
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.spellings import Candidates
from ogdkg.validation.core.results import Term
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.reading import Source as Read
from ogdkg.validation.report.alignment import Below, Key, aligned, paired, tree_of_statements
from ogdkg.validation.report.conversion import core_term

Triple = tuple[Term, Term | None, Term | None]


class Ways:
    """The ways to nodes without labels in one source, as the data have them.

    Attributes:
        below: The nodes that a subject leads to, by predicate, in the order of the file.
        roots: The nodes that nothing leads to, by how many of them come before; only if one is wanted.
        subjects: The subjects with names that lead to the others, as the reader has them.
    """

    def __init__(self, graph: DataGraph, nodes: BlankNodes, source: int) -> None:
        self._graph = graph
        self._nodes = nodes
        self._source = source
        self._ended: set[BlankNode] = set()
        self.below: dict[Key, dict[str, list[Key]]] = {}
        self.subjects: set[terms.Subject] = set()
        self.roots: dict[int, BlankNode] = {}
        self.root_count = 0

    def find(self, wanted: Iterable[BlankNode]) -> bool:
        """Find the ways to nodes; false where the data do not tell one, as triples were inferred."""
        if not all(map(self._climb, wanted)):
            return False
        if self._ended:
            roots = self._all_roots()
            self.root_count = len(roots)
            self.roots = {number: node for number, node in enumerate(roots) if node in self._ended}
        return len(self.roots) == len(self._ended)

    def _climb(self, node: BlankNode) -> bool:
        """Take in what leads to a node."""
        while self._is_ours(node):
            parents = list(islice(self._graph.triples(None, None, node), 2))
            if len(parents) > 1:
                return False
            if not parents:
                self._ended.add(node)
                return True
            subject, predicate = parents[0].subject, parents[0].predicate
            known = self.below.setdefault(self._key(subject), {})
            if predicate.value in known:  # this node among them, and all above
                return True
            values = (each.object for each in self._graph.triples(subject, predicate))
            ours = [each for each in values if isinstance(each, BlankNode) and self._is_ours(each)]
            known[predicate.value] = [*sorted(ours, key=self._nodes.order)]
            if isinstance(subject, NamedNode):
                self.subjects.add(terms.Iri(subject.value))
                return True
            if not isinstance(subject, BlankNode):
                return False
            if label := self._nodes.label(subject):
                self.subjects.add(terms.Blank(label))
                return True
            node = subject
        return False

    def _is_ours(self, node: BlankNode) -> bool:
        """Whether a node stands in the source, without a label."""
        found = self._nodes.written(node)
        return found is not None and found.source == self._source and found.label is None

    def _key(self, subject: Key) -> Key:
        if not isinstance(subject, BlankNode):
            return getattr(subject, "value", subject)
        label = self._nodes.label(subject)
        return subject if label is None else f"_:{label}"

    def _all_roots(self) -> list[BlankNode]:
        """The nodes without labels that nothing leads to, in the order of the file."""
        subjects, objects = set[BlankNode](), set[BlankNode]()
        for triple in self._graph.triples():
            if type(triple.subject) is BlankNode:
                subjects.add(triple.subject)
            if type(triple.object) is BlankNode:
                objects.add(triple.object)
        return sorted(filter(self._is_ours, subjects - objects), key=self._nodes.order)


def fits_in_sentences(
    asked: Sequence[Triple], reader: Reader, graph: DataGraph, nodes: BlankNodes, source: int
) -> dict[Triple, Fit] | None:
    """The statements of a file that come nearest to triples, found in the sentences that lead to them.

    Args:
        asked: The triples, of which some have nodes without labels.
        reader: The reader of the file, which has not begun.
        graph: The data.
        nodes: The blank nodes of the data.
        source: The number of the file among its sources.

    Returns:
        None where only the whole file tells: a spelling is unpredictable, or the data have what it has not.
    """
    ways = Ways(graph, nodes, source)
    if not ways.find(
        {t for each in asked for t in each if isinstance(t, BlankNode) and is_nameless(t, nodes)}
    ):
        return None
    named = {as_read(each, nodes, {})[0] for each in asked if not is_nameless(each[0], nodes)}
    candidates = Candidates(reader, named | ways.subjects, ways.roots)
    if not candidates.can_be_told:
        return None
    said = list(candidates.statements())
    same = _same(ways, said, reader, candidates)
    if same is None:
        return None
    by_core: dict[TriplePattern, Triple] = {as_read(each, nodes, same): each for each in asked}
    found = fits_among(said, by_core)
    if any(_is_doubtful(each, found.get(each)) for each in by_core):
        return None
    return {by_core[core]: fit for core, fit in found.items()}


def _same(
    ways: Ways, said: Sequence[Statement], reader: Reader, candidates: Candidates
) -> dict[BlankNode, terms.Blank] | None:
    """The reader's node for each node on the ways; None unless both have as many nodes at each place."""
    below: Below = tree_of_statements(said, reader.is_anonymous).below
    if candidates.bracketed != ways.root_count:
        return None
    same = paired(ways.below, below, {node: candidates.begun[n] for n, node in ways.roots.items()})
    for key, by_predicate in ways.below.items():
        theirs = below.get(same.get(key, key) if isinstance(key, BlankNode) else key, {})
        if any(len(theirs.get(each, ())) != len(found) for each, found in by_predicate.items()):
            return None
    return same


def _is_doubtful(wanted: TriplePattern, fit: Fit | None) -> bool:
    """Whether a triple may stand nearer elsewhere: one of another blank node, or of `( )`."""
    if fit is not None and fit.is_exact:
        return False
    subject, predicate, object_ = wanted
    if subject == RDF_NIL:
        return True
    return isinstance(subject, terms.Blank) and (fit is None or None not in (predicate, object_))


def is_nameless(term: Term | None, nodes: BlankNodes) -> bool:
    """Whether a term is a blank node that has no label in its file."""
    return isinstance(term, BlankNode) and nodes.label(term) is None


def same_nodes(document: Source, form: str, source: Read, nodes: BlankNodes) -> dict[BlankNode, terms.Blank]:
    """The reader's node for each blank node of a source that has no label there."""
    reader = Reader(document, form, source.base)
    return aligned(nodes.cache.quads(source), nodes.label, reader, reader.is_anonymous)


def as_read(
    wanted: Triple, nodes: BlankNodes, same: Mapping[BlankNode, terms.Blank]
) -> tuple[terms.Subject, terms.Iri | None, terms.Term | None]:
    """The triple as the lossless reader yields it."""

    def core(term: Term | None) -> terms.Term | None:
        if isinstance(term, BlankNode):
            return same.get(term) or terms.Blank(nodes.label(term) or term.value)
        return None if term is None else core_term(term)

    subject, predicate, obj = map(core, wanted)
    assert isinstance(subject, terms.Iri | terms.Blank) and isinstance(predicate, terms.Iri | None)
    return subject, predicate, obj
