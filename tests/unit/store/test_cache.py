"""Stores kept on disk: the same answers as from the files, whatever happens to the store or to the files."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ogdkg import Graph
from ogdkg.errors import InputError, StoreError, UsageError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.statistics import count
from ogdkg.evidence.why import why
from ogdkg.graph import graph
from ogdkg.graph.graph import GraphOptions
from ogdkg.project.project import read_project
from ogdkg.rdf.terms import Literal
from ogdkg.store import cache
from ogdkg.store.base import Rows
from ogdkg.store.codec import has_blanks
from ogdkg.store.folders import folder_of, locked_project
from tests.conftest import TREES, Run, started
from tests.disks import halved, may_mount, overwritten, read_only_disk, small_disk

ASKED = "SELECT ?name { ?thing <https://x.example/name> ?name }"
LOOK_UP = "SELECT ?name { <https://x.example/thing/7> <https://x.example/name> ?name }"


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project so small that only here it is kept in a store."""
    monkeypatch.setattr(graph, "LARGE", 0)
    (tmp_path / "ogdkg.toml").touch()
    (tmp_path / "data").mkdir()
    _write(tmp_path, "one")
    return tmp_path


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that every command keeps in a store, without one; tests copy it."""
    root = tmp_path_factory.mktemp("large")
    (root / "ogdkg.toml").touch()
    (root / "data").mkdir()
    long = "word " * 100
    lines = (f'<https://x.example/thing/{n}> <https://x.example/text> "{n} {long}" .' for n in range(8000))
    text = "\n".join([*lines, '<https://x.example/thing/7> <https://x.example/name> "seven (7)" .'])
    (root / "data" / "graph.nt").write_text(text + "\n")
    assert len(text) > graph.LARGE
    return root


@pytest.fixture
def project(large: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(large, tmp_path / "project"))


def _write(root: Path, *names: str) -> None:
    lines = (f'<https://x.example/thing/{name}> <https://x.example/name> "{name}" .\n' for name in names)
    (root / "data" / "graph.ttl").write_text("".join(lines))


def _kept(root: Path, layers: tuple[str, ...] = ()) -> Graph:
    return Graph(read_project(root), GraphOptions(layers, cache=True))


def _names(of: Graph) -> list[str]:
    result = of.sparql(ASKED)
    assert isinstance(result, Rows)
    return sorted(row[0].value for row in result.rows if isinstance(row[0], Literal))


def _stores(root: Path) -> list[Path]:
    return sorted(each for each in folder_of(root).glob("*") if each.is_dir())


@pytest.mark.parametrize("layers", [(), ("source",), ("derived",), ("reference", "ontology", "derived")])
def test_a_store_holds_what_reading_the_files_gives(
    layers: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph, "LARGE", 0)
    root = Path(shutil.copytree(TREES, tmp_path / "trees"))
    kept, read = _kept(root, layers), Graph(read_project(root), GraphOptions(layers))
    for _ in range(2):
        assert kept.stored
        assert sorted(map(str, kept.store.quads())) == sorted(map(str, read.store.quads()))
        assert count(kept) == count(read)
        kept = _kept(root, layers)
    assert kept.stored.counts["triples"] == count(read).triples


def test_a_second_graph_finds_the_store_of_the_first(small: Path) -> None:
    assert _names(_kept(small)) == ["one"]
    [store] = _stores(small)
    assert _names(_kept(small)) == ["one"]
    assert _stores(small) == [store]
    assert sorted(path.name for path in small.iterdir()) == ["data", "ogdkg.toml"]


def test_a_change_of_any_input_makes_another_store(small: Path) -> None:
    assert _names(_kept(small)) == ["one"]
    _write(small, "one", "two")
    assert _names(_kept(small)) == ["one", "two"]
    (small / "data" / "more.ttl").write_text('<https://x.example/a> <https://x.example/name> "more" .')
    assert _names(_kept(small)) == ["more", "one", "two"]
    (small / "data" / "graph.ttl").unlink()
    assert _names(_kept(small)) == ["more"]
    assert len(_stores(small)) == 1


def test_a_change_that_leaves_size_and_time_is_seen(small: Path) -> None:
    """Written again at once, its times put back: the times alone prove nothing."""
    path = small / "data" / "graph.ttl"
    for name in ("one", "two", "six", "ten"):
        before = path.stat()
        _write(small, name)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert path.stat().st_size == before.st_size
        assert _names(_kept(small)) == [name]


def test_times_are_trusted_only_once_they_are_old(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system whose times stand still, a change is seen by the bytes."""
    _write(small, "one")
    stamp = cache.stamp(small / "data" / "graph.ttl")
    stamp_of = cache.stamp
    monkeypatch.setattr(cache, "stamp", lambda path: stamp if path.suffix == ".ttl" else stamp_of(path))
    assert _names(_kept(small)) == ["one"]
    _write(small, "two")
    assert _names(_kept(small)) == ["two"]


