"""SPARQL text as tokens, by the terminals of SPARQL 1.1 (section 19.8). Runs nothing, and changes nothing.

An exact tokenizer is what makes binding safe: a parameter is a whole token, never a stretch of a string,
an IRI or a comment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import dropwhile, takewhile

from ogdkg.lean import NamedTuple, compile_later
from ogdkg.rdf.terms import is_iri

# Every character past ASCII counts as a letter: where SPARQL forbids one, the engine refuses the query.
# The classes are written as what ASCII they leave out, since Python takes 25 ms to compile the exact ranges.
_U = r"[^\x00-@\[-`{-\x7f]"  # PN_CHARS_BASE
_V = r"[^\x00-/:-@\[-^`{-\x7f]"  # a variable's: letters, digits, _
_C = r"[^\x00-,./:-@\[-^`{-\x7f]"  # PN_CHARS: those and the hyphen
_D = r"[^\x00-,/:-@\[-^`{-\x7f]"  # with the dot, which may not end a name
_L = r"[^\x00-,/;-@\[-^`{-\x7f]"  # with dot and colon: a local name's
_PREFIX = rf"{_U}(?:{_D}*{_C})?"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:{_V}|:|{_PLX})(?:(?:{_L}|{_PLX})*(?:{_C}|:|{_PLX}))?"
_CODE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_STRING_ESCAPE = rf"\\[tbnrf\\\"']|{_CODE}"

_TERMINALS = (
    ("space", r"[ \t\r\n]+"),
    ("comment", r"#[^\r\n]*"),
    ("iri", rf"<(?:[^<>\"{{}}|^`\\\x00-\x20]|{_CODE})*>"),
    ("string", rf'"""(?:"{{0,2}}(?:[^"\\]|{_STRING_ESCAPE}))*"""'),
    ("string", rf"'''(?:'{{0,2}}(?:[^'\\]|{_STRING_ESCAPE}))*'''"),
    ("string", rf'"(?:[^"\\\r\n]|{_STRING_ESCAPE})*"'),
    ("string", rf"'(?:[^'\\\r\n]|{_STRING_ESCAPE})*'"),
    ("variable", rf"[?$]{_V}+"),
    ("blank", rf"_:{_V}(?:{_D}*{_C})?"),
    ("name", rf"(?:{_PREFIX})?:(?:{_LOCAL})?"),
    ("language", r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*"),
    ("number", r"(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+"),
    ("word", r"[A-Za-z_][A-Za-z0-9_]*"),
    ("sign", r"\^\^|<=|>=|!=|&&|\|\||."),
)
_TOKEN = compile_later("|".join(f"({pattern})" for _, pattern in _TERMINALS), re.DOTALL)
_KINDS = tuple(kind for kind, _ in _TERMINALS)
_CODES = compile_later(_CODE)
_SCHEME = compile_later(r"<[A-Za-z][A-Za-z0-9+.-]*:")
_SILENT = ("space", "comment")
_LONG = 10_000  # characters of a text, of which nothing is kept
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


class Token(NamedTuple):
    """A terminal: its kind, its text as written, and its offset in code points."""

    kind: str
    text: str
    start: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these keywords, which SPARQL reads without regard to case."""
        return self.kind == "word" and self.text.upper() in words

    def is_variable(self, name: str) -> bool:
        """Whether it is the variable of this name; `?` and `$` are alike."""
        return self.kind == "variable" and self.text[1:] == name


def tokens(text: str) -> Iterator[Token]:
    """Every token of `text`, blanks and comments too: joined they are `text` again."""
    for match in _TOKEN.finditer(text):
        yield Token(_KINDS[(match.lastindex or 1) - 1], match.group(), match.start())


def significant_tokens(text: str) -> list[Token]:
    """The tokens without white space and comments."""
    return list(_significant_again(text)) if len(text) < _LONG else _significant(text)


def _significant(text: str) -> list[Token]:
    return [token for token in tokens(text) if token.kind not in _SILENT]


# What binds, checks, spells out and runs a query reads its tokens, each anew.
_significant_again = lru_cache(maxsize=64)(_significant)


def joined_text(query: Sequence[Token]) -> str:
    """The tokens as a query again, one blank between two of them."""
    parts: list[str] = []
    after = ""
    for token in query:
        # A language tag or datatype belongs to the string before it.
        is_glued = not parts or token.kind == "language" or "^^" in (token.text, after)
        parts.append(token.text if is_glued else f" {token.text}")
        after = token.text
    return "".join(parts)


