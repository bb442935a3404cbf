"""The states of what RDF 1.2 adds: triple terms, reified triples, annotations (RDF 1.2 Turtle, 2.10, 2.11).

A method takes a token and returns the method for the next one, as in `states`, which these are a part of.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NoReturn, Protocol

from ogdkg.errors import LimitError
from ogdkg.lean import NamedTuple
from ogdkg.rdf.bounds.turtle import DEEPEST
from ogdkg.rdf.terms import Blank, Iri, Literal, Subject, Term, TripleTerm
from ogdkg.syntax.model import RDF_REIFIES, Statement
from ogdkg.syntax.names import NameTable
from ogdkg.syntax.source import Source

SUBJECTS = ("iri", "name", "blank")
_INNER_HINT = "It is written `<<( subject predicate object )>>`."
_REIFIED_HINT = "It is written `<< subject predicate object ~ reifier >>`."


class State(Protocol):
    """Takes a token's kind, spelling and offset, and says which state takes the next one."""

    def __call__(self, kind: str, raw: bytes, at: int) -> State: ...


class _Inner(NamedTuple):
    """An open triple in a triple: `give` says what follows once its term, or its reifier, is known."""

    at: int
    subject: Subject
    subject_at: int
    predicate: Iri
    predicate_at: int
    is_reified: bool
    give: Callable[[Term, int], State]


