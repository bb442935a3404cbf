"""Values in their expanded form (5.3), and the small tests on what is expanded."""

from __future__ import annotations

from typing import Any

from ogdkg.jsonld.context import UNSET, Context, Term
from ogdkg.jsonld.faults import JsonLdError, brief

_OF_VALUE = frozenset(("@value", "@type", "@language", "@direction", "@index"))


def as_list(value: Any) -> list[Any]:
    """Return a value as a list: itself, or the one value."""
    return value if isinstance(value, list) else [value]


def is_value(item: Any) -> bool:
    """Whether this is a value object, https://www.w3.org/TR/json-ld11/#dfn-value-object."""
    return isinstance(item, dict) and "@value" in item


def is_list(item: Any) -> bool:
    """Whether this is a list object, https://www.w3.org/TR/json-ld11/#dfn-list-object."""
    return isinstance(item, dict) and "@list" in item


def is_graph(item: Any) -> bool:
    """Whether an expanded object is a graph and nothing else."""
    return isinstance(item, dict) and "@graph" in item and all(key[:1] == "@" for key in item)


def add(result: dict[str, Any], name: str, value: Any) -> None:
    """Add one or more values to those of a property."""
    result.setdefault(name, []).extend(value if isinstance(value, list) else (value,))


def expanded_value(context: Context, prop: str, value: Any) -> dict[str, Any]:
    """Expand a text, a number or a truth value of a property (5.3.2)."""
    term = context.terms.get(prop)
    kind = term.type if term is not None else None
    if isinstance(value, str):
        if kind == "@id":
            return {"@id": context.node(value)}
        if kind == "@vocab":
            return {"@id": context.type(value)}
    result = {"@value": value}
    if kind is not None and kind not in ("@id", "@vocab", "@none"):
        result["@type"] = kind
    elif isinstance(value, str):
        language = context.language if term is None or term.language is UNSET else term.language
        direction = context.direction if term is None or term.direction is UNSET else term.direction
        if language is not None:
            result["@language"] = language
        if direction is not None:
            result["@direction"] = direction
    return result


def language_map(context: Context, term: Term, value: dict[str, Any]) -> list[dict[str, Any]]:
    """Expand a map from languages to texts (13.7).

    Raises:
        JsonLdError: A value is no text.
    """
    direction = context.direction if term.direction is UNSET else term.direction
    result = []
    for language, texts in value.items():
        for text in as_list(texts):
            if text is None:
                continue
            if not isinstance(text, str):
                message = f"A map of languages holds texts, not {brief(text)}."
                raise JsonLdError(message, value, language)
            item: dict[str, Any] = {"@value": text}
            if context.key(language) != "@none":
                item["@language"] = language
            if direction is not None:
                item["@direction"] = direction
            result.append(item)
    return result


def checked_value(result: dict[str, Any], source: Any) -> dict[str, Any] | None:
    """The value that an object with `@value` is (15), or None for one of null.

    Args:
        result: The expanded object.
        source: The object of the document that it comes from, for the place of a fault.

    Raises:
        JsonLdError: It has what a value has not.
    """
    for key in result:
        if key not in _OF_VALUE:
            raise JsonLdError(f"An object with @value has no {brief(key)} beside it.", source)
    types, value = result.get("@type"), result["@value"]
    if types is not None and ("@language" in result or "@direction" in result):
        raise JsonLdError("A value has a @type, or a @language and @direction, not both.", source)
    if types == "@json":
        return result
    if value is None:
        return None
    if "@language" in result and not isinstance(value, str):
        raise JsonLdError(f"A value with a @language is a text, not {brief(value)}.", source, "@value")
    if "@type" in result and not (isinstance(types, str) and is_datatype(types)):
        raise JsonLdError("The @type of a value is one absolute IRI.", source, "@type")
    return result


def is_datatype(text: str) -> bool:
    """Whether a text can name a datatype: it has a scheme, and no sign that ends an IRI."""
    scheme, colon, _ = text.partition(":")
    return bool(colon) and scheme != "_" and not any(sign in text for sign in ' <>"{}|\\^`')
