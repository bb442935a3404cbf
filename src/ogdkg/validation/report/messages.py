"""What a result says: the message of its shape, else a sentence for its component."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pyoxigraph import BlankNode, Literal

from ogdkg.rdf.labels import ENGLISH, Languages, language_key
from ogdkg.validation.core.results import Result, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH, XSD
from ogdkg.validation.report.fits import order_of
from ogdkg.validation.report.hints import Adviser
from ogdkg.validation.report.shape_names import ShapeNames

# Used where the shape has no sh:message; pyshacl's own messages quote terms as Python does.
DEFAULT_MESSAGES = {
    "And": "The value does not conform to all of the required shapes.",
    "Class": "The value is not an instance of the required class.",
    "Closed": "This property is not allowed here.",
    "Datatype": "The value does not have the required datatype.",
    "Disjoint": "The two properties must not share a value.",
    "Equals": "The two properties must have the same values.",
    "Expression": "The expression does not give true.",
    "HasValue": "A required value is missing.",
    "In": "The value is not in the allowed list.",
    "LanguageIn": "The language of the value is not in the allowed list.",
    "LessThan": "The value is not less than that of the other property.",
    "LessThanOrEquals": "The value is greater than that of the other property.",
    "MaxCount": "There are too many values.",
    "MaxExclusive": "The value is too large.",
    "MaxInclusive": "The value is too large.",
    "MaxLength": "The value is too long.",
    "MinCount": "There are too few values.",
    "MinExclusive": "The value is too small.",
    "MinInclusive": "The value is too small.",
    "MinLength": "The value is too short.",
    "Node": "The value does not conform to the required shape.",
    "NodeKind": "The value is not of the required node kind.",
    "Not": "The value conforms to a shape that it must not conform to.",
    "Or": "The value conforms to none of the alternative shapes.",
    "Pattern": "The value does not match the pattern.",
    "QualifiedMaxCount": "Too many values conform to the qualified shape.",
    "QualifiedMinCount": "Too few values conform to the qualified shape.",
    "SPARQL": "The node does not meet the condition of a SPARQL query.",
    "UniqueLang": "More than one value has the same language.",
    "Xone": "The value does not conform to exactly one of the shapes.",
}


def rule(result: Result) -> str:
    """The constraint component by its short name: `MinCount` for sh:MinCountConstraintComponent."""
    name = result.component.value.rpartition("#")[2].rpartition("/")[2]
    return name.removesuffix("ConstraintComponent") or name


def worded(result: Result, shape_names: ShapeNames) -> Result:
    """The result, and all beneath it, with a sentence of ours where the shapes have no message."""
    details = tuple(worded(each, shape_names) for each in result.details)
    messages = result.messages
    if not _has_message(result, shape_names.shapes):
        said = default_message(result, shape_names)
        messages = (Literal(said),) if said else messages or (Literal(f"The value fails {rule(result)}."),)
    return replace(result, messages=messages, details=details)


def with_languages(results: Sequence[Result], adviser: Adviser) -> Iterator[Result]:
    """The results; those of sh:uniqueLang that have no message of their shape name their language."""
    seen: Counter[tuple[object, ...]] = Counter()
    for result in results:
        if result.component != SH.UniqueLangConstraintComponent or _has_message(result, adviser.shapes):
            yield result
            continue
        key = result.focus, result.path, result.shape
        groups = adviser.same_language(result)
        if seen[key] < len(groups):
            tag = next(each.language for each in groups[seen[key]] if isinstance(each, Literal))
            said = f"More than one value has the language @{tag}."
            result = replace(result, messages=(Literal(said),))
        seen[key] += 1
        yield result


def _has_message(result: Result, shapes: Shapes) -> bool:
    sources = (result.shape, result.constraint) if result.constraint else (result.shape,)
    return any(shapes.values(source, SH.message) for source in sources)


def message(result: Result, languages: Languages = ENGLISH) -> str:
    """One message of a result, in the reader's language if there is one."""
    messages = ((literal.language or "", literal.value) for literal in result.messages)
    best = min(messages, key=lambda each: (language_key(each[0], languages), each), default=None)
    return best[1] if best else rule(result)


