"""Rules with numbers for their terms, and the order in which their premises are joined."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ogdkg.lean import NamedTuple
from ogdkg.reasoning.regimes import HERE, LAST, LIST, MEMBER, NEXT, Row

Fact = tuple[int, int, int]
# A premise or a conclusion. A number of 0 or more is a term. One below is a variable, whose value stands
# at that place, from the end, in the list of what is bound.
Pattern = tuple[int, int, int]
SUBJECT, PREDICATE, OBJECT = range(3)
LEADING_ON = ("eq-trans", "prp-trp", "scm-sco", "scm-spo", "rdfs5", "rdfs11")


class Guard(NamedTuple):
    """A premise that tells which facts may match another one of its rule.

    Attributes:
        pattern: The premise.
        place: Where the term stands in a fact that matches it.
        slot: Where that term stands in a fact that may match the other.
        trigger: The other.
    """

    pattern: Pattern
    place: int
    slot: int
    trigger: Trigger


class Trigger:
    """A premise of a rule that a new fact may match.

    Attributes:
        rule: The rule.
        pattern: The premise.
        others: The other premises, each with more of its terms bound by those before than any later one.
    """

    __slots__ = ("others", "pattern", "rule")

    def __init__(self, rule: Rule, pattern: Pattern, others: tuple[Pattern, ...]) -> None:
        self.rule, self.pattern, self.others = rule, pattern, others


class Rule:
    """A rule.

    Attributes:
        row: Its row in the table.
        body: The premises.
        head: What follows; empty for a contradiction.
        given: A premise that holds already.
        size: How many variables it has.
        leads_on: Whether it says that a property is transitive. Then it is enough to take for the last
            premise what does not follow by such a rule.
        renames: Whether it only repeats a statement under another name of a thing.
        pair: Two members of a list of different things, of which each pair is looked at once.
        triggers: The premises as triggers.
    """

    def __init__(
        self, row: Row, body: Sequence[Pattern], head: Sequence[Pattern], given: Fact | None = None
    ) -> None:
        self.row, self.body, self.head, self.given = row, tuple(body), tuple(head), given
        self.size = -min((term for pattern in (*self.body, *self.head) for term in pattern), default=0)
        self.pair: tuple[int, ...] = ()
        self.leads_on, self.renames = row.name in LEADING_ON, row.name in ("eq-rep-s", "eq-rep-o")
        self.triggers = [
            Trigger(self, each, tuple(self._order(place))) for place, each in enumerate(self.body)
        ]

    def _order(self, place: int) -> Iterator[Pattern]:
        left = [*self.body[:place], *self.body[place + 1 :]]
        if self.size == 1:  # one thing of many classes: a look each
            yield from left
            return
        bound = set(self.body[place])
        while left:
            best = max(left, key=lambda each: sum(term >= 0 or term in bound for term in each))
            left.remove(best)
            bound |= set(best)
            yield best


def compiled(row: Row, number_of: Callable[[str], int]) -> Rule:
    """Return the rule of a row without LIST.

    Args:
        row: The row.
        number_of: Returns the number of a term.
    """
    spell = _Speller(number_of)
    rule = Rule(row, [spell.pattern(each) for each in row.body], [spell.pattern(each) for each in row.head])
    members = [each[OBJECT] for each in row.body if each[PREDICATE] == MEMBER]
    if len(members) > 1:
        rule.pair = tuple(map(spell.number, members))
    return rule


def of_list(row: Row, axiom: Fact, members: Sequence[int], number_of: Callable[[str], int]) -> Rule:
    """Return the rule that a row with LIST makes of one list.

    Args:
        row: The row.
        axiom: The fact that its first premise is, which leads to the list.
        members: The members of the list.
        number_of: Returns the number of a term.
    """
    spell = _Speller(number_of)
    spell.known |= {text: term for text, term in zip(row.body[0], axiom, strict=True) if text.startswith("?")}
    body = []
    for each in row.body[1:]:
        for place, member in enumerate(members if LIST in each else (0,)):
            spell.known |= {
                LIST: member,
                HERE: spell.number(f"?{place}"),
                NEXT: spell.number(f"?{place + 1}"),
            }
            body.append(spell.pattern(each))
    spell.known |= {"?@0": spell.number("?0"), LAST: spell.number(f"?{len(members)}")}
    return Rule(row, body, [spell.pattern(each) for each in row.head], axiom)


class _Speller:
    """Gives terms and variables their numbers."""

    def __init__(self, number_of: Callable[[str], int]) -> None:
        self.known: dict[str, int] = {}
        self._number_of, self._variables = number_of, 0

    def number(self, text: str) -> int:
        if text not in self.known:
            is_variable = text.startswith("?")
            self._variables += is_variable
            self.known[text] = -self._variables if is_variable else self._number_of(text)
        return self.known[text]

    def pattern(self, triple: Sequence[str]) -> Pattern:
        subject, predicate, value = map(self.number, triple)
        return subject, predicate, value


def guard_of(trigger: Trigger, type_number: int) -> Guard | None:
    """Return the guard of a premise that its own terms do not tell apart from most; None for any other.

    Such is a premise of any property, and one of rdf:type with any class.

    Raises:
        AssertionError: No other premise of the rule guards it: the table of rules is wrong.
    """
    predicate = trigger.pattern[PREDICATE]
    if not _is_vague(trigger.pattern, type_number):
        return None
    slots = (OBJECT,) if predicate == type_number else (PREDICATE, OBJECT, SUBJECT)
    for slot in slots:
        for other in trigger.others:
            if trigger.pattern[slot] in other and not _is_vague(other, type_number):
                return Guard(other, other.index(trigger.pattern[slot]), slot, trigger)
    raise AssertionError(f"{trigger.rule.row.name} has a premise that anything matches")


def _is_vague(pattern: Pattern, type_number: int) -> bool:
    _, predicate, value = pattern
    return predicate < 0 or (predicate == type_number and value < 0)
