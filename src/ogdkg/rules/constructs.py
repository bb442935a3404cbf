"""SPARQL rules, https://www.w3.org/TR/shacl-af/#SPARQLRule: the focus nodes joined into their CONSTRUCT.

A rule runs once for each focus node, with $this bound beforehand: its value stands everywhere in the query
(https://www.w3.org/TR/shacl/#pre-binding). A join means the same where each part of the query that looks at
$this binds it. Into the others the focus nodes are joined too; what would still differ is refused by name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from ogdkg.errors import InputError
from ogdkg.rules.queries import spelled_out, uncompiled
from ogdkg.sparql.reader import read_query
from ogdkg.sparql.tokens import Token, closing_bracket, significant_tokens
from ogdkg.sparql.tree import Bind, Expression, Filter, Group, Optional, Select, certain, visible
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH

THIS = "?this"


def construct_of(shapes: Shapes, rule: Term, focus: str) -> str:
    """The query of a SPARQL rule for the focus nodes of a group.

    Raises:
        ShapesError: The query would not mean the same for all focus nodes at once.
    """
    text = spelled_out(shapes, rule, SH.construct)
    words = significant_tokens(text)
    opening = [n for n, token in enumerate(words) if token.text == "{"]
    if any(token.is_word("FROM") for token in words[: opening[0]]):
        raise uncompiled("A rule with FROM", rule)
    is_short = words[1].is_word("WHERE")  # CONSTRUCT WHERE { … }: the pattern is the template
    start = opening[0] if is_short else (closing_bracket(words, opening[0]) or 0) + 1
    start += words[start].is_word("WHERE")
    end = closing_bracket(words, start) or start
    if len(words) > end + 1:
        raise uncompiled(f"A rule with {words[end + 1].text.upper()} after its pattern", rule)
    if any(before.is_word("AS") and token.is_variable("this") for before, token in pairwise(words)):
        raise uncompiled("A rule that binds $this itself", rule)
    places = [words[start].start + 1, *_Places(text, words, rule).within(start, end)]
    template = text[words[start].start : words[end].start + 1] if is_short else ""
    for place in sorted(places, reverse=True):
        text = f"{text[:place]} {focus} {text[place:]}"
    return f"CONSTRUCT {template} {text[words[1].start :]}" if is_short else text


@dataclass(frozen=True, slots=True)
class _Places:
    """Finds the groups of a query into which the focus nodes have to be joined too."""

    text: str
    words: list[Token]
    rule: Term

    def within(self, start: int, end: int) -> Iterator[int]:
        """The offsets after the opening brackets of such groups between two brackets."""
        yield from self._within(start + 1, end, known=True, named=False)

    def _within(self, start: int, end: int, *, known: bool, named: bool) -> Iterator[int]:
        """As `within`; `known`: the group around binds ?this, `named`: it is of a named graph."""
        at = start
        while at < end:
            token = self.words[at]
            if token.is_word("VALUES", "MINUS"):
                at = self._passed_over(at)
            elif token.text == "{":
                close = closing_bracket(self.words, at) or end
                if not self.words[at - 1].is_word("EXISTS") and self._mentions(at, close):
                    yield from self._group(at, close, known=known, named=named)
                at = close
            at += 1

    def _passed_over(self, at: int) -> int:
        """The end of VALUES or MINUS, whose meaning a variable bound beforehand would change."""
        opening = next(n for n in range(at, len(self.words)) if self.words[n].text == "{")
        close = closing_bracket(self.words, opening) or opening
        if self._mentions(at, close):
            raise uncompiled(f"A rule with $this in {self.words[at].text.upper()}", self.rule)
        return close

    def _group(self, at: int, close: int, *, known: bool, named: bool) -> Iterator[int]:
        group = self._read(at, close)
        is_optional = self.words[at - 1].is_word("OPTIONAL")
        named = named or (at > 1 and self.words[at - 2].is_word("GRAPH"))
        inner = THIS in certain(group)
        if select := next((part for part in group.parts if isinstance(part, Select)), None):
            self._check_subquery(select)
        elif _needs(group, given=is_optional and known):
            if named:
                raise uncompiled("A rule with $this in an expression within GRAPH", self.rule)
            yield self.words[at].start + 1
            inner = True
        yield from self._within(at + 1, close, known=inner, named=named)

    def _read(self, at: int, close: int) -> Group:
        last = self.words[close]
        inside = self.text[self.words[at].start : last.start + 1]
        try:
            return read_query(f"SELECT * WHERE {inside}").select.where
        except InputError as error:
            raise uncompiled("The query of a rule", self.rule) from error

    def _check_subquery(self, select: Select) -> None:
        names = {name for name, _ in select.columns} or visible(select.where)
        if THIS not in names:
            raise uncompiled("A rule with a subquery that does not return $this", self.rule)
        if select.limits:
            raise uncompiled("A rule with LIMIT or OFFSET in a subquery", self.rule)

    def _mentions(self, start: int, end: int) -> bool:
        return any(token.is_variable("this") for token in self.words[start:end])


def _needs(group: Group, *, given: bool) -> bool:
    """Whether an expression in a group looks at ?this where the group does not bind it.

    `given`: what stands before an OPTIONAL binds it, so that its filters see it (SPARQL 18.2.2.6).
    """
    for number, part in enumerate(group.parts):
        before = Group(group.parts[:number])
        if isinstance(part, Bind) and _looks(part.expression) and THIS not in certain(before):
            return True
        if isinstance(part, Filter) and _looks(part.constraint) and not given and THIS not in certain(group):
            return True
        if isinstance(part, Optional) and THIS not in certain(before):
            filters = [each for each in part.group.parts if isinstance(each, Filter)]
            if any(_looks(each.constraint) for each in filters):
                return True
    return False


def _looks(expression: Expression) -> bool:
    return any(token.is_variable("this") for token in significant_tokens(expression.text))
