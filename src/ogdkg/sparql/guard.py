"""The guard of all queries: none may reach outside its graph, or nest so deeply that it ends a process.

Every query passes here before an engine sees it. No engine can turn SERVICE off, and each parses in its own
way, so a text that an engine may parse differently from its tokens is refused too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from ogdkg.errors import InputError, LimitError, Place
from ogdkg.lean import compile_later
from ogdkg.sparql.tokens import Token, significant_tokens

# An engine walks the tree of a query by recursion, and a full stack ends its process. On 2 MiB, the least
# that a thread commonly has (most have 8), pyoxigraph 0.5.13 ends at 200 nested IF( or EXISTS {, at 500 BIND,
# UNION or MINUS in a row, and at 1,000 signs such as +. The weights make each of these much the same.
DEEPEST = 1_000
NESTING = 8  # a bracket around something, which is a part too: 100 may be nested
PART = 2  # one more bracket in a row: 500 in one group
SIGN = 1  # an operator: 1,000 in one expression
_OFTEN = 10_000  # characters, of which a query that is asked again has fewer
LONGEST = 10_000_000  # characters, for which reading takes seconds and a gigabyte

_OUTSIDE = "SERVICE", "LOAD", "FROM"
# An escape as SPARQL has it, and as rdflib 7.6 reads it.
_CODES = (
    compile_later(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})"),
    compile_later(r"\\[uU]([0-9A-Fa-f]{4}(?:[0-9A-Fa-f]{4})?)()"),
)
_OPENING, _CLOSING = "([{", ")]}"
_SIGNS = frozenset(("!", "=", "<", ">", "+", "-", "*", "/", "|", "&", "^", "||", "&&", "!=", "<=", ">="))
_OPERANDS = ("variable", "string", "iri", "name", "number", "language", "blank", "word")
# Where `<` is an operator, these within `<…>` would begin or end what the tokens say goes on, or nest.
_SPLITTING = compile_later(r"['#()\[\]]")
_SIGNS_WITHIN = compile_later(r"[!=+\-*/|&]")


def refuse_unsafe(text: str, *, file: str = "query", has_dataset: bool = False) -> None:
    """Raise InputError where a query reaches outside its graph, LimitError where it is too deep or too long.

    Args:
        text: The query.
        file: What to call the query in the error.
        has_dataset: Whether FROM may choose among the graphs of this store; the caller checks which.
    """
    if len(text) < _OFTEN:
        _refuse_again(text, file, has_dataset)
    else:
        _refuse(text, file, has_dataset)


def _refuse(text: str, file: str, has_dataset: bool) -> None:
    outside = _OUTSIDE[:-1] if has_dataset else _OUTSIDE
    if len(text) > LONGEST:
        hint = "Split it into smaller queries."
        raise LimitError(f"The query has more than {LONGEST:,} characters.", place=Place(file), hint=hint)
    capital = text.upper()
    if "\\U" in capital:
        _refuse_escaped(text, file)
    if _most(text) > DEEPEST or any(word in capital for word in outside):
        _Reading(text, file, outside).check()


_refuse_again = lru_cache(maxsize=128)(_refuse)  # who asks often asks the same; what is refused is not kept


def too_deep(place: Place) -> LimitError:
    """The error for a query that nests too much, or has too long a chain."""
    return LimitError(
        "The query is too deep: brackets are nested too deeply, or there are too many operators in a row.",
        place=place,
        hint="Write alternatives as IN (…) or VALUES, and split the rest into separate queries.",
    )


def refuse_foreign(algebra: Any, *, file: str = "query") -> None:
    """Raise InputError where the algebra that rdflib has made of a query reaches outside.

    The second look: rdflib replaces escapes, and more of them than SPARQL knows, before it reads a text.
    """
    for part in parts(algebra):
        word = {"ServiceGraphPattern": "SERVICE", "DatasetClause": "FROM"}.get(part.name)
        if word:
            raise _outside(word, Place(file))


def parts(algebra: Any) -> Iterator[Any]:
    """Every node of an algebra that rdflib has made: dicts with a name."""
    waiting, seen = [algebra], set[int]()
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict) and hasattr(part, "name") and id(part) not in seen:
            seen.add(id(part))
            yield part
            # The group of EXISTS is kept as it was read, and translated as an attribute.
            waiting.extend((*dict.values(part), *vars(part).values()))
        elif isinstance(part, list | tuple | set):
            waiting.extend(part)


def _most(text: str) -> int:
    """An upper bound of the depth of a text, by counting characters alone."""
    brackets = sum(map(text.count, _OPENING)) + 2 * text.count("<<")
    signs = sum(map(text.count, "!=<>+-*/|&^"))
    return brackets * (NESTING + PART) + signs * SIGN + (text.count(":") + text.count("<")) * PART


def _refuse_escaped(text: str, file: str) -> None:
    """Refuse what reaches outside once escapes are replaced, https://www.w3.org/TR/sparql11-query/#codepointEscape.

    rdflib does so, and pyoxigraph within strings and IRIs alone: neither reading may reach outside.
    """
    for code in _CODES:
        first = code.search(text)
        for token in significant_tokens(code.sub(_character, text)) if first else ():
            if first and (word := _word_outside(token, _OUTSIDE)):
                raise _outside(word, Place.in_text(text, first.start(), file))


def _character(code: re.Match[str]) -> str:
    number = int(code[1] or code[2], 16)
    return chr(number) if number <= 0x10FFFF else ""


def _word_outside(token: Token, outside: Sequence[str]) -> str | None:
    """The keyword in a word: pyoxigraph reads `SERVICESILENT` and `trueSERVICE` as two."""
    if token.kind != "word":
        return None
    capital = token.text.upper()
    return next((word for word in outside if word in capital), None)


def _outside(word: str, place: Place) -> InputError:
    hint = "Remove it; GRAPH ?g { … } selects among the graphs of this store."
    return InputError(
        f"A query may not use {word}: it is answered from this graph alone.", place=place, hint=hint
    )


class _Level:
    """An open bracket: the weight of what is in it, and the depth of its deepest part."""

    def __init__(self, opening: Token, *, of_values: bool = False) -> None:
        self.opening = opening
        self.of_values = of_values  # VALUES lists data, in which nothing is an operator
        self.begins_values = False
        self.beside = 0
        self.deepest = 0

    def opened(self, bracket: Token) -> _Level:
        """The level that a bracket opens in this one."""
        of_values = self.of_values or (self.begins_values and bracket.text == "{")
        self.begins_values = self.begins_values and bracket.text == "("
        self.beside += 0 if self.of_values else PART
        return _Level(bracket, of_values=of_values)


_NOTHING = Token("sign", "", 0)


class _Reading:
    """One pass over the tokens of a query, which raises for the first that is not allowed."""

    def __init__(self, text: str, file: str, outside: Sequence[str]) -> None:
        self.text = text
        self.file = file
        self.outside = outside
        self.levels = [_Level(_NOTHING)]

    def check(self) -> None:
        query = significant_tokens(self.text)
        for before, token, after in zip([_NOTHING, *query], query, [*query[1:], _NOTHING], strict=False):
            if token.kind == "sign":
                self._sign(token, before)
            elif token.kind == "word":
                self._word(token)
            elif token.kind == "name":
                self._name(token, before, after)
            elif token.kind == "iri":
                self._iri(token, before)
        while self.levels:  # what is never closed is read all the same
            self._close()

    def _sign(self, sign: Token, before: Token) -> None:
        level = self.levels[-1]
        if sign.text in _OPENING:
            self.levels.append(level.opened(sign))
        elif sign.text in _CLOSING and len(self.levels) > 1:
            self._close()
        elif sign.text == "<" == before.text and before.start == sign.start - 1:
            level.beside += NESTING  # << nests, and has no closing bracket of its own
        elif sign.text in _SIGNS and not level.of_values:
            is_of_number = sign.text in "+-" and before.text in ("(", ",")
            level.beside += 0 if is_of_number else SIGN

    def _word(self, word: Token) -> None:
        if outside := _word_outside(word, self.outside):
            raise _outside(outside, self._at(word))
        if word.is_word("VALUES"):
            self.levels[-1].begins_values = True

    def _name(self, name: Token, before: Token, after: Token) -> None:
        # pyoxigraph reads `SERVICEex:a {` as SERVICE ex:a {.
        if after.text == "{" and "SERVICE" in name.text.partition(":")[0].upper():
            raise self._in_two_ways(name, "Give the prefix another name.")
        if len(self.levels) == 1 and not before.is_word("PREFIX"):
            self.levels[0].beside += PART  # DESCRIBE may have many

    def _iri(self, iri: Token, before: Token) -> None:
        """Tell an IRI from a comparison such as `?a<2)SERVICE?g#>`, where the grammar's longest match is an
        IRI."""
        level = self.levels[-1]
        is_after_operand = before.kind in _OPERANDS or before.text in (")", "}", ">")
        if len(self.levels) == 1:
            level.beside += 0 if before.kind == "name" else PART  # as above; after a prefix its namespace
        elif level.opening.text == "(" and is_after_operand and not level.of_values:
            if _SPLITTING.search(iri.text):
                raise self._in_two_ways(iri, "Write a space after <, or the IRI with a prefix.")
            level.beside += len(_SIGNS_WITHIN.findall(iri.text)) * SIGN

    def _close(self) -> None:
        closed = self.levels.pop()
        depth = closed.beside + closed.deepest + NESTING
        if depth > DEEPEST:
            raise too_deep(self._at(closed.opening))
        if self.levels:
            self.levels[-1].deepest = max(self.levels[-1].deepest, depth)

    def _at(self, token: Token) -> Place:
        return Place.in_text(self.text, token.start, self.file)

    def _in_two_ways(self, token: Token, hint: str) -> InputError:
        return InputError(
            "This is ambiguous: engines may read it in two ways.", place=self._at(token), hint=hint
        )
