"""The grammar of SHACL's property paths, https://www.w3.org/TR/shacl/#property-paths.

All who read, write or follow a path ask here what stands at a node, and walk on by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from ogdkg.lean import NamedTuple

_SIGNS = {"inversePath": "^", "zeroOrMorePath": "*", "oneOrMorePath": "+", "zeroOrOnePath": "?"}


class PathSource(Protocol):
    """What a path is read from: a shapes graph of any library."""

    def is_iri(self, node: Any) -> bool:
        """Whether a node is an IRI, and so a predicate."""

    def values(self, node: Any, name: str) -> Sequence[Any]:
        """The values at a node of the property of SHACL of that local name."""

    def items(self, node: Any) -> Sequence[Any]:
        """The members of the list that begins at a node; none where none begins."""


class PathForm(NamedTuple):
    """What stands at a node of a path.

    Attributes:
        sign: What SPARQL writes for it: `/`, `|`, `^`, `*`, `+` or `?`; nothing for a predicate.
        parts: The nodes of the paths that it is made of; of a predicate, itself.
    """

    sign: str
    parts: Sequence[Any]


def form_of(source: PathSource, node: Any) -> PathForm | None:
    """Return what stands at a node of a path; None for what is no path.

    Args:
        source: What the path is read from.
        node: The node.
    """
    if source.is_iri(node):
        return PathForm("", [node])
    if items := source.items(node):
        return PathForm("/", items)
    for head in source.values(node, "alternativePath"):
        return PathForm("|", source.items(head))
    for name, sign in _SIGNS.items():
        for inner in source.values(node, name):
            return PathForm(sign, [inner])
    return None
