"""Products of whole numbers: rdflib makes them decimals, and so a rule would infer another term.

https://www.w3.org/TR/sparql11-query/#OperatorMapping: op:numeric-multiply of integers is an integer.
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from rdflib import Literal
from rdflib.plugins.sparql.operators import numeric
from rdflib.plugins.sparql.sparql import SPARQLError


def multiplied(expression: Any, _context: Any) -> Any:
    """The value of a chain of products and quotients, as rdflib asks for it."""
    first, others = expression.expr, expression.other  # asking for one evaluates it
    if others is None:
        return first
    result: Any = numeric(first)
    try:
        for sign, other in zip(expression.op, others, strict=True):
            result = _applied(result, sign, numeric(other))
    except (InvalidOperation, ZeroDivisionError) as error:
        raise SPARQLError("A division by zero.") from error
    return Literal(result)


def _applied(left: Any, sign: str, right: Any) -> Any:
    if float in (type(left), type(right)):
        left, right = float(left), float(right)
    elif sign == "/" or Decimal in (type(left), type(right)):
        left, right = Decimal(left), Decimal(right)
    return left * right if sign == "*" else left / right
