"""The statements that a question builds, in one order: an engine may find them in another each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ogdkg.diff.bnode_hashing import NodeHashes
from ogdkg.rdf.terms import Blank, Quad, Term, Triple, to_ntriples


def in_one_order(triples: Iterable[Triple]) -> list[Triple]:
    """Return triples sorted, each once; nodes without a name are numbered by where they stand."""
    found = list(dict.fromkeys(triples))
    if not any(isinstance(term, Blank) for each in found for term in each):
        return sorted(found, key=lambda each: tuple(map(to_ntriples, each)))
    hashes = NodeHashes(Quad(*each, None) for each in found)

    def place(term: Term) -> str:
        return f"_:{hashes.key(term)}" if isinstance(term, Blank) else to_ntriples(term)

    found.sort(key=lambda each: tuple(map(place, each)))
    numbers = _numbers(found)
    found.sort(key=lambda each: [(numbers.get(term, 0), place(term)) for term in each])

    def named(term: Term) -> Term:
        return Blank(f"b{numbers[term]}") if term in numbers else term

    return [Triple(*map(named, each)) for each in found]  # type: ignore[arg-type]  # each in its place


def _numbers(triples: Sequence[Triple]) -> Mapping[Term, int]:
    """Number nodes without a name as one meets them from those that have one; then what nothing leads to."""
    values: dict[Term, list[Term]] = {}
    for subject, _, value in triples:
        values.setdefault(subject, []).append(value)
    numbers: dict[Term, int] = {}
    for root in sorted(values, key=lambda node: isinstance(node, Blank)):
        fresh = [root, *values[root]]
        for node in fresh:
            if isinstance(node, Blank) and node not in numbers:
                numbers[node] = len(numbers) + 1
                fresh += values.get(node, ())
    return numbers
