"""`ogdkg coverage`: reports which lines of the source document passages cover, and what things lack."""

from __future__ import annotations

from typing import Any

import click

from ogdkg.cli.classes import class_names
from ogdkg.cli.options import Session, language_option, open_chosen, output_option, reading_options
from ogdkg.cli.output import FormatChoice, screen, write_out
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.completeness import completeness
from ogdkg.evidence.coverage import measure_coverage
from ogdkg.evidence.documents import require_source
from ogdkg.rdf.formats import plain_name
from ogdkg.render.views.coverage import WRITERS, Report, coverage_text


@click.command("coverage")
@click.option(
    "--source",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="The source document (default: as named in ogdkg.toml).",
)
@click.option(
    "--class",
    "thing_class",
    metavar="CLASS",
    shell_complete=class_names,
    help="Report only what is missing from things of this class.",
)
@click.option(
    "-f",
    "--format",
    type=FormatChoice(list(WRITERS)),
    help="By default chosen by the output's extension, else text.",
)
@output_option
@language_option
@reading_options
@click.pass_obj
def command(session: Session, /, **options: Any) -> None:
    """Report which lines of the document are covered.

    For each line: the passages and the number of facts. Missing properties are listed by the groups of the
    shapes, for the entries that passages are about; with --class for the things of that class, which needs no
    document. The HTML page shows line numbers only, none of the document's text.

    \b
    For example:
      ogdkg coverage --source document.txt -o coverage.html
    """
    form, output, file, thing_class = (
        options.pop(name) for name in ("format", "output", "source", "thing_class")
    )
    graph = open_chosen(session, options)
    missing = completeness(Citations(graph), thing_class)
    if thing_class:
        report = Report(graph.project.title, None, missing)
    else:
        source = require_source(graph, file)
        report = Report(source.path.name, measure_coverage(graph, source), missing)
    suffix = plain_name(output or "").suffix.removeprefix(".")
    chosen = form or (suffix if suffix in WRITERS else "text")
    if chosen == "text":
        screen(output).tell(coverage_text(report))
    else:
        write_out(WRITERS[chosen](report), output)
