"""One table of file names for all commands: what they tell of the format, packed files, byte order marks."""

from __future__ import annotations

import bz2
import gzip
import importlib.util
import lzma
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.cli.main import main
from ogdkg.errors import InputError, LimitError
from ogdkg.files import packed
from ogdkg.files.packed import opened, packing, unpacked, unpacked_bytes
from ogdkg.importing.table import read_table
from ogdkg.rdf.formats import FOR_RDF, FORMATS, by_extension
from tests.conftest import Run

PACK: dict[str, Callable[[bytes], bytes]] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}
HAS_ZSTD = any(
    importlib.util.find_spec(name.partition(".")[0]) and importlib.util.find_spec(name)
    for name in ("compression.zstd", "backports.zstd")
)
LINE = '<http://v.example/a> <http://v.example/p> "x" .\n'
BOM = "\ufeff"
SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
[] a sh:NodeShape ; sh:targetNode <http://v.example/a> ;
  sh:property [ sh:path <http://v.example/p> ; sh:minCount 2 ] .
"""
OF_RDFXML = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://v.example/">'
    '<rdf:Description rdf:about="http://v.example/a"><e:p>x</e:p></rdf:Description></rdf:RDF>'
)
OF_JSONLD = '{"@id": "http://v.example/a", "http://v.example/p": "x"}'
CONTENT = {f"a.{name}": LINE for name in ("ttl", "n3", "trig", "nt", "nq")}
CONTENT |= {f"a.{name}": OF_RDFXML for name in ("owl", "rdf", "xml")}
CONTENT |= {f"a.{name}": OF_JSONLD for name in ("json", "jsonld")}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shapes.ttl").write_text(BOM + SHAPES, encoding="utf-8")
    (tmp_path / "right.nt").write_text(LINE)
    return tmp_path


def _is_read_everywhere(folder: Path, name: str, capsys: pytest.CaptureFixture[str], *, fast: bool) -> None:
    """`convert`, `diff` and a project whose layer is the file; `validate` too, unless it shall be `fast`."""
    assert main(["convert", name, "out.nt"]) == 0
    assert (folder / "out.nt").read_text() == LINE
    assert main(["diff", "right.nt", name]) == 0
    if not fast:
        assert main(["validate", "--shapes", "shapes.ttl", name]) == 1
    (folder / "ogdkg.toml").write_text(f'{BOM}[[layer]]\nname = "a"\nfiles = ["{name}"]\n', encoding="utf-8")
    capsys.readouterr()
    assert main(["-q", "export", "-f", "ntriples"]) == 0
    assert capsys.readouterr().out == LINE


@pytest.mark.parametrize("name", CONTENT)
def test_names_and_marks(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    (folder / name).write_text(BOM + CONTENT[name], encoding="utf-8")
    _is_read_everywhere(folder, name, capsys, fast=name not in ("a.owl", "a.json"))


@pytest.mark.parametrize("name", ["a.nq.bz2", "a.nt.gz", "a.jsonld.xz", "a.owl.bz2", "a.ttl.xz"])
def test_packed_files(folder: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    plain, _, kind = name.rpartition(".")
    (folder / name).write_bytes(PACK[kind]((BOM + CONTENT[plain]).encode()))
    _is_read_everywhere(folder, name, capsys, fast=kind != "bz2")


def test_a_finding_in_a_packed_file_has_its_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "a.ttl.xz").write_bytes(lzma.compress(f"# one\n{LINE}".encode()))
    assert main(["validate", "--shapes", "shapes.ttl", "a.ttl.xz"]) == 1
    assert capsys.readouterr().out.startswith("a.ttl.xz:2:")


@pytest.mark.parametrize("kind", PACK)
def test_what_is_written_packed_is_read_back(folder: Path, kind: str) -> None:
    for _ in range(2):
        assert main(["convert", "right.nt", f"out.nq.{kind}"]) == 0
        first = (folder / f"out.nq.{kind}").read_bytes()
    assert main(["convert", "right.nt", f"again.nq.{kind}"]) == 0
    assert (folder / f"again.nq.{kind}").read_bytes() == first
    assert unpacked(folder / f"out.nq.{kind}").decode() == LINE


def test_zst(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a library for it, what to install is told; with one it is read as the others."""
    if HAS_ZSTD:
        assert main(["convert", "right.nt", "a.nt.zst"]) == 0
        return _is_read_everywhere(folder, "a.nt.zst", capsys, fast=True)
    (folder / "a.nt.zst").write_bytes(b"(\xb5/\xfd")
    for arguments in (["convert", "a.nt.zst", "out.nt"], ["convert", "right.nt", "b.nt.zst"]):
        assert main(arguments) == 3
        assert "pip install backports.zstd" in capsys.readouterr().err
    assert not (folder / "b.nt.zst").exists()
    return None


def test_fmt_leaves_packed_files_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "a.ttl.gz").write_bytes(before := gzip.compress(LINE.encode()))
    assert main(["fmt", "sub/a.ttl.gz"]) == 2
    assert "is packed" in capsys.readouterr().err
    assert main(["fmt", "sub"]) == 0
    assert (folder / "sub" / "a.ttl.gz").read_bytes() == before


