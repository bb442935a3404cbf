"""Drafts: forms from shapes, texts as values, and what a filled form says when it is parsed again."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ogdkg.drafting.draft import Naming, draft, home_of, written
from ogdkg.drafting.form import Field, Form, Forms, Kind
from ogdkg.drafting.shapes import ShapeGraph
from ogdkg.drafting.values import Entry, New, Unclear, literal_of, slug, value_of
from ogdkg.evidence.citations import Citations
from ogdkg.graph.graph import Graph
from ogdkg.project.project import find_project
from ogdkg.rdf.terms import RDF, RDFS, XSD, Blank, Iri, Literal, Quad, Term, in_language, is_iri
from ogdkg.store.codec import quad_of
from tests.conftest import ROOT

FIXTURES = ROOT / "tests" / "fixtures"
EX, SH = "https://e.example/", "http://www.w3.org/ns/shacl#"
LABEL = Iri(RDFS + "label")
REG, MAPS = "https://devices.example/reg#", "https://maps.example/"


def _forms(name: str) -> Forms:
    project = find_project(str(FIXTURES / name))
    return Forms(Citations(Graph(project)), ShapeGraph.of(project))


@pytest.fixture(scope="module")
def devices() -> Forms:
    return _forms("devices")


@pytest.fixture(scope="module")
def maps() -> Forms:
    return _forms("maps")


def _field(form: Form, name: str) -> Field:
    return next(each for each in form.fields if each.predicate.value.endswith(name))


def _said(turtle: str, format_: ox.RdfFormat = ox.RdfFormat.TRIG) -> set[Quad]:
    return set(map(quad_of, ox.parse(turtle, format_)))


def test_a_form_calls_a_property_as_it_is_shown() -> None:
    shapes = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX e: <https://e.example/>
    e:contact sh:targetClass e:Contact ; sh:property e:one-address .
    e:one-address sh:path e:mailbox ; sh:name "address of a contact" ; sh:minCount 1 .
    e:shown sh:path e:mailbox ; sh:name "e-mail" ; sh:group e:g ; sh:order 1 ."""
    asked = ShapeGraph(_said(shapes)).asked_of([Iri(EX + "Contact")], [])[Iri(EX + "mailbox")]
    assert (asked.name, asked.least) == ("e-mail", 1)


def test_a_form_has_what_shapes_ask(devices: Forms) -> None:
    form = devices.form(Iri(REG + "Device"))
    assert [each.name for each in form.fields] == ["name", "ward", "made by", "risk class", "last checked"]
    kinds = {each.name: (each.kind, each.least, each.most) for each in form.fields}
    assert kinds == {
        "name": (Kind.PLAIN, 1, 1),
        "ward": (Kind.THING, 1, None),
        "made by": (Kind.THING, 0, None),
        "risk class": (Kind.LISTED, 0, 1),
        "last checked": (Kind.VALUE, 0, None),
    }
    assert _field(form, "standsIn").classes == (Iri(REG + "Ward"),)
    assert {each.value for each in _field(form, "risk").listed if isinstance(each, Literal)} == {
        "I",
        "II",
        "III",
    }
    assert [each.value.removeprefix(REG) for each in devices.classes] == ["Device", "Ward", "Maker"]


def test_a_form_speaks_the_language_of_its_project(maps: Forms) -> None:
    form = maps.form(Iri(MAPS + "ns#Map"))
    assert _field(form, "year").name == "\u0633\u0627\u0644"
    assert _field(form, "year").help == "The year in which it was drawn."
    assert _field(form, "label").languages[:2] == ("fa", "en")
    assert {each.group for each in form.fields} == {"\u0646\u0627\u0645", "\u06a9\u0634\u06cc\u062f\u0646"}


def _shapes(turtle: str) -> ShapeGraph:
    head = f"PREFIX sh: <{SH}> PREFIX ex: <{EX}> PREFIX xsd: <{XSD}> PREFIX rdfs: <{RDFS}> "
    return ShapeGraph(_said(head + turtle, ox.RdfFormat.TURTLE))


