"""RDF terms and CURIEs, parsed and printed. The only writer of SPARQL and N-Triples terms.

A term is a plain value: nothing here checks it when it is made, so that a million rows stay cheap;
`to_ntriples` checks it when it is written, which is where harm could be done.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar, NoReturn

from ogdkg.errors import UsageError
from ogdkg.lean import NamedTuple, compile_later

RDF, RDFS = "http://www.w3.org/1999/02/22-rdf-syntax-ns#", "http://www.w3.org/2000/01/rdf-schema#"
SKOS, OWL = "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
DC, DCTERMS = "http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/"
DCAT, VOID = "http://www.w3.org/ns/dcat#", "http://rdfs.org/ns/void#"
FOAF, OA = "http://xmlns.com/foaf/0.1/", "http://www.w3.org/ns/oa#"
ORG, PROV = "http://www.w3.org/ns/org#", "http://www.w3.org/ns/prov#"
SCHEMA = "https://schema.org/"
SCHEMA_EITHER = (SCHEMA, "http://schema.org/")  # both are in use
SH = "http://www.w3.org/ns/shacl#"
VANN, VCARD = "http://purl.org/vocab/vann/", "http://www.w3.org/2006/vcard/ns#"
XSD_STRING = XSD + "string"
LANG_STRING = RDF + "langString"
DIR_LANG_STRING = RDF + "dirLangString"
DIRECTIONS = ("ltr", "rtl")


class _Term:
    """A plain value: compared and hashed by its parts, which nobody changes.

    No dataclass: every command waits half a millisecond until Python has written the methods of one, and what
    it writes takes three times as long to fill the slots of a term, of which a large answer has very many.
    """

    __slots__ = ()
    __match_args__: ClassVar[tuple[str, ...]] = ()  # its parts, in their order

    def _parts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.__match_args__)

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self._parts() == other._parts()

    def __hash__(self) -> int:
        return hash(self._parts())

    def __repr__(self) -> str:
        parts = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({parts})"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._parts()

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} of a term cannot be changed: make another.")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"{name} of a term cannot be deleted.")


class Iri(_Term):
    """An absolute IRI (RFC 3987)."""

    __match_args__ = ("value",)
    __slots__ = __match_args__
    value: str

    def __init__(self, value: str) -> None:
        _set_iri(self, value)

    def __eq__(self, other: object) -> bool:
        return self.value == other.value if other.__class__ is Iri else NotImplemented

    def __hash__(self) -> int:
        return hash(self.value)

    def __lt__(self, other: Iri) -> bool:  # so that what is sorted by other things first may end in one
        return self.value < other.value

    def __str__(self) -> str:
        return self.value


class Blank(_Term):
    """A blank node; the label holds only within one graph or one result."""

    __match_args__ = ("label",)
    __slots__ = __match_args__
    label: str

    def __init__(self, label: str) -> None:
        _set_label(self, label)


class Literal(_Term):
    """A literal: lexical form, datatype IRI, and a language tag and base direction, or empty strings."""

    __match_args__ = ("value", "datatype", "language", "direction")
    __slots__ = __match_args__
    value: str
    datatype: str
    language: str
    direction: str

    def __init__(
        self, value: str, datatype: str = XSD_STRING, language: str = "", direction: str = ""
    ) -> None:
        _set_value(self, value)
        _set_datatype(self, datatype)
        _set_language(self, language)
        _set_direction(self, direction)

    def __eq__(self, other: object) -> bool:
        if other.__class__ is not Literal:
            return NotImplemented
        is_same = self.value == other.value and self.datatype == other.datatype
        return is_same and self.language == other.language and self.direction == other.direction

    def __hash__(self) -> int:
        return hash((self.value, self.datatype, self.language, self.direction))

    def __str__(self) -> str:
        return self.value

    def _parts(self) -> tuple[str, str, str, str]:
        return self.value, self.datatype, self.language, self.direction

    def _replace(self, **parts: str) -> Literal:
        """Return the literal with other values of some parts, as a named tuple does."""
        return Literal(**dict(zip(self.__match_args__, self._parts(), strict=True)) | parts)


class TripleTerm(_Term):
    """A triple as the object of another (RDF 1.2 Concepts, 3.1), which does not state it."""

    __match_args__ = ("subject", "predicate", "object")
    __slots__ = __match_args__
    subject: Iri | Blank
    predicate: Iri
    object: Term

    def __init__(self, subject: Iri | Blank, predicate: Iri, object: Term) -> None:
        for set_part, part in zip(_set_parts, (subject, predicate, object), strict=True):
            set_part(self, part)

    def __str__(self) -> str:
        return to_ntriples(self)


def _setters(term: type[_Term]) -> list[Callable[[_Term, object], None]]:
    """What fills the slots of a term, in the order of its parts."""
    return [vars(term)[name].__set__ for name in term.__match_args__]


[_set_iri], [_set_label], _set_parts = _setters(Iri), _setters(Blank), _setters(TripleTerm)
_set_value, _set_datatype, _set_language, _set_direction = _setters(Literal)

Term = Iri | Blank | Literal | TripleTerm
Subject = Iri | Blank
Row = tuple[Term | None, ...]


class Triple(NamedTuple):
    """Subject, predicate, object."""

    subject: Subject
    predicate: Iri
    object: Term


class Quad(NamedTuple):
    """A triple and the graph it stands in; `None` is the unnamed graph."""

    subject: Subject
    predicate: Iri
    object: Term
    graph: Iri | Blank | None

    @property
    def triple(self) -> Triple:
        """The statement without its graph."""
        return Triple(*self[:3])


def typed(value: str, datatype: str) -> Literal:
    """A literal of an XML Schema type, by its local name: `typed("5", "integer")`."""
    return Literal(value, XSD + datatype)


def in_language(value: str, language: str) -> Literal:
    """A language-tagged string, whose tag may end with a base direction: `ar--rtl`."""
    tag, _, direction = language.partition("--")
    return Literal(value, DIR_LANG_STRING if direction else LANG_STRING, tag, direction)


# RFC 3987, section 2.2, an IRI with a scheme; of the characters past ASCII, see `letters`.
_CHAR = r"(?:[^\x00-\x20\"#%/<>?\[-^`{-}\x7f]|%[0-9A-Fa-f]{2})"
_NAME = r"(?:[^\x00-\x20\"#%/:<>?@\[-^`{-\x7f]|%[0-9A-Fa-f]{2})"  # of a host
_IRI = (  # left to be compiled when it is first asked for, which takes 2 ms
    r"[A-Za-z][A-Za-z0-9+.\-]*:"
    rf"(?://(?:(?:{_NAME}|:)*@)?(?:\[[0-9A-Fa-f:.]+\]|{_NAME}*)(?::[0-9]*)?(?:/{_CHAR}*)*|/(?:{_CHAR}+(?:/{_CHAR}*)*)?|(?:{_CHAR}+(?:/{_CHAR}*)*)?)"
    rf"(?:\?(?:{_CHAR}|[/?])*)?(?:\#(?:{_CHAR}|[/?])*)?"
)
_WRITABLE_IRI = compile_later(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\x00-\x20<>\"{}|^`\\]*")
_LANGUAGE = compile_later(r"[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*")
_SURROGATE = compile_later(r"[\ud800-\udfff]")
_ESCAPED = compile_later(r'[\x00-\x1f"\\\x7f]')
_NAMED_ESCAPES = {"\b": r"\b", "\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r", '"': r"\"", "\\": r"\\"}
_BLANK = _LOCAL = compile_later(r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?")
_USUAL_IRI = compile_later(r"https?://[A-Za-z0-9.\-]+(?:/[A-Za-z0-9._~/\-]*)?(?:#[A-Za-z0-9._~/\-]*)?")


def is_iri(text: str) -> bool:
    """Whether `text` is an absolute IRI by RFC 3987."""
    if _USUAL_IRI.fullmatch(text):
        return True
    if re.fullmatch(_IRI, text) is None:
        return False
    if not text.isascii():
        from ogdkg.rdf.letters import are_allowed  # few IRIs have others

        return are_allowed(text) and ("[" not in text or _has_address(text))
    return "[" not in text or _has_address(text)


def _has_address(text: str) -> bool:
    """Whether an IRI has an address of IPv6 between its brackets (RFC 3986, section 3.2.2)."""
    import ipaddress  # few IRIs have one

    try:
        ipaddress.IPv6Address(text[text.index("[") + 1 : text.index("]")])
    except ValueError:
        return False
    return True


def is_language(tag: str) -> bool:
    """Whether `tag` has the shape of a BCP 47 language tag."""
    return _LANGUAGE.fullmatch(tag) is not None


def parse_iri(text: str) -> Iri:
    """The IRI that `text` spells, with or without angle brackets.

    >>> parse_iri("<https://example.org/a>")
    Iri(value='https://example.org/a')

    Raises:
        UsageError: It is not an absolute IRI (RFC 3987).
    """
    bare = text[1:-1] if text.startswith("<") and text.endswith(">") else text
    if not is_iri(bare):
        raise UsageError(
            f"{_shown(text)} is not an absolute IRI.", hint="Write it as https://example.org/thing."
        )
    return Iri(bare)


def expand(text: str, prefixes: Mapping[str, str]) -> Iri | None:
    """Return the IRI of a CURIE whose prefix is known, else None; it may have the escapes of Turtle."""
    prefix, colon, local = text.partition(":")
    if not colon or prefix not in prefixes or local.startswith("//"):
        return None
    if "\\" in local:
        local = re.sub(r"\\([_~.!$&'()*+,;=/?#@%-])", r"\1", local)
    iri = prefixes[prefix] + local
    return Iri(iri) if is_iri(iri) else None


def compact(iri: str, prefixes: Mapping[str, str]) -> str | None:
    """Return the CURIE of an IRI with the longest fitting namespace, or None."""
    best: tuple[int, str] | None = None
    for prefix, namespace in prefixes.items():
        at = len(namespace)
        if iri.startswith(namespace) and (best is None or at > best[0]) and _is_local(iri, at):
            best = at, f"{prefix}:{iri[at:]}"
    return best[1] if best else None


def _is_local(iri: str, at: int) -> bool:
    """Whether an IRI, from a place on, can stand behind a prefix as it is."""
    if at == len(iri) or iri.isascii():
        return at == len(iri) or _LOCAL.fullmatch(iri, at) is not None
    from ogdkg.rdf.letters import is_local_name  # few IRIs have others

    return is_local_name(iri[at:])


class Namespaces:
    """Prefixes that many IRIs are shortened by: as of `compact`, however many prefixes there are.

    >>> Namespaces({"ex": "https://example.org/"}).compact("https://example.org/a")
    'ex:a'
    """

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        self._prefixes: dict[str, str] = {}
        for prefix, namespace in prefixes.items():
            self._prefixes.setdefault(namespace, prefix)
        self._lengths = sorted({len(namespace) for namespace in self._prefixes}, reverse=True)

    def compact(self, iri: str) -> str | None:
        """The CURIE of `iri`, or None."""
        for length in self._lengths:
            prefix = self._prefixes.get(iri[:length]) if length <= len(iri) else None
            if prefix is not None and _is_local(iri, length):
                return f"{prefix}:{iri[length:]}"
        return None


def csv_text(term: Term | None) -> str:
    """Return a term without its type, as SPARQL's CSV results have it (SPARQL 1.1 CSV, section 3.2)."""
    if term is None:
        return ""
    return f"_:{term.label}" if isinstance(term, Blank) else str(term)


