"""Writes query results in the W3C's formats, some rows at a time.

CSV and TSV: https://www.w3.org/TR/sparql12-results-csv-tsv/ · JSON: https://www.w3.org/TR/sparql12-results-json/
XML: https://www.w3.org/TR/sparql12-results-xml/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from operator import attrgetter
from typing import Any

from ogdkg.errors import UsageError
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.terms import XSD_STRING, Blank, Iri, Literal, Term, TripleTerm, csv_text, to_ntriples
from ogdkg.store.base import Rows, TextRows
from ogdkg.text.escape import json_safe, xml_attribute, xml_text

_ITS = "http://www.w3.org/2005/11/its"  # whose attribute is the base direction
_Column = tuple[Term | None, ...]
_MOST_TOGETHER = 128  # rows
_VALUE = attrgetter("value")
_NOT_XML = "[\x00-\x08\x0b\x0c\x0e-\x1f]|[\ud800-\udfff]|[\ufffe\uffff]"


def write_rows(rows: Rows, form: Format, notes: Sequence[str] | None = None) -> Iterator[str]:
    """Yield the result of a SELECT in one of the four formats.

    Args:
        rows: The rows.
        form: The format.
        notes: Where citations are not exact, for JSON only; None if there are no citations.
    """
    return _json(rows, notes) if form is formats.JSON else _ROWS[form](rows)


def write_boolean(truth: bool, form: Format) -> Iterator[str]:
    """Yield the result of an ASK; in CSV and TSV, which do not specify it, a bare `true` or `false`."""
    word = "true" if truth else "false"
    if form is formats.JSON:
        yield f'{{"head": {{}}, "boolean": {word}}}\n'
    elif form is formats.XML:
        yield f"{_XML_HEAD}<head/><boolean>{word}</boolean></sparql>\n"
    else:
        yield word + "\n"


def _lines(
    rows: Rows, writers: Sequence[Callable[[_Column], Sequence[str]]]
) -> Iterator[Iterable[Iterable[str]]]:
    """Yield the texts of some rows at a time, of few at first, for who waits; each column by its writer."""
    number = 1
    while block := list(islice(rows.rows, number)):
        columns = zip(*block, strict=True)
        texts = [write(column) for write, column in zip(writers, columns, strict=True)]
        yield zip(*texts, strict=True) if texts else [()] * len(block)
        number = min(2 * number, _MOST_TOGETHER)


def _each(write: Callable[[Term | None], str]) -> Callable[[_Column], list[str]]:
    """The writer of a column whose terms are written one by one, but once where most are there again."""

    def written(column: _Column) -> list[str]:
        different = dict(zip(map(id, column), column, strict=True))
        if 2 * len(different) > len(column):
            return list(map(write, column))
        texts = {place: write(term) for place, term in different.items()}
        return [texts[id(term)] for term in column]

    return written


def _csv(rows: Rows) -> Iterator[str]:
    yield ",".join(map(_csv_quoted, rows.variables)) + "\r\n"
    blocks: Iterator[Iterable[Iterable[str]]] = _lines(rows, [_csv_column] * len(rows.variables))
    if isinstance(rows, TextRows):
        blocks = (zip(*map(_csv_texts, columns), strict=True) for columns in rows.texts)
    for lines in blocks:
        yield "\r\n".join(map(",".join, lines)) + "\r\n"


def _csv_column(column: _Column) -> Sequence[str]:
    is_plain = {Iri, Literal}.issuperset(map(type, column))
    return _csv_texts(list(map(_VALUE if is_plain else csv_text, column)))


def _csv_texts(texts: Sequence[str]) -> Sequence[str]:
    return list(map(_csv_quoted, texts)) if _csv_quoted(text := "".join(texts)) != text else texts


def _csv_quoted(text: str) -> str:
    if '"' in text or "," in text or "\n" in text or "\r" in text:
        return '"' + text.replace('"', '""') + '"'
    return text


def _tsv(rows: Rows) -> Iterator[str]:
    from ogdkg.rdf.datatypes import NUMERIC_SHORTHAND  # CSV has no datatypes

    yield "\t".join(f"?{variable}" for variable in rows.variables) + "\n"
    write = _each(partial(_tsv_term, NUMERIC_SHORTHAND))
    for lines in _lines(rows, [write] * len(rows.variables)):
        yield "\n".join(map("\t".join, lines)) + "\n"


def _tsv_term(shorthand: Mapping[str, str], term: Term | None) -> str:
    if term is None:
        return ""
    if isinstance(term, Literal) and (short := shorthand.get(term.datatype)):
        return term.value if re.fullmatch(short, term.value) else to_ntriples(term)
    return to_ntriples(term)


def _json(rows: Rows, notes: Sequence[str] | None = None) -> Iterator[str]:
    from json.encoder import encode_basestring as quoted  # 2 ms that CSV does not need

    head = json_safe(", ".join(map(quoted, rows.variables)))
    yield f'{{"head": {{"vars": [{head}]}},\n"results": {{"bindings": ['

    def binding(begin: str, term: Term | None) -> str:
        return begin + json_safe(_json_text(term, quoted)) if term else ""

    writers = [_each(partial(binding, f"{json_safe(quoted(name))}: ")) for name in rows.variables]
    separator = "\n"
    for lines in _lines(rows, writers):
        yield separator + ",\n".join([f"{{{', '.join(filter(None, line))}}}" for line in lines])
        separator = ",\n"
    yield f"\n]}}{_json_citations(notes)}}}\n"


def _json_citations(notes: Sequence[str] | None) -> str:
    if notes is None:
        return ""
    from json import dumps

    return f',\n"citations": {dumps({"exact": not notes, "notes": list(notes)})}'


def _json_text(term: Term, quoted: Callable[[str], str]) -> str:
    """A term as `json_term` has it, put together by hand: `dumps` takes many times as long."""
    if isinstance(term, Iri):
        return f'{{"type": "uri", "value": {quoted(term.value)}}}'
    if isinstance(term, Literal) and not term.direction:
        if term.language:
            of = f', "xml:lang": {quoted(term.language)}'
        else:
            of = "" if term.datatype == XSD_STRING else f', "datatype": {quoted(term.datatype)}'
        return f'{{"type": "literal", "value": {quoted(term.value)}{of}}}'
    from json import dumps

    return dumps(json_term(term), ensure_ascii=False)


def term_as_json(term: Term) -> str:
    """Return a term as an answer in JSON has it; equal terms are equal texts."""
    from json.encoder import encode_basestring as quoted

    return json_safe(_json_text(term, quoted))


def json_term(term: Term) -> dict[str, Any]:
    """Return a term as JSON, https://www.w3.org/TR/sparql12-results-json/#select-encode-terms."""
    if isinstance(term, Iri):
        return {"type": "uri", "value": term.value}
    if isinstance(term, Blank):
        return {"type": "bnode", "value": term.label}
    if isinstance(term, TripleTerm):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: json_term(part) for name, part in parts.items()}}
    if term.language:
        direction = {"its:dir": term.direction} if term.direction else {}
        return {"type": "literal", "value": term.value, "xml:lang": term.language, **direction}
    if term.datatype == XSD_STRING:
        return {"type": "literal", "value": term.value}
    return {"type": "literal", "value": term.value, "datatype": term.datatype}


