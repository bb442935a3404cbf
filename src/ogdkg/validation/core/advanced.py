"""What a shapes graph uses of SHACL Advanced Features, https://www.w3.org/TR/shacl-af/, and what of it nobody
here can do: that is refused, since passing over it would judge by other shapes than the file's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal, InvalidOperation

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import local_name
from ogdkg.sparql.tokens import declared_prefixes, iri_of, significant_tokens
from ogdkg.validation.core.components import VALIDATORS, is_javascript
from ogdkg.validation.core.queries import ShapesQuery
from ogdkg.validation.core.results import Node, Term
from ogdkg.validation.core.shapes import EXPRESSIONS, QUERIES, Shapes, ShapesError
from ogdkg.validation.core.vocabulary import RDF, SH, XSD, short

RDFS_ENTAILMENT = NamedNode("http://www.w3.org/ns/entailment/RDFS")
RULE_TYPES = (SH.TripleRule, SH.SPARQLRule)
# Of a node expression: what kind of expression it is, and what says nothing of that.
_KINDS = (SH.path, SH.filterShape, SH.union, SH.intersection)
_REMARKS = (SH.message, SH.name, SH.description, SH.nodes, SH.deactivated)
_HINT = "ogdkg does the W3C Note SHACL Advanced Features of 2017, without JavaScript."


class Rule(NamedTuple):
    """A rule of a shape: sh:rule, or sh:values of a property shape, which is a triple rule in short."""

    shape: Node
    node: Node


def rules(shapes: Shapes) -> list[Rule]:
    """The rules that are to run, https://www.w3.org/TR/shacl-af/#rules."""
    active = [node for node in shapes.nodes if not shapes.is_deactivated(node)]
    return [
        Rule(shape, rule)
        for shape in active
        for rule in (*shapes.values(shape, SH.rule), *_value_rules(shapes, shape))
        if not shapes.is_deactivated(rule)
    ]


def _value_rules(shapes: Shapes, shape: Node) -> Iterator[Node]:
    for each in shapes.values(shape, SH.property):
        if SH["values"] in shapes.about.get(each, {}):
            yield each


def functions(shapes: Shapes) -> set[Term]:
    """The functions that the shapes declare, https://www.w3.org/TR/shacl-af/#functions."""
    return {
        node
        for node, said in shapes.about.items()
        if SH.SPARQLFunction in said.get(RDF.type, ())
        or (SH.SHACLFunction in said.get(RDF.type, ()) and (SH.select in said or SH.ask in said))
    }


def called_queries(shapes: Shapes, queries: Iterable[ShapesQuery]) -> list[ShapesQuery]:
    """The queries that may be run: without those of functions that nothing calls."""
    found = list(queries)
    declared = {each.value: each for each in functions(shapes) if isinstance(each, NamedNode)}
    calls: dict[Term, set[Term]] = {}
    for query in found if declared else ():
        words = significant_tokens(query.text)
        names = {iri_of(token, {**query.prefixes, **declared_prefixes(words)}) for token in words}
        calls.setdefault(query.node, set()).update(declared[each] for each in names if each in declared)
    said = {predicate for each in shapes.about.values() for predicate in each}
    called: list[Term] = [node for node in calls if node not in declared.values() or node in said]
    seen = set(called)
    for each in called:
        called += (new := calls.get(each, set()) - seen)
        seen |= new
    return [query for query in found if query.node in seen or not declared]


def is_advanced(shapes: Shapes) -> bool:
    """Whether judging by the shapes takes a function or a node expression."""
    return bool(functions(shapes)) or any(SH.expression in said for said in shapes.about.values())


def target_query(shapes: Shapes, target: Term) -> tuple[Term, dict[str, Term]] | None:
    """The node that has the query of a custom target, and the values of its parameters by name.

    None where a value that is not optional is missing: then there are no target nodes,
    https://www.w3.org/TR/shacl-af/#SPARQLTargetType.
    """
    if shapes.values(target, SH.select):
        return target, {}
    kind = next(each for each in shapes.values(target, RDF.type) if shapes.values(each, SH.select))
    values: dict[str, Term] = {}
    for parameter in shapes.values(kind, SH.parameter):
        path = shapes.value(parameter, SH.path)
        value = shapes.value(target, path) if isinstance(path, NamedNode) else None
        is_optional = any(each.value == "true" for each in shapes.values(parameter, SH.optional))
        if value is not None:
            values[local_name(path.value)] = value
        elif not is_optional:
            return None
    return kind, values


def entailments(shapes: Shapes) -> set[Term]:
    """The entailment regimes that the shapes ask for, https://www.w3.org/TR/shacl/#entailment."""
    return {each for said in shapes.about.values() for each in said.get(SH.entailment, ())}


def typed(shapes: Shapes) -> Iterator[Triple]:
    """The types of shapes that only an advanced feature makes shapes, which pyshacl would not know."""
    for node in (node for node in shapes.nodes if not isinstance(node, Literal)):
        if not {SH.NodeShape, SH.PropertyShape}.intersection(shapes.values(node, RDF.type)):
            kind = SH.PropertyShape if shapes.is_property_shape(node) else SH.NodeShape
            yield Triple(node, RDF.type, kind)


