"""The pages of a vocabulary: what each term means, in words, with links, counts and a picture."""

from __future__ import annotations

import gzip
import re
import time
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest
from tests.conftest import ROOT
from tests.web.conftest import Answer, Server, serving
from tests.web.test_pages import _Page, _page

from ogdkg.graph.graph import Graph
from ogdkg.project.project import read_project
from ogdkg.rdf.terms import RDF, Blank, Iri, Literal
from ogdkg.store.codec import read_quads
from ogdkg.web.answers import Answers
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.settings import Settings
from ogdkg.web.ontology.layers import Box, laid_out

GREEK = ROOT / "tests" / "fixtures" / "vocabulary"
NS = "https://el.example/ns#"
MOST = 80_000  # bytes of a page, packed
TOML = (
    '[project]\nname = "made"\nthings = "https://m.example/"\n[[layer]]\nname = "terms"\nfiles = ["*.ttl"]\n'
)
PREFIXES = """
PREFIX m: <https://m.example/ns#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX sh: <http://www.w3.org/ns/shacl#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX schema: <https://schema.org/>
"""


class Pages:
    """The pages of a project, made in this process."""

    def __init__(self, folder: Path) -> None:
        self._tasks = Answers(Graph(read_project(folder)), Settings()).by_task()

    def ask(self, path: str, accept: str = "text/html", **given: str) -> str:
        """Return a page."""
        task = "ontology" if path.startswith("/ontology") else "resource"
        asked = {"path": path, "given": {name: [value] for name, value in given.items()}, "accept": accept}
        reply = self._tasks[task]({"task": task, "base": "http://here", "seconds": 10.0, **asked})
        return "".join(each if isinstance(each, str) else each.decode() for each in reply.body)

    def term(self, iri: str) -> str:
        """Return the page of a term."""
        return self.ask("/describe", iri=iri, format="html")


@pytest.fixture(scope="module")
def greek() -> Pages:
    return Pages(GREEK)


@pytest.fixture(scope="module")
def ours() -> Iterator[Server]:
    with serving(ROOT) as running:
        yield running


def _made(folder: Path, text: str) -> Pages:
    (folder / "ogdkg.toml").write_text(TOML)
    (folder / "a.ttl").write_text(PREFIXES + text)
    return Pages(folder)


def _text(page: str) -> str:
    """The text of a page, each element apart."""
    main = page.partition("<main")[2].partition(">")[2].rpartition("</main>")[0]
    return " ".join(re.sub(r"</?(?:li|p|dt|dd|h\d|div|ul)\b[^>]*>", " ", main).split())


def _words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", "", _text(page))).split())


def _facts(page: str) -> Mapping[str, str]:
    """The lines of a page by their names."""
    found = re.findall(r"<div><dt>(.*?)</dt>(.*?)</div>", page, re.DOTALL)
    return {name: _words(f"<main>{value}</main>") for name, value in found}


def _targets(page: str) -> set[str]:
    """The IRIs that a page leads to."""
    links = _Page(page).links
    return {parse_qs(urlsplit(each).query).get("iri", [each])[0] for each in links}


# -- the words -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("term", "line", "words"),
    [
        ("grows", "Says of", "δάσος or φυτό"),
        ("grows", "Its value is", "δέντρο"),
        ("grows", "How it works", "it carries on: what holds from a to b and from b to c holds from a to c"),
        ("grows", "The other way round", "grownIn"),
        ("grows", "Follows from", "φυτρώνει of the φυτρώνει"),
        ("grows", "In this graph", "2 statements, such as f: η ελιά"),
        ("height", "Says of", "δέντρο that is also φυτό"),
        ("height", "Its value is", "a number"),
        ("height", "How it works", "a thing has one value at most"),
        ("Tree", "A kind of", "something with at least one ύψος that is a number from 3 and below 100"),
        ("Tree", "A kind of", "the φυτρώνει of at least 1 thing"),
        ("Tree", "A kind of", "πεύκο or anything but δάσος"),
        ("Tree", "Never also", "δάσος"),
        ("Tree", "May have", "ύψος"),
        ("Tree", "Is a value of", "φυτρώνει"),
        ("Tree", "For example", "Μια ελιά"),  # noqa: RUF001  # Greek
        ("Tree", "When to use it", "Όχι θάμνος."),
        ("Tree", "Other names", "عشب <b>"),
        ("Tree", "In this graph", "2 things, such as β"),
        ("Pine", "The same as", "one of η ελιά and β"),
    ],
)
def test_a_term_is_told_in_words(greek: Pages, term: str, line: str, words: str) -> None:
    facts = _facts(greek.term(NS + term))
    assert words in facts[line]


