"""What runs beside the narrowing holds up no error of it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from ogdkg.errors import LimitError
from ogdkg.validation import operation
from ogdkg.validation.core import background as side
from ogdkg.validation.core import memory
from ogdkg.validation.core.background import run_in_thread, wait_all
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
    with PyShaclProcess() as judge:
        Validator(judge, Options(), held).run(Inputs(files, files))
        assert [len(each) for each in held if isinstance(each, DataGraph)] == [2]
        assert judge._child.wait(10) < 0


def test_waiting_looks_after_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(side, "MEMORY_CHECK_INTERVAL", 0.01)
    monkeypatch.setattr(memory, "_free_bytes", lambda: iter([0]))
    with pytest.raises(LimitError, match="more memory"):
        wait_all(run_in_thread(lambda: over.wait(120)))
    over.set()


def test_the_first_error_is_told_while_others_are_at_work() -> None:
    over, begun = threading.Event(), time.monotonic()
    with pytest.raises(ZeroDivisionError):
        wait_all(run_in_thread(lambda: over.wait(120)), run_in_thread(lambda: 1 // 0))
    assert time.monotonic() - begun < 60
    over.set()


def test_what_fails_beside_is_told_where_it_is_asked_for() -> None:
    def fail() -> None:
        raise ValueError("beside")

    assert run_in_thread(lambda: 1).result() == 1
    with pytest.raises(ValueError, match="beside"):
        run_in_thread(fail).result()
