r"""The regular expressions of SPARQL and SHACL, as patterns of Python.

They are those of XPath (Functions and Operators 3.1, section 5.6.1) on top of XML Schema 1.1 (appendix G):
they have `\p{L}`, `\i`, blocks of Unicode and subtraction of classes, and neither look-around nor `\b`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import chain, groupby

from ogdkg.lean import compile_later
from ogdkg.rdf.datatypes import NAME_CLASS, NAME_START_CLASS
from ogdkg.sparql.unicode_blocks import block

FLAGS = "smixq"
DEEPEST = 100  # groups or classes within one another
MOST_TIMES = 100_000
_SPACES = "\t\n\r "
_ESCAPED = {"n": "\n", "r": "\r", "t": "\t"}
_SETS = "sSdDwWiIcC"
_REFUSED = {
    "b": r"the word boundary \b", "B": r"\B", "A": r"\A", "Z": r"\Z", "z": r"\z", "G": r"\G",
    "x": r"the code \x", "u": r"the code \u", "h": r"\h", "R": r"\R", "Q": r"\Q",
}  # fmt: skip
_GROUPS = (
    ("(?=", "look-ahead (?="), ("(?!", "look-ahead (?!"), ("(?<=", "look-behind (?<="),
    ("(?<!", "look-behind (?<!"), ("(?P<", "a named group (?P<"), ("(?<", "a named group (?<"),
    ("(?P=", "a named reference (?P="), ("(?>", "an atomic group (?>"), ("(?#", "a comment (?#"),
    ("(?(", "a condition (?("), ("(?", "flags within the pattern, (?"),
)  # fmt: skip
_TIMES = compile_later(r"\{([0-9]+)(?:(,)([0-9]*))?\}")
_CATEGORIES = (
    "L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No",
    "P", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z", "Zs", "Zl", "Zp",
    "S", "Sm", "Sc", "Sk", "So", "C", "Cc", "Cf", "Co", "Cn",
)  # fmt: skip
# Planes in which there are more characters than one category has.
_PLANES = (range(0x40000), range(0xE0000, 0xE1000))
_LAST = 0x10FFFF


class PatternError(ValueError):
    """A pattern that is none, and where."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message, offset)
        self.message = message
        self.offset = offset


@dataclass
class _Class:
    """A class: ranges, named sets (each with whether it is denied), and the class that is taken off."""

    negated: bool = False
    ranges: list[tuple[int, int]] = field(default_factory=list)
    named: list[tuple[str, bool]] = field(default_factory=list)
    minus: _Class | None = None

    def text(self, *, folded: bool) -> str:
        """The class as Python has it."""
        explicit = "".join(_range_text(*span) for span in self.ranges)
        positive = "".join(_body(name) for name, denied in self.named if not denied)
        parts = [f"[^{_body(name)}]" for name, denied in self.named if denied]
        if folded:  # a named set is as it is: \p{Lu} has no lower case letters
            parts = [f"(?-i:{part})" for part in [*([f"[{positive}]"] if positive else []), *parts]]
            positive = ""
        if explicit or positive:
            parts.insert(0, f"[{explicit}{positive}]")
        if self.negated and len(parts) == 1 and not parts[0].startswith(("(", "[^")):
            base = f"[^{parts[0][1:]}"
        elif self.negated:
            base = f"(?:(?!{'|'.join(parts)})(?s:.))"
        else:
            base = parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"
        return f"(?:(?!{self.minus.text(folded=folded)}){base})" if self.minus else base


@lru_cache(maxsize=1_000)
def compiled(pattern: str, flags: str = "") -> re.Pattern[str]:
    """A pattern ready to search with.

    Raises:
        PatternError: It is no regular expression of XPath, or the flags are none.
    """
    parts = _parts(pattern, flags)
    folded = "i" in flags
    text = "".join(part if isinstance(part, str) else part.text(folded=folded) for part in parts)
    return re.compile(text, re.IGNORECASE if folded else 0)


def check(pattern: str, flags: str = "") -> None:
    """Raise PatternError for what is no regular expression of XPath; in time linear in the pattern."""
    _parts(pattern, flags)


def _parts(pattern: str, flags: str) -> list[str | _Class]:
    for flag in flags:
        if flag not in FLAGS:
            raise PatternError(f"the flag {flag!r} is none of s, m, i, x and q", 0)
    if "q" in flags:
        return [re.escape(pattern)]
    return _Reader(pattern, flags).parts()