def to_ntriples(term: Term) -> str:
    """Return a term in N-Triples syntax, which is valid SPARQL and Turtle; UsageError for an invalid term.

    >>> to_ntriples(in_language('a "b"', "en"))
    '"a \\\\"b\\\\""@en'
    """
    if isinstance(term, Iri):
        return _iri(term.value)
    if isinstance(term, Blank):
        return _blank(term.label)
    if isinstance(term, Literal):
        return _literal(term)
    return f"<<( {to_ntriples(term.subject)} {to_ntriples(term.predicate)} {to_ntriples(term.object)} )>>"


def blanks_of(term: Term | None) -> list[Blank]:
    """The blank nodes of a term: itself, or those of a triple term, in order."""
    if isinstance(term, TripleTerm):
        return blanks_of(term.subject) + blanks_of(term.object)
    return [term] if isinstance(term, Blank) else []


def escape(text: str) -> str:
    """The inside of a double-quoted string, by canonical N-Triples.

    Raises:
        UsageError: It has a lone surrogate, which no RDF term may have (RDF 1.1 Concepts, 3.3).
    """
    if _SURROGATE.search(text):
        raise UsageError(f"{_shown(text)} contains a lone surrogate, which is not allowed in RDF terms.")
    return _ESCAPED.sub(_escaped, text)


