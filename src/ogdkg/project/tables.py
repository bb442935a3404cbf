"""Tables of `ogdkg.toml` whose keys are the project's own: filters of a search, and JSON-LD contexts."""

from __future__ import annotations

from ogdkg.config.config_file import ConfigFile
from ogdkg.files.globs import pattern_fault


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
