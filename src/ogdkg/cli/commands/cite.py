"""`ogdkg cite`: prints a citation for the dataset, a thing or a statement."""

from __future__ import annotations

from typing import Any

import click

from ogdkg.cli.options import (
    ExampleCommand,
    Session,
    data_file_options,
    language_option,
    open_data,
    output_option,
    reading_options,
)
from ogdkg.cli.output import FormatChoice, screen, write_out
from ogdkg.evidence.bibliography import cite
from ogdkg.evidence.citations import citations_of
from ogdkg.rdf.formats import plain_name
from ogdkg.render.views.cite import bibtex, csl_json, plain

_WRITERS = {"text": plain, "bibtex": bibtex, "csl-json": csl_json}
_EXTENSIONS = {".bib": "bibtex", ".json": "csl-json"}


@click.command("cite", cls=ExampleCommand)
@click.argument("thing", required=False)
@click.argument("property", required=False)
@click.argument("value", required=False)
@click.option(
    "-f",
    "--format",
    type=FormatChoice(list(_WRITERS)),
    help="By default chosen by the output's extension (.bib, .json), else text.",
)
@output_option
@language_option
@data_file_options
@reading_options
@click.pass_obj
def command(
    session: Session, /, thing: str | None, property: str | None, value: str | None, **options: Any
) -> None:
    """Print a citation for the dataset, a thing or a statement.

    Without arguments: the dataset. THING, PROPERTY and VALUE narrow it to an entry or to statements.

    \b
    For example:
      ogdkg cite -f bibtex
      ogdkg cite {thing} {property}
    """
    form, output = options.pop("format"), options.pop("output")
    writer = _WRITERS[form or _EXTENSIONS.get(plain_name(output or "").suffix, "text")]
    work = cite(citations_of(open_data(session, options, selective=True)), thing, property, value)
    if writer is plain:
        screen(output).tell([plain(work)])
    else:
        write_out([writer(work)], output)
