"""What was accepted as a table of facts, with the mapping that `ogdkg import` takes with it."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence

from ogdkg.errors import UsageError
from ogdkg.importing.table import Dialect
from ogdkg.project.project import Project
from ogdkg.rdf.terms import DCTERMS, SCHEMA, SKOS
from ogdkg.reconciling.offers import Offering
from ogdkg.reconciling.operation import Decision

MARK = "# Written by `ogdkg reconcile`, for `ogdkg import` and the table of the same name."
COLUMNS = ("id", "subject", "property", "value", "type", "source", "title", "date", "score")


def facts(decided: Iterable[Decision], offering: Offering, date: str) -> Iterator[list[str]]:
    """Iterate the rows: of a service that a thing is the same as one of its own; of us that it has a name."""
    yield list(COLUMNS)
    for number, each in enumerate(decided, 1):
        chosen = each.chosen
        if chosen is None or (offering.is_own and chosen.is_named_so):
            continue  # nothing is new
        own, other = ["also called", each.name, "name"], ["same as", chosen.iri, "iri"]
        fact = own if offering.is_own else other
        row = [f"r{number}", each.name, *fact, offering.address, offering.title, date, f"{chosen.score:g}"]
        yield row


def written(rows: Iterable[Sequence[str]], dialect: Dialect) -> Iterator[str]:
    """Iterate the lines of a table. TSV has no quoting, so that a cell holds no tab or line break there."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=dialect.delimiter, lineterminator="\n")
    for row in rows:
        if not dialect.has_quotes:
            yield "\t".join(" ".join(cell.split()) for cell in row) + "\n"
            continue
        line.seek(0)
        line.truncate()
        writer.writerow(row)
        yield line.getvalue()


def layer_of(project: Project) -> str:
    """Return the layer to import into.

    Raises:
        UsageError: No layer of the project takes imports.
    """
    fit = (each.name for each in project.layers if each.files and "{stem}" in (each.graph or ""))
    if (layer := next(fit, None)) is None:
        hint = "In ogdkg.toml, give one `files` and a `graph` with {stem}."
        raise UsageError("No layer of the project has a named graph per file, to import into.", hint=hint)
    return layer


def mapping(layer: str, classes: Iterable[str], decided: Iterable[Decision], offering: Offering) -> str:
    """Return the mapping of the table.

    Args:
        layer: The layer to import into.
        classes: The classes of things that names are looked up in.
        decided: What was accepted.
        offering: What offered it.
    """
    listed = ", ".join(map(_quoted, classes))
    names = [
        f"{_quoted(each.name)} = {_quoted(each.chosen.iri)}"
        for each in decided
        if offering.is_own and each.chosen
    ]
    return "\n".join([*_HEAD.format(layer=_quoted(layer), classes=listed).splitlines(), *names]) + "\n"


def _quoted(text: str) -> str:
    """A text as TOML has it in quotation marks."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


_HEAD = f"""{MARK}

[table]
subjects = ["thing"]
row = "id"

[types]
iri = "iri"
name = "text"

[output]
layer = {{layer}}
stem = "{{{{title}}}}-{{{{date}}}}"
about = "about/reconciled.ttl"
describe = '''
{{{{graph}}}} <{DCTERMS}title> "{{{{title}}}}"
{{{{graph}}}} <{DCTERMS}source> <{{{{source}}}}>
{{{{graph}}}} <{DCTERMS}created> {{{{date:date}}}}
'''

[things.thing]
classes = [{{classes}}]

[template.same]
make = "{{{{subject}}}} <{SCHEMA}sameAs> {{{{value}}}}"

[template.name]
make = "{{{{subject}}}} <{SKOS}hiddenLabel> {{{{value}}}}"

[property]
"same as" = {{{{ use = "same" }}}}
"also called" = {{{{ use = "name" }}}}

[names]  # what each name was accepted as
"""
