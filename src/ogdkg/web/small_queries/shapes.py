"""What a query of a few triple patterns asks, where that is all that it has; of any other, nothing.

Queries that programs ask differ in their IRIs: what is read of one is kept for all that are the same but for
those.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple, TypeVar

from ogdkg.rdf.terms import LANG_STRING, RDF, Iri, Literal
from ogdkg.render.views.results import term_as_json
from ogdkg.sparql.tokens import Token, iri_of, significant_tokens

MOST_TEXT = 2_000  # characters of a query
MOST_PATTERNS = 12
_KEPT = 256  # queries that are read once
_IRI = re.compile(r"<([^<>\"{}|^`\\\x00-\x20]*)>")  # IRIREF, section 19.8
_QUOTING = re.compile(r"[\"'#]")  # where one is, an IRI may be a part of something else
_VARIABLE = re.compile(r"[?$][A-Za-z0-9_]+")
_LANGUAGE = re.compile(r"@[A-Za-z]{2,3}(?:-[A-Za-z]{2})?")  # of which the engine refuses none
_END = Token("end", "", 0)
_A = term_as_json(Iri(RDF + "type"))
T = TypeVar("T")

# A term of a pattern: a variable, with `?`; a constant, as JSON; the number of an IRI of the text, and what
# follows it where that is the namespace of a name.
Term = str | tuple[int, str]


class Pattern(NamedTuple):
    """A triple pattern."""

    subject: Term
    predicate: Term
    object: Term


class Shape(NamedTuple):
    """What a query asks.

    Attributes:
        variables: The columns of its answer; None where it is an ASK.
        is_distinct: Whether equal rows are one.
        limit: How many rows it wants at most; None for all.
        patterns: The patterns.
        optional: Those of each OPTIONAL, which follow.
    """

    variables: tuple[str, ...] | None
    is_distinct: bool
    limit: int | None
    patterns: tuple[Pattern, ...]
    optional: tuple[tuple[Pattern, ...], ...] = ()


class _OtherError(Exception):
    """The query has something else."""


class Shapes:
    """Reads queries of one version of a graph.

    Args:
        prefixes: Those that a query need not declare.
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes = prefixes
        self._of_rest = lru_cache(maxsize=_KEPT)(self._read_rest)
        self._of_text = lru_cache(maxsize=_KEPT)(self._read_text)

    def of(self, text: str) -> tuple[Shape, Sequence[str]] | None:
        """Return what a query asks, and its IRIs, which the numbers among its terms count.

        Returns:
            None where it has more than triple patterns, or is not certain to parse.
        """
        if len(text) > MOST_TEXT or "\\" in text:
            return None
        if _QUOTING.search(text):
            return self._of_text(text)
        parts = _IRI.split(text)
        shape = self._of_rest("<>".join(parts[::2]))
        return (shape, parts[1::2]) if shape else None

    def _read_rest(self, text: str) -> Shape | None:
        """The shape of a query whose IRIs were taken out."""
        return _read(significant_tokens(text), self._prefixes)

    def _read_text(self, text: str) -> tuple[Shape, Sequence[str]] | None:
        query = significant_tokens(text)
        shape = _read(query, self._prefixes)
        return (shape, [token.text[1:-1] for token in query if token.kind == "iri"]) if shape else None


def _read(query: list[Token], prefixes: Mapping[str, str]) -> Shape | None:
    try:
        return _Reader(query, prefixes).shape()
    except _OtherError:
        return None


def _variables(patterns: Iterable[Pattern]) -> list[str]:
    """The variables of patterns, in the order of the text."""
    terms = (term for each in patterns for term in each if isinstance(term, str) and term.startswith("?"))
    return list(dict.fromkeys(terms))


