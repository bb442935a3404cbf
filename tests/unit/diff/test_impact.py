"""What a change means: breaking, additive or editorial, for data, ontology and shapes (docs/comparing.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogdkg.cli.main import main
from ogdkg.diff.compare import difference
from ogdkg.diff.model import Difference
from ogdkg.diff.revisions import File, Version
from ogdkg.rdf.formats import TRIG
from ogdkg.rdf.terms import Iri
from ogdkg.render.views.changes import as_markdown, as_text

HEAD = """@prefix ex: <http://e/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
ex:Dog rdfs:subClassOf ex:Mammal . ex:Mammal rdfs:subClassOf ex:Animal . ex:x ex:y ex:z .
"""


def compared(before: str, after: str, passages: tuple[Iri, ...] = ()) -> Difference:
    files = [File(name, TRIG, (HEAD + text).encode()) for name, text in (("old", before), ("new", after))]
    return difference(Version("old", (files[0],)), Version("new", (files[1],)), None, passages)


def impacts(before: str, after: str) -> list[str]:
    return [change.impact for thing in compared(before, after).things for change in thing.changes]


# Each with what the way back means.
CASES = [
    ("a fact", "", "ex:a ex:p 1 .", "additive", "breaking"),
    ("another value", "ex:a ex:p 1 .", "ex:a ex:p 2 .", "breaking", "breaking"),
    ("another spelling", "ex:a ex:p 1 .", "ex:a ex:p 01 .", "editorial", "editorial"),
    ("another datatype", "ex:a ex:p 1 .", "ex:a ex:p 1.0 .", "breaking", "breaking"),
    ("a label", "ex:a rdfs:label 'a' .", "ex:a rdfs:label 'b' .", "editorial", "editorial"),
    ("a comment", "", "ex:a rdfs:comment 'a' .", "editorial", "editorial"),
    ("a second statement", "ex:g { ex:a ex:p 1 }", "ex:g { ex:a ex:p 1 } ex:h { ex:a ex:p 1 }",
     "editorial", "editorial"),
    ("another graph", "ex:g { ex:a ex:p 1 }", "ex:h { ex:a ex:p 1 }", "editorial", "editorial"),
    ("another line", "ex:a ex:p 1 .", "\n\nex:a ex:p 1 .", None, None),
    ("a class", "", "ex:C a owl:Class .", "additive", "breaking"),
    ("a superclass", "", "ex:C rdfs:subClassOf ex:D .", "additive", "breaking"),
    ("a restriction", "", "ex:C rdfs:subClassOf [ owl:onProperty ex:p ] .", "breaking", "additive"),
    ("a range", "", "ex:p rdfs:range ex:Dog .", "breaking", "additive"),
    ("a wider range", "ex:p rdfs:range ex:Dog .", "ex:p rdfs:range ex:Animal .", "additive", "breaking"),
    ("a wider datatype", "ex:p rdfs:range xsd:int .", "ex:p rdfs:range xsd:decimal .",
     "additive", "breaking"),
    ("disjoint classes", "", "ex:C owl:disjointWith ex:D .", "breaking", "additive"),
    ("a functional property", "", "ex:p a owl:FunctionalProperty .", "breaking", "additive"),
    ("a symmetric property", "", "ex:p a owl:SymmetricProperty .", "additive", "breaking"),
    ("a target", "", "ex:S sh:targetClass ex:C .", "breaking", "additive"),
    ("a shape without a word", "", "ex:S a sh:NodeShape .", "editorial", "editorial"),
    ("a constraint", "", "ex:S sh:minCount 1 .", "breaking", "additive"),
    ("none at least", "", "ex:S sh:minCount 0 .", "editorial", "editorial"),
    ("a higher minimum", "ex:S sh:minCount 1 .", "ex:S sh:minCount 2 .", "breaking", "additive"),
    ("a higher maximum", "ex:S sh:maxCount 9 .", "ex:S sh:maxCount 10 .", "additive", "breaking"),
    ("a higher bound", "ex:S sh:maxInclusive 1.5 .", "ex:S sh:maxInclusive 20.0 .", "additive", "breaking"),
    ("a date as bound", "ex:S sh:minInclusive 'a' .", "ex:S sh:minInclusive 'b' .", "breaking", "breaking"),
    ("a longer list", "ex:S sh:in ( 1 'a b' ) .", "ex:S sh:in ( 1 2 'a b' ) .", "additive", "breaking"),
    ("another list", "ex:S sh:in ( 1 2 ) .", "ex:S sh:in ( 1 3 ) .", "breaking", "breaking"),
    ("a closed shape", "ex:S sh:closed false .", "ex:S sh:closed true .", "breaking", "additive"),
    ("a shape put to rest", "", "ex:S sh:deactivated true .", "additive", "breaking"),
    ("a graver severity", "ex:S sh:severity sh:Info .", "ex:S sh:severity sh:Warning .",
     "breaking", "additive"),
    ("the severity by default", "", "ex:S sh:severity sh:Violation .", "editorial", "editorial"),
    ("another path", "ex:S sh:path ex:p .", "ex:S sh:path ex:q .", "breaking", "breaking"),
    ("a message", "ex:S sh:message 'a' .", "ex:S sh:message 'b' .", "editorial", "editorial"),
    ("within a shape", "ex:S sh:property [ sh:path ex:p ; sh:minCount 1 ] .",
     "ex:S sh:property [ sh:path ex:p ; sh:minCount 2 ] .", "breaking", "additive"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "there", "back"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_a_change_and_its_way_back(before: str, after: str, there: str | None, back: str | None) -> None:
    assert impacts(before, after) == ([there] if there else [])
    assert impacts(after, before) == ([back] if back else [])


PASSAGE = """
ex:passages { ex:passage a ex:Passage ; ex:line 1 ; ex:selector ex:here .
  ex:here ex:start 4 ; ex:about ex:named .
  ex:named rdfs:label "Named" . ex:reading ex:from ex:passage . }
