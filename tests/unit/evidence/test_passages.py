"""Evidence: each way in which a passage can be wrong is found and named."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ogdkg import Graph, open_graph
from ogdkg.errors import InputError
from ogdkg.evidence.documents import check_evidence, faults_text, read_known_source
from ogdkg.evidence.passages import Passage, first_fault, read_passages
from tests.conftest import TREES

TEXT = (TREES / "source.txt").read_text()


@pytest.fixture(scope="module")
def oak() -> Passage:
    [found] = [passage for passage in read_passages(open_graph(TREES)) if passage.iri.endswith("/oak")]
    return found


def test_true_passages_agree(trees: Graph) -> None:
    report = check_evidence(trees, [read_known_source(trees, TREES / "source.txt")])
    assert (report.checked, report.agreeing, report.faults) == (4, 4, ())
    assert list(faults_text(report)) == ["4 of 4 passages agree with the source"]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"exact": None, "text_hash": None}, "it has no fragment and no hash"),
        ({"position": (5, 5)}, "the position 5 to 5 is not in the source"),
        ({"position": (0, 9999)}, "the position 0 to 9999 is not in the source"),
        ({"lines": (1, 2)}, "the position is on the lines 1 to 1"),
        ({"text_hash": "0"}, "the hash of its text is "),
        ({"exact": "the young oak"}, "the fragment 'the young oak' is not in it"),
        (
            {"exact": "The old oak, thirty metres high, stands in the Abbey"},
            "the fragment has 10 words, more than 8",
        ),
    ],
)
def test_the_first_fault_is_named(oak: Passage, change: dict[str, object], fault: str) -> None:
    assert first_fault(oak, TEXT) is None
    assert (first_fault(oak._replace(**change), TEXT) or "").startswith(fault)


@pytest.mark.parametrize("wrong", ['""', '"-1"', '"1.0"', '"one"', f'"{"9" * 5000}"', '"٣"'])
def test_a_line_that_is_no_number_is_missing(wrong: str, tmp_path: Path) -> None:
    """The other of the two alone does not make up for it."""
    text = f"""@prefix ogd: <https://w3id.org/ogdkg/ns#> .
    <urn:a> a ogd:Passage ; ogd:startLine {wrong} ; ogd:endLine 12 .
    <urn:b> a ogd:Passage ; ogd:startLine 12 ; ogd:endLine {wrong} ."""
    (tmp_path / "ogdkg.toml").write_text("")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.ttl").write_text(text, encoding="utf-8")
    assert [each.lines for each in read_passages(open_graph(tmp_path))] == [None, None]


def test_another_document_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text(TEXT + " ")
    with pytest.raises(InputError, match="no source with these bytes"):
        read_known_source(open_graph(TREES), other)


def test_a_false_passage_is_reported(tmp_path: Path) -> None:
    project = tmp_path / "trees"
    shutil.copytree(TREES, project)
    passages = project / "data" / "passages.trig"
    passages.write_text(passages.read_text().replace('"The old oak"', '"The old ash"'))
    graph = open_graph(project)
    report = check_evidence(graph, [read_known_source(graph, project / "source.txt")])
    assert (report.checked, report.agreeing) == (4, 3)
    assert (
        next(iter(faults_text(report)))
        == "https://trees.example/id/passage/oak: the fragment 'The old ash' is not in it"
    )
