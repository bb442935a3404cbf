"""What to say of a document that does not parse: the slip that is likely behind a token that does not fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from ogdkg.errors import InputError, nearest
from ogdkg.lean import NamedTuple
from ogdkg.syntax.grammar import TOKEN, Token
from ogdkg.syntax.source import Source
from ogdkg.text.slips import (
    CONFLICT,
    CONFLICT_HINT,
    first_slip,
    iri_slip,
    is_conflict,
    is_curly,
    language_of,
    quoted,
    slip_of,
)

NAMES = {"turtle": "Turtle", "trig": "TriG", "ntriples": "N-Triples", "nquads": "N-Quads"}
_DIRECTIVES = ("@prefix", "@base", "@version", "PREFIX", "BASE", "VERSION", "GRAPH")
_OPENERS = {b"}": "graph", b"]": "bracket", b")": "collection", b"|}": "annotation"}
_SHOWN = 60  # bytes of a token
_HEAD = 2000  # bytes at the start that tell the language of a document
_BROKEN_IRI = re.compile(rb"<[^<>\"\r\n]*")


class Trouble(NamedTuple):
    """A token that does not fit, and what is open where it stands.

    Attributes:
        source: The document.
        format: The name of its format.
        expected: What should stand there, in words.
        hint: What to do, if nothing better is known.
        kind: The kind of the token, as of the grammar.
        raw: The token.
        at: Its offset.
        since: The offset of a token before it, from which the statement is read again.
        graph_at: The offset of the graph that is open, if one is.
        bracket: The sign that closes the innermost open bracket, and the offset of the one that opened it.
    """

    source: Source
    format: str
    expected: str
    hint: str
    kind: str
    raw: bytes
    at: int
    since: int
    graph_at: int | None
    bracket: tuple[bytes, int] | None

    @property
    def sign(self) -> str:
        """The character at the token's offset."""
        return bytes(self.source.data[self.at : self.at + 4]).decode(errors="ignore")[:1]

    @property
    def token_text(self) -> str:
        """The token for a message."""
        if self.kind == "bad":
            return quoted(self.sign) if self.sign else "this byte"
        return quoted(self.raw[: _SHOWN + 8].decode(errors="ignore"), _SHOWN)


def complaint(trouble: Trouble) -> InputError:
    """Return the error for a token that does not fit: the first slip that explains it."""
    if (comma := _comma(trouble)) is not None:
        message = "Here should stand a semicolon, not a comma: a predicate and its object follow."
        return trouble.source.error(comma, message, "Write `;` in place of this comma.")
    for look in _LOOKS:
        if found := look(trouble):
            message, hint = found
            return trouble.source.error(trouble.at, message, hint)
    if trouble.kind == "end":
        message = f"The document ends where {trouble.expected} should stand."
    else:
        message = f"Here should stand {trouble.expected}, not {trouble.token_text}."
    return trouble.source.error(trouble.at, message, _line_before(trouble) or trouble.hint)


Explanation = tuple[str, str] | None


def _comma(trouble: Trouble) -> int | None:
    """Where a comma stands before a predicate and its object, which only the object tells to be too many."""
    if trouble.raw == b"a" and trouble.expected == "an object":
        before = list(_tokens(trouble.source, trouble.since, trouble.at))
        return before[-1].offset if before and before[-1].text == "," else None
    if trouble.kind not in ("iri", "name", "blank", "literal", "number"):
        return None
    *_, comma, predicate = [None, None, *_tokens(trouble.source, trouble.since, trouble.at)]
    if not comma or not predicate or comma.text != "," or predicate.kind not in ("iri", "name"):
        return None
    follows = next(_tokens(trouble.source, trouble.at + len(trouble.raw)), None)
    return comma.offset if follows and follows.text in (";", ",", ".", "]", "}") else None


def _conflict(trouble: Trouble) -> Explanation:
    data, at = trouble.source.data, trouble.at
    if at and data[at - 1 : at] != b"\n":
        return None
    line = bytes(data[at : at + 8]).decode(errors="ignore")
    return (CONFLICT, CONFLICT_HINT) if is_conflict(line) else None


