"""What an element inherits: base IRI, language, direction and version (6.1.2), and how IRIs are resolved."""

from __future__ import annotations

from pyoxigraph import BaseDirection, Literal, NamedNode

from ogdkg.rdf.terms import is_language
from ogdkg.syntax.iri import is_absolute, resolve
from ogdkg.text.slips import quoted

_MOST_KNOWN = 100_000  # IRIs remembered for a base
_MOST_LANGUAGES = 1_000  # whose scopes are remembered
_DIRECTIONS = {"ltr": BaseDirection.LTR, "rtl": BaseDirection.RTL}
_VERSIONS = ("1.1", "1.2-basic", "1.2")


class Base:
    """A base IRI, or none, and the IRIs that references have become by it."""

    __slots__ = ("iri", "known")

    def __init__(self, iri: str | None) -> None:
        self.iri = iri
        self.known: dict[str, NamedNode] = {}

    def resolve(self, reference: str) -> NamedNode:
        """Return the IRI that a reference stands for (5.3).

        Raises:
            ValueError: It is relative, and there is no base, or it is no IRI.
        """
        if self.iri is not None and not is_absolute(reference):
            node = NamedNode(resolve(reference, self.iri))
        else:
            node = NamedNode(reference)
        if len(self.known) >= _MOST_KNOWN:
            self.known.clear()
        self.known[reference] = node
        return node


class Scope:
    """What holds in an element and, unless they say otherwise, in those inside it."""

    __slots__ = ("_in_language", "base", "direction", "language", "version")

    def __init__(
        self,
        base: Base,
        language: str | None = None,
        direction: BaseDirection | None = None,
        version: str = "1.1",
    ) -> None:
        self.base, self.language, self.direction, self.version = base, language, direction, version
        self._in_language: dict[str, Scope] = {}

    def in_language(self, language: str) -> Scope:
        """Return the scope of an element inside that has only `xml:lang`, as most have."""
        scope = self._in_language.get(language)
        if scope is None:
            if len(self._in_language) >= _MOST_LANGUAGES:
                self._in_language.clear()
            scope = self._in_language[language] = self.inner({"xml:lang": language})
        return scope

    def inner(self, said: dict[str, str]) -> Scope:
        """Return the scope of an element inside, by its attributes `xml:base` and so on.

        Raises:
            ValueError: A value is not allowed.
        """
        base, language, direction, version = self.base, self.language, self.direction, self.version
        reference = said.get("xml:base")  # to the base outside (XML Base, 4.2), its fragment aside
        if reference or (reference == "" and base.iri):
            base = Base(base.resolve(reference).value.partition("#")[0])
        if "xml:lang" in said:  # an empty one undoes that outside (XML 1.0, 2.12)
            tag = said["xml:lang"]
            language = tag or None
            try:
                Literal("", language=language)
            except ValueError as error:
                hyphened = tag.replace("_", "-") if is_language(tag.replace("_", "-")) else "en-GB"
                message = f"{quoted(tag)} is not a language tag."
                raise ValueError(f"{message}\nWrite a tag such as {hyphened}.") from error
        if "rdf:version" in said:
            version = said["rdf:version"]
            if version not in _VERSIONS:
                known = ", ".join(_VERSIONS)
                raise ValueError(f"There is no version {quoted(version)}.\nWrite one of {known}.")
        if "its:dir" in said and version != "1.1":
            direction = _DIRECTIONS.get(said["its:dir"])
            if direction is None:
                raise ValueError(f"There is no direction {quoted(said['its:dir'])}.\nWrite ltr or rtl.")
        return Scope(base, language, direction, version)

    def literal(self, text: str) -> Literal:
        """Return a text as a literal of the language and direction in scope."""
        if self.language is None:
            return Literal(text)
        return Literal(text, language=self.language, direction=self.direction)
