"""How a validation ends: on an error at once, and in a process that exits without freeing its data."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from ogdkg.errors import InputError, LimitError, Place
from ogdkg.validation import operation
from ogdkg.validation.data.graph import DataGraph
from ogdkg.validation.data.reading import sources
from ogdkg.validation.operation import Inputs, Options, Validator, validate
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

    monkeypatch.setattr(operation, "start_prefiltered", late)
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
