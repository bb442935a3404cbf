"""Values in passages: a changed one is found, a true one is not, and a mark that nothing needs is told."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from ogdkg import open_graph
from ogdkg.errors import InputError
from ogdkg.evidence.documents import read_known_source, read_known_sources
from ogdkg.evidence.lists import places_in_lists
from ogdkg.evidence.passages import read_passages, text_hash
from ogdkg.evidence.places import places_of
from ogdkg.evidence.values import NOT_PRINTED, ValueReport, ValuesInPassages, check_values, look_for_values
from ogdkg.rdf.datatypes import NUMBERS
from ogdkg.rdf.terms import Iri, Literal, Quad, typed
from tests.cli.test_coverage import DOCUMENT
from tests.projects import our_graph

TEXT = """# Trees

* **The Oak** (OAK), 300,000 years old. Write to ada@trees.example.
* The lime, planted on 12 May 1921.

They are three.
"""
PROJECT = """
[project]
name = "t"
things = "urn:t:"
source = "list.md"
[[layer]]
name = "source"
files = ["*.trig"]
passages = "urn:g:passages"
[[layer]]
name = "about"
files = ["*.ttl"]
graph = "urn:g:about"
[prefixes]
ns = "urn:t:ns#"
"""
EVIDENCE = """
[evidence]
values = ["ns:name", "ns:age", "ns:mail", "ns:planted"]
positions = ["ns:position"]
"""


def passage(name: str, words: str, facts: str) -> str:
    start = TEXT.index(words)
    end = start + len(words)
    first, last = TEXT.count("\n", 0, start) + 1, TEXT.count("\n", 0, end - 1) + 1
    return f"""GRAPH <urn:g:passages> {{
  <urn:p:{name}> a ogd:Passage ; ogd:startLine {first} ; ogd:endLine {last} ;
    ogd:textHash "{text_hash(words)}" ; oa:hasSource <urn:s:list> ; oa:hasSelector <urn:p:{name}#at> .
  <urn:p:{name}#at> oa:start {start} ; oa:end {end} ; oa:refinedBy <urn:p:{name}#words> .
  <urn:p:{name}#words> oa:exact "{words.split()[0]}" . }}
GRAPH <urn:p:{name}> {{ {facts} }}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "list.md").write_text(TEXT)
    (tmp_path / "ogdkg.toml").write_text(PROJECT + EVIDENCE)
    head = "PREFIX ogd: <https://w3id.org/ogdkg/ns#>\nPREFIX oa: <http://www.w3.org/ns/oa#>\n"
    xsd = "PREFIX ns: <urn:t:ns#>\nPREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
    oak = (
        '<urn:t:oak> ns:name "The Oak" ; ns:position 1 ; ns:age 300000 ; ns:mail <mailto:ada@trees.example> .'
    )
    lime = '<urn:t:lime> ns:position 2 ; ns:planted "1921-05-12"^^xsd:date .'
    (tmp_path / "list.trig").write_text(
        head
        + xsd
        + passage("oak", TEXT[TEXT.index("**The") : TEXT.index("\n* The")], oak)
        + passage("lime", "The lime, planted on 12 May 1921", lime)
    )
    digest = hashlib.sha256(TEXT.encode()).hexdigest()
    (tmp_path / "about.ttl").write_text(f'{head}<urn:s:list> ogd:textHash "{digest}" .\n')
    return tmp_path


def report(project: Path) -> ValueReport:
    graph = open_graph(project)
    return check_values(graph, [read_known_source(graph, project / "list.md")])


def edit(project: Path, old: str, new: str, file: str = "list.trig") -> None:
    text = (project / file).read_text()
    assert old in text
    (project / file).write_text(text.replace(old, new))


def test_true_values_stand(project: Path) -> None:
    assert report(project).text() == "6 of 6 values stand in their passages"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ns:age 300000", "ns:age 30000", "30000 does not stand in L3; there is: 300,000"),
        ('"The Oak"', '"The Oaks"', "\u201cThe Oaks\u201d does not stand in L3; there is: The Oak"),
        ("ada@", "adam@", "adam@trees.example does not stand in L3; there is: ada@trees.example"),
        ("05-12", "05-13", "1921-05-13 does not stand in L4; there is: 12 May 1921, May 1921, 1921"),
        ("position 2", "position 1", "1 is not the place of L4, which is item 2 of its list."),
    ],
)
def test_a_false_value_is_found_with_its_place(project: Path, old: str, new: str, message: str) -> None:
    edit(project, old, new)
    [fault] = report(project).faults
    assert fault.message == message
    [place] = places_of(open_graph(project), [fault.quad]).values()
    line = (project / "list.trig").read_text().splitlines()[(place.line or 0) - 1]
    assert line[(place.column or 0) - 1 :].startswith(("30000", '"The', "<mailto:adam", '"1921-05-13', "1 ;"))


