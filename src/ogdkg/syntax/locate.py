"""Where given triples stand in a file, without reading all of it.

The text is searched for the spellings of the wanted subjects; only where one is found, and is a subject,
a statement is parsed. Where a spelling cannot be told beforehand (of a blank node, of an IRI with escapes, of
a relative one) the file is read whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import Place
from ogdkg.syntax.model import Statement
from ogdkg.syntax.reader import Reader, format_of, source_of
from ogdkg.syntax.source import Source
from ogdkg.syntax.spellings import Candidates
from ogdkg.terms import Blank, Iri, Literal, Subject, Term

Wanted = tuple[Subject, Iri | None, Term | None]


class Fit(NamedTuple):
    """The statement that comes nearest to a wanted triple, and how near."""

    rank: int
    statement: Statement

    @property
    def place(self) -> Place:
        """Where its object stands; its subject, where the predicate is another one."""
        return self.statement.subject_place if self._is_far else self.statement.object_place

    @property
    def predicate_place(self) -> Place:
        """Where its predicate stands; its subject, where the predicate is another one."""
        return self.statement.subject_place if self._is_far else self.statement.predicate_place

    @property
    def _is_far(self) -> bool:
        return self.rank >= _SAME_SUBJECT


_EXACT, _UP_TO_BLANK_NODES, _SAME_PREDICATE, _SAME_SUBJECT = range(4)


def locate(
    document: str | Path | Source,
    wanted: Iterable[Wanted],
    format: str | None = None,
    base: str | None = None,
) -> dict[Wanted, Place]:
    """The places of triples in a document: of the object, where the triple stands there.

    Where it does not, or where predicate or object is None, the place is that of the first object of the same
    subject and predicate, else of the subject's first statement. A subject that is not in the document is not
    in the answer. Language tags match in any case. A blank node matches one of the same label, else the first
    that fits.

    >>> text = "@prefix : <x:> .\\n:a :p 1 ;\\n   :q 2 ."
    >>> from ogdkg.terms import typed
    >>> a, q, two = Iri("x:a"), Iri("x:q"), typed("2", "integer")
    >>> str(locate(text, [(a, q, two)])[a, q, two])
    '<text>:3:7'
    """
    return {triple: fit.place for triple, fit in fits(document, wanted, format, base).items()}


def fits(
    document: str | Path | Source,
    wanted: Iterable[Wanted],
    format: str | None = None,
    base: str | None = None,
) -> dict[Wanted, Fit]:
    """What `locate` goes by: the statement that comes nearest to each triple."""
    format = format or format_of(document)
    source = source_of(document)
    reader = Reader(source, format, base)
    search = _Search(wanted)
    candidates = Candidates(reader, search.subjects)
    for statement in candidates.statements() if candidates.can_be_told else reader:
        if statement.subject in search.subjects or isinstance(statement.subject, Blank):
            search.offer(statement)
            if search.is_over:
                break
    return search.best


class _Search:
    """The best fit found so far for each wanted triple."""

    def __init__(self, wanted: Iterable[Wanted]) -> None:
        self.subjects: dict[Subject, list[Wanted]] = {}
        self.best: dict[Wanted, Fit] = {}
        triples = dict.fromkeys(wanted)
        for triple in triples:
            self.subjects.setdefault(triple[0], []).append(triple)
        self._missing = len(triples)
        self._of_blank_nodes = [triple for triple in triples if isinstance(triple[0], Blank)]

    @property
    def is_over(self) -> bool:
        return not self._missing

    def offer(self, statement: Statement) -> None:
        for triple in self.subjects.get(statement.subject, ()):
            self._keep(triple, _rank(triple, statement), statement)
        if isinstance(statement.subject, Blank):
            for triple in self._of_blank_nodes:
                if triple[0] != statement.subject and _rank(triple, statement) <= _UP_TO_BLANK_NODES:
                    self._keep(triple, _UP_TO_BLANK_NODES, statement)

    def _keep(self, triple: Wanted, rank: int, statement: Statement) -> None:
        if triple not in self.best or rank < self.best[triple].rank:
            self.best[triple] = Fit(rank, statement)
            if rank == _EXACT or rank == _best_possible(triple):
                self._missing -= 1


def _best_possible(triple: Wanted) -> int:
    _, predicate, object_ = triple
    if predicate is None:
        return _SAME_SUBJECT
    return _SAME_PREDICATE if object_ is None else _EXACT


def _rank(triple: Wanted, statement: Statement) -> int:
    """How well a statement of the wanted subject fits."""
    _, predicate, object_ = triple
    if predicate != statement.predicate:
        return _SAME_SUBJECT
    if object_ is None:
        return _SAME_PREDICATE
    if _folded(object_) == _folded(statement.object):
        return _EXACT
    if isinstance(object_, Blank) and isinstance(statement.object, Blank):
        return _UP_TO_BLANK_NODES
    return _SAME_PREDICATE


def _folded(term: Term) -> Term:
    """The term with its language tag in lower case (RDF 1.1 Concepts, 3.3)."""
    if isinstance(term, Literal) and term.language:
        return replace(term, language=term.language.lower())
    return term
