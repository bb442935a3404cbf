"""What changed: in words, with lines, whatever blank nodes are called."""

from __future__ import annotations

import itertools
import json
import random
import re
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.cli.main import main
from ogdkg.diff import compare, lines
from ogdkg.diff.compare import difference
from ogdkg.diff.lines import Readings
from ogdkg.diff.model import Difference
from ogdkg.diff.revisions import File, Version
from ogdkg.rdf import statements
from ogdkg.rdf.formats import JSONLD, NTRIPLES, RDFXML, TRIG, Format
from ogdkg.rdf.terms import RDFS, Quad
from ogdkg.render.views.changes import as_json, as_markdown, as_text
from ogdkg.store import stream
from tests.conftest import examples
from tests.unit.syntax.documents import trig

PROLOGUE = """@prefix ex: <http://e/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:boost skos:prefLabel "BOOST"@en, "Schub"@de .
"""


def sides(before: str, after: str) -> Difference:
    old, new = (File(name, TRIG, text.encode()) for name, text in (("old", before), ("new", after)))
    return difference(Version("old", (old,)), Version("new", (new,)))


def words(before: str, after: str) -> list[str]:
    """What is told of each change, without its impact and without the count at the end."""
    lines = "".join(as_text(sides(PROLOGUE + before, PROLOGUE + after), whole=True)).splitlines()
    told = [re.sub(r"  \[(breaking|additive|editorial)\]$", "", line) for line in lines]
    return told[:-1] or told