ex:reading { ex:a rdfs:label "A" ; ex:p 1 . }
"""


def test_what_tells_where_a_fact_is_stated_is_folded_into_it() -> None:
    found = compared(PASSAGE, "")
    assert {thing.subject.value for thing in found.things if thing.is_evidence} == {
        f"http://e/{name}" for name in ("passage", "here", "reading")
    }
    lines = "".join(as_text(found)).splitlines()
    assert "A: where it is stated: 6 changes  [editorial]" in lines
    assert lines[-1].endswith(": 1 breaking, 8 editorial.")
    assert not any("passage" in line for line in lines)
    assert "  - where it is stated: 6 changes (editorial)\n" in list(as_markdown(found))
    assert "reading" in "".join(as_markdown(found, whole=True))
    assert sum("passage" in line for line in as_text(found, whole=True)) > 4


def test_passages_that_move_alone_are_one_line() -> None:
    moved = PASSAGE.replace("ex:line 1", "ex:line 2")
    lines = "".join(as_text(compared(PASSAGE, moved, (Iri("http://e/passages"),)))).splitlines()
    assert lines == [
        "where it is stated: 1 change of 1 passage or reading  [editorial]",
        "1 change of 1 thing: 1 editorial.",
    ]


def test_many_changes_of_a_thing_are_counted_the_gravest_told() -> None:
    after = " ".join(f"ex:a ex:p{n} {n} ." for n in range(20))
    lines = list(as_text(compared("ex:a ex:q 1 ; ex:r 2 .", after)))
    assert sum("[breaking]" in line for line in lines) == 2 and len(lines) == 5
    assert lines[-2] == "ex:a: … 19 more changes: --all shows them\n"
    assert len(list(as_text(compared("ex:a ex:q 1 .", after), whole=True))) == 22


@pytest.mark.parametrize(
    ("after", "codes"),
    [("ex:a ex:p 1 ; rdfs:label 'b' .", (0, 0, 1)), ("ex:a ex:p 1, 2 ; rdfs:label 'a' .", (0, 1, 1)),
     ("ex:a ex:p 2 ; rdfs:label 'a' .", (1, 1, 1)), ("ex:a ex:p 1 ; rdfs:label 'a' .", (0, 0, 0))],
)  # fmt: skip
def test_the_exit_code_follows_the_gravity_that_is_asked(
    after: str, codes: tuple[int, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.ttl").write_text(f"{HEAD} ex:a ex:p 1 ; rdfs:label 'a' .")
    (tmp_path / "b.ttl").write_text(HEAD + after)
    limits = ("breaking", "additive", "any")
    assert tuple(main(["diff", "a.ttl", "b.ttl", "--fail-on", limit]) for limit in limits) == codes
