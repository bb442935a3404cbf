"""`ogdkg export --shards`: whole graphs in balanced files, a manifest, and nothing half written."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from tests.conftest import TREES

from ogdkg.cli.main import main
from ogdkg.exchange import bulk
from ogdkg.exchange.bulk import Blanks
from ogdkg.exchange.loaders import LOADERS, loader_commands
from ogdkg.exchange.shards import MANIFEST
from ogdkg.files import sorting
from ogdkg.store import lines

DATA = """@prefix e: <urn:e:> .
e:g1 { e:a e:p "1", "01"^^<http://www.w3.org/2001/XMLSchema#integer> ,
  "a b <c> \\"q\\" \u2028 _:no"@en-GB . _:x e:p e:o . }
e:g2 { e:b e:p _:x . }
e:g3 { e:c e:p e:o, e:o2 . [] e:q [ e:r () ] . }
e:g10 { e:d e:p e:o . }
e:a e:unnamed e:o , _:x .
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    (folder / "data").mkdir(parents=True)
    (folder / "ogdkg.toml").touch()
    (folder / "data" / "a.trig").write_text(DATA)
    (folder / "data" / "b.nq").write_text(
        "".join(f"<urn:s:{n}> <urn:p> <urn:o> <urn:h:{n % 7}> .\n" for n in range(90))
    )
    monkeypatch.chdir(folder)
    monkeypatch.delenv("OGDKG_PROJECT", raising=False)
    return folder


def _export(*words: str, out: str = "../out") -> dict[str, Any]:
    assert main(["-q", "export", *words, "-o", out]) == 0
    told: dict[str, Any] = json.loads((Path(out) / MANIFEST).read_text())
    return told


def _lines(name: str) -> list[str]:
    return gzip.decompress((Path("../out") / name).read_bytes()).decode().split("\n")[:-1]


def _bytes(folder: str = "../out") -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in Path(folder).iterdir()}