def _other_language(trouble: Trouble) -> Explanation:
    source = trouble.source
    if trouble.at > source.start + _HEAD:
        return None
    head = bytes(source.data[source.start : source.start + _HEAD]).decode(errors="ignore")
    expected = NAMES[trouble.format]
    slip = language_of(head, expected)
    if slip is None or (slip.message.startswith("This is Turtle") and trouble.format == "trig"):
        return None
    return slip.message, slip.hint


def _open_graph(trouble: Trouble) -> Explanation:
    """A graph that is still open where the document ends or the next graph begins."""
    if trouble.graph_at is None or trouble.bracket:
        return None
    word = trouble.raw.decode(errors="ignore").lower()
    begins = trouble.kind == "end" or trouble.raw == b"{" or word.strip("@") in ("graph", "prefix", "base")
    if not begins and not _is_block(trouble):
        return None
    name, line = _name_at(trouble.source, trouble.graph_at), trouble.source.place(trouble.graph_at).line
    where = "at the end" if trouble.kind == "end" else "before this"
    return f"The graph {name}, opened in line {line}, is not closed.", f"Write a closing }} {where}."


def _is_block(trouble: Trouble) -> bool:
    """Whether the token is the name of a graph that opens."""
    if trouble.kind not in ("iri", "name", "blank"):
        return False
    follows = next(_tokens(trouble.source, trouble.at + len(trouble.raw)), None)
    return follows is not None and follows.text == "{"


def _no_graphs(trouble: Trouble) -> Explanation:
    """A named graph in a format without."""
    is_graph = trouble.raw == b"{" or trouble.raw.lower() == b"graph"
    if not is_graph or trouble.format != "turtle":
        return None
    return "Turtle has no named graphs.", "Name the file with .trig, for TriG has them."


def _closes_nothing(trouble: Trouble) -> Explanation:
    what = _OPENERS.get(trouble.raw)
    is_open = trouble.graph_at is not None if trouble.raw == b"}" else trouble.bracket is not None
    if what is None or is_open:
        return None
    sign = trouble.raw.decode()
    return (
        f"This {sign} closes nothing: no {what} is open here.",
        "Take it out, or open what it should close.",
    )


def _open_bracket(trouble: Trouble) -> Explanation:
    """A bracket that is still open where the statement or the document ends."""
    if trouble.bracket is None:
        return None
    closing, at = trouble.bracket
    if trouble.kind != "end" and (trouble.raw == closing or trouble.raw not in (b".", b"{", *_OPENERS)):
        return None
    sign = bytes(trouble.source.data[at : at + 2]).decode(errors="ignore")
    opening = sign if sign in ("{|", "<<") else sign[:1]
    line, column = trouble.source.place(at)[1:]
    message = f"The {opening} in line {line}, column {column}, is not closed."
    return message, f"Write {closing.decode()} before this."


def _glued_comment(trouble: Trouble) -> Explanation:
    """A `#` in a name, which began a comment."""
    before = list(_tokens(trouble.source, trouble.since, trouble.at, comments=True))
    for name, comment in reversed(list(pairwise(before))):
        if comment.kind == "comment" and is_glued(name, comment):
            line = trouble.source.place(comment.offset).line
            return glued(name, comment, f"in line {line}")
    return None


def is_glued(name: Token, comment: Token) -> bool:
    """Whether a comment begins right behind a prefixed name, as the rest of it was meant to."""
    end = name.offset + len(name.text.encode())
    return name.kind == "name" and comment.kind == "comment" and comment.offset == end


def glued(name: Token, comment: Token, where: str) -> tuple[str, str]:
    """What to say of a comment that begins right behind a name."""
    rest = re.match(r"#([^\s,;.\])}]*)", comment.text)
    more = rest[1] if rest else ""
    message = f"The name {quoted(name.text)[1:-1]} ends at the # {where}, which begins a comment."
    return message, f"Write {name.text}\\#{more} for a # in a name, or a blank before a comment."


def _quotes(trouble: Trouble) -> Explanation:
    """A string that closed sooner than meant, or not at all."""
    data, at = trouble.source.data, trouble.at
    if trouble.kind == "bad" and trouble.raw in (b'"', b"'"):
        return _unclosed_string(trouble)
    if at == 0 or data[at - 1 : at] not in (b'"', b"'"):
        return None
    before = list(_tokens(trouble.source, trouble.since, at))
    if not before or before[-1].kind != "literal":
        return None
    line, column = trouble.source.place(before[-1].offset)[1:]
    message = f"The string that begins in line {line}, column {column}, ends before {trouble.token_text}."
    return message, f"Write \\{before[-1].text[0]} for a quotation mark in a string, or close it sooner."


