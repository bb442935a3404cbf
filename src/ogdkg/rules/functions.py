"""Functions of shapes put in the place of their calls, https://www.w3.org/TR/shacl-af/#SPARQLFunction."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from pyoxigraph import NamedNode

from ogdkg.rdf.terms import local_name
from ogdkg.rules.queries import spelled_out, uncompiled
from ogdkg.sparql.tokens import Token, joined_text, significant_tokens
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes, ShapesError, is_true
from ogdkg.validation.core.vocabulary import SH


def inlined(shapes: Shapes, function: NamedNode, arguments: Sequence[str], caller: Term) -> str:
    """The value of a function as an expression of the variables that hold its arguments.

    Raises:
        ShapesError: Its query is more than one expression, or it takes other arguments.
    """
    names = _parameters(shapes, function)
    if len(names) != len(arguments):
        message = f"The function {function} takes {len(names)} arguments, not {len(arguments)}."
        raise ShapesError(message, caller)
    is_ask = bool(shapes.values(function, SH.ask))
    text = spelled_out(shapes, function, SH.ask if is_ask else SH.select)
    words = _expression(significant_tokens(text), is_ask=is_ask)
    variables = dict(zip(names, arguments, strict=True))
    if words is None or any(each.kind == "variable" and each.text[1:] not in variables for each in words):
        what = f"A call of the function {function}, which does more than compute one expression,"
        raise uncompiled(what, caller)
    placed = (
        Token("variable", variables[each.text[1:]], each.start) if each.kind == "variable" else each
        for each in words
    )
    value = joined_text(list(placed))
    return f"IF(COALESCE({value}, false), true, false)" if is_ask else f"({value})"


def _parameters(shapes: Shapes, function: NamedNode) -> list[str]:
    """The names of its parameters in their order: by sh:order, which is 0 unless said, else by name."""
    found = []
    for each in shapes.values(function, SH.parameter):
        path, order = shapes.value(each, SH.path), shapes.value(each, SH.order)
        if not isinstance(path, NamedNode):
            raise ShapesError("A parameter of a function has no IRI as its sh:path.", function)
        if any(map(is_true, shapes.values(each, SH.optional))):
            raise uncompiled(f"A call of the function {function}, which has an optional parameter,", function)
        found.append((Decimal(order.value) if order else Decimal(0), local_name(path.value)))
    return [name for _, name in sorted(found)]


def _expression(words: list[Token], *, is_ask: bool) -> list[Token] | None:
    """The expression of `SELECT (… AS ?r) WHERE {}`, or of `ASK { FILTER(…) }`; None for another query."""
    shape = [each.text.upper() for each in words if not each.is_word("WHERE")]
    if is_ask:
        fits = shape[:4] == ["ASK", "{", "FILTER", "("] and shape[-2:] == [")", "}"]
        start = next((n for n, each in enumerate(words) if each.text == "("), 0)
        inside = words[start + 1 : -2]
    else:
        fits = shape[:2] == ["SELECT", "("] and shape[-5:-4] == ["AS"] and shape[-3:] == [")", "{", "}"]
        end = max((n for n, each in enumerate(words) if each.is_word("AS")), default=0)
        inside = words[2:end]
    return inside if fits and _is_whole(inside) else None


def _is_whole(words: list[Token]) -> bool:
    """Whether brackets are closed within an expression, which has no group."""
    depth = 0
    for each in words:
        depth += (each.text == "(") - (each.text == ")")
        if depth < 0 or each.text == "{":
            return False
    return depth == 0
