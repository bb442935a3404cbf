"""Each rule of the shapes by example, and what every shape must have.

`valid.ttl` breaks no rule, `failing.ttl` just the one that its header names.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import DCAT, DCTERMS, ORG, OWL, RDF, SH, VOID, BNode, Graph, Literal, Namespace, URIRef
from rdflib.plugins.sparql import processor
from rdflib.term import Node

ROOT = Path(__file__).parents[2]
RULES = sorted(path for path in (ROOT / "tests/graph/shapes").iterdir() if path.is_dir())
NUMBER_OF_RULES = 350

OGD = Namespace("https://w3id.org/ogdkg/ns#")
SCHEMA = Namespace("https://schema.org/")
SHAPE = Namespace("https://w3id.org/ogdkg/shapes/")
LAYERS = {"source", "reference", "enrichment", "editorial", "about", "derived", "disagreements"}

# The parameter that makes a constraint, and its component (https://www.w3.org/TR/shacl/#core-components).
# Not listed: sh:property, whose results are those of the property shape, and sh:qualifiedValueShape, which
# says what sh:qualifiedMinCount and sh:qualifiedMaxCount count.
CONSTRAINTS = {
    SH[name]: SH[f"{name[0].upper()}{name[1:]}ConstraintComponent"]
    for name in (
        *("and", "class", "datatype", "disjoint", "equals", "hasValue", "in", "languageIn", "lessThan"),
        *("lessThanOrEquals", "maxCount", "maxExclusive", "maxInclusive", "maxLength", "minCount"),
        *("minExclusive", "minInclusive", "minLength", "node", "nodeKind", "not", "or", "pattern"),
        *("qualifiedMaxCount", "qualifiedMinCount", "uniqueLang", "xone"),
    )
} | {SH.sparql: SH.SPARQLConstraintComponent}

# Classes whose things are shown property by property.
SHOWN = {
    *(OGD[name] for name in ("AssistanceArea", "CountryEngagement", "Initiative", "Objective")),
    *(OGD[name] for name in ("Participation", "Platform", "QuantityClaim", "Software", "Tool")),
    *(ORG[name] for name in ("FormalOrganization", "Organization", "OrganizationalUnit")),
    *(SCHEMA[name] for name in ("Country", "Event", "Hackathon", "Place", "Service")),
    *(DCAT.Dataset, DCTERMS.Standard),
}


@dataclass(frozen=True)
class Expected:
    """What the header of a failing example says: `# expect: SHAPE SEVERITY FOCUS` and `# by: COMPONENT`.

    The first pair is the rule's own; others are what cannot but break with it.
    """

    shape: URIRef
    severity: URIRef
    focus: URIRef
    component: URIRef


def _all_expected(rule: Path) -> list[Expected]:
    path = rule / "failing.ttl"
    text = path.read_text("utf-8")
    header = re.match(r"(?:# expect: \S+ \S+ \S+\n# by: \S+\n)+", text)
    assert header, f"{path} has no header"
    prefixes = dict(re.findall(r"^PREFIX ([\w-]+): <([^>]*)>$", text, re.M))
    prefixes |= {"sh": str(SH), "shape": str(SHAPE)}

    def iri(curie: str) -> URIRef:
        prefix, name = curie.split(":", 1)
        return URIRef(prefixes[prefix] + name.replace("\\", ""))

    pairs = re.findall(r"# expect: (\S+) (\S+) (\S+)\n# by: (\S+)\n", header[0])
    return [Expected(*map(iri, pair)) for pair in pairs]


def _expected(rule: Path) -> Expected:
    return _all_expected(rule)[0]


@pytest.fixture(scope="module")
def _each_query_is_parsed_once() -> Iterator[None]:
    """pyshacl hands rdflib a query as text for each focus node; parsing it anew is five sixths of a run."""
    parse, translate = processor.parseQuery, processor.translateQuery
    prepared = functools.cache(lambda text: translate(parse(text)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processor, "parseQuery", lambda text: text)
        patch.setattr(processor, "translateQuery", lambda text, base, prefixes: prepared(text))
        yield


def _results(data: Path, shapes: Graph, ontology: Graph) -> list[Expected]:
    graph = Graph().parse(data)
    _, report, _ = pyshacl.validate(graph, shacl_graph=shapes, ont_graph=ontology, inference="none")
    keys = (SH.sourceShape, SH.resultSeverity, SH.focusNode, SH.sourceConstraintComponent)
    # sh:result, not rdf:type: what stands under sh:detail is a result too.
    results = report.objects(None, SH.result)
    return [Expected(*(report.value(result, key) for key in keys)) for result in results]


def test_the_number_of_rules() -> None:
    assert len(RULES) == NUMBER_OF_RULES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: str(rule.relative_to(ROOT)))
@pytest.mark.usefixtures("_each_query_is_parsed_once")
def test_rule(rule: Path, shapes: Graph, ontology: Graph) -> None:
    assert {path.name for path in rule.iterdir()} == {"failing.ttl", "valid.ttl"}
    assert _results(rule / "valid.ttl", shapes, ontology) == []
    results = _results(rule / "failing.ttl", shapes, ontology)
    assert Counter(results) == Counter(_all_expected(rule))


ANNOTATION = """
PREFIX dc: <http://purl.org/dc/elements/1.1/>
PREFIX oa: <http://www.w3.org/ns/oa#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
<urn:remark> a oa:Annotation ; oa:motivatedBy oa:commenting, oa:tagging ; oa:hasTarget <urn:place> ;
  oa:hasBody <urn:video>, [ a oa:TextualBody ; rdf:value "J'adore !" ; dc:language "fr" ] .
