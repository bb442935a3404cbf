"""What options give as values: `property=value`, with `+=` and `-=` for one value among others."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ogdkg.describing.filling import Filled, Filling
from ogdkg.describing.links import INVERSE
from ogdkg.describing.typed import Typed
from ogdkg.drafting.form import Field, Form, Kind
from ogdkg.drafting.values import Unclear
from ogdkg.errors import UnknownNameError, UsageError, some_of
from ogdkg.rdf.terms import Literal, local_name
from ogdkg.search.folding import letters, words
from ogdkg.sheets.template import Sheets
from ogdkg.text.slips import quoted

_TAGGED = re.compile(r"(.*[^<])@([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)", re.DOTALL)
_SETTING = re.compile(r"(<[^>]*>|[^=<][^=]*?)\s*([+-]?=)(.*)", re.DOTALL)


class Setting(NamedTuple):
    """A property, what to do, and the text of a value; an empty one stands for no value.

    `is_name`: whether it is the name that was given by itself.
    """

    property: str
    verb: str
    text: str
    is_name: bool = False


def setting(text: str) -> Setting:
    """Return what an option sets.

    Raises:
        UsageError: It is no setting.

    >>> setting("name=A = b"), setting("ward+=East").verb
    (Setting(property='name', verb='=', text='A = b'), '+=')
    """
    match = _SETTING.fullmatch(text)
    if match is None:
        raise UsageError(
            f"--set takes PROPERTY=VALUE, not {quoted(text)}.", hint="Such as --set 'name=A name'."
        )
    return Setting(match[1].strip(), match[2], match[3].strip())


def field_named(sheets: Sheets, form: Form, name: str) -> Field:
    """Return a field by its label in any language, its local name, its CURIE or its IRI.

    Raises:
        UsageError: There is none, or several are called so.
    """
    bare = name.removeprefix("<").removesuffix(">")
    exact = [each for each in form.fields if bare in (each.key, _iri_of(each))]
    wanted = letters(name)  # `email` is e-mail
    labelled = [each for each in form.fields if letters(each.name) == wanted]
    local = [each for each in form.fields if local_name(_iri_of(each)).casefold() == name.casefold()]
    known = sheets.forms.names.candidates(name)
    found = (
        exact
        or labelled
        or local
        or [each for each in form.fields if each.predicate in known and each.key[0] != INVERSE]
    )
    if len(found) > 1:
        hint = f"Write one of {', '.join(each.key for each in found)}."
        raise UsageError(f"Several properties are called {quoted(name)}.", hint=hint)
    if not found:
        raise _no_property(form, name)
    return found[0]


def _no_property(form: Form, name: str) -> UnknownNameError:
    """The error for a name of no field: those that share a word with it are meant, or all there are."""
    names = [each.name for each in form.fields]
    sharing = [each for each in names if {*words(name)} & {*words(each)}]
    see = f"Did you mean {' or '.join(map(quoted, sharing[:3]))}?" if sharing else f"It has {some_of(names)}."
    known = () if sharing else (*names, *(each.key for each in form.fields))
    return UnknownNameError("property", name, known, see=see, of=f"The form of {quoted(form.label)}")


def _iri_of(field: Field) -> str:
    """The IRI of a property; of a link that leads to the thing, with the mark of such."""
    return f"{INVERSE * field.key.startswith(INVERSE)}{field.predicate.value}"


def fill(sheets: Sheets, filling: Filling, given: Iterable[Setting], *, is_whole: bool = True) -> None:
    """Fill a form in with what options give.

    Args:
        sheets: The forms of the project.
        filling: The form.
        given: What the options give.
        is_whole: Whether they give all that is needed.

    Raises:
        UsageError: A property or a value is none, or one is missing.
    """
    typed, begun, named = Typed(sheets), set[tuple[Field, str]](), set[tuple[Field, str]]()
    for each in given:
        field, language = _meant(sheets, filling.form, each.property)
        if not each.text:
            filling.values[field] = [
                held for held in filling.values[field] if language and _language(held) != language.lower()
            ]
            continue
        text = each.text
        if language:
            text = f'"{_escaped(text)}"@{language}'
        elif not each.is_name:
            _refuse_bare_tag(sheets, field, text)
        value = typed.value(field, text)
        if isinstance(value, Unclear):
            near = " or ".join(sheets.name(field, thing) for thing in value.near)
            message = f"{field.name}: {value.message.removesuffix(' Choose one.')}"
            hint = f"Did you mean {near}?" if near else None  # else the message says what to write
            if field.kind is Kind.THING and not near and field.classes:
                first = "Describe it first" if value.is_new else "Name one of them, or describe it first"
                hint = f"{first}, with `ogdkg new {sheets.short(field.classes[0])} …`."
            raise UsageError(message, hint=hint)
        key = (field, _language(value))
        if each.verb == "=" and key in named:
            hint = f"Leave one out, or write '{field.name}@LANG=…' for another language."
            raise UsageError(f"{field.name} is given twice, as NAME and by --set.", hint=hint)
        if each.is_name:
            named.add(key)
        _set(filling, field, value, each.verb, begun)
    if is_whole and (missing := filling.missing):
        listed = ", ".join(each.name for each in missing)
        raise UsageError(f"Needed and not given: {listed}.", hint=f"Add --set '{missing[0].name}=…'.")


def _meant(sheets: Sheets, form: Form, name: str) -> tuple[Field, str]:
    """Return a field and the language that its name ends in: `name@fr`."""
    tagged = _TAGGED.fullmatch(name)
    if tagged is None:
        return field_named(sheets, form, name), ""
    field = field_named(sheets, form, tagged[1])
    if field.kind is not Kind.TEXT:
        raise UsageError(f"{field.name} has no languages.", hint=f"Write '{field.name}=…'.")
    return field, tagged[2]


def _refuse_bare_tag(sheets: Sheets, field: Field, text: str) -> None:
    """Raise UsageError for a text that looks as if its end were meant as its language."""
    tagged = _TAGGED.fullmatch(text)
    if field.kind is not Kind.TEXT or tagged is None or text.startswith('"'):
        return
    known = {each.lower() for each in (*field.languages, *sheets.graph.project.languages)}
    if tagged[2].lower() in known and not tagged[1][-1:].isspace():
        hint = f"Write '{field.name}@{tagged[2]}={tagged[1]}', or quote it: '{field.name}=\"{text}\"'."
        raise UsageError(f"Is @{tagged[2]} the language of {quoted(text)}, or a part of it?", hint=hint)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _set(filling: Filling, field: Field, value: Filled, verb: str, begun: set[tuple[Field, str]]) -> None:
    held = filling.values[field]
    language = value.language.lower() if isinstance(value, Literal) else ""
    if verb == "-=":
        if value not in held:
            raise UsageError(f"{field.name}: It has no such value.", hint="Nothing is there to remove.")
        held.remove(value)
        return
    if verb == "=" and (field, language) not in begun:
        begun.add((field, language))
        held[:] = [each for each in held if language and _language(each) != language]
    if fault := filling.add(field, value):
        raise UsageError(f"{field.name}: {fault}", hint="Take one value out.")


def _language(value: Filled) -> str:
    return value.language.lower() if isinstance(value, Literal) else ""
