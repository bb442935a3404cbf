"""`ogdkg validate`: does a graph keep to its shapes, and if not, where not?"""

from __future__ import annotations

import click

from ogdkg.render.report_json import report_json
from ogdkg.render.report_text import report_text
from ogdkg.render.report_turtle import report_turtle
from ogdkg.validation.operation import Options, validate
from ogdkg.validation.reading import sources
from ogdkg.validation.report import Severity

VIEWS = {"text": report_text, "json": report_json, "turtle": report_turtle}
LIMITS = {"violation": Severity.VIOLATION, "warning": Severity.WARNING, "info": Severity.INFO, "never": None}


@click.command("validate")
@click.argument("files", nargs=-1)
@click.option("--shapes", multiple=True, metavar="FILE", help="Shapes to validate against.")
@click.option("--ontology", multiple=True, metavar="FILE", help="Classes and properties the data speak of.")
@click.option("--fail-on", type=click.Choice(list(LIMITS)), default="violation", show_default=True)
@click.option("--no-meta", is_flag=True, help="Do not check the shapes themselves first.")
@click.option("-f", "--format", "form", type=click.Choice(list(VIEWS)), default="text", show_default=True)
@click.pass_context
def command(
    ctx: click.Context, files: tuple[str, ...], shapes: tuple[str, ...], ontology: tuple[str, ...],
    fail_on: str, no_meta: bool, form: str,
) -> None:  # fmt: skip
    """Validate FILES against SHACL shapes."""
    report = validate(sources(files), sources(shapes), sources(ontology), Options(meta=not no_meta))
    click.echo(VIEWS[form](report), nl=False)
    ctx.exit(1 if report.fails(LIMITS[fail_on]) else 0)
