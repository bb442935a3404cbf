"""Numbers of JSON as lexical forms of RDF, and JSON in its canonical form (8.2.2; RFC 8785)."""

from __future__ import annotations

import json
import math
from typing import Any

_FROM_DOUBLE = 10**21  # an integer from here on is a double


def is_double(value: int | float) -> bool:
    """Whether a number becomes a double by itself: a fraction, or too large for an integer."""
    return not math.isfinite(value) or abs(value) >= _FROM_DOUBLE or value != int(value)


def double(value: int | float) -> str:
    """The canonical form of a double, with 15 digits after the point at most.

    >>> double(5.3), double(1e21), double(100)
    ('5.3E0', '1.0E21', '1.0E2')
    """
    try:
        value = float(value)
    except OverflowError:
        value = math.inf if value > 0 else -math.inf
    if math.isinf(value):
        return "INF" if value > 0 else "-INF"
    mantissa, _, exponent = f"{value:.15E}".partition("E")
    whole, _, fraction = mantissa.partition(".")
    return f"{whole}.{fraction.rstrip('0') or '0'}E{int(exponent)}"


def canonical_json(value: Any) -> str:
    """JSON as RFC 8785 writes it.

    >>> canonical_json({"b": 1.0, "a": [1e30, "é"]})
    '{"a":[1e+30,"é"],"b":1}'
    """
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_text(key)}:{canonical_json(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical_json, value)) + "]"
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    return _number(value)


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _number(value: int | float) -> str:
    """A number as ECMAScript writes it (RFC 8785, 3.2.2.3)."""
    value = float(value)
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).rstrip("0") if fraction.strip("0") else whole
    point = len(whole) + int(exponent or 0)
    lead = len(digits) - len(digits.lstrip("0"))
    digits, point = digits.lstrip("0").rstrip("0"), point - lead
    if 0 < point <= 21:
        text = digits.ljust(point, "0")[:point] + ("." + digits[point:] if len(digits) > point else "")
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        tail = "." + digits[1:] if len(digits) > 1 else ""
        text = f"{digits[0]}{tail}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + text
