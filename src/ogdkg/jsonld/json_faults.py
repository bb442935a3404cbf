"""Why a document is no JSON, in words for whoever wrote it."""

from __future__ import annotations

import json
import re

from ogdkg.errors import InputError, Place
from ogdkg.text.slips import CONFLICT, CONFLICT_HINT, Slip, conflict_at, language_of, quoted, slip_of

_WORDS = {
    "Expecting value": Slip(
        "Here should stand a value", "A value is a text, a number, true, false, null, { or [."
    ),
    "Expecting property name enclosed in double quotes": Slip(
        "Here should stand a key", 'Write the key between quotation marks: "key": …'
    ),
    "Expecting ':' delimiter": Slip("A colon is missing", "Write : between a key and its value."),
    "Expecting ',' delimiter": Slip("A comma is missing, or a bracket", "Write , between two of them."),
    "Illegal trailing comma before end of object": Slip("This comma is one too many", "Take the last , out."),
    "Illegal trailing comma before end of array": Slip("This comma is one too many", "Take the last , out."),
    "Unterminated string starting at": Slip("This string is not closed", 'Write " where it ends.'),
    "Invalid control character at": Slip(
        "A string holds a line break or a control character", r"Write \n for a line break, \t for a tab."
    ),
    "Extra data": Slip("A second value begins here", "A file holds one value: put several into [ … ]."),
}
_BAD_ESCAPE = Slip("The escape sequence stands for no character", r"Write \\ for a backslash.")


def json_fault(error: json.JSONDecodeError, text: str, file: str) -> InputError:
    """Return the error for a document that Python's parser refused."""
    at = error.pos
    if (conflict := conflict_at(text)) is not None:
        return InputError(CONFLICT, place=Place.in_text(text, conflict, file), hint=CONFLICT_HINT)
    if not text.strip():
        hint = "Write at least {} or []."
        return InputError("The file is empty.", place=Place(file, 1, 1), hint=hint)
    if other := language_of(text[:2000], "JSON"):
        return InputError(other.message, place=Place(file, 1, 1), hint=other.hint)
    at, slip = _slip(error.msg, text, at)
    return InputError(slip.message, place=Place.in_text(text, at, file), hint=slip.hint)


def _slip(message: str, text: str, at: int) -> tuple[int, Slip]:
    """The offset of a fault, and what to say of it."""
    sign = text[at : at + 1]
    if sign and (alike := slip_of(sign)):
        return at, alike
    before = len(text[:at].rstrip()) - 1
    if text[before : before + 1] == "," and sign and sign in "]}":
        return before, Slip("This comma is one too many.", f"Take it out: no member follows before {sign}.")
    if text[at : at + 2] in ("//", "/*") or sign == "#":
        return at, Slip("JSON has no comments.", "Take it out.")
    if sign == "'":
        return at, Slip("A string stands between straight double quotation marks.", "Write \" instead of '.")
    if not sign and "Unterminated" not in message:
        return at, _unclosed(text)
    if message == "Expecting value" and (word := re.match(r"[A-Za-z]+", text[at:])):
        return at, _word(word[0])
    slip = _WORDS.get(message, _BAD_ESCAPE)
    more = f", not {quoted(sign)}" if message.startswith("Expecting") and "should" in slip.message else ""
    return at, Slip(f"{slip.message}{more}.", slip.hint)


def _word(word: str) -> Slip:
    if word.lower() in ("true", "false", "null"):
        return Slip(f"JSON has no word {word}.", f"Write it small: {word.lower()}")
    if word == "None":
        return Slip("JSON has no word None.", "Write null.")
    return Slip(f"JSON has no word {word}.", f'Write a text between quotation marks: "{word}"')


def _unclosed(text: str) -> Slip:
    """What to say of the innermost bracket that is open at the end."""
    open_at: list[int] = []
    for found in re.finditer(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]', text, re.DOTALL):
        if found[0] in "[{":
            open_at.append(found.start())
        elif found[0] in "]}" and open_at:
            open_at.pop()
    if not open_at:
        return Slip("The document ends where a value should stand.", "Write the value.")
    sign = text[open_at[-1]]
    line = text.count("\n", 0, open_at[-1]) + 1
    return Slip(
        f"The {sign} in line {line} is not closed.", f"Write {'}' if sign == '{' else ']'} at the end."
    )
