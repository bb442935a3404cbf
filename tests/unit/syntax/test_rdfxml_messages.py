"""What is said of broken RDF/XML: the slip behind it, where it is, and what to do."""

# ruff: noqa: E501  # a case a line, and the characters are what it is about

from __future__ import annotations

import io
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.errors import InputError
from ogdkg.syntax.rdfxml import RdfXmlReader

RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
HEAD = f'<rdf:RDF {RDF} xmlns:e="http://e/">\n<rdf:Description rdf:about="http://e/s">\n'
END = "\n</rdf:Description></rdf:RDF>"
_LEAKS = re.compile(
    r"\\x[0-9a-f]{2}|\\u[0-9a-f]{4}|\(b'|ordinal|codec|not well-formed|\bNone\b|Invalid|subtag"
)


def _in(elements: str) -> str:
    return HEAD + elements + END


# The document, the place of the fault, words of the message and words of the hint.
BROKEN = {
    "an ampersand": (_in("<e:p>R&D</e:p>"), "3:9", "An & stands here", "&amp;"),
    "an ampersand and a blank": (_in("<e:p>a & b</e:p>"), "3:9", "An & stands here", "&amp;"),
    "an ampersand in an address": (_in('<e:p rdf:resource="http://x/?a=1&b=2"/>'), "3:35", "An & stands", "&amp;"),
    "a less-than sign": (_in("<e:p>a < b</e:p>"), "3:9", "A < stands here", "&lt;"),
    "a less-than sign in a value": (_in('<e:p e:q="a<b"/>'), "3:12", "in the value of an attribute", "&lt;"),
    "an open value": (_in('<e:p rdf:resource="http://x/>\n<e:q>x</e:q>'), "4:1", "in the value of", '" where'),
    "an open tag": (_in('<e:p rdf:resource="http://x/"\n<e:q>x</e:q>'), "4:1", "tag before this one is not", "Write >"),
    "no quotation marks": (_in("<e:p rdf:resource=http://x/>"), "3:19", "between quotation marks", 'name="value"'),
    "curly quotation marks": (_in("<e:p rdf:resource=“http://x/”/>"), "3:19", "curly quotation mark", 'one: "'),
    "a no-break space in a tag": (_in('<e:p\xa0rdf:resource="http://x/"/>'), "3:5", "U+00A0", "plain blank"),
    "an attribute without a value": (_in("<e:p foo>x</e:p>"), "3:9", "The attribute foo has no value", 'foo="'),
    "no blank": (_in('<e:p e:q="1"e:r="2"/>'), "3:13", "a blank is missing", "Write one"),
    "another end tag": (_in("<e:p>x</e:q>"), "3:9", "e:q is closed, but e:p, which begins in line 3", "</e:p>"),
    "a cut file": (HEAD + "<e:p>x</e:p>\n", "4:1", "ends before rdf:Description, which begins in line 2", "Get the"),
    "a cut tag": (HEAD + "<e:p", "3:1", "ends within this tag", "Get the file again"),
    "a cut CDATA section": (HEAD + "<e:p><![CDATA[x", "3:16", "This CDATA section", "]]>"),
    "an entity of HTML": (_in("<e:p>a&nbsp;b</e:p>"), "3:7", "&nbsp; is not declared", "&#160;"),
    "an unknown entity": (_in("<e:p>&foo;</e:p>"), "3:6", "&foo; is not declared", "DOCTYPE"),
    "an entity of another file": ('<!DOCTYPE rdf:RDF [<!ENTITY a SYSTEM "f:///etc/passwd">]>' + _in("<e:p>&a;</e:p>"), "3:6", "never read", "Put the text"),
    "an entity in itself": ('<!DOCTYPE rdf:RDF [<!ENTITY a "&a;">]>' + _in("<e:p>&a;</e:p>"), "1:38", "&a; holds itself", "Write the text"),
    "a known prefix": (_in("<foaf:name>x</foaf:name>"), "3:1", "foaf: is not declared", 'xmlns:foaf="http://xmlns.com/foaf/0.1/"'),
    "a prefix of an attribute": (_in('<e:p foaf:q="x"/>'), "3:1", "foaf: is not declared", "xmlns:foaf="),
    "the prefix rdf": ('<rdf:RDF xmlns:e="http://e/"/>', "1:1", "rdf: is not declared", RDF),
    "the prefix xml": (f'<rdf:RDF {RDF} xmlns:xml="http://e/"/>', "1:1", "prefix xml cannot", "another prefix"),
    "an empty namespace": (f'<rdf:RDF {RDF} xmlns:e=""/>', "1:1", "without a namespace", "Write its"),
    "a relative namespace": (f'<rdf:RDF {RDF} xmlns:e="e#"><e:T/></rdf:RDF>', "1:79", "namespace of e:T is a relative", "whole IRI"),
    "no namespace": (_in("<p>x</p>"), "3:1", "The element p has no namespace", "xmlns"),
    "an attribute without namespace": (_in('<e:p q="x"/>'), "3:1", "The attribute q has no namespace", "e:q"),
    "an attribute twice": (_in('<e:p e:q="1" e:q="2"/>'), "3:14", "an attribute twice", "Take one"),
    "a conflict": (_in("<<<<<<< HEAD\n<e:p>1</e:p>\n=======\n<e:p>2</e:p>\n>>>>>>> x"), "3:1", "conflict of a merge", "Keep one side"),
    "a conflict in a text": (_in("<e:p>\n<<<<<<< HEAD\n1\n=======\n2\n>>>>>>> x</e:p>"), "4:1", "conflict of a merge", "Keep one side"),
    "Turtle": ("@prefix e: <http://e/> .\ne:a e:b 1 .", "1:1", "This is Turtle, not RDF/XML", ".ttl"),
    "JSON": ('{"@id": "x"}', "1:1", "This is JSON, not RDF/XML", ".jsonld"),
    "functional syntax": ("Prefix(:=<http://e/>)\nOntology(<http://e/>)", "1:1", "OWL in functional syntax", "ROBOT"),
    "Manchester syntax": ("Prefix: e: <http://e/>\nOntology: <http://e/>", "1:1", "OWL in Manchester syntax", "ROBOT"),
    "OBO": ("format-version: 1.2\n[Term]", "1:1", "This is OBO", "robot convert"),
    "OWL/XML": ('<?xml version="1.0"?>\n<Ontology xmlns="http://www.w3.org/2002/07/owl#" ontologyIRI="http://e/"><Declaration><Class IRI="#A"/></Declaration></Ontology>', "2:1", "This is OWL/XML", "ROBOT"),
    "HTML": ("<!DOCTYPE html>\n<html><body><br></body></html>", "2:1", "This is HTML", "save the data itself"),
    "XHTML": ('<html xmlns="http://www.w3.org/1999/xhtml"><p>x<br/></p></html>', "1:", "This is HTML", "save the data"),
    "RSS": ('<rss version="2.0"><channel/></rss>', "1:1", "an RSS feed", "RSS 1.0"),
    "a text": ("hello", "1:1", "Here should begin an element", "RDF/XML"),
    "nothing": ("  \n", "2:1", "The file has no element", "rdf:RDF"),
    "a comment with hyphens": (_in("<!-- a -- b --><e:p/>"), "3:10", "A comment holds --", "one hyphen"),
    "the end of a section": (_in("<e:p>a ]]> b</e:p>"), "3:10", "]]>", "]]&gt;"),
    "a broken declaration": ('<?xml version="1.0" encoding=UTF-8?>' + _in(""), "1:30", "XML declaration is broken", "<?xml"),
    "a late declaration": ('\n<?xml version="1.0"?>' + _in(""), "2:1", "<?xml begins a file", "stands before it"),
    "a text after the end": (_in("") + "\nfoo", "5:1", "The document has ended", "one rdf:RDF"),
    "a control character": (_in("<e:p>a\x0cb</e:p>"), "3:7", "U+000C, which XML cannot hold", "Take it out"),
    "a reference to one": (_in("<e:p>&#x1;</e:p>"), "3:6", "a character that XML cannot hold", "Take it out"),
    "a text beside a node": (_in("<e:p>café<e:T/></e:p>"), "3:10", "the text 'café'", "holds nothing else"),
    "a blank in an IRI": (_in('<e:p rdf:resource="http://x/a b"/>'), "3:1", "holds a blank", "%20"),
    "a sign in an IRI": (_in('<e:p rdf:resource="http://x/é|b"/>'), "3:1", "holds the sign '|'", "%7C"),
    "a percent sign in an IRI": (_in('<e:p rdf:resource="http://x/%zz"/>'), "3:1", "has '%zz', which is no escape", "%25"),
    "two hashes in an IRI": (_in('<e:p rdf:resource="http://x/#a#b"/>'), "3:1", "holds '#' where it may not", "percent-encode"),
    "a host": (_in('<e:p rdf:resource="http://x:y/"/>'), "3:1", "holds 'y' in its host or port", "host"),
    "a relative IRI": (_in('<e:p rdf:resource="rel"/>'), "3:1", "relative, and there is no base", "--base"),
    "a mailbox without mailto": (_in('<e:p rdf:resource="office@example.org"/>'), "3:1", "relative", "<mailto:office@example.org>"),
    "a language": (_in('<e:p xml:lang="en_US">x</e:p>'), "3:1", "'en_US' is not a language tag", "en-US"),
    "no language": (_in('<e:p xml:lang="?">x</e:p>'), "3:1", "'?' is not a language tag", "en-GB"),
    "a name": (_in('<e:p><e:T rdf:ID="é b"/></e:p>'), "3:6", "'é b' cannot be an rdf:ID", "a letter"),
    "a label": (_in('<e:p rdf:nodeID="1é"/>'), "3:1", "'1é' cannot be an rdf:nodeID", "a letter"),
    "a name twice": (_in('<e:p rdf:ID="é" rdf:resource="http://e/o"/>\n<e:p rdf:ID="é" rdf:resource="http://e/o"/>').replace("<rdf:RDF", '<rdf:RDF xml:base="http://e/"'), "4:1", "rdf:ID 'é' has been given", "rdf:about"),
    "rdf:li as a node": (f"<rdf:RDF {RDF}>\n<rdf:li/></rdf:RDF>", "2:1", "rdf:li cannot be a node element", "rdf:Description"),
    "rdf:Description as a property": (_in("<rdf:Description/>"), "3:1", "cannot be a property element", "a property"),
    "an old attribute": (_in('<e:p rdf:aboutEach="x"/>'), "3:1", "rdf:aboutEach is not allowed", "Leave it out"),
    "a version": (_in('<e:p rdf:version="9">x</e:p>'), "3:1", "no version '9'", "1.2"),
}  # fmt: skip


