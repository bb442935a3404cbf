"""What a validation came to is remembered as long as nothing that it depends on changes, and no longer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Thread

import pytest

from ogdkg.project import cache_files
from ogdkg.project.project import read_project
from ogdkg.validation import outcome_cache
from ogdkg.validation.outcome_cache import Asked, Outcome, fingerprint, recalled, remember

FILES = {
    "ogdkg.toml": """
[project]
source = "source.txt"
[[layer]]
name = "data"
files = ["data/*.ttl", "data/*.jsonld"]
[[layer]]
name = "derived"
rules = ["rules/*.rq"]
graph = "urn:g"
[contexts]
"https://x.example/c" = "context.jsonld"
""",
    "data/a.ttl": "<urn:a> a <urn:T> .\n",
    "data/sub/unread.ttl": "<urn:u> a <urn:T> .\n",
    "data/b.jsonld": '{"@context": "https://x.example/c", "@id": "urn:b", "@type": "T"}',
    "context.jsonld": '{"@context": {"T": "urn:T"}}',
    "rules/r.rq": "CONSTRUCT { ?s <urn:p> 1 } WHERE { ?s a <urn:T> }",
    "ontology/shapes/s.ttl": """@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ; sh:sparql [ a sh:SPARQLConstraint ;
  sh:select "SELECT $this WHERE { $this <urn:q> ?x }" ] .
""",
    "ontology/o.ttl": "<urn:T> a <http://www.w3.org/2002/07/owl#Class> .\n",
    "queries/checks/c.rq": "# A check.\nSELECT ?s { ?s <urn:z> 1 }",
    "queries/other.rq": "# Another.\nSELECT ?s { ?s <urn:z> 2 }",
    "source.txt": "A document.",
}


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "ogdkg" / "judged"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    root = tmp_path / "project"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(root)
    return root


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def mark(root: Path, **options: object) -> str | None:
    return fingerprint(Asked(read_project(root), {"data": ()}, options))


def test_the_same_files_and_options_are_the_same(root: Path) -> None:
    first = mark(root, severity="info")
    assert first is not None
    for path in root.rglob("*"):
        os.utime(path)
    assert mark(root, severity="info") == first
    assert mark(root, severity="warning") != first


@pytest.mark.parametrize("name", sorted({*FILES} - {"queries/other.rq", "data/sub/unread.ttl"}))
def test_a_byte_of_a_file_that_is_read_is_noticed(root: Path, name: str) -> None:
    """Even if its size and its times are the same."""
    before, status = mark(root), (root / name).stat()
    text = (root / name).read_text(encoding="utf-8")
    changed = text.swapcase() if name != "ogdkg.toml" else text.replace("urn:g", "urn:h")
    (root / name).write_text(changed, encoding="utf-8")
    os.utime(root / name, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert mark(root) != before


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_goes_is_noticed(root: Path, name: str) -> None:
    if name != "ogdkg.toml":  # without which there is no project
        before = mark(root)
        (root / name).unlink()
        assert mark(root) != before


@pytest.mark.parametrize(
    "name", ["data/new.ttl", "data/sub/new.ttl", "queries/new.rq", "rules/z.rq", "ontology/shapes/z.ttl"]
)
def test_a_file_that_comes_is_noticed(root: Path, name: str) -> None:
    before = mark(root)
    (root / name).write_text("", encoding="utf-8")
    assert mark(root) != before


def test_two_files_that_change_places_are_noticed(root: Path) -> None:
    (root / "data" / "z.ttl").write_text("<urn:z> a <urn:T> .\n", encoding="utf-8")
    before = mark(root)
    for source, target in (("a", "t"), ("z", "a"), ("t", "z")):
        (root / "data" / f"{source}.ttl").rename(root / "data" / f"{target}.ttl")
    assert mark(root) != before


def test_so_are_another_folder_trust_and_program(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, project = mark(root), read_project(root)
    assert fingerprint(Asked(project._replace(trust=True), {"data": ()}, {})) != before
    assert fingerprint(Asked(project, {"data": ("data/a.ttl",)}, {})) != before
    monkeypatch.chdir(root / "data")
    assert mark(root) != before
    monkeypatch.chdir(root)
    assert mark(root) == before
    monkeypatch.setattr(cache_files, "__version__", "another")
    cache_files.program.cache_clear()
    assert mark(root) != before
    cache_files.program.cache_clear()


CHANGING = (
    "NOW()",
    "now ()",
    "Rand\\n(\\t)",
    "\\u004eOW()",
    "\\\\U0000004eOW()",
    "STRUUID # ) \\n ()",
    "UUID()",
)


@pytest.mark.parametrize("call", CHANGING)
@pytest.mark.parametrize("name", ["ontology/shapes/s.ttl", "rules/r.rq", "queries/checks/c.rq"])
def test_what_asks_for_the_time_is_not_remembered(root: Path, name: str, call: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    (root / name).write_text(text.replace(" 1 }", f" {call} }}").replace("?x }", f"?x FILTER({call}) }}"))
    assert mark(root) is None


def test_a_word_that_looks_like_it_does_no_harm(root: Path) -> None:
    for name, word in (("ontology/shapes/s.ttl", "<urn:now> "), ("queries/other.rq", "NOW()")):
        text = (root / name).read_text(encoding="utf-8")
        (root / name).write_text(text.replace("<urn:q> ", word).replace("2", word), encoding="utf-8")
    assert mark(root) is not None


def test_packed_shapes_and_pipes_are_not_remembered(root: Path) -> None:
    (root / "s.ttl.gz").write_bytes(b"")
    assert fingerprint(Asked(None, {"data": ("data/a.ttl",), "shapes": ("s.ttl.gz",)}, {})) is None
    os.mkfifo(root / "pipe.ttl")
    assert fingerprint(Asked(None, {"data": ("pipe.ttl",)}, {})) is None
    assert fingerprint(Asked(None, {"data": ("data",)}, {})) is not None


WATCHING = """
import os, sys
root, read = os.path.realpath("."), set()

