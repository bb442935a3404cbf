"""Writing to a project of files, validation before a write, and personal data."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from tests.conftest import TREES
from tests.projects import make_small
from tests.web.conftest import serving
from tests.web.writing import TOKEN, TURTLE, Writable, writable

GRAPH = "urn:graph"
TEXT = "@prefix e: <urn:> .\n# what it is about\ne:a e:p 01 ,\n   2 . # two\n"
LAID_OUT = "PREFIX e: <urn:>\n\n# what it is about\ne:a e:p 01, 2 . # two\n"


@pytest.fixture
def files(tmp_path: Path) -> Iterator[Writable]:
    with serving(make_small(tmp_path), "--writable", "--workers", "2", OGDKG_SERVE_TOKEN=TOKEN) as server:
        yield Writable(server)


def test_a_graph_that_is_a_file_is_written_to_it(files: Writable, tmp_path: Path) -> None:
    """In its canonical form, with its comments and spellings; every worker answers from it at once."""
    tag = files.ask(f"/store?graph={GRAPH}").headers["etag"]
    assert files.put(GRAPH, TEXT, If_Match=tag).status == 204
    assert (tmp_path / "data.ttl").read_text() == LAID_OUT
    for _ in range(6):
        assert files.is_true("ASK { GRAPH <urn:graph> { <urn:a> <urn:p> 1, 2 } }")
    assert not files.is_true("ASK { <urn:a> a <urn:T> }")
    assert files.put(GRAPH, TEXT, If_Match=tag).status == 412
    document = b'{"@id": "urn:a", "urn:q": {"@value": "z", "@language": "en"}}'
    answer = files.ask(f"/store?graph={GRAPH}", document, "PUT", Content_Type="application/ld+json")
    assert answer.status == 204
    assert '"z"@en' in (tmp_path / "data.ttl").read_text()


def test_what_is_not_one_file_is_refused_with_the_reason(files: Writable, tmp_path: Path) -> None:
    before = (tmp_path / "data.ttl").read_text()
    (tmp_path / "other.trig").write_text("<urn:more> { <urn:a> <urn:p> 1 } <urn:most> { <urn:a> <urn:p> 2 }")
    for answer, status, said in (
        (files.put("urn:none", TEXT), 409, "No file holds"),
        (files.put("urn:derived", TEXT), 409, "Rules derive"),
        (files.put(GRAPH, "<urn:a> <urn:p> ."), 400, "should stand"),
        (files.update("CLEAR ALL"), 403, "by PUT"),
        (files.ask(f"/store?graph={GRAPH}", method="DELETE"), 403, "by PUT"),
        (files.ask(f"/store?graph={GRAPH}", b"", "POST", Content_Type=TURTLE), 403, "by PUT"),
        (files.ask("/store?default", b"", "PUT", Content_Type=TURTLE), 403, "by PUT"),
        (files.server.ask(f"/store?graph={GRAPH}", b"", "PUT", Content_Type=TURTLE), 401, "token"),
    ):
        told = json.loads(answer.body)
        assert answer.status == status, told
        assert said.lower() in told["detail"].lower()
    assert (tmp_path / "data.ttl").read_text() == before


def test_a_graph_in_several_files_or_beside_others_is_refused(tmp_path: Path) -> None:
    settings = make_small(tmp_path) / "ogdkg.toml"
    settings.write_text(settings.read_text().replace('["*.ttl"]', '["*.ttl", "*.trig"]'))
    (tmp_path / "two.trig").write_text("<urn:x> { <urn:a> <urn:p> 1 } <urn:y> { <urn:a> <urn:p> 2 }")
    (tmp_path / "one.trig").write_text("# ours\n<urn:z> { <urn:a> <urn:p> 1 }")
    (tmp_path / "second.ttl").write_text("<urn:a> <urn:p> 5 .")
    with serving(tmp_path, "--writable", OGDKG_SERVE_TOKEN=TOKEN) as server:
        target = Writable(server)
        assert b"Several files" in target.put(GRAPH, TEXT).body
        assert b"other graphs too" in target.put("urn:x", TEXT).body
        assert target.put("urn:z", TEXT).status == 204
        assert target.is_true("ASK { GRAPH <urn:z> { <urn:a> <urn:p> 2 } }")
    quads = set(ox.parse((tmp_path / "one.trig").read_bytes(), ox.RdfFormat.TRIG))
    assert {quad.graph_name for quad in quads} == {ox.NamedNode("urn:z")}
    assert len(quads) == 2


SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:Shape> a sh:NodeShape ; sh:targetClass <urn:T> ; sh:property [ sh:path <urn:p> ; sh:minCount 1 ] ."""


