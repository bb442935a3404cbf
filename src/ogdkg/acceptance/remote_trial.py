"""The second check of a question on a server: its query as it would answer after a change of the graph.

The graph is neither changed nor copied. What rules would derive no longer, or only then, is found by asking
them (Gupta, Mumick and Subrahmanian 1993, https://doi.org/10.1145/170035.170066): first all that may have
been derived from what changes, then which of it still is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice

from ogdkg.catalogue.binding import AnyOf
from ogdkg.catalogue.catalogue import StoredQuery, value_texts
from ogdkg.graph.graph import Graph
from ogdkg.graph.loader import layers_of_rules, rules_of
from ogdkg.rdf.terms import RDFS, Blank, Iri, Literal, Triple, to_ntriples
from ogdkg.search.folding import letters
from ogdkg.search.resolver import NameResolver
from ogdkg.sparql.mentions import mentioned_properties
from ogdkg.sparql.trial import Change, Trial, UntriableError
from ogdkg.store.base import Triples, select

_MOST_FOLLOWED = 30  # triples that rules derive from a change: each is asked about
_MOST_VALUES = 10_000  # of one property of a thing


def changed_text(graph: Graph, text: str, change: Change) -> str:
    """Return a query as it would answer after a change, which the rules follow.

    Args:
        graph: The graph that changes, on a server.
        text: The query.
        change: The change, as the server spells it.

    Raises:
        UntriableError: That cannot be asked there.
    """
    prefixes = graph.project.prefixes
    looked = mentioned_properties(text, prefixes)
    whole = _Following(graph, looked).after(change)
    return Trial(text, prefixes).text(whole)


def as_stored(graph: Graph, triple: Triple) -> Triple | None:
    """Return a triple as the server spells it; None where it has no such triple.

    Raises:
        UntriableError: It holds a blank node, which no query can name.
    """
    subject, predicate, value = triple
    if not isinstance(subject, Iri) or isinstance(value, Blank):
        raise UntriableError("a query cannot name a blank node")
    about = f"{to_ntriples(subject)} {to_ntriples(predicate)}"
    if isinstance(value, Iri):
        return triple if graph.store.query(f"ASK {{ {about} {to_ntriples(value)} }}") is True else None
    comparable = graph.remote.server.comparable_literal
    wanted = comparable(value) if isinstance(value, Literal) else value
    rows = select(graph.store, f"SELECT DISTINCT ?o {{ {about} ?o }} LIMIT {_MOST_VALUES}").rows
    found = (row[0] for row in rows if isinstance(row[0], Literal) and comparable(row[0]) == wanted)
    return next((Triple(subject, predicate, each) for each in found), None)


def check_names(graph: Graph, query: StoredQuery, values: Mapping[str, object], change: Change) -> None:
    """Raise UntriableError if a change may let a name that is given to a query stand for something else.

    Args:
        graph: The graph that the query reads.
        query: The query.
        values: Its parameters' values, as they are given.
        change: The change.
    """
    resolver = NameResolver(graph)
    given = {each.name for each in query.parameters if each.is_resource and values.get(each.name)}
    if not given:
        return
    named = {str(name): value for name, value in values.items()}
    meant = {name: terms for name, terms in resolver.terms(query, named).items() if name in given}
    looked = resolver.looks_at(query)
    things = set().union(*meant.values())
    typed = {letters(text) for name in given for text in value_texts(named[name])}
    is_whole = any(isinstance(terms, AnyOf) for terms in meant.values())
    for triple in change.triples:
        is_seen = looked is None or triple.predicate.value in looked
        is_name = isinstance(triple.object, Literal) and letters(triple.object.value) in typed
        is_of_class = triple.predicate.value.startswith(RDFS)
        if is_seen and (triple.subject in things or is_name or is_whole or is_of_class):
            raise UntriableError("the triple decides what a name stands for")


class _Rule:
    """A rule of a layer, and the graph that it reads."""

    def __init__(self, text: str, graph: Graph) -> None:
        self.trial = Trial(text, graph.project.prefixes)
        self._graph = graph

    def ask(self, text: str, most: int) -> list[Triple]:
        """Return some of the triples that the rule makes by a text of it."""
        found = self._graph.store.query(f"{text}\nLIMIT {most}", prefixes=self._graph.project.prefixes)
        return list(islice(found.triples, most)) if isinstance(found, Triples) else []


class _Following:
    """What the rules of a graph derive after a change.

    Args:
        graph: The graph.
        looked: The properties that are looked at in the end; None for any.
    """

    def __init__(self, graph: Graph, looked: frozenset[str] | None) -> None:
        self._graph, self._looked = graph, looked
        self._derived = graph.project.derived_graphs
        self._rules = [*_rules(graph)]

    def after(self, change: Change) -> Change:
        """Return a change with what the rules derive no longer, or only then."""
        found = Change(*map(tuple, (self._lost(change), self._new(change))))
        return Change((*change.removed, *found.removed), (*change.added, *found.added))

    def _new(self, change: Change) -> list[Triple]:
        """Return what is derived only from what is added."""
        new: dict[Triple, None] = {}
        pending: Sequence[Triple] = change.added
        while pending:
            here = Change(change.removed, (*change.added, *new))
            heads = dict.fromkeys(self._heads(pending, here))
            pending = [each for each in heads if each not in new and each not in change.added]
            new |= dict.fromkeys(pending)
            _check_number(new)
        return list(new)

    def _lost(self, change: Change) -> list[Triple]:
        """Return what is derived no longer without what is taken away."""
        may_be: dict[Triple, None] = {}
        pending: Sequence[Triple] = change.removed
        while pending:
            heads = dict.fromkeys(self._heads(pending, Change()))
            pending = [each for each in heads if each not in may_be and self._is_only_derived(each)]
            may_be |= dict.fromkeys(pending)
            _check_number(may_be)
        while still := [each for each in may_be if self._is_made(each, Change((*change.removed, *may_be)))]:
            for each in still:
                del may_be[each]
        return list(may_be)

    def _heads(self, triples: Iterable[Triple], change: Change) -> Iterator[Triple]:
        """Yield what rules make of some triples, as far as it may matter."""
        for rule in self._rules:
            for place in rule.trial.places(triples):
                for text in rule.trial.from_triple(*place, change) if self._matters(rule) else ():
                    yield from rule.ask(text, _MOST_FOLLOWED + 1)

    def _matters(self, rule: _Rule) -> bool:
        """Whether what a rule makes is looked at in the end, by a query or by way of other rules."""
        wanted, makes = self._wanted, rule.trial.makes
        return wanted is None or makes is None or not wanted.isdisjoint(makes)

    @cached_property
    def _wanted(self) -> frozenset[str] | None:
        """The properties that are looked at in the end, also by the rules that make such; None for any."""
        wanted, more = set[str](), self._looked
        while more:
            wanted |= more
            makers = [r.trial for r in self._rules if r.trial.makes is None or r.trial.makes & wanted]
            if any(maker.looks_at is None for maker in makers):
                return None
            more = frozenset().union(*(maker.looks_at or () for maker in makers)) - wanted
        return None if self._looked is None else frozenset(wanted)

    def _is_only_derived(self, triple: Triple) -> bool:
        graphs = self._graph.store.graphs(triple)
        return bool(graphs) and all(each in self._derived for each in graphs)

    def _is_made(self, triple: Triple, change: Change) -> bool:
        """Whether any rule makes a triple after a change."""
        texts = (
            (rule, rule.trial.making(pattern, triple, change))
            for rule in self._rules
            for pattern in rule.trial.template
        )
        return any(text and rule.ask(text, 1) for rule, text in texts)


def _rules(graph: Graph) -> Iterator[_Rule]:
    for layer in graph.rule_layers:
        if layer.reasoning:
            raise UntriableError("statements follow by RDFS or OWL, which no query tells")
        reading = graph.with_layers(layers_of_rules(graph.project, layer))
        for stage in rules_of(graph.project, layer):
            for rule in (rule for chain in stage for link in chain for rule in link):
                yield _Rule(rule.text, reading)


def _check_number(found: Iterable[Triple]) -> None:
    if len(list(found)) > _MOST_FOLLOWED:
        raise UntriableError(f"rules derive more than {_MOST_FOLLOWED} statements from that triple")
