"""Exports in one language: of the texts of a thing those in the best one, with their tags or plain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ogdkg.rdf.labels import Languages, language_key
from ogdkg.rdf.statements import join, parts_of, split
from ogdkg.rdf.terms import XSD_STRING, Literal, to_ntriples


def in_languages(lines: Iterable[str], languages: Languages) -> list[str]:
    """Drop the texts of a thing of whose property it has others in a better language, in whatever graph.

    Args:
        lines: N-Quads.
        languages: The reader's languages.
    """
    found = [(line, *_text_of(line)) for line in lines]
    best: dict[tuple[str, str], tuple[int, str]] = {}
    for _, place, tag in found:
        if tag is not None:
            key = language_key(tag, languages)
            best[place] = min(key, best.get(place, key))
    return [line for line, place, tag in found if not tag or language_key(tag, languages) == best[place]]


def untagged(line: str) -> str:
    """Return a line of N-Quads with its text as a plain string, without its language."""
    graph, subject, predicate, obj = split(line)
    value, _, language = parts_of(obj) if obj[0] == '"' else ("", "", "")
    return join((graph, subject, predicate, to_ntriples(Literal(value)))) if language else line


def plain_context(written: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON-LD context whose texts are plain strings instead of maps by language."""
    return {
        key: {name: part for name, part in value.items() if (name, part) != ("@container", "@language")}
        if isinstance(value, dict)
        else value
        for key, value in written.items()
    }


def _text_of(line: str) -> tuple[tuple[str, str], str | None]:
    """Return subject and predicate of a line, and the language tag of its object, None for no text."""
    _, subject, predicate, obj = split(line)
    _, datatype, tag = parts_of(obj) if obj[0] == '"' else ("", "", "")
    return (subject, predicate), tag if tag or datatype == XSD_STRING else None
