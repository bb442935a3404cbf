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


class Walk:
    """One walk from what is known; `fetch` keeps what it returns."""

    def __init__(self, fetch: Fetch, known: Known) -> None:
        self.fetch = fetch
        self.known = dict(known)

    def over(self, scope: Scope) -> None:
        """Fetch for every pattern, those that hang on something known first, then for the groups within.

        All patterns of one group hold at once, so each may be walked from what another has made known. An
        inner group may hold where an outer does not, so it is walked from what the outer knows, and teaches
        it nothing.
        """
        waiting = list(scope.patterns)
        while waiting:
            pattern = min(waiting, key=self._distance)
            waiting.remove(pattern)
            self._take(pattern)
        for inner in scope.inner:
            Walk(self.fetch, self.known).over(inner)

    def _distance(self, pattern: TriplePattern) -> int:
        ends = (pattern.subject, pattern.object)
        if any(isinstance(end, Variable) and end.name in self.known for end in ends):
            return 0
        return 1 if any(isinstance(end, NamedNode | Literal) for end in ends) else 2

    def _take(self, pattern: TriplePattern) -> None:
        forward = self._is_known(pattern.subject) or not self._is_known(pattern.object)
        near, far = (pattern.subject, pattern.object) if forward else (pattern.object, pattern.subject)
        if (start := self._terms(near)) is not None:
            self._learn(far, self._walked(start, pattern.verb, back=not forward))
        elif (start := self._terms(far)) is not None:
            self._learn(near, self._walked(start, pattern.verb, back=forward))
        else:
            self._whole(pattern)

    def _is_known(self, end: End) -> bool:
        return isinstance(end, Variable) and end.name in self.known

    def _terms(self, end: End) -> set[Term] | None:
        if isinstance(end, Variable):
            return self.known.get(end.name)
        return None if end is None else {end}

    def _learn(self, end: End, found: set[Term]) -> None:
        if isinstance(end, Variable) and end.name not in self.known:
            self.known[end.name] = found

    def _walked(self, start: set[Term], verb: Steps | None, *, back: bool) -> set[Term]:
        """The terms at the far end; over a long path also those on the way, and the start."""
        reached: set[Term] = set()
        for node in start:
            reached |= self._near(node, verb, back=back)
        if verb is None or not verb.is_long:
            return reached
        seen, waiting = start | reached, list(reached)
        while waiting:
            fresh = self._near(waiting.pop(), verb, back=back) - seen
            seen |= fresh
            waiting.extend(fresh)
        return seen

    def _near(self, node: Term, verb: Steps | None, *, back: bool) -> set[Term]:
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

    def _whole(self, pattern: TriplePattern) -> None:
        predicates = [None] if pattern.verb is None else [*pattern.verb.forward, *pattern.verb.back]
        found = [triple for predicate in predicates for triple in self.fetch(None, predicate, None)]
        self._learn(pattern.subject, {term for triple in found for term in (triple.subject, triple.object)})
        self._learn(pattern.object, {term for triple in found for term in (triple.subject, triple.object)})
