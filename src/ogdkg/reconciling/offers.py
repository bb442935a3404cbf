"""What a name may be meant for, as this project or a service offers it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from ogdkg.errors import UsageError
from ogdkg.reconciling.known import Known
from ogdkg.reconciling.matching import Matcher, Question

MOST = 5  # candidates of a name


class Offer(NamedTuple):
    """A thing that a name may be meant for.

    Attributes:
        iri: The IRI of the thing.
        name: What it is called.
        score: How well it fits; mostly from 0 to 100.
        is_sure: Whether whoever offers it is sure.
        is_named_so: Whether the name is known as one of its names already.
    """

    iri: str
    name: str
    score: float
    is_sure: bool
    is_named_so: bool = False


class Offering(Protocol):
    """Offers things for names.

    Attributes:
        title: What it is called.
        address: The IRI that stands for it as a source.
        batch: How many names it is asked about at a time.
        is_own: Whether the things are the project's own.
    """

    title: str
    address: str
    batch: int
    is_own: bool

    def offers(self, names: Sequence[str]) -> Mapping[str, list[Offer]]:
        """Return the things that each name may be meant for, the likeliest first."""
        ...


class OwnThings:
    """Offers the things of a project.

    Args:
        matcher: Knows them.
        kind: The name of a class, to offer only its things; or nothing.

    Raises:
        UsageError: The things are on a server, or the class is unknown.
    """

    batch = 100
    is_own = True

    def __init__(self, matcher: Matcher, kind: str = "") -> None:
        if not matcher.is_offered:
            message = "Names are not matched against a graph on a SPARQL server."
            raise UsageError(
                message, hint="Name a reconciliation service by --with, or pull the graph first."
            )
        known, project = Known(matcher), matcher.graph.project
        self.title, self.address = project.title or project.name, project.resource_namespace or ""
        self._matcher = matcher
        of = known.of_type(kind) if kind else None
        if kind and (of is None or not known.has_things(of)):
            offered = ", ".join(map(known.name, known.default_types))
            raise UsageError(f"There is no type {kind!r}.", hint=f"The main ones are: {offered}.")
        self._types = (of,) if of else ()

    def offers(self, names: Sequence[str]) -> Mapping[str, list[Offer]]:
        """Return the things that each name may be meant for, the likeliest first."""
        return {name: self._of(name) for name in names}

    def _of(self, name: str) -> list[Offer]:
        found = self._matcher.candidates(Question(name, self._types, most=MOST))
        return [
            Offer(each.thing.value, each.label, each.score, each.is_sure, each.name == name) for each in found
        ]
