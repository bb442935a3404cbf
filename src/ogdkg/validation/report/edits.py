"""Turns the fixes of findings into edits of files: which bytes to replace, and by what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from ogdkg.rdf.formats import LOSSLESS
from ogdkg.rdf.terms import Literal as CoreLiteral
from ogdkg.rdf.terms import Term as CoreTerm
from ogdkg.rdf.terms import compact
from ogdkg.syntax import source_of
from ogdkg.syntax.grammar import LITERAL_PARTS, TOKEN
from ogdkg.syntax.reader import Reader
from ogdkg.validation.core.results import Edit, Finding, Fix
from ogdkg.validation.data.blank_nodes import BlankNodes
from ogdkg.validation.data.reading import Source
from ogdkg.validation.report.nameless import as_read, is_nameless, same_nodes

MAX_TOKEN = 100_000  # bytes of a term that is replaced
_Key = tuple[CoreTerm | None, CoreTerm | None, CoreTerm | None]
_Numbered = tuple[int, Fix]


def edits(findings: Sequence[Finding], nodes: BlankNodes) -> tuple[Edit, ...]:
    """The edits that mend findings, where all that want to edit a place want the same there."""
    wanted = [(number, fix) for number, finding in enumerate(findings) for fix in finding.fixes]
    if not wanted:
        return ()
    found = [edit for source in nodes.sources for edit in _in_source(wanted, source, nodes)]
    texts: dict[tuple[str, int], set[bytes]] = {}
    for edit in found:
        texts.setdefault((edit.file, edit.begin), set()).add(edit.text)
    sure = {(edit.file, edit.begin): edit for edit in found if len(texts[edit.file, edit.begin]) == 1}
    return tuple(sorted(sure.values(), key=lambda edit: (edit.file, edit.begin)))


def _in_source(wanted: Sequence[_Numbered], source: Source, nodes: BlankNodes) -> Iterator[Edit]:
    form = next((form.name for form in LOSSLESS if source.format.file_extension in form.extensions), None)
    if form is None or source.content is not None:
        return
    document = source_of(Path(source.name))
    terms = (term for _, fix in wanted for term in (fix.triple.subject, fix.triple.object))
    nameless = any(is_nameless(term, nodes) for term in terms)
    same = same_nodes(document, form, source, nodes) if nameless else {}
    by_triple: dict[_Key, list[_Numbered]] = {}
    for number, fix in wanted:
        key = as_read((fix.triple.subject, fix.triple.predicate, fix.triple.object), nodes, same)
        by_triple.setdefault(_folded(key), []).append((number, fix))
    reader, has_names = Reader(document, form, source.base), form in ("turtle", "trig")
    for statement in reader:
        met = _folded((statement.subject, statement.predicate, statement.object))
        for number, fix in by_triple.get(met, ()):
            begin = statement.predicate_offset if fix.at_predicate else statement.object_offset
            token = TOKEN.match(bytes(document.data[begin : begin + MAX_TOKEN]))
            if token and token.lastgroup and begin + token.end() <= len(document.data):
                old = token[token.lastgroup]
                text = _spelled(fix.replacement, reader.names.prefixes if has_names else {}, old)
                yield Edit(source.name, begin, begin + token.end(), text, number)


def _folded(key: tuple[CoreTerm | None, ...]) -> _Key:
    """The triple with its language tag in lower case, as the engine has it."""
    subject, predicate, value = key
    if isinstance(value, CoreLiteral) and value.language:
        value = value._replace(language=value.language.lower())
    return subject, predicate, value


def _spelled(term: NamedNode | Literal, prefixes: dict[str, str], old: bytes) -> bytes:
    """A term as the file would write it: with its prefixes, and the quotes of the old term."""
    if isinstance(term, NamedNode):
        return (compact(term.value, prefixes) or str(term)).encode()
    parts = LITERAL_PARTS.fullmatch(old)
    quoted = parts["string"] if parts else str(Literal(term.value)).encode()
    datatype = compact(term.datatype.value, prefixes) or str(term.datatype)
    return quoted + b"^^" + datatype.encode()