def default_message(result: Result, shape_names: ShapeNames) -> str | None:
    """The sentence for a component; it names the shapes that the component is about."""
    if result.component == SH.SPARQLConstraintComponent and result.messages:
        return None  # the query has said something itself
    if said := _incomparable(result, shape_names):
        return said
    if rule(result) in _OF_TEXT and isinstance(result.value, BlankNode):
        return "The value is a blank node, which has no text."
    members = shape_names.members(result) if rule(result) in _ABOUT_SHAPES else []
    if not members:
        return DEFAULT_MESSAGES.get(rule(result))
    return _ABOUT_SHAPES[rule(result)](result, members, shape_names)


_OF_TEXT = ("MinLength", "MaxLength", "Pattern")
_RANGES = {
    f"{name}": SH[f"{name[0].lower()}{name[1:]}"]
    for name in ("MinInclusive", "MinExclusive", "MaxInclusive", "MaxExclusive")
}


def _incomparable(result: Result, names: ShapeNames) -> str | None:
    """That a value has no order with a bound, which is another fault than being too small or too large."""
    parameter = _RANGES.get(rule(result))
    bound = names.shapes.value(result.shape, parameter) if parameter else None
    if not isinstance(bound, Literal) or order_of(result.value, bound) is not None:
        return None
    wanted = names.names.short(bound.datatype)
    if not isinstance(result.value, Literal):
        return f"The value is not a literal, so it cannot be compared with an {wanted}."
    if result.value.value == "NaN" and result.value.datatype in (XSD.double, XSD.float):
        return "The value is NaN, which is neither smaller nor larger than any number."
    if result.value.datatype == bound.datatype:
        return f"The value cannot be compared with the {wanted} of the bound."
    datatype = names.names.short(result.value.datatype)
    return f"The value is an {datatype}, which cannot be compared with an {wanted}."


def _node(result: Result, members: list[Term], names: ShapeNames) -> str:
    shape = "shape" if len(members) == 1 else "shapes"
    return f"The value does not conform to the {shape} {names.listed(members, members)}."


def _and(result: Result, members: list[Term], names: ShapeNames) -> str:
    failed = names.failed(result, members) or members
    said = names.listed(failed, members, "or")
    return f"The value must conform to all of the shapes, but does not conform to {said}."


def _or(result: Result, members: list[Term], names: ShapeNames) -> str:
    return f"The value conforms to none of the shapes {names.listed(members, members, 'or')}."


def _xone(result: Result, members: list[Term], names: ShapeNames) -> str:
    failed = names.failed(result, members)
    fitting = [each for each in members if each not in failed]
    said = names.listed(fitting, members) if fitting else f"none of {names.listed(members, members, 'or')}"
    return f"The value must conform to exactly one of the shapes, but conforms to {said}."


def _not(result: Result, members: list[Term], names: ShapeNames) -> str:
    return f"The value conforms to {names.listed(members, members, 'or')}, which it must not conform to."


def _qualified(words: str, parameter: str, bound: str) -> Callable[[Result, list[Term], ShapeNames], str]:
    def said(result: Result, members: list[Term], names: ShapeNames) -> str:
        limit = names.shapes.value(result.shape, SH[parameter])
        number = f": {bound} {limit.value}" if limit is not None else ""
        return f"{words} to the shape {names.listed(members, members)}{number}."

    return said


_ABOUT_SHAPES: dict[str, Callable[[Result, list[Term], ShapeNames], str]] = {
    "Node": _node,
    "And": _and,
    "Or": _or,
    "Xone": _xone,
    "Not": _not,
    "QualifiedMinCount": _qualified("Too few values conform", "qualifiedMinCount", "there must be at least"),
    "QualifiedMaxCount": _qualified("Too many values conform", "qualifiedMaxCount", "there may be at most"),
}
