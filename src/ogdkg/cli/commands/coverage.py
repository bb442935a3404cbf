"""`ogdkg coverage`: which lines of the document passages cover."""

from __future__ import annotations

from typing import Any

import click

from ogdkg.cli.document import require_document
from ogdkg.cli.options import Session, open_chosen, output_option, reading_options
from ogdkg.cli.output import write_out, write_told
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.completeness import completeness
from ogdkg.evidence.coverage import measure_coverage
from ogdkg.rdf.formats import plain_name
from ogdkg.render.views.coverage import WRITERS, Report


@click.command("coverage")
@click.option(
    "--source",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="The document; else ogdkg.toml names it.",
)
@click.option("--class", "thing_class", metavar="CLASS", help="Only what the things of this class lack.")
@click.option(
    "-f",
    "--format",
    type=click.Choice(list(WRITERS)),
    help="Without it: by the output's extension, else text.",
)
@output_option
@reading_options
@click.pass_obj
def command(session: Session, /, **options: Any) -> None:
    """Tell which lines of the document passages cover, how many facts each yields, and what things lack.

    What things lack is told by the shapes' groups: of the entries that passages are about, or of a --class,
    for which no document is needed. The HTML page shows line numbers, and nothing of the document's text.

    \b
    For example:
      ogdkg coverage --source document.txt -o coverage.html
    """
    form, output, given, of = (options.pop(name) for name in ("format", "output", "source", "thing_class"))
    graph = open_chosen(session, options)
    missing = completeness(Citations(graph), of)
    if of:
        report = Report(graph.project.title, None, missing)
    else:
        source = require_document(session, graph, given)
        report = Report(source.path.name, measure_coverage(graph, source), missing)
    suffix = plain_name(output or "").suffix.removeprefix(".")
    write = WRITERS[form or (suffix if suffix in WRITERS else "text")]
    (write_told if write is WRITERS["text"] else write_out)(write(report), output)
