"""Where rdflib errs against SPARQL 1.1 or RDF: each mistake mended at its one place, for the whole process.

Written for the version that is installed; `tests/unit/test_rdflib_corrections.py` holds each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

import rdflib.term
from pyparsing import Regex
from rdflib.plugins.sparql import aggregates, algebra, evaluate, parser
from rdflib.plugins.sparql.operators import and_, numeric, string
from rdflib.plugins.sparql.sparql import FrozenBindings, Prologue, SPARQLError
from rdflib.term import Literal, URIRef


@cache
def apply() -> None:
    """Put the corrections in place, once."""
    for owner, name, corrected in _CORRECTIONS:
        assert hasattr(owner, name), f"rdflib has no {owner}.{name} any more"
        setattr(owner, name, corrected)


def _regex(expression: Any, _context: Any) -> Literal:
    """SPARQL 17.4.3.14: the expressions of XPath. rdflib has those of Python."""
    text, pattern = string(expression.text), string(expression.pattern)
    return Literal(_searched(pattern, expression.flags).search(text) is not None)


def _replace(expression: Any, _context: Any) -> Literal:
    """SPARQL 17.4.3.15, the same; the replacement is one of XPath too."""
    text, pattern = string(expression.arg), string(expression.pattern)
    replacement, flags = str(string(expression.replacement)), str(expression.flags or "")
    found = _searched(pattern, flags)
    if found.search(""):
        raise SPARQLError("The pattern of REPLACE matches nothing.")
    if "q" not in flags and any("$" in part or "\\" in part for part in _REPLACEMENT.split(replacement)[::3]):
        raise SPARQLError("The replacement of REPLACE is none.")

    def replaced(match: re.Match[str]) -> str:
        if "q" in flags:
            return replacement
        return _REPLACEMENT.sub(lambda sign: sign[1] or _group(match, sign[2]), replacement)

    return Literal(found.sub(replaced, text), datatype=text.datatype, lang=text.language)


_REPLACEMENT = re.compile(r"\\([$\\])|\$([0-9]+)")


def _group(match: re.Match[str], digits: str) -> str:
    """What a group has matched, by as many digits as name one; the others follow."""
    end = len(digits)
    while end > 1 and int(digits[:end]) > match.re.groups:
        end -= 1
    number = int(digits[:end])
    return (match[number] or "" if number <= match.re.groups else "") + digits[end:]


def _searched(pattern: Any, flags: Any) -> re.Pattern[str]:
    from ogdkg.sparql.regex import PatternError, compiled  # few queries have patterns

    try:
        return compiled(str(pattern), str(flags or ""))
    except PatternError as error:
        raise SPARQLError(error.message) from error


def _analysed(part: Any, children: list[bool]) -> bool:
    """SPARQL 18.5: triples are joined from what is bound; after another join rdflib takes all there are."""
    is_lazy: bool = _analyse(part, children)
    if getattr(part, "name", "") == "Join" and part.p2.name == "BGP":
        part["lazy"] = True
    return is_lazy


_analyse = algebra.analyse


def _conjunction(*parts: Any) -> Any:
    """SPARQL 18.2.2.2: rdflib passes over a filter that is a false constant, as if there were none."""
    return and_(*parts, Literal(True)) if len(parts) == 1 else and_(*parts)  # type: ignore[arg-type]


def _aggregated(ctx: Any, join: Any) -> Iterator[FrozenBindings]:
    """SPARQL 18.5.1: a row for each group. rdflib makes one of no group, where there is GROUP BY."""
    found = list(_evaluated(ctx, join))
    if join.p.expr is None or found != [FrozenBindings(ctx)]:
        yield from found


_evaluated = evaluate.evalAggregateJoin


def _unset(*_: Any) -> None:
    """SPARQL 18.5.1.8: SAMPLE of nothing leaves its variable unbound; a value is set before."""


def _expanded(query: str) -> str:
    """SPARQL 19.2: four digits follow a small u, and eight a capital; rdflib takes eight where it can."""
    return _CODE.sub(_character, query)


_CODE = re.compile(r"\\(?:\\|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_IN_STRINGS = {'"': '\\"', "'": "\\'", "\\": "\\\\", "\n": "\\n", "\r": "\\r"}


def _character(code: re.Match[str]) -> str:
    """What an escape stands for, such that it does not end the string that it may stand in."""
    number = int(code[1] or code[2] or "110000", 16)
    character = chr(number) if number <= 0x10FFFF else code[0]
    return _IN_STRINGS.get(character, character)


def _as_written(form: Any) -> Any:
    """RDF 1.1, 3.3: rdflib takes white space out of an xsd:token, so that it is another literal."""
    return form


def _multiplied(expression: Any, _context: Any) -> Any:
    """SPARQL 17.3: a product of integers is an integer, which rdflib makes a decimal."""
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


def _resolved(prologue: Prologue, prefix: str | None, local: str | None) -> URIRef:
    """SPARQL 4.1.1: a backslash in a name is no part of its IRI, as rdflib has it."""
    return _resolve(prologue, prefix, re.sub(r"\\(.)", r"\1", local) if local and "\\" in local else local)


_resolve = Prologue.resolvePName


# SPARQL 19.8 [93]: rdflib reads no modifier of a path after white space. What begins a variable is none.
_PATH_MODIFIER = Regex(r"(?:\s|#.*\n)*(?:[*+]|\?(?!\w))").set_parse_action(lambda found: found[0][-1])

_CORRECTIONS: tuple[tuple[Any, str, Any], ...] = (
    (parser.PathElt.expr.exprs[1].expr, "expr", _PATH_MODIFIER),  # type: ignore[attr-defined]
    (rdflib.term, "_normalise_XSD_STRING", _as_written),
    (rdflib.term, "_strip_and_collapse_whitespace", _as_written),
    (parser.MultiplicativeExpression, "evalfn", _multiplied),
    (parser, "expandUnicodeEscapes", _expanded),
    (parser.RegexExpression, "evalfn", _regex),
    (parser.StrReplaceExpression, "evalfn", _replace),
    (algebra, "analyse", _analysed),
    (algebra, "and_", _conjunction),
    (evaluate, "evalAggregateJoin", _aggregated),
    (aggregates.Sample, "set_value", _unset),
    (Prologue, "resolvePName", _resolved),
)