def test_what_inner_shapes_allow_is_read() -> None:
    shapes = _shapes(
        "ex:S sh:targetClass ex:C ; sh:node ex:T ; sh:property [ sh:path ex:p ; sh:or ( [ sh:class ex:A ]"
        " [ sh:node [ sh:class ex:B ; sh:property [ sh:path ex:in ; sh:hasValue ex:scheme ] ] ] ) ] ."
        " ex:T sh:property [ sh:path ex:q ; sh:datatype xsd:date ; sh:minCount 2 ; sh:maxCount 3 ] ."
        " ex:Off sh:targetClass ex:C ; sh:deactivated true ; sh:property [ sh:path ex:off ] ."
    )
    asked = shapes.asked_of([Iri(EX + "C")], [])
    assert {each.value.removeprefix(EX) for each in asked} == {"p", "q"}
    assert asked[Iri(EX + "p")].allowed.classes == [Iri(EX + "A"), Iri(EX + "B")]
    assert asked[Iri(EX + "p")].allowed.having == [(Iri(EX + "in"), Iri(EX + "scheme"))]
    assert (asked[Iri(EX + "q")].least, asked[Iri(EX + "q")].most) == (2, 3)


def test_shapes_that_are_endless_are_read_in_time() -> None:
    rings = "ex:S sh:targetClass ex:C ; sh:node ex:S ; sh:and ( ex:S ) ; sh:property ex:P . "
    rings += f"ex:P sh:path ex:p ; sh:node ex:P ; sh:or ex:L . ex:L <{RDF}first> ex:P ; <{RDF}rest> ex:L ."
    assert list(_shapes(rings).asked_of([Iri(EX + "C")], [])) == [Iri(EX + "p")]


@pytest.mark.parametrize(
    ("text", "datatypes", "datatype"),
    [
        ("2014", ("date", "gYearMonth", "gYear"), "gYear"),
        ("2014-02", ("date", "gYearMonth", "gYear"), "gYearMonth"),
        ("2014-02-30", ("date",), None),
        ("5", ("decimal", "integer"), "decimal"),
        ("five", ("integer", "string"), "string"),
        ("five", ("integer",), None),
        ("true", ("boolean",), "boolean"),
    ],
)
def test_a_text_becomes_a_literal_of_a_datatype(
    text: str, datatypes: tuple[str, ...], datatype: str | None
) -> None:
    found = literal_of(text, tuple(XSD + each for each in datatypes))
    assert found == Literal(text, XSD + datatype) if datatype else isinstance(found, Unclear)


def test_a_decimal_comma_is_told_where_numbers_are_meant() -> None:
    numbers = (XSD + "decimal",)
    assert literal_of("2,5", numbers) == Unclear("Write its decimals after a point: 2.5")
    assert literal_of("2,5", (XSD + "string", *numbers)) == Literal("2,5", XSD + "string")
    assert literal_of("2,5", (XSD + "date",)) == Unclear("Write a day, such as 2014-06-30.")


def test_a_name_that_is_like_one_there_is_told(devices: Forms) -> None:
    field = _field(devices.form(Iri(REG + "Device")), "standsIn")
    names = devices.names_of(field)
    east = Iri("https://devices.example/ward/east")
    assert value_of(field, Entry("east ward"), names) == east
    assert value_of(field, Entry(chosen=east.value), names) == east
    unclear = value_of(field, Entry("Eastt ward"), names)
    assert isinstance(unclear, Unclear)
    assert (unclear.near[0], unclear.is_new) == (east, True)
    assert value_of(field, Entry("Eastt ward", decision=east.value), names) == east
    new = value_of(field, Entry("North ward", decision=f"+{REG}Ward"), names)
    assert new == New(Iri(REG + "Ward"), "North ward")
    assert isinstance(
        value_of(field, Entry("North ward", decision="+http://e.example/Other"), names), Unclear
    )
    assert isinstance(value_of(field, Entry(chosen="https://devices.example/maker/aster"), names), Unclear)


