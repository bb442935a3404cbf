"""`ogdkg new`: something is described value by value, at a terminal or by options, and written."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT, Run
from tests.terminals import conversation

from ogdkg import open_graph
from ogdkg.cli.asking import completed
from ogdkg.rdf.formats import TRIG, TURTLE
from ogdkg.rdf.terms import Iri, Triple
from ogdkg.renaming.appending import appended
from ogdkg.store.codec import quad_of, raw_quads

FIXTURES = ROOT / "tests" / "fixtures"
CART = ("new", "device", "Cart", "--set", "ward=East ward")


def project(name: str, to: Path) -> Path:
    return Path(shutil.copytree(FIXTURES / name, to / name))


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    return project("devices", tmp_path)


@pytest.fixture
def maps(tmp_path: Path) -> Path:
    return project("maps", tmp_path)


def register(folder: Path) -> Path:
    return folder / "data" / "devices.ttl"


# -- by options ------------------------------------------------------------------------


def test_it_is_written_where_its_kind_lies_in_canonical_form(ogdkg: Run, devices: Path) -> None:
    before = register(devices).read_text()
    values = ("--set", "risk class=II", "--set", "reg:checked=2031-06-07", "--set", "madeBy=Aster & Sons")
    dry = ogdkg(*CART, *values, "--dry-run", cwd=devices)
    assert (dry.returncode, register(devices).read_text()) == (0, before)
    assert "device:cart a reg:Device ;" in dry.stdout and "Nothing was written." in dry.stderr
    done = ogdkg(*CART, *values, cwd=devices)
    assert (done.returncode, done.stdout) == (0, dry.stdout)
    assert register(devices).read_text() == before + (
        'device:cart a reg:Device ;\n  rdfs:label "Cart" ;\n  reg:standsIn ward:east ;\n'
        '  reg:madeBy maker:aster ;\n  reg:risk "II" ;\n  reg:checked "2031-06-07"^^xsd:date .\n'
    )
    assert ogdkg("fmt", "--check", "data", cwd=devices).returncode == 0


@pytest.mark.parametrize(
    ("words", "told", "hint"),
    [
        (("device", "Cart"), "Needed and not given: ward.", "--set 'ward=…'"),
        ((*CART[1:], "--set", "risk=IV"), "'IV' is none of the list: I, II, III.", ""),
        ((*CART[1:], "--set", "checked=soon"), "last checked: Write a day, such as 2014-06-30.", ""),
        ((*CART[1:], "--set", 'name="Wagen"@de'), "name: Write it without a language.", ""),
        ((*CART[1:], "--set", "ward=Eats ward"), "Nothing here is named 'Eats ward' yet.", "East ward"),
        (
            (*CART[1:], "--set", "ward=maker:aster"),
            "none of the things to choose from",
            "`ogdkg new reg:Ward …`",
        ),
        ((*CART[1:], "--set", "wrad=East ward"), "has no property 'wrad'", "'ward'"),
        ((*CART[1:], "--set", "lastChecked=soon"), "last checked: Write a day, such as 2014-06-30.", ""),
        (
            (*CART[1:], "--set", "class of risk=II"),
            "has no property 'class of risk'",
            "Did you mean 'risk class'?",
        ),
        ((*CART[1:], "--set", "xyzzy=II"), "has no property 'xyzzy'", "It has name, ward, "),
        ((*CART[1:], "--set", "name+=Another"), "name: There may be one value.", ""),
        ((*CART[1:], "--set", "ward"), "--set takes PROPERTY=VALUE", ""),
        ((*CART[1:], "--slug", "pump_one"), "device:pump_one is there already: Infusion pump 1.", "--edit"),
        ((*CART[1:], "--slug", "a b"), "cannot be the end of an IRI", ""),
        ((*CART[1:], "--in", "docs/b.ttl"), "No layer of the project reads docs/b.ttl.", ""),
        ((*CART[1:], "--in", "../away.ttl"), "cannot take something new", "--in"),
        ((*CART[1:], "--passage", "x"), "The project has no passages.", ""),
        (("devcie", "Cart"), "There is no class 'devcie'.", "device"),
        ((), "Something new of which class?", "device, maker, ward, query"),
        (("--edit", "Infusion pump 1"), "What is to change?", "--set"),
        (("--edit", "Infusion pump 1", "--set", "ward="), "Needed and not given: ward.", ""),
        (("--edit", "Infusion pump 1", "--set", "ward-=West ward"), "It has no such value.", ""),
        (("query", "Devices"), "is no name of a query", ""),
        (("query", "in-ward"), "There is a query in-ward already.", ""),
        (("query", "all"), "A query needs a summary and a class.", "--set"),
        (("passage",), "Which words of the document?", "ogdkg passage"),
    ],
)
def test_what_does_not_fit_is_told_in_a_sentence(
    ogdkg: Run, devices: Path, words: tuple[str, ...], told: str, hint: str
) -> None:
    before = register(devices).read_bytes()
    done = ogdkg("new", *words, cwd=devices)
    assert (done.returncode, done.stdout, register(devices).read_bytes()) == (2, "", before)
    assert told in done.stderr and hint in done.stderr


def test_what_to_do_is_told_once(ogdkg: Run, devices: Path) -> None:
    for value, told in (
        ("checked=soon", "last checked: Write a day, such as 2014-06-30."),
        ("ward=Zürich", "ward: Nothing here is named 'Zürich' yet.\n"
                        "  Describe it first, with `ogdkg new reg:Ward …`."),
    ):  # fmt: skip
        assert ogdkg(*CART[:3], "--set", value, cwd=devices).stderr == f"Error: {told}\n"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("infusion  PUMP 1", "Infusion pump 1 (device:pump_one) is named so too."),
        ("Examinaton lamp", "Examination lamp (device:lamp_one) has a name much like it."),
        ("Infusion pump 3", ""),
        ("Trolley", ""),
    ],
)
def test_a_name_that_is_there_or_near_needs_force(ogdkg: Run, devices: Path, name: str, told: str) -> None:
    words = ("new", "device", name, "--set", "ward=East ward", "--dry-run")
    done = ogdkg(*words, cwd=devices)
    assert (done.returncode, told in done.stderr) == (1 if told else 0, True)
    assert ogdkg(*words, "--force", cwd=devices).returncode == 0


def test_what_a_shape_asks_of_a_value_is_checked_at_once(ogdkg: Run, devices: Path) -> None:
    shapes = devices / "ontology" / "shapes" / "devices.ttl"
    facets = 'sh:minLength 3 ; sh:pattern "^[A-Z]" ; sh:flags "" ;'
    shapes.write_text(shapes.read_text().replace("sh:maxCount 1 ;", f"sh:maxCount 1 ; {facets}", 1))
    dates = (
        'sh:datatype xsd:date ; sh:maxExclusive "2032-01-01"^^xsd:date ; sh:message "Not in the future." ;'
    )
    shapes.write_text(shapes.read_text().replace("sh:datatype xsd:date ;", dates))
    for name, told in (("Ca", "at least 3 characters"), ("cart", "match the pattern ^[A-Z]")):
        assert told in ogdkg("new", "device", name, cwd=devices).stderr
    late = ogdkg(*CART, "--set", "checked=2032-01-01", cwd=devices)
    assert (late.returncode, "last checked: Not in the future." in late.stderr) == (2, True)
    assert ogdkg(*CART, "--set", "checked=2031-12-31", "--dry-run", cwd=devices).returncode == 0


def test_a_new_violation_is_told_and_nothing_is_written(ogdkg: Run, devices: Path) -> None:
    shapes = devices / "ontology" / "shapes" / "devices.ttl"
    other = (
        "reg:Apart sh:targetClass reg:Device ;"
        ' sh:not [ sh:property [ sh:path reg:standsIn ; sh:minCount 2 ] ] ; sh:message "One ward." .'
    )
    shapes.write_text(f"{shapes.read_text()}{other} reg:Apart a sh:NodeShape .")
    before = register(devices).read_bytes()
    done = ogdkg(*CART, "--set", "ward=West ward", cwd=devices)
    assert (done.returncode, register(devices).read_bytes()) == (1, before)
    assert "violation: Cart: One ward." in done.stderr and "Nothing was written." in done.stderr


def test_a_passage_states_it_in_its_reading(ogdkg: Run, maps: Path) -> None:
    done = ogdkg("new", "map", "Delta", "--set", 'ns:about="A chart"@en', "--words", "chart of the delta",
                 cwd=maps)  # fmt: skip
    assert done.returncode == 0, done.stderr
    file = maps / "data" / "maps.trig"
    quads = [quad_of(each) for each in raw_quads(file)]
    graph = Iri("https://maps.example/id/excerpt/chart-of-the-delta")
    assert {each.predicate.value.rpartition("#")[2] for each in quads if each.graph == graph} == {
        "type", "label", "about",
    }  # fmt: skip
    assert file.read_text().count("graph:excerpts {") == 1
    assert ogdkg("fmt", "--check", "data", cwd=maps).returncode == 0
    assert ogdkg("test", "--source", "letters.txt", cwd=maps).returncode == 0
    again = ogdkg("new", "map", "Mill", "--passage", "2", cwd=maps)
    assert again.returncode == 0 and file.read_text().count("excerpt:bank {") == 1
    wrong = ogdkg("new", "map", "Ford", "--set", "ns:year=1650", "--passage", "2", cwd=maps)
    assert (wrong.returncode, "does not stand in" in wrong.stderr) == (1, True)
    town = ogdkg("new", "town", '"Newtown"@en', cwd=maps)
    assert town.returncode == 0, "without a passage it goes where towns are"
    assert (
        'town:newtown a ns:Town ;\n  rdfs:label "Newtown"@en .\n'
        in (maps / "data" / "register.ttl").read_text()
    )


def test_each_has_a_file_of_its_own_where_others_have(ogdkg: Run, devices: Path) -> None:
    text = register(devices).read_text()
    (devices / "ogdkg.toml").write_text(
        (devices / "ogdkg.toml").read_text() + '\n[[layer]]\nname = "register"\nfiles = ["data/**/*.ttl"]\n'
    )
    head, folder = text.partition("\n\n")[0], devices / "data" / "makers"
    folder.mkdir()
    for name in ("north", "south"):
        (folder / f"{name}.ttl").write_text(
            f'{head}\n\nmaker:{name} a reg:Maker ;\n  rdfs:label "{name}" .\n'
        )
    register(devices).write_text(
        text.replace('maker:aster a reg:Maker ;\n  rdfs:label "Aster & Sons" .\n', "")
    )
    done = ogdkg("new", "maker", "Öst & Sons", cwd=devices)
    assert done.returncode == 0, done.stderr
    assert (
        'maker:ost-sons a reg:Maker ;\n  rdfs:label "Öst & Sons" .\n' in (folder / "ost-sons.ttl").read_text()
    )


def test_what_leads_to_it_is_asked_for_too(ogdkg: Run, devices: Path) -> None:
    text = register(devices).read_text().replace(" .\n", " .\n\n").rstrip() + "\n"
    register(devices).write_text(text)
    done = ogdkg("new", "ward", "North ward", "--set", "ward of=Examination lamp", cwd=devices)
    assert done.returncode == 0, done.stderr
    added = 'ward:north-ward a reg:Ward ;\n  rdfs:label "North ward" .\n'
    link = "device:lamp_one reg:standsIn ward:north-ward .\n"
    assert register(devices).read_text() == f"{text}\n{added}{link}"


def test_a_stored_query_answers_at_once(ogdkg: Run, devices: Path) -> None:
    values = ("--set", 'summary=Which "devices" are there: all?', "--set", "class=device")
    assert ogdkg("new", "query", "devices/all-devices", *values, cwd=devices).returncode == 0
    rows = ogdkg("query", "all-devices", "-f", "csv", cwd=devices)
    assert rows.stdout.split("\r\n")[0] == "device,deviceLabel" and "Infusion pump 2" in rows.stdout


# -- what is there -----------------------------------------------------------------------


def test_only_what_was_edited_changes(ogdkg: Run, devices: Path) -> None:
    text = register(devices).read_text().replace('"II" .', '"II" . # by hand', 1)
    register(devices).write_text(text)
    values = ("--set", "risk=III", "--set", "ward+=West ward", "--set", "madeBy=", "--set", "name=Pump")
    done = ogdkg("new", "--edit", "Infusion pump 1", *values, cwd=devices)
    assert done.returncode == 0, done.stderr
    assert '+  reg:risk "III" . # by hand' in done.stdout
    expected = text.replace('rdfs:label "Infusion pump 1"', 'rdfs:label "Pump"')
    expected = expected.replace("ward:east ;\n  reg:madeBy maker:aster ;", "ward:east, ward:west ;", 1)
    assert register(devices).read_text() == expected.replace('"II" . # by', '"III" . # by')
    assert "Nothing changes." in ogdkg("new", "--edit", "Pump", "--set", "risk=III", cwd=devices).stderr


def test_a_text_stands_instead_of_that_in_its_language(ogdkg: Run, maps: Path) -> None:
    done = ogdkg("new", "--edit", "Ferry Town", "--set", 'rdfs:label="Ferry"@en', cwd=maps)
    assert done.returncode == 0, done.stderr
    assert 'rdfs:label "Ferry"@en, "شهر گذر"@fa' in (maps / "data" / "register.ttl").read_text()


def test_what_cannot_be_edited_in_place_is_refused(ogdkg: Run, devices: Path) -> None:
    text = register(devices).read_text().replace('reg:risk "I" .', 'reg:risk "I" {| rdfs:comment "seen" |} .')
    register(devices).write_text(text)
    done = ogdkg("new", "--edit", "Examination lamp", "--set", "risk=II", cwd=devices)
    assert (done.returncode, register(devices).read_text()) == (3, text)
    assert (
        "data/devices.ttl: This file cannot be changed in place.\n  Change it there by hand." in done.stderr
    )
    faulty = ogdkg("new", "--edit", "Examination lamp", "--set", "ward=West ward", cwd=devices)
    assert "Error: data/devices.ttl:34:16: " in faulty.stderr, "the place is in the project, not in its copy"
    assert (faulty.returncode, register(devices).read_text()) == (3, text)


def test_another_name_may_be_that_of_something_else(ogdkg: Run, devices: Path) -> None:
    words = ("new", "--edit", "Infusion pump 1", "-q", "--dry-run", "--set")
    done = ogdkg(*words, "name=Examination lamp", cwd=devices)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Examination lamp (device:lamp_one) is named so too." in done.stderr
    assert ogdkg(*words, "name=INFUSION PUMP 1", cwd=devices).returncode == 0


def test_the_first_of_a_class_goes_where_the_project_has_its_data(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").write_text('[project]\nname = "boats"\nthings = "https://boats.example/"\n')
    assert "write a shape for it" in ogdkg("new", "boat", "Ark", cwd=tmp_path).stderr
    (tmp_path / "ontology" / "shapes").mkdir(parents=True)
    (tmp_path / "ontology" / "shapes" / "boats.ttl").write_text(
        "PREFIX sh: <http://www.w3.org/ns/shacl#>\n<x:s> a sh:NodeShape ; sh:targetClass <x:ns#Boat> ;"
        " sh:property [ sh:path <http://www.w3.org/2000/01/rdf-schema#label> ; sh:minCount 1 ] .\n"
    )
    done = ogdkg("new", "boat", "Ark", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "<https://boats.example/boat/ark>" in (tmp_path / "data" / "boat.ttl").read_text()
    assert ogdkg("new", "Boat", "ARK", cwd=tmp_path).returncode == 1


def test_further_kinds_go_beside_the_first(ogdkg: Run, tmp_path: Path) -> None:
    """A project whose things share a namespace gets no second one, and no file for each thing."""
    shared = ("--namespace", "https://lights.example/", "--lang", "en", "--lang", "fr", "--thing", "light")
    assert ogdkg("init", "lights", *shared, "-y", cwd=tmp_path).returncode == 0
    lights = tmp_path / "lights"
    shape = lights / "ontology" / "shapes" / "island.ttl"
    shape.write_text(
        "PREFIX sh: <http://www.w3.org/ns/shacl#>\nPREFIX ns: <https://lights.example/ns#>\n"
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\nns:S a sh:NodeShape ;"
        " sh:targetClass ns:Island ;"
        ' sh:property [ sh:path rdfs:label ; sh:uniqueLang true ; sh:languageIn ( "en" "fr" ) ] .\n'
    )
    ontology = lights / "ontology" / "lights.ttl"
    ontology.write_text(ontology.read_text() + 'ns:Island a owl:Class ; rdfs:label "island"@en, "île"@fr .\n')
    for name in ("Skarra", "Moyle"):
        made = ogdkg("new", "island", name, "--set", f"name@fr=Île {name}", cwd=lights)
        assert made.returncode == 0, made.stderr
    assert (lights / "data" / "island.ttl").read_text().partition("\n\n")[2] == (
        'id:skarra a ns:Island ;\n  rdfs:label "Skarra"@en, "Île Skarra"@fr .\n'
        'id:moyle a ns:Island ;\n  rdfs:label "Moyle"@en, "Île Moyle"@fr .\n'
    )
    for setting, told in (
        ("name=Île Inish@fr", "Write 'name@fr=Île Inish', or quote it: 'name=\"Île Inish@fr\"'."),
        ("name=Other", "name is given twice, as NAME and by --set."),
        ("type@fr=x", "has no property 'type'"),
    ):
        failed = ogdkg("new", "island", "Inish", "--set", setting, cwd=lights)
        assert failed.returncode == 2
        assert told in failed.stderr


# -- at a terminal -----------------------------------------------------------------------


def test_a_person_is_asked_value_by_value(devices: Path) -> None:
    before = register(devices).read_text()
    told, code = conversation(
        "new", "device",
        answers=[
            ("name (needed): ", "\n"),
            ("This is needed.", "Examinaton lamp\n"),
            ("Is it another one [y/N]: ", "y\n"),
            ("ward (needed): ", "Este ward\n"),
            ("Which one", "2\n"),
            ("another ward: ", "\n"),
            ("made by: ", "As\t\n"),
            ("another made by: ", "\n"),
            ("risk class: ", "3\n"),
            ("last checked: ", "?\n"),
            ("last checked: ", "soon\n"),
            ("Write a day, such as 2014-06-30.", "2031-04-05\n"),
            ("another last checked: ", "\n"),
            ("What files call it [device:examinaton_lamp]: ", "pump_one\n"),
            ("is there already: Infusion pump 1.", "lamp_two\n"),
            ("to change something) [y]: ", "c\n"),
            ("Change a property", "risk class\n"),
            ("risk class [III]: ", "I\n"),
            ("Change a property", "\n"),
            ("to change something) [y]: ", "\n"),
        ],
        cwd=devices,
    )  # fmt: skip
    assert code == 0, told
    assert "Examination lamp (device:lamp_one) has a name much like it." in told
    assert register(devices).read_text() == before + (
        'device:lamp_two a reg:Device ;\n  rdfs:label "Examinaton lamp" ;\n  reg:standsIn ward:east ;\n'
        '  reg:madeBy maker:aster ;\n  reg:risk "I" ;\n  reg:checked "2031-04-05"^^xsd:date .\n'
    )


@pytest.mark.parametrize("end", ["\x03", "\x04"])
def test_nothing_is_written_where_a_person_ends_it(devices: Path, end: str) -> None:
    before = register(devices).read_bytes()
    answers = [("name [Infusion pump 1]: ", "Pump\n"), ("ward [East ward]: ", "-\n"), ("ward [", end)]
    told, code = conversation("new", "--edit", "Infusion pump 1", answers=answers, cwd=devices)
    assert (code, register(devices).read_bytes()) == (130, before)
    assert told.rstrip().endswith("Nothing was written.")


def test_texts_are_in_the_language_of_the_name_and_values_change_after_a_violation(maps: Path) -> None:
    told, code = conversation(
        "new", "map", '"Delta"@en',
        answers=[
            ('["Delta"@en]: ', "\n"), ("another", "\n"), (": ", "A chart\n"), ("another", "\n"),
            (": ", "2\n"), ("another", "\n"), (": ", "\n"), (": ", "1871\n"),
            ("Stated by", "4\n"), ("Nothing is described there", '"the chart of the delta"\n'),
            ("What files call it", "\n"), ("1871 does not stand in L4", ""), ("Change a property", "ns\n"),
            ("None is called ns", ""), ("): ", "سال\n"), ("[1871]: ", "-\n"), (": ", "\n"),
            ("Change a property", "\n"), ("[y]: ", "y\n"),
        ],
        cwd=maps,
    )  # fmt: skip
    assert code == 0, told
    text = (maps / "data" / "maps.trig").read_text()
    assert 'ns:about "A chart"@en ;\n    ns:drawnBy surveyor:mahin .\n' in text


# -- its parts -----------------------------------------------------------------------------


def test_tab_completes_names_but_none_with_line_breaks() -> None:
    offers = ["East ward", "West ward", "East\nward", "eaves"]
    assert completed("ea", offers) == ["East ward", "eaves"]
    assert completed("war", offers) == ["East ward", "West ward"]


@pytest.mark.parametrize(
    "text",
    ["", "<x:g> { <x:a> <x:b> <x:c> }", "<x:g> { <x:a> <x:b> 1 . # }\n }\n", "<x:a> <x:b> '}' . <x:h> {}",
     'PREFIX s: <https://s.example/>\n<x:g> {\n  <x:a> <x:b> "}" .\n  <x:a> <x:c> [ <x:d> ( 1 2 ) ]\n}\n'],
)  # fmt: skip
def test_statements_are_added_to_the_block_of_their_graph(text: str) -> None:
    graph = Iri("x:g")
    added = [
        each.triple for each in map(quad_of, raw_quads(Path("a.nq"), b'<x:n> <https://s.example/p> "v" .'))
    ]
    data = appended(text.encode(), TRIG, "a.trig", added, {"s": "https://s.example/"}, graph)
    old = [quad_of(each) for each in raw_quads(Path("a.trig"), text.encode())]
    new = [quad_of(each) for each in raw_quads(Path("a.trig"), data)]
    assert len(new) == len(old) + 1 and added[0]._asdict() | {"graph": graph} in [
        each._asdict() for each in new
    ]
    assert data.count(b"<x:g> {") == 1 and appended(b"", TURTLE, "a", added, {}).endswith(b' "v" .\n')


def test_a_name_without_escapes_is_better() -> None:
    added = [Triple(Iri("https://s.example/t/a"), Iri("https://s.example/p"), Iri("https://s.example/t/b"))]
    text, known = "PREFIX s: <https://s.example/>\n", {"t": "https://s.example/t/"}
    assert b"t:a s:p t:b ." in appended(text.encode(), TURTLE, "a.ttl", added, known)
    assert rb"s:t\/a s:p s:t\/b ." in appended(text.encode(), TURTLE, "a.ttl", added, {})


@pytest.mark.parametrize("head", ["", "@prefix t: <x:t> .\n", "VERSION '1.2'\n"])
def test_what_is_declared_stands_behind_the_mark_and_other_directives(head: str) -> None:
    """A byte order mark is one at the beginning alone."""
    mark, rest = b"\xef\xbb\xbf", b"<x:a> <x:b> <x:c> ."
    added = [Triple(Iri("https://s.example/a"), Iri("x:p"), Iri("x:o"))]
    data = appended(mark + head.encode() + rest, TURTLE, "a.ttl", added, {"s": "https://s.example/"})
    declared = b"PREFIX s: <https://s.example/>\n"
    assert data == mark + head.encode() + declared + rest + b"\ns:a <x:p> <x:o> .\n"


def test_our_own_graph_has_homes_for_its_kinds() -> None:
    from ogdkg.describing.classes import class_named
    from ogdkg.describing.homes import home
    from ogdkg.drafting.stating import Stated
    from ogdkg.sheets.template import Sheets

    sheets = Sheets(open_graph(ROOT))
    for kind, file in (
        ("organisation", "organisations"),
        ("contact", "contacts"),
        ("engagement", "engagements"),
    ):
        of, iri = class_named(sheets, kind), Iri(f"https://w3id.org/ogdkg/id/{kind}/x")
        assert home(sheets, of, iri, Stated(), None).path == ROOT / "data" / "reference" / f"{file}.ttl"


def test_a_class_without_things_goes_by_its_own_name() -> None:
    """Though most things with the prefix `event:` are of another class; its things are named as most are."""
    from ogdkg.describing.classes import class_named
    from ogdkg.sheets.template import Sheets

    sheets = Sheets(open_graph(ROOT))
    of = class_named(sheets, "event")
    assert of == Iri("https://schema.org/Event")
    assert sheets.form(of).naming == Iri("http://www.w3.org/2004/02/skos/core#prefLabel")


def test_the_first_passage_of_a_project(ogdkg: Run, tmp_path: Path) -> None:
    """Where a layer has passages and the document is described, words of it may state the first thing."""
    shared = ("--namespace", "https://lights.example/", "--thing", "light", "--passages")
    assert ogdkg("init", "lights", *shared, "-y", cwd=tmp_path).returncode == 0
    lights = tmp_path / "lights"
    (lights / "data" / "passages.trig").unlink()
    (lights / "data" / "light.ttl").unlink()
    made = ogdkg("new", "light", "Ness", "--set", "year=2001", "--words", "Light 1: 2001", cwd=lights)
    assert made.returncode == 0, made.stderr
    assert "id:ness a ns:Light" in made.stdout
    assert "id:ness ns:year 2001" in made.stdout.replace('a ns:Light ;\n    rdfs:label "Ness"@en ;\n    ', "")
    assert ogdkg("why", "Ness", "year", cwd=lights).stdout.count("L1") == 1
    assert ogdkg("validate", cwd=lights).returncode == 0
    [document] = lights.glob("*.txt")
    again = ("new", "light", "Loch", "--set", "year=2002", "--words", "Light 2")
    document.write_text("Light 2: 2002\n", encoding="utf-8")
    told = ogdkg(*again, cwd=lights)
    digest = hashlib.sha256(document.read_bytes()).hexdigest()
    assert told.returncode != 0 and "The graph knows no source with the bytes" in told.stderr
    assert digest in told.stderr
    document.unlink()
    assert "name its file as `source` under [project]" in ogdkg(*again, cwd=lights).stderr
