"""Writes the profile of a thing as text, with a citation on each line, and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.show import Line, Profile, Value, describe_candidate
from ogdkg.rdf.terms import Blank, Iri, Literal, Term
from ogdkg.render.views.table import display_width, wrap
from ogdkg.text.escape import one_line

_LEFT = "  "
_MOST_OTHERS = 15


def profile_text(profile: Profile, citations: Citations, width: int | None = None) -> Iterator[str]:
    """Yield lines of text, wrapped to a width if there is one."""
    kinds = f" · {', '.join(profile.kinds)}" if profile.kinds else ""
    yield f"{one_line(profile.name)}\n{one_line(citations.short(profile.thing) + kinds)}\n"
    lines = [line for group in profile.groups for line in group.lines]
    column = max((display_width(one_line(line.name)) for line in lines), default=0) + len(_LEFT) + 2
    for group in profile.groups:
        yield f"\n{one_line(group.name)}\n" if group.name else "\n"
        for line in group.lines:
            yield from _line(line, citations, column, width)
    if profile.others:
        yield "\nOther things of that name, or with it in theirs\n"
        listed = profile.others[:_MOST_OTHERS]
        yield from (f"{_LEFT}{one_line(describe_candidate(citations, other))}\n" for other in listed)
        if more := len(profile.others) - len(listed):
            yield f"{_LEFT}… and {more} more: ogdkg search finds them\n"


def _line(line: Line, citations: Citations, column: int, width: int | None) -> Iterator[str]:
    """Yield a property; values with equal citations share a line, except those with details."""
    head = _LEFT + one_line(line.name)
    head += " " * (column - display_width(head))
    for values in _together(line.values):
        text = "; ".join(one_line(value.text) for value in values)
        yield from _folded(head, text, _cited(citations, values[0].citations), width)
        head = " " * column
        for detail in values[0].details:
            for part in _together(detail.values):
                words = one_line(f"{detail.name}: {'; '.join(value.text for value in part)}")
                yield from _folded(head + _LEFT, words, _cited(citations, part[0].citations), width)


def _together(values: Sequence[Value]) -> Iterator[list[Value]]:
    def key(value: Value) -> tuple[object, ...]:
        return value.citations, id(value) if value.details else None

    return (list(found) for _, found in groupby(values, key))


def _cited(citations: Citations, cited: Sequence[Citation]) -> str:
    return f"[{one_line(citations.words(cited))}]"


def _folded(head: str, text: str, cited: str, width: int | None) -> Iterator[str]:
    """Yield a line with its citation, wrapped at spaces if it is too wide."""
    if width is None or display_width(f"{head}{text}  {cited}") <= width:
        yield f"{head}{text}  {cited}\n"
        return
    room = max(width - display_width(head), 20)
    glued = cited.replace(" ", "\u00a0") if display_width(cited) <= room else cited
    first, *rest = wrap(f"{text} {glued}", room)
    yield head + first.replace("\u00a0", " ") + "\n"
    yield from (" " * display_width(head) + part.replace("\u00a0", " ") + "\n" for part in rest)


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
    return {"name": line.name, "paths": steps, "values": [_value_json(value) for value in line.values]}


def _value_json(value: Value) -> dict[str, Any]:
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
