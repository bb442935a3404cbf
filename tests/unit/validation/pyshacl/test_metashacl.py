"""Which shapes are remembered as well-formed: those that were, as they were, and no others."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import RdfFormat

from ogdkg.errors import InputError
from ogdkg.validation.data.reading import Source, sources
from ogdkg.validation.operation import Inputs, Options, Validator
from ogdkg.validation.pyshacl.client import PyShaclProcess
from ogdkg.validation.pyshacl.metashacl import (
    MAX_HASHES,
    cache_file,
    fingerprint,
    is_checked,
    remember_checked,
)

SHAPES = "PREFIX sh: <http://www.w3.org/ns/shacl#>\n<http://e/S> a sh:NodeShape ; sh:minLength {} .\n"


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    return tmp_path / "shapes.ttl"


def run(pyshacl: PyShaclProcess, shapes: Path, options: Options | None = None) -> None:
    data = Source("data", RdfFormat.TURTLE, b"<http://e/a> <http://e/p> 1 .")
    Validator(pyshacl, options or Options()).run(Inputs([data], sources([str(shapes)])))


def is_known(shapes: Path) -> bool:
    """Whether the default options find these shapes well-formed already."""
    looked_for = (Options().max_depth, Options().rules, Options().regime)
    return is_checked(fingerprint(sources([str(shapes)]), looked_for))


def test_good_shapes_are_remembered_until_they_change(pyshacl: PyShaclProcess, shapes: Path) -> None:
    shapes.write_text(SHAPES.format(1), encoding="utf-8")
    assert not is_known(shapes)
    run(pyshacl, shapes)
    assert is_known(shapes)
    run(pyshacl, shapes)
    shapes.write_text(SHAPES.format("1, 2"), encoding="utf-8")
    assert not is_known(shapes)
    for _ in range(2):
        with pytest.raises(InputError, match="not well-formed"):
            run(pyshacl, shapes)


def test_checks_that_ask_for_more_are_made(pyshacl: PyShaclProcess, shapes: Path) -> None:
    """Shapes that are no deeper than allowed may be deeper than another run allows."""
    nested = (
        "PREFIX sh: <http://www.w3.org/ns/shacl#>\n<http://e/S> a sh:NodeShape ; sh:node [ sh:node [] ] .\n"
    )
    shapes.write_text(nested, encoding="utf-8")
    run(pyshacl, shapes)
    with pytest.raises(InputError, match="within one another"):
        run(pyshacl, shapes, Options(max_depth=1))


def test_what_the_same_bytes_mean_elsewhere_is_not_known(shapes: Path) -> None:
    shapes.write_text(SHAPES.format(1), encoding="utf-8")
    other = shapes.with_name("other.ttl")
    other.write_bytes(shapes.read_bytes())
    fingerprints = {fingerprint(sources([str(path)])) for path in (shapes, other)}
    assert len(fingerprints | {fingerprint(sources([str(shapes), str(other)]))}) == 3


def test_a_file_that_can_be_read_once_has_no_fingerprint(tmp_path: Path) -> None:
    assert fingerprint([Source(str(tmp_path), RdfFormat.TURTLE)]) is None
    assert not is_checked(None)


def test_the_newest_are_kept() -> None:
    for number in range(MAX_HASHES + 5):
        remember_checked(f"{number:x}")
    assert (is_checked("4"), is_checked("5"), is_checked(f"{MAX_HASHES + 4:x}")) == (False, True, True)
    assert [path.name for path in cache_file().parent.iterdir()] == ["well-formed"]


@pytest.mark.parametrize("what", ["folder", "bytes", "others", "nowhere"])
def test_a_cache_that_cannot_be_used_is_no_error(
    what: str, cache: Path, pyshacl: PyShaclProcess, shapes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shapes.write_text(SHAPES.format(1), encoding="utf-8")
    if what == "folder":
        cache_file().mkdir(parents=True)
    elif what == "bytes":
        cache_file().parent.mkdir(parents=True)
        cache_file().write_bytes(b"\xff\xfe")
    elif what == "others":  # who may write there, may have written that all is well
        cache_file().parent.mkdir(parents=True)
        cache_file().parent.chmod(0o777)
        cache_file().write_text(f"{fingerprint(sources([str(shapes)]))}\n", encoding="ascii")
        assert not is_known(shapes)
    else:
        cache.write_text("a file where a folder should be", encoding="utf-8")
    run(pyshacl, shapes)


def test_shapes_without_a_slip_are_not_looked_over_again(
    pyshacl: PyShaclProcess, shapes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def told() -> list[str]:
        data = Source("data", RdfFormat.TURTLE, b"<http://e/a> <http://e/p> 1 .")
        inputs = Inputs([data], sources([str(shapes)]))
        return [finding.rule for finding in Validator(pyshacl, Options()).run(inputs).findings]

    slip = SHAPES.format("2 ; sh:maxLength 1")
    shapes.write_text(slip, encoding="utf-8")
    assert told() == told() == ["Contradiction"]
    shapes.write_text(SHAPES.format("1 ; sh:maxLength 2"), encoding="utf-8")
    assert told() == []
    with monkeypatch.context() as without:
        without.setattr("ogdkg.validation.report.shape_lint.lint", None)
        assert told() == []
    shapes.write_text(slip, encoding="utf-8")
    assert told() == ["Contradiction"]
