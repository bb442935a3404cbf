"""Writes the profile of a thing, its values and their citations as JSON."""

from __future__ import annotations

from typing import Any

from ogdkg.evidence.citations import Citation
from ogdkg.evidence.show import Line, Profile, Value
from ogdkg.rdf.terms import Blank, Iri, Literal, Term


def profile_json(profile: Profile) -> dict[str, Any]:
    """Return the profile as JSON values, each value with its citations."""
    return {
        "thing": profile.thing.value,
        "name": profile.name,
        "kinds": list(profile.kinds),
        "groups": [
            {"name": group.name, "properties": [_line_json(line) for line in group.lines]}
            for group in profile.groups
        ],
        "others": [other.value for other in profile.others],
    }


def _line_json(line: Line) -> dict[str, Any]:
    steps = [{"property": step.predicate.value, "inverse": step.inverse} for step in line.steps]
    return {"name": line.name, "paths": steps, "values": [value_json(value) for value in line.values]}


def value_json(value: Value) -> dict[str, Any]:
    """Return a value with its citations and details."""
    found = {
        **term_json(value.term, value.text),
        "citations": [citation_json(each) for each in value.citations],
    }
    return found | ({"details": [_line_json(line) for line in value.details]} if value.details else {})


def term_json(term: Term, label: str) -> dict[str, Any]:
    """Return a value: IRI and label, or text with language or datatype."""
    if isinstance(term, Iri):
        return {"iri": term.value, "label": label}
    if isinstance(term, Blank):
        return {"blank": term.label}
    if not isinstance(term, Literal):
        return {"triple": str(term)}
    return {"text": term.value} | (
        {"language": term.language} | ({"direction": term.direction} if term.direction else {})
        if term.language
        else {"datatype": term.datatype}
    )


def citation_json(citation: Citation) -> dict[str, Any]:
    """Return a citation: named graph, layer and, for a passage, its properties."""
    found: dict[str, Any] = {
        "graph": citation.graph.value if citation.graph else None,
        "layer": citation.layer or None,
    }
    if citation.passage:
        passage = citation.passage
        found |= {
            "passage": passage.iri,
            "source": passage.source,
            "lines": list(passage.lines) if passage.lines else None,
            "position": list(passage.position) if passage.position else None,
            "fragment": passage.exact,
            "confidence": passage.confidence,
        }
    return found