def _unclosed_string(trouble: Trouble) -> Explanation:
    data, at, quote = trouble.source.data, trouble.at, trouble.raw
    if data[at : at + 3] == quote * 3:
        return "This string is not closed: nothing ends it.", f"Write {quote.decode() * 3} where it ends."
    end = data.find(b"\n", at)
    line = bytes(data[at + 1 : end if end >= 0 else min(len(data), at + 1000)]).decode(errors="ignore")
    curly = next((slip for sign in line if is_curly(sign) and (slip := slip_of(sign))), None)
    if curly:
        return f"This string is not closed. {curly.message}", curly.hint
    quoted_thrice = quote.decode() * 3
    return (
        "This string is not closed in its line.",
        f"Write {quote.decode()} where it ends; a string over several lines stands between {quoted_thrice}.",
    )


def _broken_iri(trouble: Trouble) -> Explanation:
    """An IRI with something in it that no IRI may hold, or without its end."""
    if trouble.kind != "bad" or trouble.raw != b"<":
        return None
    found = _BROKEN_IRI.match(trouble.source.data, trouble.at)
    text = (found[0] if found else b"").decode(errors="ignore")
    closes = trouble.source.data[found.end() : found.end() + 1] == b">" if found else False
    sign = next((character for character in text[1:] if iri_slip(character)), None)
    if not closes and (sign is None or sign in " \t"):
        return "This IRI is not closed.", "Write > where it ends."
    return iri_slip(sign or " ")


def _look_alike(trouble: Trouble) -> Explanation:
    """A character that looks like another one."""
    if trouble.kind == "bad":
        slip = slip_of(trouble.sign) if trouble.sign else None
    elif trouble.kind in ("name", "blank", "word"):
        found = first_slip(trouble.raw[:_HEAD].decode(errors="ignore"))
        slip = found[1] if found else None
    else:
        slip = None
    return (slip.message, slip.hint) if slip else None


def _other_comments(trouble: Trouble) -> Explanation:
    if trouble.kind == "bad" and trouble.source.data[trouble.at : trouble.at + 2] in (b"//", b"/*"):
        return "This looks like a comment, but a comment begins with #.", "Begin the line with #."
    return None


def _sign_in_name(trouble: Trouble) -> Explanation:
    """A sign that a local name has only behind a backslash, as `/` in `e:a/b`."""
    sign = bytes(trouble.source.data[trouble.at : trouble.at + 1])
    if trouble.kind == "end" or sign not in b"/=+!$&'()*,?@%~":
        return None
    before = list(_tokens(trouble.source, trouble.since, trouble.at))
    if not before or before[-1].kind != "name" or _end(before[-1]) != trouble.at:
        return None
    name = before[-1].text
    message = f"The name {quoted(name)[1:-1]} ends before {sign.decode()}, which a name cannot hold as it is."
    return message, f"Write {name}\\{sign.decode()}… for it, or the whole IRI between < and >."


def _words(trouble: Trouble) -> Explanation:
    """A word where a term should stand: a directive, a boolean or a text without quotes."""
    if trouble.kind not in ("word", "tag"):
        return None
    word = trouble.raw.decode()
    if word.lower() in ("true", "false") and trouble.expected == "an object":
        return f"Here should stand an object, not {quoted(word)}.", f"Write it small: {word.lower()}"
    if trouble.expected == "an object" and trouble.kind == "word":
        hint = f'Write a text between quotation marks, "{word}", and a name with its prefix.'
        return f"Here should stand an object, not {quoted(word)}.", hint
    if trouble.expected != "a subject":
        return None
    near = nearest(word, _DIRECTIVES, 1, 0.7)
    if not near:
        return None
    return f"There is no directive {quoted(word)}.", f"Write {near[0]}."


