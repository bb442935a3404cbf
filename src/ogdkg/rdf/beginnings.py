"""Which format of RDF a text is in, by its beginning, where neither a name nor a media type tells it."""

from __future__ import annotations

import re

from ogdkg.rdf.formats import JSONLD, NQUADS, RDFXML, TRIG, Format

_LOOKED_AT = 8_192  # bytes of a beginning
_XML = re.compile(r"<(?:\?xml|!DOCTYPE|!--|(?:[A-Za-z_][\w.-]*:)?RDF[\s>])")
_JSON = re.compile(r'\{\s*(?:"|\}\s*$)|\[\s*(?:[{"\[]|\]\s*$)')
_COMMENTS = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\r?\n)*")
_NODE = r"(?:<[^<>\s]*>|_:[^\s<>\"]+)"
_LITERAL = r'"(?:[^"\\\n]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^<[^<>\s]*>)?'
# A statement of N-Quads with a graph: four terms and a dot on a line, which is no TriG.
_QUAD = re.compile(
    rf"[ \t]*{_NODE}[ \t]*<[^<>\s]*>[ \t]*(?:{_NODE}|{_LITERAL})[ \t]*{_NODE}[ \t]*\.[ \t]*(?:#|\r?\n|$)"
)


def format_of_text(data: bytes) -> Format:
    """Return the format of a text: JSON-LD, RDF/XML, N-Quads, or TriG, which Turtle and N-Triples are too.

    >>> format_of_text(b'{"@id": "http://e.example/a"}').name, format_of_text(b"[] a <b> .").name
    ('jsonld', 'trig')
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):  # UTF-16, which only XML may be in
        return RDFXML
    text = data[:_LOOKED_AT].decode("utf-8", "replace").lstrip("\ufeff")
    bare = text.lstrip()
    if _XML.match(bare):
        return RDFXML
    if _JSON.match(bare):
        return JSONLD
    begin = _COMMENTS.match(text)
    return NQUADS if _QUAD.match(text, begin.end() if begin else 0) else TRIG
