"""The index of words beside a store on disk: the same answers as in memory, whatever happens to the file."""

from __future__ import annotations

import json
import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ogdkg import Graph
from ogdkg.errors import OgdkgError, StoreError, UsageError
from ogdkg.evidence.citations import citations_of
from ogdkg.graph import graph
from ogdkg.graph.graph import GraphOptions
from ogdkg.project import user_settings as user
from ogdkg.project.project import read_project
from ogdkg.search import index_tables, search
from ogdkg.search import kept_index as search_kept
from ogdkg.search import labels as entities
from ogdkg.search import texts as search_texts
from ogdkg.search.resolver import NameResolver
from ogdkg.search.search import Search
from ogdkg.store import cache
from ogdkg.store.folders import folder_of
from tests.conftest import TREES, Run, started
from tests.disks import emptied, halved, may_mount, overwritten, read_only_disk, small_disk

TURTLE = """PREFIX : <https://x.example/> PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX owl: <http://www.w3.org/2002/07/owl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
:Town a owl:Class ; rdfs:label "Town" . :City rdfs:subClassOf :Town .
:a a :City ; skos:prefLabel "Straße" ; :in :n . :b a :Town ; skos:prefLabel "Two  blanks" ; :in :n, :m .
:c a :Town ; skos:prefLabel "twice", "Zwei"@de ; :in :m . :d a :Town ; skos:altLabel "Twice" ; :in :town .
:e a :Other ; skos:prefLabel "zwei" ; :in :twin . :f skos:prefLabel "Twin!" . :g skos:prefLabel "Zweig" .
:n a :Land ; skos:prefLabel "Ñ-land" . :m a :Land ; skos:prefLabel "M land" ; skos:altLabel "Town" .
:town skos:prefLabel "Little town" . :twin skos:prefLabel "Another" . <https://y.example/twin> :in :n .
"""
CONFIG = 'prefixes.ns = "https://x.example/"\nsearch.filters.in = "ns:in"\n'
TEXTS = ("zwei", "strasse", "stra", "towm", "land", "twice", "another", "x", "two bl")
VALUES = (
    "Ñ-land", "ñ-LAND", "N-land", "n land", "M land", "Town", "Little town", "town", "Twice", "Zwei", "n",
    "ns:n", "https://x.example/m", "<https://x.example/n>", "https://x.example/z", "<https://x.example/",
    "ns:z", "Twin", "twin", "nothing", "!", "",
)  # fmt: skip
CLASSES = ("Town", "city", "ns:City", "Other", "Land", "nothing", "Class", "https://x.example/Town", "")


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project so small that only here it is kept on disk."""
    monkeypatch.setattr(graph, "LARGE", 0)
    (tmp_path / "ogdkg.toml").write_text(CONFIG)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "graph.ttl").write_text(TURTLE)
    return tmp_path


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that every command keeps on disk, with its store but without an index; tests copy it."""
    root = tmp_path_factory.mktemp("large")
    (root / "ogdkg.toml").write_text(CONFIG)
    (root / "data").mkdir()
    (root / "data" / "graph.ttl").write_text(TURTLE)
    long, label = "word " * 60, "<http://www.w3.org/2000/01/rdf-schema#label>"
    lines = (
        f'<https://x.example/t{n}> {label} "thing {n}" ; <https://x.example/l> "{n} {long}" .'
        for n in range(14_000)
    )
    (root / "data" / "long.ttl").write_text("\n".join(lines))
    assert Graph(read_project(root)).is_large
    assert _kept(root).stored
    return root


@pytest.fixture
def project(built: Path, tmp_path: Path) -> Path:
    copy = Path(shutil.copytree(built, tmp_path / "project"))
    shutil.copytree(folder_of(built), folder_of(copy))
    return copy


def _kept(root: Path) -> Graph:
    return Graph(read_project(root), GraphOptions(cache=True))


def _file(root: Path) -> Path:
    [found] = folder_of(root).glob("*/words.sqlite")
    return found


def _is_whole(root: Path) -> bool:
    """Whether the index of a project needs no making."""
    kept = _kept(root).stored
    assert kept
    return kept.has("words.sqlite", index_tables.MADE_BY)


