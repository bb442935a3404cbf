"""RDF/XML by its clauses: XML 1.0, XML Base, RDF 1.1 XML Syntax, and what RDF 1.2 adds."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.errors import InputError
from ogdkg.rdf import formats
from ogdkg.store.rdfxml_writer import write_rdfxml
from ogdkg.store.stream import Document
from ogdkg.syntax.rdfxml import RdfXmlReader
from ogdkg.syntax.rdfxml import reader as rdfxml_reader

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
HEAD = f'<rdf:RDF xmlns:rdf="{RDF}" xmlns:e="http://e/"'
LITERAL = f"^^<{RDF}XMLLiteral>"
BASE = "http://b/d/f"


def _document(body: str, more: str = "", before: str = "") -> str:
    return f"{before}{HEAD} {more}>{body}</rdf:RDF>"


def _of_s(property_elements: str) -> str:
    return _document(f'<rdf:Description rdf:about="http://e/s">{property_elements}</rdf:Description>')


def _graph(triples: list[ox.Quad] | list[ox.Triple]) -> ox.Dataset:
    graph = ox.Dataset(ox.Quad(each.subject, each.predicate, each.object) for each in triples)
    graph.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return graph


def _read(document: str | bytes, base: str | None = BASE) -> list[ox.Quad]:
    data = document.encode() if isinstance(document, str) else document
    return list(RdfXmlReader(data, "f.rdf", base))


def _check(document: str | bytes, lines: str) -> None:
    """A document says the statements of some N-Triples, in which `:x` is short for `<http://e/x>`."""
    turtle = f"PREFIX : <http://e/> PREFIX rdf: <{RDF}> {lines}"
    assert _graph(_read(document)) == _graph(list(ox.parse(turtle, ox.RdfFormat.TURTLE)))


# Property elements of :s, and what they say
ELEMENTS = {
    "line ends (XML 2.11)": ("<e:p>a\r\nb\rc</e:p>", ':s :p "a\\nb\\nc"'),
    "attributes normalised (XML 3.3.3)": (
        '<e:p e:q="a\r\nb\tc&#xA;d&#x9;e"/>',
        ':s :p [ :q "a b c\\nd\\te" ]',
    ),
    "references are not normalised (XML 2.11)": ("<e:p>a&#xD;&#10;b</e:p>", ':s :p "a\\r\\nb"'),
    "comments between text (XML 2.5)": ("<e:p>a<!-- c -->b</e:p>", ':s :p "ab"'),
    "CDATA and text (XML 2.7)": ("<e:p>x <![CDATA[a < b&amp;]]>&lt;</e:p>", ':s :p "x a < b&amp;<"'),
    "instructions between text (XML 2.6)": ("<e:p>a<?x y?>b</e:p>", ':s :p "ab"'),
    "no language (XML 2.12)": (
        '<e:p xml:lang="de"><rdf:Description e:a="1" xml:lang=""/></e:p><e:p xml:lang="">x</e:p>',
        ':s :p [ :a "1" ], "x"',
    ),
    "an empty literal (7.2.21)": ('<e:p/><e:p xml:lang="en"></e:p>', ':s :p "", ""@en'),
    "white space is a literal (7.2.16)": ("<e:p> \n</e:p>", ':s :p " \\n"'),
    "an empty typed literal (7.2.21)": ('<e:p rdf:datatype="http://e/t"/>', ':s :p ""^^:t'),
    "an empty XML literal (7.2.17)": ('<e:p rdf:parseType="Literal"/>', f':s :p ""{LITERAL}'),
    "any other parseType (7.2.20)": ('<e:p rdf:parseType="x">a<b/></e:p>', None),
    "an XML literal, canonical": (
        '<e:p rdf:parseType="Literal"><e:a  z="1" b=\'"&#9;\' e:c="2"><n xmlns="u:n"/><e:d/></e:a><!-- c -->'
        "<?i d?><![CDATA[<>]]>\r\n&#xD;&amp;</e:p>",
        ':s :p """<e:a xmlns:e="http://e/" b="&quot;&#x9;" z="1" e:c="2"><n xmlns="u:n"></n><e:d></e:d></e:a>'
        f'<!-- c --><?i d?>&lt;&gt;\\n&#xD;&amp;"""{LITERAL}',
    ),
    "default namespaces in an XML literal": (
        '<e:p rdf:parseType="Literal" xmlns="u:a"><a><b xmlns=""><c/></b><b/></a></e:p>',
        f':s :p """<a xmlns="u:a"><b xmlns=""><c></c></b><b></b></a>"""{LITERAL}',
    ),
    "an XML literal and more": (
        '<e:p rdf:parseType="Literal">x</e:p><e:q>y</e:q>',
        f':s :p "x"{LITERAL} ; :q "y"',
    ),
    "xml:base in xml:base (XML Base 4.2)": (
        '<e:p><rdf:Description xml:base="http://c/y/z#f"><e:q xml:base="q/" rdf:resource="r"/>'
        '<e:q rdf:resource=""/></rdf:Description></e:p>',
        ":s :p [ :q <http://c/y/q/r> , <http://c/y/z> ]",
    ),
    "xml:base without a path (5.3)": ('<e:p xml:base="http://c" rdf:resource="r"/>', ":s :p <http://c/r>"),
    "rdf:ID reifies (7.3)": (
        '<e:p rdf:ID="i">x</e:p>',
        f':s :p "x" . <{BASE}#i> a rdf:Statement ; rdf:subject :s ; rdf:predicate :p ; rdf:object "x"',
    ),
    "members (7.4)": ("<rdf:li>1</rdf:li><rdf:_5>5</rdf:_5><rdf:li>2</rdf:li>",
                      ':s rdf:_1 "1" ; rdf:_5 "5" ; rdf:_2 "2"'),
    "a collection (7.2.19)": (
        '<e:p rdf:parseType="Collection"><e:T/> <rdf:Description rdf:about="http://e/o"/></e:p>'
        '<e:q rdf:parseType="Collection"/>',
        ":s :p ( [ a :T ] :o ) ; :q ()",
    ),
    "a resource (7.2.18)": ('<e:p rdf:parseType="Resource"><e:q>x</e:q></e:p>', ':s :p [ :q "x" ]'),
    "a type as an attribute (7.2.21)": ('<e:p rdf:type="http://e/T"/>', ":s :p [ a :T ]"),
    "attributes without a prefix (6.1.4)": ('<e:p resource="http://e/o"/>', ":s :p :o"),
    "attributes of XML (6.1.2)": ('<e:p xml:space="preserve" xml:id="x">y</e:p>', ':s :p "y"'),
    "a blank node by name (7.2.23)": ('<e:p rdf:nodeID="b"/><e:q rdf:nodeID="b."/>', ":s :p _:b ; :q _:c"),
    "its:dir before RDF 1.2": ('<e:p xmlns:its="http://www.w3.org/2005/11/its" its:dir="ltr"/>',
                               ':s :p [ <http://www.w3.org/2005/11/itsdir> "ltr" ]'),
    "its:dir (RDF 1.2)": (
        '<e:p xmlns:its="http://www.w3.org/2005/11/its" rdf:version="1.2" its:version="2.0" its:dir="rtl"'
        ' xml:lang="ar">x</e:p>',
        ':s :p "x"@ar--rtl',
    ),
    "a triple term (RDF 1.2)": (
        '<e:p rdf:version="1.2" rdf:parseType="Triple"><e:T rdf:about="http://e/t"/></e:p>',
        ":s :p <<( :t a :T )>>",
    ),
    "an annotation (RDF 1.2)": (
        '<e:p rdf:annotation="http://e/r">x</e:p>',
        ':s :p "x" . :r rdf:reifies <<( :s :p "x" )>>',
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", [name for name, (_, lines) in ELEMENTS.items() if lines])
def test_what_a_property_element_says(name: str) -> None:
    elements, lines = ELEMENTS[name]
    _check(_of_s(elements), f"{lines} .")


def test_any_other_parse_type_is_that_of_a_literal() -> None:
    (quad,) = _read(_of_s(ELEMENTS["any other parseType (7.2.20)"][0]))
    assert quad.object == ox.Literal("a<b></b>", datatype=ox.NamedNode(f"{RDF}XMLLiteral"))


DOCTYPES = {
    "single quotes (XML [9])": "<!ENTITY x 'http://e/'>",
    "double quotes": '<!ENTITY x "http://e/">',
    "a parameter entity (XML 4.1)": "<!ENTITY % d \"<!ENTITY x 'http://e/'>\"> %d;",
    "an entity in an entity": "<!ENTITY y 'e/'><!ENTITY x 'http://&y;'>",
    "a character reference": "<!ENTITY x 'http:&#x2F;&#47;e/'>",
    "the first one binds (XML 4.2)": "<!ENTITY x 'http://e/'><!ENTITY x 'http://f/'>",
}


@pytest.mark.parametrize("name", DOCTYPES)
def test_entities(name: str) -> None:
    body = '<rdf:Description rdf:about="&x;s"><e:p>&x;</e:p></rdf:Description>'
    document = _document(body, before=f"<!DOCTYPE rdf:RDF [ {DOCTYPES[name]} ]>")
    _check(document, ':s :p "http://e/" .')


def test_default_attributes() -> None:
    """XML 1.0, 3.3.2 and 5.1: declarations of the internal subset are read."""
    before = "<!DOCTYPE rdf:RDF [<!ATTLIST e:T e:p CDATA 'd' rdf:about CDATA 'http://e/s'>]>"
    _check(_document('<e:T e:p="x"/>', before=before), ':s a :T ; :p "x" .')
    _check(_document("<e:T/>", before=before), ':s a :T ; :p "d" .')


def test_a_node_element_alone() -> None:
    """7.2.1, and a document with nothing."""
    _check(f'<e:T xmlns:e="http://e/" xmlns:r="{RDF}" r:about="http://e/s" e:p="x"/>', ':s a :T ; :p "x" .')
    _check(_document(""), "")


@pytest.mark.parametrize("mark", [True, False])
@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "iso-8859-1", "windows-1252", "koi8-r",
     "shift_jis", "gb18030", "cp037"],
)  # fmt: skip
def test_encodings(encoding: str, mark: bool) -> None:
    """XML 1.0, 4.3.3 and appendix F: with and without a byte order mark."""
    text = {"koi8-r": "щ", "shift_jis": "日本", "gb18030": "中文𠀀"}.get(encoding, "é")
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-le").removesuffix("-be")}"?>\n'
    document = declared + _of_s(f"<e:p>{text}</e:p>")
    if mark and encoding.startswith("utf") and encoding not in ("utf-16", "utf-32"):
        document = "\ufeff" + document
    _check(document.encode(encoding), f':s :p "{text}" .')


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (
            b'<?xml version="1.0" encoding="UTF-16"?><a/>',
            "f.rdf:1:1: The file declares the encoding UTF-16, but",
        ),
        (b'\xef\xbb\xbf<?xml version="1.0" encoding="latin-1"?><a/>', "but is not in it"),
        (b'<?xml version="1.0" encoding="rot13"?><a/>', "rot13, which is unknown"),
        (b'<?xml version="1.0" encoding="idna"?><a/>', "idna, which is unknown"),
        (b'<?xml version="1.0" encoding="unicode_escape"?><a/>', "unicode_escape, which is unknown"),
        (b'<?xml version="1.0" encoding="nonsense"?><a/>', "nonsense, which is unknown"),
        (b'<?xml version="1.0" encoding="us-ascii"?>\n<a>\xe9', "f.rdf:2:4: The bytes here are not ASCII"),
        (b"<?xml version='1.0'?>\n<a>\xe9</a>", "f.rdf:2:"),
        ("\n<!-- -->".encode("utf-16") + b"x", "f.rdf:2:9: The bytes here are not UTF-16-LE"),
    ],
)
def test_a_wrong_encoding_is_told(data: bytes, words: str) -> None:
    with pytest.raises(InputError) as found:
        _read(data)
    assert words in str(found.value)