def _with_shapes(folder: Path) -> Path:
    make_small(folder)
    (folder / "data.ttl").write_text("<urn:a> a <urn:T> ; <urn:p> 1 .")
    (folder / "shapes").mkdir()
    (folder / "shapes" / "all.ttl").write_text(SHAPES)
    with (folder / "ogdkg.toml").open("a") as settings:
        settings.write('\n[shapes]\nfiles = ["shapes/*.ttl"]\n')
    return folder


@pytest.mark.parametrize("options", [("--store", "store"), ()], ids=["store", "files"])
def test_a_write_that_breaks_the_shapes_is_refused(options: tuple[str, ...], tmp_path: Path) -> None:
    _with_shapes(tmp_path)
    with serving(tmp_path, "--writable", "--validate-writes", *options, "--timeout", "60",
                 OGDKG_SERVE_TOKEN=TOKEN) as server:  # fmt: skip
        target = Writable(server)
        before = (tmp_path / "data.ttl").read_text()
        refused = target.put(GRAPH, "<urn:b> a <urn:T> .")
        told = json.loads(refused.body)
        assert refused.status == 422, told
        assert [each["focus"]["value"] for each in told["findings"]] == ["urn:b"]
        assert not target.is_true("ASK { <urn:b> a <urn:T> }")
        assert (tmp_path / "data.ttl").read_text() == before
        assert target.put(GRAPH, "<urn:b> a <urn:T> ; <urn:p> 2 .").status == 204
        assert target.is_true("ASK { <urn:b> a <urn:T> }")


ALL = "/sparql?query=CONSTRUCT%20WHERE%20%7B%20%3Fs%20%3Fp%20%3Fo%20%7D"
PERSON = "<https://trees.example/id/person/new> a <https://trees.example/ns#Person> ."


def _trees(folder: Path) -> Path:
    shutil.copytree(TREES, folder / "trees")
    return folder / "trees"


def test_a_store_keeps_no_personal_data_unless_it_is_to(tmp_path: Path, ogdkg: Callable[..., Any]) -> None:
    folder = _trees(tmp_path)
    with writable(folder) as target:
        assert b"keeper" not in target.server.ask(ALL).body
        assert b"keeper" not in (folder / "store" / "data.nq").read_bytes()
        refused = target.put("urn:new", PERSON)
        assert (refused.status, b"Personal" in refused.body) == (422, True)
        assert not target.is_true("ASK { ?s a <https://trees.example/ns#Person> }")
    with writable(folder, "--with-personal") as target:
        assert target.put("urn:new", PERSON).status == 201
    done = ogdkg("serve", "--port", "0", "--store", "store", cwd=folder)
    assert (done.returncode, "personal data" in done.stderr) == (3, True)


def test_a_file_with_personal_data_is_not_overwritten(tmp_path: Path) -> None:
    """What a client cannot see it cannot send back."""
    folder = _trees(tmp_path)
    path = folder / "data" / "reference.ttl"
    before = path.read_bytes()
    with serving(folder, "--writable", OGDKG_SERVE_TOKEN=TOKEN) as server:
        seen = server.ask("/store?graph=https://trees.example/graph/reference", Accept="text/turtle").body
        answer = Writable(server).put("https://trees.example/graph/reference", seen.decode())
    assert (answer.status, b"personal" in answer.body) == (409, True)
    assert path.read_bytes() == before
