"""Restores the lexical forms of the files to literals that an engine has normalized.

An engine that stores values makes one literal of "007" and "7". The original is known if the data have only
one of the two: with that subject, or anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ogdkg.rdf.statements import join, split

Respell = Callable[[Iterable[str]], Mapping[str, str]]


class LexicalForms:
    """The lexical forms in the data of the literals that an engine normalizes.

    Args:
        data: The lines of the files.
        respell: Returns the engine's form of each literal.
        computed: Whether the query computes or contains literals; then forms are looked up by subject only.

    Attributes:
        ambiguous: The number of literals whose form could not be restored.
    """

    def __init__(self, data: Iterable[str], respell: Respell, *, computed: bool) -> None:
        self._computed = computed
        self._anywhere: dict[str, set[str]] = {}
        self._of_subject: dict[tuple[str, str], set[str]] = {}
        self.ambiguous = 0
        written = {(subject, obj) for _, subject, _, obj in map(split, data) if _has_datatype(obj)}
        normalized = respell({obj for _, obj in written})
        rewritten = {engine_form for form, engine_form in normalized.items() if form != engine_form}
        for subject, form in written:
            if (engine_form := normalized[form]) in rewritten:
                self._anywhere.setdefault(engine_form, set()).add(form)
                self._of_subject.setdefault((subject, engine_form), set()).add(form)

    def restore(self, line: str) -> str:
        """Return a line with the lexical form of the data; unchanged if that is unknown or ambiguous."""
        graph, subject, predicate, obj = split(line)
        if obj not in self._anywhere:
            return line
        forms = self._of_subject.get((subject, obj), set() if self._computed else self._anywhere[obj])
        if len(forms) != 1:
            self.ambiguous += 1
            return line
        return join((graph, subject, predicate, next(iter(forms))))


def _has_datatype(term: str) -> bool:
    return term[0] == '"' and term[-1] == ">"
