"""What is fuzzed: each of our own readers as a function of bytes, which fails where a property does not hold.

A reader may raise OgdkgError, or what its documentation says; any other exception is a fault. The properties
beyond that: round trips, canonical forms that stay, bounds that do not depend on how a document is cut.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox

from ogdkg.acceptance.questions import read_question
from ogdkg.catalogue.header import parse_header
from ogdkg.catalogue.parameters import find_parameters, parse_value
from ogdkg.config.config_file import parse_toml, parse_yaml
from ogdkg.errors import OgdkgError
from ogdkg.files.packed import opened
from ogdkg.importing import template, values
from ogdkg.importing.mapping import read_mapping
from ogdkg.importing.table import read_table
from ogdkg.project.project import read_project
from ogdkg.rdf import formats
from ogdkg.rdf.bounds import jsonld as bounds_of_jsonld
from ogdkg.rdf.bounds.door import checked, watched
from ogdkg.rdf.statements import join, quad_of, split, to_nquads, with_stable_blanks
from ogdkg.rdf.terms import Iri, is_iri, parse_iri, to_ntriples
from ogdkg.remote import results
from ogdkg.render.views.results import write_rows
from ogdkg.sparql.guard import refuse_unsafe
from ogdkg.sparql.reader import read_query
from ogdkg.sparql.tokens import may_select_all, significant_tokens, star_order, tokens
from ogdkg.store.base import Rows
from ogdkg.store.codec import has_blanks, parse_triples
from ogdkg.store.stream import Document, transcode
from ogdkg.syntax.layout import layout
from ogdkg.syntax.reader import Reader
from ogdkg.syntax.skeleton import skeleton
from ogdkg.syntax.source import Source

Target = Callable[[bytes], None]
_XML_LITERAL = "{http://www.w3.org/2005/sparql-results#}literal"
_LIMITS = results.Limits(seconds=20)
_BASE = "http://base.invalid/"
_FILE = Path(tempfile.gettempdir()) / "ogdkg-fuzz"


def turtle(data: bytes) -> None:
    """The lossless reader reads what the engine reads, and says the same."""
    _as_the_engine(data, formats.TURTLE)


def trig(data: bytes) -> None:
    _as_the_engine(data, formats.TRIG)


def nquads(data: bytes) -> None:
    _as_the_engine(data, formats.NQUADS)


def _as_the_engine(data: bytes, form: formats.Format) -> None:
    try:
        found = list(Reader(Source(data, "f"), form.name, _BASE))
    except OgdkgError:
        return
    for statement in found:
        statement.source.place(statement.object_offset)
    try:
        base = None if form == formats.NQUADS else _BASE
        raw = list(Document(data, form, "f", base))
    except OgdkgError:
        return  # the engine is stricter in places; a test of the readers holds which
    assert len(found) == len(raw), (len(found), len(raw))
    if not has_blanks(data) and form != formats.NQUADS:
        assert not any(isinstance(term, ox.BlankNode) for quad in raw for term in (quad.subject, quad.object))


def fmt(data: bytes) -> None:
    """The canonical form says the same, and is its own canonical form."""
    for form in (formats.TURTLE, formats.TRIG):
        try:
            once = layout(Source(data, "f"), form)
        except OgdkgError as error:
            assert error.exit_code != 70, error
            continue
        assert layout(Source(once.encode(), "f"), form) == once
        before, after = (
            skeleton(Reader(Source(text, "f"), form.name, _BASE)) for text in (data, once.encode())
        )
        assert before == after


def rdfxml(data: bytes) -> None:
    _bounded(data, formats.RDFXML)


def jsonld(data: bytes) -> None:
    _bounded(data, formats.JSONLD)


def triple_terms(data: bytes) -> None:
    _bounded(data, formats.TURTLE)


def _bounded(data: bytes, form: formats.Format) -> None:
    """A document in pieces is judged as it is whole, and what passes is read."""
    outcomes = []
    for size in (len(data) or 1, 7, 3):
        source = io.BytesIO(data)
        source.read1 = lambda _, take=source.read, size=size: take(size)  # type: ignore[method-assign]
        try:
            if form == formats.RDFXML:  # whose reader bounds it itself
                source.read = source.read1  # type: ignore[method-assign,assignment]
                list(Document(source, form, "f", _BASE))
            else:
                watched(source, form.media_type, "f").read()
            outcomes.append("")
        except OgdkgError as error:
            outcomes.append(error.message)
    assert len(set(outcomes)) == 1, outcomes
    try:
        transcode(Document(data, form, "f", _BASE), formats.NQUADS, io.BytesIO())
    except OgdkgError:
        return
    assert not outcomes[0]


def json_depth(data: bytes) -> None:
    """The scan of brackets never finds less than there is."""
    try:
        depth = _depth(json.loads(data))
    except (ValueError, RecursionError):
        return
    was = bounds_of_jsonld.DEEPEST
    bounds_of_jsonld.DEEPEST = depth
    try:
        checked(data, formats.JSONLD.media_type, "f")
        bounds_of_jsonld.DEEPEST = depth - 1
        if depth:
            try:
                checked(data, formats.JSONLD.media_type, "f")
            except OgdkgError as error:
                assert "deep" in error.message
            else:
                raise AssertionError(f"depth {depth} was not seen")
    except OgdkgError as error:
        assert "context" in error.message or b'"' in data
    finally:
        bounds_of_jsonld.DEEPEST = was


def _depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max(map(_depth, inner), default=0)


def header(data: bytes) -> None:
    text = _text(data)
    _allowed(lambda: parse_header(text, "f"))
    _allowed(lambda: parse_header("".join(f"#+ {line}\n" for line in text.splitlines()), "f"))
    _allowed(lambda: find_parameters(text, "f"))


def yaml(data: bytes) -> None:
    text = _text(data)
    _allowed(lambda: parse_yaml(text, "f"))
    _allowed(lambda: read_question(text, "f"))


def toml(data: bytes) -> None:
    """Any TOML document, and each of the files that we have in it: a project and a mapping."""
    text = _text(data)

    def whole() -> None:
        document = parse_toml(text, "f")
        for key in document.data:
            document.place(key)

    _allowed(whole)
    folder = _FILE.with_name("ogdkg-fuzz-project")
    folder.mkdir(exist_ok=True)
    (folder / "ogdkg.toml").write_bytes(data)
    _allowed(lambda: read_project(folder))
    _allowed(lambda: read_mapping(folder / "ogdkg.toml"))


def documents(data: bytes) -> None:
    """Documents whose keys are ours, and whose values may be anything."""
    top = _tree(iter(data[1:]), 4)
    whole = top if isinstance(top, dict) else {_WORDS[(data or b"0")[0] % len(_WORDS)]: top}
    toml("".join(f"{_toml(key)} = {_toml(value)}\n" for key, value in whole.items()).encode())
    yaml(json.dumps(whole).encode())
    header(json.dumps(whole).encode())


_WORDS = """
    project name layer files graph rules prefixes export filters passages table types output things
    codes names template property leave-out stem about describe read subjects summary description tags
    defaults endpoint params columns layers type label class example values pattern day method question
    query parameters expect rows lines data/*.ttl ** .. http://e/ {row} {a} ex:p text number iri
    2017-03-09 default personal context value url update graph-store megabytes title licence property
    subject_id other
""".split()  # noqa: SIM905  # easier to read


def _tree(data: Iterator[int], depth: int) -> object:
    """A value made of bytes: they choose its kind, its keys and its members."""
    kind, choice = next(data, 0) % 12, next(data, 0)
    word = _WORDS[choice % len(_WORDS)]
    if kind < 3 or depth == 0:
        return word
    if kind < 6:
        keys = [_WORDS[next(data, 0) % len(_WORDS)] for _ in range(choice % 6)]
        return {key: _tree(data, depth - 1) for key in keys}
    if kind < 8:
        return [_tree(data, depth - 1) for _ in range(choice % 4)]
    return (
        choice - 128,
        choice / 7,
        choice > 128,
        ["", "a\x00b", "\ud7ff\U0010ffff", "(", "{", "a\nb", " "][choice % 7],
    )[kind - 8]


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_toml(key)} = {_toml(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return json.dumps(value)


def query(data: bytes) -> None:
    """The tokens of a query are its text again; no reader of them fails."""
    text = _text(data)
    assert "".join(token.text for token in tokens(text)) == text
    _allowed(lambda: refuse_unsafe(text))
    may_select_all(text)
    used = {token.text[1:] for token in significant_tokens(text) if token.kind == "variable"}
    assert set(star_order(significant_tokens(text), sorted(used))) == used
    try:
        ox.Store().query(text)
    except (SyntaxError, ValueError, RuntimeError, OSError):
        return
    _allowed(lambda: read_query(text))
    _allowed(lambda: find_parameters(text, "f"))


def server_results(data: bytes) -> None:
    def whole(body: bytes) -> None:
        found, _ = results.read_results(io.BytesIO(body), _LIMITS)
        for _ in found.rows if isinstance(found, Rows) else ():
            pass

    _allowed(lambda: whole(data), results.BrokenError)


def server_triples(data: bytes) -> None:
    for form in (formats.TURTLE, formats.NTRIPLES, formats.RDFXML, formats.JSONLD):
        _allowed(
            lambda form=form: list(results.read_triples(io.BytesIO(data), form.media_type, _LIMITS).triples),
            results.BrokenError,
        )
        _allowed(
            lambda form=form: list(results.read_lines(io.BytesIO(data), form.media_type, _LIMITS)),
            results.BrokenError,
        )


def line(data: bytes) -> None:
    """A line of N-Quads, as the engine writes it, is taken apart without loss, and spelled the same."""
    try:
        quads = list(ox.parse(data, ox.RdfFormat.N_QUADS))
    except (SyntaxError, ValueError):
        return
    lines = (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode().split("\n")[:-1]
    if any("<<(" in each or "--" in each for each in lines):  # RDF 1.2
        return
    for each in lines:
        assert join(split(each)) == each
        quad = quad_of(each)
        try:
            assert quad_of(to_nquads(quad)) == quad
        except OgdkgError:
            continue  # what the engine takes and no IRI may hold
    assert len(with_stable_blanks(lines)) <= len(lines)


def term(data: bytes) -> None:
    """What is printed as a term is read back as the same one, by the engine and by us."""
    text = _text(data)
    for kind in (
        "iri",
        "literal",
        "number",
        "integer",
        "en",
        "date",
        "xsd_date",
        "xsd_boolean",
        "xsd_decimal",
    ):
        try:
            found = parse_value(kind, text)
            spelled = to_ntriples(found)
        except OgdkgError:
            continue
        [quad] = ox.parse(f"<urn:s> <urn:p> {spelled} .", ox.RdfFormat.N_TRIPLES)
        assert str(quad.object) == spelled, (str(quad.object), spelled)
        assert parse_triples(f"<urn:s> <urn:p> {spelled} .", {})[0].object == found
    if is_iri(text):
        assert parse_iri(text) == Iri(text)
    _allowed(lambda: parse_triples(text, {"ex": "http://e/"}))


def cell(data: bytes) -> None:
    """The cells and the templates of `import`: values that fit are terms that can be written."""
    text = _text(data)
    for kind in values.KINDS.values():
        with suppress(OgdkgError, values.UnfitError):
            found = kind(text)
            to_ntriples(found)
            is_number = getattr(found, "datatype", "").endswith(("integer", "decimal"))
            assert not is_number or re.fullmatch(r"-?\d+(\.\d+)?", str(found)), found
    for part in values.PARTS.values():
        part(text.encode("utf-8", "replace").decode())
    try:
        patterns = template.parse(text)
        holes = {name: template.Value("5", Iri("urn:x")) for each in patterns for name, _ in each.holes}
        template.fill(patterns, holes, {"ex": "http://e/"})
    except (OgdkgError, values.UnfitError):
        pass


def table(data: bytes) -> None:
    for suffix in (".csv", ".tsv"):
        path = _FILE.with_suffix(suffix)
        path.write_bytes(data)
        _allowed(lambda path=path: read_table(path, ["a"]))


def csv_out(data: bytes) -> None:
    """What is written as CSV, TSV, JSON and XML is read back as the same texts."""
    from ogdkg.rdf.terms import Literal

    texts = _text(data).split("|")
    rows = [(Literal(text), None) for text in texts]
    try:
        for text, _ in rows:
            to_ntriples(text)
    except OgdkgError:
        return
    form = ox.QueryResultsFormat
    for ours, theirs in ((formats.JSON, form.JSON), (formats.XML, None), (formats.TSV, form.TSV)):
        try:
            written = "".join(write_rows(Rows(("a", "b"), iter(rows)), ours))
        except OgdkgError:
            assert ours == formats.XML  # which lacks some characters
            continue
        if theirs is None:  # the engine's reader of XML takes white space away
            read = [each.text or "" for each in ElementTree.fromstring(written).iter(_XML_LITERAL)]
        else:
            read = [row["a"].value for row in ox.parse_query_results(written.encode(), theirs)]
        assert read == texts, ours
    written = "".join(write_rows(Rows(("a", "b"), iter(rows)), formats.CSV))
    found_csv = list(csv.reader(io.StringIO(written, newline="")))
    assert [row[0] for row in found_csv[1:]] == texts


def packed(data: bytes) -> None:
    path = _FILE.with_suffix(".nt.gz")
    path.write_bytes(data)

    def whole() -> None:
        with opened(path) as source:
            source.read()

    _allowed(whole)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _allowed(work: Callable[[], object], *documented: type[Exception]) -> None:
    try:
        work()
    except OgdkgError as error:
        assert error.exit_code != 70, error
        str(error)
    except documented:
        pass


TARGETS: dict[str, Target] = {
    each.__name__: each
    for each in (
        turtle, trig, nquads, fmt, rdfxml, jsonld, triple_terms, json_depth, header, yaml, toml, documents,
        query, server_results, server_triples, line, term, cell, table, csv_out, packed,
    )
}  # fmt: skip
