"""Queries that are to hold a worker that answers small ones by itself: it sees first what they would take."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.terms import Iri, Literal, Subject, Term, Triple
from ogdkg.web.small_queries.answering import MOST_TOLD, Small
from ogdkg.web.small_queries.blocks import MOST, Blocks, TooMuchError, write_blocks
from ogdkg.web.small_queries.json_rows import written
from ogdkg.web.small_queries.shapes import MOST_PATTERNS, Shapes

_LONGEST = 0.05  # seconds of the processor
_P, _Q = Iri("http://e.example/p"), Iri("http://e.example/q")


def _iri(name: str) -> Iri:
    return Iri(f"http://e.example/{name}")


def _triples() -> Iterator[Triple]:
    found: list[tuple[Subject, Iri, Term]] = []
    found += [(_iri("hub"), _P, Iri(f"http://e.example/{number}")) for number in range(100_000)]  # out of it
    found += [(Iri(f"http://e.example/{number}"), _Q, _iri("hub")) for number in range(20_000)]  # into it
    found += [(_iri("long"), _P, Literal("x" * (1 << 20))), (_iri("long"), _Q, Literal("short"))]
    found += [(_iri("full"), _P, Literal(f"{number:04}")) for number in range(700)]  # just not left out
    found += [(_iri(f"wide{number}"), _P, Literal("y" * 30_000)) for number in range(5)]
    found += [(_iri("fan"), _P, _iri(f"fan{number}")) for number in range(300)]
    found += [(_iri(f"fan{number}"), _P, _iri(f"fan{number + 1}")) for number in range(300)]
    return (Triple(*each) for each in found)


@pytest.fixture(scope="module")
def blocks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blocks]:
    path = tmp_path_factory.mktemp("small") / "near"
    write_blocks(path, _triples())
    assert path.stat().st_size < 110_000_000  # what is left out takes no room
    found = Blocks(path)
    yield found
    found.close()


def _answer(blocks: Blocks, query: str, form: Format = formats.JSON) -> str | None:
    found = Shapes({"e": "http://e.example/"}).of(query)
    try:
        return written(Small(blocks, found[1]).answer(found[0]), form) if found else None
    except TooMuchError:
        return None


_ATTACKS = {
    "out of a hub": "SELECT * { e:hub ?p ?o }",
    "into a hub": "SELECT * { ?s ?p e:hub }",
    "past a hub": "SELECT * { e:1 e:q ?hub . ?hub e:p ?o }",
    "from one hub to another": "ASK { ?x e:q e:hub . e:hub e:p ?x }",
    "a long literal": "SELECT * { e:long e:p ?o }",
    "beside a long literal": "SELECT * { e:long e:q ?o }",
    "by a long literal": "SELECT * { e:wide0 e:p ?o . ?s e:p ?o . ?t e:p ?o . ?u e:p ?o }",
    "a long literal many times": "SELECT * { e:wide0 e:p ?o . e:full e:p ?x }",
    "a long literal compared many times": "SELECT ?x { e:wide0 e:p ?o . e:full e:p ?x . e:wide1 e:p ?o }",
    "equal rows": "SELECT DISTINCT ?o { e:wide0 e:p ?o . e:full e:p ?x }",
    "a product": "SELECT * { e:full ?p ?a . e:full ?q ?b }",
    "a large product": "SELECT * { " + "".join(f"e:full ?p{n} ?a{n} . " for n in range(MOST_PATTERNS)) + "}",
    "a product that nobody sees": "ASK { e:full ?p ?a . e:full ?q ?b . e:fan ?r ?c }",
    "a product of which little is wanted": "SELECT * { e:full ?p ?a . e:full ?q ?b } LIMIT 1",
    "a chain": "SELECT * { e:fan e:p ?a . ?a e:p ?b . ?b e:p ?c . ?c e:p ?d . ?d e:p ?e }",
    "a chain back": "SELECT * { e:fan e:p ?a . ?b e:p ?a . ?c e:p ?b . ?d e:p ?c }",
    "a star": "SELECT * { e:fan e:p ?a . " + " . ".join(f"?a ?p{n} ?b{n}" for n in range(9)) + " }",
    "no place to begin": "SELECT * { ?s ?p ?o }",
    "by a predicate alone": "SELECT * { ?s e:p ?o . ?o e:q ?s }",
    "too many patterns": "SELECT * { " + "e:fan e:p ?o . " * (MOST_PATTERNS + 1) + "}",
    "too many braces": "SELECT * " + "{" * 900 + "}" * 900,
    "an open string": 'SELECT * { e:fan e:p """' + '"' * 1_900,
    "signs": "SELECT * { e:fan e:p ?o " + ";" * 1_900 + "}",
    "variables": "SELECT " + "?a" * 900 + " { e:fan e:p ?a }",
    "columns": "SELECT * { e:fan7 e:p ?a . " + "".join(f"e:fan{n} ?p{n} ?b{n} . " for n in range(11)) + "}",
    "what may be": "SELECT * { e:fan e:p ?a " + "OPTIONAL { ?a e:p e:fan3 } " * 12 + "}",
    "of each": "SELECT * { e:fan e:p ?a " + "".join(f"OPTIONAL {{?a e:p ?b{n}}}" for n in range(6)) + "}",
    "what may be many": "SELECT * { e:full e:p ?a OPTIONAL { e:fan e:p ?b } OPTIONAL { e:fan ?p ?c } }",
    "many rows": "SELECT * { e:fan e:p ?a . ?a e:p ?b . ?b e:p ?c }",
    "a long text": "SELECT * { e:fan e:p ?o }" + " " * (1 << 20),
}  # fmt: skip


@pytest.mark.parametrize("form", [formats.JSON, formats.XML])
@pytest.mark.parametrize("name", _ATTACKS)
def test_no_query_holds_a_worker(name: str, form: Format, blocks: Blocks) -> None:
    begun = time.process_time()
    answer = _answer(blocks, _ATTACKS[name], form)
    took = time.process_time() - begun
    assert took < _LONGEST
    assert answer is None or len(answer) < 4 * MOST_TOLD


def test_what_is_small_is_answered(blocks: Blocks) -> None:
    assert _answer(blocks, "ASK { e:fan e:p e:fan7 }")
    assert _answer(blocks, "ASK { e:hub e:p e:7 . e:7 e:q e:hub }") is None
    assert (_answer(blocks, "SELECT * { e:full e:p ?o }") or "").count("literal") == 700
    assert MOST > 30_000
