"""What follows from facts by rules, each fact once, with the rule and the premises that first made it.

Semi-naive: a fact is joined with those before it, so that no combination of premises is tried twice.
A premise that could be any fact waits for its guard, so that a fact meets only rules that are about its
property, its class or its subject, and the cost is that of what follows.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator

from ogdkg.errors import LimitError
from ogdkg.rdf.terms import OWL, RDF, RDFS
from ogdkg.reasoning.regimes import LIST, MEMBER, REPEATED, Row
from ogdkg.reasoning.rules import (
    LEADING_ON,
    OBJECT,
    PREDICATE,
    Fact,
    Guard,
    Pattern,
    Rule,
    Trigger,
    compiled,
    guard_of,
    of_list,
)

MOST = 3_000_000  # facts that may follow, of which each takes some 500 bytes
MOST_CONTRADICTIONS = 1000
LONGEST = 64  # properties of a chain or a key
_LISTS = ("intersectionOf", "unionOf", "oneOf", "members", "distinctMembers")
_MIRRORING = ("eq-sym", "prp-symp")
_UNBOUND = -1

Proof = tuple[Row, tuple[Fact, ...]]


class Engine:
    """Derives all that follows from facts.

    Args:
        rows: The rules.
        number_of: Returns the number of a term of theirs.
        judge: Returns whether a fact about a literal is kept, or None where it contradicts what literals are.

    Attributes:
        proofs: Each fact with what first made it; None for what was given.
        contradictions: The rules that found one, each with its premises.
    """

    def __init__(
        self, rows: Iterable[Row], number_of: Callable[[str], int], judge: Callable[[Fact], bool | None]
    ) -> None:
        self.proofs: dict[Fact, Proof | None] = {}
        self.contradictions: dict[frozenset[Fact], Proof] = {}
        self._number_of, self._judge = number_of, judge
        self._spo: dict[int, dict[int, dict[int, None]]] = {}
        self._pos: dict[int, dict[int, dict[int, None]]] = {}
        self._leading: dict[int, dict[int, None]] = {}  # from an object to the properties that lead to it
        self._pending: deque[Fact] = deque()
        self._triggers: tuple[dict[int, dict[Trigger, None]], ...] = ({}, {}, {})
        self._guards: dict[int, list[Guard]] = {}
        self._listed: dict[int, list[Row]] = {}
        self._type, self._member, self._repeated = map(number_of, (RDF + "type", MEMBER, REPEATED))
        self._first, self._rest, self._nil = (number_of(RDF + name) for name in ("first", "rest", "nil"))
        self._same, self._transitive = number_of(OWL + "sameAs"), number_of(OWL + "TransitiveProperty")
        # Of properties that lead on: what does not follow by that.
        above = (number_of(RDFS + name) for name in ("subClassOf", "subPropertyOf"))
        self._direct: dict[int, dict[int, dict[int, None]]] = {each: {} for each in (self._same, *above)}
        self._lists = {number_of(OWL + name) for name in _LISTS}
        self._given = 0
        for row in rows:
            if any(LIST in triple for triple in row.body):
                self._listed.setdefault(number_of(row.body[0][PREDICATE]), []).append(row)
            else:
                self._add_rule(compiled(row, number_of))

    def run(self, facts: Iterable[Fact]) -> None:
        """Derive what follows from facts.

        Raises:
            LimitError: More than `MOST` facts follow, or a list is longer than `LONGEST`.
        """
        self.proofs |= dict.fromkeys(facts)
        self._given = len(self.proofs)
        cells = (self._first, self._rest)
        self._pending.extend(sorted(self.proofs, key=lambda fact: fact[PREDICATE] not in cells))
        while self._pending:
            self._meet(self._pending.popleft())

    @property
    def derived(self) -> Iterator[tuple[Fact, Proof]]:
        """What follows, in the order in which it was found."""
        return ((fact, proof) for fact, proof in self.proofs.items() if proof)

    def _add_rule(self, rule: Rule) -> None:
        for trigger in rule.triggers:
            guard = guard_of(trigger, self._type)
            if guard:
                self._guards.setdefault(guard.pattern[PREDICATE], []).append(guard)
            else:
                slot = OBJECT if trigger.pattern[PREDICATE] == self._type else PREDICATE
                self._triggers[slot].setdefault(trigger.pattern[slot], {})[trigger] = None

    def _meet(self, fact: Fact) -> None:
        """Let a fact meet all facts before it."""
        subject, predicate, value = fact
        self._spo.setdefault(subject, {}).setdefault(predicate, {})[value] = None
        self._pos.setdefault(predicate, {}).setdefault(value, {})[subject] = None
        self._leading.setdefault(value, {})[predicate] = None
        if predicate in self._direct:
            self._add_direct(fact)
        if predicate == self._type and value == self._transitive and subject not in self._direct:
            self._direct[subject] = {}
            for each in list(self._matching((0, subject, _UNBOUND))):
                self._add_direct(each)
        for guard in self._guards.get(predicate, ()):
            wanted = guard.pattern[OBJECT]
            if wanted < 0 or wanted == value:
                self._triggers[guard.slot].setdefault(fact[guard.place], {})[guard.trigger] = None
        if predicate in self._lists:
            self._list(fact)
        for row in self._listed.get(predicate, ()):
            self._add_list(row, fact)
        for slot, term in enumerate(fact):
            for trigger in self._triggers[slot].get(term, ()):
                self._try(trigger, fact)

    def _add_direct(self, fact: Fact) -> None:
        """Note a fact of a property that leads on, unless it follows by that, or mirrors one that does."""
        subject, predicate, value = fact
        proof, direct = self.proofs[fact], self._direct[predicate]
        if proof and proof[0].name in LEADING_ON:
            return
        mirrors = proof and proof[0].name in _MIRRORING and (value, predicate, subject) in proof[1]
        if not mirrors or subject in direct.get(value, ()):
            direct.setdefault(subject, {})[value] = None

    def _list(self, fact: Fact) -> None:
        """Say what is in the list to which a fact leads."""
        seen = set()
        for member in self._members(fact[OBJECT]):
            self._put((fact[OBJECT], self._member, member), (_LISTED, (fact,)))
            if member in seen:
                self._put((fact[OBJECT], self._repeated, member), (_LISTED, (fact,)))
            seen.add(member)

    def _add_list(self, row: Row, axiom: Fact) -> None:
        members = list(self._members(axiom[OBJECT]))
        if not members:
            return
        if len(members) > LONGEST and row.name != "cls-int1":
            raise LimitError(f"A list of {len(members)} properties is too long for {row.name} of OWL 2 RL.")
        rule = of_list(row, axiom, members, self._number_of)
        self._add_rule(rule)
        trigger = rule.triggers[0]
        for fact in list(self._matching(trigger.pattern)):
            self._try(trigger, fact)

    def _matching(self, pattern: Pattern) -> Iterator[Fact]:
        """The facts with the property, and the object if it is no variable, of a pattern."""
        _, predicate, value = pattern
        by_value = self._pos.get(predicate, {})
        for each in by_value if value < 0 else (value,):
            yield from ((subject, predicate, each) for subject in by_value.get(each, ()))

    def _members(self, cell: int) -> Iterator[int]:
        """The members of a list; none of one that does not end."""
        found, seen = [], set()
        while cell != self._nil:
            said = self._spo.get(cell, {})
            if cell in seen or self._first not in said or self._rest not in said:
                return
            seen.add(cell)
            found.append(next(iter(said[self._first])))
            cell = next(iter(said[self._rest]))
        yield from found

    def _try(self, trigger: Trigger, fact: Fact) -> None:
        """Apply a rule to a fact that may match one of its premises."""
        rule = trigger.rule
        subject, predicate, value = fact
        if rule.renames and predicate == self._same and trigger.pattern is rule.body[1]:
            return  # two names of one name, as eq-trans says
        is_last = rule.leads_on and trigger.pattern is rule.body[-1]
        if is_last and value not in self._direct.get(predicate, {}).get(subject, ()):
            return
        bound = [_UNBOUND] * trigger.rule.size
        for wanted, term in zip(trigger.pattern, fact, strict=True):
            if wanted >= 0:
                if wanted != term:
                    return
            elif bound[wanted] not in (_UNBOUND, term):
                return
            else:
                bound[wanted] = term
        self._join(trigger.rule, trigger.others, 0, bound)

    def _join(self, rule: Rule, patterns: tuple[Pattern, ...], place: int, bound: list[int]) -> None:
        """Find the facts that match the premises from a place on, and conclude."""
        if place == len(patterns):
            self._conclude(rule, bound)
            return
        subject, predicate, value = patterns[place]
        s = subject if subject >= 0 else bound[subject]
        p = predicate if predicate >= 0 else bound[predicate]
        o = value if value >= 0 else bound[value]
        place += 1
        if p >= 0 and s >= 0:
            is_last = rule.leads_on and patterns[place - 1] is rule.body[-1]
            values = self._direct.get(p, {}).get(s, ()) if is_last else self._spo.get(s, {}).get(p, ())
            if o >= 0:
                if o in values:
                    self._join(rule, patterns, place, bound)
                return
            for bound[value] in values:
                self._join(rule, patterns, place, bound)
            bound[value] = _UNBOUND
        elif p >= 0 and o >= 0:
            for bound[subject] in self._pos.get(p, {}).get(o, ()):
                self._join(rule, patterns, place, bound)
            bound[subject] = _UNBOUND
        elif p >= 0:
            for o, subjects in self._pos.get(p, {}).items():
                for s in subjects:
                    if subject != value or s == o:
                        bound[subject], bound[value] = s, o
                        self._join(rule, patterns, place, bound)
            bound[subject] = bound[value] = _UNBOUND
        else:
            known = self._spo.get(s, {}) if s >= 0 else self._leading.get(o, {})
            for bound[predicate] in known:
                if not (rule.renames and bound[predicate] == self._same):
                    self._join(rule, patterns, place - 1, bound)
            bound[predicate] = _UNBOUND

    def _conclude(self, rule: Rule, bound: list[int]) -> None:
        if rule.pair and bound[rule.pair[0]] >= bound[rule.pair[1]]:
            return
        if not rule.head:
            self._contradict((rule.row, self._premises(rule, bound)))
            return
        for pattern in rule.head:
            fact = _filled(pattern, bound)
            if fact not in self.proofs:
                self._add(fact, (rule.row, self._premises(rule, bound)))

    @staticmethod
    def _premises(rule: Rule, bound: list[int]) -> tuple[Fact, ...]:
        premises = tuple(_filled(pattern, bound) for pattern in rule.body)
        return (rule.given, *premises) if rule.given else premises

    def _add(self, fact: Fact, proof: Proof) -> None:
        kept = self._judge(fact)
        if kept is None:
            self._contradict(proof)
        if kept and fact[PREDICATE] not in (self._member, self._repeated):  # which other names do not change
            self._put(fact, proof)

    def _put(self, fact: Fact, proof: Proof) -> None:
        if fact not in self.proofs:
            if len(self.proofs) - self._given >= MOST:
                raise LimitError(
                    f"More than {MOST:,} statements follow; {proof[0].name} was about to add another.",
                    hint='Let the layer read less (`reads`), or less follow (`reasoning = "rdfs"`).',
                )
            self.proofs[fact] = proof
            self._pending.append(fact)

    def _contradict(self, proof: Proof) -> None:
        if len(self.contradictions) < MOST_CONTRADICTIONS:
            self.contradictions.setdefault(frozenset(proof[1]), proof)


def _filled(pattern: Pattern, bound: list[int]) -> Fact:
    subject, predicate, value = pattern
    return (
        subject if subject >= 0 else bound[subject],
        predicate if predicate >= 0 else bound[predicate],
        value if value >= 0 else bound[value],
    )


_LISTED = Row("list", (), (), "a member of the list")