def test_without_settings_numbers_dates_and_mailboxes_are_looked_for(project: Path) -> None:
    (project / "ogdkg.toml").write_text(PROJECT)
    found = report(project)
    assert (found.checked, [fault.message for fault in found.faults]) == (
        5,
        [
            "2 does not stand in L4; there is: 12, 1921",
            "1 does not stand in L3; there is: 300,000",
        ],
    )


def test_what_cannot_stand_there_is_marked_and_a_stale_mark_is_told(project: Path) -> None:
    edit(project, '"The Oak"', '"Oaks"')
    mark = '<urn:p:oak> ogd:notPrinted "Oaks" .\n'
    (project / "marks.ttl").write_text("PREFIX ogd: <https://w3id.org/ogdkg/ns#>\n" + mark)
    assert report(project).text() == "5 of 6 values stand in their passages; 1 are marked as not printed"
    assert report(project).faults == ()
    edit(project, '"Oaks"', '"The Oak"')
    [unstated] = report(project).faults
    assert unstated.message.endswith("is marked as not printed, but is not stated by this reading.")
    edit(project, '"Oaks"', '"The Oak"', "marks.ttl")
    [stale] = report(project).faults
    assert (stale.rule, stale.message) == (
        "StaleMark",
        "\u201cThe Oak\u201d is marked as not printed, but stands in L3.",
    )


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ('[evidence]\nvalues = ["nothing"]', "'nothing' is not the CURIE of a property"),
        ("[evidence]\nvalue = []", "'value'"),
        ("[evidence]\npositions = 3", "positions"),
    ],
)
def test_wrong_settings_are_told(project: Path, table: str, fault: str) -> None:
    (project / "ogdkg.toml").write_text(PROJECT + table)
    with pytest.raises(InputError, match=fault):
        open_graph(project)


def test_documents_come_from_a_folder_too(project: Path) -> None:
    (project / "picture.png").write_bytes(b"\x89PNG\0")
    graph = open_graph(project)
    [source], others = read_known_sources(graph, [project, project / "list.md"])
    assert source.iri == "urn:s:list" and project / "picture.png" in others
    with pytest.raises(InputError, match="No file in this folder is a source"):
        read_known_sources(graph, [project.parent / project.name / "..", project.parent][:1])


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"a\0b", "not text"),
        (b"\xff\xfe", "UTF-16"),
        (b"a\xff", "not UTF-8"),
        (b"LONG", "larger than 16 MiB"),
    ],
)
def test_a_document_that_is_no_text_is_told_in_a_sentence(project: Path, content: bytes, fault: str) -> None:
    other = project / "other.md"
    other.write_bytes(content.replace(b"LONG", b" " * (16 << 20) + b"x"))
    with pytest.raises(InputError, match=fault):
        read_known_source(open_graph(project), other)


def test_items_of_lists_are_counted() -> None:
    text = "# h\n- a\nlazy\n\n  - inner\n- b\n* c\n\nout\n* d\n---\n1. e\n2. f\n# h\n3. g"
    found = [None, 1, 1, 1, 1, 2, 1, 1, None, 1, None, 1, 2, None, 1]
    assert places_in_lists(text.split("\n")) == found


