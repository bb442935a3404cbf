"""Writes compacted JSON-LD, with the context included, so that nothing is lost."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

from ogdkg.errors import InputError
from ogdkg.lean import NamedTuple
from ogdkg.rdf.statements import TYPE, Statement, parts_of
from ogdkg.rdf.terms import XSD, XSD_STRING

_PLAIN_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,14}")  # fifteen digits: exact in every JSON reader

Inside = Callable[[str], dict[str, Any] | None]


class Term(NamedTuple):
    """A term definition.

    Attributes:
        key: The key.
        type: The datatype of its values, or `@id`.
        by_language: Whether it is a language map.
        language: The language of its plain strings.
    """

    key: str
    type: str = ""
    by_language: bool = False
    language: str | None = None


class Context:
    """A context of prefixes and term definitions; other features of JSON-LD are not supported.

    A property may have several terms, which differ in the type of their values. A class may have a context of
    its own, whose terms hold in a node of this class alone (a type-scoped context).

    With an `address`, documents name the context by it. If such a context has a default language, texts are
    plain strings in this language, each once: whoever reads them at the address is promised no more.

    Raises:
        InputError: It defines an empty term, or uses a feature that is not supported.
    """

    def __init__(self, written: Mapping[str, Any], address: str | None = None) -> None:
        if "" in written:
            message = "The context defines an empty term, which JSON-LD forbids."
            raise InputError(message, hint="Give it a name, or take it out.")
        self.written = written
        self.address = address
        self.language: str | None = written.get("@language")
        self._prefixes = {
            key: value
            for key, value in written.items()
            if key[0] != "@" and isinstance(value, str) and ":" in value and value[-1] in "#/"
        }
        self._terms: dict[str, dict[str, Term]] = {}  # by IRI, then by type
        self._scoped: dict[str, Mapping[str, Any]] = {}  # the contexts of classes, by key
        self._within: dict[tuple[str, ...], Context] = {}
        for key, value in written.items():
            if value is None or key[0] == "@":
                continue  # a term that means nothing (JSON-LD 1.1, section 4.1), or a keyword
            if key not in self._prefixes and value not in ("@id", "@type"):
                self._define(key, {"@id": value} if isinstance(value, str) else value)
        self._short: dict[str, str] = {}

    @property
    def is_plain(self) -> bool:
        """Whether texts are plain strings in one language."""
        return bool(self.address and self.language)

    @property
    def named(self) -> str:
        """The JSON by which a document names the context, or includes it."""
        return _json(self.address or self.written)

    def meaning(self, key: str) -> str | None:
        """Return the IRI of a key or of a CURIE; None if it is unknown."""
        known = {term.key: iri for iri, terms in self._terms.items() for term in terms.values()}
        prefix, colon, _ = key.partition(":")
        return known.get(key) or (self._expanded(key) if colon and prefix in self._prefixes else None)

    def key(self, keyword: str) -> str:
        """Return the alias of a keyword, or the keyword."""
        return next((key for key, value in self.written.items() if value == keyword), keyword)

    def within(self, classes: Iterable[str]) -> Context:
        """Return the context in a node of these classes, given as keys.

        Readers differ on a node of two classes with contexts of their own: it uses no key of either.
        """
        scoped = tuple(sorted(self._scoped.keys() & classes))
        if not scoped:
            return self
        if scoped not in self._within:
            own = {key for name in scoped for key in self._scoped[name]}
            outer = {key: value for key, value in self.written.items() if key not in own}
            inner = self._scoped[scoped[0]] if len(scoped) == 1 else {}
            self._within[scoped] = Context({**outer, **inner}, self.address)
        return self._within[scoped]

    def _define(self, key: str, definition: Mapping[str, Any]) -> None:
        strange = definition.keys() - {"@id", "@type", "@container", "@language", "@context"}
        if strange or definition.get("@container", "@language") != "@language":
            raise InputError(
                f"The context's {key!r} has more than @id, @type, @language, @context and a @container of "
                "languages."
            )
        if not isinstance(definition.get("@id"), str):
            raise InputError(f"The context's {key!r} has no @id.", hint="Write the IRI that it stands for.")
        kind = definition.get("@type") or ""
        datatype = kind if kind == "@id" else self._expanded(kind)
        language = definition.get("@language", self.language)
        iri = self._expanded(definition["@id"])
        term = Term(key, datatype, "@container" in definition, language)
        self._terms.setdefault(iri, {})[datatype] = term
        if "@context" in definition:
            if not isinstance(definition["@context"], Mapping):
                raise InputError(f"The @context of {key!r} must be one object.")
            self._scoped[key] = definition["@context"]

    def _expanded(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return self._prefixes[prefix] + local if prefix in self._prefixes else name

    def term(self, iri: str, datatype: str = "") -> Term | None:
        """Return the definition of a class, or of a property: for values of a type, else any."""
        terms = self._terms.get(iri)
        if terms:
            return terms.get(datatype) or terms.get("") or next(iter(terms.values()))
        vocabulary = self.written.get("@vocab")
        if vocabulary and iri.startswith(vocabulary):
            local = iri.removeprefix(vocabulary)
            if local.isidentifier() and local not in self.written:
                self._terms[iri] = {"": Term(local, language=self.language)}
                return self._terms[iri][""]
        return None

    def name(self, iri: str) -> str:
        """Return a class or a datatype as a key, else as an IRI."""
        term = self.term(iri)
        return term.key if term else self.iri(iri)

    def iri(self, iri: str) -> str:
        """Return an IRI or blank node, as a CURIE if possible."""
        found = self._short.get(iri)
        if found is None:
            found = self._short[iri] = self._shortened(iri)
        return found

    def _shortened(self, iri: str) -> str:
        fitting = [item for item in self._prefixes.items() if iri.startswith(item[1]) and iri != item[1]]
        if fitting:
            prefix, namespace = max(fitting, key=lambda item: len(item[1]))
            local = iri[len(namespace) :]
            if not local.startswith("//"):
                return f"{prefix}:{local}"
        scheme, _, rest = iri.partition(":")
        if scheme in self.written and not rest.startswith("//"):
            raise InputError(f"The context's {scheme!r} would be read into the IRI <{iri}>.")
        return iri


def write_compacted(statements: Iterable[Statement], context: Context) -> Iterator[str]:
    """Yield sorted statements as one document, one node object per line."""
    name = context.key("@id")
    yield f'{{"@context": {context.named},\n"@graph": ['
    separator = "\n"
    for graph, members in groupby(statements, key=lambda statement: statement[0]):
        if graph:
            yield f'{separator}{{"{name}": {_json(context.iri(_bare(graph)))}, "@graph": ['
            separator = "\n"
        for subject, members_of_one in groupby(members, key=lambda statement: statement[1]):
            yield separator + _json(
                {name: context.iri(_bare(subject)), **compacted_object(members_of_one, context)}
            )
            separator = ",\n"
        if graph:
            yield "\n]}"
            separator = ",\n"
    yield "\n]}\n"


def compacted_object(
    statements: Iterable[Statement], context: Context, inside: Inside | None = None
) -> dict[str, Any]:
    """Return the node object of one subject, types first, then by key; `inside` embeds nodes."""
    types = context.key("@type")
    statements = list(in_one_language(statements, context) if context.is_plain else statements)
    classes = [context.name(_bare(each[3])) for each in statements if _is_type(each)]
    context = context.within(classes)
    found: dict[str, list[Any]] = {types: list(classes)} if classes else {}
    languages: dict[str, dict[str, list[str]]] = {}
    for _, _, predicate, obj in itertools.filterfalse(_is_type, statements):
        term = context.term(predicate[1:-1], _type_of(obj))
        if term and term.by_language:
            value, _, language = parts_of(obj) if obj[0] == '"' else ("", "", "")
            if language and "--" not in language:
                languages.setdefault(term.key, {}).setdefault(language, []).append(value)
                continue
            term = None  # what has no language cannot stand there
        key = term.key if term else context.iri(predicate[1:-1])
        found.setdefault(key, []).append(_value(obj, term, context, inside))
    alone: dict[str, Any] = {key: values[0] if len(values) == 1 else values for key, values in found.items()}
    for key, tags in languages.items():
        alone[key] = {tag: texts[0] if len(texts) == 1 else texts for tag, texts in sorted(tags.items())}
    return {key: alone[key] for key in sorted(alone, key=lambda key: (key != types, key))}


def _is_type(statement: Statement) -> bool:
    return statement[2] == TYPE and statement[3][0] != '"'


def _type_of(obj: str) -> str:
    """Return the type by which a term is chosen for a value."""
    if obj[0] != '"':
        return "@id"
    datatype = parts_of(obj)[1]
    return "" if datatype == XSD_STRING else datatype


def in_one_language(statements: Iterable[Statement], context: Context) -> Iterator[Statement]:
    """Yield one subject's statements; of a property's texts those in one language, the context's at best."""
    held = list(statements)
    languages: dict[str, set[str]] = {}
    for _, _, predicate, obj in held:
        if obj[0] == '"':
            languages.setdefault(predicate, set()).add(parts_of(obj)[2])
    best = {
        predicate: min(found, key=lambda tag: (tag != context.language, tag != "", tag))
        for predicate, found in languages.items()
    }
    for statement in held:
        if statement[3][0] != '"' or parts_of(statement[3])[2] == best[statement[2]]:
            yield statement


