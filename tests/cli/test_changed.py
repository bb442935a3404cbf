"""`ogdkg validate --changed REV`: what has changed since a revision is judged, and what that can touch."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.conftest import Run
from tests.projects import configuration

SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> .
<urn:S> a sh:NodeShape ; sh:targetClass <urn:T> ;
  sh:property [ sh:path <urn:p> ; sh:class <urn:C> ] , [ sh:path <urn:n> ; sh:minCount 1 ] .
<urn:Q> a sh:NodeShape ; sh:targetClass <urn:U> ;
  sh:sparql [ sh:select "SELECT $this { $this <urn:q> ?v . FILTER (?v > 1) }" ] .
"""
DATA = """<urn:a> a <urn:T> ; <urn:p> <urn:c> ; <urn:n> 1 .
<urn:b> a <urn:T> ; <urn:n> 1 .
<urn:d> a <urn:T> .
<urn:u> a <urn:U> ; <urn:q> 2 .
"""
SPARQL = "data/a.ttl:4:1"  # the place of what a constraint in SPARQL finds, which may look at anything
CLASSES = "<urn:c> a <urn:D> .\n<urn:D> <http://www.w3.org/2000/01/rdf-schema#subClassOf> <urn:C> .\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    for name, text in (
        ("ogdkg.toml", '[project]\nname = "x"\n'),
        ("ontology/shapes/s.ttl", SHAPES),
        ("data/a.ttl", DATA),
        ("data/b.ttl", CLASSES),
    ):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    git(root, "init", "-q")
    git(root, "add", ".")
    git(root, "commit", "-qm", "first")
    return root


def git(root: Path, *words: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *words], cwd=root, check=True)


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def places(report: str) -> list[str]:
    return [
        line.partition(": ")[0] for line in report.splitlines() if line.startswith(("data/", "ontology/"))
    ]


def test_nothing_has_changed(ogdkg: Run, project: Path) -> None:
    whole, done = ogdkg("validate", cwd=project), ogdkg("validate", "--changed", "HEAD", cwd=project)
    assert whole.returncode == 1 and len(places(whole.stdout)) == 2
    assert done.returncode == 0 and not places(done.stdout)
    assert "Since HEAD, 0 statements and 0 shapes differ: judged 0 focus nodes" in done.stderr


@pytest.mark.parametrize(
    ("file", "old", "new", "found"),
    [
        ("data/a.ttl", "<urn:b> a <urn:T> ; <urn:n> 1 .", "<urn:b> a <urn:T> .", ["data/a.ttl:2:1", SPARQL]),
        ("data/b.ttl", "<urn:c> a <urn:D> .\n", "", ["data/a.ttl:1:29", SPARQL]),
        ("data/b.ttl", "<urn:C>", "<urn:E>", ["data/a.ttl:1:29", "data/a.ttl:3:1", SPARQL]),
        ("ontology/shapes/s.ttl", "sh:minCount 1", "sh:minCount 2",
         ["data/a.ttl:1:47", "data/a.ttl:2:29", "data/a.ttl:3:1"]),
    ],
    ids=["a value", "the class of a value", "the hierarchy", "a shape"],
)  # fmt: skip
def test_what_a_change_can_touch_is_judged(
    ogdkg: Run, project: Path, file: str, old: str, new: str, found: list[str]
) -> None:
    rewrite(project / file, old, new)
    done = ogdkg("validate", "--changed", "HEAD", cwd=project)
    assert (done.returncode, places(done.stdout)) == (1, found)
    assert set(found) <= set(places(ogdkg("validate", cwd=project).stdout))


def test_a_constraint_in_sparql_may_look_at_anything(ogdkg: Run, project: Path) -> None:
    rewrite(project / "data/a.ttl", "<urn:b> a <urn:T> ;", "<urn:b> a <urn:T> , <urn:V> ;")
    done = ogdkg("validate", "--changed", "HEAD", cwd=project)
    assert places(done.stdout) == [SPARQL]


def test_a_file_that_is_gone(ogdkg: Run, project: Path) -> None:
    (project / "data" / "b.ttl").unlink()
    done = ogdkg("validate", "--changed", "HEAD", cwd=project)
    assert "data/a.ttl:1:29" in places(done.stdout)


def test_files_that_are_named(ogdkg: Run, project: Path) -> None:
    rewrite(project / "data/a.ttl", "<urn:b> a <urn:T> ; <urn:n> 1 .", "<urn:b> a <urn:T> .")
    words = ("data", "--shapes", "ontology/shapes/s.ttl", "--changed", "HEAD")
    assert "data/a.ttl:2:1" in places(ogdkg("validate", *words, cwd=project).stdout)


