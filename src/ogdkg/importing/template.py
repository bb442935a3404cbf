"""Statement templates: a line each of subject, predicate and object as in Turtle, with `{name}` placeholders.

A placeholder alone is a term; in quotation marks or in a CURIE it is text. `{name:filter}` applies a filter.
`{name?}` may be empty; otherwise a line with an empty placeholder is left out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ogdkg.importing.values import KINDS, PARTS, UnfitError, short, slug
from ogdkg.rdf.terms import RDF, Iri, Literal, Term, Triple, expand, in_language, is_iri, is_language

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"(?:@[A-Za-z0-9-]+|\^\^\S+)?|<[^<>\s]*>|[^\s"<]+')
_HOLE = re.compile(r"\{([a-z_][a-z0-9_]*)(?::([a-z]+))?(\?)?\}")
_QUOTED = re.compile(r'"(.*)"(?:@([A-Za-z0-9-]+)|\^\^(\S+))?', re.DOTALL)


class Value(NamedTuple):
    """The value of a placeholder: its text, and its term for a placeholder that stands alone."""

    text: str
    term: Term | None = None


Values = Mapping[str, Value]
Prefixes = Mapping[str, str]


class Pattern(NamedTuple):
    """The subject, predicate and object of a statement, with placeholders."""

    parts: tuple[str, str, str]

    @property
    def holes(self) -> set[tuple[str, str]]:
        """The names of the placeholders, each with its filter."""
        return {(found[1], found[2] or "") for part in self.parts for found in _HOLE.finditer(part)}


def parse(text: str) -> tuple[Pattern, ...]:
    """Parse the lines of a template; raise UnfitError for one that is not a statement."""
    patterns = []
    for line in filter(str.strip, text.splitlines()):
        parts = _TOKEN.findall(line)
        if len(parts) != 3:
            raise UnfitError(f"has a line that is not subject, predicate and object: {line.strip()}")
        for name, kind in Pattern((parts[0], parts[1], parts[2])).holes:
            if kind and kind not in KINDS and kind not in PARTS:
                raise UnfitError(f"has an unknown filter in {{{name}:{kind}}}")
        patterns.append(Pattern((parts[0], parts[1], parts[2])))
    return tuple(patterns)


def fill(patterns: Sequence[Pattern], values: Values, prefixes: Prefixes) -> list[Triple]:
    """Fill in the patterns; raise UnfitError for one that makes no valid term."""
    triples = []
    for pattern in patterns:
        terms = [term(part, values, prefixes) for part in pattern.parts]
        subject, predicate, object_ = terms
        if subject is None or predicate is None or object_ is None:
            continue
        if not isinstance(subject, Iri) or not isinstance(predicate, Iri):
            raise UnfitError(f"cannot make a statement: {' '.join(pattern.parts)}")
        triples.append(Triple(subject, predicate, object_))
    return triples


def term(part: str, values: Values, prefixes: Prefixes) -> Term | None:
    """Return the term of one part; None if a placeholder is empty.

    Raises:
        UnfitError: What is filled in makes no IRI.
    """
    if part == "a":
        return Iri(RDF + "type")
    if alone := _HOLE.fullmatch(part):
        return _alone(alone[1], alone[2] or "", values)
    if part.startswith('"'):
        return _literal(part, values, prefixes)
    bare = part.startswith("<")
    text = _text(part[1:-1] if bare else part, values, is_local=not bare)
    if text is None:
        return None
    made = (Iri(text) if is_iri(text) else None) if bare else expand(text, prefixes)
    if made is None:
        raise UnfitError(f"makes no IRI: {short(text)}")
    return made


def text_of(template: str, values: Values) -> str:
    """Fill in a text with slugs; raise UnfitError if a placeholder is empty."""
    text = _text(template, values, is_local=True)
    if not text:
        raise UnfitError(f"leaves nothing to name it by: {template}")
    return text


def _alone(name: str, kind: str, values: Values) -> Term | None:
    value = values.get(name)
    if value is None or not value.text:
        return None
    if kind in KINDS:
        return _checked(kind, value.text)
    if kind or value.term is None:
        raise UnfitError(f"is text: put {{{name}}} in quotation marks, or use a filter that makes a term")
    return value.term


def _checked(kind: str, text: str) -> Term:
    try:
        return KINDS[kind](text)
    except UnfitError as fault:
        raise UnfitError(f"{text!r} {fault}") from None


def _literal(part: str, values: Values, prefixes: Prefixes) -> Term | None:
    found = _QUOTED.fullmatch(part)
    if found is None:  # a single term, which no tokens were cut from
        raise UnfitError(f"has a text without an end: {part}")
    text = _text(found[1].replace('\\"', '"'), values, is_local=False)
    if text is None:
        return None
    text = " ".join(text.split())
    if found[2]:
        if not is_language(found[2]):
            raise UnfitError(f"has no language tag in {part}")
        return in_language(text, found[2])
    if found[3]:
        datatype = expand(_HOLE.sub(lambda hole: _of(values, hole[1]), found[3]), prefixes)
        if datatype is None:
            raise UnfitError(f"has an unknown datatype: {found[3]}")
        return Literal(text, datatype.value)
    return Literal(text)


def _of(values: Values, name: str) -> str:
    return values[name].text if name in values else ""


def _text(template: str, values: Values, *, is_local: bool) -> str | None:
    """Fill in a text; a placeholder in a local name gets a slug."""
    missing = False

    def filled(hole: re.Match[str]) -> str:
        nonlocal missing
        value = values.get(hole[1])
        if value is None or not value.text:
            missing = missing or not hole[3]
            return ""
        return _part(hole[2] or "", value, is_local=is_local)

    text = _HOLE.sub(filled, template)
    if missing:
        return None
    if is_local:  # an empty placeholder leaves two hyphens, or one at the end
        return re.sub(r"-{2,}", "-", text).rstrip("-")
    return re.sub(r" +(?=[,)])", "", text)


def _part(kind: str, value: Value, *, is_local: bool) -> str:
    if kind in KINDS:
        made = _checked(kind, value.text)
        return made.value if isinstance(made, Iri | Literal) else ""
    source = value.term.value if isinstance(value.term, Iri) and kind == "slug" else value.text
    text = PARTS[kind](source) if kind else source
    return slug(text) if is_local and kind not in ("slug", "words", "hash") else text
