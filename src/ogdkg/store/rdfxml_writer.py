"""Writes RDF/XML, a statement at a time, so that every reader of XML 1.0 reads the same graph (section 8).

What the format cannot hold is an error: a property without an XML name, or with one of the syntax, and
characters that XML excludes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import count
from typing import IO, cast
from xml.parsers import expat

import pyoxigraph as ox

from ogdkg.errors import InputError
from ogdkg.rdf.terms import RDF, XSD_STRING
from ogdkg.syntax.rdfxml.vocabulary import (
    ITS,
    NO_NODES,
    NO_PROPERTIES,
    TYPE,
    XML,
    XMLNS,
    is_ncname,
    is_prefix,
)

_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML 1.0, 2.2
_ASCII_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]{0,200}\Z")
_LONGEST_NAME = 200  # characters
# A reader makes a line feed of a carriage return, and blanks of both and of tabs in attributes (2.11, 3.3.3).
_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_VALUE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
)
_MANY = 1_000  # pieces of text that are written together
_MOST_NAMES = 10_000  # of properties and classes, which are remembered
_Node = ox.NamedNode | ox.BlankNode | ox.Triple  # of which no triple stands as a subject


def write_rdfxml(triples: Iterable[ox.Triple], out: IO[bytes], prefixes: Mapping[str, str]) -> None:
    """Write a document.

    Args:
        triples: The statements; those of one subject that follow one another share an element.
        out: Where to write.
        prefixes: The prefixes to declare; those that XML cannot have are left out.

    Raises:
        InputError: RDF/XML cannot hold a statement.
    """
    writer = _Writer(out, {prefix: iri for prefix, iri in prefixes.items() if is_prefix(prefix, iri)})
    for triple in triples:
        writer.write(triple)
    writer.finish()


class _Writer:
    def __init__(self, out: IO[bytes], prefixes: Mapping[str, str]) -> None:
        self._out = out
        declared = {**prefixes, "rdf": RDF, "its": ITS}
        self._prefixes = {iri: prefix for prefix, iri in prefixes.items() if prefix not in ("rdf", "its")}
        self._prefixes[RDF] = "rdf"
        names = (f"ns{number or ''}" for number in count())
        self._spare = "" if "" not in declared else next(name for name in names if name not in declared)
        self._names: dict[str, tuple[str, str]] = {}
        self._subject: _Node | None = None
        self._end = ""
        inside = (_declared(prefix, iri) for iri, prefix in sorted(self._prefixes.items()))
        self._parts = [f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{"".join(inside)}>\n']

    def write(self, triple: ox.Triple) -> None:
        """Write a statement, in the element of its subject if that is open."""
        if len(self._parts) > _MANY:
            self._flush()
        if triple.subject == self._subject or not self._begin(triple):
            self._property(triple.predicate.value, triple.object, "\t\t")

    def _begin(self, triple: ox.Triple) -> bool:
        """Begin the element of a subject; return whether its name states the triple."""
        kind, name, declared = triple.object, "rdf:Description", ""
        is_stated = triple.predicate == TYPE and isinstance(kind, ox.NamedNode) and _can_be_node(kind.value)
        if is_stated:
            name, declared = self._name(cast(ox.NamedNode, kind).value)
        self._parts.append(f"{self._end}\t<{name}{declared}{_naming('about', triple.subject)}>\n")
        self._subject, self._end = triple.subject, f"\t</{name}>\n"
        return is_stated

    def finish(self) -> None:
        self._parts.append(f"{self._end}</rdf:RDF>\n")
        self._flush()

    def _flush(self) -> None:
        self._out.write("".join(self._parts).encode())
        self._parts.clear()

    def _property(self, predicate: str, value: _Node | ox.Literal | ox.Triple, indent: str) -> None:
        name, declared = self._property_name(predicate)
        start = f"{indent}<{name}{declared}"
        if isinstance(value, ox.Literal):
            if found := _NOT_IN_XML.search(value.value):
                sign = f"U+{ord(found[0]):04X}"
                message = f"RDF/XML cannot represent the character {sign} in a value of <{predicate}>."
                raise InputError(message, hint="Choose another format.")
            self._parts.append(
                f"{start}{_literal_attributes(value)}>{value.value.translate(_TEXT)}</{name}>\n"
            )
        elif isinstance(value, ox.Triple):  # RDF 1.2
            self._parts.append(f'{start} rdf:version="1.2" rdf:parseType="Triple">\n')
            self._parts.append(f"{indent}\t<rdf:Description{_naming('about', value.subject)}>\n")
            self._property(value.predicate.value, value.object, f"{indent}\t\t")
            self._parts.append(f"{indent}\t</rdf:Description>\n{indent}</{name}>\n")
        else:
            self._parts.append(f"{start}{_naming('resource', value)}/>\n")

    def _property_name(self, iri: str) -> tuple[str, str]:
        """Return the name of a property element, and the namespace that it has to declare."""
        found = self._names.get(iri)
        if found is None:
            local = iri.removeprefix(RDF)
            if local in (*NO_PROPERTIES, "li"):
                message = f"RDF/XML cannot name the property rdf:{local}, a word of its syntax."
                raise InputError(message, hint="Use another property, or choose another format.")
            if not _split(iri):
                raise InputError(
                    f"RDF/XML cannot name the property <{iri}>.",
                    hint="The IRI would have to end in an XML name, which begins with a letter.",
                )
            found = self._name(iri)
        return found

    def _name(self, iri: str) -> tuple[str, str]:
        found = self._names.get(iri)
        if found is None:
            local = _split(iri)
            namespace = iri[: -len(local)]
            prefix = self._prefixes.get(namespace)
            declared = _declared(self._spare, namespace) if prefix is None else ""
            prefix = self._spare if prefix is None else prefix
            if len(self._names) >= _MOST_NAMES:
                self._names.clear()
            found = self._names[iri] = (f"{prefix}:{local}" if prefix else local, declared)
        return found


def _can_be_node(iri: str) -> bool:
    """Return whether the IRI of a class can be the name of a node element (7.2.5)."""
    return iri.removeprefix(RDF) not in (*NO_NODES, "Description") and bool(_split(iri))


def _declared(prefix: str, iri: str) -> str:
    return f' xmlns{":" if prefix else ""}{prefix}="{iri.translate(_VALUE)}"'


def _naming(attribute: str, node: _Node) -> str:
    if isinstance(node, ox.NamedNode):
        return f' rdf:{attribute}="{node.value.translate(_VALUE)}"'
    return f' rdf:nodeID="{_label(cast(ox.BlankNode, node).value)}"'


def _label(label: str) -> str:
    """Return an NCName for a blank node (7.2.23), another for each label: the dots tell them apart.

    >>> _label("b1"), _label("1"), _label("_.1")
    ('b1', '_.1', '_.__.1')
    """
    if is_ncname(label) and not label.startswith("_."):
        return label
    return "_." + label.replace("_", "__").replace(":", "_.")


def _literal_attributes(literal: ox.Literal) -> str:
    if literal.language:
        language = f' xml:lang="{literal.language}"'
        if literal.direction is None:
            return language
        its = f'xmlns:its="{ITS}" its:version="2.0" its:dir="{literal.direction.value}"'
        return f'{language} rdf:version="1.2" {its}'
    datatype = literal.datatype.value
    return "" if datatype == XSD_STRING else f' rdf:datatype="{datatype.translate(_VALUE)}"'


def _is_readable(name: str) -> bool:
    """Return whether expat takes a name; it knows the characters of the fourth edition of XML 1.0."""
    try:
        expat.ParserCreate().Parse(f"<{name}/>".encode(), True)
    except expat.ExpatError:
        return False
    return True


@lru_cache(maxsize=10_000)
def _split(iri: str) -> str:
    """Return the XML name that an IRI ends in, as long as it can be; an empty one if there is none."""
    begin = len(iri)
    while begin and len(iri) - begin < _LONGEST_NAME and is_ncname(f"_{iri[begin - 1]}"):
        begin -= 1
    while begin < len(iri) and not is_ncname(iri[begin]):
        begin += 1
    local = iri[begin:]
    if local and not local.isascii() and not _is_readable(local):
        found = _ASCII_NAME.search(iri, begin)
        local = found[0] if found else ""
    return "" if iri[: len(iri) - len(local)] in (XMLNS, XML, "") else local
