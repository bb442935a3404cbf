"""Why a TOML or YAML text does not parse, in words for whoever wrote it."""

from __future__ import annotations

import re

from ogdkg.errors import InputError, Place
from ogdkg.text.slips import (
    CONFLICT,
    CONFLICT_HINT,
    Slip,
    conflict_at,
    is_curly,
    language_of,
    quoted,
    slip_of,
)

_HEAD = 2000  # characters at the start that tell the language of a text
_BACKSLASH = Slip(
    "The escape sequence stands for no character.", r"Write \\ for a backslash, or put the text between '…'."
)


def toml_fault(message: str, text: str, offset: int | None, file: str) -> InputError:
    """Return the error for a TOML text.

    Args:
        message: What the parser said, without the place.
        text: The text.
        offset: Where it stopped; None for the end.
        file: The name of the file.
    """
    if (conflict := conflict_at(text)) is not None:
        return InputError(CONFLICT, place=_place(text, conflict, file), hint=CONFLICT_HINT)
    if other := language_of(text[:_HEAD], "TOML"):
        return InputError(other.message, place=Place(file, 1, 1), hint="Write KEY = VALUE, or [TABLE].")
    at, slip = _toml_slip(message, text, len(text) if offset is None else offset)
    return InputError(slip.message, place=_place(text, at, file), hint=slip.hint)


def _place(text: str, at: int, file: str) -> Place:
    return Place(file, text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1)


def _toml_slip(message: str, text: str, at: int) -> tuple[int, Slip]:
    """The offset of a fault, and what to say of it."""
    sign, rest = text[at : at + 1], text[at : text.find("\n", at) if "\n" in text[at:] else len(text)]
    if sign and (alike := slip_of(sign)):
        return at, alike
    if "Unterminated" in message or ("Illegal character" in message and sign in ("", "\n", "\r")):
        return _open_string(text, at)
    if "Expected '='" in message:
        return at, _without_equals(rest)
    if "Invalid value" in message or "Invalid date" in message:
        return at, _value(rest)
    if "nclosed array" in message:
        return at, _open_array(text, at)
    if "twice" in message or "overwrite" in message or "already" in message or "namespace" in message:
        line = text[text.rfind("\n", 0, at) + 1 : at + len(rest)].strip()
        what = (
            f"The table {line}" if line.startswith("[") else f"The key {quoted(line.split('=')[0].strip())}"
        )
        return at, Slip(f"{what} stands here twice.", "Put what belongs together into one.")
    for words, known in _TOML.items():
        if words in message:
            return at, known
    return at, Slip(f"The file does not parse as TOML at {quoted(rest)}.", "Write KEY = VALUE, or [TABLE].")


_TOML = {
    "']'": Slip(
        "The header of this table is not closed.", "Write ] at its end, or ]] where it began with [[."
    ),
    "hex value": _BACKSLASH,
    "scape": _BACKSLASH,
    "'\\\\'": _BACKSLASH,
    "Unclosed inline": Slip("The { is not closed in its line.", "Write } at the end of the line."),
    "key part": Slip("Here should stand a key.", "Write letters, digits, - and _, or a key between quotes."),
    "Invalid statement": Slip("Here should stand a key or a table.", "Write KEY = VALUE, or [TABLE]."),
    "after a statement": Slip(
        "Something follows the value in its line.", "Begin a new line, or a # comment."
    ),
    "after the": Slip("Something follows the value in its line.", "Begin a new line, or a # comment."),
    "Illegal character": Slip("Here stands a control character.", "Take it out."),
}


def _open_string(text: str, at: int) -> tuple[int, Slip]:
    begin = text.rfind("\n", 0, at) + 1
    for quote in ('"""', "'''"):
        if text.count(quote, 0, at) % 2:
            unclosed = Slip("This string is not closed: nothing ends it.", f"Write {quote} where it ends.")
            return text.rfind(quote, 0, at), unclosed
    line = text[begin:at]
    opening = re.match(r"""(?:[^"']|"(?:[^"\\]|\\.)*+"|'[^']*+')*+""", line)
    start = begin + (opening.end() if opening else 0)
    curly = next((slip for sign in text[start:at] if is_curly(sign) and (slip := slip_of(sign))), None)
    if curly:
        return start, Slip(f"This string is not closed. {curly.message}", curly.hint)
    hint = f"Write {text[start : start + 1]} where it ends."
    return start, Slip("This string is not closed in its line.", hint)


def _without_equals(rest: str) -> Slip:
    if rest[:1] == ":":
        return Slip("TOML has = between a key and its value, not :.", "Write KEY = VALUE.")
    if re.match(r"[\w-]+[^=]*=", rest):
        return Slip("A key with a blank in it stands between quotation marks.", 'Write "KEY" = VALUE.')
    return Slip("Here should stand = behind the key.", "Write KEY = VALUE.")


