"""The questions of `ogdkg new`: a form is filled in at a terminal, value by value."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from ogdkg.cli.asking import MOST_NUMBERED, Asking, place_of
from ogdkg.describing.filling import Filled, Filling
from ogdkg.describing.typed import Typed
from ogdkg.drafting.form import Field, Kind
from ogdkg.drafting.stating import Stated, Stating, passage_name
from ogdkg.drafting.values import New, Unclear, form_of
from ogdkg.evidence.passages import Passage
from ogdkg.rdf.terms import Iri, Literal, local_name
from ogdkg.sheets.template import Sheets

_REMOVE, _HELP = "-", "?"
_MOST_OFFERED = 5_000  # names of things that TAB completes


class Interview:
    """Asks for the values of a form.

    Args:
        asking: Asks.
        sheets: The forms of the project.
        filling: What is filled in; it holds the values of something that is there already.
        is_new: Whether it is something new.
    """

    def __init__(self, asking: Asking, sheets: Sheets, filling: Filling, *, is_new: bool) -> None:
        self._asking, self._sheets, self._filling, self._is_new = asking, sheets, filling, is_new
        self._typed = Typed(sheets)
        self._group = ""

    def name(self) -> None:
        """Ask for the name."""
        for field in self._filling.form.fields:
            if field.predicate == self._filling.form.naming:
                self._ask(field)
        self._typed.preferred = next((each.language for each in self._filling.names if each.language), "")

    def rest(self) -> None:
        """Ask for all that most things of the class have, and then for what else is wanted."""
        form = self._filling.form
        rest = [each for each in form.fields if each.predicate != form.naming]
        for field in rest:
            if field.is_usual or self._filling.values[field]:
                self._ask(field)
        self._more([each for each in rest if not (each.is_usual or self._filling.values[each])])

    def _more(self, rare: Sequence[Field]) -> None:
        """Ask for properties that few things have, by their names."""
        while rare and (field := self._property("Another property (? lists them, Enter goes on)", rare)):
            self._ask(field)

    def changes(self) -> bool:
        """Ask which values to change, and for them; return whether one was asked for."""
        question, fields = (
            "Change a property (its name; ? lists them, Enter goes on)",
            self._filling.form.fields,
        )
        was_asked = False
        while field := self._property(question, fields):
            self._ask(field)
            was_asked = True
        return was_asked

    def _property(self, question: str, fields: Sequence[Field]) -> Field | None:
        """Ask for a property by its name; None for none."""
        names = [each.name for each in fields]
        while answer := self._asking.ask(question, lambda: names):
            if answer == _HELP:
                self._asking.number(names)
            elif (place := place_of(answer, names)) is not None:
                return fields[place]
            else:
                self._asking.tell(f"  None is called {answer}. Write ? to see them.")
        return None

    # -- one property ----------------------------------------------------------------

    def _ask(self, field: Field) -> None:
        if field.group and field.group != self._group:
            self._group = field.group
            self._asking.tell()
            self._asking.tell(field.group)
        choices = self._numbered(field)
        self._asking.number(choices)
        for value in list(self._filling.values[field]):
            self._keep(field, value, choices)
        while self._filling.takes_more(field):
            needed, has = self._filling.is_needed(field), bool(self._filling.values[field])
            note = " (needed)" if needed else ""
            answer = self._answer(field, f"{'another ' if has else ''}{field.name}{note}")
            if answer:
                self._take(field, answer, choices)
            elif needed:
                self._asking.tell("  This is needed.")
            else:
                return

    def _answer(self, field: Field, question: str) -> str:
        """What is written; help is given where it is asked for."""
        while (answer := self._asking.ask(question, partial(self._offers, field))) == _HELP:
            self._asking.tell(f"  {self._help(field)}")
        return answer

    def _keep(self, field: Field, value: Filled, choices: Sequence[str]) -> None:
        """Ask what becomes of a value that is there: it stays, goes, or another stands instead."""
        held = self._filling.values[field]
        place = held.index(value)
        while answer := self._answer(field, f"{field.name} [{self.told(field, value)}]"):
            del held[place]
            if answer == _REMOVE and not self._filling.is_needed(field):
                return
            if answer == _REMOVE:
                self._asking.tell("  This is needed: write another one.")
            elif self._take(field, answer, choices):
                held.insert(place, held.pop())
                return
            held.insert(place, value)

    def _take(self, field: Field, answer: str, choices: Sequence[str]) -> bool:
        """Add what is written as a value; tell what is wrong with it where it is none."""
        place = place_of(answer, choices) if choices else None
        value = self._typed.value(field, choices[place] if place is not None else answer)
        if isinstance(value, Unclear):
            self._asking.tell(f"  {value.message}")
            found = self._meant(field, answer, value)
            if found is None:
                return False
            value = found
        fault = self._filling.add(field, value)
        if fault:
            self._asking.tell(f"  {fault}")
        return not fault

    def _meant(self, field: Field, answer: str, unclear: Unclear) -> Filled | None:
        """Ask which thing a name means that no thing has, or several have."""
        is_new = unclear.is_new and self._is_new
        new = [New(each, answer) for each in field.classes] if is_new else []
        meant: list[Filled] = [*unclear.near, *new]
        if not meant:
            return None
        told = [self._sheets.name(field, each) for each in unclear.near]
        told += [f"something new: {self._sheets.forms.label_in(each.of)}" for each in new]
        place = self._asking.choose("Which one (Enter to write it again)", told)
        return None if place is None else meant[place]

    # -- what is offered ---------------------------------------------------------------

    def _numbered(self, field: Field) -> list[str]:
        """The choices of a short list."""
        is_short = field.kind is not Kind.THING or len(field.things) <= MOST_NUMBERED
        choices = self._sheets.choices(field) if is_short else []
        return choices if len(choices) <= MOST_NUMBERED else []

    def _offers(self, field: Field) -> Sequence[str]:
        return self._sheets.choices(field) if len(field.things) <= _MOST_OFFERED else ()

    def _help(self, field: Field) -> str:
        """How to fill a property in."""
        told = [field.help] if field.help else []
        if field.kind is Kind.TEXT:
            language = self._typed.language(field)
            told.append(f'A text in the language {language}; write "text"@fr for another one.')
        elif field.kind is Kind.VALUE:
            told.append(f"Write {form_of(field.datatypes)}.")
        elif field.kind is Kind.THING:
            kinds = ", ".join(self._sheets.forms.label_in(each) for each in field.classes)
            told.append(
                f"The name of something that is there{f' ({kinds})' if kinds else ''}; TAB completes it."
            )
        elif field.kind is Kind.ADDRESS:
            told.append("A whole address, such as https://example.org/.")
        elif field.kind is Kind.LISTED:
            told.append(f"One of: {', '.join(self._sheets.choices(field)[:MOST_NUMBERED])}.")
        return " ".join(told) or "A text."

    def told(self, field: Field, value: Filled) -> str:
        """Return a value as a question shows it."""
        if isinstance(value, New):
            return value.name
        if isinstance(value, Literal):
            return f'"{value.value}"@{value.language}' if value.language else value.value
        if isinstance(value, Iri):
            return value.value if field.kind is Kind.ADDRESS else self._sheets.name(field, value)
        return local_name(str(value))

    # -- what states it ----------------------------------------------------------------

    def stated(self, stating: Stating) -> Stated:
        """Ask for the passage that states it."""
        words = ', or words of the document in "…"' if stating.document else ""
        question = f"Stated by (a passage or its line{words}; Enter for none)"
        offers = [stating.short(each) for each in stating.passages]
        while answer := self._asking.ask(question, lambda: offers):
            if len(answer) > 1 and answer[0] == answer[-1] == '"':
                found = stating.by_words(answer[1:-1])
            else:
                found = stating.by_name(answer)
            if found.fault:
                self._asking.tell(f"  {found.fault}")
            if found.passage or (found.choices and (found := self._passage(stating, found)).passage):
                return found
        return Stated()

    def _passage(self, stating: Stating, found: Stated) -> Stated:
        told = [f"{stating.short(each)}  {passage_name(each)}" for each in found.choices]
        place = self._asking.choose("Which one (Enter to write it again)", told)
        chosen: Passage | None = None if place is None else found.choices[place]
        return Stated(chosen)
