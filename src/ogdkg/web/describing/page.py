"""What the page of a new thing shows: the form, and what it makes."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from ogdkg.drafting.draft import Draft, Home
from ogdkg.drafting.form import Field, Forms, Kind
from ogdkg.drafting.values import form_of
from ogdkg.evidence.citations import Citations
from ogdkg.rdf.terms import XSD, Iri, Literal, Term, compact, to_ntriples
from ogdkg.text.languages import language_name
from ogdkg.validation.core.results import Finding, Report
from ogdkg.web.describing.filled import Filled, Row

FEW, MOST_OFFERED = 50, 1_000  # things below which they are a list; and that a text field completes
_NUMBERS = ("integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger", "positiveInteger")


class Made(NamedTuple):
    """What a filled form makes.

    Attributes:
        draft: The statements.
        text: The TriG, or the Turtle.
        home: Where it belongs.
        report: What is wrong with it; None where that took too long.
        passage: What states it, in words; empty for nothing.
    """

    draft: Draft
    text: str
    home: Home
    report: Report | None
    passage: str = ""


class Evidence(NamedTuple):
    """How the form asks for what states it.

    Attributes:
        passages: The passages to choose from: their values and what to call them.
        has_document: Whether new ones can be drafted from the words of the document.
        fault: What is wrong with what was chosen.
        choices: Passages that may be meant.
        chosen: What stands in the field.
    """

    passages: tuple[tuple[str, str], ...] = ()
    has_document: bool = False
    fault: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    chosen: str = ""


class DescribePage:
    """What the template shows.

    Args:
        forms: The forms of the project.
        citations: Its names.
        filled: The form as it was sent.
        evidence: How to ask for what states it; None where nothing does.
        made: What it makes.
        is_sent: Whether it was sent, so that what is missing is told.
    """

    def __init__(
        self,
        forms: Forms,
        citations: Citations,
        filled: Filled,
        evidence: Evidence | None,
        made: Made | None = None,
        *,
        is_sent: bool = False,
    ) -> None:
        self._forms, self._citations = forms, citations
        self.filled, self.evidence, self.made, self.is_sent = filled, evidence, made, is_sent
        self.form = filled.form
        self.label = self.form.label

    @property
    def address(self) -> str:
        """The end of the address of the form."""
        return self._citations.short(self.form.of)

    @cached_property
    def groups(self) -> list[tuple[str, list[Field], list[Field]]]:
        """The fields by group, in order: those that most things have, and the others."""
        found: dict[str, tuple[list[Field], list[Field]]] = {}
        for field in self.form.fields:
            usual, rare = found.setdefault(field.group, ([], []))
            is_wanted = (
                field.is_usual or bool(self.filled.entries(field)) or field.predicate == self.form.naming
            )
            (usual if is_wanted else rare).append(field)
        return [(name, usual, rare) for name, (usual, rare) in found.items()]

    def rows(self, field: Field) -> list[Row]:
        """Return the values of a field."""
        return self.filled.rows(field)

    def is_needed(self, field: Field) -> bool:
        """Whether a field must be filled in."""
        return field.least > 0 or field.predicate == self.form.naming

    def takes_more(self, field: Field) -> bool:
        """Whether another value may be added."""
        return field.most is None or len(self.rows(field)) < field.most

    def fault(self, field: Field) -> str:
        """Return what is wrong with a field."""
        return self.filled.faults.get(field, "") if self.is_sent else ""

    def findings(self, field: Field) -> list[str]:
        """Return what shapes find wrong with the values of a field."""
        return [_told(each) for each in self._found if _predicate(each) == field.predicate.value]

    @property
    def others(self) -> list[str]:
        """What else shapes find wrong."""
        known = {field.predicate.value for field in self.form.fields}
        names = self.made.report if self.made else None
        return [
            f"{names.name(each.focus)}: {_told(each)}"
            if names and each.focus and not self._is_own(each)
            else _told(each)
            for each in self._found
            if not self._is_own(each) or _predicate(each) not in known
        ]

    @cached_property
    def _found(self) -> tuple[Finding, ...]:
        return self.made.report.findings if self.made and self.made.report else ()

    def _is_own(self, finding: Finding) -> bool:
        return bool(self.made) and getattr(finding.focus, "value", "") == self.made.draft.iri.value  # type: ignore[union-attr]

    # -- what a field offers -----------------------------------------------------

    def choices(self, field: Field) -> list[tuple[str, str]]:
        """Return the values of a list: each with what to call it; none where there are too many."""
        if field.kind is Kind.LISTED:
            return [(to_ntriples(each), self._label(each)) for each in field.listed]
        if field.kind is Kind.THING and len(field.things) < FEW:
            return self._named(field.things)
        return []

    def offered(self, field: Field) -> list[str]:
        """Return the names that a text field completes."""
        if field.kind is Kind.THING and FEW <= len(field.things) <= MOST_OFFERED:
            return list(dict.fromkeys(name for _, name in self._named(field.things)))
        return []

    def near(self, row: Row) -> list[tuple[str, str]]:
        """Return the things that an unclear name may mean."""
        if not row.unclear:
            return []
        return [(each.value, self._label(each)) for each in row.unclear.near]

    def kinds(self, field: Field) -> list[tuple[str, str]]:
        """Return the classes that something new may be of."""
        return [(each.value, self._forms.label_in(each)) for each in field.classes]

    def type_of(self, field: Field, row: Row) -> str:
        """Return the type of input that a field is; a browser would drop what is no date."""
        if field.kind is Kind.ADDRESS:
            return "url"
        is_date = field.kind is Kind.VALUE and field.datatypes == (XSD + "date",)
        return "date" if is_date and not row.unclear else "text"

    def tongues(self, field: Field, row: Row) -> list[tuple[str, str]]:
        """Return the languages to choose from, by their tags."""
        tags = dict.fromkeys((*field.languages, *filter(None, (row.entry.language,))))
        return [(tag, language_name(tag)) for tag in tags] or [("en", language_name("en"))]

    def number(self, field: Field) -> int:
        """Return the place of a field in the form."""
        return self.form.fields.index(field)

    def keyboard(self, field: Field) -> str:
        """Return what a telephone offers to write a value with."""
        is_number = field.kind is Kind.VALUE and any(d.removeprefix(XSD) in _NUMBERS for d in field.datatypes)
        return "decimal" if is_number else ""

    def is_long(self, field: Field) -> bool:
        """Whether a text may have several lines."""
        return (
            field.kind is Kind.TEXT
            and field.predicate != self.form.naming
            and any(
                word in field.predicate.value.lower()
                for word in ("description", "definition", "note", "comment", "abstract")
            )
        )

    def help(self, field: Field) -> str:
        """Return how to fill a field in."""
        if field.help:
            return field.help
        if field.kind is Kind.VALUE:
            written = form_of(field.datatypes)
            return f"{written[:1].upper()}{written[1:]}." if len(field.datatypes) < 4 else ""
        return "A whole address, such as https://example.org/." if field.kind is Kind.ADDRESS else ""

    def language(self, field: Field, row: Row) -> str:
        """Return the language of a value, by default the first."""
        return row.entry.language or next(iter(field.languages), "en")

    def _named(self, things: Iterable[Iri]) -> list[tuple[str, str]]:
        return sorted(
            ((each.value, self._label(each)) for each in things), key=lambda pair: pair[1].casefold()
        )

    def _label(self, term: Term) -> str:
        return self._citations.label(term)

    @property
    def wanting(self) -> list[tuple[str, str]]:
        """The fields that are not clear yet: their names and where they stand."""
        found = [
            (field.name, f"f{number}")
            for number, field in enumerate(self.form.fields)
            if (field.predicate == self.form.naming and not self.filled.name)
            or any(row.unclear for row in self.rows(field))
        ]
        return found + ([("passage", "passage-field")] if self.evidence and self.evidence.fault else [])

    @property
    def verdict(self) -> str:
        """What is found wrong with it, in a sentence."""
        if not self.made or not self.made.report:
            return "This is its description. To check it took too long."
        number = len(self._found)
        if not number:
            return "This is its description. Nothing is wrong with it."
        return f"This is its description, with {number} thing{'s' if number > 1 else ''} to look at."

    # -- what it makes -----------------------------------------------------------

    @property
    def name(self) -> str:
        """The name of the new thing."""
        return self.filled.name

    @property
    def short(self) -> str:
        """What the new thing is called in files."""
        return (
            compact(self.made.draft.iri.value, self._citations.prefixes) or self.made.draft.iri.value
            if self.made
            else ""
        )

    @property
    def title(self) -> str:
        """The title of a pull request."""
        return f"Add {self.name}"

    @property
    def body(self) -> str:
        """The text of a pull request."""
        if not self.made:
            return ""
        made = self.made
        lines = [f"Adds {self.name} ({self.short}), {_article(self.label)} {self.label}.", ""]
        lines.append(f"- {'Added to' if made.home.is_there else 'New file'}: `{made.home.file}`")
        lines += [f"- Stated in: {made.passage}"] if made.passage else []
        lines += [f"- New beside it: {name}" for _, name in made.draft.named]
        count = len(self._found)
        checked = "nothing" if not count else f"{count} finding{'s' if count > 1 else ''}"
        lines.append(f"- `ogdkg validate` finds: {checked}" if made.report else "- Not validated yet.")
        return "\n".join(lines) + "\n"


def _article(word: str) -> str:
    return "an" if word[:1].lower() in "aeiou" else "a"


def _told(finding: Finding) -> str:
    message = " ".join(finding.message.split())
    return f"{message} {finding.hint}" if finding.hint else message


def _predicate(finding: Finding) -> str:
    path = finding.result.path if finding.result else None
    return str(getattr(path, "value", ""))


__all__ = ["DescribePage", "Evidence", "Literal", "Made"]
