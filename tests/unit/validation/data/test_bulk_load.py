"""Files that the engine reads straight hold just what their quads say: only literals go so that it keeps."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import examples

from ogdkg.errors import InputError
from ogdkg.validation.data import bulk_load as straight
from ogdkg.validation.data import canonical_check, reading
from ogdkg.validation.data.canonical_check import canonical_until
from ogdkg.validation.data.graph import DataGraph, is_canonical
from ogdkg.validation.data.quad_cache import QuadCache
from ogdkg.validation.data.reading import quads, sources
from ogdkg.validation.graphs import data_graph
from ogdkg.validation.operation import Inputs

XSD = "http://www.w3.org/2001/XMLSchema#"
HEAD = f"@prefix e: <http://e/> . @prefix xsd: <{XSD}> .\n"
KEPT = (
    "5", "-7", "0", "5.25", "true", "false", '"x"', "'x'", '"""a\n"b" 1.0"""', "'''01'''",
    '"1.0 01 ^^xsd:double"',
    '"A"@EN', '"x"@en-GB', '"5"^^xsd:integer', f'"5"^^<{XSD}integer>', '"2020-02-28"^^xsd:date',
    "'5'^^xsd:integer",
    '"007"^^e:code', '"a\\"b"^^xsd:string', '"\\u0041"', "e:a.5", "e:5", "e:a-5", "e:%35",
    "e:a\\+5", "_:b-5", "e:",
    "<http://e/+5>", "<#1.0>", "( 1 e:a 2 )", "[ e:p 1 ]", "[]",
)  # fmt: skip
DOUBTFUL = (
    "05", "+5", "-0", "1.0", "1.50", ".5", "1e0", "5.e3", "-.5", '"01"^^xsd:integer', f'"01"^^<{XSD}integer>',
    '"x\\"5"^^xsd:integer', '"""x"5"""^^xsd:integer', '"\\u0035"^^xsd:integer', '"1"^^xsd:int',
    '"1"^^xsd:boolean',
    '"2020-02-30"^^xsd:date', '"1٢"^^xsd:integer', "( 1.5.5 )", "( 5-5+5 )", "( e:a+5 )", "( e:.5 e:-05 )",
    "'''5'''^^xsd:byte", '"1"^^<integer>', '"5" ^^ xsd:int', '"5"^^\nxsd:int', '"5"^^xsd:\\int',
    '"1"^^xsd:i%6Et',
)  # fmt: skip
GAPS = (" ", "\n", "\t", " # 1.0\n", "\n#\n")


def is_wholly_kept(text: str) -> bool:
    data = text.encode()
    ends = list(canonical_until(data, {}))
    assert ends == sorted(ends)
    return bool(ends) and ends[-1] == len(data)


def said(text: str) -> list[ox.Quad]:
    return list(ox.parse(text.encode(), format=ox.RdfFormat.TURTLE, base_iri="http://base/"))


def are_literals_kept(found: list[ox.Quad]) -> bool:
    literals = [quad.object for quad in found if isinstance(quad.object, ox.Literal)]
    return all(each.language or is_canonical(each.value, each.datatype.value) for each in literals)


@pytest.mark.parametrize("value", KEPT)
def test_what_a_store_keeps_is_told(value: str) -> None:
    text = f"{HEAD}e:s e:p {value} ."
    assert are_literals_kept(said(text))
    assert is_wholly_kept(text)


@pytest.mark.parametrize("value", DOUBTFUL)
def test_what_it_may_change_is_doubted(value: str) -> None:
    assert not is_wholly_kept(f"{HEAD}e:s e:p {value} .")


@given(
    st.lists(
        st.tuples(
            st.sampled_from(GAPS), st.sampled_from((*KEPT, *KEPT, *DOUBTFUL)), st.sampled_from((" .", "\n."))
        ),
        max_size=8,
    )
)  # fmt: skip
def test_a_text_is_kept_only_with_all_its_literals(statements: list[tuple[str, str, str]]) -> None:
    text = HEAD + "\n".join(f"e:s{gap}e:p{gap}{value}{end}" for gap, value, end in statements)
    if is_wholly_kept(text):
        assert are_literals_kept(said(text))


PIECES = (
    "5", "0", "-", "+", ".", " .", ". ", "e0", "e:", "e:a", "xsd:", "integer", "xsd:integer",
    "xsd:double", '"', '"5"',
    "'", '"""', "\\", '\\"', "^^", f"<{XSD}int>", "<", ">", "#", "\n", " ", ";", ",", " e:p ", "(",
    ")", "[", "]",
    "@en", "true", "a", " a ", "_:b", ":", "%35",
    "@prefix e: <http://www.w3.org/2001/XMLSchema#> .", "é", "@base <x:> .",
    "PREFIX xsd: <http://e/>\n", " e:s e:p ", "٣",
)  # fmt: skip


@examples(1500)
@given(st.lists(st.sampled_from(PIECES), max_size=14))
def test_no_spelling_slips_through(pieces: list[str]) -> None:
    text = f"{HEAD}e:s e:p {''.join(pieces)} ."
    if is_wholly_kept(text):
        try:
            found = said(text)
        except SyntaxError:
            return
        assert are_literals_kept(found)


def test_a_prefix_means_what_it_was_last_declared_to() -> None:
    ours = '@prefix x: <http://e/> . e:s e:p "01"^^x:integer .'
    theirs = ours.replace("http://e/", XSD)
    assert is_wholly_kept(HEAD + ours + theirs.replace("01", "1") + ours)
    assert not is_wholly_kept(HEAD + ours + theirs)


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "LARGE_BYTES", 0)


