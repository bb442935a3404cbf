"""A new stored query: the things of a class by name, with a header, to be changed by hand."""

from __future__ import annotations

import json
import re

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.describing.operation import Plan
from ogdkg.errors import UsageError
from ogdkg.files.names import shown_path
from ogdkg.rdf.labels import LABELS
from ogdkg.rdf.namespaces import prefix_lines
from ogdkg.rdf.terms import Iri, Namespaces, local_name
from ogdkg.sheets.operation import as_it_is
from ogdkg.sheets.template import Sheets
from ogdkg.text.slips import quoted

_NAME = re.compile(r"(?:([a-z0-9][a-z0-9_-]*)/)?([a-z0-9][a-z0-9_-]*)")
_LONGEST = 60


def check_query_name(sheets: Sheets, name: str) -> None:
    """Raise UsageError unless a stored query can have a name, and none has it."""
    match = _NAME.fullmatch(name)
    if match is None or len(name) > 2 * _LONGEST:
        hint = "Write small letters, digits and hyphens, such as maps/by-year."
        raise UsageError(f"{quoted(name)} is no name of a query.", hint=hint)
    known = next((each for each in sheets.graph.catalogue.paths if each.rpartition("/")[2] == match[2]), None)
    if known:
        raise UsageError(f"There is a query {known} already.", hint="Choose another name.")


def new_query(sheets: Sheets, name: str, summary: str, of: Iri) -> Plan:
    """Return what it comes to, to write a stored query for the things of a class.

    Args:
        sheets: The forms of the project.
        name: Its name, with its topic or without.
        summary: What it answers, in a sentence.
        of: The class.

    Raises:
        UsageError: No query can have the name, or one has it.
    """
    check_query_name(sheets, name)
    if not " ".join(summary.split()):
        raise UsageError("A query needs a summary.", hint="Say what it answers, as a question.")
    text = _text(sheets, " ".join(summary.split()), of)
    path = sheets.graph.project.queries / f"{name}.rq"
    query = StoredQuery(text, name.rpartition("/")[2], file=shown_path(path))
    _ = query.header, query.parameters  # InputError where it does not fit
    return Plan(text, [as_it_is(path)._replace(after=text.encode(), command="ogdkg new query")])


def _text(sheets: Sheets, summary: str, of: Iri) -> str:
    prefixes = sheets.graph.project.prefixes
    names = Namespaces(prefixes)
    form = sheets.forms.form(of)
    naming = form.naming if form.naming.value in LABELS else Iri(next(iter(LABELS)))
    terms = [names.compact(each.value) or f"<{each.value}>" for each in (of, naming)]
    used = {each.partition(":")[0] for each in terms if not each.startswith("<")}
    declared = prefix_lines({each: prefixes[each] for each in sorted(used)})
    variable = _variable(form.label or local_name(of.value))
    return (
        f"#+ summary: {json.dumps(summary, ensure_ascii=False)}\n\n"
        f"{declared}{chr(10) if declared else ''}"
        f"SELECT ?{variable} ?{variable}Label\nWHERE {{\n  ?{variable} a {terms[0]} .\n"
        f"  OPTIONAL {{ ?{variable} {terms[1]} ?{variable}Label }}\n}}\nORDER BY ?{variable}Label\n"
    )


def _variable(label: str) -> str:
    """A class's label as the name of a variable: its words, the first in small letters."""
    words = re.findall(r"[A-Za-z0-9]+", label)
    joined = "".join([*(w.lower() for w in words[:1]), *(w.capitalize() for w in words[1:])])
    return joined if joined[:1].isalpha() else "thing"