def test_a_file_that_was_young_is_read_once_more_alone(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was written right before the store was made, and is trusted once it is old."""
    _names(_kept(small))
    read: list[str] = []
    digest, now = cache._digest_of, time.time_ns
    monkeypatch.setattr(cache, "_digest_of", lambda path: read.append(path.name) or digest(path))
    monkeypatch.setattr(time, "time_ns", lambda: now() + 10 * 10**9)
    for _ in range(3):
        _names(_kept(small))
    assert read == ["graph.ttl"]


def test_a_file_only_touched_needs_no_new_store(small: Path) -> None:
    assert _names(_kept(small)) == ["one"]
    [store] = _stores(small)
    os.utime(small / "data" / "graph.ttl", (1, 1))
    assert _names(_kept(small)) == ["one"]
    assert _stores(small) == [store]


def test_the_files_answer_first_and_the_store_is_left_to_another(small: Path) -> None:
    asked: list[tuple[str, ...]] = []

    def first() -> Graph:
        return Graph(read_project(small), GraphOptions(cache=True, later=asked.append))

    assert _names(first()) == ["one"]
    assert [asked, _stores(small)] == [[("data",)], []]
    other = _kept(small).cache()
    with locked_project(small, None):
        assert other.leave() is None  # it is being made
        assert _names(first()) == ["one"]
    assert asked == [("data",), ()]
    assert _names(first()) == ["one"]  # who was asked has failed: it is made at once, and its faults are told
    assert len(asked) == 2
    assert len(_stores(small)) == 1
    _write(small, "two")
    assert _names(first()) == ["two"]
    assert asked[2:] == [("data",)]


def test_files_that_do_not_fit_into_memory_wait_for_the_store(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graph, "free_memory", lambda: 100)
    found = Graph(read_project(small), GraphOptions(cache=True, later=lambda layers: pytest.fail("left")))
    assert _names(found) == ["one"]
    assert found.stored


def test_a_file_that_changes_while_it_is_read_is_an_error(small: Path) -> None:
    of = _kept(small)
    of.options = of.options._replace(
        on_progress=lambda what, done, whole: _write(small, f"n{time.time_ns()}")
    )
    with pytest.raises(InputError, match="changed while it was read"):
        _ = of.store


@pytest.mark.parametrize("key", ["format", "tool", "engine"])
def test_the_store_of_another_version_is_made_anew(key: str, small: Path) -> None:
    assert _names(_kept(small)) == ["one"]
    [store] = _stores(small)
    manifest = json.loads((store / "manifest.json").read_text())
    manifest["recipe"][key] = "another"
    (store / "manifest.json").write_text(json.dumps(manifest))
    assert _names(_kept(small)) == ["one"]
    assert len(_stores(small)) == 1
    assert not store.exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"recipe": 1}', "\x00" * 100])
def test_a_broken_manifest_is_no_store(text: str, small: Path) -> None:
    assert _names(_kept(small)) == ["one"]
    [store] = _stores(small)
    (store / "manifest.json").write_text(text)
    assert _names(_kept(small)) == ["one"]
    assert not store.exists()


@pytest.mark.parametrize("harm", [overwritten, halved, Path.unlink])
def test_a_damaged_store_is_made_anew(harm: object, small: Path) -> None:
    assert callable(harm)
    assert _names(_kept(small)) == ["one"]
    for number in range(len(json.loads((_stores(small)[0] / "manifest.json").read_text())["parts"])):
        [store] = _stores(small)
        name = json.loads((store / "manifest.json").read_text())["parts"][number][0]
        if (store / "db" / name).stat().st_size or harm == Path.unlink:
            harm(store / "db" / name)
            assert _names(_kept(small)) == ["one"], name
            assert _stores(small) != [store], name


def test_damage_that_the_manifest_hides_is_refused(small: Path, tmp_path: Path) -> None:
    """As if the disk had rotted: the engine's own sums tell; the answer is an error or the right one."""
    _write(small, *(f"n{n:05}" for n in range(3000)))
    expected = _names(_kept(small))
    tables = [path.name for path in (_stores(small)[0] / "db").glob("*.sst")]
    refused = 0
    for number, table in enumerate(tables):
        copy = tmp_path / f"copy{number}"
        shutil.copytree(small, copy, ignore=shutil.ignore_patterns("copy*"))
        shutil.copytree(folder_of(small), folder_of(copy))
        [store] = _stores(copy)
        overwritten(store / "db" / table)
        manifest = json.loads((store / "manifest.json").read_text())
        for part in manifest["parts"]:
            part[1:] = cache.stamp(store / "db" / part[0]), cache._digest_of(store / "db" / part[0])
        (store / "manifest.json").write_text(json.dumps(manifest))
        try:
            assert _names(_kept(copy)) == expected
        except StoreError as error:  # the engine itself would sort for ever, so nothing is sorted there
            refused += 1
            assert "--rebuild" in str(error)
    assert refused


def test_a_store_being_read_is_not_taken_away(small: Path) -> None:
    reading = _kept(small)
    assert _names(reading) == ["one"]
    _write(small, "two")
    assert _names(_kept(small)) == ["two"]
    assert len(_stores(small)) == 2
    assert _names(reading) == ["one"]  # as it was when it was opened
    del reading
    assert _names(_kept(small)) == ["two"]
    assert len(_stores(small)) == 1
    assert _kept(small).cache().remove() == 1


def test_what_must_change_the_graph_reads_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graph, "LARGE", 0)
    root = Path(shutil.copytree(TREES, tmp_path / "trees"))
    kept, read = _kept(root), Graph(read_project(root))
    asked = ("Ginkgo", "ns:neighbour", "Linden")
    assert why(Citations(kept), *asked) == why(Citations(read), *asked)
    assert kept.without_cache() is not kept
    assert read.without_cache() is read


