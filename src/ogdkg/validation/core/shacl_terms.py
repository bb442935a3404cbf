"""The terms that the SHACL namespace defines: Core, SPARQL, Advanced Features and JavaScript Extensions."""

from __future__ import annotations

from ogdkg.validation.core.vocabulary import SH

# https://www.w3.org/ns/shacl.ttl
_COMPONENTS = """
And Class Closed Datatype Disjoint Equals Expression HasValue In JS LanguageIn LessThan LessThanOrEquals
MaxCount MaxExclusive MaxInclusive MaxLength MinCount MinExclusive MinInclusive MinLength Node NodeKind Not
Or Pattern Property QualifiedMaxCount QualifiedMinCount SPARQL UniqueLang Xone
"""
_CLASSES = """
AbstractResult BlankNode BlankNodeOrIRI BlankNodeOrLiteral ConstraintComponent Function IRI IRIOrLiteral
Info JSConstraint JSExecutable JSFunction JSLibrary JSRule JSTarget JSTargetType JSValidator Literal
NodeKind NodeShape Parameter Parameterizable PrefixDeclaration PropertyGroup PropertyShape ResultAnnotation
Rule SPARQLAskExecutable SPARQLAskValidator SPARQLConstraint SPARQLConstructExecutable SPARQLExecutable
SPARQLFunction SPARQLRule SPARQLSelectExecutable SPARQLSelectValidator SPARQLTarget SPARQLTargetType
SPARQLUpdateExecutable Severity Shape Target TargetType TripleRule ValidationReport ValidationResult
Validator Violation Warning
"""
_PROPERTIES = """
alternativePath and annotationProperty annotationValue annotationVarName ask class closed condition conforms
construct count datatype deactivated declare defaultValue desc description detail disjoint distinct else
entailment equals exists expression filterShape flags focusNode group groupBy hasValue having if
ignoredProperties in intersection inversePath js jsFunctionName jsLibrary jsLibraryURL labelTemplate
languageIn lessThan lessThanOrEquals limit max maxCount maxExclusive maxInclusive maxLength member message
min minCount minExclusive minInclusive minLength minus name namespace node nodeKind nodeValidator nodes not
object offset oneOrMorePath optional or order orderBy parameter path pattern predicate prefix prefixes
property propertyValidator qualifiedMaxCount qualifiedMinCount qualifiedValueShape
qualifiedValueShapesDisjoint result resultAnnotation resultMessage resultPath resultSeverity returnType rule
select severity shapesGraph shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape
sparql subject suggestedShapesGraph sum target targetClass targetNode targetObjectsOf targetSubjectsOf then
this union uniqueLang update validator value values xone zeroOrMorePath zeroOrOnePath
"""
_NAMES = (
    *(f"{name}ConstraintComponent" for name in _COMPONENTS.split()),
    *_CLASSES.split(),
    *_PROPERTIES.split(),
)
SHACL_TERMS = frozenset(SH.base + name for name in _NAMES)
