"""The names that validation speaks of: SHACL, RDF, RDFS, OWL and XSD."""

from __future__ import annotations

from pyoxigraph import NamedNode

from ogdkg.rdf import terms


class Vocabulary:
    """The terms of one namespace, made on first use and kept.

    >>> Vocabulary("http://www.w3.org/ns/shacl#").path.value
    'http://www.w3.org/ns/shacl#path'
    """

    def __init__(self, base: str) -> None:
        self.base = base

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        term = self.__dict__[name] = NamedNode(self.base + name)
        return term

    def __getitem__(self, name: str) -> NamedNode:
        """The term called `name`, also where `name` is a word of Python (`SH["in"]`)."""
        term: NamedNode = getattr(self, name)
        return term


RDF = Vocabulary(terms.RDF)
RDFS = Vocabulary(terms.RDFS)
OWL = Vocabulary(terms.OWL)
XSD = Vocabulary(terms.XSD)
SH = Vocabulary(terms.SH)

# What the parameters of comparisons and of sh:nodeKind are in SPARQL.
BOUNDS = {SH.minExclusive: ">", SH.minInclusive: ">=", SH.maxExclusive: "<", SH.maxInclusive: "<="}
PAIRS = {SH.lessThan: "<", SH.lessThanOrEquals: "<="}
KINDS = {
    SH.IRI: ("isIRI",),
    SH.BlankNode: ("isBlank",),
    SH.Literal: ("isLiteral",),
    SH.BlankNodeOrIRI: ("isBlank", "isIRI"),
    SH.BlankNodeOrLiteral: ("isBlank", "isLiteral"),
    SH.IRIOrLiteral: ("isIRI", "isLiteral"),
}

RDFS_CLASSES = frozenset(
    RDFS[name]
    for name in ("Class", "Container", "ContainerMembershipProperty", "Datatype", "Literal", "Resource")
)
RDFS_PROPERTIES = frozenset(
    RDFS[name]
    for name in (
        "comment", "domain", "isDefinedBy", "label", "member", "range", "seeAlso", "subClassOf",
        "subPropertyOf",
    )
)  # fmt: skip
OWL_CLASSES = frozenset(
    OWL[name]
    for name in (
        "AllDifferent", "AllDisjointClasses", "AllDisjointProperties", "Annotation", "AnnotationProperty",
        "AsymmetricProperty", "Axiom", "Class", "DataRange", "DatatypeProperty", "DeprecatedClass",
        "DeprecatedProperty", "FunctionalProperty", "InverseFunctionalProperty", "IrreflexiveProperty",
        "NamedIndividual", "NegativePropertyAssertion", "ObjectProperty", "Ontology", "OntologyProperty",
        "ReflexiveProperty", "Restriction", "SymmetricProperty", "TransitiveProperty",
    )
)  # fmt: skip
OWL_PROPERTIES = frozenset(
    OWL[name]
    for name in (
        "allValuesFrom", "annotatedProperty", "annotatedSource", "annotatedTarget", "assertionProperty",
        "cardinality", "complementOf", "datatypeComplementOf", "differentFrom", "disjointUnionOf",
        "disjointWith", "distinctMembers", "equivalentClass", "equivalentProperty", "hasKey", "hasSelf",
        "hasValue", "intersectionOf", "inverseOf", "maxCardinality", "maxQualifiedCardinality", "members",
        "minCardinality", "minQualifiedCardinality", "onClass", "onDataRange", "onDatatype",
        "onProperties", "onProperty", "oneOf", "propertyChainAxiom", "propertyDisjointWith",
        "qualifiedCardinality", "sameAs", "someValuesFrom", "sourceIndividual", "targetIndividual",
        "targetValue", "unionOf", "withRestrictions", "backwardCompatibleWith", "deprecated",
        "incompatibleWith", "priorVersion", "versionInfo", "bottomDataProperty", "topDataProperty",
        "bottomObjectProperty", "topObjectProperty", "imports", "versionIRI",
    )
)  # fmt: skip


def short(term: object) -> str:
    """A term of SHACL with its usual prefix, another as it is."""
    if isinstance(term, NamedNode) and term.value.startswith(SH.base):
        return f"sh:{term.value.removeprefix(SH.base)}"
    return str(term)
