"""`ogdkg export -f parquet`: every statement comes back, and columns have the types that keep them."""

from __future__ import annotations

import builtins
import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.bench import columns
from tests.unit.rdf.test_statements import OBJECTS, TEXT

from ogdkg import open_graph
from ogdkg.cli.main import main
from ogdkg.errors import UsageError
from ogdkg.project.project import read_project
from ogdkg.rdf.statements import to_nquads
from ogdkg.rdf.terms import Blank, Iri, Literal, Quad, Term, TripleTerm, in_language
from ogdkg.render.rdf import class_tables, parquet
from ogdkg.render.rdf.parquet import write_quads_table
from ogdkg.store.embedded import EmbeddedStore

P, G = Iri("http://e/p"), Iri("http://e/g")


def _table(lines: Iterable[str]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(b"".join(write_quads_table(lines)))).to_pylist()
    return rows


def _read(row: dict[str, Any]) -> Quad:
    """The statement that a row stands for, by the columns alone."""

    def node(text: str) -> Iri | Blank:
        return Blank(text[2:]) if text.startswith("_:") else Iri(text)

    term: Term = (
        node(row["object"])
        if row["kind"] in ("iri", "blank")
        else Literal(row["object"], row["datatype"] or "", row["lang"] or "", row["direction"] or "")
    )
    return Quad(
        node(row["subject"]), Iri(row["predicate"]), term, node(row["graph"]) if row["graph"] else None
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from([Iri("http://e/é"), Blank("s")]),
            OBJECTS | st.builds(in_language, TEXT, st.just("ar--rtl")),
            st.sampled_from([None, G]),
        ),
        max_size=5,
    )
)
def test_every_statement_comes_back(statements: list[tuple[Any, Any, Any]]) -> None:
    quads = {Quad(subject, P, obj, graph) for subject, obj, graph in statements}
    found = [_read(row) for row in _table(map(to_nquads, quads))]
    assert len(found) == len(quads)

    def canonical(of: Iterable[Quad]) -> ox.Dataset:
        dataset = ox.Dataset(ox.parse("\n".join(map(to_nquads, of)), ox.RdfFormat.N_QUADS))
        dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
        return dataset

    assert canonical(found) == canonical(quads)


def test_a_triple_term_is_its_text() -> None:
    term = TripleTerm(Iri("http://e/s"), P, Literal("a b"))
    (row,) = _table([to_nquads(Quad(Iri("http://e/r"), P, term, None))])
    assert (row["kind"], row["object"]) == ("triple", '<<( <http://e/s> <http://e/p> "a b" )>>')


def test_rows_stream_in_groups_and_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "_ROWS", 10)
    lines = [to_nquads(Quad(Iri(f"http://e/{n}"), P, Literal(str(n)), G)) for n in range(35)]
    pieces = list(write_quads_table(lines))
    assert len(pieces) == 5 and all(pieces)
    data = b"".join(pieces)
    assert pq.ParquetFile(io.BytesIO(data)).num_row_groups == 4
    assert b"".join(write_quads_table(reversed([*lines, *lines]))) == data