class _Reader:
    """Reads a pattern from the left to the right; `at` counts the characters that the flag x leaves."""

    def __init__(self, pattern: str, flags: str) -> None:
        kept = _without_spaces(pattern) if "x" in flags else list(range(len(pattern)))
        self.text = "".join(pattern[offset] for offset in kept)
        self.offsets = [*kept, len(pattern)]
        self.flags = flags
        self.at = 0
        self.open: list[int] = []  # the numbers of the groups that are open; 0 for one that captures nothing
        self.closed: set[int] = set()
        self.groups = 0
        self.found: list[str | _Class] = []

    def parts(self) -> list[str | _Class]:
        repeatable = False
        while self.at < len(self.text):
            sign = self.text[self.at]
            if sign in "*+?{":
                if not repeatable:
                    raise self.fault(f"there is nothing before {sign} to repeat")
                self.quantifier()
                repeatable = False
            else:
                repeatable = self.atom(sign)
        if self.open:
            raise self.fault("a group is not closed")
        return self.found

    def fault(self, message: str, at: int | None = None) -> PatternError:
        return PatternError(message, self.offsets[self.at if at is None else at])

    def atom(self, sign: str) -> bool:
        """Read one atom or bracket; whether it may be repeated."""
        if sign == "(":
            self.opened()
            return False
        if sign == ")":
            self.close()
            return True
        if sign == "[":
            self.found.append(self.char_class(0))
        elif sign == "\\":
            self.escape()
        elif sign in "]}":
            raise self.fault(f"{sign} stands alone; write \\{sign}")
        else:
            self.found.append(self.sign(sign))
            self.at += 1
        return sign != "|"

    def sign(self, sign: str) -> str:
        """What stands for itself, for any character, or for a place."""
        lines = "m" in self.flags
        if sign == ".":
            return "(?s:.)" if "s" in self.flags else r"[^\n\r]"
        if sign == "^":
            return r"(?:\A|(?<=\n)(?!\Z))" if lines else r"(?:\A)"
        if sign == "$":
            return r"(?:(?=\n)|(?<!\n)\Z)" if lines else r"(?:\Z)"
        return sign if sign == "|" else re.escape(sign)

    def opened(self) -> None:
        if len(self.open) >= DEEPEST:
            raise self.fault(f"more than {DEEPEST} groups are nested")
        if self.text.startswith("(?:", self.at):
            self.open.append(0)
            self.found.append("(?:")
            self.at += 3
            return
        for start, name in _GROUPS:
            if self.text.startswith(start, self.at):
                raise self.fault(f"{name} is not in XPath's regular expressions")
        self.groups += 1
        self.open.append(self.groups)
        self.found.append("(")
        self.at += 1

    def close(self) -> None:
        if not self.open:
            raise self.fault("there is no group for ) to close")
        self.closed.add(self.open.pop())
        self.found.append(")")
        self.at += 1

    def quantifier(self) -> None:
        start = self.at
        if self.text[start] == "{":
            times = _TIMES.match(self.text, start)
            if not times:
                raise self.fault("{ begins no number of times; write \\{ for the character")
            least, most = times[1], times[3] if times[2] else times[1]
            if len(least) > 6 or len(most) > 6 or max(int(least), int(most or 0)) > MOST_TIMES:
                raise self.fault(f"a part may be repeated {MOST_TIMES:,} times at most")
            if most and int(least) > int(most):
                raise self.fault("the least number of times is greater than the most")
            self.at = times.end()
        else:
            self.at += 1
        following = self.text[self.at : self.at + 1]
        if following == "+":
            raise self.fault("a possessive quantifier is not in XPath's regular expressions", start)
        if following and following in "*{":
            raise self.fault(f"{following} follows another quantifier")
        if following == "?":
            self.at += 1
        self.found.append(self.text[start : self.at])

    def escape(self) -> None:
        start = self.at
        following = self.text[start + 1 : start + 2]
        if following.isdecimal() and following.isascii():
            self.reference()
        elif (named := self.named_set()) is not None:
            self.found.append(_Class(named=[named]))
        else:
            self.found.append(re.escape(self.escaped_character()))

    def reference(self) -> None:
        """A back-reference: as many digits as make the number of a group before it."""
        start = self.at
        end = start + 2
        while self.text[end : end + 1].isdecimal() and int(self.text[start + 1 : end + 1]) <= self.groups:
            end += 1
        number = int(self.text[start + 1 : end])
        if number not in self.closed or number == 0:
            raise self.fault(f"there is no group {number} before \\{number}")
        self.found.append(f"(?({number})\\{number}|)")  # a group that matched nothing is empty
        self.at = end

    def named_set(self) -> tuple[str, bool] | None:
        r"""A set such as `\d`, `\P{Lu}` or `\p{IsGreek}`: its name, and whether it is denied."""
        following = self.text[self.at + 1 : self.at + 2]
        if following and following in _SETS:
            self.at += 2
            return following.lower(), following.isupper()
        if not following or following not in "pP":
            return None
        end = self.text.find("}", self.at)
        name = self.text[self.at + 3 : end] if end > 0 and self.text[self.at + 2] == "{" else ""
        is_block = name.startswith("Is") and block(name[2:]) is not None
        if not is_block and name not in _CATEGORIES:
            shown = f"\\{following}{{{name}}}" if 0 < len(name) < 40 else f"\\{following}"
            raise self.fault(f"{shown} names no category or block of Unicode")
        self.at = end + 1
        return name, following == "P"

    def escaped_character(self) -> str:
        following = self.text[self.at + 1 : self.at + 2]
        if not following:
            raise self.fault("a backslash ends the pattern")
        if following in _REFUSED or (following.isalnum() and following not in _ESCAPED):
            name = _REFUSED.get(following, f"\\{following}")
            raise self.fault(f"{name} is not in XPath's regular expressions")
        # Of other characters XPath has only its own signs, but nobody reads \/ or \@ as anything else.
        self.at += 2
        return _ESCAPED.get(following, following)

    def char_class(self, depth: int) -> _Class:
        start = self.at
        if depth >= DEEPEST:
            raise self.fault(f"more than {DEEPEST} classes are nested")
        self.at += 1
        found = _Class(negated=self.text.startswith("^", self.at))
        self.at += found.negated
        while not self.text.startswith("]", self.at):
            if self.at >= len(self.text):
                raise self.fault("a class is not closed", start)
            if self.text.startswith("-[", self.at) and (found.ranges or found.named):
                self.at += 1
                found.minus = self.char_class(depth + 1)
                if not self.text.startswith("]", self.at):
                    raise self.fault("the class that is taken off must be the last in its class")
            elif self.text[self.at] == "[":
                raise self.fault("[ stands within a class; write \\[")
            else:
                self.member(found)
        if not found.ranges and not found.named:
            raise self.fault("a class is empty", start)
        self.at += 1
        return found

    def member(self, found: _Class) -> None:
        if self.text[self.at] == "\\" and (named := self.named_set()) is not None:
            found.named.append(named)
            return
        start = self.at
        first = self.character()
        last = first
        after = self.text[self.at + 1 : self.at + 2]
        if self.text.startswith("-", self.at) and after and after not in "[]":
            self.at += 1
            if self.text[self.at] == "\\" and self.text[self.at + 1 : self.at + 2] in tuple(_SETS + "pP"):
                raise self.fault("a range cannot end with a set")
            last = self.character()
        if ord(last) < ord(first):
            raise self.fault("a range ends before it begins", start)
        found.ranges.append((ord(first), ord(last)))

    def character(self) -> str:
        if self.text[self.at] == "\\":
            return self.escaped_character()
        self.at += 1
        return self.text[self.at - 1]


