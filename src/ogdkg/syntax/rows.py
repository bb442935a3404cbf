"""Turtle as programs write it, cut into triples by one pattern: faster than an engine that makes objects.

The pattern has less than the grammar (Turtle 1.1, 6.5): what it takes is Turtle, and means what it says here.
Of what it does not take, a parser has to tell what it is.
"""

from __future__ import annotations

import re

# What closes brackets before it, nothing, its subject, its predicate, its object: each as it is written, or
# nothing where it is that of the row before. An object that begins with `[` is the subject of the rows that
# follow until it is closed.
Row = tuple[str, str, str, str, str]

_GAP = r"[ \t\r\n]++"
_ANY = r"[ \t\r\n]*+(?:\#[^\n\r]*+[ \t\r\n]*+)*+"
_CHARACTER = r"A-Za-z0-9_"
LOCAL = rf"{_CHARACTER}:.\-"  # what a name has behind its prefix
NAME = (
    rf"(?:[A-Za-z][{_CHARACTER}\-]*+(?:\.++[{_CHARACTER}\-]++)*+)?+:"
    rf"(?:[{_CHARACTER}:][{_CHARACTER}:\-]*+(?:\.++[{_CHARACTER}:\-]++)*+)?+"
)
IRI = r"<[A-Za-z][A-Za-z0-9+.\-]*+:[^<>\"{}|^`\\\x00-\x20]*+>"  # a relative one hangs on more than a row
_BLANK = rf"_:[{_CHARACTER}][{_CHARACTER}\-]*+(?:\.++[{_CHARACTER}\-]++)*+"
# Two hexadecimal digits after D are half a character, which is none.
_ESCAPE = (
    r"\\(?:[tbnrf\"'\\]|u(?:[0-9A-CEFa-cef][0-9A-Fa-f]{3}|[Dd][0-7][0-9A-Fa-f]{2})"
    r"|U00(?:0[1-9A-Fa-f]|10)[0-9A-Fa-f]{4})"
)
SHORT = rf"\"(?!\"\")[^\"\\\n\r]*+(?:{_ESCAPE}[^\"\\\n\r]*+)*+\""
_LONG = rf"\"{{3}}(?:[^\"\\]++|{_ESCAPE}|\"(?!\"\"))*+\"{{3}}"
_TAG = r"@[A-Za-z0-9\-]++"
TYPED = rf"(?:{_TAG}|\^\^(?:{NAME}|{IRI}))?+"
_END = r"(?=[ \t\r\n;,.\]])"
NUMBER = rf"[+\-]?(?:[0-9]++(?:\.[0-9]++)?+|\.[0-9]++)(?:[eE][+\-]?[0-9]++)?+{_END}"
_OBJECT = (
    rf"{SHORT}{TYPED}|{NAME}|{IRI}|{NUMBER}|(?:true|false){_END}|{_BLANK}"
    # One that is told later than its own first object ends with a space; so one pattern tells it apart.
    rf"|\[(?!{_ANY}[;,.\]])(?:[ \t\r\n](?={_ANY}(?:a|{NAME}|{IRI}){_GAP}\[))?+"
    rf"|{_LONG}{TYPED}"
)
# Without comments, which may have brackets of their own.
_CLOSING = r"\](?:[ \t\r\n]*+(?:;[ \t\r\n]*+)?+\])*+"
is_name = re.compile(NAME, re.ASCII).fullmatch
OPENING = ("[", "[ ", "[\n", "[\t", "[\r")
# What the text of rows has to begin with, and to end with.
BEGIN, END = ".\n", "\n<a:> <a:> <a:>"
# A node with a label is told later than what its first object has.
_SUBJECT = rf"{_BLANK}(?!{_GAP}(?:a|{NAME}|{IRI}){_GAP}\[)"
TURTLE = re.compile(
    rf"(?: ?+;[ \t\r\n]*+(?=[A-Za-z:<])|(?:(?<=\[)|(?<=\[[ \t\r\n])){_ANY}"
    rf"|{_ANY}(?:({_CLOSING}){_ANY}(?:;{_ANY}(?=\.))?+)?+"
    rf"(?:,{_ANY}()|;{_ANY}|\.[ \t\r\n]{_ANY}({NAME}|{IRI}|{_SUBJECT}){_GAP}))"
    rf"(?(2)|(a|{NAME}|{IRI}){_GAP})({_OBJECT})(?: ?+;(?={_ANY}[.\];]))?+"
    r"|[\s\S]++",
    re.ASCII,
)
_LINES = re.compile(
    r"()()\.[ \t]*+(?:(?:\#[^\n\r]*+)?+[\r\n]++[ \t]*+)++"
    rf"({IRI}|{_BLANK})[ \t]++({IRI})[ \t]++({IRI}|{_BLANK}|{SHORT}(?:{_TAG}|\^\^{IRI})?+)[ \t]*+"
    r"|[\s\S]++",
    re.ASCII,
)
_PREFIX = re.compile(
    rf"{_ANY}(?:(@)prefix|PREFIX|prefix){_GAP}((?:[A-Za-z][{_CHARACTER}\-]*+)?+):{_GAP}({IRI})(?(1){_ANY}\.)"
)


def prefixes(text: str, found: dict[str, str]) -> int:
    """Take in the prefixes that a text begins with; return where it goes on."""
    end = 0
    while match := _PREFIX.match(text, end):
        found[match[2]], end = match[3][1:-1], match.end()
    return end


def rows(text: str, *, lines: bool = False) -> list[Row] | None:
    """The triples of whole statements, in the order in which they are written.

    Args:
        text: The statements, without prefixes.
        lines: Whether they must be N-Triples.

    Returns:
        A row for each, and one at the end for what closes brackets there; None where a parser has to look.
    """
    found: list[Row] = (_LINES if lines else TURTLE).findall(f"{BEGIN}{text}{END}")
    return found if found[-1][3] else None
