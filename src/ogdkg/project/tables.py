"""Tables of `ogdkg.toml` whose keys are the project's own: filters of a search, and JSON-LD contexts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ogdkg.config.config_file import ConfigFile
from ogdkg.files.globs import pattern_fault
from ogdkg.rdf.terms import Iri, expand, is_iri


def read_filters(document: ConfigFile, prefixes: Mapping[str, str]) -> dict[str, Iri]:
    """Read the properties that `[search] filters` names by CURIE or IRI."""
    at = ("search", "filters")
    properties = {}
    for name in document.table(*at):
        text = document.text(*at, name)
        iri = expand(text, prefixes) or (Iri(text) if is_iri(text) else None)
        if iri is None or not re.fullmatch(r"[a-z][a-z-]*", name):
            message = "A filter needs a name in lower-case letters, and the CURIE of a property."
            raise document.error(message, *at, name)
        properties[name] = iri
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
