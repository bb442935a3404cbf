"""A query's text as a tree, by the grammar of SPARQL 1.1 (section 19.8): its patterns, not its expressions.

Reads queries that an engine has accepted; it does not check their syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from ogdkg.errors import InputError, Place
from ogdkg.rdf.terms import RDF
from ogdkg.sparql.tokens import Token, closing_bracket, significant_tokens, unused
from ogdkg.sparql.tree import (
    Bind,
    Expression,
    Filter,
    Group,
    Minus,
    Named,
    Optional,
    Part,
    Path,
    Pattern,
    Query,
    Select,
    Union,
    Values,
)

_AGGREGATES = ("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT")
_VARYING = ("RAND", "NOW", "UUID", "STRUUID", "BNODE")
_CLOSING = {"(": ")", "{": "}", "[": "]"}
_END = Token("end", "", 0)


def read_query(text: str, name: str = "query") -> Query:
    """The tree of a SELECT or a CONSTRUCT; InputError for another form."""
    return _Reader(text, name).query()


def triples_at(
    text: str, query: list[Token], starts: Iterable[int]
) -> Iterator[tuple[int, int, list[Pattern]]]:
    """The triples of the subjects at some tokens of a query: the indices of their start and end, and they.

    What begins no triples, or does not end as triples do, is passed over.
    """
    reader = _Reader(text, "query", query)
    for start in starts:
        reader.at, reader.found = start, []
        with suppress(InputError):
            reader.triples()
            if reader.is_sign(".", "}", "{") or reader.here.kind == "word":
                yield start, reader.at, [part for part in reader.found if isinstance(part, Pattern)]


class _Reader:
    """Reads tokens from the left to the right, each function one rule of the grammar."""

    def __init__(self, text: str, name: str, query: list[Token] | None = None) -> None:
        self.text, self.name = text, name
        self.tokens = significant_tokens(text) if query is None else query
        self.at = 0
        self.prefix = unused(self.tokens, "b")
        self.blanks = 0
        self.found: list[Part] = []  # of the group that is being read

    def query(self) -> Query:
        while not self.here.is_word("SELECT", "CONSTRUCT"):
            if self.here.is_word("ASK", "DESCRIBE") or self.here is _END:
                raise self.unread("Only the rows of a SELECT can be traced to their sources.")
            self.at += 1
        prologue, names = self.text[: self.here.start], unused(self.tokens, "w")
        if self.here.is_word("SELECT"):
            return Query(prologue, names, self.select())
        self.at += 1
        if not self.is_sign("{"):  # CONSTRUCT WHERE { … }: the pattern is the template
            where = self.where()
            template = tuple(part for part in where.parts if isinstance(part, Pattern))
        else:
            template = tuple(part for part in self.group().parts if isinstance(part, Pattern))
            where = self.where()
        return Query(prologue, names, Select("", (), where), template)

    # The tokens

    @property
    def here(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    def next(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1] if self.at <= len(self.tokens) else _END

    def is_sign(self, *signs: str) -> bool:
        return self.here.text in signs and self.here.kind in ("sign", "end")

    def takes(self, sign: str) -> bool:
        taken = self.is_sign(sign)
        self.at += taken
        return taken

    def takes_word(self, *words: str) -> bool:
        taken = self.here.is_word(*words)
        self.at += taken
        return taken

    def expect(self, sign: str) -> None:
        if not self.takes(sign):
            raise self.unread("This part of the query cannot be traced.")

    def unread(self, message: str) -> InputError:
        is_at_end = self.here is _END
        place = Place(self.name) if is_at_end else Place.in_text(self.text, self.here.start, self.name)
        return InputError(message, place=place)

    def since(self, start: int) -> str:
        """The text from a token to the last one read."""
        last = self.tokens[self.at - 1]
        return self.text[self.tokens[start].start : last.start + len(last.text)]

    def fresh(self) -> str:
        self.blanks += 1
        return f"?{self.prefix}{self.blanks}"

    # SELECT, section 18.2.4

    def select(self) -> Select:
        start = self.at
        self.at += 1
        self.takes_word("DISTINCT", "REDUCED")
        columns = self.columns()
        where = self.where()
        grouped = self.takes_word("GROUP")
        computed = tuple(self.group_by()) if grouped else ()
        aggregated = self.skip_until(("LIMIT", "OFFSET", "VALUES"))
        aggregated |= any(expression and expression.aggregates for _, expression in columns)
        limits = self.here.is_word("LIMIT", "OFFSET")
        self.skip_until(("VALUES",))
        values = self.values() if self.takes_word("VALUES") else None
        return Select(self.since(start), columns, where, computed, grouped or aggregated, limits, values)

    def columns(self) -> tuple[tuple[str, Expression | None], ...]:
        found: list[tuple[str, Expression | None]] = []
        while not (self.here.is_word("WHERE") or self.is_sign("{", "")):
            if self.takes("("):
                bound = self.named_expression()
                found.append((bound.variable, bound.expression))
            elif not self.takes("*"):
                found.append((self.variable(), None))
        return tuple(found)

    def where(self) -> Group:
        self.takes_word("WHERE")
        return self.group()

    def group_by(self) -> Iterator[Bind]:
        """The conditions that have names."""
        self.at += 1  # BY
        while not (
            self.here.is_word("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES") or self.is_sign("}", "")
        ):
            if self.here.kind == "variable":
                self.at += 1
            elif self.is_sign("(") and self.tokens[self.closing() - 2].is_word("AS"):
                self.at += 1
                yield self.named_expression()
            else:
                self.expression()

    def skip_until(self, words: tuple[str, ...]) -> bool:
        """Pass over HAVING, ORDER BY and the like; whether they hold an aggregate."""
        start = self.at
        while not (self.here.is_word(*words) or self.is_sign("}", "")):
            self.at = self.closing() + 1 if self.is_sign(*_CLOSING) else self.at + 1
        return any(token.is_word(*_AGGREGATES) for token in self.tokens[start : self.at])

    # Groups, section 5

    def group(self) -> Group:
        self.expect("{")
        outer, self.found = self.found, []
        if self.here.is_word("SELECT"):
            self.found.append(self.select())
        while not self.takes("}"):
            if not self.takes("."):
                self.part()
        group, self.found = Group(tuple(self.found)), outer
        return group

    def part(self) -> None:
        rules: dict[str, Callable[[], Part]] = {
            "OPTIONAL": lambda: Optional(self.group()),
            "MINUS": self.minus,
            "GRAPH": lambda: Named(self.term(), self.group()),
            "FILTER": lambda: Filter(self.expression()),
            "BIND": self.bind,
            "VALUES": self.values,
        }
        word = self.here.text.upper() if self.here.kind == "word" else ""
        if self.is_sign("{"):
            groups = [self.group()]
            while self.takes_word("UNION"):
                groups.append(self.group())
            self.found.append(Union(tuple(groups)))
        elif word in rules:
            self.at += 1
            self.found.append(rules[word]())
        else:
            self.triples()

    def minus(self) -> Minus:
        start = self.at
        self.at = self.closing() + 1
        return Minus(self.since(start))

    def bind(self) -> Bind:
        self.expect("(")
        return self.named_expression()

    def values(self) -> Values:
        start = self.at
        if self.here.kind == "variable":
            variables = [self.variable()]
        else:
            end = self.closing()
            variables = [_variable(token) for token in self.tokens[self.at + 1 : end]]
            self.at = end + 1
        self.at = self.closing() + 1
        return Values(self.since(start), tuple(variables))

    # Expressions, section 17

    def named_expression(self) -> Bind:
        """`expression AS ?name )`, the opening bracket read."""
        start = self.at
        self.at -= 1
        end = self.closing()
        self.at = end - 2
        text = self.since(start)
        self.at = end + 1
        return Bind(self.described(text, start, end), _variable(self.tokens[end - 1]))

    def expression(self) -> Expression:
        """What follows FILTER, or a condition of GROUP BY: brackets, a call, or EXISTS."""
        start = self.at
        while not self.is_sign("(", "{", ""):
            self.at += 1
        self.at = self.closing() + 1
        return self.described(self.since(start), start, self.at)

    def described(self, text: str, start: int, end: int) -> Expression:
        """An expression with the groups of each EXISTS and NOT EXISTS between two tokens."""
        words = self.tokens[start:end]
        tests = any(token.is_word("EXISTS", "BOUND") for token in words)
        negates = tests and any(token.is_word("NOT") or token.text == "!" for token in words)
        after = self.at
        exists: list[Group] = []
        not_exists: list[Group] = []
        self.at = start
        while self.at < end:
            negated = self.takes_word("NOT")
            if self.takes_word("EXISTS"):
                (not_exists if negated else exists).append(self.group())
            else:
                self.at += 1
        self.at = after
        aggregates = any(token.is_word(*_AGGREGATES) for token in words)
        varies = any(token.is_word(*_VARYING) for token in words)
        return Expression(text, tuple(exists), negates, aggregates, varies, tuple(not_exists))

    def closing(self) -> int:
        """Where the bracket that opens here closes."""
        closing = closing_bracket(self.tokens, self.at)
        if closing is None:
            raise self.unread("A bracket is not closed.")
        return closing

    # Triples, section 4.2

    def triples(self) -> None:
        is_thing = not self.is_sign("[", "(")
        subject = self.node()
        if is_thing or self.is_verb():
            self.properties(subject)

    def is_verb(self) -> bool:
        """Whether a property or a path begins here."""
        return (
            self.here.kind in ("variable", "iri", "name")
            or self.here.text == "a"
            or self.is_sign("^", "(", "!")
        )

    def properties(self, subject: str) -> None:
        while True:
            path = self.path()
            self.found.append(Pattern(subject, path, self.node()))
            while self.takes(","):
                self.found.append(Pattern(subject, path, self.node()))
            if not self.is_sign(";"):
                return
            while self.takes(";"):
                pass
            if not self.is_verb():
                return

    def node(self) -> str:
        if self.takes("["):
            node = self.fresh()
            if not self.is_sign("]"):
                self.properties(node)
            self.expect("]")
            return node
        return self.collection() if self.takes("(") else self.term()

    def collection(self) -> str:
        """`( … )`, section 4.2.3."""
        if self.takes(")"):
            return f"<{RDF}nil>"
        node = self.fresh()
        for name, value in (("first", self.node), ("rest", self.collection)):
            self.found.append(Pattern(node, Path("iri", f"<{RDF}{name}>"), value()))
        return node

    def term(self) -> str:
        start = self.at
        token = self.next()
        if token.kind == "variable":
            return _variable(token)
        if token.kind == "blank":
            return f"?{self.prefix}_{''.join(c if c.isalnum() else f'_{ord(c):x}_' for c in token.text[2:])}"
        if token.kind == "string":
            if self.here.kind == "language" or self.takes("^^"):
                self.at += 1
        elif token.text in ("+", "-"):
            self.at += 1
        elif token.kind not in ("iri", "name", "number") and not token.is_word("TRUE", "FALSE"):
            self.at -= 1
            raise self.unread("This part of the query cannot be traced.")
        return self.since(start)

    def variable(self) -> str:
        if self.here.kind != "variable":
            raise self.unread("This part of the query cannot be traced.")
        return _variable(self.next())

    # Paths, section 9.1

    def path(self) -> Path:
        return self.chain("|", lambda: self.chain("/", self.step))

    def chain(self, sign: str, part: Callable[[], Path]) -> Path:
        start = self.at
        parts = [part()]
        while self.takes(sign):
            parts.append(part())
        return parts[0] if len(parts) == 1 else Path(sign, self.since(start), tuple(parts))

    def step(self) -> Path:
        start = self.at
        if self.takes("^"):
            inner = self.step()
            return Path("^", self.since(start), (inner,))
        inner = self.primary()
        if self.is_sign("?", "*", "+"):
            return Path(self.next().text, self.since(start), (inner,))
        return inner

    def primary(self) -> Path:
        start = self.at
        if self.takes("("):
            inner = self.path()
            self.expect(")")
            return inner if inner.kind == "iri" else Path(inner.kind, self.since(start), inner.parts)
        if self.takes("!"):
            return Path("!", self.since(start), tuple(self.denied()))
        if self.here.kind == "variable":
            return Path("iri", self.variable())
        if self.here.text == "a":
            self.at += 1
            return Path("iri", f"<{RDF}type>")
        return Path("iri", self.term())

    def denied(self) -> Iterator[Path]:
        """The properties of a negated set."""
        bracketed = self.takes("(")
        while not (bracketed and self.takes(")")):
            start = self.at
            yield Path("^", self.since(start), (self.primary(),)) if self.takes("^") else self.primary()
            if not bracketed:
                return
            self.takes("|")


def _variable(token: Token) -> str:
    """A variable by `?`, however it was written."""
    return f"?{token.text[1:]}"
