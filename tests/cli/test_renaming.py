"""`ogdkg rename`, `merge` and `deprecate`: in all files of a project, and in none but its own."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from tests.conftest import ROOT, Run

FIXTURES = ROOT / "tests" / "fixtures"
REPLACED = "town:ferry owl:deprecated true ;\n  dcterms:isReplacedBy"


@pytest.fixture
def maps(tmp_path: Path) -> Path:
    folder = Path(shutil.copytree(FIXTURES / "maps", tmp_path / "maps"))
    questions = folder / "queries" / "questions"
    questions.mkdir()
    (questions / "01.yaml").write_text(
        "# town:ferry in a comment\nquestion: Which maps show town:ferry?\nquery: shows\n"
        "parameters: {town: ferry}  # by its end\ncolumns: [map]\nrows:\n  - [map:northern-bank]\n"
        "without: 'map:northern-bank ns:shows town:ferry .'\n"
    )
    (folder / "queries" / "maps" / "shows.rq").write_text(
        "#+ summary: Which maps show town:ferry or another town?\n#+ params:\n"
        '#+   town: {type: iri, label: the town, class: ns:Town, example: "town:ferry"}\n'
        "# town:ferry\nSELECT ?map { ?map ns:shows ?_town_iri FILTER(?map != town:ferry) }\n"
    )
    return folder


@pytest.fixture
def devices(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FIXTURES / "devices", tmp_path / "devices"))


def state(folder: Path) -> dict[str, bytes]:
    paths = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_a_thing_is_renamed_wherever_it_is_named_and_nothing_else_changes(ogdkg: Run, maps: Path) -> None:
    before = state(maps)
    dry = ogdkg("rename", "Ferry Town", "river-crossing", cwd=maps)
    assert (dry.returncode, state(maps)) == (0, before)
    assert "add --write to change 4 files" in dry.stderr
    assert dry.stdout.startswith("town:ferry becomes town:river-crossing.\n")
    assert "Ferry Town" in dry.stdout and "-parameters: {town: ferry}" in dry.stdout
    done = ogdkg("rename", "Ferry Town", "river-crossing", "--write", cwd=maps)
    assert (done.returncode, done.stdout) == (0, "")
    after = state(maps)
    changed = {name for name in after if before.get(name) != after[name]}
    assert changed == {
        "data/maps.trig", "data/register.ttl", "queries/maps/shows.rq", "queries/questions/01.yaml",
    }  # fmt: skip
    for name in changed - {"data/register.ttl"}:
        old, new = (each[name].decode().splitlines() for each in (before, after))
        lines = [pair for pair in zip(old, new, strict=True) if pair[0] != pair[1]]
        assert lines, name
        for was, becomes in lines:
            renamed = was.replace("town:ferry", "town:river-crossing")
            assert becomes == renamed.replace("{town: ferry}", "{town: river-crossing}")
    assert (
        b"# town:ferry in a comment\nquestion: Which maps show town:ferry?"
        in after["queries/questions/01.yaml"]
    )
    assert f"{REPLACED} town:river-crossing ." in after["data/register.ttl"].decode()
    for command in (["validate"], ["test"], ["fmt", "--check", "data"], ["test", "--source", "letters.txt"]):
        assert ogdkg(*command, cwd=maps).returncode == 0, command


def test_an_excerpt_takes_its_parts_along_and_keeps_what_hangs_on_it(ogdkg: Run, maps: Path) -> None:
    done = ogdkg("rename", "excerpt:harbour", "excerpt:port", "--forget", "--write", cwd=maps)
    text = (maps / "data" / "maps.trig").read_text()
    assert (done.returncode, "excerpt:harbour" in text) == (0, False)
    assert "excerpt:port {\n  map:old-harbour" in text and "excerpt:port\\#position" in text
    assert "isReplacedBy" not in (maps / "data" / "register.ttl").read_text()
    why = ogdkg("why", "map:old-harbour", "year", cwd=maps)
    assert "L3" in why.stdout, why.stdout + why.stderr


def test_a_property_is_renamed_in_shapes_and_settings_too(ogdkg: Run, maps: Path) -> None:
    assert ogdkg("rename", "ns:shows", "ns:depicts", "--write", cwd=maps).returncode == 0
    texts = {name: data.decode() for name, data in state(maps).items()}
    assert 'by = "ns:depicts"' in texts["ogdkg.toml"]
    assert "sh:path ns:depicts" in texts["ontology/shapes/maps.ttl"]
    assert [name for name, text in texts.items() if "ns:shows" in text] == ["ontology/ns.ttl"]
    assert "ns:shows owl:deprecated true ;\n  dcterms:isReplacedBy ns:depicts ." in texts["ontology/ns.ttl"]


def test_a_namespace_moves_as_a_whole(ogdkg: Run, maps: Path) -> None:
    done = ogdkg("rename", "--namespace", "town", "https://maps.example/place/", "--write", cwd=maps)
    assert done.returncode == 0, done.stdout + done.stderr
    texts = {name: data.decode() for name, data in state(maps).items()}
    assert 'town = "https://maps.example/place/"' in texts["ogdkg.toml"]
    kept = texts["data/register.ttl"].partition("PREFIX owl")[0] + texts["data/maps.trig"]
    assert "id/town/" not in kept and "town:ferry a ns:Town" in texts["data/register.ttl"]
    assert texts["data/register.ttl"].count("dcterms:isReplacedBy town:") == 2
    assert ogdkg("test", cwd=maps).returncode == 0


def test_what_was_given_up_before_is_not_moved(ogdkg: Run, maps: Path) -> None:
    """Nobody has ever seen it in the new namespace; it leads on from where it was."""
    assert ogdkg("rename", "town:ferry", "town:crossing", "--write", cwd=maps).returncode == 0
    move = ("rename", "--namespace", "town", "https://maps.example/place/", "--write")
    assert ogdkg(*move, cwd=maps).returncode == 0
    register = (maps / "data" / "register.ttl").read_text()
    for each in ("ferry", "crossing"):
        retired = f"<https://maps.example/id/town/{each}> owl:deprecated true ;\n"
        assert f"{retired}  dcterms:isReplacedBy town:crossing ." in register
    assert "town:ferry" not in register and "PREFIX town: <https://maps.example/place/>" in register


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rename", "Ferry Tow", "x"), "Did you mean شهر گذر (town:ferry)"),
        (("rename", "town:ferry", "town:harbour"), "merge town:ferry town:harbour"),
        (("rename", "town:ferry", "town:ferry"), "already"),
        (("rename", "town:ferry", "two words"), "neither an IRI"),
        (("rename", "town:ferry", "nope:x"), "There is no prefix"),
        (("rename", "town:ferry", "_:x"), "neither an IRI"),
        (("rename", "town:ferry", "https://maps.example/two words"), "' is not an IRI."),
        (("rename", "town:ferry", "town:old{ferry"), "' is not an IRI."),
        (("rename", "town:ferry", "ns:shows"), "is there already"),
        (("rename", "https://maps.example/graph/register", "graph:reg"), "Rename the file"),
        (("rename", "--namespace", "nope", "https://x.example/"), "There is no prefix"),
        (("rename", "--namespace", "town", "https://maps.example/id/letter"), "no namespace"),
        (("rename", "--namespace", "town", "place:"), "'place:' is no namespace."),
        (("rename", "town:ferry", "https://maps.example/id/town/"), "/town/> is a namespace."),
        (("merge", "town:ferry", "Ferry Town"), "the same thing"),
        (("merge", "town:ferry", "town:nope"), "There is no thing"),
        (("deprecate", "town:ferry", "--by", "town:ferry"), "the same thing"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_in_a_sentence(
    ogdkg: Run, maps: Path, arguments: tuple[str, ...], said: str
) -> None:
    before = state(maps)
    done = ogdkg(*arguments, "--write", cwd=maps)
    assert (done.returncode, state(maps)) == (2, before)
    assert said in done.stderr, done.stderr


def test_an_iri_that_was_given_up_is_never_used_again(ogdkg: Run, maps: Path) -> None:
    assert ogdkg("rename", "town:ferry", "town:crossing", "--write", cwd=maps).returncode == 0
    back = ogdkg("rename", "town:crossing", "town:ferry", cwd=maps)
    assert (back.returncode, "was given up" in back.stderr) == (2, True)
    assert ogdkg("rename", "town:crossing", "town:ford", "--write", cwd=maps).returncode == 0
    text = (maps / "data" / "register.ttl").read_text()
    assert (
        text.count("dcterms:isReplacedBy <https://maps.example/id/town/ford>")
        + text.count("isReplacedBy town:ford")
        == 2
    )


def test_two_things_become_one_where_one_can_say_it(ogdkg: Run, devices: Path) -> None:
    before = state(devices)
    done = ogdkg("merge", "ward:west", "ward:east", cwd=devices)
    assert done.returncode == 1 and state(devices) == before
    assert "label: West ward (ward:west) has “West ward” (data/devices.ttl line 38)" in done.stdout
    assert "--keep-names" in done.stderr
    assert ogdkg("merge", "ward:west", "ward:east", "--keep-names", "--write", cwd=devices).returncode == 0
    text = (devices / "data" / "devices.ttl").read_text()
    assert 'ward:east a reg:Ward ;\n  skos:altLabel "West ward" .' in text
    assert ogdkg("show", "West ward", cwd=devices).stdout.startswith("East ward")
    assert ogdkg("validate", cwd=devices).returncode == 0
    several = ogdkg("merge", "device:lamp_one", "device:pump_one", "--write", cwd=devices)
    assert (several.returncode, "“II”" in several.stdout and "“I”" in several.stdout) == (1, True)


@pytest.mark.parametrize(
    ("prefer", "left", "gone"),
    [
        ("A", ('"Examination lamp"', 'reg:risk "I" .'), ('"Infusion pump 1"', "2031-02-03, ")),
        ("b", ('"Infusion pump 1"', 'reg:checked "2031-02-03"'), ('"Examination lamp"', 'reg:risk "I" .')),
    ],
)
def test_one_of_two_is_preferred_where_one_thing_cannot_say_both(
    ogdkg: Run, devices: Path, prefer: str, left: tuple[str, ...], gone: tuple[str, ...]
) -> None:
    register = devices / "data" / "devices.ttl"
    register.write_text(
        register.read_text().replace(
            "device:lamp_one a", "# a lamp\ndevice:lamp_one rdfs:seeAlso device:pump_one ; a"
        )
    )
    merge = ("merge", "device:lamp_one", "device:pump_one", "--prefer", prefer)
    refused = ogdkg(*merge[:3], cwd=devices)
    assert "which would be itself" in refused.stdout
    assert "--prefer A or --prefer B" in refused.stderr
    before = state(devices)
    assert (ogdkg(*merge, cwd=devices).returncode, state(devices)) == (0, before)
    done = ogdkg(*merge, "--write", cwd=devices)
    assert done.returncode == 0, done.stderr
    text = register.read_text()
    assert [each for each in left if each not in text] == []
    assert [each for each in gone if each in text] == []
    assert "seeAlso" not in text and "# a lamp" in text
    assert ogdkg("validate", cwd=devices).returncode == 0


def test_what_would_break_a_shape_is_not_written(ogdkg: Run, maps: Path) -> None:
    shapes = maps / "ontology" / "shapes" / "maps.ttl"
    shapes.write_text(
        shapes.read_text() + "ns:Named a sh:NodeShape ; sh:targetClass ns:Town ;"
        ' sh:nodeKind sh:IRI ; sh:pattern "^https://maps" .\n'
    )
    before = state(maps)
    done = ogdkg("rename", "town:ferry", "https://other.example/ferry", "--write", cwd=maps)
    assert (done.returncode, state(maps)) == (1, before)
    assert "violations that are not there now" in done.stdout


def test_a_deprecated_thing_stays_and_another_is_named(ogdkg: Run, maps: Path) -> None:
    assert (
        ogdkg("deprecate", "surveyor:tomas", "--by", "Mahin the surveyor", "--write", cwd=maps).returncode
        == 0
    )
    text = (maps / "data" / "register.ttl").read_text()
    assert 'surveyor:tomas a ns:Surveyor ;\n  rdfs:label "Tomas the clerk"@en .' in text
    assert "surveyor:tomas owl:deprecated true ;\n  dcterms:isReplacedBy surveyor:mahin ." in text
    assert "surveyor:tomas" not in (maps / "data" / "maps.trig").read_text()
    again = ogdkg("deprecate", "surveyor:tomas", "--by", "Mahin the surveyor", "--write", cwd=maps)
    assert "Nothing" in again.stderr or (maps / "data" / "register.ttl").read_text() == text


def test_the_mapping_of_a_table_and_a_context_change_too(ogdkg: Run, devices: Path) -> None:
    (devices / "map.toml").write_text(
        '[output]\nlayer = "data"\nstem = "x"\n[things.ward]\nclasses = ["reg:Ward"]  # reg:Ward\n'
        "[template.fact]\nmake = '''\n{subject} reg:standsIn {value}\n"
        "{subject} rdfs:label \"reg:standsIn\"\n'''\n"
        '[leave-out]\n"1" = "reg:standsIn is unclear"\n'
        '[property]\n"in" = { use = "fact", as = "reg:standsIn" }\n'
    )
    assert ogdkg("rename", "reg:standsIn", "reg:placedIn", "--write", cwd=devices).returncode == 0
    text = (devices / "map.toml").read_text()
    assert "{subject} reg:placedIn {value}" in text and 'as = "reg:placedIn"' in text
    assert '"reg:standsIn"\n' in text and "reg:standsIn is unclear" in text
    assert "reg:placedIn ?_ward_iri" in (devices / "queries" / "devices" / "in-ward.rq").read_text()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("more.jsonld", '{"@id": "https://devices.example/ward/west", "https://x.example/p": 1}'),
        ("more.rdf", '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="https://x.example/">'
         '<r:Description r:about="https://devices.example/ward/west" x:p="1"/></r:RDF>'),
    ],
)  # fmt: skip
def test_files_without_places_are_refused_where_they_name_it(
    ogdkg: Run, devices: Path, name: str, text: str
) -> None:
    (devices / "data" / name).write_text(text)
    before = state(devices)
    done = ogdkg("rename", "ward:west", "ward:far", "--write", cwd=devices)
    assert (done.returncode, state(devices)) == (3, before)
    assert f"data/{name}" in done.stderr and "not edited in place" in done.stderr
    assert ogdkg("rename", "ward:east", "ward:near", "--write", cwd=devices).returncode == 0


def test_a_link_is_never_written_through(ogdkg: Run, devices: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.ttl"
    outside.write_text("<https://devices.example/ward/west> <https://x.example/p> 1 .\n")
    (devices / "data" / "link.ttl").symlink_to(outside)
    done = ogdkg("--trust", "rename", "ward:west", "ward:far", "--write", cwd=devices)
    assert done.returncode == 3 and "outside" in done.stderr, done.stderr
    assert "ward/west" in outside.read_text()


@pytest.mark.skipif(os.geteuid() == 0 and not hasattr(os, "chmod"), reason="needs modes")
def test_all_files_are_written_or_none(ogdkg: Run, maps: Path) -> None:
    question = maps / "queries" / "questions" / "01.yaml"
    question.chmod(0o444)
    before = state(maps)
    done = ogdkg("rename", "town:ferry", "town:crossing", "--write", cwd=maps)
    assert (done.returncode, state(maps)) == (3, before)
    assert "01.yaml cannot be written" in done.stderr
    assert [path.name for path in maps.rglob(".*ogdkg*")] == []


def test_a_namespace_is_no_thing(ogdkg: Run, maps: Path) -> None:
    """An ontology may be named as its namespace is; prefixes go on standing for that."""
    ontology = maps / "ontology" / "ns.ttl"
    ontology.write_text(
        ontology.read_text() + "<https://maps.example/ns#> a <http://www.w3.org/2002/07/owl#Ontology> .\n"
    )
    done = ogdkg("rename", "https://maps.example/ns#", "https://maps.example/vocabulary", "--write", cwd=maps)
    assert done.returncode == 0, done.stderr + done.stdout
    assert "<https://maps.example/vocabulary> a" in ontology.read_text()
    assert 'ns = "https://maps.example/ns#"' in (maps / "ogdkg.toml").read_text()
    assert "PREFIX ns: <https://maps.example/ns#>" in ontology.read_text()


def test_what_leads_from_one_to_the_other_is_told(ogdkg: Run, devices: Path) -> None:
    path = devices / "data" / "devices.ttl"
    path.write_text(path.read_text() + "ward:west reg:within ward:east .\n")
    done = ogdkg("merge", "ward:west", "ward:east", "--keep-names", "--write", cwd=devices)
    assert (done.returncode, "which would be itself" in done.stdout) == (1, True)


@pytest.mark.parametrize("by", [(), ("--by", "town:harbour")], ids=["alone", "by"])
def test_a_deprecated_thing_may_be_merged_and_the_other_is_not_deprecated(
    by: tuple[str, ...], ogdkg: Run, maps: Path
) -> None:
    assert ogdkg("deprecate", "town:ferry", *by, "--write", cwd=maps).returncode == 0
    done = ogdkg("merge", "town:ferry", "town:harbour", "--keep-names", "--write", cwd=maps)
    assert (done.returncode, done.stdout) == (0, "")
    said = "".join(path.read_text() for path in (maps / "data").glob("*.t*"))
    said += "".join(path.read_text() for path in (maps / "ontology").glob("*.ttl"))
    assert said.count("owl:deprecated true") == said.count("isReplacedBy") == 1
    assert f"{REPLACED} town:harbour ." in said


def test_a_rename_that_was_killed_is_completed_as_it_says(ogdkg: Run, maps: Path) -> None:
    """Some of the files are written, the one that keeps the old IRI among them."""
    data = (maps / "data" / "maps.trig").read_bytes()
    assert ogdkg("rename", "town:ferry", "crossing", "--write", cwd=maps).returncode == 0
    whole = state(maps)
    (maps / "data" / "maps.trig").write_bytes(data)
    again = ogdkg("rename", "town:ferry", "crossing", "--write", cwd=maps)
    assert again.returncode == 2 and "`ogdkg merge town:ferry town:crossing --write`" in again.stderr
    assert ogdkg("merge", "town:ferry", "town:crossing", "--write", cwd=maps).returncode == 0
    assert state(maps) == whole


@pytest.mark.parametrize("what", ["thing", "namespace"])
def test_a_rename_is_finished_wherever_it_was_killed(ogdkg: Run, maps: Path, what: str) -> None:
    """What replaces the old IRIs is written first, so that the next command knows of it."""
    if what == "thing":
        rename = ["rename", "town:ferry", "crossing", "--write"]
        finish = ["merge", "town:ferry", "town:crossing", "--write"]
    else:
        rename = ["rename", "--namespace", "https://maps.example/id/town/", "https://maps.example/id/place#"]
        rename = finish = [*rename, "--write"]
    before = state(maps)
    done = ogdkg(*rename, cwd=maps)
    assert done.returncode == 0, done.stderr
    written = [line.removeprefix("Wrote ") for line in done.stderr.splitlines() if line[:6] == "Wrote "]
    whole = state(maps)
    assert {name for name in whole if whole[name] != before.get(name)} == set(written)
    for number in range(1, len(written)):
        for name in written:
            kept = before.get(name) if name in written[number:] else whole[name]
            (maps / name).write_bytes(kept) if kept is not None else (maps / name).unlink(missing_ok=True)
        if what == "thing":
            again = ogdkg(*rename, cwd=maps)
            assert again.returncode == 2
            assert "`ogdkg merge town:ferry town:crossing --write`" in again.stderr
        done = ogdkg(*finish, cwd=maps)
        assert (done.returncode, state(maps) == whole) == (0, True), done.stdout + done.stderr
    again = ogdkg(*rename, cwd=maps)
    assert ("town:ferry is town:crossing already." in again.stderr) or "Nothing changes." in again.stderr
    assert state(maps) == whole


def test_a_namespace_above_others_is_told_whole(ogdkg: Run, maps: Path) -> None:
    """Things whose IRIs have a # are no parts of others: they leave their successors too."""
    move = ("rename", "--namespace", "town", "https://maps.example/id/place#", "--write")
    assert ogdkg(*move, cwd=maps).returncode == 0
    moved = "https://maps.example/id/", "https://other.example/id/"
    done = ogdkg("rename", "--namespace", *moved, "--all", cwd=maps)
    assert done.stdout.startswith(f"<{moved[0]}> becomes <{moved[1]}>.\n"), done.stdout + done.stderr
    assert "deprecated added true" in done.stdout
    assert ogdkg("rename", "--namespace", *moved, "--write", cwd=maps).returncode == 0
    assert f"<{moved[0]}place#ferry> owl:deprecated true" in (maps / "data" / "register.ttl").read_text()


