"""The triple patterns of a query, as far as they must be known to fetch the triples it can look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode

from ogdkg.validation.core.vocabulary import RDF, XSD
from ogdkg.validation.prefilter.constraints import Constraint
from ogdkg.validation.prefilter.tokens import Token, closing

UNREAD = ("SELECT", "GRAPH", "SERVICE", "MINUS", "VALUES", "FROM")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of a query."""

    name: str


@dataclass(slots=True)
class Steps:
    """The predicates of a verb: those walked forward, those walked back, and whether more than one may be
    walked."""

    forward: set[NamedNode] = field(default_factory=set)
    back: set[NamedNode] = field(default_factory=set)
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class TriplePattern:
    """A triple pattern; `verb` is nothing where any predicate fits, an end is nothing where any term may
    stand."""

    subject: Variable | NamedNode | Literal | None
    verb: Steps | None
    object: Variable | NamedNode | Literal | None


@dataclass(slots=True)
class Scope:
    """The triple patterns of a group itself, and the groups within it, those in expressions too."""

    patterns: list[TriplePattern] = field(default_factory=list)
    inner: list[Scope] = field(default_factory=list)


class UnreadableError(Exception):
    """A query with something in it that is not read here; never leaves this module."""


def triple_patterns(found: Constraint) -> Scope | None:
    """The triple patterns of the query's outermost group, or nothing where they cannot all be read."""
    start, end = found.body
    try:
        return _Reader(found.words[start + 1 : end], found.prefixes).scope()
    except (UnreadableError, IndexError):
        return None


class _Reader:
    """Reads https://www.w3.org/TR/sparql11-query/#rGroupGraphPattern, expressions only as deep as their
    groups."""

    def __init__(self, words: tuple[Token, ...], prefixes: dict[str, str]) -> None:
        self.words = words
        self.prefixes = prefixes
        self.at = 0

    def scope(self) -> Scope:
        """The whole of the words, which are the inside of one group."""
        found = Scope()
        while self.at < len(self.words):
            token = self.words[self.at]
            if token.is_word(*UNREAD) or token.text == "[":
                raise UnreadableError
            if token.text == "{":
                found.inner.append(self._group())
            elif token.is_word("FILTER", "BIND"):
                self.at += 1
                found.inner.extend(self._expression())
            elif token.is_word("OPTIONAL", "UNION", "NOT", "EXISTS") or token.text == ".":
                self.at += 1
            else:
                found.patterns.extend(self._triples())
        return found

    def _group(self) -> Scope:
        end = closing(list(self.words), self.at)
        inside = self.words[self.at + 1 : end]
        self.at = end + 1
        return _Reader(inside, self.prefixes).scope()

    def _expression(self) -> Iterator[Scope]:
        """Pass over an expression; the groups of EXISTS within its brackets are read."""
        if self.words[self.at].is_word("NOT", "EXISTS"):
            return
        if self.words[self.at].text != "(":
            self.at += 1  # a function's name
        end = closing(list(self.words), self.at)
        while self.at <= end:
            if self.words[self.at].text == "{":
                yield self._group()
            else:
                self.at += 1

    def _triples(self) -> Iterator[TriplePattern]:
        subject = self._term()
        while True:
            verb = self._verb()
            yield TriplePattern(subject, verb, self._term())
            while self._takes(","):
                yield TriplePattern(subject, verb, self._term())
            while self._takes(";"):
                pass
            if self.words[self.at - 1].text != ";" or self._is_end():
                return

    def _takes(self, sign: str) -> bool:
        if self.at < len(self.words) and self.words[self.at].text == sign:
            self.at += 1
            return True
        return False

    def _is_end(self) -> bool:
        return self.at >= len(self.words) or self.words[self.at].text in (".", "}")

    def _verb(self) -> Steps | None:
        token = self.words[self.at]
        if token.kind == "variable":
            self.at += 1
            return None
        steps = Steps()
        self._path(steps, back=False)
        return steps

    def _path(self, steps: Steps, *, back: bool) -> None:
        self._step(steps, back=back)
        while self.at < len(self.words) and self.words[self.at].text in ("/", "|"):
            steps.is_long = True
            self.at += 1
            self._step(steps, back=back)

    def _step(self, steps: Steps, *, back: bool) -> None:
        if self._takes("^"):
            back = not back
        if self._takes("("):
            self._path(steps, back=back)
            if not self._takes(")"):
                raise UnreadableError
        else:
            (steps.back if back else steps.forward).add(self._predicate())
        while self.at < len(self.words) and self.words[self.at].text in ("*", "+", "?"):
            steps.is_long = True
            self.at += 1

    def _predicate(self) -> NamedNode:
        token = self.words[self.at]
        self.at += 1
        if token.text == "a":
            return RDF.type
        found = self._named(token)
        if found is None:
            raise UnreadableError
        return found

    def _named(self, token: Token) -> NamedNode | None:
        if token.kind == "iri":
            return NamedNode(token.text[1:-1])
        prefix, colon, local = token.text.partition(":")
        if token.kind == "name" and colon and prefix in self.prefixes and "%" not in local:
            return NamedNode(self.prefixes[prefix] + local)
        return None

    def _term(self) -> Variable | NamedNode | Literal | None:
        token = self.words[self.at]
        self.at += 1
        if token.kind == "variable":
            return Variable(token.text[1:])
        if token.kind in ("iri", "name"):
            named = self._named(token)
            if named is None:
                raise UnreadableError
            return named
        if token.kind == "number" or token.is_word("TRUE", "FALSE"):
            return Literal(token.text, datatype=XSD.integer) if token.text.isdigit() else None
        if token.kind != "string":
            raise UnreadableError
        return self._string(token)

    def _string(self, token: Token) -> Literal | None:
        """A string constant; one with a tag, a datatype or an escape may be any literal here."""
        following = self.words[self.at] if self.at < len(self.words) else None
        if following and following.kind == "tag":
            self.at += 1
            return None
        if following and following.text == "^^":
            self.at += 2
            return None
        plain = token.text[0] * 3 != token.text[:3] and "\\" not in token.text
        return Literal(token.text[1:-1]) if plain else None
