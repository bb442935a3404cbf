"""The rules of RDFS and of OWL 2 RL, as a table each.

RDFS: https://www.w3.org/TR/rdf11-mt/#patterns-of-rdfs-entailment-informative.
OWL 2 RL, tables 4 to 9:
https://www.w3.org/TR/owl2-profiles/#Reasoning_in_OWL_2_RL_and_RDF_Graphs_using_Rules.

Left out on purpose are the rules that say of everything what is true of anything: `rdf1`, `rdfs1`, `rdfs4`,
`rdfs6`, `rdfs8`, `rdfs10`, `eq-ref`, `prp-ap`, `cls-thing`, `cls-nothing1`, `dt-type1`. `dt-type2`, `dt-eq`,
`dt-diff` and `dt-not-type` are about values, and in `values.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import OWL, RDF, RDFS, XSD

REGIMES = {"rdfs": "RDFS", "owlrl": "OWL 2 RL"}
MEMBER = "urn:ogdkg:reasoning:member"  # from a list to each of its members
REPEATED = "urn:ogdkg:reasoning:repeated"  # from a list to what it has more than once
# A premise with LIST stands for as many as the list has members; in each, ?@ is the variable of its place,
# and ?@+ that of the next. In the conclusion, ?@n is the last.
LIST, HERE, NEXT, LAST = "LIST", "?@", "?@+", "?@n"
ONE, ZERO = (f'"{number}"^^<{XSD}nonNegativeInteger>' for number in "10")
_NAMESPACES = {"owl": OWL, "rdf": RDF, "rdfs": RDFS}
_SHORT = {"a": RDF + "type", "member": MEMBER, "repeats": REPEATED, "1": ONE, "0": ZERO}

_RDFS = """
rdfs2   ?p rdfs:domain ?c . ?x ?p ?y => ?x a ?c | the subject of a property is an instance of its domain
rdfs3   ?p rdfs:range ?c . ?x ?p ?y => ?y a ?c | the value of a property is an instance of its range
rdfs5   ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?r => ?p rdfs:subPropertyOf ?r | rdfs:subPropertyOf is transitive
rdfs7   ?p rdfs:subPropertyOf ?q . ?x ?p ?y => ?x ?q ?y | a property implies its superproperties
rdfs9   ?c rdfs:subClassOf ?d . ?x a ?c => ?x a ?d | an instance of a class is one of its superclasses
rdfs11  ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?e => ?c rdfs:subClassOf ?e | rdfs:subClassOf is transitive
rdfs12  ?p a rdfs:ContainerMembershipProperty => ?p rdfs:subPropertyOf rdfs:member | each membership property is a subproperty of rdfs:member
rdfs13  ?d a rdfs:Datatype => ?d rdfs:subClassOf rdfs:Literal | the values of a datatype are literals
"""  # noqa: E501  # a row of a table
_OWL_RL = """
eq-sym  ?x owl:sameAs ?y => ?y owl:sameAs ?x | owl:sameAs is symmetric
eq-trans  ?x owl:sameAs ?y . ?y owl:sameAs ?z => ?x owl:sameAs ?z | owl:sameAs is transitive
eq-rep-s  ?s owl:sameAs ?t . ?s ?p ?o => ?t ?p ?o | what is true of a thing is true of all that is the same
eq-rep-p  ?p owl:sameAs ?q . ?s ?p ?o => ?s ?q ?o | properties that are the same hold between the same things
eq-rep-o  ?o owl:sameAs ?t . ?s ?p ?o => ?s ?p ?t | what links to a thing links to all that is the same
eq-diff1  ?x owl:sameAs ?y . ?x owl:differentFrom ?y => false | they are said to be the same, and to be different
eq-diff1  ?x owl:differentFrom ?x => false | it is said to be different from itself
eq-diff2  ?d a owl:AllDifferent . ?d owl:members ?l . ?l member ?x . ?l member ?y . ?x owl:sameAs ?y => false | they are the same, but members of a list of different things
eq-diff3  ?d a owl:AllDifferent . ?d owl:distinctMembers ?l . ?l member ?x . ?l member ?y . ?x owl:sameAs ?y => false | they are the same, but members of a list of different things
eq-diff2  ?d a owl:AllDifferent . ?d owl:members ?l . ?l repeats ?x => false | it is twice in a list of different things
eq-diff3  ?d a owl:AllDifferent . ?d owl:distinctMembers ?l . ?l repeats ?x => false | it is twice in a list of different things
prp-dom  ?p rdfs:domain ?c . ?x ?p ?y => ?x a ?c | the subject of a property is an instance of its domain
prp-rng  ?p rdfs:range ?c . ?x ?p ?y => ?y a ?c | the value of a property is an instance of its range
prp-fp  ?p a owl:FunctionalProperty . ?x ?p ?y . ?x ?p ?z => ?y owl:sameAs ?z | a functional property has one value
prp-ifp  ?p a owl:InverseFunctionalProperty . ?x ?p ?y . ?z ?p ?y => ?x owl:sameAs ?z | an inverse functional property has one subject for each value
prp-irp  ?p a owl:IrreflexiveProperty . ?x ?p ?x => false | the property is irreflexive, but links the thing to itself
prp-symp  ?p a owl:SymmetricProperty . ?x ?p ?y => ?y ?p ?x | a symmetric property holds in both directions
prp-asyp  ?p a owl:AsymmetricProperty . ?x ?p ?y . ?y ?p ?x => false | the property is asymmetric, but holds in both directions
prp-trp  ?p a owl:TransitiveProperty . ?x ?p ?y . ?y ?p ?z => ?x ?p ?z | the property is transitive
prp-spo1  ?p rdfs:subPropertyOf ?q . ?x ?p ?y => ?x ?q ?y | a property implies its superproperties
prp-spo2  ?p owl:propertyChainAxiom ?l . ?@ LIST ?@+ => ?@0 ?p ?@n | the property follows from a chain of properties
prp-eqp1  ?p owl:equivalentProperty ?q . ?x ?p ?y => ?x ?q ?y | equivalent properties hold between the same things
prp-eqp2  ?p owl:equivalentProperty ?q . ?x ?q ?y => ?x ?p ?y | equivalent properties hold between the same things
prp-pdw  ?p owl:propertyDisjointWith ?q . ?x ?p ?y . ?x ?q ?y => false | the properties are disjoint, but both hold
prp-adp  ?d a owl:AllDisjointProperties . ?d owl:members ?l . ?l member ?p . ?l member ?q . ?x ?p ?y . ?x ?q ?y => false | the properties are disjoint, but both hold
prp-adp  ?d a owl:AllDisjointProperties . ?d owl:members ?l . ?l repeats ?p . ?x ?p ?y => false | the property is disjoint with itself, but holds
prp-inv1  ?p owl:inverseOf ?q . ?x ?p ?y => ?y ?q ?x | an inverse property holds in the other direction
prp-inv2  ?p owl:inverseOf ?q . ?x ?q ?y => ?y ?p ?x | an inverse property holds in the other direction
prp-key  ?c owl:hasKey ?l . ?x a ?c . ?y a ?c . ?x LIST ?@ . ?y LIST ?@ => ?x owl:sameAs ?y | things with the same key are the same
prp-npa1  ?n owl:sourceIndividual ?x . ?n owl:assertionProperty ?p . ?n owl:targetIndividual ?y . ?x ?p ?y => false | it is stated, but also denied
prp-npa2  ?n owl:sourceIndividual ?x . ?n owl:assertionProperty ?p . ?n owl:targetValue ?y . ?x ?p ?y => false | it is stated, but also denied
cls-nothing2  ?x a owl:Nothing => false | owl:Nothing has no instances
cls-int1  ?c owl:intersectionOf ?l . ?x a LIST => ?x a ?c | an instance of all these classes is one of their intersection
cls-int2  ?c owl:intersectionOf ?l . ?l member ?d . ?x a ?c => ?x a ?d | an instance of an intersection is one of each of its classes
cls-uni  ?c owl:unionOf ?l . ?l member ?d . ?x a ?d => ?x a ?c | an instance of one of these classes is one of their union
cls-com  ?c owl:complementOf ?d . ?x a ?c . ?x a ?d => false | it is an instance of a class and of its complement
cls-svf1  ?c owl:someValuesFrom ?d . ?c owl:onProperty ?p . ?x ?p ?y . ?y a ?d => ?x a ?c | the class is that of all things with such a value
cls-svf2  ?c owl:someValuesFrom owl:Thing . ?c owl:onProperty ?p . ?x ?p ?y => ?x a ?c | the class is that of all things with a value
cls-avf  ?c owl:allValuesFrom ?d . ?c owl:onProperty ?p . ?x a ?c . ?x ?p ?y => ?y a ?d | all values of the property are instances of this class
cls-hv1  ?c owl:hasValue ?y . ?c owl:onProperty ?p . ?x a ?c => ?x ?p ?y | each instance of the class has this value
cls-hv2  ?c owl:hasValue ?y . ?c owl:onProperty ?p . ?x ?p ?y => ?x a ?c | the class is that of all things with this value
cls-maxc1  ?c owl:maxCardinality 0 . ?c owl:onProperty ?p . ?x a ?c . ?x ?p ?y => false | it may have no value, but has one
cls-maxc2  ?c owl:maxCardinality 1 . ?c owl:onProperty ?p . ?x a ?c . ?x ?p ?y . ?x ?p ?z => ?y owl:sameAs ?z | it has at most one value
cls-maxqc1  ?c owl:maxQualifiedCardinality 0 . ?c owl:onProperty ?p . ?c owl:onClass ?d . ?x a ?c . ?x ?p ?y . ?y a ?d => false | it may have no such value, but has one
cls-maxqc2  ?c owl:maxQualifiedCardinality 0 . ?c owl:onProperty ?p . ?c owl:onClass owl:Thing . ?x a ?c . ?x ?p ?y => false | it may have no value, but has one
cls-maxqc3  ?c owl:maxQualifiedCardinality 1 . ?c owl:onProperty ?p . ?c owl:onClass ?d . ?x a ?c . ?x ?p ?y . ?y a ?d . ?x ?p ?z . ?z a ?d => ?y owl:sameAs ?z | it has at most one such value
cls-maxqc4  ?c owl:maxQualifiedCardinality 1 . ?c owl:onProperty ?p . ?c owl:onClass owl:Thing . ?x a ?c . ?x ?p ?y . ?x ?p ?z => ?y owl:sameAs ?z | it has at most one value
cls-oo  ?c owl:oneOf ?l . ?l member ?x => ?x a ?c | the class is a list of its instances
cax-sco  ?c rdfs:subClassOf ?d . ?x a ?c => ?x a ?d | an instance of a class is one of its superclasses
cax-eqc1  ?c owl:equivalentClass ?d . ?x a ?c => ?x a ?d | equivalent classes have the same instances
cax-eqc2  ?c owl:equivalentClass ?d . ?x a ?d => ?x a ?c | equivalent classes have the same instances
cax-dw  ?c owl:disjointWith ?d . ?x a ?c . ?x a ?d => false | it is an instance of two disjoint classes
cax-adc  ?e a owl:AllDisjointClasses . ?e owl:members ?l . ?l member ?c . ?l member ?d . ?x a ?c . ?x a ?d => false | it is an instance of two disjoint classes
cax-adc  ?e a owl:AllDisjointClasses . ?e owl:members ?l . ?l repeats ?c . ?x a ?c => false | it is an instance of a class that is disjoint with itself
scm-cls  ?c a owl:Class => ?c rdfs:subClassOf ?c . ?c owl:equivalentClass ?c . ?c rdfs:subClassOf owl:Thing . owl:Nothing rdfs:subClassOf ?c | a class is a subclass of itself and of owl:Thing
scm-sco  ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?e => ?c rdfs:subClassOf ?e | rdfs:subClassOf is transitive
scm-eqc1  ?c owl:equivalentClass ?d => ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?c | equivalent classes are subclasses of each other
scm-eqc2  ?c rdfs:subClassOf ?d . ?d rdfs:subClassOf ?c => ?c owl:equivalentClass ?d | subclasses of each other are equivalent
scm-op  ?p a owl:ObjectProperty => ?p rdfs:subPropertyOf ?p . ?p owl:equivalentProperty ?p | a property is a subproperty of itself
scm-dp  ?p a owl:DatatypeProperty => ?p rdfs:subPropertyOf ?p . ?p owl:equivalentProperty ?p | a property is a subproperty of itself
scm-spo  ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?r => ?p rdfs:subPropertyOf ?r | rdfs:subPropertyOf is transitive
scm-eqp1  ?p owl:equivalentProperty ?q => ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?p | equivalent properties are subproperties of each other
scm-eqp2  ?p rdfs:subPropertyOf ?q . ?q rdfs:subPropertyOf ?p => ?p owl:equivalentProperty ?q | subproperties of each other are equivalent
scm-dom1  ?p rdfs:domain ?c . ?c rdfs:subClassOf ?d => ?p rdfs:domain ?d | the superclasses of a domain are domains
scm-dom2  ?q rdfs:domain ?c . ?p rdfs:subPropertyOf ?q => ?p rdfs:domain ?c | a property has the domains of its superproperties
scm-rng1  ?p rdfs:range ?c . ?c rdfs:subClassOf ?d => ?p rdfs:range ?d | the superclasses of a range are ranges
scm-rng2  ?q rdfs:range ?c . ?p rdfs:subPropertyOf ?q => ?p rdfs:range ?c | a property has the ranges of its superproperties
scm-hv  ?c owl:hasValue ?i . ?c owl:onProperty ?p . ?d owl:hasValue ?i . ?d owl:onProperty ?q . ?p rdfs:subPropertyOf ?q => ?c rdfs:subClassOf ?d | the property of one is a subproperty of that of the other
scm-svf1  ?c owl:someValuesFrom ?x . ?c owl:onProperty ?p . ?d owl:someValuesFrom ?y . ?d owl:onProperty ?p . ?x rdfs:subClassOf ?y => ?c rdfs:subClassOf ?d | the values of one are a subclass of those of the other
scm-svf2  ?c owl:someValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:someValuesFrom ?y . ?d owl:onProperty ?q . ?p rdfs:subPropertyOf ?q => ?c rdfs:subClassOf ?d | the property of one is a subproperty of that of the other
scm-avf1  ?c owl:allValuesFrom ?x . ?c owl:onProperty ?p . ?d owl:allValuesFrom ?y . ?d owl:onProperty ?p . ?x rdfs:subClassOf ?y => ?c rdfs:subClassOf ?d | the values of one are a subclass of those of the other
scm-avf2  ?c owl:allValuesFrom ?y . ?c owl:onProperty ?p . ?d owl:allValuesFrom ?y . ?d owl:onProperty ?q . ?p rdfs:subPropertyOf ?q => ?d rdfs:subClassOf ?c | the property of one is a subproperty of that of the other
scm-int  ?c owl:intersectionOf ?l . ?l member ?d => ?c rdfs:subClassOf ?d | an intersection is a subclass of each of its classes
scm-uni  ?c owl:unionOf ?l . ?l member ?d => ?d rdfs:subClassOf ?c | each class of a union is a subclass of it
"""  # noqa: E501  # a row of a table


class Row(NamedTuple):
    """A rule of a table.

    Attributes:
        name: Its name in the specification.
        body: The premises, as triples of texts: `?x`, an IRI, or a literal as in N-Triples.
        head: What follows; empty for a contradiction.
        says: What it says, in words.
    """

    name: str
    body: tuple[tuple[str, ...], ...]
    head: tuple[tuple[str, ...], ...]
    says: str


@cache
def rows_of(regime: str) -> tuple[Row, ...]:
    """Return the rules of a regime."""
    return tuple(_rows({"rdfs": _RDFS, "owlrl": _OWL_RL}[regime]))


def _rows(table: str) -> Iterator[Row]:
    for line in table.strip().split("\n"):
        rule, _, says = line.partition(" | ")
        name, _, parts = rule.partition(" ")
        body, _, head = parts.partition("=>")
        yield Row(name, _triples(body), () if head.strip() == "false" else _triples(head), says)


def _triples(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(map(_term, part.split())) for part in text.strip().split(" . "))


def _term(text: str) -> str:
    prefix, _, name = text.partition(":")
    return _NAMESPACES[prefix] + name if name else _SHORT.get(text, text)
