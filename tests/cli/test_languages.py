"""The language of what is printed: asked for, of the project, English, any."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import Run

from ogdkg.catalogue.languages import TextChoice, choose_texts
from ogdkg.rdf.labels import TEXTS, language_key, languages_of

SKOS = "http://www.w3.org/2004/02/skos/core#"
PREFIXES = f"PREFIX skos: <{SKOS}>\nPREFIX e: <http://e/>\n"
DATA = f"""@prefix skos: <{SKOS}> .
@prefix e: <http://e/> .
e:sea a e:Place ; skos:prefLabel "sea"@en, "mer"@fr, "mar"@pt-BR, "Meer"@de ; e:near e:lake, e:mole .
e:lake a e:Place ; skos:prefLabel "Lac"@fr, "See"@de ; skos:note "deep"@en, "profond"@fr, "un lac"@fr ;
  e:near e:sea .
e:mole a e:Place ; skos:prefLabel "Mole", "Mole à part"@fr ; skos:definition e:text ; e:near e:code .
e:code a e:Place ; skos:prefLabel "B-side"@en-US, "A-side"@en-GB, "autre"@fr ; e:size 5 .
"""
PLACES = (
    PREFIXES
    + "SELECT ?place ?placeLabel { ?place a e:Place ; skos:prefLabel ?placeLabel } ORDER BY ?placeLabel"
)
LABELS = {
    "": ["A-side", "Mole", "See", "sea"],
    "fr": ["Lac", "Mole à part", "autre", "mer"],
    "pt": ["A-side", "Mole", "See", "mar"],
    "pt-PT": ["A-side", "Mole", "See", "mar"],
    "de,fr": ["Meer", "Mole à part", "See", "autre"],
    "EN-us": ["B-side", "Mole", "See", "sea"],
    "sw": ["A-side", "Mole", "See", "sea"],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("languages")
    (made / "data").mkdir()
    (made / "queries").mkdir()
    (made / "data" / "places.ttl").write_text(DATA, encoding="utf-8")
    (made / "queries" / "places.rq").write_text(PLACES)
    every = "#+ languages: all\n" + PLACES.replace("?placeLabel }", "?placeLabel . FILTER(?place = e:sea) }")
    (made / "queries" / "every.rq").write_text(every)
    header = "#+ params:\n#+   place: {class: e:Place, example: sea}\n"
    (made / "queries" / "near.rq").write_text(
        f"{header}{PREFIXES}SELECT ?xLabel {{ ?_place_iri e:near/skos:prefLabel ?xLabel }} ORDER BY ?xLabel"
    )
    (made / "ogdkg.toml").write_text(f'[prefixes]\ne = "http://e/"\nskos = "{SKOS}"\n')
    return made


def labels(done: object) -> list[str]:
    return sorted(line.split(",")[-1] for line in done.stdout.splitlines()[1:])  # type: ignore[attr-defined]


@pytest.mark.parametrize("asked", LABELS)
@pytest.mark.parametrize("engine", ["oxigraph", "rdflib"])
def test_one_label_each(folder: Path, ogdkg: Run, engine: str, asked: str) -> None:
    lang = [word for language in asked.split(",") if language for word in ("--lang", language)]
    done = ogdkg("query", "places", "-f", "csv", "--engine", engine, *lang, cwd=folder)
    assert labels(done) == LABELS[asked], done
    assert done.stderr == ""


def test_the_project_and_the_environment_have_languages_too(tmp_path: Path, folder: Path, ogdkg: Run) -> None:
    german = tmp_path / "german"
    german.mkdir()
    for name in ("data", "queries"):
        (german / name).symlink_to(folder / name)
    written = (folder / "ogdkg.toml").read_text() + '[project]\nlanguages = ["de"]\n'
    (german / "ogdkg.toml").write_text(written)
    done = ogdkg("--trust", "query", "places", "-f", "csv", cwd=german)
    assert labels(done) == ["A-side", "Meer", "Mole", "See"], done
    done = ogdkg("query", "places", "-f", "csv", cwd=folder, OGDKG_LANG="fr")
    assert labels(done) == LABELS["fr"], done


def test_findings_and_changes_name_things_in_the_language_of_the_project(
    tmp_path: Path, folder: Path, ogdkg: Run
) -> None:
    french = tmp_path / "french"
    (french / "data").mkdir(parents=True)
    (french / "ontology" / "shapes").mkdir(parents=True)
    places = french / "data" / "places.ttl"
    places.write_text(DATA, encoding="utf-8")
    old = Path(shutil.copy(places, tmp_path / "old.ttl"))
    (french / "ontology" / "shapes" / "places.ttl").write_text(
        "PREFIX e: <http://e/> PREFIX sh: <http://www.w3.org/ns/shacl#>\n"
        "e:Shape a sh:NodeShape ; sh:targetNode e:sea ; sh:property [ sh:path e:size ; sh:minCount 1 ;\n"
        '  sh:message "Give its size."@en, "Donnez sa taille."@fr ] .\n'
    )
    (french / "ogdkg.toml").write_text(
        (folder / "ogdkg.toml").read_text() + '[project]\nlanguages = ["fr"]\n'
    )
    found = ogdkg("validate", cwd=french).stdout
    assert "violation: Donnez sa taille." in found and "\n      mer — e:size\n" in found
    places.write_text(DATA.replace('"un lac"@fr', '"un lac"@fr, "calme"@fr'), encoding="utf-8")
    assert ogdkg("diff", old, "data/places.ttl", cwd=french).stdout.startswith("Lac: ")


def test_a_query_may_want_every_language(folder: Path, ogdkg: Run) -> None:
    done = ogdkg("query", "every", "-f", "csv", "--lang", "fr", cwd=folder)
    assert labels(done) == ["Meer", "mar", "mer", "sea"], done


@pytest.mark.parametrize("name", ["sea", "MER", "Meer", "mar"])
def test_a_name_is_found_in_any_language(folder: Path, ogdkg: Run, name: str) -> None:
    done = ogdkg("query", "near", "--place", name, "-f", "csv", "--lang", "fr", cwd=folder)
    assert labels(done) == ["Lac", "Mole à part"], done
    assert ogdkg("show", name, cwd=folder).stdout.startswith("sea\n")
    assert ogdkg("show", name, "--lang", "de", cwd=folder).stdout.startswith("Meer\n")


def test_show_prints_one_language_for_each_property(folder: Path, ogdkg: Run) -> None:
    shown = ogdkg("show", "e:lake", "--lang", "fr", cwd=folder).stdout
    assert "profond; un lac" in shown or "un lac; profond" in shown, shown
    assert "deep" not in shown and "See" not in shown, shown
    assert "deep" in ogdkg("show", "e:lake", cwd=folder).stdout


def test_search_answers_in_the_asked_language(folder: Path, ogdkg: Run) -> None:
    found = ogdkg("search", "sea", "--lang", "fr", "-f", "csv", cwd=folder)
    assert ",mer," in found.stdout, found


def test_an_export_may_have_one_language(folder: Path, ogdkg: Run) -> None:
    lines = ogdkg("export", "-f", "nquads", "--lang", "pt", cwd=folder).stdout.splitlines()
    texts = {term for line in lines for term in line.split('"')[1:2]}
    assert {"mar", "See", "Mole", "A-side", "deep", "5"} == texts, lines
    assert any('"mar"@pt-br' in line.lower() for line in lines)
    compacted = ogdkg("export", "-f", "compacted", "--lang", "fr", cwd=folder).stdout
    nodes = {node["id"]: node for node in json.loads(compacted)["@graph"]}
    assert nodes["e:sea"]["skos:prefLabel"] == "mer"
    assert nodes["e:lake"]["skos:note"] == ["profond", "un lac"]


def test_citations_stay_exact(folder: Path, ogdkg: Run) -> None:
    done = ogdkg("query", "places", "--cite", "-f", "csv", cwd=folder)
    assert done.stderr == "", done
    assert [line.split(",")[1] for line in done.stdout.splitlines()[1:]] == LABELS[""]


@pytest.mark.parametrize("asked", ["f r", "français", "a,b,c,d,e,f", "e" * 40])
def test_what_is_no_language_is_told(folder: Path, ogdkg: Run, asked: str) -> None:
    done = ogdkg("query", "places", "--lang", asked, cwd=folder)
    assert (done.returncode, done.stdout) == (2, ""), done
    assert "language" in done.stderr


def test_a_project_without_a_language_tag_is_told(tmp_path: Path, ogdkg: Run) -> None:
    (tmp_path / "ogdkg.toml").write_text('[project]\nlanguages = ["fr", "deutsch!"]\n')
    done = ogdkg("stats", cwd=tmp_path)
    assert done.returncode == 3 and "ogdkg.toml:2" in done.stderr and "deutsch!" in done.stderr, done


# Each way to write a text, and its rows in French and in English.
WAYS = {
    "?x a e:Place ; skos:prefLabel ?l": (4, 4),
    "?x skos:prefLabel ?l ; a e:Place ;": (4, 4),
    "?x a e:Place .\n?x skos:prefLabel ?l .": (4, 4),
    "?x skos:prefLabel|skos:altLabel ?l": (4, 4),
    f"?x <{SKOS}prefLabel> ?l # skos:prefLabel }}\n": (4, 4),
    "e:sea e:near/skos:prefLabel ?l": (2, 2),
    "e:sea e:near/skos:prefLabel ?l ; skos:prefLabel ?m ; e:near ?n": (4, 4),
    "?y e:near ?x . OPTIONAL { ?x skos:prefLabel ?l }": (4, 4),
    "{ e:sea skos:prefLabel ?l } UNION { e:lake skos:prefLabel ?l }": (2, 2),
    "{ SELECT ?x (COUNT(?l) AS ?n) { ?x skos:prefLabel ?l } GROUP BY ?x HAVING (COUNT(?l) = 1) }": (4, 4),
    "?x a e:Place FILTER EXISTS { ?x skos:prefLabel ?l FILTER(LANG(?l) = 'de') }": (2, 2),
    "?x a e:Place MINUS { ?x skos:prefLabel ?l FILTER(LANG(?l) = 'de') }": (2, 2),
    "?x skos:prefLabel ?l, ?m": (4, 4),
    "?x skos:definition ?l": (1, 1),
    "?x skos:note ?l": (2, 1),
    "e:code ?p ?l": (3, 3),
    "?x skos:prefLabel ?l . ?y skos:prefLabel ?l": (4, 4),
    "_:x skos:prefLabel ?m . ?x skos:prefLabel ?l . _:x e:near ?x": None,
    "VALUES (?x ?k) { (e:sea 1) (e:lake 2) } BIND(STR(?x) AS ?s) ?x skos:prefLabel ?l": (2, 2),
}


@pytest.mark.parametrize("portable", [False, True])
@pytest.mark.parametrize("way", WAYS)
def test_each_way_to_write_a_text(way: str, portable: bool) -> None:
    store = ox.Store()
    store.load(DATA.encode(), format=ox.RdfFormat.TURTLE)
    for language, place in (("fr", 0), ("", 1)):
        choice = TextChoice(languages_of(filter(None, [language])), frozenset(TEXTS), {}, portable)
        text = choose_texts(f"{PREFIXES}SELECT * {{ {way} }}".replace("*", star(way)), choice, declared())
        rows = len(list(store.query(text)))  # type: ignore[arg-type]
        assert WAYS[way] is None or rows == WAYS[way][place], text


@pytest.mark.parametrize(
    "pattern",
    [
        "?x skos:prefLabel ?l",
        "?x skos:prefLabel ?l ; e:near ?y",
        "?x e:near ?y ; skos:prefLabel ?l . ?y skos:prefLabel ?m",
        "?x e:near ?y . ?y skos:prefLabel ?m",
        "?x e:near/skos:prefLabel ?l",
        "OPTIONAL { ?x skos:note ?l } ?x a ?k",
    ],
)
def test_a_subject_that_is_bound_is_looked_up(pattern: str) -> None:
    store = ox.Store()
    store.load(DATA.encode(), format=ox.RdfFormat.TURTLE)
    columns = star(f"{pattern} ?x")
    rows = set()
    for bound in ("BIND(e:sea AS ?x)", "BIND(<http://e/sea> AS ?x)", "VALUES ?x { e:sea }"):
        choice = TextChoice(languages_of(["fr"]), frozenset(TEXTS), {})
        text = f"{PREFIXES}SELECT {columns} {{ ?a e:near ?b {bound} {pattern} }}"
        chosen = choose_texts(text, choice, declared())
        rows.add(str(sorted(map(str, store.query(chosen)))))  # type: ignore[arg-type]
        after = chosen.partition("AS ?x)")[2]
        assert ("e:sea " in after or "<http://e/sea> " in after) == ("BIND" in bound), chosen
    assert len(rows) == 1


def star(way: str) -> str:
    """Named columns, since a query that selects all gets no new variables."""
    return " ".join(f"?{name}" for name in "xylmnkps" if f"?{name}" in way or f"?{name} " in way)


def declared() -> dict[str, str]:
    return {"skos": SKOS, "e": "http://e/"}


@given(st.text(alphabet="{}()[];,.?x/|^ :aA'\"<>#\n", max_size=60))
def test_any_text_is_walked_over_to_its_end(inside: str) -> None:
    choice = TextChoice(languages_of(["fr"]), frozenset(TEXTS), declared())
    choose_texts(f"SELECT ?x {{ ?x skos:prefLabel ?l ; {inside} }}", choice, {})
    choose_texts(f"{inside} SELECT ?x {{ {inside}", choice, {})


@given(st.lists(st.sampled_from(["en", "fr", "fr-CA", "pt-br", "de", ""]), unique=True, min_size=2))
def test_sparql_and_python_choose_alike(tags: list[str]) -> None:
    store = ox.Store()
    for tag in tags:
        literal = ox.Literal("x", language=tag) if tag else ox.Literal("x")
        store.add(ox.Quad(ox.NamedNode("http://e/x"), ox.NamedNode(SKOS + "prefLabel"), literal))
    for asked in (["fr"], ["pt-PT", "de"], ["fr-CA"], []):
        languages = languages_of(asked)
        choice = TextChoice(languages, frozenset(TEXTS), {})
        text = choose_texts(PREFIXES + "SELECT ?l { ?x skos:prefLabel ?l }", choice, declared())
        [[found]] = store.query(text)  # type: ignore[misc,union-attr]
        assert (found.language or "") == min(
            tags, key=lambda tag: language_key(tag.lower(), languages)
        ).lower()
