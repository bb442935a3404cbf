"""The format that a text's beginning tells."""

from __future__ import annotations

import pytest

from ogdkg.rdf.beginnings import format_of_text


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("[] a <http://e/b> .", "trig"),
        ("[ <http://e/b> 1 ] .", "trig"),
        ("{ <http://e/a> a <http://e/b> }", "trig"),
        ("", "trig"),
        ("<http://e/a> <http://e/b> <http://e/c>, <http://e/d> .", "trig"),
        ('<http://e/a> <http://e/b> "c" .', "trig"),
        ("<http://e/a> <http://e/b> <http://e/c> .", "trig"),
        ("# a\n\n<http://e/a> <http://e/b> <http://e/c> <http://e/g> .", "nquads"),
        ('_:a <http://e/b> "c <d> \\" e"@en-GB _:g . # a comment', "nquads"),
        ('_:a <http://e/b> "1"^^<http://e/t> <http://e/g>.', "nquads"),
        ("\ufeff {\n}", "jsonld"),
        ('{"@id": "http://e/a"}', "jsonld"),
        ("[]", "jsonld"),
        ('[{"@id": "http://e/a"}]', "jsonld"),
        ("<?xml version='1.0'?><a/>", "rdfxml"),
        ("<rdf:RDF xmlns:rdf='x'/>", "rdfxml"),
        ("<!-- a --><RDF>", "rdfxml"),
    ],
)
def test_the_beginning_of_a_text(text: str, name: str) -> None:
    assert format_of_text(text.encode()).name == name


def test_only_xml_may_be_in_utf_16() -> None:
    assert format_of_text("<a/>".encode("utf-16")).name == "rdfxml"


def test_looking_takes_time_linear_in_the_text() -> None:
    for begin in ("#", "\n", '_:a <b> "', "[ ", "{ ", "<a", "_:a <b> " + "<", '_:a <b> "\\'):
        format_of_text((begin * 1_000_000).encode())