def _after_directive(trouble: Trouble) -> Explanation:
    """A full stop after PREFIX, or something other than an IRI behind a prefix."""
    line = (
        bytes(trouble.source.data[: trouble.at])[-200:].rpartition(b"\n")[2].decode(errors="ignore").lower()
    )
    if trouble.raw == b"." and trouble.expected == "a subject" and re.match(r"\s*(?:prefix|base)\b", line):
        word = line.split()[0]
        message = f"{word.upper()} without @ takes no full stop."
        return message, f"Take the full stop out, or begin with @{word}."
    if trouble.expected == "an IRI" and trouble.kind in ("name", "literal", "word"):
        rest = bytes(trouble.source.data[trouble.at : trouble.at + 200]).decode(errors="ignore").split()
        address = rest[0].strip("\"'") if rest else ""
        return f"Here should stand an IRI, not {quoted(address)}.", f"Write it between < and >: <{address}>"
    if trouble.expected == "a prefix" and trouble.kind == "word":
        word = trouble.raw.decode()
        return f"The prefix {word} has no colon.", f"Write {word}: <…>"
    return None


def _language_tag(trouble: Trouble) -> Explanation:
    data, at = trouble.source.data, trouble.at
    if trouble.kind == "bad" and data[at : at + 1] == b"_" and re.search(rb"@[A-Za-z]+$", data[at - 12 : at]):
        return "A language tag has no underscore.", "Write a hyphen, as in @en-US."
    if trouble.kind == "bad" and data[at : at + 2] == b"@ ":
        return "A language tag follows its @ at once.", 'Write "…"@en, without a blank.'
    return None


def _block(trouble: Trouble) -> Explanation:
    """What may not stand around the braces of a graph."""
    data, at = trouble.source.data, trouble.at
    if trouble.format != "trig":
        return None
    if trouble.raw == b"." and bytes(data[max(at - 200, 0) : at]).rstrip()[-1:] == b"}":
        return "A graph takes no full stop behind its }.", "Take the full stop out."
    if bytes(data[at : at + 1]) == b"=" and trouble.expected == "a predicate":
        return "Here stands a =, which TriG has not between the name of a graph and its {.", "Take the = out."
    if trouble.expected == "the name of a graph" and trouble.raw.lower() == b"graph":
        return "The word GRAPH stands here twice.", "Write `GRAPH name { … }`."
    return None


def _literal_as_node(trouble: Trouble) -> Explanation:
    if trouble.kind not in ("literal", "number") or trouble.expected not in ("a subject", "a predicate"):
        return None
    message = f"Here should stand {trouble.expected}, not {trouble.token_text}."
    return message, "Only an object may be a text or a number; the other two are IRIs or prefixed names."


def _line_before(trouble: Trouble) -> str | None:
    """Where the statement before ends, if it lacks its mark and ends in another line."""
    if not trouble.expected.endswith("a full stop") or trouble.kind == "bad":
        return None
    before = list(_tokens(trouble.source, trouble.since, trouble.at))
    line = trouble.source.place(_end(before[-1]) - 1).line if before else None
    if line is None or line == trouble.source.place(trouble.at).line:
        return None
    marks = "`.`" if trouble.expected == "a full stop" else "`;` or `.`"
    return f"Write {marks} at the end of line {line}."


_LOOKS = (
    _conflict, _other_language, _open_graph, _no_graphs, _open_bracket, _closes_nothing, _glued_comment,
    _look_alike, _language_tag, _quotes, _broken_iri, _other_comments, _block, _literal_as_node,
    _sign_in_name, _after_directive, _words,
)  # fmt: skip


def _tokens(source: Source, begin: int, end: int | None = None, *, comments: bool = False) -> Iterator[Token]:
    """The tokens from one offset up to another."""
    for match in TOKEN.finditer(source.data, begin, len(source.data) if end is None else end):
        kind = match.lastgroup or "end"
        if kind == "end":
            return
        if kind != "comment" or comments:
            yield Token(kind, match[kind].decode(errors="replace"), match.start(kind))


def _end(token: Token) -> int:
    return token.offset + len(token.text.encode())


def _name_at(source: Source, at: int) -> str:
    """The name of a graph that opens at an offset."""
    found = (token.text for token in _tokens(source, at) if token.text.lower() != "graph")
    name = next(found, "{")
    return {"{": "without a name", "[": "[]"}.get(name, quoted(name)[1:-1])