NAMED = {
    "Straße": "a", "STRASSE": "a", "strasse": "a", "two  blanks": "b", "Two blanks": "b", "plain": "c",
    "ns:c": "c", "https://x.example/c": "c", "c": "c",
}  # fmt: skip
UNNAMED = ("twice", "nothing", "ns:z", "https://x.example/z", "")


@pytest.mark.parametrize("text", [*NAMED, *UNNAMED])
def test_a_name_means_the_same_in_a_store_as_in_the_files(text: str, small: Path) -> None:
    (small / "ogdkg.toml").write_text('prefixes.ns = "https://x.example/"\n')
    (small / "queries").mkdir()
    (small / "queries" / "one.rq").write_text(
        "#+ params:\n#+   thing: {type: iri, class: ns:Thing}\n"
        "PREFIX ns: <https://x.example/>\nSELECT ?name { ?_thing_iri ns:label ?name }\n"
    )
    (small / "data" / "graph.ttl").write_text(
        "PREFIX : <https://x.example/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\n"
        ':a a :Thing ; skos:prefLabel "Stra\u00dfe" . :b a :Thing ; skos:altLabel " Two  blanks" .\n'
        ':c a :Thing ; skos:prefLabel "Plain" . :d a :Thing ; skos:prefLabel "Twice"@en . :z a :Other .'
        ':e a :Thing ; skos:prefLabel "twice" .'
    )

    def meant(of: Graph) -> str:
        try:
            return of.bind(of.catalogue.get("one"), {"thing": text})
        except UsageError as error:
            return str(error)

    kept = meant(_kept(small))
    assert kept == meant(Graph(read_project(small)))
    assert (f"<https://x.example/{NAMED.get(text)}>" in kept) is (text in NAMED)


def test_a_fault_of_a_file_is_told_as_without_a_store(small: Path) -> None:
    (small / "data" / "graph.ttl").write_text("<https://x.example/a> <https://x.example/b> oops .\n")
    with pytest.raises(InputError) as kept:
        _ = _kept(small).store
    with pytest.raises(InputError) as read:
        _ = Graph(read_project(small)).store
    assert str(kept.value) == str(read.value)
    assert _stores(small) == []


BLANKS = {
    '<a> <b> "x (y) [z] _:q" , "" , """"(" """ .': False,
    "<a> <b> '''it's (x)''' , 'y(' , '' . # (note [": False,
    'a:b_c a:d\\(e "\\"(" , """a"b(""" . <u_:x> <b(c)> 1 .': False,
    "<a> <b> [] .": True,
    "<a> <b> ( 1 ) .": True,
    "_:a <b> 1 .": True,
    '<a> <b> "x" , _:y .': True,
    '<a> <b> "broken( .': True,
    "<a> <b> <c> {| <d> 1 |} .": True,  # a reifier without a name (RDF 1.2)
    "<a> <b> <c> ~ .": True,
    "<< <a> <b> <c> >> <d> 1 .": True,
    "a:b\\~c <b~> '~ {|' . # ~": False,
}


@pytest.mark.parametrize("text", BLANKS)
def test_blank_nodes_are_seen_outside_strings_and_comments_alone(text: str) -> None:
    assert has_blanks(text.encode()) is BLANKS[text]


# The command line, in processes of their own


