"""The page of a thing shows what it is called in other languages, on a server and in a site."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.web.conftest import serving

from ogdkg.cli.main import main
from ogdkg.text.languages import direction_of, language_name

_DATA = """@prefix w: <https://w.example/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
w:Bank a rdfs:Class ; rdfs:label "bank"@en .
w:Q1 a w:Bank ; rdfs:label "World Bank"@en, "البنك الدولي"@ar, "世界银行"@zh, "Всемирный банк"@ru,
    "विश्व बैंक"@hi, "Παγκόσμια Τράπεζα"@el, "GeoNode بانک"@fa, "Banco <Mundial>"@pt-BR ;
  skos:altLabel "WB"@en, "ВБ"@ru, "Weltbank"@de .
w:Q2 a w:Bank ; rdfs:label "Only English"@en ; skos:altLabel "Only"@en .
w:Q3 a w:Bank ; rdfs:label "No language" ; skos:altLabel "None" .
w:Q4 a w:Bank ; rdfs:label "Many"@en, LABELS .
"""
_TAGS = (
    "ar", "be", "ca", "cs", "da", "de", "es", "et", "fi", "fr", "hu", "is", "it", "ja", "ko", "lt", "lv",
)  # fmt: skip
_ROW = re.compile(r"<div><dt>([^<]*)</dt><dd>(.*?)</dd></div>")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("languages")
    (folder / "data").mkdir()
    labels = ", ".join(f'"Many {tag}"@{tag}' for tag in _TAGS)
    (folder / "data" / "d.ttl").write_text(_DATA.replace("LABELS", labels))
    (folder / "ogdkg.toml").write_text(
        '[project]\nname = "w"\nthings = "https://w.example/"\n'
        '[[layer]]\nname = "data"\nfiles = ["data/*.ttl"]\ngraph = "https://w.example/graph/data"\n'
    )
    return folder


@pytest.fixture(scope="module")
def pages(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[dict[str, str]]]:
    """The pages by their names, of a server and of a site."""
    names = ("Q1", "Q2", "Q3", "Q4")
    site = tmp_path_factory.mktemp("site") / "site"
    assert main(["-C", str(project), "site", str(site)]) == 0
    written = {name: (site / f"{name}.html").read_text() for name in names}
    with serving(project) as server:
        yield [{name: server.ask(f"/{name}.html").body.decode() for name in names}, written]


def test_names_have_their_language_and_direction(pages: list[dict[str, str]]) -> None:
    for page in (each["Q1"] for each in pages):
        rows = dict(_ROW.findall(page.split('<h2 id="languages">')[1].split("</section>")[0]))
        assert list(rows) == [
            "Arabic", "Chinese", "German", "Greek", "Hindi", "Persian", "Portuguese (pt-BR)", "Russian",
        ]  # fmt: skip
        assert rows["Arabic"] == '<bdi lang="ar" dir="rtl">البنك الدولي</bdi>'
        assert rows["Persian"] == '<bdi lang="fa" dir="rtl">GeoNode بانک</bdi>'
        assert rows["Russian"] == (
            '<bdi lang="ru" dir="ltr">Всемирный банк</bdi>'
            '<div class="also"> also <bdi lang="ru" dir="ltr">ВБ</bdi></div>'
        )
        assert '<bdi lang="de" dir="ltr">Weltbank</bdi>' in rows["German"]
        assert "Banco &lt;Mundial&gt;" in rows["Portuguese (pt-BR)"]
        assert page.count("Weltbank") == page.count("ВБ") == 2  # once as text, once as JSON-LD
        assert ">WB<" in page


def test_a_page_without_others_has_no_such_part(pages: list[dict[str, str]]) -> None:
    for each in pages:
        assert not any("In other languages" in each[name] for name in ("Q2", "Q3"))


def test_of_many_some_are_folded(pages: list[dict[str, str]]) -> None:
    for each in pages:
        shown, folded = each["Q4"].split('<h2 id="languages">')[1].split("<details")[:2]
        assert (shown.count("<dt>"), folded.count("<dt>")) == (12, len(_TAGS) - 12)
        assert "<summary>5 more</summary>" in folded


@pytest.mark.parametrize(
    ("tag", "name", "direction"),
    [
        ("ar", "Arabic", "rtl"),
        ("AR-eg", "Arabic (ar-EG)", "rtl"),
        ("az-arab-ir", "Azerbaijani (az-Arab-IR)", "rtl"),
        ("ar-Latn", "Arabic (ar-Latn)", "ltr"),
        ("zh-hant", "Chinese (zh-Hant)", "ltr"),
        ("tlh", "tlh", "ltr"),
        ("x-ours", "x-ours", "ltr"),
    ],
)
def test_languages_by_their_tags(tag: str, name: str, direction: str) -> None:
    assert (language_name(tag), direction_of(tag)) == (name, direction)