def test_in_a_folder_only_what_is_surely_rdf_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "data").mkdir()
    (folder / "data" / "a.owl").write_text(OF_RDFXML)
    (folder / "data" / "note.json").write_text("[1, 2")
    (folder / "data" / "feed.xml").write_text("<feed>")
    assert main(["validate", "--shapes", "shapes.ttl", "data"]) == 1
    assert main(["diff", "right.nt", "data"]) == 0
    (folder / "ogdkg.toml").write_text("")
    assert main(["sparql", "ASK { ?s ?p 'x' }"]) == 0
    assert "true" in capsys.readouterr().out


@pytest.mark.parametrize("kind", PACK)
def test_broken_and_hostile_packing(folder: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder / f"a.nt.{kind}"
    whole = PACK[kind](LINE.encode() * 1000)
    for data in (b"no archive", whole[:-9], b""):
        path.write_bytes(data)
        if data:
            with pytest.raises(InputError):
                unpacked(path)
    path.write_bytes(whole + whole)  # one after another, as the tools allow
    assert unpacked(path) == LINE.encode() * 2000
    monkeypatch.setattr(packed, "FREE", 2**16)
    path.write_bytes(PACK[kind](b"\n" * 2**23))
    with pytest.raises(LimitError), opened(path) as stream:
        while stream.read(2**16):
            pass


@given(st.binary(max_size=3000), st.sampled_from(sorted(PACK)), st.integers(1, 3))
def test_unpacking_undoes_packing(data: bytes, kind: str, times: int) -> None:
    import io

    out = io.BytesIO()
    with packing(out, f"a.{kind}") as stream:
        stream.write(data)
    assert unpacked_bytes(out.getvalue() * times, f"a.{kind}") == data * times


def test_one_table() -> None:
    assert by_extension("a.TTL.GZ") is by_extension("a.ttl")
    assert by_extension("a.json") is not by_extension("a.json", FOR_RDF)  # results, where these may be meant
    assert by_extension("a.owl.zst", FOR_RDF) is by_extension("a.xml", FOR_RDF)
    assert len({name for each in FORMATS for name in each.extensions}) == sum(
        len(each.extensions) for each in FORMATS
    )


def test_what_is_packed_otherwise_is_told_what_to_do(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, what in {"a.nq.zip": "a ZIP", "a.tar.gz": "a tar", "a.ttl.Z": "packed with compress"}.items():
        (folder / name).write_bytes(b"PK\3\4")
        (folder / "ogdkg.toml").write_text(f"[[layer]]\nname = 'a'\nfiles = ['{name}']\n")
        for arguments in (
            ("convert", name, "out.nt"), ("convert", "right.nt", name), ("canon", name), ("diff", name, name),
            ("validate", name, "--shapes", "shapes.ttl"), ("validate", "right.nt", "--shapes", name),
            ("sparql", "ASK {}", name), ("sparql", "ASK {}"), ("init", "p", "--from", name),
        ):  # fmt: skip
            assert main(list(arguments)) in (2, 3)
            said, hint = capsys.readouterr().err.splitlines()[:2]
            assert f"{name}: By its name this is {what}" in said
            assert "which is neither read nor written." in said
            assert hint == "  Unpack it first, or pack it as one of .gz, .bz2, .xz, .zst."


# How a file begins that is no UTF-8, or only half: no parser may get to see it.
BEGINNINGS: dict[str, Callable[[str], bytes]] = {
    "two byte order marks": lambda text: (BOM + BOM + text).encode(),
    "UTF-16": lambda text: text.encode("utf-16"),
    "UTF-16.": lambda text: text.encode("utf-16-le"),
    " UTF-16.": lambda text: text.encode("utf-16-be"),
    "UTF-32.": lambda text: text.encode("utf-32-be"),
}


@pytest.mark.parametrize("what", BEGINNINGS)
def test_one_sentence_tells_how_a_file_is_encoded(
    folder: Path, capsys: pytest.CaptureFixture[str], what: str
) -> None:
    """In every reader; XML alone may be in UTF-16."""
    encode = BEGINNINGS[what]
    for name, text in CONTENT.items():
        if what[:3] == "two" or text != OF_RDFXML:
            (folder / name).write_bytes(encode(text))
            for arguments in (
                ("convert", name, "out.nt"), ("diff", "right.nt", name),
                ("validate", name, "--shapes", "shapes.ttl"), ("sparql", "ASK {}", name),
            ):  # fmt: skip
                _told(arguments, name, what, capsys)
    (folder / "a.ttl.gz").write_bytes(gzip.compress(encode(LINE)))
    _told(("validate", "a.ttl.gz", "--shapes", "shapes.ttl"), "a.ttl.gz", what, capsys)
    _told(("fmt", "a.ttl"), "a.ttl", what, capsys)
    (folder / "a.rq").write_bytes(encode("ASK {}"))
    _told(("sparql", "-i", "a.rq", "right.nt"), "a.rq", what, capsys)
    for name in ("a.csv", "a.tsv"):
        (folder / name).write_bytes(encode("name\nx\n"))
        _told(("reconcile", name, "--column", "name", "--endpoint", "http://localhost:1"), name, what, capsys)
        with pytest.raises(InputError, match=what.strip()):
            read_table(folder / name, ["name"])
    (folder / "ogdkg.toml").write_bytes(encode("[project]\n"))
    _told(("stats",), "ogdkg.toml", what, capsys)


def _told(arguments: Sequence[str], name: str, what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(list(arguments)) == 3
    told = capsys.readouterr().err
    assert what.strip() in told
    assert f"{name}: The file " in told
    assert "in UTF-8" in told
    assert told.count("\n") == 2


def test_a_query_with_a_mark(ogdkg: Run, folder: Path) -> None:
    (folder / "ogdkg.toml").write_text(f"{BOM}[project]\nname = 'p'\n", encoding="utf-8")
    (folder / "queries").mkdir()
    query = f"{BOM}#+ summary: All of it.\nSELECT ?o {{ VALUES ?o {{ 1 }} }}\n"
    (folder / "queries" / "q.rq").write_text(query, encoding="utf-8")
    for arguments in (["query", "q"], ["sparql", "-i", "queries/q.rq"], ["sparql", "-i", "-"]):
        done = ogdkg(*arguments, "-f", "csv", cwd=folder, stdin=query)
        assert (done.returncode, done.stdout) == (0, "o\r\n1\r\n"), done.stderr
    assert "All of it." in ogdkg("query", cwd=folder).stdout