def test_no_blanks_stay_where_a_value_was(ogdkg: Run, devices: Path) -> None:
    path = devices / "data" / "devices.ttl"
    more = 'device:lamp_two a reg:Device ; reg:standsIn ward:east ; rdfs:label "Lamp two" .\n'
    path.write_text(path.read_text() + more)
    merge = ("merge", "device:lamp_two", "device:lamp_one", "--prefer", "B", "--write")
    done = ogdkg(*merge, cwd=devices)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "device:lamp_one a reg:Device ; reg:standsIn ward:east .\n" in path.read_text()


def test_a_file_of_nothing_but_prefixes_changes_too(ogdkg: Run, maps: Path) -> None:
    empty = maps / "ontology" / "shapes" / "empty.ttl"
    empty.write_text("PREFIX town: <https://maps.example/id/town/>\n")
    new = "https://maps.example/id/place/"
    done = ogdkg("rename", "--namespace", "town:", new, "--forget", "--write", cwd=maps)
    assert (done.returncode, done.stdout) == (0, "")
    assert empty.read_text() == f"PREFIX town: <{new}>\n"


def test_what_is_wrong_already_does_not_keep_a_thing_from_being_deprecated(ogdkg: Run, maps: Path) -> None:
    shapes = maps / "ontology" / "shapes" / "maps.ttl"
    shapes.write_text(
        shapes.read_text()
        + "ns:Aged a sh:NodeShape ; sh:targetClass ns:Surveyor ;"
        + " sh:property [ sh:path ns:age ; sh:minCount 1 ] .\n"
    )
    done = ogdkg("deprecate", "surveyor:tomas", "--by", "Mahin the surveyor", "--write", cwd=maps)
    assert (done.returncode, done.stdout) == (0, "")
    assert "isReplacedBy surveyor:mahin" in (maps / "data" / "register.ttl").read_text()