def test_new_iris_are_like_others_of_their_kind(devices: Forms) -> None:
    graph = Graph(find_project(str(FIXTURES / "devices")))
    naming = Naming(graph)
    assert naming.iri(Iri(REG + "Device"), "Pump One").value == "https://devices.example/device/pump_one-2"
    assert (
        naming.iri(Iri(REG + "Device"), "X-ray, mobile").value
        == "https://devices.example/device/x_ray_mobile"
    )
    assert naming.iri(Iri(REG + "Ward"), "East").value == "https://devices.example/ward/east-2"
    assert naming.iri(Iri(REG + "Room"), "A").value == "https://devices.example/room/a"


def test_a_draft_belongs_where_others_of_its_kind_are() -> None:
    one, other = (Graph(find_project(str(FIXTURES / name))) for name in ("devices", "maps"))
    assert home_of(one, Iri(REG + "Device"), "x", has_passage=False).file == "data/x.ttl"
    town = Iri(MAPS + "ns#Town")
    assert home_of(other, town, "x", has_passage=False) == ("data/register.ttl", True)
    assert home_of(other, town, "x", has_passage=True) == ("data/maps.trig", True)


@given(st.text(max_size=200))
def test_a_slug_ends_an_iri(text: str) -> None:
    assert is_iri(f"https://e.example/{slug(text)}")
    assert len(slug(text)) <= 60
    assert slug(slug(text)) == slug(text)


LANGUAGES = st.sampled_from(["en", "fa", "de-at", "zh-hant"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
TERMS: st.SearchStrategy[Term] = st.one_of(
    st.builds(in_language, TEXTS, LANGUAGES),
    st.builds(Literal, TEXTS, st.just(XSD + "string")),
    st.builds(Literal, st.integers().map(str), st.just(XSD + "integer")),
    st.builds(Literal, st.dates().map(str), st.just(XSD + "date")),
    st.builds(lambda end: Iri(EX + end), st.text("abc123-._~", min_size=1, max_size=12)),
)
PREDICATES = st.sampled_from([Iri(EX + "p"), Iri(EX + "q"), LABEL])


class _Numbered:
    """Names new things one after another."""

    def __init__(self) -> None:
        self._names: Iterator[int] = iter(range(1_000))

    def iri(self, of: Iri, name: str) -> Iri:
        return Iri(f"{EX}new/{next(self._names)}")


@settings(max_examples=80, deadline=None)
@given(
    st.dictionaries(PREDICATES, st.lists(TERMS, max_size=4)),
    st.lists(st.builds(New, st.just(Iri(EX + "Other")), TEXTS), max_size=2),
    st.sampled_from([None, Iri(EX + "graph")]),
)
def test_what_a_form_gives_parses_back_to_the_same_values(
    values: dict[Iri, list[Term]], new: list[New], graph: Iri | None
) -> None:
    wanted = {predicate: [*those] for predicate, those in values.items()}
    both = {**wanted, Iri(EX + "n"): new}
    made = draft(Iri(EX + "it"), Iri(EX + "C"), both, _Numbered(), (LABEL, "en"))  # type: ignore[arg-type]
    text = written(made.statements, {"ex": EX, "rdfs": RDFS, "xsd": XSD}, graph)
    said = _said(text)
    assert said == {each._replace(graph=graph) for each in made.statements}
    assert {each.graph for each in said} == {graph}
    own = {(each.predicate, each.object) for each in said if each.subject == Iri(EX + "it")}
    assert own >= {(predicate, value) for predicate, those in wanted.items() for value in those}
    assert not any(isinstance(each.subject, Blank) for each in said)
    assert len(made.named) == len(set(new))