def mutants(quad: Quad) -> Iterator[Quad]:
    """A value changed by a little: a letter more, less or other, two swapped, another number."""
    value, start = str(quad.object), 0
    if isinstance(quad.object, Literal) and quad.object.datatype in NUMBERS:
        number = int(value)
        for other in {number + 1, number - 1, number * 10, int(value[::-1]), -number} - {number}:
            yield quad._replace(object=Literal(str(other), quad.object.datatype))
        return
    if isinstance(quad.object, Iri):
        start = value.index(":") + 1
        scheme = {"http:": "https:", "https:": "http:"}.get(value[:start], value[:start])
        yield from _replaced(quad, scheme + value[start:])
    is_title = str(quad.graph).endswith("/title")  # in a heading, whose letter case does not count
    for at in range(start, len(value)):
        before, letter, after = value[:at], value[at], value[at + 1 :]
        is_last_mark = not after and not letter.isalnum()  # without it, what is left is still printed
        for changed in (
            letter * 2 if is_last_mark else "",
            letter * 2,
            "y" if letter == "x" else "x",
            after[:1] + letter,
        ):
            yield from _replaced(
                quad, before + changed + (after[1:] if changed == after[:1] + letter else after)
            )
        is_host = "@" in before or "://" in value  # whose letter case does not count
        if not is_host and not is_title and at > 0:
            yield from _replaced(quad, before + letter.swapcase() + after)


def _replaced(quad: Quad, text: str) -> Iterator[Quad]:
    value = quad.object
    if text.split() != str(value).split() and text.strip() == text != "":
        kept = Iri(text) if isinstance(value, Iri) else Literal(text, value.datatype, value.language)  # type: ignore[union-attr]  # no other term is looked for
        yield quad._replace(object=kept)


def in_document() -> ValuesInPassages:
    """The passages of our own graph, with their document."""
    if DOCUMENT is None:
        pytest.skip("the source document is not there: put it into ../shared/source beside the project")
    graph = our_graph()
    rules, things = graph.project.evidence, graph.project.resource_namespace
    return ValuesInPassages(read_passages(graph), [read_known_source(graph, DOCUMENT)], rules, things)


def test_every_value_of_our_graph_stands_in_its_passage_or_is_marked() -> None:
    found = look_for_values(our_graph().store.quads(), in_document())
    assert found.faults == () and found.checked >= 100 and found.standing + found.marked == found.checked


def test_each_value_of_our_graph_changed_by_a_little_is_found() -> None:
    passages, quads = in_document(), list(our_graph().store.quads())
    marked = {(quad.subject, str(quad.object)) for quad in quads if quad.predicate == NOT_PRINTED}
    stated = [quad for quad in quads if passages.can_judge(quad)]
    standing = [quad for quad in stated if (quad.graph, str(quad.object)) not in marked]
    changed = [mutant for quad in standing for mutant in mutants(quad)]
    assert len(changed) > 5000
    assert [mutant for mutant in changed if passages.has(mutant)] == []


def test_a_changed_value_is_a_fault_of_the_whole() -> None:
    passages, quads = in_document(), list(our_graph().store.quads())
    claims = (
        (i, quad) for i, quad in enumerate(quads) if str(quad.subject).endswith("/claim/boost-countries")
    )
    index = next(i for i, quad in claims if str(quad.object) == "57")
    quads[index] = quads[index]._replace(object=typed("75", "integer"))
    [fault] = look_for_values(quads, passages).faults
    assert fault.message == "75 does not stand in L53\u201354; there is: 57"


def test_every_literal_of_our_readings_is_looked_for() -> None:
    """A property that `[evidence]` does not name would be a hole: add it there."""
    rules = our_graph().project.evidence
    readings = {passage.reading for passage in read_passages(our_graph()) if passage.reading}
    literals = {
        quad.predicate.value
        for quad in our_graph().store.quads()
        if isinstance(quad.object, Literal) and str(quad.graph) in readings
    }
    assert literals - {*(rules.values or ()), *rules.positions} == set()
