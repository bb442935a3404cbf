"""The names of RDF/XML: which elements and attributes of which kinds there are (7.2.2 to 7.2.7)."""

from __future__ import annotations

import re

from pyoxigraph import NamedNode

from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import RDF

SEPARATOR = "\x01"  # between the parts of a name; no document can hold it (XML 1.0, 2.2)
XMLNS = "http://www.w3.org/2000/xmlns/"
XML = "http://www.w3.org/XML/1998/namespace"
ITS = "http://www.w3.org/2005/11/its"  # Internationalization Tag Set 2.0, for directions of RDF 1.2

TYPE, FIRST, REST, NIL = (NamedNode(RDF + name) for name in ("type", "first", "rest", "nil"))
STATEMENT, SUBJECT, PREDICATE, OBJECT, REIFIES, XML_LITERAL = (
    NamedNode(RDF + name) for name in ("Statement", "subject", "predicate", "object", "reifies", "XMLLiteral")
)

_OLD_TERMS = {"aboutEach", "aboutEachPrefix", "bagID"}  # 7.2.4: withdrawn
_CORE_TERMS = {
    "RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype",  # 7.2.2
    "version", "annotation", "annotationNodeID",  # RDF 1.2
}  # fmt: skip
NO_NODES = _CORE_TERMS | _OLD_TERMS | {"li"}  # 7.2.5
NO_PROPERTIES = _CORE_TERMS | _OLD_TERMS | {"Description"}  # 7.2.6
_SYNTAX_ATTRIBUTES = _CORE_TERMS - {"RDF"}
_NO_ATTRIBUTES = _OLD_TERMS | {"RDF", "Description", "li"}  # 7.2.7
_UNQUALIFIED = {"ID", "about", "resource", "parseType", "type"}  # 6.1.4: still supported without a prefix

# An NCName (Namespaces in XML 1.0, 3), as an attribute's value.
_START = (
    r"A-Z_a-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    r"\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NCNAME = re.compile(rf"[{_START}][{_START}0-9.\-\xb7\u0300-\u036f\u203f\u2040]*")


class QName(NamedTuple):
    """A name, as expat gives it in parts: namespace, local name and prefix, or fewer where there are none."""

    namespace: str
    local: str
    prefix: str

    @classmethod
    def of(cls, name: str) -> QName:
        """Split what expat gives: parts are parted by `SEPARATOR`, and a name in no namespace has one."""
        parts = name.split(SEPARATOR)
        if len(parts) == 1:
            return cls("", name, "")
        return cls(parts[0], parts[1], parts[2] if len(parts) > 2 else "")

    def __str__(self) -> str:
        return f"{self.prefix}:{self.local}" if self.prefix else self.local


class Attribute(NamedTuple):
    """What an attribute is: one of the syntax by its usual name, such as `rdf:about`, or a property."""

    kind: str
    property: NamedNode | None = None


IGNORED = Attribute("")


def is_ncname(text: str) -> bool:
    """Return whether a text may be the value of `rdf:ID` or `rdf:nodeID` (7.2.34).

    >>> is_ncname("b1"), is_ncname("1"), is_ncname("a:b")
    (True, False, False)
    """
    return _NCNAME.fullmatch(text) is not None


def is_prefix(prefix: str, iri: str) -> bool:
    """Return whether a prefix may be declared in Turtle and in XML (Namespaces in XML 1.0, 3).

    >>> is_prefix("e", "http://e/"), is_prefix("xml", "http://e/"), is_prefix("_", "http://e/")
    (True, False, False)
    """
    if iri in (XML, XMLNS) or prefix.lower() in ("xml", "xmlns"):
        return False
    return not prefix or (is_ncname(prefix) and prefix[0] != "_" and prefix[-1] != ".")


def attribute(name: QName) -> Attribute:
    """Return what an attribute is (6.1.2, 6.1.4).

    Raises:
        ValueError: There is no such attribute; the argument says why.
    """
    namespace, local, prefix = name
    if namespace == XML and local in ("lang", "base"):
        return Attribute(f"xml:{local}")
    if (prefix or local).lower().startswith("xml"):
        return IGNORED
    if namespace == RDF or (not namespace and local in _UNQUALIFIED):
        if local in _SYNTAX_ATTRIBUTES:
            return Attribute(f"rdf:{local}")
        if local in _NO_ATTRIBUTES:
            raise ValueError(f"rdf:{local} is not allowed as an attribute.\nLeave it out.")
        return Attribute("rdf:type" if local == "type" else "property", NamedNode(RDF + local))
    if namespace == ITS and local in ("dir", "version"):
        return Attribute(f"its:{local}", NamedNode(ITS + local))
    if not namespace:
        raise ValueError(f"The attribute {local} has no namespace.\nWrite it with a prefix, as e:{local}.")
    return Attribute("property", NamedNode(namespace + local))