def closing_bracket(query: Sequence[Token], start: int) -> int | None:
    """The index of the bracket that closes the one at `start`; `start` itself where no bracket opens there.

    Returns:
        None where the bracket stays open.
    """
    depth = 0
    for index in range(start, len(query)):
        if query[index].kind == "sign":
            depth += (query[index].text in "([{") - (query[index].text in ")]}")
        if depth == 0:
            return index
    return None


def iri_of(token: Token, prefixes: Mapping[str, str]) -> str | None:
    """The IRI that a token stands for, its escapes replaced (sections 4.1.1 and 19.2).

    Returns:
        None for a token of another kind, an undeclared prefix, or what is no IRI once escapes are replaced.
    """
    if token.kind == "iri":
        iri = _CODES.sub(_character, token.text[1:-1])
    elif token.kind == "name":
        prefix, _, local = token.text.partition(":")
        if prefix not in prefixes:
            return None
        iri = prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
    else:
        return None
    return iri if is_iri(iri) else None


def has_relative(query: Sequence[Token]) -> bool:
    """Whether a query has an IRI without a scheme, which is relative to some base (RFC 3986, section 4.2)."""
    return any(token.kind == "iri" and not _SCHEME.match(token.text) for token in query)


def _character(code: re.Match[str]) -> str:
    number = int(code[0][2:], 16)
    return chr(number) if number <= 0x10FFFF else " "  # no IRI has a blank


def query_type(query: list[Token]) -> str | None:
    """SELECT, ASK, CONSTRUCT or DESCRIBE: the first such word; None when there is none."""
    return next((token.text.upper() for token in query if token.is_word(*FORMS)), None)


def declared_prefixes(query: list[Token]) -> dict[str, str]:
    """The prefixes of the prologue, with the namespaces as written."""
    found = {}
    for word, name, iri in zip(query, query[1:], query[2:], strict=False):
        if word.is_word("PREFIX") and name.kind == "name" and iri.kind == "iri":
            found[name.text[:-1]] = iri.text[1:-1]
    return found


def with_prefixes(text: str, prefixes: Mapping[str, str]) -> str:
    """Return a query with declarations of its undeclared prefixes, in the same line as its beginning."""
    query = significant_tokens(text)
    declared = declared_prefixes(query)
    used = {token.text.partition(":")[0] for token in query if token.kind == "name"}
    missing = [name for name in sorted(used) if name in prefixes and name not in declared]
    return "".join(f"PREFIX {name}: <{prefixes[name]}> " for name in missing) + text


def undeclared(query: list[Token], prefixes: Mapping[str, str]) -> Token | None:
    """The first prefixed name whose prefix is declared neither in the query nor in `prefixes`."""
    known = {**prefixes, **declared_prefixes(query)}
    names = (token for token in query if token.kind == "name")
    return next((token for token in names if token.text.partition(":")[0] not in known), None)


# Reading the tokens of a query takes longer than a small answer to it.
_STAR = compile_later(r"SELECT(?:\s|#[^\r\n]*+|DISTINCT|REDUCED)*+\*", re.IGNORECASE)


def may_select_all(text: str) -> bool:
    """Whether a query may have `SELECT *`."""
    # Of a long text the tokens are read in any case: it may begin to match again and again.
    return "*" in text and ("\\" in text or len(text) > _LONG or _STAR.search(text) is not None)


def star_order(query: list[Token], variables: Sequence[str]) -> list[str]:
    """The variables of `SELECT *` in the order of their first use; any other query's as they are."""
    words = [token for token in query if not token.is_word("DISTINCT", "REDUCED")]
    first = next((index for index, token in enumerate(words) if token.is_word("SELECT")), len(words))
    if [token.text for token in words[first + 1 : first + 2]] != ["*"]:
        return list(variables)
    used = dict.fromkeys(token.text[1:] for token in words if token.kind == "variable")
    return sorted(variables, key=list(used).index)


def makes_literals(query: list[Token]) -> bool:
    """Whether literals of what a CONSTRUCT or a DESCRIBE answers may be other than the data's: computed ones,
    or the template's own."""
    if any(token.is_word("AS", "VALUES") for token in query):
        return True
    from_template = dropwhile(lambda token: not token.is_word("CONSTRUCT"), query)
    template = takewhile(lambda token: token.text != "}", from_template)
    return any(token.kind in ("number", "string") or token.is_word("TRUE", "FALSE") for token in template)


def unused(query: list[Token], letter: str) -> str:
    """The beginning of names that no variable of a query has."""
    names = [token.text[1:] for token in query if token.kind == "variable"]
    number = 0
    while any(name.startswith(f"{letter}{number}_") for name in names):
        number += 1
    return f"{letter}{number}_"
