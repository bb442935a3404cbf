"""Every export is read back, the same graph, by every independent reader that knows its format."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from tests.conftest import ROOT, need
from tests.peers.readers import FORMATS, READERS, export, is_installed, outcome, project_in, sources


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return project_in(tmp_path_factory.mktemp("project"))


def documented() -> dict[tuple[str, str], str]:
    """The cells of the matrix in docs/export.md, by format and reader."""
    text = (ROOT / "docs" / "export.md").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if line.startswith("|"))
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    head = next(row for row in rows if "rapper" in row)
    return {
        (row[0], reader): cell
        for row in rows[rows.index(head) :]
        if row[0] in FORMATS and len(row) == len(head)
        for reader, cell in zip(head, row, strict=True)
    }


@cache
def file_and_sources(project: Path, form: str) -> tuple[Path, object]:
    return export(project, form), sources(project, form)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("form", FORMATS)
def test_an_export_is_read_back_as_the_documentation_says(project: Path, form: str, reader: str) -> None:
    need(is_installed(reader), reader, "tests/peers/readers.sh")
    path, expected = file_and_sources(project, form)
    assert outcome(reader, path, form, expected) == documented()[form, reader]


def test_each_format_is_read_back_by_three_readers_at_least() -> None:
    cells = documented()
    assert len(cells) >= len(FORMATS) * len(READERS)
    for form in FORMATS:
        assert sum(cells[form, reader] == "whole" for reader in READERS) >= 3
