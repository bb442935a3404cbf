"""Lexical forms as the files have them, given back to literals that an engine has spelled its own way.

An engine that keeps values alone makes one literal of "007" and "7". Which of the two the data wrote is known
where they write one of them: of the subject, or anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ogdkg.rdf.statements import join, split

Respell = Callable[[Iterable[str]], Mapping[str, str]]


class LexicalForms:
    """What the data write for the literals that an engine spells otherwise; counts what cannot be told.

    `respell` tells how the engine spells literals. Those in lines made by a query that computes some, or has
    some of its own, are known by their subjects alone.
    """

    def __init__(self, data: Iterable[str], respell: Respell, *, computed: bool) -> None:
        self._computed = computed
        self._anywhere: dict[str, set[str]] = {}
        self._of_subject: dict[tuple[str, str], set[str]] = {}
        self.unknown = 0
        written = {(subject, obj) for _, subject, _, obj in map(split, data) if _has_datatype(obj)}
        spelling = respell({obj for _, obj in written})
        rewritten = {spelled for form, spelled in spelling.items() if form != spelled}
        for subject, form in written:
            if (spelled := spelling[form]) in rewritten:
                self._anywhere.setdefault(spelled, set()).add(form)
                self._of_subject.setdefault((subject, spelled), set()).add(form)

    def restored(self, line: str) -> str:
        """A line of the engine's as the data would write it; as it is where that cannot be told."""
        graph, subject, predicate, obj = split(line)
        if obj not in self._anywhere:
            return line
        forms = self._of_subject.get((subject, obj), set() if self._computed else self._anywhere[obj])
        if len(forms) != 1:
            self.unknown += 1
            return line
        return join((graph, subject, predicate, next(iter(forms))))


def _has_datatype(term: str) -> bool:
    return term[0] == '"' and term[-1] == ">"
