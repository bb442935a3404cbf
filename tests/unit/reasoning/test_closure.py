"""RDFS and OWL 2 RL: each rule of the tables, and the same results as owlrl where that follows them."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import owlrl
import pytest
import rdflib
from rdflib import OWL, RDF, RDFS, XSD

from ogdkg.errors import LimitError
from ogdkg.project.project import Source
from ogdkg.rdf.terms import Iri, Literal, Triple
from ogdkg.reasoning import engine
from ogdkg.reasoning.closure import Closure, closure, derived
from ogdkg.reasoning.regimes import MEMBER, REPEATED, Row, rows_of
from ogdkg.store.engines import new_store

_HERE, _INFERRED = Iri("urn:g"), Iri("urn:inferred")
_PREFIXES = (
    "@prefix : <http://e/> . "
    f"@prefix rdf: <{RDF}> . @prefix rdfs: <{RDFS}> . @prefix owl: <{OWL}> . @prefix xsd: <{XSD}> .\n"
)
Close = Callable[..., Closure]


@pytest.fixture
def close(tmp_path: Path) -> Close:
    """Returns what follows from some Turtle."""

    def made(text: str, regime: str = "owlrl", name: str = "oxigraph") -> Closure:
        path = tmp_path / "data.ttl"
        path.write_text(_PREFIXES + text, encoding="utf-8")
        store = new_store(name)
        store.load([Source(path, "data", _HERE)])
        found = closure(store, regime, _INFERRED, None)
        assert set(derived(store, regime, _INFERRED, None)) == set(found.steps)
        return found

    return made


def _told(found: Closure) -> set[str]:
    return {
        " ".join(getattr(term, "value", "_").rpartition("/")[2] for term in triple) for triple in found.steps
    }


_LISTS = {  # what a list stands for in the three rules about all its members
    "cls-int1": (":c owl:intersectionOf (:d :e) . :x a :d, :e .", ":x a :c ."),
    "prp-spo2": (":p owl:propertyChainAxiom (:q :q :r) . :a :q :b . :b :q :c . :c :r :d .", ":a :p :d ."),
    "prp-key": (
        ":c owl:hasKey (:p :q) . :x a :c ; :p 1 ; :q 2 . :y a :c ; :p 1 ; :q 2 .",
        ":x owl:sameAs :y .",
    ),
}
_ALWAYS = {"scm-cls", "scm-op", "scm-dp"}  # which say what is true of everything
ROWS = [(regime, row) for regime in ("rdfs", "owlrl") for row in rows_of(regime)]


def _term(text: str) -> str:
    return f"<http://e/{text[1:]}>" if text.startswith("?") else text if text.startswith('"') else f"<{text}>"


def _example(row: Row) -> str:
    """Facts to which a rule applies: each variable a thing of its own, each list of what it must hold."""
    members = [s[2] for s in row.body if s[1] == MEMBER] + 2 * [s[2] for s in row.body if s[1] == REPEATED]
    cells = f"( {' '.join(map(_term, members))} )"
    facts = (each for each in row.body if each[1] not in (MEMBER, REPEATED))
    return "\n".join(" ".join(cells if t == "?l" else _term(t) for t in each) + " ." for each in facts)


@pytest.mark.parametrize(("regime", "row"), ROWS, ids=lambda each: getattr(each, "name", each))
def test_each_rule_of_the_tables(close: Close, regime: str, row: Row) -> None:
    text, wanted = _LISTS.get(row.name) or (_example(row), "")
    found = close(text, regime)
    if not row.head:
        assert row.name in {step.rule for step in found.contradictions}
    elif row.name not in _ALWAYS:
        graph = rdflib.Graph().parse(data=_PREFIXES + wanted) if wanted else ()
        heads = [tuple(map(str, each)) for each in graph] or [
            tuple(_term(term).strip("<>") for term in each) for each in row.head
        ]
        known = {tuple(getattr(term, "value", "") for term in triple) for triple in found.steps}
        assert set(heads) <= known


@pytest.mark.parametrize(
    ("text", "against"),
    [
        (":p a owl:FunctionalProperty . :x :p 'a', 'b' .", ["prp-fp"]),
        (":p a owl:FunctionalProperty . :x :p 1, 1.0 .", []),  # one value in two forms
        (":p a owl:FunctionalProperty . :x :p 'a'@en, 'a'@fr .", ["prp-fp"]),
        (":p a owl:FunctionalProperty . :x :p '2020-01-01Z'^^xsd:date, '2020-01-01'^^xsd:date .", []),
        (":p rdfs:range xsd:integer . :x :p 'five' .", ["prp-rng"]),
        (":p rdfs:range xsd:integer . :x :p 5 .", []),
        (":p rdfs:range xsd:decimal . :x :p 5 .", []),
        (":p rdfs:range xsd:byte . :x :p 500 .", ["prp-rng"]),
        (":p rdfs:range xsd:token . :x :p 'a  b' .", ["prp-rng"]),
        (":p rdfs:range :own . :x :p 5 .", []),
        (":c owl:onProperty :p ; owl:maxCardinality 1 . :x a :c ; :p 'a', 'b' .", ["cls-maxc2"]),
        (":c owl:onProperty :p ; owl:maxCardinality -1 . :x a :c ; :p 'a', 'b' .", []),
    ],
)
def test_values(close: Close, text: str, against: list[str]) -> None:
    """Table 8: literals are the same by their values, and of the datatypes whose values they have."""
    found = close(text)
    assert [step.rule for step in found.contradictions] == against
    assert not [triple for triple in found.steps if isinstance(triple.subject, Literal)]


def test_a_restriction_to_a_datatype(close: Close) -> None:
    dated = ":Dated owl:onProperty :on ; owl:someValuesFrom xsd:date ."
    found = close(f"{dated} :x :on '2020-01-01'^^xsd:date . :y :on 1 .")
    assert _told(found) == {"x 22-rdf-syntax-ns#type Dated"}


def test_names_of_one_thing(close: Close) -> None:
    found = close(
        ":a owl:sameAs :b . :a :p :c . :d :q :a . _:l owl:distinctMembers (:b :c) ; a owl:AllDifferent ."
    )
    assert {"b p c", "d q b"} <= _told(found)
    assert not found.contradictions


def test_a_list_that_never_ends(close: Close) -> None:
    ring = "_:a rdf:first :d ; rdf:rest _:b . _:b rdf:first :e ; rdf:rest _:a ."
    assert not _told(close(f":c owl:intersectionOf _:a . {ring} :x a :d, :e ."))


def test_each_step_stands_on_what_was_before_it(close: Close) -> None:
    chain = " ".join(f":n{number} :p :n{number + 1} ." for number in range(12))
    found = close(f":p a owl:TransitiveProperty, owl:SymmetricProperty . {chain}")
    assert found.steps
    seen: set[Triple] = set()
    for triple, step in found.steps.items():
        assert all(each in seen or each not in found.steps for each in step.premises)
        seen.add(triple)


def test_both_engines_derive_the_same(close: Close) -> None:
    text = ":A rdfs:subClassOf :B . :x a :A ; :p :y . :p rdfs:range :A ; owl:inverseOf :q ."
    assert close(text).steps.keys() == close(text, name="rdflib").steps.keys()


def test_it_does_not_grow_without_end(close: Close, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "MOST", 100)
    chain = " ".join(f":n{number} :p :n{number + 1} ." for number in range(50))
    with pytest.raises(LimitError, match=r"More than 100 statements follow; prp-trp"):
        close(f":p a owl:TransitiveProperty . {chain}")


@pytest.mark.parametrize("kind", ["transitive", "same"])
def test_its_cost_is_that_of_what_follows(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """No fact is concluded again and again, once for each way that leads to it."""
    concluded = [0]
    conclude = engine.Engine._conclude

    def counted(self: engine.Engine, *given: Any) -> None:
        concluded[0] += 1
        conclude(self, *given)

    monkeypatch.setattr(engine.Engine, "_conclude", counted)
    costs = []
    for length in (20, 80):
        numbers: dict[str, int] = {}
        number = lambda text, known=numbers: known.setdefault(text, len(known))  # noqa: E731
        leads = number("p" if kind == "transitive" else f"{OWL}sameAs")
        facts = [(number(f"n{place}"), leads, number(f"n{place + 1}")) for place in range(length)]
        facts.append((number("p"), number(str(RDF.type)), number(str(OWL.TransitiveProperty))))
        concluded[0] = 0
        made = engine.Engine(rows_of("owlrl"), number, lambda fact: fact[0] != fact[2])
        made.run(facts)
        costs.append(concluded[0] / len(made.proofs))
    assert costs[1] < 1.5 * costs[0] < 12


def test_a_key_of_very_many_properties(close: Close) -> None:
    with pytest.raises(LimitError, match="A list of 65 properties is too long for prp-key"):
        close(f":c owl:hasKey ({' '.join(f':p{number}' for number in range(65))}) .")


def _ontology(chance: random.Random) -> str:
    def c() -> str:
        return f":C{chance.randrange(4)}"

    def p() -> str:
        return f":p{chance.randrange(4)}"

    def i() -> str:
        return f":i{chance.randrange(5)}"

    one = '"1"^^xsd:nonNegativeInteger'
    kinds = (
        "Functional",
        "InverseFunctional",
        "Symmetric",
        "Transitive",
        "Asymmetric",
        "Irreflexive",
        "Object",
    )
    axioms: list[Callable[[], str]] = [
        lambda: f"{c()} rdfs:subClassOf {c()}",
        lambda: f"{c()} owl:equivalentClass {c()}",
        lambda: f"{c()} a owl:Class",
        lambda: f"{p()} rdfs:subPropertyOf {p()}",
        lambda: f"{p()} owl:equivalentProperty {p()}",
        lambda: f"{p()} rdfs:domain {c()} ; rdfs:range {c()}",
        lambda: f"{p()} owl:inverseOf {p()}",
        lambda: f"{p()} a owl:{chance.choice(kinds)}Property",
        lambda: f"{p()} owl:propertyChainAxiom ({p()} {p()})",
        lambda: f"{c()} owl:hasKey ({p()} {p()})",
        lambda: f"{c()} owl:{chance.choice(['intersectionOf', 'unionOf'])} ({c()} {c()})",
        lambda: f"{c()} owl:oneOf ({i()} {i()})",
        lambda: f"{c()} owl:onProperty {p()} ; owl:someValuesFrom {chance.choice([c(), 'owl:Thing'])}",
        lambda: f"{c()} owl:onProperty {p()} ; owl:allValuesFrom {c()}",
        lambda: f"{c()} owl:onProperty {p()} ; owl:hasValue {i()}",
        lambda: f"{c()} owl:onProperty {p()} ; owl:maxCardinality {one}",
        lambda: f"{c()} owl:onProperty {p()} ; owl:onClass {c()} ; owl:maxQualifiedCardinality {one}",
        lambda: f"{c()} owl:{chance.choice(['disjointWith', 'complementOf'])} {c()}",
        lambda: f"{p()} owl:propertyDisjointWith {p()}",
        lambda: f"{i()} owl:differentFrom {i()}",
        lambda: f"[] a owl:AllDisjointClasses ; owl:members ({c()} {c()} {c()})",
        lambda: f"[] owl:sourceIndividual {i()} ; owl:assertionProperty {p()} ; owl:targetIndividual {i()}",
    ]
    stated = [chance.choice(axioms)() for _ in range(chance.randint(2, 7))]
    stated += [f"{i()} {p()} {i()}" for _ in range(6)] + [f"{i()} a {c()}" for _ in range(3)]
    return " .\n".join((*stated, f"{i()} owl:sameAs {i()}" if chance.random() < 0.2 else ":i0 a :C0")) + " ."


_REFLEXIVE = {OWL.sameAs, OWL.equivalentClass, OWL.equivalentProperty, RDFS.subClassOf, RDFS.subPropertyOf}
_VOCABULARY = (str(RDF), str(RDFS), str(OWL), str(XSD))
_NOTE = "http://www.daml.org/2002/03/agents/agent-ont#"  # by which owlrl tells of a contradiction


def _says_something(triple: Iterable[rdflib.term.Node], regime: str) -> bool:
    subject, predicate, value = triple
    if isinstance(subject, rdflib.Literal) or (subject == value and predicate in _REFLEXIVE):
        return False
    of_classes = (RDF.type, RDFS.subClassOf, RDFS.domain, RDFS.range)
    if predicate in of_classes and value in (OWL.Thing, RDFS.Resource):
        return False
    if regime == "rdfs" and predicate == RDF.type and value in (RDF.Property, RDFS.Class):
        return False  # axiomatic
    return not (subject == OWL.Nothing or str(subject).startswith(_VOCABULARY))


@pytest.mark.parametrize("regime", ["rdfs", "owlrl"])
@pytest.mark.usefixtures("own_literals")
def test_the_same_as_owlrl(close: Close, regime: str) -> None:
    """But for what is true of everything, for what is said of the vocabularies, and for its own notes."""
    logging.getLogger("rdflib").setLevel(logging.CRITICAL)
    semantics = owlrl.OWLRL_Semantics if regime == "owlrl" else owlrl.RDFS_Semantics
    for seed in range(25):
        text = _ontology(random.Random(seed))
        parsed = rdflib.Graph().parse(data=_PREFIXES + text).skolemize()
        theirs = rdflib.Graph() + parsed
        owlrl.DeductiveClosure(semantics, axiomatic_triples=False, datatype_axioms=False).expand(theirs)
        is_noted = any(_NOTE in str(predicate) for _, predicate, _ in theirs)
        wanted = {
            t for t in set(theirs) - set(parsed) if _says_something(t, regime) and _NOTE not in " ".join(t)
        }
        found = close(parsed.serialize(format="nt"), regime)
        ours = {tuple(rdflib.URIRef(getattr(term, "value", "")) for term in triple) for triple in found.steps}
        assert {t for t in ours if _says_something(t, regime)} == wanted, text
        assert bool(found.contradictions) == is_noted, text
