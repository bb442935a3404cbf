"""What pyLODE's page of our ontology shows of a term, ours shows too: each text, a link to each thing."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from lxml import html
from tests.conftest import ROOT, need
from tests.web.conftest import Server, serving

PYLODE = ROOT / ".ogdkg" / "peers" / "pylode" / "bin" / "pylode"
# How it marks kinds of terms, and puts class expressions.
NOTATION = {
    *("only", "some", "and", "or", "not", "exactly", "min", "max", "value", "self", "inverse"),
    *("c", "p", "op", "dp", "ap", "fp", "ni", "con"),
}


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, html.HtmlElement]]:
    """A server of our graph, and what pyLODE makes of its ontology."""
    need(PYLODE.exists(), "pyLODE", "tests/peers/pylode.sh")
    page = tmp_path_factory.mktemp("pylode") / "page.html"
    command = [PYLODE, ROOT / "ontology" / "ogdkg.ttl", "-o", page]
    subprocess.run(command, capture_output=True, check=True)
    with serving(ROOT) as running:
        yield running, _parsed(page.read_text(encoding="utf-8"))


def _parsed(text: str) -> html.HtmlElement:
    return html.document_fromstring(text)


def _terms(theirs: html.HtmlElement) -> dict[str, html.HtmlElement]:
    """Their descriptions of terms, by IRI."""
    found = {}
    for each in theirs.xpath('//div[contains(@class, "entity")]'):
        iri = each.xpath(".//table//tr[1]/td/code/text()")
        if iri:
            found[str(iri[0])] = each
    return found


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text))


def _targets(page: html.HtmlElement) -> set[str]:
    """Where a page leads, by IRI and by address."""
    found = set()
    for link in page.xpath("//a/@href"):
        found |= {link, "https://w3id.org/ogdkg" + link, *parse_qs(urlsplit(link).query).get("iri", ())}
    return found


def _missing(theirs: html.HtmlElement, page: html.HtmlElement, by_id: dict[str, str]) -> Iterator[str]:
    """What they show of a term, and the page does not."""
    targets, text = _targets(page), page.xpath("string(//main)")
    for cell in theirs.xpath(".//table//td"):
        for link in cell.xpath(".//a"):
            to = link.get("href", "")
            iri = by_id.get(to[1:], to) if to.startswith("#") else to
            if not (iri in targets or iri in text or re.fullmatch(r"#?n[0-9a-f]{32}b\d+", iri)):
                yield iri
            link.text = None
        for mark in cell.xpath(".//sup"):
            mark.text = None
        for line in (line for chunk in cell.itertext() for line in chunk.splitlines()):
            words = _words(line)
            if words and not {*words.lower().split()} <= NOTATION and words not in _words(text):
                yield line.strip()


def test_nothing_of_a_term_is_missing(both: tuple[Server, html.HtmlElement]) -> None:
    server, theirs = both
    terms = _terms(theirs)
    by_id = {str(each.get("id")): iri for iri, each in terms.items()}
    assert len(terms) > 4
    for iri, each in terms.items():
        answer = server.ask(f"/describe?iri={quote(iri, safe='')}&format=html")
        assert answer.status == 200, iri
        assert list(_missing(each, _parsed(answer.body.decode()), by_id)) == [], iri
