"""Mistakes that a query which does not parse surely has: what its tokens tell better than a grammar does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise

from ogdkg.errors import InputError, Place, UnknownNameError, UnknownPrefixError, nearest
from ogdkg.rdf.namespaces import WELL_KNOWN
from ogdkg.sparql.keywords import AGGREGATES, FUNCTIONS, KEYWORDS
from ogdkg.sparql.tokens import Token, tokens, undeclared
from ogdkg.text.slips import first_slip, quoted, slip_of, without_scheme

_UPDATES = ("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH")
_KNOWN = frozenset((*KEYWORDS, *FUNCTIONS, "A"))
_FOREIGN = {
    "AND": "Write && between two conditions.",
    "OR": "Write || between two conditions.",
    "NULL": "What has no value is left out: use OPTIONAL { … } and BOUND(?x).",
    "LIKE": "Write REGEX(?x, \"…\", \"i\") or CONTAINS(?x, \"…\").",
    "COUNT_DISTINCT": "Write COUNT(DISTINCT ?x).",
}  # fmt: skip
_BROKEN = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:(?://)?[^<>\s\"{}|\\^`]*([\s\"{}|\\^`])[^<>\r\n]*>")
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s<>\"]+")
_ESCAPED = re.compile(r"""(["'])(?:(?!\1)[^\\\r\n]|\\.)*\1""")
_BAD_ESCAPE = re.compile(r"\\(?![tbnrf\\\"']|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})")
_WHOLE_IRI = "Write it whole, begin the query with BASE <…>, or give --base."
_SCHEME = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:")
_CLOSING = {"(": ")", "{": "}", "[": "]"}
_FOLLOWS = {
    "ORDER": ("BY", "BY", "BY ?name"),
    "GROUP": ("BY", "BY", "BY ?name"),
    "OPTIONAL": (r"\{", "{", "{ … }"),
    "UNION": (r"\{", "{", "{ … }"),
    "MINUS": (r"\{", "{", "{ … }"),
    "WHERE": (r"\{", "{", "{ … }"),
    "LIMIT": ("[0-9]+", "a number", "10"),
    "OFFSET": ("[0-9]+", "a number", "10"),
    "BIND": (r"\(", "(", "(… AS ?name)"),
    "GRAPH": (r"[?$<].*|.*:.*", "a graph's name or a variable", "?g { … }"),
}
_NEEDED = {"{": 3, ".": 3, ";": 2, ",": 1}  # terms that follow a sign in a pattern


class Mistakes:
    """The tokens of a query, and each kind of mistake looked for in them."""

    def __init__(self, text: str, prefixes: Mapping[str, str], name: str) -> None:
        self._text, self._prefixes, self._name = text, prefixes, name
        self._all = list(tokens(text))
        self.found = [token for token in self._all if token.kind not in ("space", "comment")]

    def first(self) -> InputError | None:
        """Return the error of the first kind of mistake that the query has."""
        looks = (
            self._look_alike, self._string, self._iri, self._directive, self._glued, self._undeclared,
            self.relative, self._update, self._brackets, self._doubled, self._language, self._word,
            self._signs, self._order, self._projection, self._aggregate, self._missing_mark, self._rebound,
        )  # fmt: skip
        return next((error for look in looks if (error := look()) is not None), None)

    def _error(self, at: int, message: str, hint: str) -> InputError:
        return InputError(message, place=Place.in_text(self._text, at, self._name), hint=hint)

    def _look_alike(self) -> InputError | None:
        for token in self.found:
            if token.text.isascii() or token.kind in ("string", "iri"):
                continue
            if token.kind == "sign" and (slip := slip_of(token.text)):
                return self._error(token.start, slip.message, slip.hint)
            if found := first_slip(token.text):
                return self._error(token.start + found[0], found[1].message, found[1].hint)
        return None

    def _string(self) -> InputError | None:
        """A string without its end, or with an escape that stands for nothing."""
        quote = next((token for token in self.found if token.kind == "sign" and token.text in "\"'"), None)
        if quote is None:
            return None
        whole = _ESCAPED.match(self._text, quote.start)
        if whole and (escape := _BAD_ESCAPE.search(whole[0])):
            sequence = quoted(whole[0][escape.start() : escape.start() + 2])
            message = f"The escape sequence {sequence} stands for no character."
            return self._error(quote.start + escape.start(), message, r"Write \\ for a backslash.")
        before = self._before(quote)
        if before and before.kind == "string" and before.start + len(before.text) == quote.start:
            return self._ends_early(before)
        strings = [token for token in self.found if token.kind == "string" and token.start < quote.start]
        line = self._text.rfind("\n", 0, quote.start)
        glued = [token for token in strings if token.start > line and self._runs_on(token)]
        if glued:
            return self._ends_early(glued[0])
        return self._error(
            quote.start,
            "This string is not closed in its line.",
            f"Write {quote.text} where it ends; a string over several lines stands between {quote.text * 3}.",
        )

    def _runs_on(self, token: Token) -> bool:
        """Whether letters follow right behind a string, as where a quotation mark stands within it."""
        end = token.start + len(token.text)
        return self._text[end : end + 1].isalnum()

    def _ends_early(self, token: Token) -> InputError:
        line, column = Place.in_text(self._text, token.start, self._name)[1:]
        message = f"The string that begins in line {line}, column {column}, ends here."
        hint = f"Write \\{token.text[0]} for a quotation mark in a string, or close it sooner."
        return self._error(token.start + len(token.text), message, hint)

    def _before(self, token: Token) -> Token | None:
        index = self.found.index(token)
        return self.found[index - 1] if index else None

    def _iri(self) -> InputError | None:
        for token in self.found:
            if token.text == "<" and (broken := _BROKEN.match(self._text, token.start)):
                sign = {" ": "a blank", "\t": "a tab"}.get(broken[1], f"the sign {broken[1]}")
                code = "".join(f"%{byte:02X}" for byte in broken[1].encode())
                message = f"This IRI holds {sign}, which no IRI may hold."
                return self._error(token.start, message, f"Take it out, or percent-encode it: {code}")
            if token.kind == "name" and (address := _ADDRESS.match(self._text, token.start)):
                shown = address[0].rstrip(".,;)}")
                return self._error(token.start, "This address stands without < and >.", f"Write <{shown}>")
        return None

    def _directive(self) -> InputError | None:
        """A prefix declared as Turtle does."""
        for index, token in enumerate(self.found):
            if token.kind == "language" and token.text.lower() in ("@prefix", "@base"):
                word = token.text[1:].upper()
                hint = f"Write {word} without @, and no full stop behind it."
                return self._error(token.start, f"A query declares no {token.text}.", hint)
            if token.is_word("PREFIX"):
                three = self.found[index + 1 : index + 4]
                if len(three) == 3 and three[1].kind == "iri" and three[2].text == ".":
                    message = "PREFIX takes no full stop in a query."
                    return self._error(three[2].start, message, "Take the full stop out.")
        return None

    def _glued(self) -> InputError | None:
        for name, comment in pairwise(self._all):
            if name.kind == "name" and comment.kind == "comment" and name.text[-1] != ":":
                more = re.match(r"#([^\s,;.\])}]*)", comment.text)
                message = f"The name {name.text} ends at the #, which begins a comment."
                hint = f"Write {name.text}\\#{more[1] if more else ''} for a # in a name."
                return self._error(comment.start, message, hint)
        return None

    def _undeclared(self) -> InputError | None:
        unknown = undeclared(self.found, self._prefixes)
        if unknown is None:
            return None
        prefix = unknown.text.partition(":")[0]
        known = WELL_KNOWN.get(prefix)
        near = None if known else UnknownNameError("prefix", prefix, self._prefixes).hint
        hint = near or f"Begin the query with: PREFIX {prefix}: <{known or '…'}>"
        return UnknownPrefixError(prefix, Place.in_text(self._text, unknown.start, self._name), hint)

    def relative(self) -> InputError | None:
        """The error for the first relative IRI, where nothing gives a base."""
        if any(token.is_word("BASE") for token in self.found):
            return None
        for token in self.found:
            if token.kind == "iri" and not _SCHEME.match(token.text):
                hint = without_scheme(token.text[1:-1]) or _WHOLE_IRI
                message = f"{token.text} is a relative IRI, and the query has no base."
                return self._error(token.start, message, hint)
        return None

    def _update(self) -> InputError | None:
        words = (
            token for token in self.found if token.kind == "word" and not token.is_word("PREFIX", "BASE")
        )
        first = next(words, None)
        if first is None or not first.is_word(*_UPDATES):
            return None
        hint = "A query begins with SELECT, ASK, CONSTRUCT or DESCRIBE. Change the files instead."
        message = "The query does not parse: it is an update, and ogdkg runs queries alone."
        return self._error(first.start, message, hint)

    def _brackets(self) -> InputError | None:
        opened: list[Token] = []
        for token in self.found:
            if token.kind != "sign":
                continue
            if token.text in _CLOSING:
                opened.append(token)
            elif token.text in _CLOSING.values():
                if not opened:
                    message = f"This {token.text} closes nothing."
                    return self._error(token.start, message, "Take it out, or open what it should close.")
                if _CLOSING[opened[-1].text] != token.text:
                    return self._open(opened[-1], token.start)
                opened.pop()
        return self._open(opened[-1], len(self._text.rstrip())) if opened else None

    def _open(self, token: Token, at: int) -> InputError:
        line, column = Place.in_text(self._text, token.start, self._name)[1:]
        message = f"The {token.text} in line {line}, column {column}, is not closed."
        return self._error(at, message, f"Write {_CLOSING[token.text]} before this.")

    def _doubled(self) -> InputError | None:
        for one, other in pairwise(self.found):
            if one.kind == "word" and one.is_word(other.text.upper()) and one.text.upper() in KEYWORDS:
                message = f"The word {other.text.upper()} stands here twice."
                return self._error(other.start, message, "Take one of them out.")
        return None

    def _word(self) -> InputError | None:
        """A word that SPARQL does not have."""
        for index, token in enumerate(self.found):
            word = token.text.upper()
            if token.kind != "word" or word in _KNOWN:
                continue
            if word in _FOREIGN:
                return self._error(token.start, f"SPARQL has no word {token.text}.", _FOREIGN[word])
            is_function = [token.text for token in self.found[index + 1 : index + 2]] == ["("]
            known, what = (FUNCTIONS, "function") if is_function else (KEYWORDS, "word")
            near = nearest(word, known, 1) or nearest(word, (*KEYWORDS, *FUNCTIONS), 1, 0.75)
            hint = f"Did you mean {near[0]}?" if near else self._meaning(token, is_function=is_function)
            return self._error(token.start, f"SPARQL has no {what} {token.text}.", hint)
        return None

    @staticmethod
    def _meaning(token: Token, *, is_function: bool) -> str:
        if is_function:
            return "Use a function of SPARQL, or a cast such as xsd:integer(…)."
        return f'A variable is ?{token.text}, a text "{token.text}", a name has a prefix and a colon.'

    def _language(self) -> InputError | None:
        for one, other in pairwise(self.found):
            if one.kind == "language" and other.text[0] == "_" and one.start + len(one.text) == other.start:
                return self._error(
                    other.start, "A language tag has no underscore.", "Write a hyphen, as in @en-US."
                )
        return None

    def _order(self) -> InputError | None:
        """A keyword without what must follow it."""
        for one, other in pairwise((*self.found, Token("end", "the end", len(self._text)))):
            word = one.text.upper() if one.kind == "word" else ""
            follows = _FOLLOWS.get(word)
            if follows and not re.fullmatch(follows[0], other.text, re.IGNORECASE):
                message = f"{word} is followed by {follows[1]}, not by {quoted(other.text)}."
                return self._error(other.start, message, f"Write {word} {follows[2]}.")
        return None

    def _aggregate(self) -> InputError | None:
        for name, bracket, word in zip(self.found, self.found[1:], self.found[2:], strict=False):
            if name.kind in ("name", "iri") and bracket.text == "(" and word.is_word("DISTINCT"):
                hint = f"Use one of {', '.join(AGGREGATES)}."
                return self._error(name.start, f"There is no aggregate {name.text}.", hint)
        return None

    def _rebound(self) -> InputError | None:
        """BIND to a variable that has a value already (section 18.2.1)."""
        used: set[str] = set()
        bound = False
        for index, token in enumerate(self.found):
            bound = bound or token.is_word("BIND")
            before = self.found[index - 1] if index else token
            if token.kind != "variable":
                continue
            if bound and before.is_word("AS"):
                bound = False
                if token.text[1:] in used:
                    message = f"BIND gives a value to {token.text}, which has one already."
                    return self._error(token.start, message, "Choose a new name behind AS.")
            used.add(token.text[1:])
        return None

    def _signs(self) -> InputError | None:
        for one, other in pairwise(self.found):
            glued = one.start + len(one.text) == other.start
            if one.text == "=" and other.text == "=" and glued:
                return self._error(one.start, "SPARQL has no ==.", "Write = to compare.")
            if one.text == "<" and other.text == ">" and glued:
                return self._error(one.start, "SPARQL has no <> to compare.", "Write != for unequal.")
        values = False
        for token in self.found:
            values = token.is_word("VALUES") or (values and token.text != "}")
            if values and token.text == ",":
                return self._error(token.start, "VALUES takes no commas.", "Part the values by blanks.")
        last = self.found[-1]
        if last.text == ";":
            return self._error(last.start, "A query has no ; behind it.", "Take it out.")
        return None

    def _projection(self) -> InputError | None:
        """What is wrong between SELECT and the pattern, and in GROUP BY."""
        start = next((i for i, token in enumerate(self.found) if token.is_word("SELECT")), None)
        if start is None:
            return None
        depth = 0
        for index in range(start + 1, len(self.found)):
            token = self.found[index]
            if depth == 0 and (token.text == "{" or token.is_word("WHERE", "FROM")):
                break
            depth += (token.text == "(") - (token.text == ")") if token.kind == "sign" else 0
            if depth == 0 and token.text == ",":
                return self._error(token.start, "SELECT takes no commas.", "Part the variables by blanks.")
            if depth == 0 and token.is_word(*FUNCTIONS):
                word = token.text.upper()
                hint = f"Write ({word}(…) AS ?name)."
                return self._error(token.start, f"{word} stands in SELECT without a name.", hint)
        return self._unnamed(start) or self._ungrouped(start)

    def _unnamed(self, start: int) -> InputError | None:
        """`(SUM(?x))` without AS."""
        at = start + 1
        while at < len(self.found) and self.found[at].text != "{":
            if self.found[at].text == "(":
                inner = list(self._within(at))
                if not any(token.is_word("AS") for token in inner):
                    message = "This expression in SELECT has no name."
                    return self._error(self.found[at].start, message, "Write (… AS ?name).")
                at += len(inner)
            at += 1
        return None

    def _within(self, start: int) -> Iterator[Token]:
        depth = 0
        for token in self.found[start:]:
            depth += (token.text in _CLOSING) - (token.text in _CLOSING.values())
            yield token
            if depth == 0:
                return

    def _ungrouped(self, start: int) -> InputError | None:
        """A variable beside an aggregate that is in no GROUP BY."""
        head = list(self._head(start))
        if not any(token.is_word(*AGGREGATES) for _, token in head):
            return None
        words = [index for index, token in enumerate(self.found) if token.is_word("GROUP")]
        grouped = {token.text[1:] for token in self.found[words[-1] :]} if words else set()
        for depth, token in head:
            if depth == 0 and token.kind == "variable" and token.text[1:] not in grouped:
                message = f"{token.text} stands in SELECT beside an aggregate, but is not grouped."
                hint = f"End the query with GROUP BY {token.text}, or leave it out."
                return self._error(token.start, message, hint)
        return None

    def _head(self, start: int) -> Iterator[tuple[int, Token]]:
        """The tokens between SELECT and the pattern, each with how deep in brackets it stands."""
        depth = 0
        for token in self.found[start + 1 :]:
            if token.text == "{" and depth == 0:
                return
            depth -= token.text == ")"
            yield depth, token
            depth += token.text == "("

    def _missing_mark(self) -> InputError | None:
        """A fourth term in a row, where a full stop or a semicolon is missing."""
        due: int | None = None
        before: Token | None = None
        in_values = False
        for token in self.found:
            if token.kind == "word" and not token.is_word("A", "TRUE", "FALSE"):
                due, in_values = None, token.is_word("VALUES")
            elif token.kind == "sign" and token.text in "{.;,":
                due = None if in_values or (due is None and token.text in ";,.") else _NEEDED[token.text]
                in_values = in_values and token.text != "}"
            elif token.kind in ("sign", "language"):
                due = due if token.kind == "language" else None
            elif due is not None:
                if due == 0:
                    return self._unmarked(token, before)
                due -= 1
            before = token
        return None

    def _unmarked(self, token: Token, before: Token | None) -> InputError:
        message = f"Here should stand a full stop or a semicolon, not {quoted(token.text)}."
        line = Place.in_text(self._text, before.start if before else 0, self._name).line
        ends = (
            f"at the end of line {line}"
            if line != Place.in_text(self._text, token.start, "").line
            else "before it"
        )
        return self._error(token.start, message, f"Write . or ; {ends}.")
