"""`ogdkg coverage`: as text, JSON and a page."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.conftest import ROOT, TREES, Run

DOCUMENT = next(
    iter(sorted([*ROOT.glob("../shared/source/*.txt"), *ROOT.glob("../../shared/source/*.txt")])),
    None,
)


def test_lines_are_covered_uncovered_or_without_words(ogdkg: Run, tmp_path: Path) -> None:
    longer = tmp_path / "longer.txt"
    longer.write_text((TREES / "source.txt").read_text() + "\n---\nNobody reads this.\n")
    done = ogdkg("coverage", "--source", longer)
    assert "The graph knows no source with these bytes" in done.stderr
    lines = done.stdout.splitlines()
    assert lines[1].startswith("6 lines: 3 covered by 4 passages that state 9 facts")
    assert "  not covered: 6" in lines
    assert "  without words: 4-5" in lines


def test_json_counts_facts_by_line(ogdkg: Run) -> None:
    told = json.loads(ogdkg("coverage", "--source", "source.txt", "-f", "json").stdout)
    assert (told["covered"], told["uncovered"]) == ([1, 2, 3], [])
    assert [line["facts"] for line in told["lines"][:3]] == [2, 5, 4]
    assert told["lines"][0]["passages"] == ["https://trees.example/id/passage/oak"]
    assert 0.5 < told["lines"][0]["share"] <= 1


def test_the_document_may_be_named_in_the_configuration(ogdkg: Run, tmp_path: Path) -> None:
    done = ogdkg("coverage")
    assert (done.returncode, done.stdout) == (2, "")
    assert "Give it with --source FILE." in done.stderr
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    config = (copy / "ogdkg.toml").read_text()
    (copy / "ogdkg.toml").write_text(config.replace("[project]", '[project]\nsource = "source.txt"'))
    assert ogdkg("coverage", cwd=copy).stdout == ogdkg("coverage", "--source", "source.txt").stdout


class _Page(HTMLParser):
    """The text of a page but its style, the tags it opened, and what it refers to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.opened: list[str] = []
        self.references: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        self.references += [value or "" for name, value in attrs if name in ("src", "href")]

    def handle_data(self, data: str) -> None:
        if self.opened[-1:] != ["style"]:
            self.texts.append(data)


def test_the_page_stands_alone_and_holds_none_of_the_text(ogdkg: Run, tmp_path: Path) -> None:
    target = tmp_path / "coverage.html"
    assert ogdkg("coverage", "--source", "source.txt", "-o", target).returncode == 0
    page = _Page(target.read_text())
    assert page.references == []
    assert page.opened.count("li") == len((TREES / "source.txt").read_text().splitlines())
    assert not {"script", "link", "img"} & set(page.opened)
    text = " ".join(page.texts).lower()
    for word in set(re.findall(r"\w{5,}", (TREES / "source.txt").read_text().lower())) - {"lines"}:
        assert word not in text


def test_our_document(ogdkg: Run) -> None:
    if DOCUMENT is None:
        pytest.skip("the source document is not there: put it into ../shared/source beside the project")
    done = ogdkg("coverage", "--source", DOCUMENT, "-f", "json", cwd=ROOT)
    told = json.loads(done.stdout)
    assert done.stderr == ""
    assert len(told["lines"]) == 134
    assert told["uncovered"] == [2]  # its own title, in the head of the file