def _value(rest: str) -> Slip:
    word = re.match(r"[^\s,\]}#]*", rest)
    found = word[0] if word else ""
    if not found:
        return Slip("The value is missing.", 'Write a text between quotation marks, "", or a number.')
    if found.lower() in ("true", "false"):
        return Slip(f"TOML has no word {found}.", f"Write it small: {found.lower()}")
    return Slip(f"{quoted(found)} is not a value.", f'Write a text between quotation marks: "{found}"')


def _open_array(text: str, at: int) -> Slip:
    line = text.count("\n", 0, text.rfind("[", 0, at)) + 1
    message = f"The [ in line {line} is not closed, or a comma is missing."
    return Slip(message, "Write , between two values, and ] at the end.")


def yaml_fault(message: str, text: str, line: int, opened: int | None) -> tuple[int, Slip]:
    """Return the line of a YAML text where a fault is, counted from 0, and what to say of it.

    Args:
        message: What the parser said.
        text: The text.
        line: The line where it stopped.
        opened: The line where what it was reading began.
    """
    rows = text.split("\n")
    if (conflict := conflict_at(text)) is not None:
        return text.count("\n", 0, conflict), Slip(CONFLICT, CONFLICT_HINT)
    begin = line if opened is None else opened
    row = rows[begin] if begin < len(rows) else ""
    if "end of stream" in message and "quoted" not in message and "scalar" not in message:
        return begin, _open_quote(row)
    for number in dict.fromkeys((line, begin)):
        if "character" in message or "expected" in message:
            alike = next((slip for each in rows[number : number + 1] for slip in _alike(each)), None)
            if alike:
                return number, alike
    if "found character" in message or "special characters" in message:
        return line, _sign(message, rows[line] if line < len(rows) else "")
    if "mapping values" in message:
        return _mapping(rows, line)
    if "escape" in message:
        return line, _BACKSLASH
    if "',' or" in message:
        sign = "]" if "']'" in message else "}"
        hint = f"Write , between two values, and {sign} at the end."
        opening = "[" if sign == "]" else "{"
        return begin, Slip(f"The {opening} is not closed, or a comma is missing.", hint)
    if "expected ':'" in message:
        return begin, Slip("Here should stand a key with a colon and a blank.", "Write KEY: VALUE.")
    if "block end" in message or "indent" in message:
        hint = "Indent it as its neighbours; put a text with a quotation mark in it between others."
        return line, Slip("This line does not fit those above it.", hint)
    if "; write" in message:
        message, _, hint = message.partition("; ")
        return line, Slip(f"{message}.", f"{hint[:1].upper()}{hint[1:]}." if hint else "Leave it out.")
    return line, Slip("The YAML does not parse here.", "Write KEY: VALUE, each in its line.")


def _alike(row: str) -> list[Slip]:
    return [slip for sign in row if not sign.isascii() and (slip := slip_of(sign))][:1]


def _open_quote(row: str) -> Slip:
    curly = next((slip for sign in row if is_curly(sign) and (slip := slip_of(sign))), None)
    if curly:
        return Slip(f"This string is not closed. {curly.message}", curly.hint)
    return Slip("This string is not closed.", "Write the same quotation mark where it ends.")


def _sign(message: str, row: str) -> Slip:
    if "\t" in row:
        return Slip("Here stands a tab, which YAML does not indent with.", "Write blanks instead.")
    if "special" in message:
        return Slip("Here stands a control character.", "Take it out.")
    found = re.search(r"(?:^|[:\-,\[{]\s*)([@`%!&*|>])", row)
    sign = found[1] if found else ""
    return Slip(f"A text does not begin with {sign} in YAML.", f'Write it between quotation marks: "{sign}…"')


def _mapping(rows: list[str], line: int) -> tuple[int, Slip]:
    """A colon where no key is: a text with a colon, or a line before without one."""
    row = rows[line] if line < len(rows) else ""
    before = next((number for number in range(line - 1, -1, -1) if rows[number].strip()), None)
    if before is not None and re.match(r"\s*[\w-]+\s*=", rows[before]):
        return before, Slip("YAML has a colon between a key and its value, not =.", "Write KEY: VALUE.")
    if before is not None and re.match(r"\s*[\w-]+:\S", rows[before]):
        return before, Slip("A blank is missing behind the colon.", "Write KEY: VALUE.")
    if row.count(": ") + row.rstrip().endswith(":") > 1:
        hint = 'Put the text between quotation marks: KEY: "… : …".'
        return line, Slip("A text with a colon and a blank in it stands between quotation marks.", hint)
    return line, Slip("This key does not stand where its neighbours do.", "Indent it as the keys above it.")
