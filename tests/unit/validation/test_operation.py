"""How a validation ends: on an error at once, and in a process that exits without freeing its data."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from ogdkg.errors import InputError, LimitError, Place
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.reading import sources
from ogdkg.validation.operation import Inputs, Options, Validator, validate
from ogdkg.validation.prefilter import reach
from ogdkg.validation.pyshacl.client import PyShaclProcess

SHAPES = (
    "<urn:S> a <http://www.w3.org/ns/shacl#NodeShape> ; <http://www.w3.org/ns/shacl#targetNode> <urn:a> ."
)


def test_an_error_does_not_wait_for_the_checks_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def late(*_: object) -> None:
        raise LimitError("It took too long.")

    monkeypatch.setattr(Validator, "_start", late)
    monkeypatch.setattr(Validator, "_project_findings", lambda *_: over.wait(120))
    (tmp_path / "a.ttl").write_text(SHAPES)
    files = sources([str(tmp_path / "a.ttl")])
    begun = time.monotonic()
    with pytest.raises(LimitError):
        validate(Inputs(files, files))
    assert time.monotonic() - begun < 60
    over.set()


def test_in_a_process_that_ends_the_judge_goes_first_and_the_data_stay(tmp_path: Path) -> None:
    (tmp_path / "a.ttl").write_text(SHAPES)
    files = sources([str(tmp_path / "a.ttl")])
    held: list[object] = []
    with PyShaclProcess() as pyshacl:
        Validator(pyshacl, Options(), held).run(Inputs(files, files))
        assert [len(each) for each in held if isinstance(each, DataGraph)] == [2]
        assert pyshacl._child.wait(10) < 0


def test_a_fault_of_shapes_without_names_has_its_line(tmp_path: Path) -> None:
    (tmp_path / "d.ttl").write_text("<urn:a> <urn:p> 1 .\n")
    (tmp_path / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> .\n\n"
        '[] a sh:NodeShape ; sh:targetClass <urn:C> ;\n  sh:sparql [ sh:select "SELEKT" ] .\n'
    )
    with pytest.raises(InputError) as caught:
        validate(Inputs(sources([str(tmp_path / "d.ttl")]), sources([str(tmp_path / "s.ttl")])))
    assert caught.value.place == Place(str(tmp_path / "s.ttl"), 4, 13)


SHARED = """@prefix : <http://e/> . @prefix sh: <http://www.w3.org/ns/shacl#> .
: sh:declare [ sh:prefix "" ; sh:namespace "http://e/" ] .
:S sh:targetClass :T ; sh:sparql [ sh:prefixes : ; sh:select "SELECT $this ?y { $this :q ?x . ?y :q ?x . FILTER (?y != $this) }" ] ;
  sh:property [ sh:path :p ; sh:or ( [ sh:property [ sh:path :z ; sh:minCount 1 ] ] [ sh:pattern "(x*)*y" ] ) ] .
"""  # noqa: E501  # a query as it is written


def test_results_are_the_same_on_the_whole_graph_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pyshacl: PyShaclProcess
) -> None:
    """Every node has its reasons, though the shape of a value that they share is asked once for them all."""
    (tmp_path / "s.ttl").write_text(SHARED)
    nodes = "".join(f":n{n} a :T ; :p :v ; :q {n // 2} .\n" for n in range(300))  # more than a batch
    (tmp_path / "d.ttl").write_text(f"@prefix : <http://e/> .\n{nodes}")
    sent: list[str] = []
    request = PyShaclProcess._request

    def counted(self: PyShaclProcess, do: str, data: bytes, shapes: bytes) -> bytes:
        sent.append("again" if data is self._last_data else do)
        return request(self, do, data, shapes)

    monkeypatch.setattr(PyShaclProcess, "_request", counted)
    found = []
    for worthwhile in (1_000_000, 0):
        monkeypatch.setattr(reach, "WORTHWHILE", worthwhile)
        inputs = Inputs(*(sources([str(tmp_path / name)]) for name in ("d.ttl", "s.ttl")))
        report = Validator(pyshacl, Options(meta=False)).run(inputs)
        found.append([(str(each.focus), str(each.value), len(each.details)) for each in report.results])
    assert found[0] == found[1] and len(found[0]) == 600
    of_values = [details for _, value, details in found[0] if value.startswith("<http://e/")]
    assert of_values.count(2) == 300  # of each alternative one
    assert "again" in sent
