"""`ogdkg reanchor`: a document changes, and its passages are found again; two documents in one graph."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT, Run

from ogdkg.evidence.passages import text_hash

OLD = (ROOT / "docs" / "example" / "gardens" / "list.txt").read_text()
MOVED = "A new line.\n\n" + OLD.replace(" in the Abbey", "\nin the Abbey")
REWORDED = MOVED.replace("1921", "1922")


@pytest.fixture
def gardens(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(ROOT / "docs" / "example" / "gardens", tmp_path / "gardens"))
    (folder / "old.txt").write_text(OLD)
    data = folder / "data" / "list.trig"
    data.write_text(
        data.read_text().replace("graph:passages {", "# A comment.\ngraph:passages { # and one", 1)
    )
    return folder


def put(folder: Path, text: str | bytes, name: str = "list.txt") -> None:
    (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)


def state(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_moved_passages_are_written_anew_and_nothing_else_is(ogdkg: Run, gardens: Path) -> None:
    put(gardens, MOVED)
    before = state(gardens)
    dry = ogdkg("reanchor", "old.txt", "list.txt", cwd=gardens)
    assert (dry.returncode, dry.stdout.splitlines()[0]) == (0, "source:list: 2 moved")
    assert "add --write to change 2 files" in dry.stderr and state(gardens) == before
    assert ogdkg("reanchor", "old.txt", "list.txt", "--check", cwd=gardens).returncode == 1
    done = ogdkg("reanchor", "old.txt", "list.txt", "--write", cwd=gardens)
    assert (done.returncode, done.stdout) == (0, dry.stdout)
    assert ogdkg("test", "--source", "list.txt", cwd=gardens).stdout.startswith("2 of 2 passages agree")
    changed = [name for name, data in state(gardens).items() if before.get(name) != data]
    assert [Path(name).name for name in changed] == ["list.trig", "sources.ttl"]
    lines = [data.decode().splitlines() for data in (before[changed[0]], state(gardens)[changed[0]])]
    assert len(lines[0]) == len(lines[1])
    touched = {new.split()[0] for old, new in zip(*lines, strict=True) if old != new}
    assert touched == {"ogd:startLine", "ogd:endLine", "oa:start", "oa:end"}
    assert ogdkg("fmt", "--check", "data", cwd=gardens).returncode == 0
    again = ogdkg("reanchor", "old.txt", "list.txt", "--check", cwd=gardens)
    assert (again.returncode, again.stdout) == (0, "source:list: 2 unchanged\n")


def test_without_the_old_document_hashes_find_what_has_moved(ogdkg: Run, gardens: Path) -> None:
    put(gardens, MOVED)
    done = ogdkg("reanchor", "list.txt", "--write", cwd=gardens)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "source:list: 2 moved")
    put(gardens, REWORDED)
    done = ogdkg("reanchor", "list.txt", cwd=gardens)
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, "source:list: 1 unchanged, 1 not found")
    assert "name the old document too" in done.stdout


def test_reworded_passages_wait_for_a_person(ogdkg: Run, gardens: Path) -> None:
    put(gardens, REWORDED)
    dry = ogdkg("reanchor", "old.txt", "list.txt", cwd=gardens)
    assert dry.returncode == 1
    assert "reworded  passage:harbour  L2 \u2192 L5" in dry.stdout and "[-1921-]{+1922+}" in dry.stdout
    assert "1921 does not stand in L5; there is: 1922" in dry.stdout
    written = ogdkg("reanchor", "old.txt", "list.txt", "--write", cwd=gardens)
    assert written.returncode == 1 and "Left as they were: 1 passage." in written.stderr
    assert ogdkg("test", "--source", "list.txt", cwd=gardens).stdout.startswith(
        "https://gardens.example/passage/harbour: "
    )
    accepted = ogdkg("reanchor", "old.txt", "list.txt", "--accept", "harbour", "--write", cwd=gardens)
    assert accepted.returncode == 0 and accepted.stdout.startswith("source:list: 1 unchanged, 1 reworded\n")
    tested = ogdkg("test", "--source", "list.txt", cwd=gardens)
    assert tested.returncode == 1 and "2 of 2 passages agree" in tested.stdout
    assert "data/list.trig:47:16: 1921 does not stand in L5; there is: 1922" in tested.stdout


def test_all_reworded_passages_may_be_accepted_with_a_fragment_of_the_new_words(
    ogdkg: Run, gardens: Path
) -> None:
    put(gardens, OLD.replace("planted in the Harbour Park", "set in the Harbour Garden"))
    done = ogdkg("reanchor", "old.txt", "list.txt", "--accept", "all", "--write", cwd=gardens)
    assert done.returncode == 0
    assert 'oa:exact "A lime and a ginkgo were set in" .' in (gardens / "data" / "list.trig").read_text()
    assert ogdkg("test", "--source", "list.txt", cwd=gardens).returncode == 0


def test_what_hangs_on_a_passage_that_is_gone_is_listed(ogdkg: Run, gardens: Path) -> None:
    put(gardens, OLD.splitlines()[0] + "\n")
    done = ogdkg("reanchor", "old.txt", "list.txt", cwd=gardens)
    assert done.returncode == 1 and done.stdout.splitlines()[0] == "source:list: 1 unchanged, 1 gone"
    assert "data/list.trig:46:25: Lime \u00b7 stands in \u00b7 Harbour Park" in done.stdout
    told = json.loads(ogdkg("reanchor", "old.txt", "list.txt", "-f", "json", cwd=gardens).stdout)
    [gone] = [each for each in told["passages"] if each["fate"] == "gone"]
    assert len(gone["facts"]) == 4 and gone["newLines"] is None and told["counts"]["gone"] == 1


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("old.txt", "list.txt", "--accept", "nothing"), 2, "There is no passage 'nothing'"),
        (("old.txt", "list.txt", "--accept", "passage:oak"), 2, "passage:oak is moved, not reworded."),
        (("old.txt", "list.txt", "--write", "--check"), 2, "--check writes nothing"),
        (("a", "b", "c"), 2, "more than two documents"),
        (("old.txt", "nowhere.txt"), 3, "cannot be read"),
        (("old.txt", "picture.png"), 3, "not text"),
        (("old.txt", "latin.txt"), 3, "not UTF-8"),
        (("old.txt", "."), 2, "is a directory"),
        (("old.txt", "list.txt", "--of", "Nobody"), 2, "There is no thing"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    ogdkg: Run, gardens: Path, words: tuple[str, ...], code: int, message: str
) -> None:
    put(gardens, REWORDED)
    put(gardens, b"\x89PNG\0\n", "picture.png")
    put(gardens, "é".encode("latin-1"), "latin.txt")
    done = ogdkg("reanchor", *words, cwd=gardens)
    assert done.returncode == code and message in done.stderr, done.stderr


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="files that nobody may write are those of POSIX")
def test_all_files_are_written_or_none(ogdkg: Run, gardens: Path) -> None:
    put(gardens, MOVED)
    (gardens / "data" / "sources.ttl").chmod(0o444)
    before = state(gardens)
    done = ogdkg("reanchor", "old.txt", "list.txt", "--write", cwd=gardens)
    assert done.returncode == 3 and "cannot be written" in done.stderr
    assert state(gardens) == before


def test_descriptions_in_other_spellings_are_edited_in_place(ogdkg: Run, gardens: Path) -> None:
    data = gardens / "data" / "list.trig"
    text = data.read_text()
    for name in ("oak", "harbour"):
        text = text.replace(f"passage:{name}\\#position a", f"_:{name} a").replace(
            f"passage:{name}\\#position", f"_:{name}"
        )
    text = text.replace('"61"^^xsd:nonNegativeInteger', "61").replace("startLine 2", 'startLine """2"""')
    data.write_text(text)
    put(gardens, MOVED)
    assert ogdkg("reanchor", "old.txt", "list.txt", "--write", cwd=gardens).returncode == 0
    written = data.read_text()
    assert "oa:start 74 ;" in written and 'startLine "5" ;' in written and "# and one" in written
    assert ogdkg("test", "--source", "list.txt", cwd=gardens).returncode == 0


def test_a_description_that_cannot_be_edited_in_place_is_told(ogdkg: Run, gardens: Path) -> None:
    sources = gardens / "data" / "sources.ttl"
    converted = ogdkg("convert", sources, "-f", "rdfxml", cwd=gardens).stdout
    sources.unlink()
    (gardens / "data" / "sources.rdf").write_text(converted)
    config = gardens / "ogdkg.toml"
    config.write_text(config.read_text().replace("data/sources.ttl", "data/sources.rdf"))
    put(gardens, MOVED)
    before = state(gardens)
    done = ogdkg("reanchor", "old.txt", "list.txt", "--write", cwd=gardens)
    assert done.returncode == 3 and "No file that can be edited has textHash" in done.stderr
    assert state(gardens) == before


OTHER = "# Birds\n\nThe robin sings from 5 o'clock.\n"


@pytest.fixture
def two(gardens: Path) -> Path:
    """The gardens with a second document, its passage, and where it can be had."""
    words = "The robin sings from 5"
    start = OTHER.index(words)
    (gardens / "data" / "list.trig").write_text(
        (gardens / "data" / "list.trig").read_text()
        + f"""
