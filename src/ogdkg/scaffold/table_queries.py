"""The stored queries for a table: all of it, and its rows by the things that a column names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping

from ogdkg.rdf.namespaces import prefix_lines
from ogdkg.rdf.terms import Iri, Literal, Term, Triple
from ogdkg.scaffold.questions import MOST_ROWS, question_text
from ogdkg.scaffold.table_terms import Property, TableTerms
from ogdkg.scaffold.toml import quoted_text


def table_queries(
    terms: TableTerms, prefixes: Mapping[str, str], triples: Collection[Triple], slugs: Mapping[str, str]
) -> dict[str, str]:
    """Return the files of queries and their questions, by name.

    Args:
        terms: The terms of the table.
        prefixes: The prefixes of the project.
        triples: What was imported.
        slugs: The classes by IRI, each with a short name.
    """
    slug = slugs[terms.iri(terms.rows.term)]
    declared = prefix_lines({name: prefixes[name] for name in ("ns", "rdfs")})
    found = {f"queries/{slug}/all-{slug}.rq": _whole(terms, declared)}
    number, label = len(slugs), terms.iri("rdfs:label")
    names: dict[Term, str] = {
        each.subject: each.object.value
        for each in triples
        if each.predicate.value == label and isinstance(each.object, Literal)
    }
    for each in terms.properties:
        predicate = terms.iri(each.term)
        stated = [triple for triple in triples if triple.predicate.value == predicate]
        if each.kind is None or not stated:
            continue
        name = f"{slug}-by-{re.sub('(?=[A-Z])', '-', each.variable).lower()}"
        found[f"queries/{slug}/{name}.rq"] = _by(terms, declared, each, stated)
        uses = Counter(triple.object for triple in stated)
        value = min(uses, key=lambda one: (uses[one], str(one)))
        if uses[value] <= MOST_ROWS:
            number += 1
            rows = [triple for triple in stated if triple.object == value]
            found[f"queries/questions/{number:02}-{name}.yaml"] = _question(terms, each, name, rows, names)
    return found


def _word(terms: TableTerms) -> str:
    return next(iter(terms.rows.called.values()))


def _whole(terms: TableTerms, declared: str) -> str:
    """A row for each thing, a column for each column."""
    headings = {"thing": _word(terms)}
    shown = ["?thing", "?thingLabel"]
    lines: list[str] = []
    for each in terms.properties:
        if each.term == "rdfs:label":
            headings["thing"] = each.column.heading
            lines.insert(0, "  ?thing rdfs:label ?thingLabel .")
            continue
        if not each.column.values:
            continue
        headings[each.variable] = each.column.heading
        shown.append(f"?{each.variable}")
        value = f"?thing {each.term} ?{each.variable}"
        if each.kind:
            shown.append(f"?{each.variable}Label")
            value += f" . ?{each.variable} rdfs:label ?{each.variable}Label"
        lines.append(f"  OPTIONAL {{ {value} }}")
    asked = quoted_text(f"Which things are of the class {_word(terms)}, and what does the table say of each?")
    body = "\n".join([f"  ?thing a {terms.rows.term} .", *lines])
    return (
        f"#+ summary: {asked}\n#+ columns: {_headings(headings)}\n\n{declared}\n"
        f"SELECT {' '.join(shown)} WHERE {{\n{body}\n}}\nORDER BY ?thingLabel ?thing\n"
    )


def _headings(headings: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{name}: {quoted_text(text)}' for name, text in headings.items())}}}"


def _by(terms: TableTerms, declared: str, each: Property, stated: Collection[Triple]) -> str:
    """The things that have a value in a column."""
    assert each.kind
    heading = each.column.heading
    summary = quoted_text(f"Which things of the class {_word(terms)} have this {heading}?")
    example = quoted_text(each.kind.names[0])
    kind = f"type: iri, label: {quoted_text(heading)}, class: {quoted_text(each.kind.term)}"
    takes = f"{{{kind}, example: {example}}}"
    return (
        f"#+ summary: {summary}\n#+ params:\n#+   {each.variable}: {takes}\n"
        f"#+ columns: {_headings({'thing': _word(terms)})}\n\n{declared}\n"
        f"SELECT ?thing ?thingLabel WHERE {{\n  ?thing {each.term} ?_{each.variable}_iri ;\n"
        f"    rdfs:label ?thingLabel .\n}}\nORDER BY ?thingLabel ?thing\n"
    )


def _question(
    terms: TableTerms, each: Property, name: str, rows: list[Triple], names: Mapping[Term, str]
) -> str:
    """The question for one value, as the table answers it today."""
    first = rows[0]
    thing, value = first.subject, first.object
    assert isinstance(thing, Iri) and isinstance(value, Iri)
    called = names.get(value, value.value)
    asked = f"Which things of the class {_word(terms)} have the {each.column.heading} {called}?"
    found = [names.get(row.subject, "") for row in rows]
    without = f"<{thing.value}> <{first.predicate.value}> <{value.value}>"
    return question_text(asked, name, {each.variable: value.value}, "thingLabel", found, "without", without)
