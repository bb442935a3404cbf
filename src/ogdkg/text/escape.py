"""The doors for text that a stranger wrote: one for each kind of place that it may reach.

A label, a message, a file's name or a server's answer may hold signs that command a terminal, a CI runner,
a Markdown renderer or a browser. Each door leaves what a person reads, in any script, and takes the command
away. Imports nothing of ours.

| place | door |
|---|---|
| within a line for a person | `one_line`; `visible` where no sign may be lost |
| whole lines for a person, on a terminal or in a CI log | `printable_lines` |
| such lines with our own colours and links | `told_styled`, of parts that went through `one_line` |
| data shown on a terminal | `on_terminal` |
| Markdown | `markdown`, `markdown_link`, `markdown_code`, `markdown_fence` |
| HTML | `html`, `html_link` |
| JSON, XML | `json_text`, `xml_text`, `xml_attribute`; `in_xml` before a writer of XML |
| GitHub's workflow commands | `github_data`, `github_property` |
| BibTeX | `tex` |
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache

from ogdkg.lean import NamedTuple

# Controls, separators of lines, and what turns the direction of a text (https://trojansource.codes).
_COMMANDING = (
    *range(0x20),
    *range(0x7F, 0xA0),
    0x2028,
    0x2029,
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
)
# What nobody sees, and no script needs: not the joiners of Devanagari, Persian and emoji (U+200C, U+200D).
_UNSEEN = (
    *(0xAD, 0x61C, 0x180E, 0x200B, 0x200E, 0x200F, 0xFEFF),
    *range(0x2060, 0x2066),
    *range(0x206A, 0x2070),
    *range(0xFFF9, 0xFFFC),
    *range(0xE0000, 0xE0080),
)
_ON_A_LINE = dict.fromkeys(_COMMANDING, " ") | dict.fromkeys(_UNSEEN, "")
_ON_LINES = {code: sign for code, sign in _ON_A_LINE.items() if code != 0x0A}
_ON_A_TERMINAL = {code: sign for code, sign in _ON_LINES.items() if code != 0x09} | {0x0D: ""}

# A line of a log is a command where it begins with `::`, after blanks too, or holds `##[` anywhere:
# https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
# `##vso[` is that of Azure Pipelines, `##teamcity[` that of TeamCity.
_COMMAND = r"(?am)^([\W_]*?)::"  # compiled when it is first wanted, as are all here
_OLD_COMMAND = r"##(?=[A-Za-z]*\[)"

_STYLE = r"(\x1b\[[0-9;]*m|\x1b\]8;;[!-~]*\x1b\\)"  # as `Ink` and `terminal_link` write them

_LINKED = ("http://", "https://", "mailto:")  # an IRI may be a script, or call a program
_NO_BREAK = "&#8203;"  # of no width: what a code host would link falls apart, and reads the same


def one_line(text: str) -> str:
    """Text for a place within a line: no line breaks, no controls, nothing that turns its direction.

    Half characters, as a file's name that is not UTF-8 has them, are spelled.

    >>> one_line("a\\n\\x1b[31mb")
    'a  [31mb'
    """
    return text if text.isprintable() else _whole(text.translate(_ON_A_LINE))


def lines(text: str) -> str:
    """Text of several lines, each as of `one_line`; whoever shows it puts an indent before each."""
    return text if text.isprintable() else _whole(text.translate(_ON_LINES))


def on_terminal(text: str) -> str:
    """Data on its way to a terminal: lines and tabs stay."""
    return text if text.isprintable() else _whole(text.translate(_ON_A_TERMINAL))


def visible(text: str) -> str:
    """Text within a line of which no sign may be lost: each that `one_line` takes away is spelled.

    >>> visible("a\\u202eb")
    'a\\\\u202Eb'
    """
    return (
        text if text.isprintable() else _whole(text.translate({code: _spelled(code) for code in _ON_A_LINE}))
    )


def _spelled(code: int) -> str:
    """As in N-Triples (https://www.w3.org/TR/n-triples/#grammar-production-UCHAR)."""
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"


def _whole(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def printable_lines(pieces: Iterable[str]) -> Iterator[str]:
    """Text for a person, line by line: nothing in it commands a terminal or a CI runner.

    >>> list(printable_lines(["a: ", "b\\n ::stop-commands::x\\n"]))
    ['a: b\\n', ' \\\\::stop-commands::x\\n']
    """
    return _line_by_line(pieces, told_line)


def _line_by_line(pieces: Iterable[str], line_as: Callable[[str], str]) -> Iterator[str]:
    rest = ""
    for piece in pieces:
        *whole, rest = (rest + piece).split("\n")
        for line in whole:
            yield line_as(line) + "\n"
    if rest:
        yield line_as(rest)


def told_line(line: str) -> str:
    """One line for a person, as `printable_lines` gives it."""
    line = one_line(line)
    if "::" in line:
        line = re.sub(_COMMAND, r"\1\\::", line)
    return re.sub(_OLD_COMMAND, r"#\\#", line) if "##" in line else line


def told_styled(pieces: Iterable[str]) -> Iterator[str]:
    """Text for a terminal, line by line, as `printable_lines`, but with our own colours and links left in it.

    A line that would command a CI runner goes without them. What else a terminal would obey is taken away.

    >>> list(told_styled(["\x1b[1ma\x1b[0m\x1b[2J\n"]))
    ['\x1b[1ma\x1b[0m [2J\n']
    """
    return _line_by_line(pieces, _styled_line)


def _styled_line(line: str) -> str:
    if line.isprintable():
        return told_line(line)
    parts = re.split(_STYLE, line)  # what is between them, and every second one an attribute or a link
    plain = one_line("".join(parts[::2]))
    if told_line(plain) != plain:
        return told_line(plain)
    return "".join(part if index % 2 else one_line(part) for index, part in enumerate(parts))


# -- links ----------------------------------------------------------------------


def link(iri: str) -> str:
    """An IRI as an address that may be clicked, percent-encoded; nothing where it may not be."""
    if not iri.lower().startswith(_LINKED):
        return ""
    from urllib.parse import quote  # a table without links does without

    return quote(iri, safe="/?:@!$&'()*+,;=-._~%#[]", errors="replace")


def terminal_link(text: str, iri: str) -> str:
    """A link (OSC 8, https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda), or the text."""
    target = link(iri)
    return f"\x1b]8;;{target}\x1b\\{text}\x1b]8;;\x1b\\" if target else text


# -- Markdown -------------------------------------------------------------------


def markdown(text: str) -> str:
    """Text within a line of Markdown, a table's cell too (https://github.github.com/gfm/): words and no more.

    A code host links `@name` and `#1` after it has rendered, so that a backslash helps nothing there.

    >>> markdown("*a* | @b")
    '\\\\*a\\\\* \\\\| @&#8203;b'
    """
    text = re.sub(r"[\\`*_\[\]<>|#~&$]", r"\\\g<0>", one_line(text).strip(" "))
    text = re.sub(r"^([-+=](?=[-=\s]|$)|[0-9]{1,9}(?=[.)](?:\s|$))|(?=::))", _at_start, text)
    text = re.sub(r"/(?=/)|(?<=www)\.", r"\\\g<0>", text, flags=re.IGNORECASE)
    return re.sub(r"@(?=\S)|#(?=[0-9])|\bGH-(?=[0-9])", rf"\g<0>{_NO_BREAK}", text, flags=re.IGNORECASE)


def _at_start(match: re.Match[str]) -> str:
    """What would open a list, a heading or a rule where it begins a line."""
    found = match[0]
    return f"{found}\\" if found.isdigit() else f"\\{found}"


def markdown_link(text: str, target: str) -> str:
    """A link in Markdown, or where the target is no address that may be clicked, the text alone."""
    target = link(target)
    return f"[{markdown(text)}](<{target}>)" if target else markdown(text)


def markdown_code(text: str) -> str:
    """Code within a line, with a longer run of backticks around it than any inside (GFM 6.3)."""
    text = one_line(text).replace("|", "\\|")
    ticks = "`" * (_longest_run(text) + 1)
    return f"{ticks} {text} {ticks}" if len(ticks) > 1 else f"`{text}`"


def markdown_fence(text: str, language: str) -> str:
    """A block of code, with a longer fence than any inside (GFM 4.5)."""
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{lines(text)}\n{fence}\n"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


# -- HTML, XML, JSON ------------------------------------------------------------


def html(text: str) -> str:
    """Text within HTML, or the value of an attribute in quotes."""
    from html import escape

    return re.sub(_OLD_COMMAND, "#&#35;", escape(one_line(text)))


def html_link(text: str, target: str) -> str:
    """A link in HTML, or where the target is no address that may be clicked, the text alone."""
    target = link(target)
    return f'<a href="{html(target)}">{html(text)}</a>' if target else html(text)


def in_xml(text: str) -> str:
    """Text of the signs that XML 1.0 has (section 2.2), for a writer that escapes by itself.

    >>> in_xml("a\\x00\\uffff<")
    'a\ufffd\ufffd<'
    """
    forbidden = "[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
    return text if text.isprintable() else re.sub(forbidden, "\ufffd", text)


def xml_text(text: str) -> str:
    """Text within XML 1.0, any at all: what XML forbids (section 2.2) becomes U+FFFD.

    Signs that command a terminal or a runner are spelled, so that they mean the same to a reader of XML.
    """
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    if not text.isprintable():
        text = in_xml(text).translate(_xml_signs())
    if "::" in text:
        text = re.sub(_COMMAND, r"\1&#58;:", text)
    return re.sub(_OLD_COMMAND, "#&#35;", text) if "##" in text else text


@cache
def _xml_signs() -> dict[int, str]:
    """References (section 4.1); a bare carriage return would be read back as a line feed (2.11)."""
    return {code: f"&#{code};" for code in _ON_A_LINE if code == 0x0D or code > 0x20}


def xml_attribute(text: str) -> str:
    """Text as the value of an attribute, in quotes; a line break stays one (XML 1.0, section 3.3.3)."""
    text = xml_text(text).replace('"', "&quot;")
    return '"' + text.replace("\n", "&#10;").replace("\t", "&#9;") + '"'


def json_text(value: object, indent: int | None = 2) -> str:
    """A value as JSON; signs that command a terminal or a runner are spelled (RFC 8259, section 7).

    >>> json_text("é\\u202e##[x]", None)
    '"é\\\\u202e#\\\\u0023[x]"'
    """
    import json

    return json_safe(json.dumps(value, indent=indent, ensure_ascii=False))


def json_safe(text: str) -> str:
    """JSON that holds any text, made to mean the same and command nothing."""
    if not text.isprintable():
        text = re.sub("[\ud800-\udfff]", _half, text.translate(_json_signs()))
    return re.sub(_OLD_COMMAND, r"#\\u0023", text) if "##" in text else text


def _half(match: re.Match[str]) -> str:
    """Half a character in words: as an escape, some readers refuse it (RFC 8259, section 8.2)."""
    return f"\\\\u{ord(match[0]):04x}"


@cache
def _json_signs() -> dict[int, str]:
    return {code: _in_json(code) for code in _ON_A_LINE if code > 0x20}


def _in_json(code: int) -> str:
    if code < 0x10000:
        return f"\\u{code:04x}"
    return f"\\u{0xD7C0 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"


# -- GitHub, BibTeX -------------------------------------------------------------


def github_data(text: str) -> str:
    """What a workflow command says; line breaks arrive as such, and no command of the old kind is in it."""
    text = lines(text.replace("\r\n", "\n")).replace("%", "%25").replace("\n", "%0A")
    return re.sub(_OLD_COMMAND, r"#\\#", text) if "##" in text else text


def github_property(text: str) -> str:
    """The value of a workflow command's property."""
    return github_data(text).replace(":", "%3A").replace(",", "%2C")


def tex(text: str) -> str:
    """Text within a field of BibTeX."""
    return re.sub(r"[\\~^&%$#_{}]", lambda sign: _TEX.get(sign[0], f"\\{sign[0]}"), one_line(text))


_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


# -- colours ---------------------------------------------------------------------


class Ink(NamedTuple):
    """Sets text in an attribute, or leaves it as it is where there are none.

    The text went through `one_line`, and `told_styled` lets the attributes through (ECMA-48, 8.3.117).
    """

    on: bool = False

    def strong(self, text: str) -> str:
        """What one looks for first: headings, names."""
        return self._set("1", text)

    def faint(self, text: str) -> str:
        """What one may pass over: rules, footnote marks."""
        return self._set("2", text)

    def bad(self, text: str) -> str:
        """Something wrong, or taken away."""
        return self._set("31", text)

    def good(self, text: str) -> str:
        """Something added."""
        return self._set("32", text)

    def odd(self, text: str) -> str:
        """Something to look at."""
        return self._set("33", text)

    def _set(self, attribute: str, text: str) -> str:
        return f"\x1b[{attribute}m{text}\x1b[0m" if self.on and text else text


PLAIN = Ink()