_XML_HEAD = '<?xml version="1.0"?>\n<sparql xmlns="http://www.w3.org/2005/sparql-results#">\n'


def _xml(rows: Rows) -> Iterator[str]:
    names = "".join(f"<variable name={_attribute(name)}/>" for name in rows.variables)
    yield f"{_XML_HEAD}<head>{names}</head>\n<results>\n"
    begins = [f"<binding name={_attribute(name)}>" for name in rows.variables]
    for lines in _lines(rows, [_each(partial(_xml_binding, begin)) for begin in begins]):
        yield "".join([f"<result>{''.join(line)}</result>\n" for line in lines])
    yield "</results>\n</sparql>\n"


def _xml_binding(begin: str, term: Term | None) -> str:
    return f"{begin}{_xml_term(term)}</binding>" if term else ""


def _xml_term(term: Term) -> str:
    if isinstance(term, Iri):
        return f"<uri>{_xml_text(term.value)}</uri>"
    if isinstance(term, Blank):
        return f"<bnode>{_xml_text(term.label)}</bnode>"
    if isinstance(term, TripleTerm):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        inner = "".join(f"<{name}>{_xml_term(part)}</{name}>" for name, part in parts.items())
        return f"<triple>{inner}</triple>"
    extra = ""
    if term.direction:
        extra = f' xmlns:its="{_ITS}" its:version="2.0" its:dir="{term.direction}"'
    if term.language:
        extra = f" xml:lang={_attribute(term.language)}{extra}"
    elif term.datatype != XSD_STRING:
        extra = f" datatype={_attribute(term.datatype)}"
    return f"<literal{extra}>{_xml_text(term.value)}</literal>"


def _xml_text(text: str) -> str:
    if re.search(_NOT_XML, text):
        from ogdkg.text.slips import quoted  # only for a fault

        raise UsageError(
            f"{quoted(text, 40)} has a character that XML cannot represent.",
            hint="Use another format: -f json.",
        )
    return xml_text(text)


def _attribute(text: str) -> str:
    _xml_text(text)  # refuses what XML cannot hold
    return xml_attribute(text)


_ROWS: dict[Format, Callable[[Rows], Iterator[str]]] = {
    formats.CSV: _csv,
    formats.TSV: _tsv,
    formats.XML: _xml,
}