@pytest.mark.parametrize(
    "words",
    [
        "every δάσος",
        "has no other properties than those named here, but for label",
        "just one of these: fits S or does not fit S",
        "Its φυτρώνει, followed any number of times of the ύψος or what has it as σημείωση of the φυτρώνει:",
        "at least one",
        "is a number; is δέντρο and has ύψος: is 2 or more; or fits S",
        "Πρέπει a warning",
    ],
)
def test_a_shape_is_told_in_words(greek: Pages, words: str) -> None:
    """Paths: https://www.w3.org/TR/shacl/#property-paths; the constraints of section 4."""
    assert words in _words(greek.term(NS + "Forest"))


@pytest.mark.parametrize(
    ("constraint", "words"),
    [
        ("sh:minCount 1 ; sh:maxCount 1", "exactly one"),
        ("sh:minCount 2 ; sh:maxCount 5", "at least two and at most 5"),
        ("sh:maxCount 0", "none"),
        ("sh:datatype xsd:string", "is text"),
        ("sh:class m:C", "is a cedar"),
        ("sh:nodeKind sh:IRI", "is a thing with an address"),
        ("sh:minExclusive 3", "is more than 3"),
        ("sh:maxLength 1", "has 1 character or fewer"),
        ('sh:languageIn ("de" "en")', "is in the language de or en"),
        ("sh:uniqueLang true", "at most one in each language"),
        ("sh:equals m:p", "has the same values as height"),
        ("sh:disjoint m:p", "has no value in common with height"),
        ("sh:lessThan m:p", "has only values less than each of height"),
        ("sh:hasValue m:C", "one is cedar"),
        ('sh:in ("a" "b" "c")', "is one of “a”, “b” and “c”"),
        ("sh:not [ sh:class m:C ]", "is not a cedar"),
        ("sh:not [ sh:class m:C ; sh:minCount 1 ]", "it is not so that"),
        ("sh:and ([ sh:class m:C ] [ sh:nodeKind sh:IRI ])", "is a cedar and is a thing with an address"),
        (
            "sh:qualifiedValueShape [ sh:class m:C ] ; sh:qualifiedMaxCount 2",
            "at most two of which each is a cedar",
        ),
    ],
)
def test_a_constraint_is_a_sentence(tmp_path: Path, constraint: str, words: str) -> None:
    shape = f"m:S a sh:PropertyShape ; sh:path m:q ; sh:targetClass m:C ; {constraint} ."
    terms = 'm:C a owl:Class ; rdfs:label "cedar" . m:p a owl:DatatypeProperty ; rdfs:label "height" .'
    assert words in _words(_made(tmp_path, shape + terms).term("https://m.example/ns#S"))


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (
            "[ a owl:Restriction ; owl:onProperty m:p ; owl:allValuesFrom m:C ]",
            "of which every part is an oak",
        ),
        ("[ a owl:Restriction ; owl:onProperty m:p ; owl:hasValue m:x ]", "something whose part is ex one"),
        (
            "[ a owl:Restriction ; owl:onProperty m:p ; owl:qualifiedCardinality 2 ; owl:onClass m:C ]",
            "something with exactly 2 part that is an oak",
        ),
        ("[ a owl:Restriction ; owl:onProperty m:p ; owl:hasSelf true ]", "something that is its own part"),
        (
            "[ a owl:Restriction ; owl:onProperty [ owl:inverseOf m:p ] ; owl:allValuesFrom m:C ]",
            "the part of nothing but an oak",
        ),
        ("[ owl:intersectionOf (m:C [ owl:oneOf (m:x m:C) ]) ]", "an oak that is also one of ex one and oak"),
    ],
)
def test_a_class_expression_is_a_sentence(tmp_path: Path, expression: str, words: str) -> None:
    """https://www.w3.org/TR/owl2-mapping-to-rdf/#Parsing_of_Expressions."""
    terms = """m:C a owl:Class ; rdfs:label "oak" . m:p a owl:ObjectProperty ; rdfs:label "part" .
      m:x rdfs:label "ex one" ."""
    page = _made(tmp_path, f"{terms} m:A a owl:Class ; rdfs:subClassOf {expression} .").term(
        "https://m.example/ns#A"
    )
    assert words in _facts(page)["A kind of"]


