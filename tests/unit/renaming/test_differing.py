"""What changes in files is told with what the other files say in mind."""

from __future__ import annotations

from tests.conftest import TREES

from ogdkg import open_graph
from ogdkg.evidence.citations import Citations
from ogdkg.graph.graph import Graph
from ogdkg.project.project import find_project
from ogdkg.renaming.differing import difference_of
from ogdkg.syntax.formatter import FormattedFile


def test_what_another_file_speaks_of_is_not_new() -> None:
    thing = open_graph(TREES).things()[0]
    after = f"<{thing.iri}> <urn:p> 1 . <urn:other> <urn:p> 2 .".encode()
    file = FormattedFile(TREES / "data" / "more.ttl", b"", after, [], 0)
    found = difference_of(Citations(Graph(find_project(TREES))), [file])
    assert {each.subject.value: each.kind for each in found.things} == {
        thing.iri: "changed",
        "urn:other": "added",
    }
    assert thing.name in found.labels.values()
