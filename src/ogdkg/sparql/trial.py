"""A query as it would answer without some triples, or with others: for a graph that nobody here may change.

Where a pattern may match a triple that is taken away, a filter leaves it out; where it may match one that is
added, a UNION brings it in (https://www.w3.org/TR/sparql11-query/#sparqlAlgebra). What cannot be written so
is said, and not tried.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, product

from ogdkg.errors import InputError
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import Iri, Literal, Term, Triple, to_ntriples
from ogdkg.sparql.blocks import UNREAD, Block, Blocks
from ogdkg.sparql.blocks import UntriableError as UntriableError  # callers take it from here
from ogdkg.sparql.tokens import Token, declared_prefixes, iri_of, significant_tokens, unused
from ogdkg.sparql.tree import Path, Pattern, is_variable

_REPEATED = "a path with `*`, `+` or `?` follows that property"
_DENIED = "a path names the properties that it does not follow"
_IN_GRAPH = "the query looks for that property in single graphs"
_SHOWS_ALL = "SELECT * would show more columns"
_NOT_ALONE = "a rule asks what is missing, or counts"


class Change(NamedTuple):
    """The triples that are taken away, and those that are added, as the store spells them."""

    removed: tuple[Triple, ...] = ()
    added: tuple[Triple, ...] = ()

    @property
    def triples(self) -> tuple[Triple, ...]:
        """All triples of the change."""
        return (*self.removed, *self.added)


class Trial:
    """A query whose text is rewritten for a graph with a change.

    Args:
        text: A SELECT, an ASK or a CONSTRUCT.
        prefixes: Prefixes that it need not declare.

    Raises:
        UntriableError: The query cannot be read.
    """

    def __init__(self, text: str, prefixes: Mapping[str, str]) -> None:
        self._text = text
        self._tokens = significant_tokens(text)
        self._known = ChainMap(declared_prefixes(self._tokens), dict(prefixes))
        reader = Blocks(text)
        try:
            reader.read()
        except InputError as error:
            raise UntriableError(UNREAD) from error
        if any(token.is_word("BASE") for token in self._tokens):
            raise UntriableError(UNREAD)  # which IRIs it then names, the engine knows
        self.blocks = reader.blocks
        written = reader.template or [each for block in self.blocks for each in block.patterns]
        self.template = tuple(part for part in written if isinstance(part, Pattern))
        self._end = reader.end
        self._selects_all = reader.selects_all
        self._fresh = (f"?{unused(self._tokens, 'f')}{number}" for number in range(10_000))

    @property
    def looks_at(self) -> frozenset[str] | None:
        """The properties of its patterns; None where one is a variable."""
        found = [
            name for block in self.blocks for each in block.patterns for name in self._properties(each.path)
        ]
        return None if None in found else frozenset(filter(None, found))

    @property
    def makes(self) -> frozenset[str] | None:
        """The properties of what its template makes; None where one is a variable."""
        found = [name for each in self.template for name in self._properties(each.path)]
        return None if None in found else frozenset(filter(None, found))

    def _properties(self, path: Path) -> Iterator[str | None]:
        if path.kind == "iri":
            yield self._iri(path.text)
        elif path.kind == "!":
            yield None
        for part in path.parts:
            yield from self._properties(part)

    def text(self, change: Change) -> str:
        """Return the query as it would answer after a change.

        Raises:
            UntriableError: No query of SPARQL says so.
        """
        meant = [
            block for block in self.blocks if any(self._may_match(p, change.triples) for p in block.patterns)
        ]
        if not meant:
            return self._text
        if change.added or any(map(self._must_be_written, meant)):
            return self._replaced({block: self._written(block, change) for block in self.blocks})
        return self._replaced(
            {block: self._text_of(block) + self._left_out(block, change) for block in meant}
        )

    def from_triple(self, block: Block, pattern: Pattern, triple: Triple, change: Change) -> Iterator[str]:
        """Yield the query after a change, with the solutions alone in which a pattern matches a triple.

        Raises:
            UntriableError: The pattern stands where it does not decide alone, or matches along a path.
        """
        if not block.is_plain:
            raise UntriableError(_NOT_ALONE)
        texts = {each: self._written(each, change) for each in self.blocks if each is not block}
        beside = tuple(each for each in block.patterns if each is not pattern)
        for way in self._ways(pattern, triple):
            for step in way:
                if self._may_match(step, [triple]) and (branch := self._branch(step, triple)):
                    others = (*beside, *(each for each in way if each is not step))
                    written = self._written(block._replace(patterns=others), change)
                    yield self._replaced({**texts, block: " . ".join(filter(None, (written, branch)))})

    def _ways(self, pattern: Pattern, triple: Triple) -> Iterator[tuple[Pattern, ...]]:
        """Yield the patterns without paths that a pattern stands for, as far as they may match a triple."""
        subject, path, value = pattern
        if path.kind == "iri" or not self._may_match(pattern, [triple]):
            yield (pattern,)
        elif path.kind == "^":
            yield from self._ways(Pattern(value, path.parts[0], subject), triple)
        elif path.kind == "?":
            yield from self._ways(Pattern(subject, path.parts[0], value), triple)
        elif path.kind == "|":
            for each in path.parts:
                yield from self._ways(Pattern(subject, each, value), triple)
        elif path.kind == "/":
            ends = [subject, *(next(self._fresh) for _ in path.parts[1:]), value]
            steps = map(Pattern, ends, path.parts, ends[1:])
            for way in product(*(list(self._ways(each, triple)) for each in steps)):
                yield tuple(chain.from_iterable(way))
        else:
            raise UntriableError(_DENIED if path.kind == "!" else _REPEATED)

    def making(self, pattern: Pattern, triple: Triple, change: Change) -> str:
        """Return the query after a change, with the solutions alone for which its template makes a triple."""
        if not all(self._may_be(text, term) for text, term in zip(pattern.terms, triple, strict=True)):
            return ""
        only = f" FILTER({' && '.join(self._same(pattern, triple)) or 'true'}) "
        text = self.text(change)
        end = len(text) - (len(self._text) - self._tokens[self._end].start)  # of WHERE
        return text[:end] + only + text[end:]

    def places(self, triples: Iterable[Triple]) -> Iterator[tuple[Block, Pattern, Triple]]:
        """Yield each pattern that may match one of some triples."""
        for triple in triples:
            for block in self.blocks:
                yield from (
                    (block, each, triple) for each in block.patterns if self._may_match(each, [triple])
                )

    def _replaced(self, texts: Mapping[Block, str]) -> str:
        parts, done = [], 0
        for block in sorted(texts, key=lambda block: block.start):
            first, last = self._tokens[block.start], self._tokens[block.end - 1]
            parts += [self._text[done : first.start], texts[block]]
            done = last.start + len(last.text)
        return "".join([*parts, self._text[done:]])

    def _text_of(self, block: Block) -> str:
        first, last = self._tokens[block.start], self._tokens[block.end - 1]
        return self._text[first.start : last.start + len(last.text)]

    def _must_be_written(self, block: Block) -> bool:
        """Whether a filter cannot name the ends of the patterns: of blank nodes, or within a path."""
        return self._has_blanks(block) or any(each.path.kind != "iri" for each in block.patterns)

    def _has_blanks(self, block: Block) -> bool:
        tokens = self._tokens[block.start : block.end]
        return any(token.kind == "blank" or token.text in ("[", "(") for token in tokens)

    def _left_out(self, block: Block, change: Change) -> str:
        filters = [self._filter(each, change.removed) for each in block.patterns]
        return "".join(f" . {each}" for each in filters if each)

    # Writing patterns anew

    def _written(self, block: Block, change: Change) -> str:
        if self._selects_all and self._has_blanks(block):
            raise UntriableError(_SHOWS_ALL)
        lines = (line for each in block.patterns for line in self._lines(each, change, block.in_graph))
        return " . ".join(lines)

    def _lines(self, pattern: Pattern, change: Change, in_graph: bool) -> Iterator[str]:
        subject, path, value = pattern
        if not self._may_match(pattern, change.triples):
            yield f"{subject} {path.text} {value}"
        elif path.kind == "iri":
            yield from self._changed(pattern, path.text, change, in_graph)
        elif path.kind == "?" and path.parts[0].kind == "iri":  # of different ends, those of the property
            yield from self._changed(Pattern(subject, path.parts[0], value), path.text, change, in_graph)
        elif path.kind == "^":
            yield from self._lines(Pattern(value, path.parts[0], subject), change, in_graph)
        elif path.kind == "/":
            if self._selects_all:
                raise UntriableError(_SHOWS_ALL)
            ends = [subject, *(next(self._fresh) for _ in path.parts[1:]), value]
            for first, step, last in zip(ends, path.parts, ends[1:], strict=False):
                yield from self._lines(Pattern(first, step, last), change, in_graph)
        elif path.kind == "|":
            parts = (self._lines(Pattern(subject, each, value), change, in_graph) for each in path.parts)
            yield " UNION ".join(f"{{ {' . '.join(lines)} }}" for lines in parts)
        else:
            raise UntriableError(_DENIED if path.kind == "!" else _REPEATED)

    def _changed(self, pattern: Pattern, path: str, change: Change, in_graph: bool) -> Iterator[str]:
        plain = f"{pattern.subject} {path} {pattern.object}"
        added = [triple for triple in change.added if self._may_match(pattern, [triple])]
        if added and in_graph:
            raise UntriableError(_IN_GRAPH)
        if added:
            branches = (self._branch(pattern, triple) for triple in added)
            yield " UNION ".join([f"{{ {plain} }}", *filter(None, branches)])
        else:
            yield plain
        removed = change.removed if path == pattern.path.text else [t for t in change.removed if t[0] != t[2]]
        if left_out := self._filter(pattern, removed):
            yield left_out

    def _branch(self, pattern: Pattern, triple: Triple) -> str:
        """Return a group whose one solution is a triple; "" where the pattern cannot match it."""
        values: dict[str, Term] = {}
        for text, term in zip(pattern.terms, triple, strict=True):
            if is_variable(text) and values.setdefault(text, term) != term:
                return ""
        tests = [_is(text, term) for text, term in self._to_compare(pattern, triple)]
        columns = " ".join(f"({to_ntriples(term)} AS {name})" for name, term in values.items())
        s, p, o = (next(self._fresh) for _ in range(3))
        only = f"FILTER({' && '.join(tests)})" if tests else ""
        # A triple stands beside, as Virtuoso finds nothing in a branch without one.
        return (
            f"{{ {{ SELECT {columns or f'(1 AS {next(self._fresh)})'} {{ {s} {p} {o} {only} }} LIMIT 1 }} }}"
        )

    def _to_compare(self, pattern: Pattern, triple: Triple) -> Iterator[tuple[str, Term]]:
        """Yield the terms of a pattern that are neither variables nor IRIs, which the engine compares."""
        for text, term in zip(pattern.terms, triple, strict=True):
            if not is_variable(text) and self._iri(text) is None:
                yield text, term

    def _filter(self, pattern: Pattern, removed: Iterable[Triple]) -> str:
        """Return a filter that leaves triples out of what a pattern matches."""
        tests = []
        for triple in removed:
            if self._may_match(pattern, [triple]):
                same = self._same(pattern, triple)
                tests.append(f"!({' && '.join(same)})" if same else "false")
        return f"FILTER({' && '.join(tests)})" if tests else ""

    def _same(self, pattern: Pattern, triple: Triple) -> list[str]:
        """Return what says that a pattern matches a triple, but for what its IRIs say already."""
        pairs = zip(pattern.terms, triple, strict=True)
        return [_is(text, term) for text, term in pairs if self._iri(text) is None]

    # What a pattern may match

    def _may_match(self, pattern: Pattern, triples: Iterable[Triple]) -> bool:
        return any(self._fits(pattern, triple) for triple in triples)

    def _fits(self, pattern: Pattern, triple: Triple) -> bool:
        if pattern.path.kind != "iri":
            return self._follows(pattern.path, triple.predicate)
        pairs = zip(pattern.terms, triple, strict=True)
        return all(self._may_be(text, term) for text, term in pairs)

    def _follows(self, path: Path, predicate: Iri) -> bool:
        if path.kind == "!":
            return True
        if path.kind == "iri":
            return self._may_be(path.text, predicate)
        return any(self._follows(each, predicate) for each in path.parts)

    def _may_be(self, text: str, term: Term) -> bool:
        """Whether a term of a pattern may be a term of the graph; of literals the engine decides."""
        if is_variable(text):
            return True
        iri = self._iri(text)
        return (
            iri == term.value
            if iri is not None and isinstance(term, Iri)
            else iri is None and not isinstance(term, Iri)
        )

    def _iri(self, text: str) -> str | None:
        if is_variable(text):
            return None
        tokens: Sequence[Token] = significant_tokens(text)
        return iri_of(tokens[0], self._known) if len(tokens) == 1 else None


def _is(text: str, term: Term) -> str:
    """Return what says that a term of a query is a term; a literal by its parts, as Virtuoso keeps values."""
    if not isinstance(term, Literal):
        return f"sameTerm({text}, {to_ntriples(term)})"
    words, language = to_ntriples(Literal(term.value)), to_ntriples(Literal(term.language))
    return f"isLITERAL({text}) && STR({text}) = {words} && LCASE(LANG({text})) = LCASE({language})"