# -- nothing is lost -----------------------------------------------------------------


def test_all_that_is_said_of_a_term_is_shown(greek: Pages) -> None:
    """Each text, and a link to each thing; those of a shape are told in its words."""
    quads = [quad for quad in read_quads(GREEK / "trees.ttl") if isinstance(quad.subject, Iri)]
    terms = {
        quad.subject for quad in quads
        if quad.predicate.value == RDF + "type" and "owl#" in str(quad.object)
    }  # fmt: skip
    pages = {term: greek.term(term.value) for term in terms if isinstance(term, Iri)}
    assert pages
    for quad in quads:
        if quad.subject in pages and not quad.predicate.value.startswith(
            (RDF, "http://www.w3.org/ns/shacl#")
        ):
            page = pages[quad.subject]
            if isinstance(quad.object, Literal):
                assert quad.object.value == "true" or quad.object.value in unescape(page), quad
            elif not isinstance(quad.object, Blank):
                assert str(quad.object) in _targets(page), quad


def test_every_term_of_ours_is_there(ours: Server) -> None:
    page = _page(ours, "/ns.html")
    ids = {given.get("id") for _, given in _Page(page).opened}
    for quad in read_quads(ROOT / "ontology" / "ogdkg.ttl"):
        if isinstance(quad.subject, Iri) and "#" in quad.subject.value:
            assert quad.subject.value.partition("#")[2] in ids
    first = _words(_page(ours, "/ontology"))
    assert "Open government data assistance ontology" in first
    lists = len(list((ROOT / "ontology" / "schemes").glob("*.ttl")))
    assert int((re.search(r"(\d+) lists of concepts", first) or [0, "0"])[1]) >= lists


def test_the_iri_of_a_term_leads_to_its_place(ours: Server) -> None:
    """A client keeps the fragment of an IRI (RFC 9110, 10.2.2), and the document that answers has it."""
    answer = ours.ask("/ns", Accept="text/html")
    assert (answer.status, urlsplit(answer.headers["location"]).path) == (303, "/ns.html")
    assert ours.ask("/ns", Accept="text/turtle").headers["location"].endswith("/ns.ttl")
    alone = _page(ours, "/describe?iri=https%3A//w3id.org/ogdkg/ns%23Initiative&format=html")
    facts = _facts(alone)
    assert "BOOST" in facts["For example"]
    assert re.match(r"\d+ things, such as ", facts["In this graph"])
    assert "encompassing thing" in facts["A kind of"]
    assert 'type="text/turtle"' in alone


@pytest.mark.parametrize("path", ["/ontology", "/ontology/rules", "/ns.html", "/concept/theme.html"])
def test_a_page_is_small_and_needs_no_script(ours: Server, path: str) -> None:
    assert len(gzip.compress(_page(ours, path).encode())) < MOST / 2
    answer = ours.ask(path, Accept="text/html")
    assert ours.ask(path, Accept="text/html", If_None_Match=answer.headers["etag"]).status == 304


def test_a_list_of_concepts_is_a_tree(greek: Pages) -> None:
    """Also where broader concepts run in a circle; narrower is the same the other way round."""
    page = greek.term(NS + "L")
    names = re.findall(r'<li class="d(\d)"><a [^>]*><bdi[^>]*>(.*?)</bdi>', page)
    assert names == [("0", "ένα"), ("1", "δύο"), ("2", "c3")]
    assert "also two" in _words(page)
    assert "The same elsewhere: ένα" in _words(page)


