"""Fetches what a query with $this bound can look at, by walking its triple patterns outward from $this.

A pattern is walked from an end whose terms are known, which makes its other end known. A pattern that hangs
on nothing known is fetched whole: some filter may compare its values with anything.
"""

from __future__ import annotations

from collections.abc import Callable

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ogdkg.validation.core.results import Term
from ogdkg.validation.prefilter.triple_patterns import Scope, Steps, TriplePattern, Variable

Fetch = Callable[[Term | None, NamedNode | None, Term | None], list[Triple]]
Known = dict[str, set[Term]]
End = Variable | NamedNode | Literal | None


class PatternWalk:
    """One walk from what is known; `fetch` keeps what it returns."""

    def __init__(self, fetch: Fetch, known: Known) -> None:
        self.fetch = fetch
        self.known = dict(known)

    def fetch_scope(self, scope: Scope) -> None:
        """Fetch for every pattern, those that hang on something known first, then for the groups within.

        All patterns of one group hold at once, so each may be walked from what another has made known. An
        inner group may hold where an outer does not, so it is walked from what the outer knows, and teaches
        it nothing.
        """
        waiting = list(scope.patterns)
        while waiting:
            pattern = min(waiting, key=self._distance)
            waiting.remove(pattern)
            self._fetch_pattern(pattern)
        for inner in scope.inner:
            PatternWalk(self.fetch, self.known).fetch_scope(inner)

    def _distance(self, pattern: TriplePattern) -> int:
        ends = (pattern.subject, pattern.object)
        if any(isinstance(end, Variable) and end.name in self.known for end in ends):
            return 0
        return 1 if any(isinstance(end, NamedNode | Literal) for end in ends) else 2

    def _fetch_pattern(self, pattern: TriplePattern) -> None:
        forward = self._is_known(pattern.subject) or not self._is_known(pattern.object)
        near, far = (pattern.subject, pattern.object) if forward else (pattern.object, pattern.subject)
        if (start := self._terms(near)) is not None:
            self._bind(far, self._far_terms(start, pattern.verb, back=not forward))
        elif (start := self._terms(far)) is not None:
            self._bind(near, self._far_terms(start, pattern.verb, back=forward))
        else:
            self._fetch_all(pattern)

    def _is_known(self, end: End) -> bool:
        return isinstance(end, Variable) and end.name in self.known

    def _terms(self, end: End) -> set[Term] | None:
        if isinstance(end, Variable):
            return self.known.get(end.name)
        return None if end is None else {end}

    def _bind(self, end: End, found: set[Term]) -> None:
        if isinstance(end, Variable) and end.name not in self.known:
            self.known[end.name] = found

    def _far_terms(self, start: set[Term], verb: Steps | None, *, back: bool) -> set[Term]:
        """The terms at the far end; over a long path also those on the way, and the start."""
        reached: set[Term] = set()
        for node in start:
            reached |= self._neighbours(node, verb, back=back)
        if verb is None or not verb.may_repeat:
            return reached
        seen, waiting = start | reached, list(reached)
        while waiting:
            fresh = self._neighbours(waiting.pop(), verb, back=back) - seen
            seen |= fresh
            waiting.extend(fresh)
        return seen

    def _neighbours(self, node: Term, verb: Steps | None, *, back: bool) -> set[Term]:
        if verb is None:
            return self._to(node, None) if not back else self._from(node, None)
        ahead, behind = (verb.back, verb.forward) if back else (verb.forward, verb.back)
        reached: set[Term] = set()
        for predicate in ahead:
            reached |= self._to(node, predicate)
        for predicate in behind:
            reached |= self._from(node, predicate)
        return reached

    def _to(self, node: Term, predicate: NamedNode | None) -> set[Term]:
        if not isinstance(node, NamedNode | BlankNode):
            return set()
        return {triple.object for triple in self.fetch(node, predicate, None)}

    def _from(self, node: Term, predicate: NamedNode | None) -> set[Term]:
        return {triple.subject for triple in self.fetch(None, predicate, node)}

    def _fetch_all(self, pattern: TriplePattern) -> None:
        predicates = [None] if pattern.verb is None else [*pattern.verb.forward, *pattern.verb.back]
        found = [triple for predicate in predicates for triple in self.fetch(None, predicate, None)]
        self._bind(pattern.subject, {term for triple in found for term in (triple.subject, triple.object)})
        self._bind(pattern.object, {term for triple in found for term in (triple.subject, triple.object)})
