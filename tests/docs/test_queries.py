"""The page of the stored queries lists them all."""

from __future__ import annotations

from tests.conftest import ROOT
from tests.docs.queries import PAGE, drawn_up


def test_the_page_lists_what_there_is() -> None:
    assert PAGE.read_text(encoding="utf-8") == drawn_up(), "`python -m tests.docs` writes it anew"


def test_it_has_a_line_for_each_query() -> None:
    text = PAGE.read_text(encoding="utf-8")
    queries = [path for path in (ROOT / "queries").glob("*/*.rq") if path.parent.name != "rules"]
    assert [path.stem for path in queries if f"| `{path.stem}` |" not in text] == []
    assert len(queries) > 80