def test_what_should_be_used_no_more_names_its_successor(greek: Pages) -> None:
    assert "Use it no more. Use δέντρο." in _words(greek.term(NS + "Pine"))
    assert "πεύκο use no more" in _words(greek.ask("/ontology"))


def test_a_part_of_a_shape_names_the_things_of_the_whole(ours: Server) -> None:
    """Of a property: what is asked of it, and of whose (`shape:claim-unit`, a part of `shape:Claim`)."""
    page = _page(ours, "/describe?iri=https%3A//schema.org/unitText&format=html")
    assert "every quantity claim: its unit text exactly one" in _words(page)


def test_terms_are_found_by_a_word_of_their_meaning(greek: Pages) -> None:
    page = greek.ask("/ontology", q="κορμο")
    assert re.findall(r'<li class="d0"><a [^>]*><bdi[^>]*>(.*?)</bdi>', page) == ["δέντρο"]


def test_texts_are_escaped_and_keep_their_language(greek: Pages) -> None:
    page = greek.term(NS + "Tree")
    assert '<bdi lang="ar" dir="auto">عشب &lt;b&gt;</bdi>' in page
    assert '<bdi lang="el" dir="auto">δέντρο</bdi>' in page


def test_there_is_no_entry_where_no_term_is_described(tmp_path: Path) -> None:
    pages = _made(tmp_path, "m:a m:b m:c .")
    assert "Vocabulary" not in pages.ask("/things")
    assert "b" in _words(pages.ask("/ontology"))
    with pytest.raises(HttpError):
        pages.ask("/ontology/nothing", accept="application/json")


# -- the picture -------------------------------------------------------------------


def test_the_picture_says_what_its_table_says(greek: Pages) -> None:
    page = greek.ask("/ontology")
    drawn = page.partition("<svg")[2].partition("</svg>")[0]
    table = page.partition('<table class="tbl">')[2].partition("</table>")[0]
    assert {each for each in _Page(table).links if "iri=" in each} == set(_Page(drawn).links)
    assert page == greek.ask("/ontology")


def test_properties_of_one_name_are_lines_of_one_box(tmp_path: Path) -> None:
    pages = _made(
        tmp_path,
        "m:A a owl:Class . m:B a owl:Class . m:x a m:A . m:y a m:B ."
        'm:p a owl:ObjectProperty ; rdfs:label "falls within" ; rdfs:domain m:A ; rdfs:range m:B .'
        'm:q a owl:ObjectProperty ; rdfs:label "falls within" ; rdfs:domain m:A ; rdfs:range m:B .',
    )
    assert pages.ask("/ontology").count("falls within → B") >= 2


