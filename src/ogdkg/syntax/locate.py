"""Finds the positions of triples in a file, without parsing all of it.

The text is searched for the spellings of the subjects; a statement is parsed only where one is found as a
subject. If a spelling is unpredictable (a blank node, an IRI with escapes, a relative IRI), the whole file is
parsed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from operator import itemgetter
from pathlib import Path

from ogdkg.errors import Place
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import Blank, Iri, Literal, Subject, Term
from ogdkg.syntax.model import Statement
from ogdkg.syntax.reader import Reader, format_of, source_of
from ogdkg.syntax.source import Source
from ogdkg.syntax.spellings import Candidates

TriplePattern = tuple[Subject, Iri | None, Term | None]


class Fit(NamedTuple):
    """The statement that comes nearest to a wanted triple, and how near."""

    rank: int
    statement: Statement

    @property
    def place(self) -> Place:
        """Where its object stands; its subject, where the predicate is another one."""
        return self.statement.subject_place if self._is_far else self.statement.object_place

    @property
    def is_exact(self) -> bool:
        """Whether the statement is the wanted triple itself."""
        return self.rank == _EXACT

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
    wanted: Iterable[TriplePattern],
    format: str | None = None,
    base: str | None = None,
) -> dict[TriplePattern, Place]:
    """The places of triples in a document: of the object, where the triple stands there.

    Where it does not, or where predicate or object is None, the place is that of the first object of the same
    subject and predicate, else of the subject's first statement. A subject that is not in the document is not
    in the answer. Language tags match in any case. A blank node matches one of the same label, else the first
    that fits.

    >>> text = "@prefix : <x:> .\\n:a :p 1 ;\\n   :q 2 ."
    >>> from ogdkg.rdf.terms import typed
    >>> a, q, two = Iri("x:a"), Iri("x:q"), typed("2", "integer")
    >>> str(locate(text, [(a, q, two)])[a, q, two])
    '<text>:3:7'
    """
    return _places(fits(document, wanted, format, base))


def locate_among(
    statements: Iterable[Statement], wanted: Iterable[TriplePattern]
) -> dict[TriplePattern, Place]:
    """What `locate` finds among statements that somebody else has read."""
    return _places(fits_among(statements, wanted))


def _places(found: dict[TriplePattern, Fit]) -> dict[TriplePattern, Place]:
    in_order = sorted(found.items(), key=lambda entry: entry[1].statement.object_offset)  # see Source.place
    return {triple: fit.place for triple, fit in in_order}


def fits(
    document: str | Path | Source,
    wanted: Iterable[TriplePattern],
    format: str | None = None,
    base: str | None = None,
    *,
    whole: bool = False,
) -> dict[TriplePattern, Fit]:
    """What `locate` goes by: the statement that comes nearest to each triple.

    Args:
        document: Its text, its path, or its source.
        wanted: The triples; None stands for any predicate or object.
        format: The name of its format; by default, told from the path.
        base: The base IRI.
        whole: Read the whole document, so that nodes without labels are numbered from its beginning.
    """
    format = format or format_of(document)
    source = source_of(document)
    reader = Reader(source, format, base)
    search = _Search(wanted)
    whole = whole or any(isinstance(subject, Blank) for subject in search.subjects)
    candidates = None if whole else Candidates(reader, search.subjects)
    for statement in candidates.statements() if candidates and candidates.can_be_told else reader:
        if statement.subject in search.subjects or isinstance(statement.subject, Blank):
            search.offer(statement)
            if search.is_over:
                break
    return search.best


def fits_among(statements: Iterable[Statement], wanted: Iterable[TriplePattern]) -> dict[TriplePattern, Fit]:
    """What `fits` finds among statements that somebody else has read."""
    search = _Search(wanted)
    for statement in statements:
        search.offer(statement)
        if search.is_over:
            break
    return search.best


class _Search:
    """The first statements that fit wanted triples, by all that a triple may be found by."""

    def __init__(self, wanted: Iterable[TriplePattern]) -> None:
        self._wanted = dict.fromkeys(wanted)
        self.subjects = {subject for subject, _, _ in self._wanted}
        self._missing = len(self._wanted)
        self._open: dict[_Key, int] = {}  # not met yet: how many triples it is the best for
        self._first: dict[_Key, _Met] = {}
        self._elsewhere: dict[_Key, list[_Met]] = {}  # of blank nodes under other labels
        self._number = 0
        for triple in self._wanted:
            keys = _keys(triple)
            for key in keys:
                self._open.setdefault(key, 0)
            self._open[keys[0]] += 1
            if isinstance(triple[0], Blank):
                self._elsewhere |= {key: [] for key in _keys_elsewhere(triple)}

    @property
    def is_over(self) -> bool:
        return not self._missing

    @property
    def best(self) -> dict[TriplePattern, Fit]:
        """The best fit for each triple that has one."""
        found = ((triple, self._best(triple)) for triple in self._wanted)
        return {triple: fit for triple, fit in found if fit is not None}

    def offer(self, statement: Statement) -> None:
        subject, predicate, object_ = statement.subject, statement.predicate, _folded(statement.object)
        self._number += 1
        met = self._number, statement
        if subject in self.subjects:
            self._note((subject, predicate, object_), met)
            if isinstance(object_, Blank):
                self._note((subject, predicate, _ANY_NODE), met)
            self._note((subject, predicate), met)
            self._note((subject,), met)
        if self._elsewhere and isinstance(subject, Blank):
            self._note_elsewhere((predicate, object_), met)
            if isinstance(object_, Blank):
                self._note_elsewhere((predicate, _ANY_NODE), met)

    def _note(self, key: _Key, met: _Met) -> None:
        best_for = self._open.pop(key, None)
        if best_for is not None:
            self._first[key] = met
            self._missing -= best_for

    def _note_elsewhere(self, key: _Key, met: _Met) -> None:
        """The first two under different labels: one of them is not the wanted one's own."""
        known = self._elsewhere.get(key)
        if known is not None and (not known or (len(known) == 1 and known[0][1].subject != met[1].subject)):
            known.append(met)

    def _best(self, triple: TriplePattern) -> Fit | None:
        subject, predicate, object_ = triple
        if predicate is not None and object_ is not None:
            if exact := self._first.get(_keys(triple)[0]):
                return Fit(_EXACT, exact[1])
            if near := min(self._up_to_blank_nodes(triple), default=None, key=itemgetter(0)):
                return Fit(_UP_TO_BLANK_NODES, near[1])
        if same := self._first.get((subject, predicate)):
            return Fit(_SAME_PREDICATE, same[1])
        any_ = self._first.get((subject,))
        return Fit(_SAME_SUBJECT, any_[1]) if any_ else None

    def _up_to_blank_nodes(self, triple: TriplePattern) -> Iterator[_Met]:
        subject, predicate, object_ = triple
        if isinstance(object_, Blank) and (here := self._first.get((subject, predicate, _ANY_NODE))):
            yield here
        if isinstance(subject, Blank):
            for key in _keys_elsewhere(triple):
                yield from (met for met in self._elsewhere[key] if met[1].subject != subject)


_Key = tuple[Term | None, ...]
_Met = tuple[int, Statement]
_ANY_NODE = Blank("")


def _keys(triple: TriplePattern) -> list[_Key]:
    """What a triple may be found by, the best first."""
    subject, predicate, object_ = triple
    keys: list[_Key] = []
    if predicate is not None:
        if object_ is not None:
            keys.append((subject, predicate, _folded(object_)))
        if isinstance(object_, Blank):
            keys.append((subject, predicate, _ANY_NODE))
        keys.append((subject, predicate))
    return [*keys, (subject,)]


def _keys_elsewhere(triple: TriplePattern) -> list[_Key]:
    """What a triple of a blank node may be found by under another label."""
    _, predicate, object_ = triple
    if predicate is None or object_ is None:
        return []
    return [(predicate, _folded(object_)), *([(predicate, _ANY_NODE)] if isinstance(object_, Blank) else [])]


def _folded(term: Term) -> Term:
    """The term with its language tag in lower case (RDF 1.1 Concepts, 3.3)."""
    if isinstance(term, Literal) and term.language:
        return term._replace(language=term.language.lower())
    return term
