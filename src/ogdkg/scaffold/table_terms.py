"""What the columns of a table become: the terms of an ontology, and the mapping that `ogdkg import` reads."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain, count
from typing import NamedTuple

from ogdkg.catalogue.catalogue import RESERVED
from ogdkg.errors import InputError, Place
from ogdkg.files.names import shown_path
from ogdkg.importing.values import KINDS, digest, slug, words
from ogdkg.importing.wide import values_in
from ogdkg.rdf import formats
from ogdkg.rdf.namespaces import WELL_KNOWN, prefix_lines
from ogdkg.rdf.terms import escape
from ogdkg.scaffold.columns import Column, Table
from ogdkg.scaffold.plan import Plan, slug_of
from ogdkg.scaffold.toml import quoted_text, quoted_texts
from ogdkg.syntax.layout import layout
from ogdkg.syntax.source import from_text

SEPARATOR = "|"  # of several values in a cell
LAYER = "data"
_LONGEST = 80  # letters of an IRI after its namespace
_NAMINGS = {  # how an IRI is made of a name, the shortest way first
    "{name:slug}": lambda name: slug(name) if _keeps_letters(name) else "",
    "{name:words}": words,
    "{name:words}-{name:hash}": lambda name: f"{words(name)}-{digest(name)}" if words(name) else "",
    "{name:hash}": digest,
}


class Kind(NamedTuple):
    """A kind of things of a table: those of its rows, or those that a column names.

    Attributes:
        key: What the mapping calls it.
        term: Its class, as `ns:Event`.
        called: What the class is called, by language; under an empty tag where that is not known.
        iri: The IRI of one of its things, as the mapping makes it of a name.
        names: The names of its things; empty for the things of the rows.
    """

    key: str
    term: str
    called: dict[str, str]
    iri: str
    names: tuple[str, ...] = ()


class Property(NamedTuple):
    """What a column states.

    Attributes:
        column: The column.
        term: The property, as `ns:date`.
        variable: What a query calls its value, and its parameter for it.
        kind: The kind of its values, if they are things.
    """

    column: Column
    term: str
    variable: str
    kind: Kind | None


class TableTerms:
    """The terms and the mapping for a table.

    Args:
        plan: The project.
        table: The table.
        classes: The columns whose values are things.
        language: The language of headings and names; empty where nobody has told.
        separator: What parts several values in a cell of such a column.

    Attributes:
        rows: The kind of the things of the rows.
        properties: What each column states, in their order.
    """

    def __init__(
        self,
        plan: Plan,
        table: Table,
        classes: Collection[Column],
        language: str,
        separator: str = SEPARATOR,
    ) -> None:
        self._plan, self._table, self._language, self._separator = plan, table, language, separator
        self._terms: set[str] = set()
        self._keys: set[str] = set(KINDS)
        self._variables = {"thing", "thingLabel"}
        word = next(iter(plan.things.values()), _words_of_file(table))
        called = dict(plan.things) if plan.things and language else {language: word}
        self.rows = self._kind(next(iter(called.values())), called, "", table.identifier.values)
        properties = []
        for number, column in enumerate(table.columns, 1):
            term = "rdfs:label" if column == table.label else self._term(column.heading, number)
            kind = None
            if column in classes:
                values = (each for cell in column.values for each in values_in(cell, separator))
                names = tuple(dict.fromkeys(values))
                key = slug_of(column.heading) or f"column{number}"
                made = self._kind(column.heading, {language: column.heading}, f"{key}-", names)
                kind = made._replace(names=names)
            variable = self._variable(column.heading, number, () if kind is None else RESERVED)
            properties.append(Property(column, term, variable, kind))
        self.properties = tuple(properties)

    def _kind(self, word: str, called: dict[str, str], start: str, names: Sequence[str]) -> Kind:
        key = _claimed(slug_of(word) or "thing", self._keys)
        local = "".join(part[:1].upper() + part[1:] for part in words(word).split("-")) or "Thing"
        term = _claimed(f"ns:{local}", self._terms)
        return Kind(key, term, called, f"id:{start}{self._naming(names)}")

    def _term(self, heading: str, number: int) -> str:
        return _claimed(f"ns:{_joined(words(heading)) or f'column{number}'}", self._terms)

    def _variable(self, heading: str, number: int, reserved: Collection[str]) -> str:
        """What a query calls the values of a column: a word without underscores, as a parameter needs it."""
        labelled = {each.removesuffix("Label") for each in self._variables}
        taken = {*reserved, *self._variables, *labelled}
        found = _free(_joined(slug_of(heading)) or f"column{number}", taken)
        self._variables |= {found, f"{found}Label"}
        return found

    def _naming(self, names: Sequence[str]) -> str:
        """How IRIs are made of names so that none is empty, or that of another name."""
        for pattern, make in _NAMINGS.items():
            made = {make(name) for name in names}
            if len(made) == len(names) and all(made) and max(map(len, made), default=0) <= _LONGEST:
                return pattern
        message = f"The values of {self._table.identifier.heading!r} are too many to name things by them."
        raise InputError(message, place=Place(shown_path(self._table.path)))

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of things, those of the rows first."""
        return (self.rows, *(each.kind for each in self.properties if each.kind))

    def iri(self, term: str) -> str:
        """The IRI of a class or a property."""
        prefix, _, local = term.partition(":")
        return {**WELL_KNOWN, **self._plan.prefixes}[prefix] + local

    def _label(self, texts: dict[str, str]) -> str:
        tagged = (f'"{escape(text)}"{f"@{tag}" if tag else ""}' for tag, text in texts.items())
        return f"rdfs:label {', '.join(tagged)}"

    def ontology(self) -> str:
        """The classes and properties, as Turtle in canonical form."""
        lines = [f"{each.term} a owl:Class ; {self._label(each.called)} .\n" for each in self.kinds]
        for each in self.properties:
            kind = "Object" if each.kind or each.column.kind == "iri" else "Datatype"
            kind = "Annotation" if each.term == "rdfs:label" else kind
            label = self._label({self._language: each.column.heading})
            lines.append(f"{each.term} a owl:{kind}Property ; {label} .\n")
        prefixes = prefix_lines(
            {"ns": self._plan.prefixes["ns"], "owl": WELL_KNOWN["owl"], "rdfs": WELL_KNOWN["rdfs"]}
        )
        head = "# Classes and properties, called as the columns of the table are.\n"
        return layout(from_text(f"{prefixes}\n{head}{''.join(lines)}", "a new file"), formats.TURTLE)

    def mapping(self, table_name: str) -> str:
        """The mapping.

        Args:
            table_name: What the table is called in the project.
        """
        return "\n".join(f"{part}\n" for part in self._mapping(table_name))

    def _mapping(self, table_name: str) -> Iterator[str]:
        heading = quoted_text(self._table.identifier.heading)
        yield (
            f"# How `ogdkg import {table_name} --mapping mapping.toml` reads the table: a thing a row, a\n"
            "# property a column. docs/importing.md of ogdkg explains each key.\n"
            f"[table]\nidentifier = {heading}\nsubjects = [{quoted_text(self.rows.key)}]"
        )
        yield f'[output]\nlayer = "{LAYER}"\nstem = {quoted_text(self.stem)}'
        tag = f"@{self._language}" if self._language else ""
        for kind in self.kinds:
            text = (
                f"[things.{kind.key}]\nclasses = [{quoted_text(kind.term)}]\niri = {quoted_text(kind.iri)}\n"
            )
            if kind is self.rows:
                yield f"{text}listed = {heading}\nmake = '{{thing}} a {kind.term}'"
            else:
                yield (
                    f"{text}new = {quoted_texts(kind.names)}   # add what is new in the table\n"
                    f"make = '''\n{{thing}} a {kind.term}\n{{thing}} rdfs:label \"{{name}}\"{tag}'''"
                )
        yield (
            f"[template.name]\nmake = '{{subject}} rdfs:label \"{{value}}\"{tag}'\n\n"
            "[template.value]\nmake = '{subject} {predicate} {value}'"
        )
        yield "[property]\n" + "\n".join(map(self._rule, self.properties))

    def _rule(self, each: Property) -> str:
        key = quoted_text(each.column.heading)
        if each.term == "rdfs:label":
            return f'{key} = {{ use = "name" }}'
        kind = each.kind.key if each.kind else each.column.kind
        checked = f", value = {quoted_text(kind)}" if kind != "text" else ""
        parts = f", parts = {quoted_text(self._separator)}" if each.kind else ""
        return f'{key} = {{ use = "value", predicate = {quoted_text(each.term)}{checked}{parts} }}'

    @property
    def stem(self) -> str:
        """What the table is called in the names of files: a slug."""
        return slug_of(self._table.path.stem) or "table"


def _words_of_file(table: Table) -> str:
    """What a file is called, in words."""
    return words(table.path.stem.replace("_", " ")).replace("-", " ") or "thing"


def _joined(slug: str) -> str:
    """The words of a slug as one, each but the first with a capital."""
    first, *others = slug.split("-")
    return first + "".join(part[:1].upper() + part[1:] for part in others)


def _free(name: str, taken: Collection[str]) -> str:
    """A name that is not taken: this one, or with a number at its end."""
    numbered = (f"{name}{number}" for number in count(2))
    return next(each for each in chain((name,), numbered) if each not in taken)


def _claimed(name: str, taken: set[str]) -> str:
    """A name that is not taken, as of `_free`; it is from now on."""
    found = _free(name, taken)
    taken.add(found)
    return found


def _keeps_letters(text: str) -> bool:
    """Whether a slug has all letters of a text, but for their accents."""
    return sum(map(str.isalnum, slug(text))) == sum(map(str.isalnum, text))