# A document, what is wrong, and where
WRONG = {
    "text among nodes": (_document("\nx<e:T/>"), 2, "the text 'x'"),
    "text among properties": (_of_s("<e:p/>\nx<e:p/>"), 2, "the text 'x'"),
    "text beside a node": (_of_s("<e:p><e:T/>x</e:p>"), 1, "the text 'x'"),
    "two nodes in a property": (_of_s("<e:p><e:T/><e:T/></e:p>"), 1, "A second node"),
    "a node in a typed literal": (_of_s('<e:p rdf:datatype="http://e/t"><e:T/></e:p>'), 1, "rdf:datatype"),
    "a node beside rdf:resource": (_of_s('<e:p rdf:resource="http://e/o"><e:T/></e:p>'), 1, "holds another"),
    "about and ID": (
        _document('<e:T rdf:about="x" rdf:ID="y"/>'),
        1,
        "rdf:about and rdf:ID cannot be used together",
    ),
    "about twice": (_document('<e:T rdf:about="x" about="y"/>'), 1, "rdf:about stands here twice"),
    "resource on a node": (_document('<e:T rdf:resource="x"/>'), 1, "rdf:resource does not belong"),
    "resource and nodeID": (_of_s('<e:p rdf:resource="x" rdf:nodeID="y"/>'), 1, "cannot be used together"),
    "parseType and a property": (
        _of_s('<e:p rdf:parseType="Literal" e:q="x"/>'),
        1,
        "<http://e/q> cannot be used together",
    ),
    "parseType and resource": (
        _of_s('<e:p rdf:parseType="Resource" rdf:resource="x"/>'),
        1,
        "does not belong",
    ),
    "a nodeID that is no name": (_document('<e:T rdf:nodeID="1"/>'), 1, "'1' cannot be an rdf:nodeID"),
    "an ID that is no name": (_document('<e:T rdf:ID="a:b"/>'), 1, "'a:b' cannot be an rdf:ID"),
    "an ID twice": (_document('<e:T rdf:ID="a"/>\n<e:T rdf:ID="a"/>'), 2, "'a' has been given before"),
    "an old attribute": (_document('<e:T rdf:aboutEach="x"/>'), 1, "rdf:aboutEach is not allowed"),
    "a node of the syntax": (_document("<rdf:li/>"), 1, "rdf:li cannot be a node element"),
    "a property of the syntax": (_of_s("<rdf:Description/>"), 1, "rdf:Description cannot be a property"),
    "no namespace": (_document("<a/>"), 1, "a has no namespace"),
    "an attribute without a namespace": (_document('<e:T a="b"/>'), 1, "a has no namespace"),
    "no IRI": (_of_s('<e:p rdf:resource="http://e/a b"/>'), 1, "holds a blank"),
    "a namespace that is no IRI": (
        _document('<n:a xmlns:n="a b"/>'),
        1,
        "The namespace of n:a is a relative IRI",
    ),
    "no language": (_of_s('<e:p xml:lang="e n"/>'), 1, "'e n' is not a language tag"),
    "no base": (_of_s('<e:p xml:base="http://a b/"/>'), 1, "holds a blank"),
    "no version": (_document("", 'rdf:version="9"'), 1, "no version '9'"),
    "no direction": (
        _document("", 'xmlns:its="http://www.w3.org/2005/11/its" rdf:version="1.2" its:dir="up"'),
        1,
        "no direction 'up'",
    ),
    "two triples": (
        _of_s('\n<e:p rdf:version="1.2" rdf:parseType="Triple"><e:T e:p="1"/></e:p>'),
        2,
        "holds 2 statements, not one",
    ),
    "not well-formed": (_document("\n<e:a></e:b>"), 2, "e:b is closed, but e:a, which begins in line 2,"),
    "an entity that is not declared": (_document("\n&a;"), 2, "&a; is not declared"),
    "nothing": ("", 1, "has no element"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_place(name: str) -> None:
    document, line, words = WRONG[name]
    with pytest.raises(InputError) as found:
        _read(document)
    assert words in found.value.message
    assert found.value.place and found.value.place.file == "f.rdf"
    assert (found.value.place.line, bool(found.value.place.column)) == (line, True)
    assert found.value.hint


def test_an_empty_base_changes_nothing() -> None:
    """XML Base, 4.4: it is that of the document, which may have none."""
    (quad,) = _read(_of_s('<e:p xml:base="" rdf:resource="http://e/o"/>'), base=None)
    assert quad.object == ox.NamedNode("http://e/o")


def test_a_relative_iri_needs_a_base() -> None:
    with pytest.raises(InputError, match="relative, and there is no base"):
        _read(_of_s('<e:p rdf:resource="x"/>'), base=None)


def test_places() -> None:
    document = _document(
        '\n<e:T rdf:about="http://e/s">\n<e:p>\nx</e:p><e:q\nrdf:resource="http://e/o"/>\n<e:r>\n<e:U/></e:r>'
        '<e:x rdf:parseType="Literal">\n<a/>\n</e:x></e:T>'
    )
    read = RdfXmlReader(document.encode(), "f").with_places()
    found = {quad.predicate.value: place[1:] for quad, place in read}
    ends = {iri.removeprefix("http://e/"): place for iri, place in found.items() if not iri.startswith(RDF)}
    assert ends == {"p": (3, 1), "q": (4, 8), "r": (7, 1), "x": (7, 13)}


def test_a_document_in_pieces_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdfxml_reader, "_PIECE", 1)
    whole = _of_s("".join(elements for elements, _ in ELEMENTS.values()))
    source = io.BytesIO(whole.encode("utf-16"))
    take = source.read
    source.read = lambda _=-1: take(3)  # type: ignore[method-assign,assignment]
    assert _graph(list(RdfXmlReader(source, "f", BASE))) == _graph(_read(whole))


# Written and read back

_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(
    lambda char: char >= " " or char in "\t\n\r"
))  # fmt: skip
_NAME = st.text("aZé_-.1µ中ካ·~/:", max_size=6)
_IRIS = _NAME.map(lambda name: ox.NamedNode(f"http://e/{name}a"))
_BLANKS = st.from_regex(r"[A-Za-z0-9_](?:[A-Za-z0-9_.:]{0,4}[a_:])?", fullmatch=True).map(ox.BlankNode)
_LITERALS = st.one_of(
    _TEXT.map(ox.Literal),
    _TEXT.map(lambda text: ox.Literal(text, language="en", direction=ox.BaseDirection.RTL)),
    st.builds(lambda text, kind: ox.Literal(text, datatype=kind), _TEXT, _IRIS),
)
_SUBJECTS = st.one_of(_IRIS, _BLANKS)
_PREDICATES = st.one_of(_IRIS, st.just(ox.NamedNode(f"{RDF}type")))
_OBJECTS = st.one_of(_IRIS, _BLANKS, _LITERALS, st.builds(ox.Triple, _SUBJECTS, _PREDICATES, _LITERALS))
_PREFIXES = st.dictionaries(
    st.sampled_from(["", "e", "xml", "xmlns", "rdf", "its", "1", "a b", "_", "ns", "a.", "XML", "e:f"]),
    st.sampled_from(["http://e/", "http://www.w3.org/XML/1998/namespace", RDF, "http://e/#", "http://f/"]),
)


