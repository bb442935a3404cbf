"""The reader against hand-made odd documents, and against another parser on random ones."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogdkg.errors import InputError, LimitError, UsageError
from ogdkg.rdf.terms import Blank, Iri, Literal, Term, TripleTerm, blanks_of, in_language, to_ntriples, typed
from ogdkg.syntax import Source, Statement, format_of, read, source_of
from ogdkg.syntax.grammar import TOKEN
from ogdkg.syntax.model import RDF_FIRST, RDF_REST
from ogdkg.syntax.names import NameTable
from tests.conftest import examples
from tests.unit.syntax.documents import newer, trig, turtle

FORMATS = {
    "turtle": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
}
EX = "http://example.org/"
PREFIXES = f"@prefix ex: <{EX}> .\n"

Quads = list[tuple[Term, Term, Term, Term | None]]


def ours(text: str, format: str) -> Quads:
    return [statement[:4] for statement in read(text, format)]


def theirs(text: str, format: str) -> Quads:
    return [
        (_term(q.subject), _term(q.predicate), _term(q.object), _graph(q.graph_name))
        for q in ox.parse(text.encode(), FORMATS[format])
    ]


def _graph(name: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> Term | None:
    return None if isinstance(name, ox.DefaultGraph) else _term(name)


def _term(term: object) -> Term:
    if isinstance(term, ox.NamedNode):
        return Iri(term.value)
    if isinstance(term, ox.BlankNode):
        return Blank(term.value)
    if isinstance(term, ox.Triple):
        predicate = Iri(term.predicate.value)
        return TripleTerm(_term(term.subject), predicate, _term(term.object))  # type: ignore[arg-type]
    assert isinstance(term, ox.Literal)
    direction = str(term.direction) if term.direction else ""
    return Literal(term.value, term.datatype.value, term.language or "", direction)


def with_lower_tags(quads: Quads) -> Quads:
    """Quads as a parser gives them that folds the case of language tags."""
    return [tuple(_lower(term) for term in quad) for quad in quads]  # type: ignore[misc]  # four again


def _lower(term: Term | None) -> Term | None:
    if isinstance(term, Literal) and term.language:
        return term._replace(language=term.language.lower())
    return term


def by_structure(quads: Quads) -> Counter[tuple[object, ...]]:
    """Quads with each blank node replaced by what is said of it, four steps deep."""
    colour: dict[Term | None, object] = {}
    for _ in range(4):
        around: dict[Term, list[str]] = {}
        for quad in quads:
            for position, term in enumerate(quad):
                for node in blanks_of(term):
                    seen = [_coloured(t, colour) for t in quad]
                    around.setdefault(node, []).append(f"{position}{seen}")
        colour = {node: hash(tuple(sorted(lines))) for node, lines in around.items()}
    return Counter(tuple(_coloured(term, colour) for term in quad) for quad in quads)


def _coloured(term: Term | None, colour: dict[Term | None, object]) -> object:
    if isinstance(term, TripleTerm):
        return _coloured(term.subject, colour), term.predicate, _coloured(term.object, colour)
    return colour.get(term, "_" if isinstance(term, Blank) else term)


@examples(70)
@given(turtle())
def test_turtle_reads_as_in_another_parser(text: str) -> None:
    mine = with_lower_tags(ours(text, "turtle"))
    assert by_structure(mine) == by_structure(theirs(text, "turtle"))


@examples(80)
@given(newer())
def test_rdf_1_2_reads_as_in_another_parser(text: str) -> None:
    mine = with_lower_tags(ours(text, "turtle"))
    assert by_structure(mine) == by_structure(theirs(text, "turtle"))


def test_a_block_without_a_reifier_before_it_has_its_own() -> None:
    """RDF 1.2 Turtle, 7.3: the end of an annotation block clears the reifier."""
    text = "<x:s> <x:p> <x:o> ~ <x:r> {| <x:q> 1 |} {| <x:q> 2 |} ."
    _, reifies, first, again, second = read(text)
    assert [s.subject for s in (reifies, first)] == [Iri("x:r")] * 2
    assert again.object == reifies.object and again.subject == second.subject != Iri("x:r")


@pytest.mark.parametrize(
    ("text", "at", "words"),
    [
        ("<x:s> <x:p> <<( <x:a> <x:b> ( ) )>> .", 29, "an object"),
        ("<x:s> <x:p> <<( << <x:a> <x:b> 1 >> <x:p> 1 )>> .", 17, "a subject"),
        ("<<( <x:a> <x:b> 1 )>> <x:p> 1 .", 1, "a subject"),
        ("<x:s> <x:p> << <x:a> <x:b> 1 ~ <x:r> ~ <x:r> >> .", 38, "`>>`"),
        ("<x:s> <x:p> 1 {| |} .", 18, "a predicate"),
        ('<x:s> <x:p> "x"@ar--up .', 19, "not a base direction"),
        ('VERSION """1.2""" ', 9, "a version"),
    ],
)
def test_what_rdf_1_2_does_not_allow_is_told_at_its_place(text: str, at: int, words: str) -> None:
    with pytest.raises(InputError, match=words) as raised:
        list(read(text))
    assert raised.value.place is not None and raised.value.place.column == at


def test_triple_terms_nest_as_deep_as_elsewhere() -> None:
    def nested(depth: int) -> str:
        return "<x:s> <x:p> " + "<<( <x:s> <x:p> " * depth + "1" + " )>>" * depth + " ."

    assert len(list(read(nested(100)))) == 1
    with pytest.raises(LimitError, match="more than 100 deep"):
        list(read(nested(101)))
    assert len(list(read("<< " * 5_000 + "<x:s>" + " <x:p> 1 >>" * 5_000 + " ."))) == 5_000


@examples(100)
@given(trig())
def test_trig_reads_as_in_another_parser(text: str) -> None:
    mine = with_lower_tags(ours(text, "trig"))
    assert by_structure(mine) == by_structure(theirs(text, "trig"))


@examples(70)
@given(turtle())
def test_places_point_at_the_spelling_of_the_term(text: str) -> None:
    names = NameTable(source_of(text), "http://base.org/a/b")
    names.prefixes = {"ex": EX, "": EX + "id/"}
    for statement in read(text):
        for term, offset in zip(statement.triple, statement[4:7], strict=True):
            kind, raw = _token_at(statement.source, offset)
            spells_it = kind != "mark" and names.term(raw, offset) == term
            assert spells_it or raw in (b"[", b"(", b")") or _belongs_to_list(statement, term)


def _token_at(source: Source, offset: int) -> tuple[str, bytes]:
    match = TOKEN.match(source.data, offset)
    assert match is not None and match.lastgroup is not None and match.start(match.lastgroup) == offset
    return match.lastgroup, match[match.lastgroup]


def _belongs_to_list(statement: Statement, term: Term) -> bool:
    """Whether a term is a cell or a link that a collection brings in unwritten; it stands at its item."""
    return statement.predicate in (RDF_FIRST, RDF_REST) and term in statement.triple


@examples(150)
@given(st.one_of(turtle(), trig()), st.data())
def test_a_damaged_document_is_read_or_refused_as_another_parser_does(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    put = data.draw(st.sampled_from(["", *"<>\"'.;,[](){}@^:\\#a1 \x00\ue000_-+"]))
    damaged = text[:at] + put + text[at + data.draw(st.integers(0, 2)) :]
    complaint = _complaint_elsewhere(damaged)
    if complaint is None or not _BEYOND_THE_GRAMMAR.search(complaint):
        assert _accepted(damaged) == (complaint is None)


# What Turtle's own grammar leaves open, and this reader with it: RFC 3987 and BCP 47.
_BEYOND_THE_GRAMMAR = re.compile("IRI|Invalid character|subtag|port|host|authority")


def _accepted(text: str) -> bool:
    try:
        list(read(text, "trig"))
    except InputError as error:
        assert error.place is not None and error.place.line and error.place.column and error.hint
        return False
    return True


def _complaint_elsewhere(text: str) -> str | None:
    try:
        list(ox.parse(text.encode(), ox.RdfFormat.TRIG))
    except SyntaxError as error:
        return str(error)
    return None


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    _accepted(text)


@pytest.mark.parametrize("format", ["ntriples", "nquads"])
@settings(deadline=None)
@given(text=trig())
def test_line_formats_read_as_in_another_parser(format: str, text: str) -> None:
    quads = ox.parse(text.encode(), ox.RdfFormat.TRIG)
    lines = ox.serialize(quads if format == "nquads" else (q.triple for q in quads), format=FORMATS[format])
    assert lines is not None
    assert ours(lines.decode(), format) == theirs(lines.decode(), format)


@settings(deadline=None)
@given(st.one_of(turtle(), trig()))
def test_what_is_printed_is_read_again(text: str) -> None:
    quads = ours(text, "trig")
    lines = "".join(" ".join(_spell(term) for term in quad if term) + " .\n" for quad in quads)
    assert ours(lines, "nquads") == quads


def _spell(term: Term) -> str:
    return f"_:{term.label}" if isinstance(term, Blank) else to_ntriples(term)


def _objects(objects: str) -> list[Term]:
    return [statement.object for statement in read(f"{PREFIXES}ex:s ex:p {objects} .")]


@pytest.mark.parametrize(
    ("spelling", "datatype"),
    [
        ("1", "integer"), ("01", "integer"), ("+5", "integer"), ("-.5", "decimal"), ("007.50", "decimal"),
        ("1.e5", "double"), (".5E-1", "double"), ("1e5", "double"), ("+1.5e+3", "double"),
    ],
)  # fmt: skip
def test_numbers_keep_their_spelling(spelling: str, datatype: str) -> None:
    assert _objects(spelling) == [typed(spelling, datatype)]


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ('"a"@EN-gb', in_language("a", "EN-gb")),
        ('"00:00:00+00:00"^^ex:time', Literal("00:00:00+00:00", EX + "time")),
        ('"1" # of what?\n ^^ # this\n ex:t', Literal("1", EX + "t")),
        ("'it\\'s \\U0001D4B3'", typed("it's \U0001d4b3", "string")),
        ('"""a "b" ""c\r\n"""', typed('a "b" ""c\r\n', "string")),
        ('"#<>"', typed("#<>", "string")),
        ("true", typed("true", "boolean")),
        ("<http://x.org/#a>", Iri("http://x.org/#a")),
        ("ex:a.b", Iri(EX + "a.b")),
        ("ex:a.b..c.", Iri(EX + "a.b..c")),
        ("ex:a\\,b\\#%20", Iri(EX + "a,b#%20")),
        ("ex:", Iri(EX)),
        ("ex:1:2", Iri(EX + "1:2")),
        ("_:a.b.", Blank("a.b")),
    ],
)
def test_terms(spelling: str, expected: Term) -> None:
    end = "" if spelling.endswith(".") else " ."
    assert [s.object for s in read(f"{PREFIXES}ex:s ex:p {spelling}{end}")] == [expected]


def test_a_full_stop_may_touch_a_number() -> None:
    assert [s.object.value for s in read("<x:s> <x:p> 1.<x:s> <x:p> 1.5.")] == ["1", "1.5"]  # type: ignore[union-attr]


def test_a_verb_may_touch_its_neighbours() -> None:
    (statement,) = read("<x:s>a<x:o>.")
    assert statement.predicate.value.endswith("#type")
    with pytest.raises(InputError, match="predicate"):
        list(read("<x:s>atrue."))


def test_labels_of_anonymous_nodes_are_not_in_the_document() -> None:
    subjects = [s.subject for s in read("_:b1 <x:p> 1 . [] <x:p> 2 . _:bb1 <x:p> [] .")]
    assert len(set(subjects)) == 3
    assert Blank("b1") in subjects and Blank("bb1") in subjects


def test_depth_knows_no_limit() -> None:
    depth = 20_000
    assert len(list(read("<x:s> <x:p> " + "(" * depth + ")" * depth + " ."))) == 2 * depth - 1
    assert len(list(read("<x:s> <x:p> " + "[<x:p> " * depth + "1" + "]" * depth + " ."))) == depth + 1


def test_graphs_have_names_in_trig_and_in_nquads() -> None:
    text = f"{PREFIXES}ex:g {{ ex:s ex:p 1 }} GRAPH ex:h {{ ex:s ex:p 2 . }} {{ ex:s ex:p 3 }} ex:s ex:p 4 ."
    names = [s.graph for s in read(text, "trig")]
    assert names == [Iri(EX + "g"), Iri(EX + "h"), None, None]
    lines = '<x:s> <x:p> "a" <x:g> . # one\n<x:s> <x:p> "b" .\n'
    assert [s.graph for s in read(lines, "nquads")] == [Iri("x:g"), None]


def test_turtle_has_no_graphs() -> None:
    with pytest.raises(InputError):
        list(read("{ <x:s> <x:p> 1 }", "turtle"))


@pytest.mark.parametrize(
    "begin", ["@prefix ex: <x:> . @base <http://a/b> .", "PreFix ex:<x:>base<http://a/b>"]
)
def test_directives_in_both_spellings(begin: str) -> None:
    (statement,) = read(begin + " ex:s ex:p <c> .")
    assert statement.triple == (Iri("x:s"), Iri("x:p"), Iri("http://a/c"))


def test_line_formats_have_no_directives() -> None:
    with pytest.raises(InputError, match="This is Turtle, not N-Quads"):
        list(read("@prefix ex: <x:> .", "nquads"))


def test_a_prefix_may_change_its_meaning() -> None:
    text = "@prefix e: <x:> . e:s e:p 1 . @prefix e: <y:> . e:s e:p 1 ."
    assert [s.subject for s in read(text)] == [Iri("x:s"), Iri("y:s")]


def test_a_given_base_is_used() -> None:
    (statement,) = read("<s> <p> <#o> .", base="http://a/b")
    assert statement.triple == (Iri("http://a/s"), Iri("http://a/p"), Iri("http://a/b#o"))


def test_places_count_code_points_and_skip_a_bom() -> None:
    text = "\ufeff<x:s> <x:p> '𝒳é' ,\r\n\t'b' ; <x:q> 3 ."
    places = [(s.object_place.line, s.object_place.column) for s in read(text)]
    assert places == [(1, 13), (2, 2), (2, 14)]
    assert {(s.subject_place.line, s.subject_place.column) for s in read(text)} == {(1, 1)}


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("<x:s> <x:p> <x:o>", 1, 18, "ends where a semicolon or a full stop"),
        ("<x:s> <x:p>\n  'a .", 2, 3, "string is not closed"),
        ("<x:s> <x:p>\n  <a b> .", 2, 3, "IRI holds a blank"),
        ("<x:s> <x:p> ex:o .", 1, 13, "prefix ex: is not declared"),
        ("<x:s> 'p' <x:o> .", 1, 7, "a predicate"),
        ("<x:s> <x:p> <x:o> ]", 1, 19, "] closes nothing"),
        ("<x:s> <x:p> [ <x:q> 1 .", 1, 23, "The [ in line 1, column 13, is not closed"),
        ("<x:s> <x:p> ( 1", 1, 16, "The ( in line 1, column 13, is not closed"),
        ("<x:s> <x:p> '\\q' .", 1, 13, "escape sequence"),
        ("<x:s> <x:p> '\\uD800' .", 1, 13, "escape sequence"),
        ("<s> <x:p> 1 .", 1, 1, "relative"),
        ("<x:\\u0020> <x:p> 1 .", 1, 1, "may not hold"),
        ("@prefix ex <x:> .", 1, 9, "prefix ex has no colon"),
        ("@PREFIX ex: <x:> .", 1, 1, "no directive"),
        ("@base 'x' .", 1, 7, "an IRI"),
        ("ex\u00d7:a <x:p> 1 .", 1, 1, "not"),
        ("<x:s> <x:p> 'a\ud800' .", 1, 15, "surrogate"),
        ("<x:s> <x:p> <x:%zz> .", 1, 13, "has '%zz', which is no escape"),
        ("<x:s> <x:p%4> 1 .", 1, 7, "has '%4', which is no escape"),
        ("<x:s> <x:p> <x:o> , <x:q> <x:r> .", 1, 19, "semicolon, not a comma"),
        ("<x:s> <x:p> 1 ; <x:q> 2,\n <x:r> 'b'@en ; <x:t> 3 .", 1, 24, "semicolon, not a comma"),
        ("<x:s> <x:p> [ <x:q> 1 , <x:r> 2 ] .", 1, 23, "semicolon, not a comma"),
        ("<x:s> <x:p> 1 , a <x:T> .", 1, 15, "semicolon, not a comma"),
        ("<x:s> <x:p> 1 , <x:o>\n<x:t> <x:p> 2 .", 2, 1, "a semicolon or a full stop, not"),
        ("<x:s> <x:p> 1 , 2 <x:q> 3 .", 1, 19, "a semicolon or a full stop, not"),
    ],
)
def test_errors_say_where_and_what_to_do(text: str, line: int, column: int, words: str) -> None:
    with pytest.raises(InputError, match=re.escape(words)) as caught:
        list(read(text))
    place = caught.value.place
    assert place is not None and (place.line, place.column) == (line, column)
    assert caught.value.hint


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(b"<x:s> <x:p> '\xff' .")
    with pytest.raises(InputError, match="UTF-8") as caught:
        list(read(path))
    assert str(caught.value.place) == f"{path}:1:14"
    with pytest.raises(InputError, match="No such file"):
        list(read(tmp_path / "b.ttl"))
    with pytest.raises(UsageError, match="format"):
        list(read(tmp_path / "b.xml"))
    packed = tmp_path / "c.nt.gz"
    packed.write_bytes(gzip.compress(b"<x:s> <x:p> '1' ."))
    assert len(list(read(packed))) == 1
    packed.write_bytes(packed.read_bytes()[:-12])
    with pytest.raises(InputError, match="cannot be read"):
        list(read(packed))


def test_formats_follow_from_names() -> None:
    names = ["a.ttl", "a.trig.gz", "a.nt", "a.b.nq"]
    assert [format_of(Path(name)) for name in names] == ["turtle", "trig", "ntriples", "nquads"]
