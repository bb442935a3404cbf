"""Tells whether two documents state the same, without a search for which blank node is which."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping

from ogdkg.rdf.terms import Blank, Term, TripleTerm, blanks_of, to_ntriples
from ogdkg.syntax.model import Statement
from ogdkg.syntax.source import Source

_ROUNDS = 16  # of refinement: differences further from a node than that do not tell it apart


def skeleton(statements: Iterable[Statement]) -> Counter[str]:
    """Return a signature of statements, with unlabelled blank nodes replaced by digests of their statements.

    Two documents with the same skeleton are isomorphic: a node without a label is the object of one statement
    at most, which comes before all that is said of the node. That does not hold of the nodes of RDF 1.2's
    triple terms; where there are any, nodes are told apart by what is said of them and near them.
    """
    statements = list(statements)
    if any(isinstance(statement.object, TripleTerm) for statement in statements):
        return _refined(statements)
    outgoing: dict[Blank, list[str]] = {}
    whole: Counter[str] = Counter()
    for statement in reversed(statements):
        subject, predicate, object_, graph = statement.quad
        spelled = _spelled(object_)
        if isinstance(object_, Blank) and not _has_label(statement, object_, statement.object_offset):
            spelled = _digest(outgoing.pop(object_, []))
        line = f"{predicate.value} {spelled} {graph}"
        if isinstance(subject, Blank) and not _has_label(statement, subject, statement.subject_offset):
            outgoing.setdefault(subject, []).append(line)
        else:
            whole[f"{_spelled(subject)} {line}"] += 1
    whole.update(map(_digest, outgoing.values()))
    return whole


def _refined(statements: list[Statement]) -> Counter[str]:
    """A signature of statements with triple terms, whose unlabelled nodes get digests by refinement."""
    labels = {
        node: f"_:{node.label}"
        for statement in statements
        for node, offset in (
            (statement.subject, statement.subject_offset),
            (statement.object, statement.object_offset),
        )
        if isinstance(node, Blank) and _has_label(statement, node, offset)
    }
    lines: list[str] = []
    known: dict[Blank, str] = labels
    for _ in range(_ROUNDS):
        around: dict[Blank, list[str]] = {}
        lines = []
        for statement in statements:
            line = " ".join(_named(part, known) for part in statement.quad if part)
            lines.append(line)
            for number, node in enumerate(blanks_of(statement.subject) + blanks_of(statement.object)):
                if node not in labels:
                    around.setdefault(node, []).append(f"{number} {line}")
        known = labels | {node: _digest(own) for node, own in around.items()}
    return Counter(lines)


def _named(term: Term, known: Mapping[Blank, str]) -> str:
    if isinstance(term, Blank):
        return known.get(term, "[]")
    if isinstance(term, TripleTerm):
        parts = (term.subject, term.predicate, term.object)
        return f"<<( {' '.join(_named(part, known) for part in parts)} )>>"
    return to_ntriples(term)


def _has_label(statement: Statement, node: Blank, offset: int) -> bool:
    """Whether the document itself labels a blank node, rather than writing it in brackets."""
    spelling = f"_:{node.label}".encode()
    assert isinstance(statement.source, Source)  # as our own reader gives it
    return statement.source.data[offset : offset + len(spelling)] == spelling


def _spelled(term: Term) -> str:
    return f"_:{term.label}" if isinstance(term, Blank) else to_ntriples(term)


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()
