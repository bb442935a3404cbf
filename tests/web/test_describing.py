"""`/new` over HTTP: a form made from shapes, and the description that it gives; nothing is kept."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
from tests.conftest import ROOT, Run
from tests.web.conftest import Answer, Server

PAGE = {"Accept": "text/html"}
FORM = {"Content-Type": "application/x-www-form-urlencoded", **PAGE}
FIXTURES = ROOT / "tests" / "fixtures"
DEVICE, MAP = "/new/reg:Device", "/new/ns:Map"
EAST, ASTER = "https://devices.example/ward/east", "https://devices.example/maker/aster"
NEW = [("rdfs:label", "Scale <b>1</b>"), ("reg:standsIn~chosen", EAST)]


def _send(server: Server, path: str, fields: list[tuple[str, str]]) -> Answer:
    return server.ask(path, urlencode(fields).encode(), **FORM)


def _made(page: str) -> str:
    """The description that a page shows."""
    found = re.search(r'aria-label="The description"><code>(.*?)</code>', page, re.DOTALL)
    assert found, page
    return unescape(found[1])


def test_kinds_of_things_are_those_of_the_shapes(devices: Server) -> None:
    page = devices.ask("/new", **PAGE).body.decode()
    assert re.findall(r'href="/new/([^"]+)"', page) == ["reg:Device", "reg:Ward", "reg:Maker"]
    assert devices.ask("/new/reg:Nothing", **PAGE).status == 404
    assert devices.ask("/new/rdfs:Class", Accept="application/json").status == 404


def test_a_form_has_a_fitting_input_for_each_property(devices: Server) -> None:
    page = devices.ask(DEVICE, **PAGE).body.decode()
    inputs = dict(re.findall(r'<input id="[^"]+" name="([^"]+)" type="([^"]+)"', page))
    assert (inputs["rdfs:label"], inputs["reg:checked"]) == ("text", "date")
    chosen = re.search(r'name="reg:risk~chosen">(.*?)</select>', page, re.DOTALL)
    assert chosen
    assert re.findall(r">([^<]+)</option>", chosen[1]) == ["None", "I", "II", "III"]
    assert "East ward</option>" in page
    assert page.count('class="need"') == 2
    assert "passage" not in page.lower()


def test_what_is_written_becomes_canonical_turtle(devices: Server, ogdkg: Run, tmp_path: Path) -> None:
    page = _send(devices, DEVICE, [*NEW, ("reg:risk~chosen", '"II"')]).body.decode()
    text = _made(page)
    ns = "https://devices.example/"
    said = {(str(q.predicate).strip("<>"), str(q.object)) for q in ox.parse(text, ox.RdfFormat.TURTLE)}
    assert said == {
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"<{ns}reg#Device>"),
        ("http://www.w3.org/2000/01/rdf-schema#label", '"Scale <b>1</b>"'),
        (f"{ns}reg#standsIn", f"<{ns}ward/east>"),
        (f"{ns}reg#risk", '"II"'),
    }
    assert "device:scale_b_1_b a reg:Device" in text
    assert "Nothing is wrong with it." in page
    assert "<b>1</b>" not in page
    saved = _send(devices, DEVICE, [*NEW, ("reg:risk~chosen", '"II"'), ("save", "1")])
    assert saved.body.decode() == text
    assert saved.headers["content-disposition"].startswith('attachment; filename="scale_b_1_b.ttl"')
    assert saved.headers["cache-control"] == "no-store"
    (tmp_path / "new.ttl").write_text(text)
    assert ogdkg("fmt", "--check", tmp_path / "new.ttl").returncode == 0


def test_what_is_missing_or_wrong_stands_beside_its_field(devices: Server) -> None:
    page = _send(devices, DEVICE, [("reg:checked", "2031-02-30")]).body.decode()
    assert "Give it a name." in page
    assert "This is needed." in page
    assert "Write a day, such as 2014-06-30." in page
    assert 'value="2031-02-30"' in page
    assert "made" not in re.findall(r'id="([^"]+)"', page)
    found = _send(devices, DEVICE, NEW[:1]).body.decode()
    ward = found.split("<legend><bdi>Ward")[1].split("</fieldset>")[0]
    assert 'class="fault"' in ward


def test_something_new_beside_it_and_something_that_exists(devices: Server) -> None:
    """A name that is like one is asked about; a decision makes it that one, or something new."""
    typed = [*NEW, ("reg:madeBy", "Astor & Sons")]
    page = _send(devices, DEVICE, typed).body.decode()
    assert "<bdi>Aster &amp; Sons</bdi> exists." in page
    assert "The description" not in page
    assert f"madeBy <{ASTER}>" not in page
    there = _send(devices, DEVICE, [*typed, ("reg:madeBy~decision", ASTER)]).body.decode()
    assert "reg:madeBy maker:aster" in _made(there)
    changed = [*typed, ("reg:madeBy~decision", ASTER), ("reg:madeBy~asked", "Aston")]
    assert "What do you mean?" in _send(devices, DEVICE, changed).body.decode()
    other = [*typed, ("reg:madeBy~decision", "+https://devices.example/reg#Maker")]
    made = _made(_send(devices, DEVICE, other).body.decode())
    assert "reg:madeBy maker:astor-sons" in made
    assert re.search(r'maker:astor-sons a reg:Maker ;\s+rdfs:label "Astor & Sons"', made)


def test_another_value_is_added_without_a_script(devices: Server) -> None:
    page = _send(devices, DEVICE, [*NEW, ("another", "reg:madeBy")]).body.decode()
    assert page.count('name="reg:madeBy~chosen"') == 1
    more = _send(devices, DEVICE, [*NEW, ("reg:madeBy~chosen", ASTER), ("another", "reg:madeBy")])
    assert more.body.decode().count('name="reg:madeBy~chosen"') == 2
    assert 'role="alert"' not in more.body.decode()


def test_a_passage_states_it(maps: Server) -> None:
    """One that is described, chosen by its line, or a new one from words of the document."""
    new = [("rdfs:label", "The delta"), ("rdfs:label~language", "en")]
    page = _send(maps, MAP, [*new, ("passage", "L2")]).body.decode()
    assert 'name="passage" value="excerpt:bank"' in page
    assert re.search(r"excerpt:bank \{\s+map:the-delta a ns:Map", _made(page))
    assert "data/maps.trig" in page
    words = "Nobody knows who drew the chart of the delta."
    drafted = _send(maps, MAP, [*new, ("words", words), ("fragment", "the chart of the delta")])
    text = _made(drafted.body.decode())
    assert 'oa:exact "the chart of the delta"' in text
    assert "ns:firstLine 4" in text
    assert "graph:excerpts {" in text
    assert re.search(r"excerpt:the-chart-of-the \{\s+map:the-delta a ns:Map", text)
    wrong = _send(maps, MAP, [*new, ("words", "No such words")]).body.decode()
    assert "does not contain these words" in wrong
    assert "Nothing is described there" in _send(maps, MAP, [*new, ("passage", "77")]).body.decode()


def test_texts_of_other_scripts_come_back(maps: Server) -> None:
    name = "\u0646\u0642\u0634\u0647\u0654 \u062a\u0627\u0632\u0647"
    fields = [("rdfs:label", name), ("rdfs:label~language", "fa"), ("ns:year", "1880")]
    text = _made(_send(maps, MAP, fields).body.decode())
    assert f'rdfs:label "{name}"@fa' in text
    assert 'ns:year "1880"^^xsd:gYear' in text
    saved = _send(maps, MAP, [*fields, ("save", "1")])
    assert "filename*=UTF-8''" in saved.headers["content-disposition"]


def test_nothing_is_written(devices: Server) -> None:
    _send(devices, DEVICE, NEW)
    assert devices.ask("/device/scale_b_1_b").status == 404
    assert devices.ask(DEVICE, b"x", **{"Content-Type": "text/turtle"}).status == 415
    assert devices.ask(DEVICE, b"x" * 1_200_000, **FORM).status == 413
