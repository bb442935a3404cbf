"""Tables of `ogdkg.toml` whose keys are the project's own, and properties named by its prefixes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ogdkg.config.config_file import ConfigFile
from ogdkg.errors import UnknownNameError
from ogdkg.files.globs import pattern_fault
from ogdkg.project.keys import TOML
from ogdkg.rdf.terms import Iri, expand, is_iri

_LETTER = (  # Turtle's PN_CHARS_BASE
    "A-Za-z\xc0-\xd6\xd8-\xf6\xf8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_INNER = rf"{_LETTER}_0-9\xb7\u0300-\u036f\u203f\u2040\-"
_PLAIN_PREFIX = r"[A-Za-z](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_\-])?"  # the other takes 6 ms to be compiled
_PREFIX = rf"(?:[{_LETTER}](?:[{_INNER}.]*[{_INNER}])?)?"  # PN_PREFIX, or none


def read_prefixes(document: ConfigFile) -> dict[str, str]:
    """Read the namespaces by prefix; InputError with the line of an invalid one."""
    if "prefixes" not in document.known:
        document.known["prefixes"] = _checked_prefixes(document)
    return dict(document.known["prefixes"])


def _checked_prefixes(document: ConfigFile) -> dict[str, str]:
    prefixes = document.table("prefixes")
    for name in prefixes:
        if not (re.fullmatch(_PLAIN_PREFIX, name) or re.fullmatch(_PREFIX, name)):
            hint = "Write letters and digits, the first a letter."
            raise document.error(f"{name!r} cannot be a prefix.", "prefixes", name, hint=hint)
        if not is_iri(document.text("prefixes", name)):
            raise document.error(f"The prefix {name!r} must stand for an absolute IRI.", "prefixes", name)
    return prefixes


def read_namespace(document: ConfigFile, *key: str) -> str:
    """Read what IRIs begin with; InputError with the line of what begins none."""
    text = document.text(*key)
    if text and not is_iri(text):
        hint = "Write it as https://example.org/bridges/."
        raise document.error(f"{text!r} is not the beginning of absolute IRIs.", *key, hint=hint)
    return text


def read_line(document: ConfigFile, *key: str) -> str:
    """Read a text of one line: a name or a title stands in other texts."""
    return " ".join(document.text(*key).split())


def read_properties(document: ConfigFile, *key: str) -> tuple[str, ...]:
    """Read the IRIs of properties that a list names by CURIE or IRI."""
    prefixes = read_prefixes(document)
    return tuple(
        _property(document, text, prefixes, *key, index).value
        for index, text in enumerate(document.texts(*key))
    )


def read_property(document: ConfigFile, *key: str) -> Iri | None:
    """Read one class or property by its CURIE or IRI; None where the key is missing."""
    text = document.text(*key)
    return _property(document, text, read_prefixes(document), *key) if text else None


def read_named(document: ConfigFile, *key: str) -> dict[str, Iri]:
    """Read a table of classes or properties, by CURIE or IRI, each under the name to show."""
    prefixes = read_prefixes(document)
    return {
        name: _property(document, document.text(*key, name), prefixes, *key, name)
        for name in document.table(*key)
    }


def read_filters(document: ConfigFile) -> dict[str, Iri]:
    """Read the properties that `[search] filters` names by CURIE or IRI."""
    document.keys(TOML.keys("search"), "search")
    at = ("search", "filters")
    prefixes = read_prefixes(document)
    properties = {}
    for name in document.table(*at):
        if not re.fullmatch(r"[a-z][a-z-]*", name):
            raise document.error("A filter needs a name in lower-case letters.", *at, name)
        properties[name] = _property(document, document.text(*at, name), prefixes, *at, name)
    return properties


def read_contexts(document: ConfigFile) -> dict[str, str]:
    """Read the files that `[contexts]` names for JSON-LD contexts at other addresses."""
    contexts = {}
    for address in document.table("contexts"):
        name = document.text("contexts", address)
        fault = pattern_fault(name) if name else "A context needs the name of a file."
        if fault:
            raise document.error(fault, "contexts", address)
        contexts[address] = name
    return contexts


def _property(document: ConfigFile, text: str, prefixes: Mapping[str, str], *key: str | int) -> Iri:
    iri = expand(text, prefixes) or (Iri(text) if is_iri(text) else None)
    if iri is None:
        raise document.error(f"{text!r} is not the CURIE of a property, nor its IRI.", *key)
    return iri


def read_patterns(document: ConfigFile, *key: str | int) -> tuple[str, ...]:
    """Read patterns of file names; InputError with the line of an invalid one."""
    patterns = document.texts(*key)
    for index, pattern in enumerate(patterns):
        if fault := pattern_fault(pattern):
            raise document.error(fault, *key, index)
    return patterns


def read_file_name(document: ConfigFile, *key: str) -> str | None:
    """The name of one file, None where none is given; InputError where it can name none."""
    name = document.text(*key) or None
    if name and (fault := pattern_fault(name)):
        raise document.error(fault, *key)
    return name


def check_names(document: ConfigFile, what: str, allowed: Sequence[str], *key: str | int) -> None:
    """Raise InputError with the line of a name that is not known, and the nearest that is."""
    for index, name in enumerate(document.texts(*key)):
        if name not in allowed:
            hint = UnknownNameError(what, name, allowed).hint
            raise document.error(f"There is no {what} {name!r}.", *key, index, hint=hint)
