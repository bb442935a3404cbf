"""Quads as lines of N-Quads, the form in which a million of them can be selected, sorted and written.

A line ends in ` .` without a line feed. Terms are in N-Triples syntax, with their original lexical forms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from ogdkg.lean import compile_later
from ogdkg.rdf.terms import (
    LANG_STRING,
    RDF,
    XSD_STRING,
    Blank,
    Iri,
    Literal,
    Quad,
    Term,
    TripleTerm,
    in_language,
    to_ntriples,
)

TYPE = f"<{RDF}type>"
Statement = tuple[str, str, str, str]  # graph ("" is the unnamed one), subject, predicate, object
_ESCAPE = compile_later(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))")
_NAMED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}
_TRIPLE = "<<("
_NODES = compile_later(r'"(?:[^"\\]|\\.)*+"|(<[^<>\s]*>|_:[^\s<>"]+)')  # in a triple term, outside of strings
_ROUNDS = 16  # a difference between blank nodes that is further away than that is not seen


def split(line: str) -> Statement:
    """Split a line into its terms."""
    subject, predicate, rest = line.split(" ", 2)
    before, _, last = rest[:-2].rpartition(" ")
    if before and last[0] in "<_" and '"' not in last:  # a literal's last word holds its closing quote
        return last, subject, predicate, before
    return "", subject, predicate, rest[:-2]


def join(statement: Statement) -> str:
    """Return the line of a statement."""
    graph, subject, predicate, obj = statement
    return f"{subject} {predicate} {obj} {graph} ." if graph else f"{subject} {predicate} {obj} ."


def statement_of(quad: Quad, spelled: Callable[[Term], str] = to_ntriples) -> Statement:
    """The terms of a quad, as `spelled` writes them in N-Triples syntax."""
    subject, predicate, obj, graph = quad
    return spelled(graph) if graph else "", spelled(subject), spelled(predicate), spelled(obj)


def to_nquads(quad: Quad) -> str:
    """A quad as a line."""
    return join(statement_of(quad))


def quad_of(line: str) -> Quad:
    """Parse a line into a quad."""
    graph, subject, predicate, obj = split(line)
    parts = (term_of(subject), term_of(predicate), term_of(obj), term_of(graph) if graph else None)
    return Quad(*parts)  # type: ignore[arg-type]  # a line holds each kind of term in its place


def term_of(text: str) -> Term:
    """Parse a term in N-Triples syntax."""
    if text.startswith(_TRIPLE):
        return TripleTerm(*map(term_of, text[4:-4].split(" ", 2)))  # type: ignore[arg-type]  # each in its place
    if text[0] == "<":
        return Iri(text[1:-1])
    if text[0] == "_":
        return Blank(text[2:])
    value, datatype, language = parts_of(text)
    return in_language(value, language) if language else Literal(value, datatype)


def is_triple_term(text: str) -> bool:
    """Whether a term in N-Triples syntax is a triple term (RDF 1.2)."""
    return text.startswith(_TRIPLE)


def nodes_of(term: str) -> list[str]:
    """The IRIs and blank nodes of a term: itself, or those of a triple term."""
    return [found[1] for found in _NODES.finditer(term) if found[1]] if is_triple_term(term) else [term]


def with_labels(term: str, labels: Mapping[str, str]) -> str:
    """The term with other labels for its blank nodes."""
    if not is_triple_term(term):
        return labels.get(term, term)
    return _NODES.sub(lambda found: labels.get(found[1], found[1]) if found[1] else found[0], term)


def parts_of(literal: str) -> tuple[str, str, str]:
    """Return lexical form, datatype and language of a literal, which may end with a base direction."""
    inside, _, tail = literal[1:].rpartition('"')
    value = unescaped(inside) if "\\" in inside else inside
    if not tail:
        return value, XSD_STRING, ""
    return (value, LANG_STRING, tail[1:]) if tail[0] == "@" else (value, tail[3:-1], "")


def unescaped(inside: str) -> str:
    """What stands in the quotes of a literal, without its escapes."""
    if inside.count("\\") == inside.count('\\"'):  # each escapes a quote, as most do
        return inside.replace('\\"', '"')
    return _ESCAPE.sub(_escaped_character, inside)


def _escaped_character(match: re.Match[str]) -> str:
    short, long, named = match.groups()
    return chr(int(short or long, 16)) if short or long else _NAMED.get(named, named)


def with_stable_blanks(lines: list[str]) -> list[str]:
    """Relabel blank nodes by digests of their statements, independent of the order of lines."""
    touched = [index for index, line in enumerate(lines) if "_:" in line]
    statements = {index: split(lines[index]) for index in touched}
    around: dict[str, list[Statement]] = {}
    for statement in statements.values():
        for node in {node for part in statement for node in nodes_of(part) if node.startswith("_:")}:
            around.setdefault(node, []).append(statement)
    if not around:
        return lines
    labels = _labels(around)
    result = lines.copy()
    for index, (graph, subject, predicate, obj) in statements.items():
        parts = (with_labels(part, labels) for part in (graph, subject, predicate, obj))
        result[index] = join(tuple(parts))  # type: ignore[arg-type]  # four as before
    return result


def _labels(statements_of: dict[str, list[Statement]]) -> dict[str, str]:
    """Labels from digests; nodes that nothing tells apart are numbered, each beside its neighbours."""
    digests = _digests(statements_of)
    counts: dict[str, int] = {}
    labels: dict[str, str] = {}
    for start in sorted(statements_of, key=digests.__getitem__):
        waiting = [start]
        while waiting:
            node = waiting.pop()
            if node in labels:
                continue
            digest = digests[node]
            counts[digest] = counts.get(digest, 0) + 1
            labels[node] = f"_:b{digest[:12]}" + (f"n{counts[digest]}" if counts[digest] > 1 else "")
            waiting += sorted(_neighbours(node, statements_of), key=digests.__getitem__, reverse=True)
    return labels


def _digests(statements_of: dict[str, list[Statement]]) -> dict[str, str]:
    digests = dict.fromkeys(statements_of, "")
    classes = 1
    for _ in range(_ROUNDS):
        digests = {
            node: _digest(_surroundings(node, statements, digests))
            for node, statements in statements_of.items()
        }
        found = len(set(digests.values()))
        if found in (classes, len(statements_of)):
            break
        classes = found
    return digests


def _neighbours(node: str, statements_of: dict[str, list[Statement]]) -> set[str]:
    parts = (part for statement in statements_of[node] for part in statement)
    return {other for part in parts for other in nodes_of(part) if other in statements_of} - {node}


def _surroundings(node: str, statements: list[Statement], digests: dict[str, str]) -> Iterator[str]:
    """What is said around a node, the node itself as `_:` and others by their digests so far."""
    yield digests[node]
    known = _Digests(digests, node)
    yield from sorted(" ".join(with_labels(part, known) for part in statement) for statement in statements)


class _Digests(dict[str, str]):
    """The digests so far, as seen from one node."""

    def __init__(self, digests: Mapping[str, str], node: str) -> None:
        self._digests, self._node = digests, node

    def get(self, key: str, default: str) -> str:  # type: ignore[override]
        return "_:" if key == self._node else self._digests.get(key, default)


def _digest(texts: Iterable[str]) -> str:
    import hashlib  # 4 ms that only blank nodes cost

    return hashlib.sha256("\n".join(texts).encode(errors="surrogatepass")).hexdigest()
