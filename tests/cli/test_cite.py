"""`ogdkg cite`: the dataset, a thing, a statement; in three formats."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import ROOT, TREES, Run

from ogdkg.evidence.bibliography import Work
from ogdkg.render.views.cite import bibtex, csl_json, plain

DATASET = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dcterms: <http://purl.org/dc/terms/> .
<https://trees.example/about> {
<https://elsewhere.example/set> a dcat:Dataset ; dcterms:title "Another" ; dcterms:creator "Somebody" .
<https://trees.example/set> a dcat:Dataset ; dcterms:title "Trees & gardens" ;
  dcterms:creator "Ada Gray", "Ben {Oak}" ; dcterms:issued "2025-04-01" . }
"""


def test_our_dataset_is_cited_from_its_description(ogdkg: Run) -> None:
    text = ogdkg("cite", cwd=ROOT).stdout
    assert text.startswith("The ogdkg maintainers (")
    assert "https://w3id.org/ogdkg/dataset." in text
    [item] = json.loads(ogdkg("cite", "-f", "csl-json", cwd=ROOT).stdout)
    assert (item["type"], item["id"][:6], len(item["issued"]["date-parts"][0])) == ("dataset", "ogdkg-", 3)


def test_a_statement_is_cited_with_its_lines(ogdkg: Run, tmp_path: Path) -> None:
    text = ogdkg("cite", "OPN", "participation", "Clemson University in the OPN, as owner", cwd=ROOT).stdout
    assert "“Open Parks Network: participation: Clemson University in the OPN, as owner”. In: ogdkg" in text
    assert re.search(r"Stated on L117.118 of Technical Assistance", text)
    assert "Stated by the layer derived." in ogdkg("cite", "OPN", "partner", cwd=ROOT).stdout
    ogdkg("cite", "OPN", "-o", tmp_path / "opn.bib", cwd=ROOT)
    assert (tmp_path / "opn.bib").read_text().startswith("@incollection{ogdkg-opn-")


def test_a_title_has_no_more_than_two_values(ogdkg: Run) -> None:
    [many] = json.loads(ogdkg("cite", "OPN", "participation", "-f", "csl-json", cwd=ROOT).stdout)
    assert re.fullmatch(r"Open Parks Network: participation \(\d+ values\)", many["title"])
    assert re.search(r"Stated on L117.118 of .*; \d of \d by other layers", many["note"])
    [two] = json.loads(ogdkg("cite", "WBGF", "contact", "-f", "csl-json", cwd=ROOT).stdout)
    assert two["title"].startswith("World Bank Group Finances: contact: ")
    assert two["title"].count("; ") == 1


def test_another_projects_dataset(ogdkg: Run, tmp_path: Path) -> None:
    done = ogdkg("cite")
    assert (done.returncode, done.stdout) == (3, "")
    assert "describes no dataset" in done.stderr
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    (copy / "data" / "about.trig").write_text(DATASET)
    text = ogdkg("cite", cwd=copy).stdout
    assert text == "Ada Gray and Ben {Oak} (2025). Trees & gardens. https://trees.example/set.\n"
    tex = ogdkg("cite", "-f", "bibtex", cwd=copy).stdout
    assert tex.startswith("@misc{trees-2025,\n  author = {{Ada Gray} and {Ben \\{Oak\\}}},\n")
    assert "title = {{Trees \\& gardens}}" in tex
    assert "Stated on L1 of" in ogdkg("cite", "Oak", "ns:height", cwd=copy).stdout


def test_a_work_without_dates() -> None:
    work = Work("trees", "urn:set", "Trees", ("Ada",), "", "", "", "")
    assert plain(work) == "Ada. Trees. urn:set.\n"
    assert "year" not in bibtex(work)
    assert "issued" not in json.loads(csl_json(work))[0]


@pytest.mark.parametrize(
    ("written", "year", "month", "issued"),
    [
        ("2024-02-29T10:00:00Z", "2024", "2", {"date-parts": [[2024, 2, 29]]}),
        ("2024-04", "2024", "4", {"date-parts": [[2024, 4]]}),
        ("2024-13-01", "2024", "", {"date-parts": [[2024]]}),
        ("2023-02-29", "2023", "2", {"date-parts": [[2023, 2]]}),
        ("spring 2024", "spring 2024", "", {"literal": "spring 2024"}),
        ("12024", "12024", "", {"literal": "12024"}),
    ],
)
def test_a_date_is_cited_as_far_as_there_is_such(
    written: str, year: str, month: str, issued: dict[str, Any]
) -> None:
    """CSL-JSON and BibTeX count months from 1 to 12; other words are a literal."""
    work = Work("trees", "urn:set", "Trees", ("Ada",), "", written, "", "")
    assert plain(work) == f"Ada ({year}). Trees. urn:set.\n"
    assert f"  year = {{{year}}},\n" in bibtex(work)
    assert ("month" in bibtex(work), f"  month = {{{month}}},\n" in bibtex(work)) == (
        bool(month),
        bool(month),
    )
    assert json.loads(csl_json(work))[0]["issued"] == issued