def local_name(iri: str) -> str:
    """Return the part of an IRI after the last `#`, `/` or `:`."""
    return re.split(r"[#/:]", iri.rstrip("#/:"))[-1]


def unlabelled(term: str) -> str:
    """What a class or a property is called that has no label: the local name of its IRI, or all of it."""
    return local_name(term) or term


def _literal(term: Literal) -> str:
    quoted = f'"{escape(term.value)}"'
    if term.language:
        if not is_language(term.language):
            raise UsageError(
                f"{_shown(term.language)} is not a language tag.", hint="Write it as en or pt-BR."
            )
        return f"{quoted}@{term.language}{'--' if term.direction else ''}{term.direction}"
    return quoted if term.datatype == XSD_STRING else f"{quoted}^^{_iri(term.datatype)}"


def _iri(value: str) -> str:
    if not _WRITABLE_IRI.fullmatch(value) or _SURROGATE.search(value):
        raise UsageError(
            f"{_shown(value)} is not an absolute IRI.", hint="Write it as https://example.org/thing."
        )
    return f"<{value}>"


def _blank(label: str) -> str:
    if not _BLANK.fullmatch(label):
        raise UsageError(f"{_shown(label)} is not a blank node's label.")
    return f"_:{label}"


def _escaped(match: re.Match[str]) -> str:
    character = match.group()
    return _NAMED_ESCAPES.get(character) or f"\\u{ord(character):04X}"


def _shown(text: str) -> str:
    """`text` quoted for a message: short, and safe to print."""
    return ascii(text) if len(text) <= 80 else ascii(text[:77]) + "…"
