"""`ogdkg passage`: from words to the passage that an editor pastes."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest
from tests.cli.test_coverage import DOCUMENT
from tests.conftest import ROOT, TREES, Run
from tests.projects import our_graph

from ogdkg.evidence.citations import Citations
from ogdkg.evidence.documents import read_source
from ogdkg.evidence.passage_draft import PassageRequest, draft_passage
from ogdkg.rdf.terms import Iri, local_name
from ogdkg.render.views.passage import passage_trig
from ogdkg.store.base import Rows

OAK = """\
graph:passages {
  passage:old-oak a ogd:Passage ;
    ogd:startLine 1 ;
    ogd:endLine 1 ;
    ogd:textHash "4d0d7a4c6bb8e9b5c7a6d7a9f7b5f6f7" ;
    oa:hasSource <https://trees.example/id/source/list> ;
    <http://purl.org/dc/terms/subject> tree:oak ;
    oa:hasSelector passage:old-oak\\#position .
  passage:old-oak\\#position a oa:TextPositionSelector ;
    oa:start "4"^^xsd:nonNegativeInteger ;
    oa:end "34"^^xsd:nonNegativeInteger ;
    oa:refinedBy passage:old-oak\\#quote .
  passage:old-oak\\#quote a oa:TextQuoteSelector ;
    oa:exact "old oak, thirty metres high" .
}
"""


def _folded(text: str) -> str:
    """Where a line is broken depends on how long the names in it are."""
    return " ".join(text.split())


def _lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if "textHash" not in line]


def test_words_become_a_passage(ogdkg: Run) -> None:
    source = (TREES / "source.txt").read_text()
    assert source.startswith("The old oak, thirty metres high")
    asked = ("old oak, thirty  metres\nhigh", "--name", "old-oak", "--about", "Oak")
    done = ogdkg("passage", *asked, "--source", "source.txt")
    assert (done.returncode, done.stderr) == (0, "")
    expected = OAK.replace('oa:end "34"', f'oa:end "{source.index(" high") + 5}"')
    assert _lines(done.stdout) == _lines(expected)
    short = ogdkg("passage", "old … high", "--fragment", "thirty metres", "--source", "source.txt").stdout
    assert 'oa:exact "thirty metres" .' in short
    assert "passage:thirty-metres a ogd:Passage" in short
    assert f'oa:end "{source.index(" high") + 5}"^^' in short


def test_a_passage_that_is_pasted_passes_the_check(ogdkg: Run, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    passages = copy / "data" / "passages.trig"
    new = ogdkg("passage", "old … high", "--source", "source.txt").stdout
    passages.write_text(passages.read_text() + new)
    assert "5 passages agree" in ogdkg("test", "--source", "source.txt", cwd=copy).stdout


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("old ash",), 3, "It contains them as far as 'old', on line 1."),
        (("xyzzy",), 3, "Copy them from the document"),
        (("the",), 2, "times, on the lines"),
        (("…",), 2, "begin and end with words"),
        (("old oak", "--fragment", "ash"), 2, "cannot be its fragment"),
        (("old oak", "--name", "oak"), 2, "The passage passage:oak exists already."),
        (("old oak", "--name", "tree:oak"), 2, "tree:oak is in use: Oak."),
        (("old oak", "--name", "an oak"), 2, "cannot end an IRI"),
        (("old oak", "--about", "Nobody"), 2, "There is no thing 'Nobody'"),
    ],
)
def test_what_cannot_be_one_passage_is_told(ogdkg: Run, words: tuple[str, ...], code: int, told: str) -> None:
    done = ogdkg("passage", *words, "--source", "source.txt")
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr


def test_where_words_stand_in_other_signs_is_told(ogdkg: Run, tmp_path: Path) -> None:
    """A soft hyphen, a ligature and a curly quote: nobody sees what keeps the words from being found."""
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    text = "One.\nA \u201cmaple\u201d, a gink\u00adgo,\na \ufb01r. A fir. Elm, elm\nand elm, yew and yew.\n"
    (copy / "new.txt").write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    (copy / "data" / "new.trig").write_text(
        f'<https://trees.example/new> <https://w3id.org/ogdkg/ns#textHash> "{digest}" .\n'
    )

    def told(words: str) -> str:
        return ogdkg("passage", words, "--source", "new.txt", "--name", "new", cwd=copy).stderr

    for words in ("ginkgo", '"maple"', "a ginkgo, a fir"):
        assert "Line 2 has them with other signs" in told(words)
    assert "2 times, on line 4.\n  Give more words.\n" in told("yew")
    assert "2 times, on the lines 3, 4.\n  Give more words, or one of the lines" in told("elm")


def test_the_document_is_needed(ogdkg: Run) -> None:
    assert "Give it with --source FILE." in ogdkg("passage", "old oak").stderr


def test_our_passages_come_out_as_they_stand_in_the_files() -> None:
    if DOCUMENT is None:
        pytest.skip("the source document is not there: put it into ../shared/source beside the project")
    graph = our_graph()
    citations, source = Citations(graph), read_source(graph, DOCUMENT)
    files = _folded("".join(path.read_text() for path in sorted((ROOT / "data").glob("**/*.trig"))))
    files = re.sub(r" ; ogd:listing listing:\w+", "", files)  # an editor adds it
    answer = graph.sparql("SELECT ?passage ?entry { ?passage a ogd:Passage ; dcterms:subject ?entry }")
    assert isinstance(answer, Rows)
    entries = {
        row[0].value: row[1].value
        for row in answer.rows
        if isinstance(row[0], Iri) and isinstance(row[1], Iri)
    }
    assert (len(citations.passages.all), len(citations.passages.readings)) == (182, 213)
    for passage in citations.passages.readings:
        if local_name(passage.graph) != local_name(passage.iri):
            continue  # a second reading, described below the first
        assert passage.lines and passage.position
        words = source.text[slice(*passage.position)]
        wanted = PassageRequest(
            words, passage.lines[0], passage.exact, "new-one", entries.get(passage.iri), passage.confidence
        )
        described = draft_passage(citations, source, wanted)
        text = _folded(passage_trig(described, graph.project.prefixes, graph.project.house.passages))
        text = text.replace("passage:new-one", citations.short(Iri(passage.iri)))
        assert text.replace("reading:new-one", citations.short(Iri(passage.graph))) in files
