"""Starter queries for each class that is seen in data, and a question to one of them with its answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from ogdkg.rdf.labels import NAMES
from ogdkg.rdf.namespaces import prefix_lines
from ogdkg.rdf.terms import RDFS, Namespaces
from ogdkg.scaffold.guesses import words_of_name
from ogdkg.scaffold.seen import TYPE, Example, Seen, label_property
from ogdkg.scaffold.toml import quoted_text

MOST_ROWS = 20  # of the answer to a question
_TOLD_BY = {TYPE, *NAMES}  # properties without which a thing may not be found


class ClassQueries:
    """The stored queries and questions of the classes; without classes, of things without one.

    Args:
        seen: What is seen in the data.
        prefixes: The prefixes of the project.
        slugs: The classes to ask for, each with a short name.
        called: What classes are called in words; others by their IRIs.
    """

    def __init__(
        self,
        seen: Seen,
        prefixes: Mapping[str, str],
        slugs: Mapping[str, str],
        called: Mapping[str, str] | None = None,
    ) -> None:
        self._seen, self._prefixes, self._slugs = seen, prefixes, slugs
        self._called = called or {}
        self._names = Namespaces(prefixes)

    def names(self) -> Iterator[str]:
        """The names of the lists."""
        return (f"all-{slug}" for slug in (self._slugs.values() or ["things"]))

    def files(self) -> dict[str, str]:
        """The files of queries and questions, by name."""
        found: dict[str, str] = {}
        number = 0
        for iri, slug in self._slugs.items():
            found[f"queries/{slug}/all-{slug}.rq"] = self._list(iri)
            if self._seen.named.get(iri):
                found[f"queries/{slug}/one-{slug}.rq"] = self._one(iri)
            elif self._seen.direct[iri]:
                found[f"queries/{slug}/count-{slug}.rq"] = self._count(iri)
            number += 1
            found[f"queries/questions/{number:02}-{slug}.yaml"] = self._question(iri, slug)
        if self._seen.untyped:
            found |= self._of_untyped(number + 1)
        return found

    def _of_untyped(self, number: int) -> dict[str, str]:
        """The queries for things without a class; where none has an IRI, of how many there are."""
        folder = "things" if "things" not in self._slugs.values() else "things-without-class"
        found = {f"queries/{folder}/all-{folder}.rq": self._untyped_list()}
        if example := self._example(None):
            name = f"one-{folder}"
            found[f"queries/{folder}/{name}.rq"] = self._one_of_any(self._spelt(example.iri))
            found[f"queries/questions/{number:02}-{folder}.yaml"] = self._about(example, name, "thing")
        return found

    def _spelt(self, iri: str) -> str:
        return self._names.compact(iri) or iri

    def _in_sparql(self, iri: str) -> str:
        return self._names.compact(iri) or f"<{iri}>"

    def _declared(self, text: str) -> str:
        return prefix_lines({name: iri for name, iri in self._prefixes.items() if f"{name}:" in text})

    def _words(self, iri: str) -> str:
        return self._called.get(iri) or words_of_name(iri) or iri

    def _list(self, iri: str) -> str:
        """All things of a class, with their names."""
        label = label_property(self._seen.uses.get(iri, {}))
        kind = self._in_sparql(iri)
        named = f"\n  OPTIONAL {{ ?thing {self._in_sparql(label)} ?thingLabel }}" if label else ""
        order = "?thingLabel ?thing" if label else "?thing"
        shown = "?thing ?thingLabel" if label else "?thing"
        body = f"SELECT DISTINCT {shown} WHERE {{\n  ?thing a {kind} .{named}\n}}\nORDER BY {order}\n"
        heading = quoted_text(self._words(iri))
        summary = quoted_text(f"Which things are of the class {self._words(iri)}?")
        return f"#+ summary: {summary}\n#+ columns: {{thing: {heading}}}\n\n{self._declared(body)}{body}"

    def _count(self, iri: str) -> str:
        """How many things there are of a class."""
        body = (
            f"SELECT (COUNT(DISTINCT ?thing) AS ?number) WHERE {{\n  ?thing a {self._in_sparql(iri)} .\n}}\n"
        )
        summary = quoted_text(f"How many things are of the class {self._words(iri)}?")
        return f"#+ summary: {summary}\n\n{self._declared(body)}{body}"

    def _untyped_list(self) -> str:
        body = (
            "SELECT DISTINCT ?thing WHERE {\n  ?thing ?property ?value .\n"
            "  FILTER NOT EXISTS { ?thing a ?class }\n}\nORDER BY ?thing\n"
        )
        return f'#+ summary: "Which things have no class?"\n\n{body}'

    def _one(self, iri: str) -> str:
        """All about one thing of a class."""
        example = self._spelt(self._seen.named[iri][0])
        word = quoted_text(self._words(iri))
        kind = quoted_text(self._spelt(iri))
        param = f"{{type: iri, label: {word}, class: {kind}, example: {quoted_text(example)}}}"
        summary = quoted_text(f"What is stated of a thing of the class {self._words(iri)}?")
        return self._about_one(summary, param, self._spelt(iri))

    def _one_of_any(self, example: str) -> str:
        param = f"{{type: iri, label: the thing, example: {quoted_text(example)}}}"
        return self._about_one('"What is stated of a thing?"', param, "")

    def _about_one(self, summary: str, param: str, mentioned: str) -> str:
        body = (
            "SELECT ?property ?value WHERE {\n  ?_thing_iri ?property ?value .\n}\n"
            "ORDER BY ?property ?value\n"
        )
        return f"#+ summary: {summary}\n#+ params:\n#+   thing: {param}\n\n{self._declared(mentioned)}{body}"

    def _question(self, iri: str, slug: str) -> str:
        """A question to the list where it is short, else to one thing; of blank nodes, none can be named."""
        seen, named = self._seen, self._seen.named.get(iri, [])
        is_whole = 0 < len(named) == seen.direct[iri] <= MOST_ROWS
        if is_whole:
            rows = [self._spelt(each) for each in named]
            without = f"{self._term(named[0])} a {self._term(iri)}"
            asked = f"Which things are of the class {self._words(iri)}?"
            return question_text(asked, f"all-{slug}", {}, "thing", rows, "without", without)
        if example := self._example(iri):
            return self._about(example, f"one-{slug}", self._words(iri))
        added = f"<urn:ogdkg:one> a {self._term(iri)}"
        if seen.direct[iri]:  # of blank nodes alone, which no file can name
            asked = f"How many things are of the class {self._words(iri)}?"
            return question_text(asked, f"count-{slug}", {}, "", [str(seen.direct[iri])], "with", added)
        asked = f"Which things are of the class {self._words(iri)} by themselves?"
        return question_text(asked, f"all-{slug}", {}, "", None, "with", added)

    def _about(self, example: Example, query: str, word: str) -> str:
        """The properties of a thing, and a statement without which one of them is missing."""
        properties = list(dict.fromkeys(each for each, _ in example.statements))
        counts = Counter(each for each, _ in set(example.statements))
        alone = [
            (each, value)
            for each, value in dict.fromkeys(example.statements)
            if value and each not in _TOLD_BY and counts[each] == 1
        ]
        if alone and len(counts.keys() - {alone[0][0]}):  # else it would be gone altogether
            key, triple = "without", f"<{example.iri}> <{alone[0][0]}> {alone[0][1]}"
        else:
            key, triple = "with", f"<{example.iri}> <{RDFS}seeAlso> <{example.iri}>"
            if RDFS + "seeAlso" in properties:
                triple = f"<{example.iri}> <urn:ogdkg:more> <{example.iri}>"
        rows = [self._spelt(each) for each in properties]
        asked = f"Which properties has {self._spelt(example.iri)} ({word})?"
        return question_text(asked, query, {"thing": example.iri}, "property", rows, key, triple)

    def _term(self, iri: str) -> str:
        return f"<{iri}>"

    def _example(self, iri: str | None) -> Example | None:
        """The thing that serves best: one with few statements, of which one can be taken away alone."""
        found = self._seen.examples.get(iri, [])
        return min(found, key=lambda each: (len(each.statements), each.iri), default=None)


def question_text(
    asked: str,
    query: str,
    parameters: Mapping[str, str],
    column: str,
    rows: list[str] | None,
    key: str,
    triple: str,
) -> str:
    """Return the file of a question.

    Args:
        asked: The question.
        query: The stored query that answers it.
        parameters: The values that it takes.
        column: The column that is compared; empty for the first.
        rows: What stands in it; None for no row.
        key: `with` or `without`, for the triple that changes the answer.
        triple: That triple.
    """
    given = ", ".join(f"{name}: {quoted_text(text)}" for name, text in parameters.items())
    lines = [f"question: {quoted_text(asked)}", f"query: {query}"]
    lines += [f"parameters: {{{given}}}"] if given else []
    lines += [f"columns: [{column}]"] if column else []
    lines += ["rows:", *(f"  - [{quoted_text(row)}]" for row in rows)] if rows else ["rows: []"]
    lines += [f"{key}: {quoted_text(triple)}"]
    return "# As the data are today: confirm it.\n" + "\n".join(lines) + "\n"
