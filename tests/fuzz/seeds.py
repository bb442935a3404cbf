# ruff: noqa: E501
"""Documents from which the fuzzing begins: the project's own files, and small ones with each construct."""

from __future__ import annotations

import gzip
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_TURTLE = [
    b'PREFIX e: <http://e/>\n@base <http://b/> .\ne:a a e:B ; e:p [ e:q ( 1 2.0 "x"@en [] ) ] , <r> . # c\n',
    b'<http://e/a> <http://e/p> "a\\u0041\\n"^^<http://e/d> , \'\'\'x"\'y\'\'\' , """a\nb""" , true , -1.5e3 .',
    b"@prefix : <x:> . :a :b :c , _:d . _:d :e\\,f :%20g . [ :p 1 ] :q ( ) .",
    b"<x:a> <x:b> <<( <x:a> <x:b> <<( <x:a> <x:b> 1 )>> )>> , << <x:a> <x:b> 1 >> .",
]
_TRIG = [b"@prefix : <x:> . :g { :a :b :c . :d :e [ :f 1 ] } { :x :y :z } GRAPH _:b { :a :b 1 } :s :p :o ."]
_LINES = [
    b'<x:a> <x:b> "c d"@en <x:g> .\n_:a <x:b> _:c .\n<x:a> <x:b> "<x:c> ." .\n<x:a> <x:b> "1"^^<x:d> _:g .'
]
_XML = [
    b'<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY e "http://e/"><!-- <!ENTITY n "&e;x"> -->]>'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="&e;" xml:base="http://b/">'
    b'<rdf:Description rdf:about="a" e:q="&e;"><e:p rdf:parseType="Literal"><b>x</b></e:p><e:r xml:lang="en">'
    b'&lt;&amp;<![CDATA[ </a> ]]><!-- <b> --></e:r><e:s rdf:parseType="Collection"><e:T/></e:s></rdf:Description></rdf:RDF>'
]
_JSON = [
    b'{"@context":{"e":"http://e/","p":{"@id":"e:p","@type":"@json","@context":{"@vocab":"http://v/"}}},"@id":"e:a",'
    b'"p":[1,{"a\\"":[]}],"e:q":{"@list":[{"@value":"x","@language":"en"},true,1.5e3]},"@graph":[{"@reverse":{"e:r":{}}}]}'
]
_QUERY = [
    b"PREFIX e: <http://e/>\nSELECT DISTINCT ?a (COUNT(*) AS ?n) WHERE { ?a e:p/^e:q* [ e:r ?_b_iri ] ; a ?c . "
    b'OPTIONAL { GRAPH ?g { ?a !(e:x|^e:y) "z"@en } } FILTER(?n < 1 && EXISTS { ?a ?b ?c }) VALUES ?a { <x:y> UNDEF } '
    b"{ SELECT * { ?x ?y ?z } } UNION { MINUS { ?a ?b (1 2) } BIND(?a AS ?d) } } GROUP BY ?a HAVING(?n>1) ORDER BY ?a LIMIT 5",
    b"CONSTRUCT { ?s <x:p> ?o } WHERE { ?s ?p ?o . SERVICE <x:s> { ?s ?p ?o } }",
]
_RESULTS = [
    b'{"head":{"vars":["s","o"]},"results":{"bindings":[{"s":{"type":"uri","value":"x:a"},"o":{"type":"literal","value":"1",'
    b'"datatype":"http://www.w3.org/2001/XMLSchema#integer"}},{"o":{"type":"bnode","value":"b"}}]}}',
    b'{"head":{},"boolean":true}',
    b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"triple","value":{"subject":{"type":"uri","value":"x:a"},'
    b'"predicate":{"type":"uri","value":"x:b"},"object":{"type":"literal","xml:lang":"en","value":"c"}}}}]}}',
]
_BYTES = [bytes(range(k, 250, k)) for k in (1, 2, 3, 5, 7, 11, 13)]
_TERMS = [
    b"http://e/a b",
    b"-5.50",
    b"2017-03-09",
    b"1e9",
    b"NaN",
    b'"a"@en',
    b"ex:a ex:b 1 .",
    b"urn:x:%41?q#f",
    b"true",
]
_CELLS = [
    *_TERMS,
    b"9 March 2017",
    b"1,234.5",
    b"https://ror.org/00ae7jd04",
    b"0000 0001 2150 090X",
    b"{a} ex:p {b:slug?}",
]
_TABLE = [b'a,b\n1,"x\ny"\n2,\n', b"a\tb\n1\tx\n"]
_HEADER = [b"#+ summary: A\n#+ params:\n#+   x: {type: iri, example: http://e/, pattern: 'a+'}\n#+ defaults: [{x: y}]\n"
           b"#+ tags: [a, b]\n#+ columns: {a: B}\nSELECT ?a { ?a ?b ?_x_iri }"]  # fmt: skip
_YAML = [
    b"question: Who?\nquery: all\nparameters: {a: [1, b]}\nexpect:\n  - [1, 2.0, 2017-03-09, yes, ~]\n",
    b"a: &x [1]\nb: *x\n",
]
_TOML = [b'[project]\nname="a"\n[[layer]]\nname="b"\nfiles=["*.ttl"]\n[prefixes]\nex="http://e/"\n']
_SUFFIXES = {"turtle": ("ttl",), "trig": ("ttl",), "fmt": ("ttl",), "query": ("rq",), "header": ("rq",), "toml": ("toml",),
             "yaml": ("yaml",)}  # fmt: skip
_SMALL = {
    "turtle": _TURTLE, "trig": [*_TURTLE, *_TRIG], "nquads": _LINES, "fmt": [*_TURTLE, *_TRIG], "rdfxml": _XML,
    "jsonld": _JSON, "json_depth": _JSON, "triple_terms": _TURTLE, "header": _HEADER, "yaml": _YAML, "toml": _TOML,
    "query": _QUERY, "documents": _BYTES, "server_results": _RESULTS, "server_triples": [*_TURTLE, *_LINES, *_XML, *_JSON], "line": _LINES,
    "term": _TERMS, "cell": _CELLS, "table": _TABLE, "csv_out": [b'a|"b",|=1|\r\n', b"x|\x00|\t\\"],
    "packed": [gzip.compress(b"<x:a> <x:b> <x:c> .\n" * 9, mtime=0)],
}  # fmt: skip


def small(target: str) -> list[bytes]:
    """Small documents for a target."""
    return _SMALL[target]


def all_of(target: str) -> list[bytes]:
    """The small documents, and the project's files of the kind that are not large."""
    files = (
        path
        for suffix in _SUFFIXES.get(target, ())
        for folder in ("data", "ontology", "queries", "tests/fixtures")
        for path in sorted((ROOT / folder).rglob(f"*.{suffix}"))
    )
    texts = [path.read_bytes() for path in files if path.stat().st_size < 4_000]
    return [*_SMALL[target], *texts[:60]]