def _without_spaces(pattern: str) -> list[int]:
    """The offsets of the characters that the flag x leaves: white space counts within classes alone."""
    kept, depth, escaped = [], 0, False
    for offset, sign in enumerate(pattern):
        if depth or sign not in _SPACES:
            kept.append(offset)
            if not escaped:
                depth = max(depth + (sign == "[") - (sign == "]"), 0)
            escaped = sign == "\\" and not escaped
    return kept


def _range_text(first: int, last: int) -> str:
    return _code(first) if first == last else f"{_code(first)}-{_code(last)}"


def _code(number: int) -> str:
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\U{number:08x}"


@cache
def _body(name: str) -> str:
    """What a named set has, as it stands in a class of Python."""
    if name in ("d", "s"):
        return r"\d" if name == "d" else r"\t\n\r "
    if name in ("i", "c"):
        return NAME_START_CLASS if name == "i" else NAME_CLASS
    if name == "w":  # all but punctuation, separators and other characters
        return "".join(map(_body, "LMNS"))
    found = block(name[2:]) if name.startswith("Is") else None
    ranges = [found] if found else _categories()[name]
    return "".join(_range_text(*span) for span in ranges)


@cache
def _categories() -> dict[str, list[tuple[int, int]]]:
    """The ranges of each category of Unicode, and of each first letter of some."""
    found: dict[str, list[tuple[int, int]]] = {name: [] for name in _CATEGORIES}
    for name, run in groupby(chain(*_PLANES), key=lambda number: unicodedata.category(chr(number))):
        if name == "Cs":
            continue  # XML has no surrogates
        for first, last in _runs(run):
            found[name].append((first, last))
            found[name[0]].append((first, last))
    for name, first, last in (("Cn", 0x40000, 0xDFFFF), ("Cn", 0xE1000, 0xEFFFF), ("Co", 0xF0000, _LAST)):
        found[name].append((first, last))
        found["C"].append((first, last))
    return found


def _runs(numbers: Iterator[int]) -> Iterator[tuple[int, int]]:
    """Ascending numbers as ranges."""
    first = last = -2
    for number in numbers:
        if number != last + 1:
            if last >= 0:
                yield first, last
            first = number
        last = number
    if last >= 0:
        yield first, last