def _said(data: bytes) -> str:
    with pytest.raises(InputError) as caught:
        list(RdfXmlReader(data, "f"))
    return str(caught.value)


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_document(name: str) -> None:
    document, place, words, hint = BROKEN[name]
    message, _, told_hint = _said(document.encode()).partition("\n")
    assert message.startswith(f"f:{place}")
    assert words in message
    assert hint in told_hint
    assert not _LEAKS.search(message + told_hint)


@pytest.mark.parametrize(
    ("data", "words", "hint"),
    [
        (
            _in("<e:p>X</e:p>").encode().replace(b"X", b"caf\xe9 x"),
            "f:3:9: The text is not UTF-8 here",
            "encoding",
        ),
        (
            b'<?xml version="1.0" encoding="US-ASCII"?>' + _in("<e:p>é</e:p>").encode(),
            "f:3:6: The bytes here are not ASCII",
            "save",
        ),
        (
            b'<?xml version="1.0" encoding="klingon"?><a/>',
            "f:1:1: The file declares the encoding klingon",
            "UTF-8",
        ),
        (b"\x1f\x8b\x08xxx", "f:1:1: This is packed with gzip", ".gz"),
    ],
)
def test_bytes_that_are_no_text(data: bytes, words: str, hint: str) -> None:
    said = _said(data)
    assert words in said
    assert hint in said
    assert not _LEAKS.search(said)


def test_the_open_element_of_a_stream() -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

    document = (HEAD + "<e:p>x</e:q>").encode()
    with pytest.raises(InputError, match="but e:p, which begins in line 3,"):
        list(RdfXmlReader(io.BytesIO(document), "f"))
    with pytest.raises(InputError, match="but another element is still open"):
        list(RdfXmlReader(Pipe(document), "f"))


@given(
    st.lists(
        st.sampled_from(
            [
                "<",
                ">",
                "&",
                '"',
                "'",
                "/",
                "=",
                "e:p",
                " ",
                "é",
                "x",
                "<!--",
                "-->",
                "]]>",
                "\n",
                "<?xml",
                ";",
                "<e:p>",
                "</e:p>",
                "rdf:ID",
                "\x00",
                "<<<<<<< ",
            ]
        ),
        max_size=8,
    )
)
def test_no_message_leaks(parts: list[str]) -> None:
    try:
        list(RdfXmlReader(_in("".join(parts)).encode(), "f", "http://e/"))
    except InputError as error:
        assert not _LEAKS.search(str(error))