class TripleStates:
    """Where the reader stands in a triple within a triple."""

    names: NameTable
    source: Source
    directives: bool
    graph: Subject | None
    subject: Subject
    subject_at: int
    predicate: Iri
    predicate_at: int
    object: Term
    found: list[Statement]
    _after: State
    _bracket_at: int

    def __init__(self) -> None:
        self._inner: list[_Inner] = []
        self._reifier: Subject | None = None

    # -- triple terms and reified triples ----------------------------------------

    def open_triple_term(self, at: int, give: Callable[[Term, int], State]) -> State:
        """The state after `<<(` at an offset (RDF 1.2 Turtle, `tripleTerm`).

        Args:
            at: The offset.
            give: Told the term; says which state follows it.

        Raises:
            LimitError: Terms are nested too deep.
        """
        self.names.newer("a triple term", at)
        return self._open_inner(at, give, is_reified=False)

    def open_reified(self, at: int, give: Callable[[Term, int], State]) -> State:
        """The state after `<<` at an offset (RDF 1.2 Turtle, `reifiedTriple`).

        Args:
            at: The offset.
            give: Told the reifier; says which state follows it.
        """
        self.names.newer("a reified triple", at)
        return self._open_inner(at, give, is_reified=True)

    def _open_inner(self, at: int, give: Callable[[Term, int], State], *, is_reified: bool) -> State:
        if not is_reified and len(self._inner) >= DEEPEST:
            message = f"Triple terms are nested more than {DEEPEST} deep here."
            hint = "Give the inner statements nodes of their own."
            raise LimitError(message, place=self.source.place(at), hint=hint)
        outer = self.subject, self.subject_at, self.predicate, self.predicate_at
        self._inner.append(_Inner(at, *outer, is_reified, give))
        return self.inner_subject

    def inner_subject(self, kind: str, raw: bytes, at: int) -> State:
        """The subject of an inner triple: no list, and another triple only in a reified one (`rtSubject`)."""
        if kind in SUBJECTS:
            return self._subject_of_inner(self.names.node(raw, at), at)
        if raw == b"[":
            return partial(self._anonymous_end, self._subject_of_inner, at)
        if raw == b"<<" and self._inner[-1].is_reified:
            return self.open_reified(at, self._subject_of_inner)
        return self._unexpected("a subject", kind, raw, at, self._hint())

    def _subject_of_inner(self, term: Term, at: int) -> State:
        assert not isinstance(term, Literal | TripleTerm), "the states let only nodes through"
        self.subject, self.subject_at = term, at
        return self.inner_verb

    def inner_verb(self, kind: str, raw: bytes, at: int) -> State:
        """The predicate of an inner triple."""
        if kind != "iri" and kind != "name" and raw != b"a":
            self._unexpected("a predicate", kind, raw, at, self._hint())
        self.predicate, self.predicate_at = self.names.predicate(raw, at), at
        return self.inner_object

    def inner_object(self, kind: str, raw: bytes, at: int) -> State:
        """The object of an inner triple, which is no list (`ttObject`, `rtObject`)."""
        if kind in (*SUBJECTS, "literal", "number") or raw in (b"true", b"false"):
            return self._object_of_inner(self.names.term(raw, at), at)
        if raw == b"[":
            return partial(self._anonymous_end, self._object_of_inner, at)
        if raw == b"<<(":
            return self.open_triple_term(at, self._object_of_inner)
        if raw == b"<<" and self._inner[-1].is_reified:
            return self.open_reified(at, self._object_of_inner)
        return self._unexpected("an object", kind, raw, at, self._hint())

    def _object_of_inner(self, term: Term, _: int) -> State:
        return partial(self._reified_end if self._inner[-1].is_reified else self._triple_term_end, term)

    def _triple_term_end(self, value: Term, kind: str, raw: bytes, at: int) -> State:
        if raw != b")>>":
            self._unexpected("`)>>`", kind, raw, at, self._hint())
        term = TripleTerm(self.subject, self.predicate, value)
        return self._close_inner(term, self._inner[-1].at)

    def _reified_end(self, value: Term, kind: str, raw: bytes, at: int) -> State:
        if raw == b"~":
            return partial(self._reifier_of, partial(self._reified_by, value), at)
        if raw != b">>":
            self._unexpected("`>>` or a reifier", kind, raw, at, self._hint())
        return self._reified_by(value, self._blank_node(), self._inner[-1].at)(kind, raw, at)

    def _reified_by(self, value: Term, reifier: Term, at: int) -> State:
        return partial(self._close_reified, value, reifier, at)

    def _close_reified(
        self, value: Term, reifier: Term, reifier_at: int, kind: str, raw: bytes, at: int
    ) -> State:
        if raw != b">>":
            self._unexpected("`>>`", kind, raw, at, self._hint())
        self._reify(value, reifier, reifier_at)
        return self._close_inner(reifier, reifier_at)

    def _close_inner(self, term: Term, at: int) -> State:
        inner = self._inner.pop()
        self.subject, self.subject_at = inner.subject, inner.subject_at
        self.predicate, self.predicate_at = inner.predicate, inner.predicate_at
        return inner.give(term, at)

    # -- annotations ---------------------------------------------------------------

    def annotation(self, raw: bytes, at: int) -> State | None:
        """The state after `~` or `{|`, which may follow an object in Turtle and TriG."""
        if not self.directives:
            return None
        if raw == b"~":
            self.names.newer("a reifier", at)
            return partial(self._reifier_of, self._annotate, at)
        if raw != b"{|":
            return None
        self.names.newer("an annotation", at)
        if self._reifier is None:
            self._annotate(self._blank_node(), at)
        reifier, self._reifier = self._reifier, None
        assert reifier is not None, "it has just been set"
        self._bracket_at = at
        self._open(self._after, b"|}")
        self.subject, self.subject_at = reifier, at
        return self.verb

    def _annotate(self, reifier: Term, at: int) -> State:
        assert not isinstance(reifier, Literal | TripleTerm), "the states let only nodes through"
        self._reify(self.object, reifier, at)
        self._reifier = reifier
        return self._after

    def _reify(self, value: Term, reifier: Term, at: int) -> None:
        assert not isinstance(reifier, Literal | TripleTerm), "the states let only nodes through"
        term = TripleTerm(self.subject, self.predicate, value)
        self.found.append(Statement(reifier, RDF_REIFIES, term, self.graph, at, at, at, self.source))

    # -- nodes of both -------------------------------------------------------------

    def _reifier_of(
        self, give: Callable[[Term, int], State], tilde: int, kind: str, raw: bytes, at: int
    ) -> State:
        """After `~`: a node, or none, for which a new one stands."""
        if kind in SUBJECTS:
            return give(self.names.node(raw, at), at)
        if raw == b"[":
            return partial(self._anonymous_end, give, at)
        return give(self._blank_node(), tilde)(kind, raw, at)

    def _anonymous_end(
        self, give: Callable[[Term, int], State], begin: int, kind: str, raw: bytes, at: int
    ) -> State:
        if raw != b"]":
            self._unexpected("`]`", kind, raw, at, "Within a triple, a blank node is `[]` or has a label.")
        return give(self._blank_node(), begin)

    def _hint(self) -> str:
        return _REIFIED_HINT if self._inner[-1].is_reified else _INNER_HINT

    # -- of all states -------------------------------------------------------------

    def verb(self, kind: str, raw: bytes, at: int) -> State:
        """The state of a predicate outside inner triples, which `States` has."""
        raise NotImplementedError

    def _open(self, then: State, closing: bytes = b"]") -> None:
        raise NotImplementedError

    def _blank_node(self) -> Blank:
        raise NotImplementedError

    def _unexpected(self, expected: str, kind: str, raw: bytes, at: int, hint: str) -> NoReturn:
        raise NotImplementedError
