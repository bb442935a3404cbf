"""What runs beside the narrowing holds up no error of it."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from ogdkg.errors import LimitError
from ogdkg.validation import operation
from ogdkg.validation.narrow.side import beside
from ogdkg.validation.operation import Inputs, Validator, validate
from ogdkg.validation.reading import sources

SHAPES = (
    "<urn:S> a <http://www.w3.org/ns/shacl#NodeShape> ; <http://www.w3.org/ns/shacl#targetNode> <urn:a> ."
)


def test_an_error_does_not_wait_for_the_checks_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()

    def late(*_: object) -> None:
        raise LimitError("It took too long.")

    monkeypatch.setattr(operation, "narrowed", late)
    monkeypatch.setattr(Validator, "_beyond", lambda *_: over.wait(120))
    (tmp_path / "a.ttl").write_text(SHAPES)
    files = sources([str(tmp_path / "a.ttl")])
    begun = time.monotonic()
    with pytest.raises(LimitError):
        validate(Inputs(files, files))
    assert time.monotonic() - begun < 60
    over.set()


def test_what_fails_beside_is_told_where_it_is_asked_for() -> None:
    def fail() -> None:
        raise ValueError("beside")

    assert beside(lambda: 1).result() == 1
    with pytest.raises(ValueError, match="beside"):
        beside(fail).result()
