"""The tools for things: to find them by words, what is said of them, why, and how to cite it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from ogdkg.evidence.bibliography import Work
from ogdkg.evidence.bibliography import cite as cited_work
from ogdkg.evidence.citations import Citation, Citations
from ogdkg.evidence.show import Group, Line, Value, only
from ogdkg.evidence.show import show as profile_of
from ogdkg.evidence.why import Reason
from ogdkg.evidence.why import why as reasons_of
from ogdkg.rdf.labels import DESCRIPTIONS, NAMES
from ogdkg.rdf.terms import Blank, Iri, Term, csv_text
from ogdkg.render.views.cite import bibtex, csl_json, plain
from ogdkg.search.remote import search as found_by_words
from ogdkg.text.escape import one_line
from ogdkg.web.assistant.context import Context
from ogdkg.web.assistant.tool_answers import Answer, Sources, answer, cut, marks, quoted

_NAMING = {*NAMES, *DESCRIPTIONS}
_CITED = 10  # things of a search whose sources are told


def search(context: Context, given: Mapping[str, Any]) -> Answer:
    """Return the things with some words, each with the sources of its name and description."""
    limit = given["limit"]
    rows = found_by_words(context.graph, given["text"], limit, given.get("kind"), None, context.words).rows
    sources = Sources(context.citations)
    things = []
    for number, (thing, label, kind, description) in enumerate(rows):
        if not isinstance(thing, Iri):
            continue
        told = term_of(context, thing) | {"label": cut(csv_text(label)), "kind": csv_text(kind)}
        told |= {"description": cut(csv_text(description))} if csv_text(description) else {}
        if number < _CITED and (numbers := sources.numbers(_names(context.citations, thing))):
            told["citations"] = numbers
        things.append(told)
    note = f"Things with these words, the best first: {len(things)}." if things else (
        "The graph does not know: nothing has all of these words. Try fewer, or other ones."
    )  # fmt: skip
    return answer(note, map(_found_line, things), sources, {"things": things}, known=bool(things))


def _names(citations: Citations, thing: Iri) -> Iterator[Citation]:
    for statement in citations.statements_about(thing):
        if statement.triple.predicate.value in _NAMING:
            yield from statement.citations


def _found_line(told: Mapping[str, Any]) -> str:
    description = f": {quoted(told['description'])}" if "description" in told else ""
    kind = f", a {quoted(told['kind'])}" if told["kind"] else ""
    return f"- {quoted(told['label'])} <{told['id']}>{kind}{description}{marks(told.get('citations', ()))}"


def show(context: Context, given: Mapping[str, Any]) -> Answer:
    """Return what the graph says of a thing.

    Raises:
        UsageError: A name is unknown or ambiguous.
    """
    profile = profile_of(context.citations, given["thing"])
    if given.get("facts"):
        profile = only(profile, given["facts"])
    sources = Sources(context.citations)
    most, left_out = given["limit"], 0
    facts, lines = [], []
    for group, line in _lines(profile.groups):
        values = [_value(context, each, sources) for each in line.values[:most]]
        left = max(len(line.values) - most, 0)
        left_out += left
        facts.append(
            {"group": group, "property": line.name, "values": values, **({"more": left} if left else {})}
        )
        more = f" … and {left} more" if left else ""
        lines.append(f"- {quoted(line.name)}: {'; '.join(map(_value_text, values))}{more}")
    kinds = ", ".join(map(quoted, profile.kinds))
    note = f"{quoted(profile.name)} <{profile.thing.value}>" + (f", a {kinds}." if kinds else ".")
    notes = ["Some values are left out: give `facts` one property, or a larger `limit`."] if left_out else []
    others = [term_of(context, each) for each in islice(profile.others, _CITED)]
    data = {"thing": term_of(context, profile.thing), "kinds": list(profile.kinds), "facts": facts}
    data |= {"others": others} if others else {}
    lines += [f"The name also stands for {quoted(each['label'])} <{each['id']}>." for each in others]
    return answer(note, lines, sources, data, known=bool(facts), notes=notes)


def _lines(groups: Iterable[Group]) -> Iterator[tuple[str, Line]]:
    for group in groups:
        for line in group.lines:
            yield group.name, line


def _value(context: Context, value: Value, sources: Sources) -> dict[str, Any]:
    numbers = sources.numbers(value.citations)
    told = term_of(context, value.term, value.text) | ({"citations": numbers} if numbers else {})
    details = [
        {"property": line.name, "values": [_value(context, each, sources) for each in line.values[:_CITED]]}
        for line in value.details
    ]
    return told | ({"details": details} if details else {})


def _value_text(value: Mapping[str, Any]) -> str:
    details = (
        f"{quoted(each['property'])}: {', '.join(map(_value_text, each['values']))}"
        for each in value.get("details", ())
    )
    inside = "; ".join(details)
    return quoted(value["label"]) + (f" ({inside})" if inside else "") + marks(value.get("citations", ()))


def term_of(context: Context, term: Term, label: str = "") -> dict[str, Any]:
    """Return a value: its label, its IRI and address if it has them, its language if it is in one."""
    told: dict[str, Any] = {"label": cut(label or context.citations.label(term))}
    if isinstance(term, Iri):
        return {"id": term.value, **told, **context.address(term.value)}
    language = "" if isinstance(term, Blank) else getattr(term, "language", "")
    return told | ({"language": language} if language else {})


def why(context: Context, given: Mapping[str, Any]) -> Answer:
    """Return where statements about a thing come from.

    Raises:
        UsageError: A name is unknown or ambiguous.
    """
    reasons = reasons_of(context.citations, given["thing"], given.get("property"), given.get("value"))
    sources = Sources(context.citations)
    most = given["limit"]
    told = [_reason(context, each, sources) for each in reasons[:most]]
    note = f"Statements, each with its sources: {len(reasons)}." if told else (
        "The graph does not know: it has no such statement."
    )  # fmt: skip
    notes = [f"These are the first {most}: name a property."] if len(reasons) > most else []
    data = {"total": len(reasons), "statements": told}
    return answer(note, map(_reason_text, told), sources, data, known=bool(told), notes=notes)


def _reason(context: Context, reason: Reason, sources: Sources) -> dict[str, Any]:
    triple = reason.statement.triple
    told = {
        "subject": term_of(context, triple.subject),
        "property": {"id": triple.predicate.value, "label": reason.property},
        "value": term_of(context, triple.object),
        "citations": sources.numbers(reason.statement.citations),
    }
    rules = [
        {
            "rule": rule.summary or rule.file,
            **({"concludes": _statement(context.citations, rule.concludes)} if rule.concludes else {}),
            "from": [
                {
                    "statement": _statement(context.citations, premise.triple),
                    "citations": sources.numbers(premise.citations),
                }
                for premise in rule.premises
            ],
        }
        for rule in reason.rules
    ]
    return told | ({"rules": rules} if rules else {})


def _statement(citations: Citations, triple: Any) -> str:
    parts = (triple.subject, triple.object)
    subject, value = map(citations.label, parts)
    return one_line(f"{subject} · {citations.property_label(triple.predicate)} · {value}")


def _reason_text(told: Mapping[str, Any]) -> str:
    parts = (told["subject"], told["property"], told["value"])
    text = f"- {' · '.join(quoted(each['label']) for each in parts)}{marks(told['citations'])}"
    for rule in told.get("rules", ()):
        text += f"\n  {quoted(rule['concludes'])}" if "concludes" in rule else ""
        text += f"\n  by the rule {quoted(rule['rule'])}"
        for each in rule["from"]:
            text += f"\n  from {quoted(each['statement'])}{marks(each['citations'])}"
    return text


def cite(context: Context, given: Mapping[str, Any]) -> Answer:
    """Return a reference to the dataset, a thing or a statement.

    Raises:
        UsageError: A name is unknown or ambiguous.
        InputError: The graph describes no dataset.
    """
    work = cited_work(context.citations, given.get("thing"), given.get("property"), given.get("value"))
    sources = Sources(context.citations)
    sources.numbers(_statements_cited(context, given, work))
    text = plain(work).strip()
    data = {"reference": text, "bibtex": bibtex(work), "csl": json.loads(csl_json(work))[0]}
    return answer("A reference, in words and as BibTeX.", [quoted(text), bibtex(work).strip()], sources, data)


def _statements_cited(context: Context, given: Mapping[str, Any], work: Work) -> Iterator[Citation]:
    """What states what is cited: the passages of a thing's statements, or what describes the dataset."""
    if given.get("thing"):
        names = (given["thing"], given.get("property"), given.get("value"))
        for reason in reasons_of(context.citations, *names):
            yield from reason.statement.citations
    else:
        yield from _names(context.citations, Iri(work.iri))