DATA = """@prefix e: <urn:e/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:a a e:C, e:D ; e:int 1, 2 ; e:big 9223372036854775807 ; e:bigger 9223372036854775808 ;
  e:padded "007"^^xsd:integer ;
  e:money 1.50 ; e:loose 1.5 ; e:double "1.5"^^xsd:double ; e:double2 1e3 ; e:yes true ;
  e:one "1"^^xsd:boolean ;
  e:day "2014-06-30"^^xsd:date ; e:zoned "2014-06-30Z"^^xsd:date ; e:year "2014"^^xsd:gYear ;
  e:no "31"^^xsd:date ;
  e:at "2014-06-30T12:00:00.5"^^xsd:dateTime ; e:utc "2014-06-30T12:00:00Z"^^xsd:dateTime ;
  e:off "2014-06-30T12:00:00+02:00"^^xsd:dateTime ; e:label "a"@en, "b"@fr, "c" ;
  e:mixed 1, "x", e:b ; e:in [ a e:D ] .
e:b a e:C ; e:int 3 ; e:money 2.25 ; e:loose 1.25 ; e:id "x" .
e:c e:int 4 .
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    (folder / "data").mkdir(parents=True)
    (folder / "ogdkg.toml").write_text(
        '[prefixes]\ne = "urn:e/"\nxsd = "http://www.w3.org/2001/XMLSchema#"\n'
    )
    (folder / "data" / "a.ttl").write_text(DATA)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("OGDKG_PROJECT", raising=False)
    return folder


@pytest.mark.parametrize("at_once", [200, 1])
def test_a_table_for_each_class_has_types_that_keep_each_form(
    project: Path, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(class_tables, "_AT_ONCE", at_once)
    assert main(["-q", "export", "-f", "parquet", "--by-class", "-o", "../out"]) == 0
    assert {path.name for path in Path("../out").iterdir()} == {"e-C.parquet", "e-D.parquet"}
    table = pq.read_table("../out/e-C.parquet")
    a, b = table.to_pylist()
    moment = datetime(2014, 6, 30, 12)
    assert {name: value for name, value in a.items() if name not in ("id", "e:in", "e:id")} == {
        "e:int": [1, 2], "e:big": 2**63 - 1, "e:bigger": "9223372036854775808", "e:padded": "007",
        "e:money": Decimal("1.50"), "e:loose": "1.5", "e:double": 1.5, "e:double2": "1e3", "e:yes": True,
        "e:one": "1",
        "e:day": date(2014, 6, 30), "e:zoned": "2014-06-30Z", "e:year": "2014", "e:no": "31",
        "e:at": moment.replace(microsecond=500_000), "e:utc": moment.replace(tzinfo=UTC),
        "e:off": "2014-06-30T12:00:00+02:00", "e:label": "c", "e:label@en": "a", "e:label@fr": "b",
        "e:mixed": "urn:e/b", "e:mixed^^xsd:integer": 1, "e:mixed^^xsd:string": "x",
    }  # fmt: skip
    assert (b["id"], b["e:int"], b["e:id"], b["e:yes"]) == ("urn:e/b", [3], "x", None)
    metadata = table.schema.field("e:label@fr").metadata
    assert metadata[b"rdf:property"] == b"urn:e/label" and metadata[b"rdf:language"] == b"fr"
    assert a["e:in"] in pq.read_table("../out/e-D.parquet")["id"].to_pylist()
    each = "SELECT unnest(\"e:int\") AS v FROM '../out/e-C.parquet'"
    assert duckdb.sql(f"SELECT sum(v) FROM ({each})").fetchall() == [(6,)]


def test_python_writes_it_into_a_file(project: Path) -> None:
    graph = open_graph(project)
    assert graph.export("../g.parquet") == ""
    assert main(["-q", "export", "-o", "../h.parquet"]) == 0
    assert Path("../g.parquet").read_bytes() == Path("../h.parquet").read_bytes()
    with pytest.raises(UsageError, match="Parquet is not text"):
        graph.export(format="parquet")


def test_a_table_that_cannot_be_written_leaves_all_as_it_was(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("../out/e-D.parquet").mkdir(parents=True)
    assert main(["-q", "export", "-f", "parquet", "--by-class", "-o", "../out"]) == 3
    assert "cannot be written" in capsys.readouterr().err
    assert [path.name for path in Path("../out").iterdir()] == ["e-D.parquet"]


def test_what_does_not_fit_together_is_told(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for words, said in (
        (["-f", "csv", "--by-class", "-o", "../out"], "--by-class requires -f parquet"),
        (["-f", "parquet", "--by-class"], "--by-class requires an output folder"),
        (["-f", "parquet", "--each", "-o", "../out"], "writes one table"),
        (["-f", "parquet", "--by-class", "-o", "data"], "holds files of the project"),
    ):
        assert main(["export", *words]) == 2
        assert said in capsys.readouterr().err
    imported = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.startswith("pyarrow"):
            raise ImportError(name)
        return imported(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    for words in (["../g.parquet"], ["../out", "--by-class", "-f", "parquet"]):
        assert main(["export", "-o", *words]) == 2
        assert "pip install 'ogdkg[parquet]'" in capsys.readouterr().err
    assert not Path("../g.parquet").exists() and not Path("../out").exists()


def test_an_engine_for_columns_counts_what_sparql_counts(tmp_path: Path) -> None:
    folder = columns.project(tmp_path / "project", 4000)
    assert main(["-q", "-C", str(folder), "export", "-o", str(tmp_path / "g.parquet")]) == 0
    store = EmbeddedStore()
    store.load(read_project(folder).sources())
    for name in columns.QUESTIONS:
        rows = columns.of_sparql(store, name)
        assert rows and columns.of_duckdb(tmp_path / "g.parquet", name) == rows, name