def test_boxes_do_not_overlap_and_arrows_point_down() -> None:
    boxes = [Box(str(number), 80 + number % 7 * 20, 30 + number % 3 * 40) for number in range(40)]
    arrows = [(str(number // 3), str(number)) for number in range(1, 40)] + [
        ("39", "0"),
        ("7", "7"),
        ("4", "33"),
    ]
    layout = laid_out(boxes, arrows)
    sizes = {box.name: box for box in boxes}
    for one in boxes:
        x, y = layout.places[one.name]
        assert x >= 0 and x + one.width <= layout.width and y + one.height <= layout.height
        for other in boxes:
            if other.name > one.name:
                to_x, to_y = layout.places[other.name]
                apart = x + one.width <= to_x or to_x + other.width <= x
                assert apart or y + one.height <= to_y or to_y + other.height <= y
    for (upper, lower), way in layout.ways.items():
        if (upper, lower) != ("39", "0"):
            assert way[0][1] == layout.places[upper].y + sizes[upper].height
            assert way[-1][1] == layout.places[lower].y


# -- what is large, or meant ill -----------------------------------------------------


def test_a_large_ontology_is_cut_into_lists(tmp_path: Path) -> None:
    terms = "".join(
        f'm:C{n} a owl:Class ; rdfs:label "class {n}" ; rdfs:subClassOf m:C{n // 5} ; rdfs:isDefinedBy m: .\n'
        f"m:p{n} a owl:ObjectProperty ; rdfs:domain m:C{n} ; rdfs:range m:C{n // 2} .\n"
        for n in range(2_000)
    )
    pages = _made(tmp_path, f"m: a owl:Ontology . {terms}")
    pages.ask("/ontology")
    started = time.process_time()
    first, full = pages.ask("/ontology"), pages.ask("/ontology/in-full", of="https://m.example/ns#")
    one = pages.term("https://m.example/ns#C1999")
    assert time.process_time() - started < 5
    assert max(len(gzip.compress(each.encode())) for each in (first, full, one)) < MOST
    assert "class 399" in _words(one)
    assert "2,000 classes" in _words(first)
    assert 'id="C1999"' in full


_LIST = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#{}>"
_ILL = {
    "shared": "".join(
        f"m:A{n} a owl:Class ; rdfs:subClassOf _:u{n} . _:u{n} owl:unionOf ({f'_:u{n + 1} ' * 3}) . "
        for n in range(30)
    ),
    "deep": "m:A0 a owl:Class ; rdfs:subClassOf " + "[ owl:complementOf " * 80 + "m:A0" + " ]" * 80 + " .",
    "circle": "m:A0 a owl:Class ; rdfs:subClassOf _:x . _:x owl:unionOf _:l . "
    f"_:l {_LIST.format('first')} _:x ; {_LIST.format('rest')} _:l .",
    "path": "m:A0 a sh:NodeShape ; sh:targetClass m:B ; sh:property _:s . _:p sh:inversePath _:p . "
    "_:s sh:path _:p ; sh:or (_:s _:s _:s) ; sh:property _:s .",
    "wide": "m:A0 a sh:NodeShape ; sh:targetClass m:B . "
    + "".join(f"m:A{n} sh:node _:n{n} . _:n{n} sh:or ({f'_:n{n + 1} ' * 40}) . " for n in range(8)),
    "properties": "m:A0 a sh:NodeShape ; sh:targetClass m:B ; sh:property _:n0 . "
    + "".join(
        f"_:n{n} sh:path m:p ; sh:property {', '.join(f'_:n{m}' for m in range(40))} . " for n in range(40)
    ),
    "own": "m:A0 a owl:Class ; rdfs:subClassOf m:A0 ; owl:equivalentClass m:A0 ; rdfs:comment _:b . "
    "_:b rdfs:seeAlso _:b .",
}


@pytest.mark.parametrize("text", _ILL.values(), ids=_ILL)
def test_nodes_within_nodes_end(tmp_path: Path, text: str) -> None:
    pages = _made(tmp_path, text)
    started = time.process_time()
    for page in (pages.ask("/ontology"), pages.ask("/ontology/rules"), pages.term("https://m.example/ns#A0")):
        assert len(page) < 2_000_000
    assert time.process_time() - started < 5


def test_a_program_gets_all_terms_in_its_format(server: Server) -> None:
    page = server.ask("/ontology", accept="text/html,application/xhtml+xml,*/*;q=0.8")
    assert page.headers["content-type"].startswith("text/html")
    assert server.ask("/ontology").headers["content-type"].startswith("text/html")
    turtle = server.ask("/ontology", accept="text/turtle")
    assert (turtle.status, turtle.headers["content-type"]) == (200, "text/turtle; charset=utf-8")
    assert "Accept" in turtle.headers["vary"]
    lines = server.ask("/ontology", accept="application/n-triples")
    stated, again = _parsed(turtle, "ttl"), _parsed(lines, "nt")
    assert {each for each in stated if "_:" not in str(each)} == {e for e in again if "_:" not in str(e)}
    assert len(stated) == len(again)
    kinds = {each.object.value for each in stated if each.predicate.value == RDF + "type"}
    assert {"http://www.w3.org/2002/07/owl#Class", "http://www.w3.org/2002/07/owl#Restriction"} <= kinds
    assert server.ask("/ontology", accept="image/png").status == 406


def _parsed(answer: Answer, extension: str) -> set[ox.Triple]:
    form = ox.RdfFormat.from_extension(extension)
    assert form
    return {each.triple for each in ox.parse(answer.body, form)}