def written(folder: Path, *texts: str, suffix: str = ".ttl") -> list[str]:
    paths = [folder / f"{number}{suffix}" for number, _ in enumerate(texts)]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, encoding="utf-8")
    return list(map(str, paths))


def dataset(triples: Iterator[ox.Triple]) -> ox.Dataset:
    found = ox.Dataset(ox.Quad(*triple) for triple in triples)
    found.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return found


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize(
    ("second", "left"), [("e:t e:p 5, [ e:q true ] .", 0), ("e:t e:p 5, [ e:q 01 ] .", 1)]
)
def test_a_graph_holds_what_the_quads_say(second: str, left: int, tmp_path: Path) -> None:
    first = HEAD + "".join(f'e:s{n} e:p {n}, "x"@en, [ e:q e:s, _:b ] .\n' for n in range(2000))
    found = sources(written(tmp_path, first, HEAD + second))
    store, kept = straight.bulk_loaded(found)
    assert kept[found[0]] == {"xsd": XSD, "e": "http://e/"}
    others = [source for source in found if source not in kept]
    assert len(others) == left
    graph, slow = DataGraph(store), DataGraph()
    graph.add(quad for source in others for quad in quads(source))
    slow.add(quad for source in found for quad in quads(source))
    assert len(graph) == len(slow) == 5 * 2000 + len(said(HEAD + second))
    assert dataset(graph.triples()) == dataset(slow.triples())


@pytest.mark.usefixtures("everything_is_large")
def test_a_doubt_that_comes_late_costs_nothing_but_time(tmp_path: Path) -> None:
    late = HEAD + "".join(f"e:s{n} e:p {n} .\n" for n in range(2000)) + "e:s e:p 01 ."
    found = sources(written(tmp_path, late, HEAD + "e:s e:p 5 ."))
    store, kept = straight.bulk_loaded(found)
    assert list(kept) == found[1:]
    assert [str(quad.object) for quad in store] == [f'"5"^^<{XSD}integer>']


@pytest.mark.usefixtures("everything_is_large")
def test_packed_files_and_triples_go_straight_too(tmp_path: Path) -> None:
    (tmp_path / "a.ttl.gz").write_bytes(gzip.compress(f"{HEAD}<s> e:p 5 .".encode()))
    (tmp_path / "b.nt").write_text("<http://e/s> <http://e/p> _:b .\n")
    (tmp_path / "c.trig").write_text("GRAPH <http://e/g> { <http://e/s> <http://e/p> 5 }")
    found = sources([str(path) for path in sorted(tmp_path.iterdir())])
    store, kept = straight.bulk_loaded(found)
    assert list(kept) == found[:2]  # the graphs of the third are to be merged
    assert {str(quad.subject) for quad in store} == {"<http://e/s>", f"<{(tmp_path / 's').as_uri()}>"}


@pytest.mark.usefixtures("everything_is_large")
def test_a_fault_is_told_with_its_place(tmp_path: Path) -> None:
    found = sources(written(tmp_path, f"{HEAD}e:s e:p 5 .\ne:s e:p .\n"))
    with pytest.raises(InputError) as caught:
        straight.bulk_loaded(found)
    assert caught.value.place is not None and caught.value.place.line == 3
    with pytest.raises(InputError) as slow:
        list(quads(found[0]))
    assert (caught.value.message, caught.value.place) == (slow.value.message, slow.value.place)


def test_small_files_are_left_for_their_quads(tmp_path: Path) -> None:
    found = sources(written(tmp_path, f"{HEAD}e:s e:p 5 ."))
    store, kept = straight.bulk_loaded(found)
    assert not kept and len(store) == 0


@pytest.mark.usefixtures("everything_is_large")
def test_prefixes_are_those_of_the_first_source_that_has_them(tmp_path: Path) -> None:
    names = written(tmp_path, "@prefix x: <http://1/> . x:s x:p 01 .", "@prefix x: <http://2/> . x:s x:p 1 .")
    for order, namespace in ((names, "http://1/"), (names[::-1], "http://2/")):
        prefixes: dict[str, str] = {}
        data_graph(Inputs(sources(order), ()), prefixes, QuadCache())
        assert prefixes == {"x": namespace}


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("text", ["", "\n", "# nothing"])
def test_an_empty_file_is_no_matter(text: str, tmp_path: Path) -> None:
    store, _ = straight.bulk_loaded(sources(written(tmp_path, text)))
    assert len(store) == 0


def test_a_text_without_literals_is_read_in_strides() -> None:
    text = (HEAD + "e:s e:p e:o .\n" * 20_000).encode()
    ends = list(canonical_until(text, {}))
    assert ends[-1] == len(text) and len(ends) > 5


@pytest.mark.usefixtures("everything_is_large")
def test_a_fault_is_told_without_telling_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()

    def slowly(*_: object) -> Iterator[int]:
        yield from range(straight.FIRST_STRIDES)
        over.wait(120)

    monkeypatch.setattr(canonical_check, "canonical_until", slowly)
    begun = time.monotonic()
    with pytest.raises(InputError):
        straight.bulk_loaded(sources(written(tmp_path, HEAD + "e:s e:p 1 .\n" * 200 + "e:s e:p .")))
    assert time.monotonic() - begun < 60
    over.set()