def test_all_is_there_once_and_the_manifest_tells_it(project: Path) -> None:
    told = _export("--shards", "4")
    assert main(["-q", "export", "-f", "nquads", "-o", "../whole.nq"]) == 0
    found = [line for file in told["files"] for line in _lines(file["file"])]
    assert Counter(found) == Counter(Path("../whole.nq").read_text().split("\n")[:-1])
    assert told["triples"] == len(found) == sum(graph["triples"] for graph in told["graphs"])
    for file in told["files"]:
        assert file["triples"] == len(_lines(file["file"]))
        data = (Path("../out") / file["file"]).read_bytes()
        assert (file["sha256"], file["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))
    for graph in told["graphs"]:
        end = f" <{graph['graph']}> ." if graph["graph"] else " ."
        quads = [
            quad
            for quad in _lines(graph["file"])
            if (ox.DefaultGraph() if not graph["graph"] else ox.NamedNode(graph["graph"]))
            == next(iter(ox.parse(quad, ox.RdfFormat.N_QUADS))).graph_name
        ]
        triples = sorted(quad.removesuffix(end) + " .\n" for quad in quads)
        assert len(triples) == graph["triples"]
        assert hashlib.sha256("".join(triples).encode()).hexdigest() == graph["sha256"]


def test_each_graph_is_in_one_file_and_so_is_each_blank_node(project: Path) -> None:
    told = _export("--shards", "6")
    files: dict[object, set[str]] = {}
    for file in told["files"]:
        for quad in ox.parse("\n".join(_lines(file["file"])), ox.RdfFormat.N_QUADS):
            for each in (quad.graph_name, quad.subject, quad.object):
                if each == quad.graph_name or isinstance(each, ox.BlankNode):
                    files.setdefault(each, set()).add(file["file"])
    assert all(len(found) == 1 for found in files.values())
    assert len({name for found in files.values() for name in found}) == 6


def test_the_files_are_balanced_and_a_large_graph_has_one_to_itself(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = sorted(file["triples"] for file in _export("--shards", "3")["files"])
    assert sizes[-1] - sizes[0] <= 13  # the largest graph of those that could be moved
    (project / "data" / "c.nq").write_text(
        "".join(f"<urn:s:{n}> <urn:p> <urn:o> <urn:big> .\n" for n in range(400))
    )
    assert main(["export", "--shards", "3", "-o", "../out"]) == 0
    assert "Larger than a fair share, as are their files: 1 graph." in capsys.readouterr().err
    told = json.loads(Path("../out", MANIFEST).read_text())
    assert sorted((file["graphs"], file["triples"]) for file in told["files"])[0] == (1, 400)
    assert len(_export("--shards", "50")["files"]) == 11  # no file is empty


@pytest.mark.parametrize("most", [bulk.MOST_STABLE, 3])
def test_the_same_graph_gives_the_same_bytes(
    project: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(Blanks.__init__, "__defaults__", (most,))
    _export("--shards", "3")
    first = _bytes()
    monkeypatch.setattr(sorting.SortedLines.__init__, "__defaults__", (None, 300))  # so that runs are merged
    monkeypatch.setattr(sorting, "_RUNS", 3)
    shutil.move("data/b.nq", "data/0.nq")
    (project / "data" / "0.nq").write_text(
        "".join(reversed((project / "data" / "0.nq").read_text().splitlines(True)))
    )
    _export("--shards", "3")
    assert _bytes() == first
    whole = [line for name in first if name != MANIFEST for line in _lines(name)]
    parsed = ox.Dataset(ox.parse("\n".join(whole), ox.RdfFormat.N_QUADS))
    assert main(["-q", "export", "-f", "nquads", "-o", "../whole.nq"]) == 0
    other = ox.Dataset(ox.parse(path="../whole.nq"))
    for each in (parsed, other):
        each.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    assert parsed == other


def test_the_files_may_be_packed_by_zstd(project: Path) -> None:
    """And are read again as files of a project, a large one part by part."""
    Path("../again/data").mkdir(parents=True)
    Path("../again/ogdkg.toml").write_text('[[layer]]\nname = "data"\nfiles = ["data/*.zst"]\n')
    told = _export("--shards", "2", "--compress", "zstd", out="../again/data")
    assert {Path(file["file"]).suffix for file in told["files"]} == {".zst"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lines, "_LARGE", 10)
        patch.setattr(lines, "_BATCH", 7)
        assert main(["-q", "-C", "../again", "export", "-f", "nquads", "-o", "../again.nq"]) == 0
    assert main(["-q", "export", "-f", "nquads", "-o", "../whole.nq"]) == 0
    assert Path("../again.nq").read_text() == Path("../whole.nq").read_text()


def test_an_export_that_fails_leaves_the_earlier_one(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _export("--shards", "4")
    before = _bytes()
    good = (project / "data" / "b.nq").read_text()
    (project / "data" / "b.nq").write_text(good + "no RDF\n")
    assert main(["export", "--shards", "2", "-o", "../out"]) == 3
    assert "b.nq:91" in capsys.readouterr().err
    assert _bytes() == before
    (project / "data" / "b.nq").write_text(good)
    (project / "../out" / "notes.txt").touch()
    told = _export("--shards", "2", "--compress", "none")
    names = {file["file"] for file in told["files"]}
    assert set(_bytes()) == {"notes.txt", MANIFEST, *names} and len(names) == 2  # nothing is left of the four


def test_what_does_not_fit_together_is_told(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words, said in (
        (["--shards", "2"], "requires an output folder"),
        (["--shards", "2", "-o", "data"], "holds files of the project"),
        (["--shards", "2", "-f", "turtle", "-o", "../out"], "writes N-Quads"),
        (["--loader", "jena", "-o", "../out"], "go with --shards"),
        (
            ["--shards", "2", "--compress", "zstd", "--loader", "virtuoso", "-o", "../out"],
            "does not read zstd",
        ),
        (["--shards", "0", "-o", "../out"], "0"),
    ):
        assert main(["export", *words]) == 2
        assert said in capsys.readouterr().err
    assert not Path("../out").exists()


def test_generated_names_follow_no_links(project: Path, tmp_path: Path) -> None:
    Path("../out").mkdir()
    Path("../out/graph-0001-of-0001.nq.gz").symlink_to(tmp_path / "elsewhere")
    assert main(["-q", "export", "--shards", "1", "-o", "../out"]) == 3
    assert not (tmp_path / "elsewhere").exists() and not Path("../out", MANIFEST).exists()


@pytest.mark.parametrize("name", LOADERS)
def test_each_loader_names_exactly_the_files(name: str) -> None:
    files = [Path(f"/out of/it's/graph-000{number}-of-0002.nq.gz") for number in (1, 2)]
    told = loader_commands(name, files, "https://e.example/merged")
    assert all(sum(file.name in line for line in told) == 1 for file in files)
    assert ("Not tried" in told[0]) != (name in ("oxigraph", "virtuoso"))


def test_the_project_of_the_trees_comes_with_what_rules_derive(tmp_path: Path) -> None:
    assert (
        main(["-q", "-C", str(TREES), "export", "--layer", "all", "--shards", "2", "-o", str(tmp_path)]) == 0
    )
    told = json.loads((tmp_path / MANIFEST).read_text())
    assert "https://trees.example/graph/derived" in {graph["graph"] for graph in told["graphs"]}
