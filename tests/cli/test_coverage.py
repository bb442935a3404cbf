"""`ogdkg coverage`: as text, JSON and a page."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.conftest import ROOT, TREES, Run
from tests.projects import our_citations

from ogdkg.evidence.completeness import completeness

DOCUMENT = next(
    iter(sorted([*ROOT.glob("../shared/source/*.txt"), *ROOT.glob("../../shared/source/*.txt")])),
    None,
)


def test_lines_are_covered_uncovered_or_without_words(ogdkg: Run, tmp_path: Path) -> None:
    longer = tmp_path / "longer.txt"
    longer.write_text((TREES / "source.txt").read_text() + "\n---\nNobody reads this.\n")
    refused = ogdkg("coverage", "--source", longer)
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "ogdkg reanchor OLD" in refused.stderr
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    data = copy / "data" / "passages.trig"
    old, new = (hashlib.sha256(path.read_bytes()).hexdigest() for path in (TREES / "source.txt", longer))
    data.write_text(data.read_text().replace(old, new))
    done = ogdkg("coverage", "--source", longer, cwd=copy)
    lines = done.stdout.splitlines()
    assert lines[1].startswith("6 lines: 3 covered by 4 passages that state 9 facts")
    assert "  text that no passage covers: 6" in lines
    assert "  not covered, blank: 4" in lines
    assert "  not covered, signs: 5" in lines


def test_a_packed_page_is_a_page(ogdkg: Run, tmp_path: Path) -> None:
    target = tmp_path / "coverage.html.gz"
    assert ogdkg("coverage", "--source", "source.txt", "-o", target).returncode == 0
    assert gzip.decompress(target.read_bytes()).startswith(b"<!")


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
    assert told["uncovered"] == []
    assert told["reasons"].keys() == {"blank"}  # its head is a passage
    assert told["missing"][0]["class"] == "initiative"


def test_what_entries_lack_is_told_by_the_shapes(ogdkg: Run) -> None:
    initiatives, areas = completeness(our_citations())
    assert (initiatives.kind, areas.kind) == ("initiative", "assistance area")
    [contact] = [each for each in initiatives.expected if each.name == "contact"]
    rows = csv.DictReader(ogdkg("query", "without-contact", "-f", "csv", cwd=ROOT).stdout.splitlines())
    assert initiatives.without(contact) == sorted(row["initiativeLabel"] for row in rows)
    assert ("Where", "") in [(each.group, each.name) for each in initiatives.expected]
    assert "linked to" not in [each.name for each in initiatives.expected]
    text = ogdkg("coverage", "--class", "initiative", cwd=ROOT).stdout
    assert re.search(r"^    description +\d+ of \d+ +\S", text, re.MULTILINE)
    assert ogdkg("coverage", "--class", "initative", cwd=ROOT).returncode == 2


def test_what_is_lacked_is_counted_by_hand(tmp_path: Path, ogdkg: Run) -> None:
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    (copy / "ontology" / "shapes").mkdir()
    (copy / "ontology" / "shapes" / "tree.ttl").write_text(
        """PREFIX : <https://trees.example/shapes#> PREFIX sh: <http://www.w3.org/ns/shacl#>
        PREFIX ns: <https://trees.example/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        :G a sh:PropertyGroup ; rdfs:label "Life" .
        :p sh:path ns:planted ; sh:name "planted" ; sh:group :G .
        :h sh:path ns:height ; sh:name "height" ; sh:group :G .
        :n sh:path ns:neighbour ; sh:name "neighbour" ; sh:group :G ."""
    )
    [lack] = json.loads(ogdkg("coverage", "--class", "ns:Tree", "-f", "json", cwd=copy).stdout)["missing"]
    assert [each["label"] for each in lack["things"]] == ["Ginkgo", "Lime", "Oak"]
    assert [(each["property"], each["without"]) for each in lack["expected"]] == [
        (None, []),
        ("planted", ["Oak"]),
    ]
    data = copy / "data" / "trees.trig"
    data.write_text(
        data.read_text() + "\nPREFIX t: <https://trees.example/id/tree/> t:oak ns:planted 1900 .\n"
    )
    told = ogdkg("coverage", "--class", "ns:Tree", cwd=copy)
    assert "Tree: nothing is missing of 3" in told.stdout, told