def _answers(of: Graph) -> list[object]:
    """What many questions find, and what is said of those that cannot be asked."""
    asked = Search(of)
    narrowed = [
        *((None, {}), *((name, {}) for name in CLASSES), *((None, {"in": value}) for value in VALUES)),
        *((name, {"in": value}) for name in ("Town", "Nothing") for value in ("M land", "Mland")),
    ]
    found: list[object] = []
    for thing_class, filters in narrowed:
        for text in TEXTS:
            try:
                found.append(sorted(asked.find(text, 20, thing_class, filters), key=str))
            except OgdkgError as error:
                found.append(str(error))
    return found


def test_a_kept_index_answers_as_the_files_do(small: Path) -> None:
    expected = _answers(Graph(read_project(small)))
    assert len([each for each in expected if each and isinstance(each, list)]) > 50
    for _ in range(2):
        assert _answers(_kept(small)) == expected


def test_what_is_found_is_in_the_same_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for equals, which stand in the order in which an engine gives their names."""
    monkeypatch.setattr(graph, "LARGE", 0)
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    memory, kept = Search(Graph(read_project(copy))), Search(_kept(copy))
    for text in ("a", "g", "gard", "linden", "harbuor", "tree", "maidenh", "abbey park"):
        expected, found = memory.find(text), kept.find(text)
        assert sorted(found, key=str) == sorted(expected, key=str)
        assert [len(each.name) for each in found] == [len(each.name) for each in expected]


def test_a_second_search_reads_no_texts_and_not_all_names(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = Search(_kept(small)).find("stra", 5, "Town", {"in": "Ñ-land"})
    assert [each.name for each in expected] == ["Straße"]

    def refuse(*_: object) -> None:
        raise AssertionError("All of them are read.")

    monkeypatch.setattr(search_kept, "read_texts", refuse)
    for name in ("names_of_all", "find_class"):
        monkeypatch.setattr(search, name, refuse)
    monkeypatch.setattr(entities, "_OF_ALL", None)
    monkeypatch.setattr(search_texts, "iter_names", refuse)
    assert Search(_kept(small)).find("stra", 5, "Town", {"in": "Ñ-land"}) == expected


@pytest.mark.parametrize(
    ("text", "near"),
    [
        ("towm", "M land (ns:m)"),
        ("two blancs", "Two  blanks (ns:b)"),
        ("little twon hall", "Little town (ns:town)"),
    ],
)
def test_an_unknown_name_is_told_what_is_like_it_and_not_all_names_are_read(
    text: str, near: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = citations_of(_kept(small)).names
    monkeypatch.setattr(entities, "_OF_ALL", None)
    monkeypatch.setattr(entities, "names_of_all", None)
    with pytest.raises(UsageError) as caught:
        names.find(text)
    assert near in str(caught.value)


def test_prefixes_are_those_of_today(small: Path) -> None:
    """The configuration is no part of what the index is made of."""
    assert Search(_kept(small)).find("another")[0].kinds == ()
    assert Search(_kept(small)).find("zwei")[0].kinds == ("Other",)
    before = _file(small).stat()
    (small / "ogdkg.toml").write_text(CONFIG.replace("prefixes.ns", "prefixes.x").replace("ns:in", "x:in"))
    assert Search(_kept(small)).find("zwei")[0].kinds == ("Other",)
    assert _file(small).stat().st_mtime_ns == before.st_mtime_ns


def test_a_change_of_the_graph_makes_another(small: Path) -> None:
    assert not Search(_kept(small)).find("nova")
    with (small / "data" / "graph.ttl").open("a") as file:
        file.write(':z skos:prefLabel "Villa nova" .\n')
    assert [each.name for each in Search(_kept(small)).find("nova")] == ["Villa nova"]
    assert _file(small)


HARMS = (overwritten, halved, emptied, Path.unlink)


@pytest.mark.parametrize("harm", HARMS)
@pytest.mark.parametrize("name", ["words.sqlite", "words.sqlite.json"])
def test_a_damaged_index_is_made_anew(name: str, harm: Callable[[Path], None], small: Path) -> None:
    expected = Search(_kept(small)).find("zwei")
    store = _file(small).parent
    harm(store / name)
    assert not _is_whole(small)
    assert Search(_kept(small)).find("zwei") == expected
    assert _file(small).parent == store
    assert _is_whole(small)


RECORDS = ("[]", "{}", '{"part": 1}', '{"part": []}', '{"part": ["words.sqlite", [1], "x"]}')


@pytest.mark.parametrize("text", RECORDS)
def test_a_record_that_says_something_else_counts_for_nothing(text: str, small: Path) -> None:
    expected = Search(_kept(small)).find("zwei")
    record = _file(small).with_name("words.sqlite.json")
    found = json.loads(record.read_text())
    record.write_text(json.dumps(found | json.loads(text)) if text.startswith("{") and text != "{}" else text)
    assert not _is_whole(small)
    assert Search(_kept(small)).find("zwei") == expected


@pytest.mark.parametrize("key", ["format", "sqlite", "unicode"])
def test_the_index_of_another_version_is_made_anew(key: str, small: Path) -> None:
    expected = Search(_kept(small)).find("zwei")
    record = _file(small).with_name("words.sqlite.json")
    found = json.loads(record.read_text())
    found["made_by"][key] = "another"
    record.write_text(json.dumps(found))
    emptied(_file(small))
    assert Search(_kept(small)).find("zwei") == expected
    assert json.loads(record.read_text())["made_by"] == index_tables.MADE_BY


def test_the_index_of_another_store_is_made_anew(
    small: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(small / "data", other / "data")
    (other / "ogdkg.toml").write_text(CONFIG)
    with (other / "data" / "graph.ttl").open("a") as file:
        file.write(':z skos:prefLabel "Villa nova" .\n')
    assert Search(_kept(other)).find("nova")
    assert not Search(_kept(small)).find("nova")
    for name in ("words.sqlite", "words.sqlite.json"):
        shutil.copy2(_file(other).with_name(name), _file(small).with_name(name))
    assert not Search(_kept(small)).find("nova")
    assert Search(_kept(small)).find("zwei")


def test_a_copy_of_the_project_has_its_own_index(
    small: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    expected = Search(_kept(small)).find("zwei")
    copy = Path(shutil.copytree(small, tmp_path_factory.mktemp("copy") / "ü ? #%41"))
    assert Search(_kept(copy)).find("zwei") == expected
    assert _is_whole(copy)
    assert _file(copy) != _file(small)


def test_damage_that_the_record_hides_is_refused(small: Path) -> None:
    """As if the disk had rotted: SQLite has no sums of its own, but its structure tells."""
    Search(_kept(small))
    file = _file(small)
    file.write_bytes(b"\x00" * file.stat().st_size)
    record = file.with_name("words.sqlite.json")
    found = json.loads(record.read_text())
    found["part"] = [file.name, cache.stamp(file), cache._digest_of(file)]
    record.write_text(json.dumps(found))
    with pytest.raises(StoreError, match="--rebuild"):
        Search(_kept(small)).find("zwei")


def test_an_index_being_read_outlives_its_making_anew(small: Path) -> None:
    reading = Search(_kept(small))
    expected = reading.find("zwei")
    _file(small).with_name("words.sqlite.json").unlink()
    assert Search(_kept(small)).find("zwei") == expected
    assert reading.find("zwei") == expected


# The command line, in processes of their own


def test_load_makes_the_index_with_the_store(ogdkg: Run, project: Path) -> None:
    shutil.rmtree(folder_of(project))
    done = ogdkg("load", cwd=project)
    assert done.returncode == 0, done.stderr
    assert "Indexing the words" in done.stderr
    asked = ogdkg("search", "strasse", "-f", "csv", cwd=project)
    assert (asked.stderr, asked.stdout.splitlines()[1].split(",")[1]) == ("", "Straße")
    assert ogdkg("search", "strasse", "-f", "csv", "--no-cache", cwd=project).stdout == asked.stdout
    assert ogdkg("load", cwd=project).stderr == ""
    _file(project).unlink()
    assert "Indexing the words" in ogdkg("load", cwd=project).stderr
    assert _is_whole(project)


def test_several_searches_at_once_make_one_index(project: Path) -> None:
    running = [started(project, "search", "strasse", "-f", "csv") for _ in range(3)]
    answers = [process.communicate(timeout=120) for process in running]
    assert {out for out, _ in answers} == {answers[0][0]}
    assert "Straße".encode() in answers[0][0]
    assert sum(b"Indexing the words" in said for _, said in answers) == 1
    assert _is_whole(project)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
def test_killed_in_the_middle_of_making_it(ogdkg: Run, project: Path) -> None:
    running = started(project, "search", "strasse")
    while not (half := list(folder_of(project).glob("*/building-*"))):
        assert running.poll() is None
        time.sleep(0.001)
    running.kill()
    running.communicate()
    assert half[0].exists()
    assert not half[0].with_name("words.sqlite").exists()
    assert "Straße" in ogdkg("search", "strasse", "-f", "csv", cwd=project).stdout
    assert not half[0].exists()
    assert _is_whole(project)


def _all_but(folder: Path) -> Callable[[str, list[str]], list[str]]:
    """What `copytree` leaves out, so that of all stores one project's are copied."""

    def left_out(where: str, names: list[str]) -> list[str]:
        return [name for name in names if Path(where) == folder.parent and name != folder.name]

    return left_out


