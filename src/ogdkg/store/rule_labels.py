"""Labels of the blank nodes that rules make, the same in each run; an engine draws them at random."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import count
from typing import Any

import pyoxigraph as ox

from ogdkg.rdf.terms import Blank, Triple, to_ntriples

_HOLDING = frozenset((ox.BlankNode, ox.Triple, Blank))  # types of what is, or may have, a blank node


def with_rule_labels(
    triples: Iterable[Any], rule: tuple[str, str], is_known: Callable[[str], bool]
) -> list[Any]:
    """Return what one run of a rule derives, with new labels for the blank nodes that it makes.

    A label hangs on the rule, and on the place of its node among the others, as the rest of their triples
    tells it. It looks as one drawn at random, so that nobody takes it for the label of a file.

    Args:
        triples: The triples, of pyoxigraph or ours.
        rule: The name of the rule, and its query.
        is_known: Whether the store that the rule reads has a blank node of a label; that one keeps it.
    """
    triples = list(triples)
    holding = sorted((triple for triple in triples if not _HOLDING.isdisjoint(map(type, triple))), key=_text)
    free = (label for label in _of_rule(rule) if not is_known(label))  # the rule may have run before
    drawn = dict.fromkeys(label for triple in holding for label in _labels(triple))
    labels = {label: label if is_known(label) else next(free) for label in drawn}
    return [_relabelled(triple, labels) for triple in triples] if labels else triples


def _of_rule(rule: tuple[str, str]) -> Iterator[str]:
    for number in count(1):
        yield f"b{blake2b(repr((*rule, number)).encode(), digest_size=15).hexdigest()}"


def _labels(term: Any) -> Iterator[str]:
    """Yield the labels of the blank nodes in a term or a triple."""
    if isinstance(term, ox.BlankNode):
        yield term.value
    elif isinstance(term, Blank):
        yield term.label
    elif isinstance(term, ox.Triple | Triple):
        for part in term:
            yield from _labels(part)


def _text(term: Any) -> str:
    """Return a term or a triple as N-Triples has it, but all blank nodes alike."""
    if isinstance(term, ox.BlankNode | Blank):
        return "_:"
    if isinstance(term, ox.Triple | Triple):
        return " ".join(map(_text, term))
    return str(term) if isinstance(term, ox.NamedNode | ox.Literal) else to_ntriples(term)


def _relabelled(term: Any, labels: Mapping[str, str]) -> Any:
    if isinstance(term, ox.BlankNode):
        return ox.BlankNode(labels[term.value])
    if isinstance(term, Blank):
        return Blank(labels[term.label])
    if isinstance(term, ox.Triple | Triple):
        return type(term)(*(_relabelled(part, labels) for part in term))
    return term