def test_only_what_is_not_there_now_is_told_each_on_a_line(ogdkg: Run, maps: Path) -> None:
    """Blank nodes are numbered through a report: one more finding may change the numbers of others."""
    shapes, data = maps / "ontology" / "shapes" / "maps.ttl", maps / "data" / "register.ttl"
    shapes.write_text(
        shapes.read_text() + "ns:Old a sh:NodeShape ; sh:targetSubjectsOf ns:old ; sh:closed true .\n"
        "ns:Shown a sh:NodeShape ; sh:targetClass ns:Map ;"
        ' sh:property [ sh:path ns:shows ; sh:pattern "^https://maps" ] .\n'
    )
    text = (maps / "data" / "maps.trig").read_text()
    (maps / "data" / "maps.trig").write_text(text + "[] ns:old 1 .\n[] ns:old 2 .\n")
    data.write_text(data.read_text().replace('"شهر گذر"@fa', '"""شهر\nگذر"""@fa'))
    done = ogdkg("rename", "town:ferry", "https://other.example/ferry", cwd=maps)
    told = done.stdout.split("violations that are not there now:\n")[1].splitlines()
    assert done.returncode == 1 and told
    assert all("شهر گذر: The value does not match" in each.replace("\u2069", "") for each in told), told


def test_that_nothing_changes_is_told_of_a_write_too(ogdkg: Run, maps: Path) -> None:
    done = ogdkg("deprecate", "rdfs:label", "--write", cwd=maps)
    assert (done.returncode, done.stderr) == (0, "Nothing changes.\n")