@given(st.lists(st.builds(ox.Triple, _SUBJECTS, _PREDICATES, _OBJECTS), max_size=6), _PREFIXES)
def test_what_is_written_is_read_back_by_us_and_by_the_engine(
    triples: list[ox.Triple], prefixes: dict[str, str]
) -> None:
    out = io.BytesIO()
    write_rdfxml(triples, out, prefixes)
    ours = list(RdfXmlReader(out.getvalue(), "f"))
    assert _graph(ours) == _graph(triples)
    if b"&#x" not in out.getvalue():  # which the engine normalises
        engine = list(ox.parse(out.getvalue(), ox.RdfFormat.RDF_XML))
        assert _graph(engine) == _graph(triples)


@pytest.mark.parametrize(
    "name", ["li", "Description", "about", "RDF", "ID", "bagID", "aboutEach", "parseType"]
)
def test_a_property_of_the_syntax_is_not_written(name: str) -> None:
    triple = ox.Triple(ox.BlankNode(), ox.NamedNode(RDF + name), ox.Literal("x"))
    with pytest.raises(InputError, match=f"cannot name the property rdf:{name}"):
        write_rdfxml([triple], io.BytesIO(), {})


@pytest.mark.parametrize(
    "iri", ["http://e/", "http://e/1", "http://e/ካ", "http://www.w3.org/2000/xmlns/a", "e:"]
)
def test_a_property_without_a_name_is_not_written(iri: str) -> None:
    with pytest.raises(InputError, match="cannot name the property <"):
        write_rdfxml([ox.Triple(ox.BlankNode(), ox.NamedNode(iri), ox.Literal("x"))], io.BytesIO(), {})


def test_prefixes_are_those_that_other_formats_can_have() -> None:
    more = 'xmlns:_="u:1" xmlns:a.="u:2" xmlns:g="u:g" xmlns:h="a b"'
    document = Document(_document('<e:T xmlns:e="u:inner"/>', more).encode(), formats.RDFXML, "f")
    assert len(list(document)) == 1
    assert document.prefixes == {"rdf": RDF, "e": "http://e/", "g": "u:g"}
