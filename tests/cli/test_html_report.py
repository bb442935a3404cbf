"""`ogdkg validate -f html`: one page that is valid, whole without scripts, and safe whatever it shows."""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from html import unescape
from itertools import pairwise
from pathlib import Path

import html5rdf
import pytest
from tests.conftest import ROOT, Run

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>"
DATA = f"""@prefix ex: <http://e/ns#> .
ex:a a ex:C ;
  ex:n 5 ;
  ex:note "{EVIL} ' \\" &amp;" .
ex:b a ex:C ; ex:n "x" .
"""
SHAPES = f"""@prefix ex: <http://e/ns#> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:S a sh:NodeShape ; sh:targetClass ex:C ;
  sh:property [ sh:path ex:n ; sh:datatype xsd:integer ] ;
  sh:property [ sh:path ex:note ; sh:maxLength 3 ; sh:message "{EVIL}" ; sh:severity sh:Warning ] ;
  sh:property [ sh:path ex:none ; sh:minCount 1 ; sh:severity sh:Info ] .
"""


@pytest.fixture(scope="module")
def page(ogdkg: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("html")
    (folder / "d'<b>.ttl").write_text(DATA)
    (folder / "s.ttl").write_text(SHAPES)
    done = ogdkg("validate", "d'<b>.ttl", "--shapes", "s.ttl", "-f", "html", "--unused", cwd=folder)
    assert (done.returncode, done.stderr) == (1, "")
    return done.stdout


def test_it_is_valid_html(page: str) -> None:
    """https://html.spec.whatwg.org/multipage/parsing.html: no parse error; every id once, no dead link."""
    tree = html5rdf.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    ids = [each.attrib["id"] for each in tree.iter() if "id" in each.attrib]
    assert len(ids) == len(set(ids))
    named = [each.attrib[key] for each in tree.iter() for key in ("aria-labelledby",) if key in each.attrib]
    links = [each.attrib["href"] for each in tree.iter("a")]
    assert {each.removeprefix("#") for each in links} | set(named) <= set(ids)
    assert all(each.startswith("#") for each in links)


def test_it_can_be_walked_by_landmarks_and_headings(page: str) -> None:
    tree = html5rdf.parse(page, namespaceHTMLElements=False)
    assert tree.attrib["lang"] == "en"
    for landmark in ("header", "nav", "main", "footer", "h1"):
        assert len(list(tree.iter(landmark))) == 1, landmark
    levels = [int(each.tag[1]) for each in tree.iter() if re.fullmatch(r"h[1-6]", str(each.tag))]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert all(each.find("caption") is not None for each in tree.iter("table"))
    assert all(each.attrib["scope"] in ("col", "row") for each in tree.iter("th"))
    assert len(list(tree.iter("label"))) == len(list(tree.iter("input"))) == 3


def test_nothing_in_it_runs_or_loads_but_what_its_policy_names(page: str) -> None:
    """https://www.w3.org/TR/CSP3/#framework-directive-source-list"""
    (policy,) = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">', page)
    assert policy.startswith("default-src 'none'; ")
    for tag in ("style", "script"):
        (text,) = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = b64encode(sha256(text.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
        assert not re.search(r"@import|url\(|fetch|eval", text)
    tree = html5rdf.parse(page, namespaceHTMLElements=False)
    assert not {"img", "link", "iframe", "object", "b"} & {str(each.tag) for each in tree.iter()}
    names = {name for each in tree.iter() for name in each.attrib}
    assert not any(name in ("src", "style") or name.startswith("on") for name in names)
    assert page.index("Content-Security-Policy") < page.index("<style>")


def test_every_finding_is_there_without_a_script(page: str) -> None:
    text = unescape(re.sub(r"<[^>]+>", "", re.sub(r"<(style|script)>.*?</\1>", "", page, flags=re.DOTALL)))
    assert page.count("<article ") == 4
    for words in (
        "1 violation, 1 warning, 2 infos in 5 triples.",
        "do not conform",
        f"{EVIL}",
        "d'<b>.ttl:5:20",
        "Its datatype must be xsd:integer.",
        "By file",
        "By shape and constraint",
    ):
        assert words in text
    assert "<mark>&quot;x&quot;</mark>" in page


def test_it_is_the_same_each_time(ogdkg: Run) -> None:
    words = ("validate", "docs/example/trees.ttl", "--shapes", "docs/example/shapes.ttl", "-f", "html")
    assert ogdkg(*words, cwd=ROOT).stdout == ogdkg(*words, cwd=ROOT).stdout


def test_a_page_without_findings_is_whole(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "d.ttl").write_text("<urn:a> a <urn:C> .")
    (tmp_path / "s.ttl").write_text(
        "PREFIX sh: <http://www.w3.org/ns/shacl#> <urn:S> sh:targetClass <urn:C> ; sh:nodeKind sh:IRI ."
    )
    done = ogdkg("validate", "d.ttl", "--shapes", "s.ttl", "-f", "html", "-o", "r.html", cwd=tmp_path)
    assert done.returncode == 0
    written = (tmp_path / "r.html").read_text(encoding="utf-8")
    html5rdf.HTMLParser(strict=True).parse(written)
    assert "Valid: nothing found in 1 triples." in written
    assert "<article" not in written
