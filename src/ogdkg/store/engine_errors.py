"""What the engine raises for a query becomes an error that names the place, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ogdkg.errors import InputError, Place

POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


def syntax_error(error: SyntaxError, text: str, prefixes: Mapping[str, str], name: str) -> InputError:
    """The error for a query that does not parse."""
    from ogdkg.sparql.faults import fault_of_engine, fault_of_text  # few queries have one

    if known := fault_of_text(text, prefixes, name):
        return known
    found = POSITION.match(str(error))
    if not found:
        return InputError(f"The query does not parse: {error}.", place=Place(name))
    return fault_of_engine(found[3], Place(name, int(found[1]), int(found[2])))


def unknown_function(error: Exception, text: str, place: Place) -> InputError | None:
    """The error for a function that the engine lacks."""
    unknown = re.search(r"custom function <(.*)> is not supported", str(error))
    if unknown is None:
        return None
    from ogdkg.sparql.faults import unknown_function as unknown_function_of  # few queries have one

    return unknown_function_of(unknown[1], text, place.file)