@pytest.fixture
def full_disk(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The project with a disk for its stores that is full, but for some hundred kilobytes."""
    where, aside = tmp_path / "disk", tmp_path / "aside"
    shutil.copytree(user.cache_folder(), aside / "ogdkg", ignore=_all_but(folder_of(project)))
    where.mkdir()
    monkeypatch.setenv("XDG_CACHE_HOME", str(where))
    size = sum(4 * (path.stat().st_size // 4096 + 1) for path in aside.rglob("*")) + 300  # whole pages
    with small_disk(where, f"{size}k"):
        shutil.copytree(aside, where, dirs_exist_ok=True)
        yield project


def test_a_full_disk(ogdkg: Run, full_disk: Path) -> None:
    asked = ogdkg("search", "strasse", "-f", "csv", cwd=full_disk)
    assert (asked.returncode, "Straße" in asked.stdout) == (0, True)
    assert "Cannot write the word index" in asked.stderr
    loaded = ogdkg("load", cwd=full_disk)
    assert loaded.returncode == 4
    assert "Error: The word index cannot be written" in loaded.stderr
    assert "Traceback" not in loaded.stderr
    [store] = (each for each in folder_of(full_disk).iterdir() if each.is_dir())
    assert {each.name for each in store.iterdir()} == {
        "columns", "columns.json", "db", "lock", "manifest.json",
    }  # fmt: skip


@pytest.fixture
def read_only(project: Path) -> Iterator[Path]:
    """The project whose store lies where nothing may be written."""
    where = folder_of(project)
    if may_mount():
        with read_only_disk(where):
            yield project
    elif os.name == "posix" and os.geteuid():
        [folder] = (each for each in where.iterdir() if each.is_dir())
        (where / "lock").chmod(0o444)
        folder.chmod(0o555)
        yield project
        folder.chmod(0o755)
    else:
        pytest.skip("no folder can be made read-only here")


def test_a_folder_that_may_not_be_written(ogdkg: Run, read_only: Path) -> None:
    asked = ogdkg("search", "strasse", "-f", "csv", cwd=read_only)
    assert (asked.returncode, "Straße" in asked.stdout) == (0, True)
    assert "Cannot write the word index" in asked.stderr
    assert ogdkg("load", cwd=read_only).returncode == 4


def test_the_same_values_are_offered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    small = NameResolver(Graph(read_project(copy)))
    asked = [
        (query, parameter, begin)
        for name in small.graph.catalogue.paths
        for query in (small.graph.catalogue.get(name),)
        for parameter in query.parameters
        for begin in ("", "a", "Har", "lím", "GINK", "x y", "-")
    ]
    expected = [small.beginning(*each) for each in asked]
    assert sum(map(bool, expected)) > 5
    monkeypatch.setattr(graph, "LARGE", 0)
    large = NameResolver(_kept(copy))
    assert search_kept.word_index(large.graph)
    assert [large.beginning(*each) for each in asked] == expected