<urn:plain> a oa:Annotation ; oa:hasTarget <urn:place> ; oa:bodyValue "Comment text" .
<urn:place> a oa:SpecificResource ; oa:hasSource <urn:page> ; oa:hasSelector
  [ a oa:FragmentSelector ; rdf:value "para5" ; oa:refinedBy
    [ a oa:TextQuoteSelector ; oa:exact "one two three four five six seven eight nine" ;
      oa:prefix "zero " ; oa:suffix "." ] ],
  [ a oa:TextPositionSelector ;
    oa:start "412"^^xsd:nonNegativeInteger ; oa:end "795"^^xsd:nonNegativeInteger ] .
"""


def test_what_the_web_annotation_model_allows_is_no_violation(shapes: Graph, ontology: Graph) -> None:
    """https://www.w3.org/TR/annotation-model/: what it says MUST be is a violation, the rest a warning."""
    data = Graph().parse(data=ANNOTATION)
    _, report, _ = pyshacl.validate(data, shacl_graph=shapes, ont_graph=ontology, inference="none")
    assert set(report.objects(None, SH.resultSeverity)) == {SH.Warning}
    warned = {str(shape).removeprefix(SHAPE) for shape in report.objects(None, SH.sourceShape)}
    assert warned == {"note-label", "note-motivation", "quote-context", "quote-length"}


SPARQL_RULES = [rule for rule in RULES if _expected(rule).component == SH.SPARQLConstraintComponent]


@pytest.mark.parametrize("rule", SPARQL_RULES, ids=lambda rule: str(rule.relative_to(ROOT)))
def test_the_other_engine_finds_the_same(rule: Path, shapes: Graph) -> None:
    """A constraint in SPARQL is to hold on each engine of ours, `$this` bound to the focus."""
    expected = _expected(rule)
    declared = shapes.objects(None, SH.declare)
    prefixes = {str(shapes.value(one, SH.prefix)): str(shapes.value(one, SH.namespace)) for one in declared}
    select = str(shapes.value(shapes.value(expected.shape, SH.sparql), SH.select))
    focus = {ox.Variable("this"): ox.NamedNode(expected.focus)}
    found = {}
    for name in ("valid.ttl", "failing.ttl"):
        store = ox.Store()
        for path in (rule / name, ROOT / "ontology/ogdkg.ttl"):
            store.load(path=str(path))
        found[name] = len(list(store.query(select, prefixes=prefixes, substitutions=focus)))
    assert found == {"valid.ttl": 0, "failing.ttl": 1}


# The shapes themselves


def _all_shapes(shapes: Graph) -> set[Node]:
    found = set(shapes.subjects(RDF.type, SH.NodeShape)) | set(shapes.subjects(RDF.type, SH.PropertyShape))
    assert found
    return found


