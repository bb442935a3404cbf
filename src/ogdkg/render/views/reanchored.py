"""Writes what has become of the passages of a changed document, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ogdkg.errors import Place
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.passages import lines_in_short
from ogdkg.evidence.reanchoring.finding import changes
from ogdkg.evidence.reanchoring.operation import (
    DOUBTFUL,
    GONE,
    MOVED,
    NOT_FOUND,
    REWORDED,
    UNCHANGED,
    UNKNOWN,
    Outcome,
    Reanchoring,
)
from ogdkg.rdf.terms import Iri, Quad
from ogdkg.text.escape import json_text, one_line

Places = Mapping[Quad, Place]
_MOST_FACTS = 20  # of a passage
_BETWEEN = " \u00b7 "
_SHOWN = 3  # words around a change
_ADVICE = {
    REWORDED: "Reworded: if the facts still follow, accept the words: --accept PASSAGE, or --accept all.",
    GONE: "Gone: take passage and facts out of the data, or describe other words with `ogdkg passage`.",
    DOUBTFUL: "In doubt: the words stand elsewhere; describe the right place with `ogdkg passage`.",
    NOT_FOUND: "Not found: name the old document too, to see whether it is reworded or gone.",
    UNKNOWN: "Unknown: the passage did not agree with the old document either; mend it first.",
}


def reanchored_text(reanchoring: Reanchoring, citations: Citations, places: Places) -> Iterator[str]:
    """Yield the figures, then each passage that is not as it was, and what to do."""
    counts = ", ".join(f"{count} {kind}" for kind, count in reanchoring.counts().items() if count)
    yield f"{one_line(citations.short(Iri(reanchoring.source)))}: {counts or 'no passages'}\n"
    changed = [
        outcome for outcome in reanchoring.outcomes if outcome.kind != UNCHANGED and _is_elsewhere(outcome)
    ]
    width = max((len(outcome.kind) for outcome in changed), default=0)
    for outcome in changed:
        name = citations.short(Iri(outcome.passage.iri))
        yield one_line(f"{outcome.kind:<{width}}  {name}  {_lines(outcome)}") + "\n"
        for line in _details(outcome, citations, places):
            yield one_line(f"{'':<{width}}    {line}") + "\n"
    left = dict.fromkeys(outcome.kind for outcome in changed if outcome.needs_a_person)
    yield from (f"{_ADVICE[kind]}\n" for kind in left)


def _is_elsewhere(outcome: Outcome) -> bool:
    """Whether a passage is worth a line: not if it is merely some letters further on the same lines."""
    return outcome.kind != MOVED or outcome.new is None or outcome.new.lines != outcome.passage.lines


def _lines(outcome: Outcome) -> str:
    before = lines_in_short(outcome.passage.lines) if outcome.passage.lines else ""
    after = lines_in_short(outcome.new.lines) if outcome.new and outcome.new.lines else ""
    accepted = "  accepted" if outcome.accepted else ""
    return f"{before} \u2192 {after}{accepted}" if after and after != before else f"{before}{accepted}"


def _details(outcome: Outcome, citations: Citations, places: Places) -> Iterator[str]:
    if outcome.fault:
        yield outcome.fault
    if outcome.kind == REWORDED:
        yield word_diff(outcome.before, outcome.after)
        for fault in sorted(outcome.lost, key=lambda fault: places.get(fault.quad, Place(""))):
            yield f"{_at(fault.quad, places)}{fault.message}"
        return
    if outcome.places:
        yield f"its words stand in {', '.join(map(lines_in_short, outcome.places))}"
    facts = sorted(outcome.facts, key=lambda fact: places.get(fact, Place("")))
    for fact in facts[:_MOST_FACTS]:
        parts = (
            citations.label(fact.subject),
            citations.property_label(fact.predicate),
            citations.label(fact.object),
        )
        yield f"{_at(fact, places)}{_BETWEEN.join(parts)}"
    if len(outcome.facts) > _MOST_FACTS:
        yield f"\u2026 and {len(outcome.facts) - _MOST_FACTS} more facts"


def _at(quad: Quad, places: Places) -> str:
    place = places.get(quad)
    return f"{place}: " if place else ""


def word_diff(before: str, after: str) -> str:
    """Return how the words of two texts differ, as `git diff --word-diff` writes it.

    >>> word_diff("in 57 countries", "in 61 countries")
    'in [-57-]{+61+} countries'
    """
    parts = []
    for kind, old, new in changes(before, after):
        if kind == "equal":
            words = old.split()
            parts.append(
                old if len(words) <= 2 * _SHOWN else " ".join([*words[:_SHOWN], "\u2026", *words[-_SHOWN:]])
            )
        else:
            parts.append((f"[-{old}-]" if old else "") + (f"{{+{new}+}}" if new else ""))
    return " ".join(parts)


def reanchored_json(reanchoring: Reanchoring, places: Places) -> Iterator[str]:
    """Yield the source, the hashes, and each passage with what has become of it."""
    passages = [_outcome_json(outcome, places) for outcome in reanchoring.outcomes]
    head = {
        "source": reanchoring.source,
        "known": reanchoring.recorded_digest,
        "sha256": reanchoring.digest,
        "counts": reanchoring.counts(),
    }
    yield json_text({**head, "passages": passages}) + "\n"


def _outcome_json(outcome: Outcome, places: Places) -> dict[str, Any]:
    facts = [
        {
            "subject": str(s),
            "property": p.value,
            "value": str(o),
            "place": _at(quad, places).removesuffix(": ") or None,
        }
        for quad in outcome.facts
        for s, p, o, _ in [quad]
    ]
    new = outcome.new
    return {
        "passage": outcome.passage.iri,
        "fate": outcome.kind,
        "accepted": outcome.accepted,
        "lines": outcome.passage.lines,
        "newLines": new.lines if new else None,
        "newPosition": new.position if new else None,
        "newHash": new.text_hash if new else None,
        "diff": word_diff(outcome.before, outcome.after) if outcome.kind == REWORDED else None,
        "places": outcome.places,
        "facts": facts,
        "notThere": [fault.message for fault in outcome.lost],
        "fault": outcome.fault,
    }