def _value(obj: str, term: Term | None, context: Context, inside: Inside | None) -> Any:
    """Return a value, plain if the key's definition gives its type."""
    defined = term.type if term else ""
    if obj[0] != '"':
        if inside and (embedded := inside(obj)):
            return embedded
        node = context.iri(_bare(obj))
        return node if defined == "@id" else {context.key("@id"): node}
    value, datatype, language = parts_of(obj)
    if language or (datatype == XSD_STRING and not defined):
        return _text(value, language, term, context)
    if datatype == defined:
        return _number(value) if datatype == XSD + "integer" else value
    if datatype == XSD_STRING:
        return {"@value": value}
    return {context.key("@type"): context.name(datatype), "@value": value}


def _text(value: str, language: str, term: Term | None, context: Context) -> Any:
    """Return a text, plain if it has the language that plain strings have here."""
    language, _, direction = language.partition("--")
    if direction:
        return {"@direction": direction, "@language": language, "@value": value}
    plain = term.language if term else context.language
    if context.is_plain or (language == (plain or "") and not (term and term.type)):
        return value
    return {"@language": language, "@value": value} if language else {"@value": value}


def _number(value: str) -> int | str:
    """Return a JSON number if reading it gives the same lexical form."""
    return int(value) if _PLAIN_NUMBER.fullmatch(value) else value


def _bare(node: str) -> str:
    return node[1:-1] if node[0] == "<" else node


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
