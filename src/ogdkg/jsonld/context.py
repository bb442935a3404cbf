"""Active contexts (section 4.1) and the expansion of names to IRIs by them (section 5.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ogdkg.jsonld.keywords import KEYWORDS, has_keyword_form, is_absolute
from ogdkg.syntax.iri import resolve

UNSET: Any = object()  # where null is a value of its own


class Term(NamedTuple):
    """A term's definition; `iri` is None for a term that stands for nothing."""

    iri: str | None
    is_prefix: bool = False
    is_protected: bool = False
    is_reverse: bool = False
    type: str | None = None
    language: Any = UNSET
    direction: Any = UNSET
    container: frozenset[str] = frozenset()
    property_index: str | None = None
    nest: str | None = None
    context: Any = UNSET
    context_base: str | None = None


class Terms:
    """The terms of a context, on top of those of the context that it was made of: none is ever copied."""

    def __init__(self, below: Terms | None = None) -> None:
        self._own: dict[str, Term | None] = {}
        self._below = below
        self.has_protected: bool = below is not None and below.has_protected

    def get(self, name: str) -> Term | None:
        """Return the definition of a term, also of a context below; None if there is none."""
        layer: Terms | None = self
        while layer is not None:
            if name in layer._own:
                return layer._own[name]
            layer = layer._below
        return None

    def define(self, name: str, term: Term | None) -> None:
        """Define a term anew, or take it away."""
        self._own[name] = term
        self.has_protected = self.has_protected or (term is not None and term.is_protected)


class Context:
    """An active context: never changed once it is made, so that one may serve many objects."""

    def __init__(self, base: str | None) -> None:
        self.base = self.first_base = base
        self.vocab: str | None = None
        self.language: str | None = None
        self.direction: str | None = None
        self.previous: Context | None = None
        self.terms = Terms()
        self.names: dict[str, str | None] = {}  # what has been expanded by it, as keys and as types
        self.types: dict[str, str | None] = {}

    def layer(self) -> Context:
        """A context to be changed, on top of this one."""
        other = Context(self.first_base)
        other.base, other.vocab, other.language = self.base, self.vocab, self.language
        other.direction, other.previous, other.terms = self.direction, self.previous, Terms(self.terms)
        return other

    def key(self, name: str) -> str | None:
        """The IRI, blank node or keyword that a key stands for."""
        try:
            return self.names[name]
        except KeyError:
            found = self.names[name] = expand_iri(self, name, vocab=True)
            return found

    def type(self, name: str) -> str | None:
        """What a type stands for, which may also be relative to the document."""
        try:
            return self.types[name]
        except KeyError:
            found = self.types[name] = expand_iri(self, name, relative=True, vocab=True)
            return found

    def node(self, name: str) -> str | None:
        """What the name of a node stands for."""
        return expand_iri(self, name, relative=True)


Define = Callable[[str], None]


def expand_iri(
    context: Context,
    name: str,
    *,
    relative: bool = False,
    vocab: bool = False,
    local: Mapping[str, Any] | None = None,
    define: Define | None = None,
) -> str | None:
    """Expand a name (5.2.2).

    Args:
        context: The active context.
        name: The name.
        relative: Whether it may be relative to the document's base.
        vocab: Whether it may be a term, or relative to the vocabulary.
        local: The context that is being read, if one is.
        define: Defines one of its terms now, as the name needs it.

    Returns:
        An IRI, a blank node, a keyword, what is left relative, or None.
    """
    if name in KEYWORDS:
        return name
    if has_keyword_form(name):
        return None
    if local is not None and define and name in local:
        define(name)
    term = context.terms.get(name)
    if term is not None and (vocab or term.iri in KEYWORDS):
        return term.iri
    if ":" in name[1:]:
        prefix, _, suffix = name.partition(":")
        if prefix == "_" or suffix.startswith("//"):
            return name
        if local is not None and define and prefix in local:
            define(prefix)
        term = context.terms.get(prefix)
        if term is not None and term.iri is not None and term.is_prefix:
            return term.iri + suffix
        if is_absolute(name):
            return name
    if vocab and context.vocab is not None:
        return context.vocab + name
    if relative and context.base is not None:
        return resolve(name, context.base)
    return name