def _is_reporting(shapes: Graph, shape: Node) -> bool:
    """Whether results name it: it has a target, or stands under one that has; the rest are parts of sh:or."""
    targets = (SH.targetClass, SH.targetNode, SH.targetObjectsOf, SH.targetSubjectsOf)
    return any((shape, target, None) in shapes for target in targets) or any(
        _is_reporting(shapes, parent) for parent in shapes.subjects(SH.property, shape)
    )


def _constraints(shapes: Graph) -> set[tuple[Node, Node]]:
    return {
        (shape, component)
        for shape in _all_shapes(shapes)
        if _is_reporting(shapes, shape)
        for parameter, component in CONSTRAINTS.items()
        if (shape, parameter, None) in shapes
    }


def test_every_constraint_has_an_example(shapes: Graph) -> None:
    shown = {(expected.shape, expected.component) for expected in map(_expected, RULES)}
    assert _constraints(shapes) - shown == set()


def test_no_constraint_is_of_an_unknown_kind(shapes: Graph) -> None:
    """Else the test above would be blind to it."""
    other = {"property", "path", "name", "message", "severity", "group", "order", "qualifiedValueShape"}
    known = {*CONSTRAINTS, *(SH[name] for name in other)}
    used = {p for shape in _all_shapes(shapes) for p in shapes.predicates(shape) if p in SH}
    assert {p for p in used - known if not str(p).startswith(str(SH.target))} == set()


def test_every_shape_is_an_iri_of_ours_with_a_class(shapes: Graph) -> None:
    used = set(shapes.subjects(SH.path)) | set(shapes.subjects(SH.severity))
    used |= {part for shape in used for part, _ in _parts(shapes, shape)}
    assert used == _all_shapes(shapes)
    assert {shape for shape in used if shape not in SHAPE} == set()


def test_node_shapes_start_in_upper_case_and_property_shapes_in_lower(shapes: Graph) -> None:
    for shape in _all_shapes(shapes):
        is_node_shape = (shape, RDF.type, SH.NodeShape) in shapes
        assert str(shape).removeprefix(SHAPE)[0].isupper() == is_node_shape, shape
        assert is_node_shape != ((shape, SH.path, None) in shapes), shape


@pytest.mark.parametrize("key", [SH.severity, SH.message, SH.name, OGD.layer], ids=lambda key: key.fragment)
def test_every_shape_says(model_shapes: Graph, house_shapes: Graph, key: URIRef) -> None:
    for part in (model_shapes, house_shapes):
        assert {shape for shape in _all_shapes(part) if len(list(part.objects(shape, key))) != 1} == set()


def test_severities_layers_and_messages_are_well_formed(shapes: Graph) -> None:
    assert {str(layer) for layer in shapes.objects(None, OGD.layer)} <= LAYERS
    for message in shapes.objects(None, SH.message):
        assert isinstance(message, Literal)
        assert message.language == "en" and message[0].isupper() and message.endswith("."), message


def _parts(shapes: Graph, shape: Node) -> Iterator[tuple[Node, URIRef]]:
    """The shapes that it refers to, and how."""
    for key in (SH.property, SH.node, SH["not"], SH.qualifiedValueShape):
        yield from ((part, key) for part in shapes.objects(shape, key))
    for key in (SH["and"], SH["or"], SH.xone):
        for items in shapes.objects(shape, key):
            yield from ((part, key) for part in shapes.items(items))


def test_a_layer_left_out_skips_shapes_and_makes_none_fail(shapes: Graph) -> None:
    """A deactivated shape conforms (SHACL, 2.1.3.4): harmless, but not where it is counted or negated."""
    for shape in _all_shapes(shapes):
        layer = str(shapes.value(shape, OGD.layer))  # none of what is only shown
        for part, key in _parts(shapes, shape):
            below = str(shapes.value(part, OGD.layer))
            if key in (SH["not"], SH.qualifiedValueShape):
                assert below == layer, (shape, part)
            elif key == SH.property:
                assert layer in ("source", below), (shape, part)
            else:
                assert below in ("source", layer), (shape, part)


def test_every_part_is_used(shapes: Graph) -> None:
    used = {part for shape in _all_shapes(shapes) for part, _ in _parts(shapes, shape)}
    reporting = {shape for shape in _all_shapes(shapes) if _is_reporting(shapes, shape)}
    assert _all_shapes(shapes) - used - reporting - _displays(shapes) == set()


