"""Three-valued conditions as SPARQL expressions: surely true, surely false, or not known."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

TRUE, FALSE = "true", "false"


def conjunction(*parts: str) -> str:
    """The conjunction of SPARQL expressions, folded where one is a constant."""
    if FALSE in parts:
        return FALSE
    return _joined(" && ", [part for part in dict.fromkeys(parts) if part != TRUE], TRUE)


def disjunction(*parts: str) -> str:
    """The disjunction of SPARQL expressions, folded where one is a constant."""
    if TRUE in parts:
        return TRUE
    return _joined(" || ", [part for part in dict.fromkeys(parts) if part != FALSE], FALSE)


def negation(part: str) -> str:
    """The negation of a SPARQL expression that is never an error."""
    return {TRUE: FALSE, FALSE: TRUE}.get(part, f"!({part})")


def _joined(sign: str, parts: list[str], empty: str) -> str:
    if len(parts) < 2:
        return parts[0] if parts else empty
    return f"({sign.join(parts)})"


class Condition(NamedTuple):
    """When a node surely passes and when it surely fails; neither means that only pyshacl can tell."""

    passes: str
    fails: str

    def flipped(self) -> Condition:
        """The condition of sh:not."""
        return Condition(self.fails, self.passes)


PASS = Condition(TRUE, FALSE)
FAIL = Condition(FALSE, TRUE)
UNKNOWN = Condition(FALSE, FALSE)


def exact(expression: str) -> Condition:
    """A condition that SPARQL decides, by an expression that is never an error."""
    return Condition(expression, negation(expression))


def all_of(conditions: Iterable[Condition]) -> Condition:
    """All of the conditions, as in sh:and."""
    known = list(conditions)
    return Condition(
        conjunction(*(each.passes for each in known)), disjunction(*(each.fails for each in known))
    )


def any_of(conditions: Iterable[Condition]) -> Condition:
    """At least one of the conditions, as in sh:or."""
    known = list(conditions)
    return Condition(
        disjunction(*(each.passes for each in known)), conjunction(*(each.fails for each in known))
    )


def exactly_one(conditions: Iterable[Condition]) -> Condition:
    """Exactly one of the conditions, as in sh:xone."""
    known = list(conditions)
    passing = " + ".join(f"IF({each.passes}, 1, 0)" for each in known)
    failing = " + ".join(f"IF({each.fails}, 1, 0)" for each in known)
    return Condition(
        f"({passing} = 1 && {failing} = {len(known) - 1})", f"({passing} > 1 || {failing} = {len(known)})"
    )