def check_advanced(shapes: Shapes) -> None:
    """Raise ShapesError for an advanced feature that is not supported or ill-formed, by its name."""
    for each in entailments(shapes) - {SH.Rules, RDFS_ENTAILMENT}:
        node = next(node for node, said in shapes.about.items() if each in said.get(SH.entailment, ()))
        message = f"The shapes ask for the entailment regime {short(each)}, which is not supported."
        raise ShapesError(message, node, "sh:Rules and the regime RDFS are; see also --inference.")
    known = functions(shapes)
    for node, said in shapes.about.items():
        if shapes.is_deactivated(node):
            continue
        _check_javascript(shapes, node)
        for target in said.get(SH.target, ()):
            _check_target(shapes, node, target)
        for rule in said.get(SH.rule, ()):
            _check_rule(shapes, node, rule)
            _check_order(shapes, node, rule)
        if SH.rule in said:
            _check_order(shapes, node, node)
        for expression in (each for kind in EXPRESSIONS for each in said.get(kind, ())):
            _check_expression(shapes, node, expression, known)
    for function in known:
        if not isinstance(function, NamedNode) or function.value.startswith(XSD.base):
            raise ShapesError(f"The function {function} needs an IRI of its own.", function)


def _check_javascript(shapes: Shapes, node: Term) -> None:
    """SHACL-JS, https://www.w3.org/TR/shacl-js/, where it is all there is of a constraint, a function or a
    component."""
    said = shapes.about[node]
    if SH.js in said:
        raise _unsupported("sh:js", node)
    is_query = any(query in said for query in QUERIES)
    for kind in said.get(RDF.type, ()):
        if kind in (SH.JSFunction, SH.JSConstraint, SH.JSTargetType) and not is_query:
            raise _unsupported(short(kind), node)
    judges = [each for predicate in VALIDATORS for each in said.get(predicate, ())]
    if judges and all(is_javascript(shapes, each) for each in judges):
        raise _unsupported("sh:JSValidator", node)


def _check_target(shapes: Shapes, shape: Term, target: Term) -> None:
    kinds = shapes.values(target, RDF.type)
    queried = [each for each in (target, *kinds) if shapes.values(each, SH.select)]
    if SH.SPARQLTarget in kinds and not queried:
        raise ShapesError("A target of sh:SPARQLTarget has no sh:select.", shape, "Give it a query.")
    if not queried:
        names = " and ".join(map(short, kinds)) or "no type"
        raise _unsupported(f"A target (sh:target) of {names}", shape)
    if len(shapes.values(queried[0], SH.select)) > 1:
        raise ShapesError("A target has more than one sh:select.", shape, "Keep one.")
    for parameter in shapes.values(queried[0], SH.parameter) if queried[0] != target else ():
        values = shapes.values(target, shapes.value(parameter, SH.path))
        if len(values) > 1 or any(isinstance(each, BlankNode) for each in values):
            message = f"A target has more than one value, or a blank node, for a parameter of {queried[0]}."
            raise ShapesError(message, shape, "Give one IRI or literal.")


def _check_rule(shapes: Shapes, shape: Term, rule: Term) -> None:
    kinds = shapes.values(rule, RDF.type)
    if shapes.is_deactivated(rule):
        return
    if not set(RULE_TYPES).intersection(kinds):
        names = " and ".join(map(short, kinds)) or "no type"
        raise _unsupported(f"A rule (sh:rule) of {names}", shape)
    needed = (SH.construct,) if SH.SPARQLRule in kinds else (SH.subject, SH.predicate, SH.object)
    for parameter in needed:
        if len(shapes.values(rule, parameter)) != 1:
            raise ShapesError(f"A rule needs exactly one {short(parameter)}.", _place(rule, shape))


def _check_order(shapes: Shapes, shape: Term, node: Term) -> None:
    """https://www.w3.org/TR/shacl-af/#rules-order: at most one, and a number."""
    orders = shapes.values(node, SH.order)
    if len(orders) > 1 or not all(isinstance(each, Literal) and _is_number(each.value) for each in orders):
        raise ShapesError("The order (sh:order) of a rule or its shape is not a number.", shape, "Give one.")


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _check_expression(shapes: Shapes, shape: Term, expression: Term, known: Iterable[Term]) -> None:
    waiting = [expression]
    for each in waiting:  # weighed before, so there is an end
        if isinstance(each, BlankNode):
            _check_one_expression(shapes, shape, each, known)
            waiting.extend(shapes.inner_expressions(each))


def _check_one_expression(shapes: Shapes, shape: Term, expression: BlankNode, known: Iterable[Term]) -> None:
    said = shapes.about.get(expression, {})
    found = [kind for kind in _KINDS if kind in said]
    others = [each for each in said if each.value.startswith(SH.base) and each not in (*_KINDS, *_REMARKS)]
    if others:
        raise _unsupported(f"A node expression with {short(others[0])}", shape)
    called = shapes.called_function(expression)
    if len(found) + bool(called) != 1 or any(len(said[kind]) != 1 for kind in found):
        raise ShapesError("A node expression is none that SHACL-AF defines.", shape, _HINT)
    if SH.filterShape in found and len(said.get(SH.nodes, ())) != 1:
        raise ShapesError("A node expression with sh:filterShape needs one sh:nodes.", shape)
    if called and called not in known:
        hint = "Declare it as a sh:SPARQLFunction in a file of the shapes."
        raise ShapesError(f"A node expression calls the function {called}, which is unknown.", shape, hint)


def _unsupported(what: str, node: Term) -> ShapesError:
    return ShapesError(f"{what} is not supported.", node, _HINT)


def _place(node: Term, otherwise: Term) -> Term:
    return node if isinstance(node, NamedNode) else otherwise
