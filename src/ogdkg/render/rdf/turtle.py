"""Writes Turtle and TriG: grouped by subject, with prefixes and nested blank nodes.

The output depends on the sorted statements only: the same graph gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from functools import lru_cache
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from ogdkg.rdf.datatypes import SHORTHAND
from ogdkg.rdf.statements import TYPE, Statement, parts_of
from ogdkg.rdf.terms import XSD, Namespaces
from ogdkg.render.rdf.nesting import NIL, Nesting

_DEEPEST = 20  # nested brackets: Turtle parsers recurse for each
_MOST_KEPT = 100_000  # shortened IRIs
_LONGEST = 80  # characters in brackets on one line
# Literals written bare (Turtle, 2.5.2): those that rdflib's reader, too, leaves as they are, so no 007.
_SHORT = {
    XSD + "integer": re.compile(r"0|-?[1-9][0-9]*"),
    XSD + "decimal": re.compile(r"-?(?:0|[1-9][0-9]*)\.[0-9]{1,6}"),
    **{datatype: re.compile(SHORTHAND[datatype]) for datatype in (XSD + "double", XSD + "boolean")},
}
Spelled = Callable[[str], str]
Tracker = Callable[
    [Any], Iterable[Any]
]  # shows how far a loop over what is given has come; that has a length


def write_turtle(
    statements: list[Statement], prefixes: Mapping[str, str], watch: Tracker = iter
) -> Iterator[str]:
    """Yield sorted statements as a document with the prefixes it uses; `watch` iterates with progress."""
    nesting = Nesting(statements)
    used = used_prefixes(statements, prefixes, but={TYPE, *nesting.unspoken(statements)})
    yield from write_nested(watch(statements), nesting, used, prefixes)


def write_nested(
    statements: Iterable[Statement], nesting: Nesting, used: Mapping[str, str], prefixes: Mapping[str, str]
) -> Iterator[str]:
    """Yield sorted statements as a document; `used` are those of the prefixes that it declares."""
    for prefix, namespace in sorted(used.items()):
        yield f"@prefix {prefix}: <{namespace}> .\n"
    writer = _Writer(nesting, _speller(used, prefixes))
    for graph, members in groupby(statements, key=itemgetter(0)):
        indent = "    " if graph else ""
        yield f"\n{writer.spelled(graph)} {{\n" if graph else "\n"
        separator = ""
        for subject, own in groupby(members, key=itemgetter(1)):
            for sentence in writer.sentences(subject, list(own), indent):
                yield f"{separator}{indent}{sentence} .\n"
                separator = "\n"
        if graph:
            yield "}\n"


def type_first(statements: Iterable[Statement]) -> list[Statement]:
    """Return the statements about one subject, its types first."""
    ordered = list(statements)
    if len(ordered) > 1 and any(statement[2] == TYPE for statement in ordered):
        ordered.sort(key=lambda statement: statement[2] != TYPE)
    return ordered


class _Writer:
    """Writes the statements of subjects; nodes nested too deeply are written separately."""

    def __init__(self, nesting: Nesting, spelled: Spelled) -> None:
        self.spelled = spelled
        self._nesting = nesting
        self._waiting: list[str] = []

    def sentences(self, subject: str, statements: list[Statement], indent: str) -> Iterator[str]:
        """Yield the statements of a subject, and of nodes nested too deeply; none for nested subjects."""
        if subject in self._nesting.inside:
            return
        name = "[]" if subject in self._nesting.unmentioned else self.spelled(subject)
        yield f"{name} {self._predicate_objects(statements, indent, 0)}"
        while self._waiting:
            node = self._waiting.pop()
            yield f"{node} {self._predicate_objects(self._nesting.inside[node], indent, 0)}"

    def _predicate_objects(self, statements: Iterable[Statement], indent: str, depth: int) -> str:
        """Return predicates separated by `;`, and objects by `,`."""
        objects: dict[str, list[str]] = {}
        for _, _, predicate, obj in type_first(statements):
            objects.setdefault(predicate, []).append(self._object(obj, indent + "    ", depth))
        return f" ;\n{indent}    ".join(
            f"{'a' if predicate == TYPE else self.spelled(predicate)} {', '.join(those)}"
            for predicate, those in objects.items()
        )

    def _object(self, term: str, indent: str, depth: int) -> str:
        if term[0] != "_":
            return self.spelled(term) if term != NIL else "()"
        if term not in self._nesting.inside:
            return "[]" if term in self._nesting.empty else term
        if depth == _DEEPEST:
            self._waiting.append(term)
            return term
        if (items := self._nesting.items(term)) is not None:
            return self._list([self._object(item, indent + "    ", depth + 1) for item in items], indent)
        text = self._predicate_objects(self._nesting.inside[term], indent, depth + 1)
        flat = re.sub(r"\n +", " ", text)  # strings hold no line feed but as \\n
        return f"[ {flat} ]" if len(flat) <= _LONGEST else f"[\n{indent}    {text}\n{indent}]"

    def _list(self, items: list[str], indent: str) -> str:
        flat = " ".join(items)
        if len(flat) <= _LONGEST and "\n" not in flat:
            return f"( {flat} )"
        inside = f"\n{indent}    ".join(items)
        return f"(\n{indent}    {inside}\n{indent})"


def _speller(used: Mapping[str, str], prefixes: Mapping[str, str]) -> Spelled:
    """Return a function that writes a term as Turtle with the prefixes that a document declares."""
    known, own = _spellings(tuple(prefixes.items())), _Spellings(used)

    def spelled(text: str) -> str:
        if text[-1] != ">":
            return text
        short, prefix = known[text]
        return short if prefix in used or prefix is None or short == text else own[text][0]

    return spelled


@lru_cache(maxsize=4)
def _spellings(prefixes: tuple[tuple[str, str], ...]) -> _Spellings:
    """The terms as written with some prefixes, which many documents have in common."""
    return _Spellings(dict(prefixes))


class _Spellings(dict[str, "tuple[str, str | None]"]):
    """IRIs and typed literals as Turtle has them, by their N-Triples, each with the prefix that it uses.

    The prefix is that of the longest namespace that leaves a plain local name; empty where there is none, and
    None for what is written bare.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        super().__init__()
        self._namespaces = Namespaces(prefixes)

    def __missing__(self, text: str) -> tuple[str, str | None]:
        if len(self) >= _MOST_KEPT:
            self.clear()
        found = self[text] = self._spelled(text)
        return found

    def _spelled(self, text: str) -> tuple[str, str | None]:
        value, iri, _ = parts_of(text) if text[0] == '"' else ("", text[1:-1], "")
        if _is_bare(value, iri):
            return value, None
        name = self._namespaces.compact(iri)
        if name is None:
            return text, ""
        return f"{text[: -len(iri) - 2]}{name}", name.partition(":")[0]


def _is_bare(value: str, datatype: str) -> bool:
    """Whether a literal is written without quotes and datatype."""
    return datatype in _SHORT and _SHORT[datatype].fullmatch(value) is not None


def used_prefixes(
    statements: Iterable[Statement], prefixes: Mapping[str, str], *, but: Set[str] = frozenset()
) -> dict[str, str]:
    """Return the prefixes that the statements use, ignoring the terms in `but`."""
    found = prefixes_of(set(chain.from_iterable(statements)) - but, prefixes)
    return {prefix: namespace for prefix, namespace in prefixes.items() if prefix in found}


def prefixes_of(terms: Iterable[str], prefixes: Mapping[str, str]) -> set[str | None]:
    """Return which of the prefixes terms are written with; what else is in it is no prefix."""
    known = _spellings(tuple(prefixes.items()))
    return {known[term][1] for term in terms if term[-1:] == ">"}