def test_a_thing_may_be_deprecated_without_another(ogdkg: Run, devices: Path) -> None:
    assert ogdkg("deprecate", "ward:west", "--write", cwd=devices).returncode == 0
    text = (devices / "data" / "devices.ttl").read_text()
    assert "ward:west owl:deprecated true ." in text and "reg:standsIn ward:west" in text


@pytest.mark.parametrize(
    ("command", "name", "hint"),
    [
        (("rename",), "e:bost", "Did you mean 'e:boost'?"),
        (("rename",), "https://other.example/x", ""),
        (("deprecate",), "e:bost", "Did you mean 'e:boost'?"),
    ],
)
def test_a_name_that_is_nowhere_is_told_also_where_nothing_has_a_label(
    ogdkg: Run, tmp_path: Path, command: tuple[str, ...], name: str, hint: str
) -> None:
    (tmp_path / "ogdkg.toml").write_text('[[layer]]\nname = "a"\nfiles = ["*.ttl"]\n')
    (tmp_path / "d.ttl").write_text("@prefix e: <https://e.example/> .\ne:boost a e:Map ; e:in e:town .\n")
    done = ogdkg(*command, name, *(("e:new",) if command == ("rename",) else ()), cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"There is no thing '{name}'." in done.stderr and hint in done.stderr
    for known in ("e:boost", "e:Map", "e:in", "e:town"):
        assert ogdkg("rename", known, "e:new", cwd=tmp_path).returncode == 0


_TWO = """@prefix h: <https://e.example/h/> .
@prefix ns: <https://e.example/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .

ns:age a owl:FunctionalProperty .
h:x ns:knows h:one , h:two .
h:y ns:knows h:one .
h:one a ns:P ;
  ns:age 3 ;  # counted in 2020
  ns:in h:x .
h:two ns:age 4 .
"""


def test_a_merge_says_nothing_twice_of_one_thing_and_keeps_comments(ogdkg: Run, tmp_path: Path) -> None:
    (tmp_path / "ogdkg.toml").write_text(
        '[[layer]]\nname = "a"\nfiles = ["*.ttl"]\n[shapes]\nfiles = ["shapes/*"]\n'
    )
    (tmp_path / "d.ttl").write_text(_TWO)
    (tmp_path / "shapes").mkdir()
    (tmp_path / "shapes" / "s.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ns: <https://e.example/ns#> .\n"
        "ns:S a sh:NodeShape ; sh:targetClass ns:P ; sh:property [ sh:path ns:age ; sh:maxCount 1 ] .\n"
    )
    done = ogdkg("merge", "h:one", "h:two", "--prefer", "B", "--write", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    after = (tmp_path / "d.ttl").read_text()
    assert "h:x ns:knows h:two ." in after and "h:y ns:knows h:two ." in after
    assert "ns:age 3" not in after and "# counted in 2020" in after and "ns:age 4" in after
