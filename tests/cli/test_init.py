"""`ogdkg init`: a project that passes its own checks at once, and nothing that was there is touched."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path

import jsonschema
import pytest
import yaml
from openpyxl import load_workbook
from tests.conftest import ROOT, Run
from tests.terminals import conversation

from ogdkg.errors import UsageError
from ogdkg.project.keys import TOML
from ogdkg.scaffold.plan import (
    checked_languages,
    checked_name,
    checked_namespace,
    checked_things,
    checked_title,
)
from ogdkg.scaffold.words import _WORDS

WAYS: dict[str, tuple[str, ...]] = {
    "by default": (),
    "three languages": ("--lang", "fr,de", "--lang", "en", "--thing", "pont", "--thing", "Brücke@de"),
    "from right to left, with passages": ("--lang", "ar", "--lang", "fa", "--passages"),
    "no words of ours, an URN": (
        "--lang",
        "sw,sr-latn-rs",
        "--thing",
        "daraja",
        "--namespace",
        "urn:example:b:",
    ),
    "odd words": ("--thing", 'the "old" \\ {one}: #1', "--title", 'A "title" \\ of # signs'),
    "other letters, a hash": (
        "--lang",
        "zh",
        "--thing",
        "桥",
        "--passages",
        "--namespace",
        "https://b.example/a'b#",
    ),
}


def files_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def checked(ogdkg: Run, folder: Path, *more: str) -> None:
    """Run the checks that a project is to pass."""
    told = ogdkg("validate", "--fail-on", "warning", "--no-cache", cwd=folder)
    assert (told.returncode, told.stderr) == (0, ""), told.stdout
    for options, outcome in (
        ((), "as expected"),
        *(((more, "values stand in their passages"),) if more else ()),
    ):
        tested = ogdkg("test", *options, cwd=folder)
        assert tested.returncode == 0 and outcome in tested.stdout, tested.stdout + tested.stderr
    formatted = ogdkg("fmt", "--check", "data", "ontology", cwd=folder)
    assert (formatted.returncode, formatted.stdout, formatted.stderr) == (0, "", "")
    schema = json.loads((folder / "ogdkg.schema.json").read_text(encoding="utf-8"))
    jsonschema.validate(tomllib.loads((folder / "ogdkg.toml").read_text(encoding="utf-8")), schema)
    for name in (".pre-commit-config.yaml", ".github/workflows/check.yml"):
        assert yaml.safe_load((folder / name).read_text(encoding="utf-8"))


@pytest.mark.parametrize("way", WAYS)
def test_a_new_project_passes_its_own_checks(ogdkg: Run, tmp_path: Path, way: str) -> None:
    folder = tmp_path / "bridges"
    made = ogdkg("init", folder, *WAYS[way], cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    checked(ogdkg, folder, *(("--source", "source.txt") if "--passages" in WAYS[way] else ()))
    [query] = (folder / "queries").glob("*/*.rq")
    rows = ogdkg("-C", folder, "query", query.stem, "--year", "2001", "-f", "csv")
    assert len(rows.stdout.splitlines()) == 2, rows.stderr
    if "--passages" in WAYS[way]:
        told = ogdkg("-C", folder, "coverage")
        assert "1 covered" in told.stdout and "no passage covers: none" in told.stdout
    text = "".join(part.decode() for part in files_below(folder).values()).lower()
    assert not re.search("world bank|initiative|nepal", text)


def test_every_key_stands_in_the_settings_of_a_new_project(ogdkg: Run, tmp_path: Path) -> None:
    assert ogdkg("init", tmp_path / "a", cwd=tmp_path).returncode == 0
    text = (tmp_path / "a" / "ogdkg.toml").read_text(encoding="utf-8")
    uncommented = "\n".join(
        line[1:] if line[:1] == "#" and line[1:2] not in " :" else line for line in text.splitlines()
    )
    read = tomllib.loads(uncommented)
    for table in TOML.tables:
        at = read
        for part in table.name.split("."):
            at = at[part][0] if isinstance(at[part], list) else at[part]
        assert [each.key for each in table.settings if each.key not in at] == []
    assert text.startswith("#:schema ./ogdkg.schema.json\n")


def test_the_next_steps_of_a_curator_are_told(ogdkg: Run, tmp_path: Path) -> None:
    """More passages in files of their own, a sheet of what there is, another document."""
    assert ogdkg("init", "lights", "--lang", "en,de", "--passages", "-y", cwd=tmp_path).returncode == 0
    folder = tmp_path / "lights"
    made = ogdkg("template", "ns:Thing", "-o", "sheet.xlsx", cwd=folder)
    assert "Wrote 1 thing in" in made.stderr
    headings = load_workbook(folder / "sheet.xlsx").worksheets[0][1]
    told = {cell.value: cell.comment.text for cell in headings if cell.comment}
    assert told["Name (de)"] == "Each thing must have it."  # one in each language: `sh:uniqueLang`
    passages = folder / "data" / "passages.trig"
    passages.rename(folder / "data" / "letters.trig")
    checked(ogdkg, folder, "--source", "source.txt")
    (folder / "source.txt").write_text("Thing 7: 2001.\n", "utf-8")
    other = ogdkg("validate", cwd=folder)
    assert other.returncode == 1 and "if it is new, give its source this hash in the data" in other.stdout
    found = re.search("Its sha256 is ([0-9a-f]{64})", other.stdout)
    assert found
    sources = folder / "data" / "sources.ttl"
    sources.write_text(re.sub("[0-9a-f]{64}", found[1], sources.read_text("utf-8")), "utf-8")
    moved = ogdkg("validate", cwd=folder)
    assert moved.returncode == 1 and "Describe it anew by `ogdkg passage" in moved.stdout


@pytest.mark.parametrize("taken", ["ogdkg.toml", "README.md", "data", "ontology/shapes", ".github"])
def test_nothing_that_is_there_is_touched(ogdkg: Run, tmp_path: Path, taken: str) -> None:
    path = tmp_path / taken
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("mine")
    before = files_below(tmp_path)
    done = ogdkg("init", ".", "--name", "a", cwd=tmp_path)
    assert done.returncode == 2 and f"has already: {taken}" in done.stderr
    assert files_below(tmp_path) == before


def test_a_folder_with_other_files_is_no_obstacle(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    (tmp_path / "data").mkdir()
    assert ogdkg("init", ".", "--name", "a", cwd=tmp_path).returncode == 0
    assert (tmp_path / "notes.txt").read_text() == "mine"
    checked(ogdkg, tmp_path)


@pytest.mark.parametrize("link", ["data", "README.md"])
def test_no_link_leads_out_of_the_folder(ogdkg: Run, tmp_path: Path, link: str) -> None:
    away, here = tmp_path / "away", tmp_path / "here"
    away.mkdir()
    here.mkdir()
    (here / link).symlink_to(away / "x" if link == "README.md" else away)
    done = ogdkg("init", here, cwd=tmp_path)
    assert done.returncode == 2 and link in done.stderr
    assert list(away.iterdir()) == []


def test_what_cannot_be_written_whole_is_not_written_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ogdkg.errors import InputError
    from ogdkg.files.fresh import write_fresh

    def broken() -> object:
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(InputError, match="No space left"):
        write_fresh(tmp_path / "new" / "deep", {"a/b.txt": b"whole", "c.txt": broken()})  # type: ignore[dict-item]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("check", "text", "message"),
    [
        (checked_name, "Bridges", "Write bridges"),
        (checked_name, "two words", "Write two-words"),
        (checked_name, "../up", "Write up"),
        (checked_name, "", "Write bridges"),
        (checked_name, "-", "Write bridges"),
        (checked_name, "1st", "Write st"),
        (checked_name, "a" * 61, "cannot be the name"),
        (checked_namespace, "bridges", "not an absolute IRI"),
        (checked_namespace, "https://", "not an absolute IRI"),
        (checked_namespace, "https://example.org", "not an absolute IRI"),
        (checked_namespace, "https://example.org/a b/", "not an absolute IRI"),
        (checked_namespace, 'https://example.org/"/', "not an absolute IRI"),
        (checked_namespace, "https://example.org/bridges", "as https://example.org/bridges/"),
        (checked_title, " ", "one line"),
        (checked_title, "a\nb", "one line"),
    ],
)
def test_what_cannot_be_is_met_with_a_sentence(check: object, text: str, message: str) -> None:
    with pytest.raises(UsageError) as caught:
        check(text)  # type: ignore[operator]
    assert message in str(caught.value)


@pytest.mark.parametrize("tag", ["english", "e", "en_GB", "en-", "x-mine", "12", "de-Latn-Latn", "fr--", "é"])
def test_a_language_is_one_by_bcp_47(tag: str) -> None:
    with pytest.raises(UsageError, match="language tag"):
        checked_languages([tag])


def test_languages_are_spelt_as_usual() -> None:
    tags = ["PT-br,sr-latn-rs", "de-1996", "zh-cmn-hans-cn"]
    assert checked_languages(tags) == ("pt-BR", "sr-Latn-RS", "de-1996", "zh-cmn-Hans-CN")
    with pytest.raises(UsageError, match="at most 5"):
        checked_languages(["aa,ab,ae,af,ak,am"])
    with pytest.raises(UsageError, match="needs a language"):
        checked_languages([","])
    with pytest.raises(UsageError, match="no language 'fr'"):
        checked_things(["pont@fr"], ("en",))
    with pytest.raises(UsageError, match="Two words are of the language fr: bridge, pont"):
        checked_things(["bridge", "pont@fr"], ("fr", "en"))


def test_words_are_in_their_languages() -> None:
    for tag, words in _WORDS.items():
        assert all(words) and "{year}" in words.of_year, tag
        assert tag == "en" or len(set(words) & set(_WORDS["en"])) <= 1, tag


ODD = {
    "devices": None,
    "maps": None,
    "no classes": """
        @prefix : <https://e.example/> .
        :a :p :b , :c ; :q "x"@en, "y"@en-GB ; :r 1, 2.5 .
        :b :p [ :q "z"^^<http://www.w3.org/2001/XMLSchema#integer> ] .
    """,
    "odd names": """
        @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix shape: <https://mine.example/shape/> .
        @prefix x: <https://e.example/x'y(z)#> .
        <thing-one'> a <Klass>, <urn:uuid:1>, x:Größe ; <rel> ( 1 2 ( "a" ) [] ) ;
          x:date "2020-13-45"^^<http://www.w3.org/2001/XMLSchema#date> .
        <#b> a x:Größe, [] ; x:p "quote \\" and \\\\ #"@en-x-private .
        [] a rdf:Statement ; rdf:subject <#b> ; rdf:predicate x:p ; rdf:object "v" .
        [] a x:OnlyBlank ; x:p 1 . [] a x:OnlyBlank . shape:me a shape:Thing ; sh:mispelt 1 .
        <http://host> a <http://nons> .
        <https://e.example/(a)/'b'/?q=1&r=%20#f> a x:Größe .
        x:A a owl:Class . x:B a owl:Class ; rdfs:subClassOf x:A, x:Above ; rdfs:label "bee" .
        x:Above rdfs:label "above" .
        x:a a x:A ; x:p 1 . x:b a x:B ; rdfs:label "b" . x:c a x:B .
        x:class-2 a x:Class_2, x:Class2, x:Class .
    """,
    "graphs": "<urn:g> { <urn:s> a <urn:C> ; <urn:p> 1 } <urn:h> { <urn:s> <urn:p> 1 , 2 }",
    "many classes": "".join(
        f"<https://e.example/{i}> a <https://e.example/ns#Class{i}> ; <https://e.example/ns#p{i % 7}> {i} .\n"
        for i in range(55)
    ),
}


def given_data(folder: Path, kind: str) -> list[Path]:
    """The files of a kind of data; those of our fixtures are copies."""
    if text := ODD[kind]:
        path = folder / f"given.{'trig' if kind == 'graphs' else 'ttl'}"
        path.write_text(text, encoding="utf-8")
        return [path]
    fixture = ROOT / "tests" / "fixtures" / kind
    return [path for path in (fixture / "data", fixture / "ontology" / "ns.ttl") if path.exists()]


@pytest.mark.parametrize("kind", ODD)
def test_a_project_around_data_passes_its_own_checks(ogdkg: Run, tmp_path: Path, kind: str) -> None:
    data = given_data(tmp_path, kind)
    before = [path.read_bytes() for path in data if path.is_file()]
    folder = tmp_path / "made"
    made = ogdkg("init", folder, *(word for path in data for word in ("--from", path)), cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert [path.read_bytes() for path in data if path.is_file()] == before
    checked(ogdkg, folder)
    told = ogdkg("validate", "--severity", "info", "--fail-on", "info", "--no-cache", cwd=folder)
    assert (told.returncode, told.stderr) == (0, ""), told.stdout
    assert "guess to confirm" in "".join(path.read_text() for path in (folder / "ontology").rglob("*.ttl"))
    for query in folder.glob("queries/*/all-*.rq"):
        assert (folder / "queries" / "questions").exists() and query.read_text().startswith("#+ summary: ")


def quads_of(ogdkg: Run, *arguments: str | Path) -> set[str]:
    return set(ogdkg("canon", *arguments).stdout.splitlines())


@pytest.mark.parametrize("form", ["ttl", "nt", "rdf", "jsonld", "ttl.gz", "nq"])
def test_copies_say_what_the_data_say(ogdkg: Run, tmp_path: Path, form: str) -> None:
    source = ROOT / "tests" / "fixtures" / "devices" / "data" / "devices.ttl"
    given, folder = tmp_path / f"d.{form}", tmp_path / "made"
    assert ogdkg("convert", source, given).returncode == 0
    assert ogdkg("init", folder, "--from", given, "--name", "a").returncode == 0
    [copy] = (folder / "data").iterdir()
    assert quads_of(ogdkg, copy) == quads_of(ogdkg, source)
    assert ogdkg("stats", cwd=folder).returncode == 0


def test_what_is_seen_is_counted(ogdkg: Run, tmp_path: Path) -> None:
    given = tmp_path / "d.ttl"
    given.write_text(
        '@prefix : <https://e.example/> . :a a :T ; :one 1 ; :many 1, 2 ; :in :g ; :say "x"@en, "y"@fr .'
        ":b a :T ; :one 2 ; :many 3 ; :in :g . :g a :G . _:x a :T ; :one 3 ; :many 4 ; :in [ a :G ] ."
    )
    assert ogdkg("init", tmp_path / "p", "--from", given, "--name", "a").returncode == 0
    text = (tmp_path / "p" / "ontology" / "shapes" / "a.ttl").read_text()
    shapes = {part.split("sh:path ")[1].split(" ;")[0]: part for part in text.split("sh:PropertyShape")[1:]}
    assert "Seen: 3 things." in text
    assert "sh:minCount 1" in shapes[":one"] and "sh:maxCount 1" in shapes[":one"]
    assert "sh:datatype xsd:integer" in shapes[":one"] and "Seen on 3 of 3, 1 value each" in shapes[":one"]
    assert "sh:maxCount" not in shapes[":many"] and "up to 2 values each" in shapes[":many"]
    assert "sh:class :G" in shapes[":in"] and "sh:nodeKind sh:BlankNodeOrIRI" in shapes[":in"]
    assert 'sh:languageIn ( "en" "fr" )' in shapes[":say"] and "sh:minCount" not in shapes[":say"]
    assert all("sh:severity sh:Info" in shape for shape in shapes.values())


@pytest.mark.parametrize(
    ("links", "things"),
    [
        ("", "https://c.example/"),
        (
            "set:1 :file <https://c.example/files/1.csv> .",
            "https://c.example/set/",
        ),  # of which nothing is said
        ("set:1 :next set:4 .", None),  # as in an extract of a larger graph
        ("set:1 :about <https://other.example/x>, <https://c.example/> .", "https://c.example/"),
    ],
)
def test_own_iris_are_those_of_which_all_is_defined(
    ogdkg: Run, tmp_path: Path, links: str, things: str | None
) -> None:
    """So that the server answers at the paths of things, and a misspelt one is found."""
    (tmp_path / "d.ttl").write_text(
        "@prefix : <https://v.example/> . @prefix set: <https://c.example/set/> . set:1 a :Set . "
        "set:2 a :Set . set:3 a :Set . "
        f"<https://c.example/catalogue> a :Catalogue ; :has set:1, set:2, set:3 . {links}"
    )
    assert ogdkg("init", "p", "--from", "d.ttl", cwd=tmp_path).returncode == 0
    project = tomllib.loads((tmp_path / "p" / "ogdkg.toml").read_text(encoding="utf-8"))["project"]
    assert project.get("things") == things
    checked(ogdkg, tmp_path / "p")


def test_own_iris_are_not_all_of_a_host_that_others_share(ogdkg: Run, tmp_path: Path) -> None:
    """As of w3id.org: the next one that is named of another project there would be found undefined."""
    (tmp_path / "d.ttl").write_text(
        "@base <https://shared.example/office/fields/> . @prefix : <https://v.example/> . "
        "<0> a :Field . <1> a :Field ; :in <0> . <scheme> a :Scheme ; :has <0>, <1> ."
    )
    assert ogdkg("init", "p", "--from", "d.ttl", cwd=tmp_path).returncode == 0
    project = tomllib.loads((tmp_path / "p" / "ogdkg.toml").read_text(encoding="utf-8"))["project"]
    assert project["things"] == "https://shared.example/office/fields/"
    checked(ogdkg, tmp_path / "p")


def test_more_values_than_are_told_apart_are_no_upper_bound(ogdkg: Run, tmp_path: Path) -> None:
    values = ", ".join(map(str, range(100)))
    (tmp_path / "d.ttl").write_text(f"<urn:a> a <urn:T> ; <urn:p> {values} .")
    assert ogdkg("init", "p", "--from", "d.ttl", cwd=tmp_path).returncode == 0
    assert "64 values or more each" in (tmp_path / "p" / "ontology" / "shapes" / "p.ttl").read_text()


@pytest.mark.parametrize(
    ("name", "text", "code", "said"),
    [
        ("d.ttl", "<urn:a> <urn:b> .", 3, "d.ttl:1:17"),
        ("d.ttl", "", 3, "hold no statement"),
        ("d.txt", "x", 3, "not that of an RDF format"),
        ("gone.ttl", None, 2, "There is no file"),
    ],
)
def test_data_that_cannot_be_are_met_with_a_sentence(
    ogdkg: Run, tmp_path: Path, name: str, text: str | None, code: int, said: str
) -> None:
    if text is not None:
        (tmp_path / name).write_text(text)
    done = ogdkg("init", "p", "--from", name, cwd=tmp_path)
    assert (done.returncode, said in done.stderr) == (code, True), done.stderr
    assert not (tmp_path / "p").exists()


def test_prefixes_of_data_may_mean_what_they_like(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "d.ttl").write_text("@prefix sh: <https://other.example/> . sh:a a sh:B ; sh:c 1 .")
    assert ogdkg("init", "p", "--from", "d.ttl", cwd=tmp_path).returncode == 0
    prefixes = tomllib.loads((tmp_path / "p" / "ogdkg.toml").read_text(encoding="utf-8"))["prefixes"]
    assert (prefixes["sh"], prefixes["sh2"]) == ("http://www.w3.org/ns/shacl#", "https://other.example/")
    for command in (["validate"], ["test"], ["fmt", "--check", "data", "ontology"]):
        assert ogdkg(*command, cwd=tmp_path / "p").returncode == 0, command


def test_a_person_is_asked_until_each_answer_fits(ogdkg: Run, tmp_path: Path) -> None:
    told, code = conversation(
        "init", "bridges",
        answers=[
            ("A short name [bridges]: ", "two words\n"), ("A short name [bridges]: ", "\n"),
            ("A title [Bridges]: ", "Old bridges\n"), ("]: ", "\n"),
            ("the preferred one first [en]: ", "nonsense-\n"), ("the preferred one first [en]: ", "de,en\n"),
            ("[y/N]: ", "\n"), ("in de", "Brücke\n"), ("in en", "bridge\n"),
        ],
        cwd=tmp_path,
    )  # fmt: skip
    assert code == 0, told
    settings = tomllib.loads((tmp_path / "bridges" / "ogdkg.toml").read_text(encoding="utf-8"))["project"]
    assert (settings["title"], settings["languages"]) == ("Old bridges", ["de", "en"])
    assert ogdkg("validate", cwd=tmp_path / "bridges").returncode == 0


def test_who_stops_answering_has_nothing_written(tmp_path: Path) -> None:
    _, code = conversation("init", "p", answers=[("]: ", "\x03")], cwd=tmp_path)
    assert code == 130
    assert not (tmp_path / "p").exists()


def test_languages_are_those_of_the_data(ogdkg: Run, tmp_path: Path) -> None:
    data = tmp_path / "data.ttl"
    data.write_text(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        '<urn:a> rdfs:label "Un"@fr, "deux"@fr, "one"@EN-gb, "x"@abcd .\n'
    )
    made = ogdkg("init", "guessed", "--from", data, "-y", cwd=tmp_path)
    assert made.returncode == 0, made.stderr
    assert "Languages: fr, en-GB, as the texts of the data have; --lang names others." in made.stderr
    assert 'languages = ["fr", "en-GB"]' in (tmp_path / "guessed" / "ogdkg.toml").read_text()
    given = ogdkg("init", "given", "--from", data, "--lang", "de", "-y", cwd=tmp_path)
    assert "Languages:" not in given.stderr
    assert 'languages = ["de"]' in (tmp_path / "given" / "ogdkg.toml").read_text()


_DATASET = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> . "
    "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix e: <https://e.example/> . "
    'e:a a e:Tree ; rdfs:label "Ash"@de . '
)


@pytest.mark.parametrize(
    ("data", "words", "title"),
    [
        ('e:d a dcat:Dataset ; rdfs:label "No" ; dct:title "Bäume"@de , "Trees"@en .', (), "Bäume"),
        ('e:d a dcat:Dataset ; dct:title "Trees"@en .', ("--title", "Mine"), "Mine"),
        ('e:s a skos:ConceptScheme ; skos:prefLabel "Kinds of trees"@en .', (), "Kinds of trees"),
        ('<https://e.example/> a owl:Ontology ; rdfs:label "On\\"trees" .', (), 'On"trees'),
        ('e:d a dcat:Dataset ; dct:title "A" . e:f a dcat:Dataset ; dct:title "B" .', (), "My trees"),
        ("e:d a dcat:Dataset .", (), "My trees"),
    ],
)
def test_the_title_is_that_of_the_data(
    ogdkg: Run, tmp_path: Path, data: str, words: tuple[str, ...], title: str
) -> None:
    (tmp_path / "d.ttl").write_text(_DATASET + data)
    done = ogdkg("init", "my-trees", "--from", "d.ttl", *words, cwd=tmp_path)
    assert done.returncode == 0 and ("Title: " in done.stderr) == (title not in ("Mine", "My trees"))
    made = (tmp_path / "my-trees" / "ogdkg.toml").read_text(encoding="utf-8")
    assert tomllib.loads(made)["project"]["title"] == title