def _displays(shapes: Graph) -> set[Node]:
    return set(shapes.subjects(SH.group))


# The three groups of files


def test_what_the_model_asks_is_wrong_or_doubtful_and_the_style_of_the_house_never_wrong(
    model_shapes: Graph, house_shapes: Graph
) -> None:
    for part, severities in (
        (model_shapes, {SH.Violation, SH.Warning}),
        (house_shapes, {SH.Warning, SH.Info}),
    ):
        reporting = {shape for shape in _all_shapes(part) if _is_reporting(part, shape)}
        assert {
            severity for shape in reporting for severity in part.objects(shape, SH.severity)
        } == severities


def test_display_asks_nothing(display: Graph) -> None:
    """If this fails for a new shape, leave here its path, name, group and order, and put the rest beside."""
    said = {p for shape in display.subjects(SH.path) for p in display.predicates(shape)}
    assert said == {RDF.type, SH.path, SH.name, SH.group, SH.order}


def test_only_display_says_how_a_property_is_shown(model_shapes: Graph, house_shapes: Graph) -> None:
    """If this fails for a new shape, move its group and order to ontology/shapes/display."""
    for part in (model_shapes, house_shapes):
        assert set(part.subjects(SH.group)) | set(part.subjects(SH.order)) == set()


def test_a_shape_of_two_files_has_one_path_and_one_name(shapes: Graph) -> None:
    with_paths = set(shapes.subjects(SH.path))
    assert with_paths
    for shape in with_paths:
        assert [len(list(shapes.objects(shape, key))) for key in (SH.path, SH.name)] == [1, 1], shape


@pytest.mark.parametrize("name", ["", "/house", "/display"])
def test_each_group_is_an_ontology_of_its_own(shapes: Graph, name: str) -> None:
    header = URIRef(f"https://w3id.org/ogdkg/shapes{name}")
    keys = (
        DCTERMS.title,
        DCTERMS.description,
        DCTERMS.creator,
        DCTERMS.license,
        OWL.versionIRI,
        OWL.versionInfo,
    )
    assert [key for key in keys if len(list(shapes.objects(header, key))) != 1] == []


def test_the_model_refers_to_no_shape_of_the_house(model_shapes: Graph) -> None:
    parts = {part for shape in _all_shapes(model_shapes) for part, _ in _parts(model_shapes, shape)}
    assert parts - _all_shapes(model_shapes) == set()


def test_group_and_order_stand_together(shapes: Graph) -> None:
    groups = set(shapes.subjects(RDF.type, SH.PropertyGroup))
    assert _displays(shapes) == set(shapes.subjects(SH.order)) - groups
    assert set(shapes.objects(None, SH.group)) == groups
    assert sorted(int(str(shapes.value(group, SH.order))) for group in groups) == list(range(1, 14))
    places = [(shapes.value(shape, SH.group), shapes.value(shape, SH.order)) for shape in _displays(shapes)]
    assert len(places) == len(set(places))


def test_each_property_is_shown_once(shapes: Graph) -> None:
    paths = [shapes.value(shape, SH.path) for shape in _displays(shapes)]
    plain = [path for path in paths if not isinstance(path, BNode)]
    assert len(plain) == len(set(plain))


def test_every_property_in_use_is_shown(shapes: Graph, data: Graph) -> None:
    """Of the things in the document: the description of the dataset itself has VoID's and DCAT's own."""
    things = {thing for kind in SHOWN for thing in data.subjects(RDF.type, kind)}
    used = {
        p for thing in things - set(data.subjects(RDF.type, VOID.Dataset)) for p in data.predicates(thing)
    }
    assert used - {shapes.value(shape, SH.path) for shape in _displays(shapes)} == set()


def test_every_property_of_the_ontology_has_a_shape(shapes: Graph, ontology: Graph) -> None:
    """A property that is declared and shown nowhere is either new, and wants a shape, or dead."""
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    declared = {p for kind in kinds for p in ontology.subjects(RDF.type, kind) if p in OGD}
    assert declared - {shapes.value(shape, SH.path) for shape in _displays(shapes)} == set()
