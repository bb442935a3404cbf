"""An export without personal data holds no personal mailbox, nor its name, label or fragment."""

from __future__ import annotations

import re

import pytest
from rdflib import SKOS, Graph, URIRef
from tests.conftest import ROOT, Run

from ogdkg.rdf.formats import FOR_RDF, Format

KIND = URIRef("https://w3id.org/ogdkg/ns#mailboxKind")
PERSONAL = URIRef("https://w3id.org/ogdkg/concept/mailbox-kind/personal-mailbox")
VCARD = "http://www.w3.org/2006/vcard/ns#"


@pytest.fixture(scope="module")
def words(data: Graph) -> set[str]:
    """The words of the names and the mailboxes' own parts of every personal contact."""
    said = [
        str(value)
        for contact in data.subjects(KIND, PERSONAL)
        for term in (SKOS.prefLabel, URIRef(f"{VCARD}fn"), URIRef(f"{VCARD}hasEmail"))
        for value in data.objects(contact, term)
    ]
    names = {text.removeprefix("mailto:").partition("@")[0] for text in said}
    return {word.casefold() for name in names for word in re.split(r"\W+", name) if len(word) > 3}


def _found(words: set[str], text: str) -> set[str]:
    return {word for word in words if word in text.casefold()}


@pytest.mark.parametrize("form", FOR_RDF, ids=lambda form: form.name)
def test_no_personal_word_is_exported(form: Format, words: set[str], ogdkg: Run) -> None:
    assert len(words) >= 4
    whole = ogdkg("export", "-f", form.name, cwd=ROOT).stdout
    without = ogdkg("export", "-f", form.name, "--without-personal", cwd=ROOT).stdout
    assert _found(words, whole) == words, "the contacts are published, so the whole export has them"
    assert _found(words, without) == set()


def test_no_layer_alone_lets_a_personal_word_through(words: set[str], ogdkg: Run) -> None:
    for layer in ("source", "reference"):
        done = ogdkg("export", "--layer", layer, "-f", "nquads", "--without-personal", cwd=ROOT)
        assert done.returncode == 0
        assert _found(words, done.stdout) == set()