@pytest.mark.parametrize("files", ["data/*.ttl", "./data/*.ttl", "*/?.ttl", "**/[ab].ttl", "[d]ata/*.ttl"])
def test_of_a_revision_there_is_what_the_project_reads(ogdkg: Run, project: Path, files: str) -> None:
    settings = f"[[layer]]\nname = 'data'\nfiles = ['{files}', 'top.ttl']\n"
    (project / "ogdkg.toml").write_text(settings + "[shapes]\nfiles = ['ontology/shapes/*.ttl']\n")
    (project / "top.ttl").write_text("<urn:t> a <urn:T> .\n")
    (project / "other").mkdir()
    (project / "other" / "broken.ttl").write_text("<urn:t> a\n")
    git(project, "add", ".")
    git(project, "commit", "-qm", "second")
    done = ogdkg("validate", "--changed", "HEAD", cwd=project)
    assert "Since HEAD, 0 statements and 0 shapes differ: judged 0 focus nodes" in done.stderr
    rewrite(project / "top.ttl", "a <urn:T>", "a <urn:U>")
    done = ogdkg("validate", "--changed", "HEAD", cwd=project)
    assert "Since HEAD, 2 statements and 0 shapes differ" in done.stderr


def test_what_was_not_there_is_judged_whole(ogdkg: Run, project: Path) -> None:
    (project / "new.ttl").write_text("<urn:z> a <urn:T> .\n", encoding="utf-8")
    words = ("new.ttl", "--shapes", "ontology/shapes/s.ttl", "--changed", "HEAD")
    done = ogdkg("validate", *words, cwd=project)
    assert places(done.stdout) == [] and "new.ttl:1:1" in done.stdout
    assert "All was judged, as HEAD does not have these files." in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--changed", "nope"), "nope is no git revision of "),
        (("--changed", "HEAD", "--rules"), "so --rules has no place."),
        (("-", "--shapes", "ontology/shapes/s.ttl", "--changed", "HEAD"), "Standard input has no earlier"),
        (("/dev/null", "--shapes", "ontology/shapes/s.ttl", "--from", "turtle", "--changed", "HEAD"),
         "/dev/null is elsewhere"),
    ],
)  # fmt: skip
def test_what_cannot_be_compared(ogdkg: Run, project: Path, words: tuple[str, ...], told: str) -> None:
    done = ogdkg("validate", *words, cwd=project)
    assert done.returncode == 2 and told in done.stderr


def test_outside_a_repository(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text("<urn:a> a <urn:T> .\n", encoding="utf-8")
    done = ogdkg("validate", "a.ttl", "--shapes", "a.ttl", "--changed", "HEAD", cwd=tmp_path)
    assert done.returncode == 2 and done.stderr.startswith("Error: ")


def test_what_rules_derived_is_told_again(
    ogdkg: Run, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    layers = configuration(
        {"data": {"files": ["data/*.ttl"]}, "derived": {"rules": ["rules/*.rq"], "graph": "urn:g:derived"}}
    )
    rewrite(project / "ogdkg.toml", 'name = "x"\n', f'name = "x"\n{layers}')
    rule = "CONSTRUCT { ?x <urn:p> ?y } WHERE { ?x <urn:from> ?y }"
    (project / "rules").mkdir()
    (project / "rules/r.rq").write_text(rule, encoding="utf-8")
    rewrite(
        project / "data/a.ttl", "<urn:d> a <urn:T> .", "<urn:d> a <urn:T> ; <urn:n> 1 ; <urn:from> <urn:c> ."
    )
    git(project, "add", ".")
    git(project, "commit", "-qm", "with a rule")
    rewrite(project / "data/a.ttl", "<urn:from> <urn:c>", "<urn:from> <urn:e>")
    told = [ogdkg("validate", "--changed", "HEAD", *more, cwd=project) for more in ((), (), ("--no-cache",))]
    kept = list((tmp_path / "cache").rglob("compared/*"))
    assert len(kept) == 2  # of the files as they are, and as they were
    assert {(each.stdout, each.stderr, each.returncode) for each in told} == {
        (told[0].stdout, told[0].stderr, told[0].returncode)
    }
    assert "4 statements and 0 shapes differ" in told[0].stderr and "<urn:e>" in told[0].stdout
