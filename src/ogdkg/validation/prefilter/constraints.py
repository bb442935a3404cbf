"""Which focus nodes a constraint in SPARQL may reject, https://www.w3.org/TR/shacl/#sparql-constraints.

pyshacl runs the query once for each focus node, with $this bound beforehand. Where that means the same as
joining the targets in, one query finds all: the first group binds ?this, and each filter that is an error
lets its row through. Where it may not mean the same, or where rdflib and the store may answer differently,
the constraint is left to pyshacl whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from pyoxigraph import Literal

from ogdkg.rdf.namespaces import prefix_lines
from ogdkg.sparql.tokens import Token, closing_bracket, iri_of, joined_text, significant_tokens
from ogdkg.validation.core.queries import prefixes
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import RDF, SH, XSD
from ogdkg.validation.prefilter.patterns import ONE_LINE, portable_pattern

# What binds or groups in a way of its own, and what pyshacl refuses or the two engines compute differently.
UNSUPPORTED_WORDS = (
    "MINUS", "VALUES", "SERVICE", "GRAPH", "FROM", "LIMIT", "OFFSET", "REDUCED", "CONSTRUCT", "ASK",
    "DESCRIBE", "SUM", "MIN", "MAX", "NOW", "RAND", "UUID", "STRUUID", "BNODE",
    "ENCODE_FOR_URI", "DATATYPE", "AVG", "GROUP_CONCAT", "SAMPLE", "ROUND", "CEIL", "FLOOR", "ABS",
    "TIMEZONE", "TZ", "STRDT", "STRLANG", "IRI", "URI", "MD5", "SHA1", "SHA256", "SHA384", "SHA512",
    "SECONDS", "HOURS", "MINUTES", "ISNUMERIC",
)  # fmt: skip
_PREBOUND = re.compile(r"[\s{}()][$?]this\b")
_OTHER_PREBOUND = ("shapesGraph", "currentShape")
_SIGNS = frozenset(("&&", "||", "!=", "<=", ">=", "^^", *"{}()[].;,=<>!*/+-|^?"))
_REPLACEMENT = re.compile(r"""(["'])(?:[ -#%-\[\]-~]*|\$[1-9])\1""")  # ASCII as it is, or one group
_LONG_CODE = re.compile(r"\\u[0-9A-Fa-f]{8}")


class SparqlConstraint(NamedTuple):
    """A constraint in SPARQL: its query without prologue, and the prefixes it may use."""

    words: tuple[Token, ...]
    prefixes: dict[str, str]

    @property
    def body(self) -> tuple[int, int]:
        """Where the outermost group opens and closes."""
        start = next(n for n, token in enumerate(self.words) if token.text == "{")
        return start, closing(self.words, start)

    def prologue(self) -> str:
        """The prefixes that it uses, as SPARQL declares them."""
        used = {token.text.partition(":")[0] for token in self.words if token.kind == "name"}
        return prefix_lines({name: iri for name, iri in self.prefixes.items() if name in used})


def read_constraint(shapes: Shapes, node: Term, path: str | None) -> SparqlConstraint | None:
    """The constraint at `node`, $PATH put in; nothing for a query that cannot be read here."""
    select = shapes.value(node, SH.select)
    words = _read(select.value) if isinstance(select, Literal) else None
    if not words or not any(token.text == "{" for token in words):
        return None
    steps = significant_tokens(path) if path else []
    placed = [each for token in words for each in (steps if steps and token.is_variable("PATH") else [token])]
    return SparqlConstraint(tuple(placed), prefixes(shapes, node))


def _read(query: str) -> list[Token] | None:
    """The tokens of a query without escapes in IRIs; None where rdflib may read it in another way."""
    words = [_without_escapes(token) for token in significant_tokens(query)]
    known = [token for token in words if token and (token.kind != "sign" or token.text in _SIGNS)]
    if len(known) < len(words) or _has_lone_return(query) or not _is_balanced(known):
        return None
    return known


def _without_escapes(token: Token) -> Token | None:
    """An IRI with its escapes replaced; None where rdflib reads them in another way."""
    if "\\" not in token.text or token.kind == "string":
        return token
    # rdflib 7.6 leaves the backslash of `ex:a\,b` in the IRI, and takes eight digits after \u if it can.
    iri = None if _LONG_CODE.search(token.text) else iri_of(token, {})
    return token._replace(text=f"<{iri}>") if iri else None


def _has_lone_return(query: str) -> bool:
    """Whether a comment may end sooner than rdflib ends it, which knows line feeds only."""
    return "\r" in query.replace("\r\n", "")


def _is_balanced(words: list[Token]) -> bool:
    depth = 0
    for token in words:
        if token.kind == "sign":
            depth += (token.text in "([{") - (token.text in ")]}")
        if depth < 0:
            return False
    return depth == 0


class CandidateQuery(NamedTuple):
    """A query for candidates, bound to ?this; one for a constraint in SPARQL also asks what else its rows
    bind.

    `step`: a pattern of one triple from ?this, with which the query may begin.
    """

    text: str
    constraint: Term | None = None
    variables: tuple[str, ...] = ()
    step: str = ""


def candidates_query(shapes: Shapes, node: Term, path: str | None, target: str) -> CandidateQuery | None:
    """The query for the targets (a pattern for ?this) that the constraint at `node` may reject, or none."""
    found = read_constraint(shapes, node, path)
    select = shapes.value(node, SH.select)
    if found is None or not _PREBOUND.search(select.value) or not is_joinable(found):
        return None
    start, end = found.body
    inside, tail = list(found.words[start + 1 : end]), list(found.words[end + 1 :])
    grouped = any(token.is_word("GROUP") for token in tail)
    if grouped and not _groups_by_this(tail):
        return None
    rest = joined_text(tolerating_errors(tail)) if grouped else ""
    others = () if grouped else tuple(sorted(_bound_variables(inside) - {"this"}))
    asked = " ".join(f"?{name}" for name in ("this", *others))
    group = joined_text(tolerating_errors(_with_minus(inside)))
    query = f"{found.prologue()}SELECT DISTINCT {asked} WHERE {{ {target} . {group} }} {rest}"
    return CandidateQuery(query, node, others)


def is_joinable(found: SparqlConstraint) -> bool:
    """Whether joining the targets in means what binding $this beforehand means."""
    words = found.words
    if any(
        token.kind in ("blank", "unknown")
        or (token.is_word(*UNSUPPORTED_WORDS) and not _compares_custom_datatype(found, index))
        for index, token in enumerate(words)
    ):
        return False
    if any(token.is_variable(name) for token in words for name in _OTHER_PREBOUND):
        return False
    if any(token.text == "/" and _is_arithmetic(words, n) for n, token in enumerate(words)):
        return False
    if any(after.text == "(" and _is_custom_function(found, token) for token, after in pairwise(words)):
        return False
    start, end = found.body
    if not any(token.is_word("GROUP") for token in words[end:]) and _has_aggregate(words):
        return False
    if any(token.is_word("BIND") for token in words) and any(token.is_word("BOUND") for token in words):
        return False  # which tells of an error that only the store makes
    return (
        _are_patterns_portable(words)
        and not _hides_errors(words)
        and sum(token.is_word("SELECT") for token in words) == 1
        and _binds_this_in_groups(list(words[start + 1 : end]))
    )


def _is_custom_function(found: SparqlConstraint, token: Token) -> bool:
    """Whether a function, if it is one, is none of XML Schema's: the store passes over it within EXISTS."""
    prefix, _, local = token.text.partition(":")
    named = found.prefixes.get(prefix, "") + local if token.kind == "name" else token.text.strip("<>")
    return token.kind in ("iri", "name") and not named.startswith(XSD.base)


def _compares_custom_datatype(found: SparqlConstraint, index: int) -> bool:
    """Whether a word begins `DATATYPE(?value) =` with a datatype that no engine has a value space for."""
    words = found.words[index : index + 6]
    if len(words) < 6 or not words[0].is_word("DATATYPE") or words[4].text not in ("=", "!="):
        return False
    name, _, local = words[5].text.partition(":")
    named = found.prefixes.get(name, XSD.base) + local
    datatype = words[5].text.strip("<>") if words[5].kind == "iri" else named
    return (words[1].text, words[3].text) == ("(", ")") and not datatype.startswith((XSD.base, RDF.base))


def _has_aggregate(words: tuple[Token, ...]) -> bool:
    return any(token.is_word("COUNT") for token in words)


def _is_arithmetic(words: tuple[Token, ...], index: int) -> bool:
    return words[index - 1].kind in ("variable", "number") or words[index - 1].text == ")"


def _are_patterns_portable(words: tuple[Token, ...]) -> bool:
    """Whether each REGEX and REPLACE has a pattern that Python and Rust read alike on every value."""
    for index, token in enumerate(words):
        if token.is_word("REGEX", "REPLACE"):
            inside = words[index + 1 : closing(words, index + 1)]
            strings = [each.text for each in inside if each.kind == "string"]
            count = 1 if token.is_word("REGEX") else 2
            if len(strings) != count or any(each.kind != "string" for each in inside[1 - 2 * count :: 2]):
                return False
            pattern = portable_pattern(_unquoted(strings[0]))
            if pattern is None or pattern.guard != ONE_LINE or "$" in pattern.text:
                return False
            if count == 2 and not (_REPLACEMENT.fullmatch(strings[1]) and _takes_something(pattern.text)):
                return False
    return True


def _takes_something(pattern: str) -> bool:
    """Whether a pattern never matches an empty text, which REPLACE forbids (XPath functions 5.6.3)."""
    return re.compile(pattern).search("") is None


def _unquoted(string: str) -> str:
    return string.strip("\"'").replace("\\\\", "\\")


def _hides_errors(words: tuple[Token, ...]) -> bool:
    """Whether a filter stands under a `!` or in an OPTIONAL, where letting an error through could hide a
    row."""
    for index, token in enumerate(words[:-1]):
        if token.is_word("OPTIONAL") and words[index + 1].text == "{":
            inside = words[index + 1 : closing(words, index + 1)]
            if any(each.is_word("FILTER") for each in inside):
                return True
        if token.text == "!" and words[index + 1].text == "(":
            inside = words[index + 1 : closing(words, index + 1)]
            if any(each.is_word("EXISTS") for each in inside):
                return True
        if token.text == "!" and words[index + 1].is_word("EXISTS"):
            return True
    return False


def _binds_this_in_groups(words: list[Token]) -> bool:
    """Whether each inner group either never speaks of ?this or has a triple that binds it, EXISTS apart."""
    for index, token in enumerate(words):
        if token.text == "{":
            inside = words[index + 1 : closing(words, index)]
            if _mentions_this(inside) and not _starts_with_this(inside) and not _is_exists(words, index):
                return False
    return True


def _mentions_this(words: list[Token]) -> bool:
    return any(token.is_variable("this") for token in words)


def _starts_with_this(words: list[Token]) -> bool:
    return bool(words) and words[0].is_variable("this")


def _is_exists(words: list[Token], index: int) -> bool:
    return index > 0 and words[index - 1].is_word("EXISTS")


def _groups_by_this(tail: list[Token]) -> bool:
    after = next((n for n, token in enumerate(tail) if token.is_word("BY")), len(tail))
    by = []
    for token in tail[after + 1 :]:
        if token.kind != "variable":
            break
        by.append(token)
    return any(token.is_variable("this") for token in by)


def tolerating_errors(words: list[Token], *, negative: bool = False) -> list[Token]:
    """The tokens, each FILTER and HAVING in brackets letting through what is an error, not so under NOT
    EXISTS."""
    done: list[Token] = []
    index = 0
    while index < len(words):
        token = words[index]
        bracket = index + 1 < len(words) and words[index + 1].text == "("
        if token.is_word("FILTER", "HAVING") and bracket:
            end = closing(words, index + 1)
            inner = tolerating_errors(words[index + 2 : end], negative=negative)
            opening = "(" if negative else "(COALESCE(("
            done += [token, _sign(opening), *inner, _sign(")" if negative else "), true))")]
            index = end + 1
        elif token.text == "{":
            end = closing(words, index)
            denied = index > 1 and words[index - 1].is_word("EXISTS") and words[index - 2].is_word("NOT")
            inner = tolerating_errors(words[index + 1 : end], negative=negative != denied)
            done += [token, *inner, words[end]]
            index = end + 1
        else:
            done.append(token)
            index += 1
    return done


def _with_minus(words: list[Token]) -> list[Token]:
    """The group with FILTER NOT EXISTS as MINUS where they mean the same; the store subtracts many times
    faster.

    The same: https://www.w3.org/TR/sparql11-query/#neg-notexists-minus, when the inner group is triples
    only and each variable it shares with the outer group is bound by the outer group's own triples. Not
    faster is to subtract all triples there are.
    """
    done: list[Token] = []
    index = 0
    while index < len(words):
        is_denial = [token.text.upper() for token in words[index : index + 4]] == [
            "FILTER",
            "NOT",
            "EXISTS",
            "{",
        ]
        end = closing(words, index + 3) if is_denial else index
        inner = words[index + 4 : end]
        if (
            is_denial
            and _is_plain(inner)
            and _has_constant(inner)
            and _shares_bound(inner, [*words[:index], *words[end + 1 :]])
        ):
            done += [Token("word", "MINUS", 0), _sign("{"), *inner, words[end], _sign(".")]
            index = end + 1
        else:
            done.append(words[index])
            index += 1
    return done


def closing(words: Sequence[Token], start: int) -> int:
    """The index of the bracket that closes the one at `start`, in a query whose brackets all close."""
    closing = closing_bracket(words, start)
    return len(words) - 1 if closing is None else closing


def _sign(text: str) -> Token:
    return Token("sign", text, 0)


def _is_plain(words: list[Token]) -> bool:
    return not any(token.text == "{" or (token.kind == "word" and token.text != "a") for token in words)


def _has_constant(words: list[Token]) -> bool:
    return any(token.kind not in ("variable", "sign") for token in words)


def _variables(words: list[Token]) -> set[str]:
    return {token.text[1:] for token in words if token.kind == "variable"}


def _shares_bound(inner: list[Token], outer: list[Token]) -> bool:
    shared = _variables(inner) & (_variables(_without_tests(outer)) | {"this"})
    return bool(shared) and shared <= _bound_variables(outer) | {"this"}


def _without_tests(words: list[Token]) -> list[Token]:
    """The words without the groups of EXISTS, whose own variables nobody else sees."""
    found: list[Token] = []
    index = 0
    while index < len(words):
        index = closing(words, index) if words[index].text == "{" and _is_exists(words, index) else index
        found.append(words[index])
        index += 1
    return found


def _bound_variables(words: list[Token]) -> set[str]:
    """The variables in the triples of a group itself, not in its filters, assignments and inner groups."""
    own: list[Token] = []
    index = 0
    while index < len(words):
        opens = words[index].text == "{" or (words[index].text == "(" and not _is_path(words, index))
        index = closing(words, index) if opens else index
        if not opens:
            own.append(words[index])
        index += 1
    return _variables(own)


def _is_path(words: list[Token], index: int) -> bool:
    return index > 0 and words[index - 1].kind == "variable"
