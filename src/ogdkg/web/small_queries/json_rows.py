"""Writes the rows of a small answer, which are text in JSON already."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from json.encoder import encode_basestring as quoted
from typing import Any, NamedTuple

from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.terms import DIR_LANG_STRING, LANG_STRING, XSD_STRING, Blank, Iri, Literal, Term, TripleTerm
from ogdkg.render.views.results import write_boolean, write_rows
from ogdkg.store.base import Rows


class Found(NamedTuple):
    """The rows of a small answer.

    Attributes:
        variables: The columns.
        shown: Those that have values.
        rows: The values of those columns, as JSON; an empty text where there is none.
    """

    variables: tuple[str, ...]
    shown: tuple[str, ...]
    rows: Sequence[tuple[str, ...]]


def written(found: Found | bool, form: Format) -> str:
    """Return an answer as `render.views.results` writes it."""
    if isinstance(found, bool):
        return "".join(write_boolean(found, form))
    if form is not formats.JSON:
        return "".join(write_rows(Rows(found.variables, map(_Terms(found).row, found.rows)), form))
    head, row = _frame(found.variables, found.shown)
    rows = ",\n".join([row % texts if all(texts) else _row(found.shown, texts) for texts in found.rows])
    return f"{head}\n{rows}\n]}}}}\n" if rows else f"{head}\n]}}}}\n"


@lru_cache(maxsize=256)
def _frame(variables: tuple[str, ...], shown: tuple[str, ...]) -> tuple[str, str]:
    """What stands before the rows, and the form to put the texts of a row into."""
    head = f'{{"head": {{"vars": [{", ".join(map(quoted, variables))}]}},\n"results": {{"bindings": ['
    row = ", ".join(f"{quoted(name)}: %s" for name in shown)
    return head, f"{{{row}}}"


def _row(shown: Sequence[str], texts: Sequence[str]) -> str:
    """A row that lacks values."""
    parts = [f"{quoted(name)}: {text}" for name, text in zip(shown, texts, strict=True) if text]
    return f"{{{', '.join(parts)}}}"


class _Terms:
    def __init__(self, found: Found) -> None:
        self._variables, self._shown = found.variables, found.shown

    def row(self, texts: tuple[str, ...]) -> tuple[Term | None, ...]:
        values = {name: _term_of_text(text) for name, text in zip(self._shown, texts, strict=True) if text}
        return tuple(values.get(name) for name in self._variables)


@lru_cache(maxsize=1_024)
def _term_of_text(text: str) -> Term:
    return _term_of(json.loads(text))


def _term_of(told: Mapping[str, Any]) -> Term:
    """The term that JSON tells, https://www.w3.org/TR/sparql12-results-json/#select-encode-terms."""
    kind, value = told["type"], told["value"]
    if kind == "uri":
        return Iri(value)
    if kind == "bnode":
        return Blank(value)
    if kind == "triple":
        subject, predicate, value = (_term_of(value[part]) for part in ("subject", "predicate", "object"))
        assert isinstance(subject, Iri | Blank) and isinstance(predicate, Iri)
        return TripleTerm(subject, predicate, value)
    if language := told.get("xml:lang"):
        direction = told.get("its:dir", "")
        return Literal(value, DIR_LANG_STRING if direction else LANG_STRING, language, direction)
    return Literal(value, told.get("datatype", XSD_STRING))