def hear(event, arguments):
    if event in ("open", "os.scandir", "os.listdir") and isinstance(arguments[0], str | os.PathLike):
        path = os.path.realpath(arguments[0])
        is_kept = "well-formed" in path or ".ogdkg-" in path  # by a name relative to the folder of the cache
        if (path == root or path.startswith(root + "/")) and not is_kept:
            read.add(path)

sys.addaudithook(hear)
from ogdkg.cli.main import main
from ogdkg.project import cache_files
from ogdkg.project.project import read_project
from ogdkg.validation.outcome_cache import Asked, fingerprint
main(["validate", "--no-cache"])
judged = set(read)
read.clear()
assert fingerprint(Asked(read_project(__import__("pathlib").Path(root)), {"data": ()}, {}))
print("\\0", len(judged), *(judged - read))
"""


def test_nothing_is_read_that_it_does_not_depend_on(root: Path) -> None:
    """Python tells of each file and folder that a validation opens."""
    done = subprocess.run(
        [sys.executable, "-P", "-c", WATCHING], cwd=root, capture_output=True, text=True, timeout=60
    )
    count, *others = done.stdout.partition("\0")[2].split()
    assert (int(count) >= len(FILES) - 2, others) == (True, []), done.stderr


OUTCOME = Outcome("Valid: é\x00\u2028 \udcff.\n", 1, [("Notice: \udcff", 0), ("", 1)], 1e9)


def test_an_outcome_comes_back_as_it_was() -> None:
    remember("0" * 64, OUTCOME)
    assert recalled("0" * 64) == OUTCOME
    assert recalled("1" * 64) is None


def test_a_kept_outcome_is_whole_or_is_none(cache: Path) -> None:
    remember("0" * 64, OUTCOME)
    whole = (cache / ("0" * 64)).read_bytes()
    for length in range(0, len(whole), 7):
        (cache / ("0" * 64)).write_bytes(whole[:length])
        assert recalled("0" * 64) is None
    for wrong in (
        b"[]",
        b"{}",
        b'{"text": 1}',
        whole.replace(b'"said": [[', b'"said": [3, ['),
        b"[" * 100_000,
    ):
        (cache / ("0" * 64)).write_bytes(wrong)
        assert recalled("0" * 64) is None


def test_who_writes_at_the_same_time_disturbs_nobody(cache: Path) -> None:
    outcomes = [Outcome(str(number) * 10_000, 0, [], 1e9) for number in range(6)]
    threads = [Thread(target=remember, args=("0" * 64, outcome)) for outcome in outcomes]
    for thread in threads:
        thread.start()
    found = [recalled("0" * 64) for _ in range(20)]
    for thread in threads:
        thread.join()
    assert all(each in (None, *outcomes) for each in found)
    assert recalled("0" * 64) in outcomes
    assert names(cache) == ["0" * 64]


def test_the_newest_are_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache_files, "MOST_KEPT", 3)
    for number in range(5):
        remember(f"{number:064}", OUTCOME)
        os.utime(cache / f"{number:064}", (number, number))
    (cache / "mine").write_text("", encoding="utf-8")
    remember(f"{9:064}", OUTCOME)
    assert names(cache) == [*(f"{number:064}" for number in (3, 4, 9)), "mine"]
    monkeypatch.setattr(cache_files, "MOST_BYTES", 200)
    remember(f"{8:064}", OUTCOME)
    assert names(cache) == [f"{8:064}", "mine"]


def test_a_report_that_is_too_long_is_not_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outcome_cache, "MOST_TEXT", 3)
    remember("0" * 64, OUTCOME)
    assert not cache.exists()
