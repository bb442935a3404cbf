"""JSON-LD 1.1 is read by its algorithms: it states what its document states, and no loss is silent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyld import jsonld
from tests.conftest import Run

from ogdkg.errors import InputError, LimitError, Place
from ogdkg.jsonld.document import JsonLdDocument
from ogdkg.jsonld.numbers import canonical_json
from ogdkg.store.jsonld import JsonLdQuads

V = "http://v.example/"
XSD = "http://www.w3.org/2001/XMLSchema#"
BASE = "http://b.example/d/doc"


def canonical(quads: Any) -> set[ox.Quad]:
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def read(document: Any, base: str | None = BASE) -> set[ox.Quad]:
    return canonical(JsonLdQuads(json.dumps(document).encode(), "d.jsonld", base))


def nquads(text: str) -> set[ox.Quad]:
    return canonical(ox.parse(text.replace(" . <", " .\n<"), ox.RdfFormat.N_QUADS))


def context(**terms: Any) -> dict[str, Any]:
    return {"@version": 1.1, "@vocab": V, **terms}


@pytest.mark.parametrize(
    ("document", "right"),
    [
        # What hangs under a key that nothing maps goes with it (5.1.2, 13.3).
        ({"@context": {"n": V + "n"}, "@id": V + "a", "n": "A", "more": {"@id": V + "b", "n": "B"}},
         f'<{V}a> <{V}n> "A" .'),
        ({V + "p": 1, "@id": V + "a", "draft": [{V + "p": 2}, {"@list": [{V + "p": 3}]}]},
         f'<{V}a> <{V}p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .'),
        ({V + "p": 1, "@id": V + "a", "old": {"@graph": [{"@id": V + "b", V + "p": 2}]}},
         f'<{V}a> <{V}p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> .'),
        ({"@id": V + "a", "old": {"@reverse": {V + "p": {"@id": V + "b"}}}}, ""),
        # A property's own context holds below it, whatever the type of the object around (5.1.2, 7 and 8).
        ({"@context": context(T={"@id": "T", "@context": {"x": "x2"}},
                              p={"@id": "p", "@context": {"name": "pname"}}),
          "@id": V + "s", "@type": "T", "p": {"@id": V + "b", "q": {"@id": V + "c", "name": "C"}}},
         f"<{V}s> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{V}T> . <{V}s> <{V}p> <{V}b> ."
         f' <{V}b> <{V}q> <{V}c> . <{V}c> <{V}pname> "C" .'),
        # Integers below 10^21 stay integers, others become canonical doubles (8.2.2).
        *(({"@id": V + "s", V + "n": number}, f'<{V}s> <{V}n> "{form}"^^<{XSD}{kind}> .')
          for number, form, kind in [
              (10**20, "1" + 20 * "0", "integer"), (123 * 10**22, "1.23E24", "double"),
              (10**21, "1.0E21", "double"), (-(10**21), "-1.0E21", "double"), (5.0, "5", "integer"),
              (5.3, "5.3E0", "double"), (1e-7, "1.0E-7", "double"), (-0.0, "0", "integer"),
          ]),
        ({"@id": V + "s", V + "n": {"@value": 5, "@type": "http://www.w3.org/2001/XMLSchema#double"}},
         f'<{V}s> <{V}n> "5.0E0"^^<http://www.w3.org/2001/XMLSchema#double> .'),
        # A direction stays, where there is a language (RDF 1.2).
        ({"@id": V + "s", V + "n": {"@value": "x", "@language": "ar", "@direction": "rtl"}},
         f'<{V}s> <{V}n> "x"@ar--rtl .'),
        ({"@id": V + "s", V + "n": {"@value": {"b": [1.0, None], "a": 1e30}, "@type": "@json"}},
         f'<{V}s> <{V}n> "{{\\"a\\":1e+30,\\"b\\":[1,null]}}"'
         "^^<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON> ."),
        ({"@graph": [{"@id": "x", V + "p": {"@id": "../y"}}]},
         f"<http://b.example/d/x> <{V}p> <http://b.example/y> ."),
        ([{"@id": V + "s", V + "p": {"@list": []}}],
         f"<{V}s> <{V}p> <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> ."),
        ("no object", ""),
    ],
)  # fmt: skip
def test_a_document_states_what_the_algorithms_say(document: Any, right: str) -> None:
    assert read(document) == nquads(right)


def _broken(*entries: tuple[str, Any]) -> dict[str, Any]:
    return {"@context": dict(entries), "@id": V + "a", "t": {"@id": V + "b"}}


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (_broken(("t", {"@reverse": "no-scheme"})), "not an absolute IRI"),
        (_broken(("t", {"@id": V + "t", "@type": "rel/type"})), "not an absolute IRI"),
        (_broken(("t", "nocolon")), "not an absolute IRI"),
        (_broken(("t", {"@id": "not an iri"})), "not an absolute IRI"),
        (_broken(("t", 5)), "is defined by 5"),
        (_broken(("t", "u:x"), ("u", "t:x")), "defined by itself"),
        (_broken(("t", {"@id": V + "t", "@container": "@bag"})), "@container"),
        (_broken(("@version", 1.0)), "@version"),
        (_broken(("@base", "rel"), ("t", V)), "@base"),
        (_broken(("@id", V)), "keyword"),
        ({"@context": "http://far.example/c"}, "at another address"),
        ({"@id": 5}, "@id is a text"),
        ({"@type": [5], V + "p": 1}, "@type is a text"),
        ({V + "p": {"@value": [1]}}, "@value is"),
        ({V + "p": {"@value": "x", "@language": "en", "@type": V}}, "not both"),
        ({V + "p": {"@list": [], "@id": V}}, "nothing beside"),
        ({V + "p": {"@value": 5, "@language": "en"}}, "is a text"),
        ({"@reverse": {V + "p": "text"}}, "no node"),
    ],
)
def test_a_broken_document_is_one_error_with_its_line(document: Any, words: str) -> None:
    text = json.dumps(document, indent=1)
    with pytest.raises(InputError, match=words) as caught:
        list(JsonLdDocument(text.encode(), "d.jsonld").lines())
    assert caught.value.place is not None
    assert caught.value.place.file == "d.jsonld"
    assert (caught.value.place.line or 0) >= 1


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ({"@id": "http://v.example/a b", V + "p": 1}, "holds a blank"),
        ({"@id": "http://v.example/ok", "@type": "http://v.example/%zz"}, "is not an IRI"),
        ({"@id": "@keyword", V + "p": 1}, "form of a keyword"),
        ({"@id": V + "s", V + "p": {"@id": "@keyword"}}, "form of a keyword"),
        ({"@id": V + "s", "@type": "@keyword"}, "form of a keyword"),
        ({"_:p": "x"}, "blank node and names no property"),
        ({V + "p": {"@value": "x", "@language": "not a language"}}, "not a language tag"),
        ({V + "p": {"@value": "x", "@direction": "rtl"}}, "has no language"),
        ({"@context": {"@foo": V}, V + "p": 1}, "form of a keyword"),
        ({"@context": {"@base": None}, "@id": "rel", V + "p": 1}, "not an absolute IRI"),
    ],
)
def test_what_the_algorithms_drop_of_what_somebody_meant_is_told(value: Any, words: str) -> None:
    told: list[tuple[str, Place]] = []
    document = JsonLdDocument(
        json.dumps([{V + "p": 1}, value], indent=1).encode(), "d", warn=lambda *each: told.append(each)
    )
    list(document.lines())
    assert [words in message for message, _ in told] == [True]
    assert (told[0][1].line or 0) > 4


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('{"@id": "http://e/s",\n "http://e/p": 1,\n "http://e/p": 2}', 3, "twice"),
        ('{"a": {"x": {"b": 1}},\n "b": [{"x": 1, "\\u0078": 2}]}', 2, "twice"),
        ('{"@id": "http://e/s",\n "http://e/p": "\\\\u0041 \\ud83d"}', 2, "surrogate"),
        ('{"@id": "http://e/s",\n "http://e/p": NaN}', 2, "NaN"),
        ('{"@id": "http://e/s",\n "http://e/p" 1}', 2, "A colon is missing"),
        ('{\n"@id": "rel",\n "http://e/p": 1}', 2, "relative IRI, and there is no base"),
    ],
)
def test_json_itself(text: str, line: int | None, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        list(JsonLdDocument(text.encode(), "d").lines())
    assert caught.value.place is not None
    assert caught.value.place.line == line


def test_long_numbers_end_in_time() -> None:
    (lines,) = JsonLdDocument(b'[{"@id": "x:s", "x:p": ' + b"9" * 100_000 + b"}]", "d").lines()
    assert '"INF"' in lines


_NAMES = st.sampled_from(
    ["@id", "@type", "name", "knows", "of", "list", "x", V + "q", "p:r", "map", "_x", "nest",
     "@graph", "@reverse", "@list", "@set", "@value", "@included", "@index", "@language"]
)  # fmt: skip
_TEXTS = st.sampled_from(["a", "T", "p:b", V + "c", "_:d", "x y", "", "en", "@none", "http://e.example/f"])
_MAPS = ("@index", "@language", "@id", "@type")
_CONTEXTS = st.fixed_dictionaries(
    {"p": st.just(V + "p/")},
    optional={
        "@vocab": st.sampled_from([V, None, ""]), "@language": st.sampled_from(["en", None]),
        "name": st.sampled_from([V + "name", {"@id": V + "name", "@language": None}, None]),
        "knows": st.sampled_from([{"@id": V + "knows", "@type": each} for each in ("@id", "@vocab")]),
        "of": st.sampled_from([{"@reverse": V + "of"}, {"@id": V + "of", "@context": {"name": V + "n2"}}]),
        "list": st.sampled_from([{"@id": V + "list", "@container": each} for each in ("@list", "@set")]),
        "T": st.sampled_from([V + "T", {"@id": V + "T", "@context": {"x": V + "x2"}}]),
        "map": st.sampled_from([{"@id": V + "m", "@container": each} for each in _MAPS]),
        "nest": st.just("@nest"),
    },
)  # fmt: skip
_SCALARS = st.one_of(_TEXTS, st.integers(-5, 5), st.booleans(), st.none(), st.just(1.5))
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES, inner, max_size=4),
    max_leaves=12,
)
DOCUMENTS = st.builds(
    lambda local, entries: {"@context": local, **entries},
    _CONTEXTS,
    st.dictionaries(_NAMES, _VALUES, max_size=5),
)


@given(DOCUMENTS)
def test_pyld_reads_the_same(document: dict[str, Any]) -> None:
    try:
        right = jsonld.to_rdf(document, {"base": BASE, "format": "application/n-quads"})
        wanted = nquads(right)
    except Exception as error:  # PyLD refuses it, or stumbles over it, or writes what is no N-Quads
        if not isinstance(error, jsonld.JsonLdError):
            return
        with pytest.raises(InputError):
            list(JsonLdDocument(json.dumps(document).encode(), "d", BASE).lines())
        return
    assert read(document) == wanted


def _contexts(folder: Path) -> None:
    (folder / "c.jsonld").write_text(json.dumps({"@context": ["http://far.example/d", {"@vocab": V}]}))
    (folder / "d.jsonld").write_text(json.dumps({"@context": {"q": "http://far.example/q"}}))
    (folder / "a.jsonld").write_text('{"@context": "http://far.example/c", "@id": "x:s", "p": 1, "q": 2}')


def test_contexts_at_hand(ogdkg: Run, tmp_path: Path) -> None:
    _contexts(tmp_path)
    given = ["--context", "http://far.example/c=c.jsonld", "--context", "http://far.example/d=d.jsonld"]
    done = ogdkg("convert", "a.jsonld", "-", "-f", "nquads", *given, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert {line.split()[1] for line in done.stdout.splitlines()} == {f"<{V}p>", "<http://far.example/q>"}
    alone = ogdkg("convert", "a.jsonld", "-", "-f", "nquads", *given[:2], cwd=tmp_path)
    assert alone.returncode == 3
    assert "--context http://far.example/d=FILE" in alone.stderr
    assert (
        ogdkg("convert", "a.jsonld", "-", "--context", "c.jsonld", "-f", "nt", cwd=tmp_path).returncode == 2
    )


def test_every_command_reads_the_same(ogdkg: Run, tmp_path: Path) -> None:
    """In a project the contexts stand in ogdkg.toml; an unmapped key gives no command a triple."""
    _contexts(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.jsonld").write_text(
        '{"@context": [{"@vocab": null}, "http://far.example/d"], "@id": "x:s", "q": 2, "r": {"q": 3}}'
    )
    (tmp_path / "ogdkg.toml").write_text('[contexts]\n"http://far.example/d" = "d.jsonld"\n')
    (tmp_path / "right.nt").write_text(
        '<x:s> <http://far.example/q> "2"^^<http://www.w3.org/2001/XMLSchema#integer> .\n'
    )
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . [] a sh:NodeShape ;"
        " sh:targetSubjectsOf <http://far.example/q> ;"
        " sh:property [ sh:path <http://far.example/q> ; sh:minInclusive 3 ] ."
    )
    rows = ogdkg("sparql", "SELECT ?s ?o { ?s ?p ?o }", "-f", "csv", cwd=tmp_path)
    assert rows.stdout.splitlines() == ["s,o", "x:s,2"]
    exported = ogdkg("-q", "export", "-f", "ntriples", cwd=tmp_path)
    assert exported.stdout == (tmp_path / "right.nt").read_text()
    assert ogdkg("diff", "right.nt", "data/a.jsonld", cwd=tmp_path).returncode == 0
    done = ogdkg("validate", "--shapes", "shapes.ttl", cwd=tmp_path)
    assert done.returncode == 1
    assert "a.jsonld:1:77: " in done.stdout
    assert "1" in ogdkg("stats", cwd=tmp_path).stdout


def test_a_loss_is_told_once(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "a.jsonld").write_text('[\n{"@id": "http://e/a b", "http://e/p": 1}]')
    done = ogdkg("convert", "a.jsonld", "-", "-f", "nt", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith('a.jsonld:2:2: "http://e/a b" holds a blank, which no IRI may hold')
    assert done.stderr.count("\n") == 1


def test_a_context_of_many_terms_is_worked_out_once() -> None:
    """However many objects use it; and contexts that validate one another do not multiply."""
    terms = {f"t{n}": {"@id": f"{V}t{n}", "@context": {f"u{n}": f"{V}u{n}"}} for n in range(500)}
    document = {
        "@context": terms,
        "@graph": [{"@id": f"{V}{n}", f"t{n % 500}": {f"u{n % 500}": n}} for n in range(3000)],
    }
    assert (
        sum(lines.count("\n") for lines in JsonLdDocument(json.dumps(document).encode(), "d").lines()) == 6000
    )


def test_contexts_in_many_objects_copy_nothing() -> None:
    """Else memory would grow with the terms times the objects."""
    import tracemalloc

    document = {
        "@context": {f"t{number}": f"{V}t{number}" for number in range(2000)},
        "@graph": [{"@context": {"u": V + "u"}, "u": number, "t7": 1} for number in range(2000)],
    }
    data = json.dumps(document).encode()
    tracemalloc.start()
    assert sum(lines.count("\n") for lines in JsonLdDocument(data, "d").lines()) == 4000
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 50 * 2**20


@pytest.mark.parametrize(
    "around", [lambda inner: {V + "p": inner}, lambda inner: [inner], lambda inner: {"@graph": [inner]}]
)
def test_deep_documents_end_well(around: Callable[[Any], Any]) -> None:
    document: Any = {"@id": V + "a", V + "p": 1}
    for _ in range(240):
        document = around(document)
    data = json.dumps(document).encode()
    assert "".join(JsonLdQuads(data, "d").lines())
    with pytest.raises(LimitError):
        list(JsonLdQuads(b"[" * 501 + data + b"]" * 501, "d").lines())


_NUMBERS = st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)


@given(
    st.recursive(
        _NUMBERS | st.text() | st.none() | st.booleans(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_canonical_json_is_the_same_value(value: Any) -> None:
    again, plain = canonical_json(value), json.dumps(value)
    assert json.loads(again, parse_int=float) == json.loads(plain, parse_int=float)