class _Reader:
    """Reads tokens from the left to the right, each function one rule of the grammar (section 19.8)."""

    def __init__(self, query: list[Token], prefixes: Mapping[str, str]) -> None:
        self._tokens, self._prefixes = query, prefixes
        self._declared: dict[str, int] = {}  # the number of the IRI of each prefix
        self._at = self._iris = 0

    def shape(self) -> Shape:
        while self._takes_word("PREFIX"):
            self._prefix()
        variables: list[str] | None = None
        is_distinct = is_star = False
        if not self._takes_word("ASK"):
            if not self._takes_word("SELECT"):
                raise _OtherError
            is_distinct = self._takes_word("DISTINCT")
            is_star = self._takes("*")
            variables = [] if is_star else self._some(self._variable, lambda: self._here.kind == "variable")
        self._takes_word("WHERE")
        if not self._takes("{"):
            raise _OtherError
        patterns = self._triples()
        optional = self._optional(patterns)
        limit = self._limit() if variables is not None else None
        if self._here is not _END:
            raise _OtherError
        if is_star:
            variables = [
                term[1:] for term in _variables(patterns + [each for part in optional for each in part])
            ]
        if variables is not None and (not variables or len(set(variables)) < len(variables)):
            raise _OtherError
        columns = None if variables is None else tuple(variables)
        return Shape(columns, is_distinct, limit, tuple(patterns), tuple(map(tuple, optional)))

    @property
    def _here(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else _END

    def _takes(self, sign: str) -> bool:
        taken = self._here.text == sign and self._here.kind == "sign"
        self._at += taken
        return taken

    def _takes_word(self, word: str) -> bool:
        taken = self._here.is_word(word)
        self._at += taken
        return taken

    def _some(self, read: Callable[[], T], goes_on: Callable[[], bool]) -> list[T]:
        found = [read()]
        while goes_on():
            found.append(read())
        return found

    def _prefix(self) -> None:
        name, self._at = self._here, self._at + 1
        if name.kind != "name" or name.text.find(":") != len(name.text) - 1 or self._here.kind != "iri":
            raise _OtherError
        self._declared[name.text[:-1]] = self._iri()

    def _iri(self) -> int:
        self._at += 1
        self._iris += 1
        return self._iris - 1

    def _variable(self) -> str:
        text = self._here.text
        if not _VARIABLE.fullmatch(text):
            raise _OtherError
        self._at += 1
        return text[1:]

    def _limit(self) -> int | None:
        if not self._takes_word("LIMIT"):
            return None
        text = self._here.text
        if not text.isascii() or not text.isdigit() or len(text) > 9:
            raise _OtherError
        self._at += 1
        return int(text)

    def _triples(self) -> list[Pattern]:
        """Triples, at least one, up to what follows them in a group."""
        patterns: list[Pattern] = []
        while self._here.text != "}" and not self._here.is_word("OPTIONAL"):
            subject = self._term()
            if isinstance(subject, str) and subject.startswith('{"type": "literal"'):
                raise _OtherError
            patterns += self._properties(subject)
            if not self._takes(".") and self._here.text != "}" and not self._here.is_word("OPTIONAL"):
                raise _OtherError
        if not 0 < len(patterns) <= MOST_PATTERNS:
            raise _OtherError
        return patterns

    def _optional(self, patterns: list[Pattern]) -> list[list[Pattern]]:
        """The OPTIONALs that follow triples, up to the end of the group: triples alone, of variables of their
        own."""
        found: list[list[Pattern]] = []
        named = set(_variables(patterns))
        new = 0
        while not self._takes("}"):
            if not self._takes_word("OPTIONAL") or not self._takes("{"):
                raise _OtherError
            found.append(self._triples())
            new += len(set(_variables(found[-1])) - named)
            if not self._takes("}"):
                raise _OtherError
            self._takes(".")
        every = list(chain(*found))
        if new != len(set(_variables(every)) - named) or len(every) > MOST_PATTERNS:
            raise _OtherError
        return found

    def _properties(self, subject: Term) -> list[Pattern]:
        found = []
        while True:
            predicate = _A if self._takes_a() else self._term(is_predicate=True)
            for value in self._some(self._term, lambda: self._takes(",")):
                found.append(Pattern(subject, predicate, value))
            if not self._takes(";"):
                return found
            while self._takes(";"):
                pass
            if self._here.text in (".", "}") or self._here.is_word("OPTIONAL"):
                return found

    def _takes_a(self) -> bool:
        """Whether `a` stands for rdf:type here, in small letters alone."""
        taken = self._here.kind == "word" and self._here.text == "a"
        self._at += taken
        return taken

    def _term(self, *, is_predicate: bool = False) -> Term:
        token = self._here
        if token.kind == "variable":
            return f"?{self._variable()}"
        if token.kind == "string" and not is_predicate:
            return self._literal()
        if token.kind == "iri":
            return self._iri(), ""
        self._at += 1
        if token.kind != "name" or not token.text.isascii():
            raise _OtherError
        prefix, _, local = token.text.partition(":")
        if prefix in self._declared:
            return self._declared[prefix], local
        if (iri := iri_of(token, self._prefixes)) is None:
            raise _OtherError
        return term_as_json(Iri(iri))

    def _literal(self) -> str:
        """A string between single quotes, with a language or without."""
        token = self._here
        self._at += 1
        if token.text.startswith(('"""', "'''")) or self._here.text == "^^":
            raise _OtherError
        value, after = token.text[1:-1], self._here
        if after.kind != "language":
            return term_as_json(Literal(value))
        if after.start != token.start + len(token.text) or not _LANGUAGE.fullmatch(after.text):
            raise _OtherError
        self._at += 1
        if self._here.text == "-":
            raise _OtherError
        return term_as_json(Literal(value, LANG_STRING, after.text[1:].lower()))