def test_load_tells_what_it_did(ogdkg: Run, project: Path) -> None:
    done = ogdkg("load", cwd=project)
    assert (done.returncode, done.stdout.partition(" in ")[0]) == (
        0,
        "project: 8,001 triples (8,001 quads, 2 MiB)",
    )
    assert "--no-cache" in done.stderr
    again = ogdkg("load", cwd=project)
    assert (again.stdout, again.stderr) == (done.stdout, "")
    assert ogdkg("load", "--rebuild", cwd=project).stdout != done.stdout
    assert ogdkg("sparql", LOOK_UP, "-f", "csv", cwd=project).stdout == "name\r\nseven (7)\r\n"
    assert ogdkg("load", "--remove", cwd=project).stdout == "1 stores deleted.\n"
    assert "below 4 MiB" in ogdkg("load", cwd=TREES).stdout
    assert not (TREES / ".ogdkg").exists()
    assert ogdkg("load", "--no-cache", cwd=project).returncode == 2


def test_several_processes_at_once_make_one_store(project: Path) -> None:
    running = [started(project, "sparql", LOOK_UP, "-f", "csv") for _ in range(4)]
    answers = [process.communicate(timeout=120) for process in running]
    assert [out for out, _ in answers] == [b"name\r\nseven (7)\r\n"] * 4, answers
    assert _made(project)


def _made(project: Path) -> bool:
    """Whether there comes to be one store, and nothing else."""
    for _ in range(600):
        found = [each.name.startswith("building-") for each in _stores(project)]
        if found == [False]:
            return True
        time.sleep(0.2)
    return False


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
def test_killed_in_the_middle_of_making_it(ogdkg: Run, project: Path) -> None:
    running = started(project, "load")
    while not list(folder_of(project).glob("building-*/db/CURRENT")):
        assert running.poll() is None
    running.kill()
    running.communicate()
    assert [each.name.startswith("building-") for each in _stores(project)] == [True]
    assert ogdkg("sparql", LOOK_UP, "-f", "csv", cwd=project).stdout == "name\r\nseven (7)\r\n"
    assert _made(project)


@pytest.fixture
def full_disk(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The project with a disk of one megabyte for its stores."""
    where = tmp_path / "disk"
    where.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(where))
    with small_disk(where, "1m"):
        yield project


def test_a_full_disk(ogdkg: Run, full_disk: Path) -> None:
    first = ogdkg("sparql", LOOK_UP, "-f", "csv", cwd=full_disk)
    assert (first.returncode, first.stdout) == (0, "name\r\nseven (7)\r\n")
    assert "in the background" in first.stderr
    for _ in range(600):  # until that has failed
        asked = ogdkg("sparql", LOOK_UP, "-f", "csv", cwd=full_disk)
        if "Another ogdkg" not in asked.stderr:
            break
        time.sleep(0.2)
    assert (asked.returncode, asked.stdout) == (0, "name\r\nseven (7)\r\n")
    assert "Cannot write the store on disk" in asked.stderr
    loaded = ogdkg("load", cwd=full_disk)
    assert loaded.returncode == 4
    assert loaded.stderr.count("Error: The store cannot be written") == 1
    assert "Traceback" not in loaded.stderr
    assert _stores(full_disk) == []


@pytest.fixture
def read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A cache folder where nothing may be written."""
    where = tmp_path / "cache"
    where.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(where))
    if may_mount():
        with read_only_disk(where):
            yield where
    elif os.name == "posix" and os.geteuid():
        where.chmod(0o555)
        yield where
        where.chmod(0o755)
    else:
        pytest.skip("no folder can be made read-only here")


def test_a_cache_folder_that_may_not_be_written(ogdkg: Run, read_only: Path, project: Path) -> None:
    asked = ogdkg("sparql", LOOK_UP, "-f", "csv", cwd=project)
    assert (asked.returncode, asked.stdout) == (0, "name\r\nseven (7)\r\n")
    assert "Cannot write the store on disk" in asked.stderr
    assert ogdkg("load", cwd=project).returncode == 4


def test_a_time_limit_holds_for_a_store_on_disk(ogdkg: Run, project: Path) -> None:
    heavy = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert "longer than 1 seconds" in ogdkg("sparql", heavy, "--timeout", "1", cwd=project).stderr
    assert "https://x.example/name" in ogdkg("stats", "-f", "json", cwd=project).stdout


def test_a_terminal_sees_how_far_it_is(project: Path) -> None:
    pty = pytest.importorskip("pty", reason="no terminals here")
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ogdkg", "load"]
    done = subprocess.run(command, cwd=project, stdout=subprocess.PIPE, stderr=theirs, check=True)
    os.close(theirs)
    told = os.read(ours, 1 << 16).decode()
    os.close(ours)
    assert "100 %" in told
    assert "█" in told
    assert b"8,001 triples" in done.stdout