def test_only_what_differs_becomes_an_object(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is a hash each: a million statements on each side would take a gigabyte."""
    made: list[str] = []

    def quad_of(line: str) -> Quad:
        made.append(line)
        return statements.quad_of(line)

    monkeypatch.setattr(compare, "quad_of", quad_of)
    before = "".join(f'<x:s{n}> <x:p> <x:o{n}>, "_:b" .\n' for n in range(3000))
    told = sides(before, before.replace("<x:o7>", "<x:other>"))
    assert [change.kind for thing in told.things for change in thing.changes] == ["changed"]
    assert len(made) < 10


def test_what_does_not_fit_into_memory_is_compared_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def versions() -> tuple[Version, Version]:
        shared = File("shared", TRIG, b"<x:a> <x:p> 1, [ <x:q> 2 ] . <x:g> { <x:a> <x:p> 1 }")
        texts = b"<x:b> <x:p> 2, 3 . [] <x:q> 'one' .", b"<x:b> <x:p> 3, 4 . [] <x:q> 'two' ."
        old, new = (File("own", TRIG, text) for text in texts)
        return Version("old", (shared, old)), Version("new", (new, shared))

    in_memory = as_json(difference(*versions()))
    monkeypatch.setattr(lines, "_HELD", 1)
    monkeypatch.setattr(stream, "_BATCH", 2)
    assert list(as_json(difference(*versions()))) == list(in_memory)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("", "ex:boost ex:hasContact ex:c .", ["BOOST: has contact added ex:c, new line 3"]),
        ("ex:boost ex:n 1 .", "", ['BOOST: n removed 1, old line 3']),
        (
            "ex:boost ex:n 01, 2 .",
            "ex:boost ex:n 2,\n1 .",
            ['BOOST: n changed from 01 to 1, new line 4'],
        ),
        ("ex:boost ex:n 1 .", "ex:boost ex:n 1 . ex:boost ex:n 1 .", ["No differences."]),
        (
            'ex:boost ex:in ex:c . ex:c skos:prefLabel "Ada" . ex:d skos:prefLabel "Ada" .',
            'ex:boost ex:in ex:d . ex:c skos:prefLabel "Ada" . ex:d skos:prefLabel "Ada" .',
            ["BOOST: in changed from Ada (ex:c) to Ada (ex:d), new line 3"],
        ),
        ("ex:a a ex:C .", "", ["ex:a: gone", "ex:a: type removed ex:C, old line 3"]),
        ("", "ex:a a ex:C .", ["ex:a: new", "ex:a: type added ex:C, new line 3"]),
        (
            "ex:g { ex:boost ex:n 1 }",
            "ex:h { ex:boost ex:n 1 }",
            ['BOOST: n moved, 1, from ex:g to ex:h, new line 3'],
        ),
        (
            "ex:boost ex:l (1 ex:a) .",
            "ex:boost ex:l (ex:a) .",
            ["BOOST: l changed from ( 1 ex:a ) to ( ex:a ), new line 3"],
        ),
        (
            "ex:boost ex:k [ ex:v 1 ; ex:w 2 ] .",
            "ex:boost ex:k _:x . _:x ex:w 2 ; ex:v 1 .",
            ["No differences."],
        ),
        (
            "ex:boost ex:k [ ex:v 1 ; ex:w 2 ], [ ex:v 9 ] .",
            "ex:boost ex:k [ ex:v 9 ], [ ex:v 3 ; ex:w 2 ] .",
            ['BOOST: k → v changed from 1 to 3, new line 3'],
        ),
        ("ex:boost ex:k [], [] .", "ex:boost ex:k [] .", ["BOOST: k removed [], old line 3"]),
        ("", "[ ex:v 1 ] .", ["a blank node: new", 'a blank node: v added 1, new line 3']),
        (
            "_:a ex:p _:b . _:b ex:p _:a ; ex:q 1 .",
            "_:x ex:p _:y . _:y ex:p _:x ; ex:q 1 .",
            ["No differences."],
        ),
    ],
)  # fmt: skip
def test_words(before: str, after: str, expected: list[str]) -> None:
    assert words(before, after) == expected


@examples(60)
@given(trig())
def test_a_document_does_not_differ_from_itself(text: str) -> None:
    assert not sides(text, text.replace("_:b", "_:renamed-b")).things


@examples(60)
@given(trig(), st.integers(1, 3))
def test_what_is_added_is_told_and_only_that(text: str, count: int) -> None:
    more = "".join(f"\n<urn:new:{n}> <urn:p> {n} ." for n in range(count))
    found = sides(text, text + more)
    assert [(thing.kind, len(thing.changes)) for thing in found.things] == [("added", 1)] * count
    back = sides(text + more, text)
    assert [thing.kind for thing in back.things] == ["removed"] * count


def test_deep_and_wide_structures() -> None:
    numbers = [str(n) for n in range(3000)]
    before = f"<x:s> <x:l> ({' '.join(numbers)}), [ <x:p> {'[ <x:p> ' * 200} 1 {']' * 200} ] ."
    assert not sides(before, before).things
    random.Random(1).shuffle(numbers)
    after = f"<x:s> <x:l> ({' '.join(numbers)}), [ <x:p> {'[ <x:p> ' * 200} 2 {']' * 200} ] ."
    assert {change.kind for change in sides(before, after).things[0].changes} == {"changed"}


@pytest.mark.parametrize(
    ("form", "text", "line"),
    [
        (RDFXML, '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://e/">\n'
                 '<rdf:Description rdf:about="http://e/a">\n<e:p>1</e:p></rdf:Description></rdf:RDF>', 3),
        (JSONLD, '{"@context": {"e": "http://e/"},\n"@id": "e:a",\n"e:p": ["0",\n"1"]}', 4),
    ],
)  # fmt: skip
def test_other_formats_have_lines_too(form: Format, text: str, line: int) -> None:
    old, new = (
        Version("old", (File("a", form, each.encode()),))
        for each in (text, re.sub(r"(?<=[\">])1", "2", text))
    )
    assert "".join(as_text(difference(old, new))) == (
        f'e:a: p changed from "1" to "2", a line {line}  [breaking]\n1 change of 1 thing: 1 breaking.\n'
    )


def test_what_was_read_for_earlier_comparisons_is_told_alike() -> None:
    """A file that several versions have is read once; that one stands there twice is not forgotten."""
    parts = [
        'ex:a ex:n 1 ; ex:p [ ex:q "x" ; ex:r [ ex:s 2 ] ] .',
        'ex:a ex:p [ ex:q "x" ] , [ ex:q "y" ] . ex:C rdfs:subClassOf ex:D .',
        'ex:b ex:p [ ex:q "x" ] ; skos:prefLabel "B" . [] ex:q "x" .',
        "ex:a ex:n 01 . ex:c a ex:C .",
        "[] ex:q 1 .",
    ]
    prologue = f"@prefix rdfs: <{RDFS}> . {PROLOGUE}"
    files = [File(f"{n}.ttl", TRIG, (prologue + part).encode()) for n, part in enumerate(parts)]
    twice = File("4 again.ttl", TRIG, files[4].data)
    moved = File("moved.ttl", TRIG, files[2].data)
    chosen = [files[:3], files[1:4], [*files, twice], files[2:], [moved, *files[:2]], [twice], files, []]
    versions = [Version(str(number), tuple(each)) for number, each in enumerate(chosen)]
    known: Readings = {}
    for before, after in itertools.product(versions, repeat=2):
        once = "".join(as_json(difference(before, after, known=known)))
        assert once == "".join(as_json(difference(before, after)))
    assert len(known) == 6


def test_texts_of_two_files_are_alike_whatever_their_prefixes() -> None:
    before = sides_of(
        TRIG, "PREFIX e: <http://e/> <x:g> { <x:s> <x:p> [ <x:q> e:o ], <<( e:a <x:b> e:c )>> . }"
    )
    after = sides_of(
        NTRIPLES,
        "<x:s> <x:p> _:b . _:b <x:q> <http://e/o> ."
        " <x:s> <x:p> <<( <http://e/a> <x:b> <http://e/c> )>> .".replace(" . ", " .\n"),
    )
    found = difference(before, after)
    assert {change.kind for thing in found.things for change in thing.changes} == {"moved"}


def sides_of(form: Format, text: str) -> Version:
    return Version("v", (File("f", form, text.encode()),))


def test_markdown_and_json() -> None:
    found = sides(PROLOGUE, PROLOGUE + 'ex:boost ex:n "a*b" .')
    assert "".join(as_markdown(found)) == (
        "### old → new\n\n1 change of 1 thing: 1 additive.\n\n"
        '- **BOOST**\n  - n added "a\\*b", line 3 (additive)\n'
    )
    (thing,) = json.loads("".join(as_json(found)))["things"]
    assert thing["label"] == "BOOST" and thing["iri"] == "http://e/boost"
    after = {"value": '"a*b"', "graph": None, "file": "new", "line": 3, "column": 15}
    change = {"kind": "added", "path": ["http://e/n"], "before": None, "after": after, "impact": "additive"}
    assert thing["changes"] == [change]


def test_markdown_for_a_review() -> None:
    """A count; new things without a word for each value; files once, of the revisions' own no word."""
    before = PROLOGUE + "ex:old a ex:C . ex:boost ex:n 1 ; ex:hash '" + "0a" * 32 + "' ."
    after = PROLOGUE + "ex:a a ex:C ; ex:n true . ex:boost ex:n 1.50 ; ex:hash '" + "0b" * 32 + "' ."
    old = Version("HEAD~1:data", (File("HEAD~1:data/a.trig", TRIG, before.encode()),))
    new = Version("HEAD", (File("HEAD:data/a.trig", TRIG, after.encode()),))
    text = "".join(as_markdown(difference(old, new)))
    assert text.startswith(
        "### HEAD\\~1:data → HEAD\n\n5 changes of 3 things, 1 new, 1 gone: 3 breaking, 2 additive.\n\n"
    )
    things = sorted(re.sub(r" \((breaking|additive)\)$", "", text, flags=re.M).rstrip("\n").split("\n- ")[1:])
    assert things == [
        "**BOOST** in data/a.trig\n  - n changed from 1 to 1.50, line 3\n"
        '  - hash changed from "0a0a0a0a0a0a…" to "0b0b0b0b0b0b…", line 3',
        "**ex:a** (new) in data/a.trig\n  - type: ex:C, line 3\n  - n: true, line 3",
        "**ex:old** (gone) in data/a.trig\n  - type: ex:C, old line 3",
    ]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one file and two revisions of it, and a third version in the working tree."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    git("init", "-q")
    for number in (1, 2, 3):
        (tmp_path / "data" / "a.ttl").write_text(f"<x:s> <x:p> {number} .\n")
        (tmp_path / "notes.txt").write_text("no RDF")
        if number < 3:
            git("add", ".")
            git("commit", "-qm", str(number))
    return tmp_path


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    subprocess.run(["git", *identity, *arguments], check=True)


@pytest.mark.parametrize(
    ("arguments", "before", "after"),
    [
        (["HEAD~1", "HEAD"], 1, 2),
        (["HEAD"], 2, 3),
        (["HEAD~1:data/a.ttl", "data/a.ttl"], 1, 3),
        (["HEAD~1:data", "HEAD:data"], 1, 2),
        (["HEAD", "data"], 2, 3),
    ],
)
def test_revisions(
    repository: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], before: int, after: int
) -> None:
    assert main(["diff", *arguments]) == 1
    assert f"p changed from {before} to {after}" in capsys.readouterr().out


def test_the_command_tells_what_it_cannot_do(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", "data", "data"]) == 0
    assert main(["diff", "nowhere", "data"]) == 2
    assert "neither a file nor a git revision" in capsys.readouterr().err
    assert main(["diff", "HEAD:none.ttl", "data"]) == 2
    assert main(["diff", "notes.txt", "data"]) == 2
    (repository / "data" / "a.ttl").write_text("<x:s> <x:p> .")
    assert main(["diff", "HEAD"]) == 3