graph:passages {{
  passage:robin a ogd:Passage ;
    ogd:startLine 3 ;
    ogd:endLine 3 ;
    ogd:textHash "{text_hash(words)}" ;
    oa:hasSource source:birds ;
    oa:hasSelector passage:robin\\#position .
  passage:robin\\#position oa:start {start} ;
    oa:end {start + len(words)} ;
    oa:refinedBy passage:robin\\#quote .
  passage:robin\\#quote oa:exact "The robin" .
}}

passage:robin {{
  tree:oak ns:planted 5 .
}}
"""
    )
    digest = hashlib.sha256(OTHER.encode()).hexdigest()
    with (gardens / "data" / "sources.ttl").open("a") as file:
        file.write(f'source:birds ogd:textHash "{digest}" ;\n  dcterms:title "Birds"@en ;\n')
        file.write("  <http://www.w3.org/ns/dcat#landingPage> <https://birds.example/> .\n")
    (gardens / "texts").mkdir()
    put(gardens / "texts", OTHER, "birds.md")
    put(gardens / "texts", OLD, "list.txt")
    return gardens


def test_two_documents_are_told_apart(ogdkg: Run, two: Path) -> None:
    both = ogdkg("test", "--source", "texts/birds.md", "--source", "list.txt", cwd=two)
    assert both.stdout == "3 of 3 passages agree with the source\n3 of 3 values stand in their passages\n"
    folder = ogdkg("test", "--source", "texts", cwd=two)
    assert (folder.stdout, folder.stderr) == (both.stdout, "")
    one = ogdkg("test", "--source", "list.txt", cwd=two)
    assert one.returncode == 0 and one.stdout.startswith("2 of 2 passages")
    assert "1 of the source https://gardens.example/source/birds" in one.stderr
    assert "https://gardens.example/source/birds can be had at https://birds.example/." in one.stderr
    assert (
        "1 covered by 1 passage that states 1 fact"
        in ogdkg("coverage", "--source", "texts/birds.md", cwd=two).stdout
    )
    assert "2 covered by 2 passages" in ogdkg("coverage", "--source", "list.txt", cwd=two).stdout
    drafted = ogdkg("passage", "sings from", "--source", "texts/birds.md", cwd=two).stdout
    assert "oa:hasSource source:birds ;" in drafted and "ogd:startLine 3 ;" in drafted
    why = ogdkg("why", "tree:oak", cwd=two).stdout
    assert "L3 of Birds" in why and "L1 of The gardener's list" in why


def test_of_two_documents_only_the_changed_one_is_edited(ogdkg: Run, two: Path) -> None:
    put(two, "# All birds\n\n" + OTHER, "new.md")
    before = (two / "data" / "list.trig").read_text()
    done = ogdkg("reanchor", "texts/birds.md", "new.md", "--write", cwd=two)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "source:birds: 1 moved")
    after = (two / "data" / "list.trig").read_text()
    assert after.split("passage:robin a")[0] == before.split("passage:robin a")[0]
    assert ogdkg("test", "--source", "new.md", "--source", "list.txt", cwd=two).returncode == 0
    put(two, "# Neither\n", "neither.md")
    put(two, "# Nothing\n", "nothing.md")
    refused = ogdkg("reanchor", "neither.md", "nothing.md", cwd=two)
    assert refused.returncode == 2 and "Name the source with --of" in refused.stderr
    named = ogdkg("reanchor", "new.md", "nothing.md", "--of", "Birds", cwd=two)
    assert (named.returncode, named.stdout.splitlines()[0]) == (1, "source:birds: 1 gone")


def test_where_a_missing_document_can_be_had_is_said(ogdkg: Run, two: Path) -> None:
    config = two / "ogdkg.toml"
    config.write_text(config.read_text().replace('source = "list.txt"\n', ""))
    for command in (("coverage",), ("passage", "robin")):
        done = ogdkg(*command, cwd=two)
        assert done.returncode == 2 and "source/birds can be had at https://birds.example/." in done.stderr
    changed = ogdkg("passage", "robin", "--source", "ogdkg.toml", cwd=two)
    assert changed.returncode == 3 and "ogdkg reanchor OLD ogdkg.toml" in changed.stderr
