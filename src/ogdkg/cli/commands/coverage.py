"""`ogdkg coverage`: which lines of the document passages cover."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

import click

from ogdkg.cli.document import needed_document
from ogdkg.cli.options import Session, open_chosen, output_option, reading, write_out
from ogdkg.coverage import cover
from ogdkg.render.coverage import WRITERS


@click.command("coverage")
@click.option(
    "--source",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="The document; else ogdkg.toml names it.",
)
@click.option(
    "-f",
    "--format",
    type=click.Choice(list(WRITERS)),
    help="Without it: by the output's extension, else text.",
)
@output_option
@reading
@click.pass_obj
def command(session: Session, /, **options: Any) -> None:
    """Tell which lines of the document passages cover, and how many facts each line yields.

    The HTML page shows the numbers of the lines, and nothing of the document's text.

    \b
    For example:
      ogdkg coverage --source document.txt -o coverage.html
    """
    form, output, given = (options.pop(name) for name in ("format", "output", "source"))
    graph = open_chosen(session, options)
    source = needed_document(session, graph, given)
    suffix = PurePath(output or "").suffix.removeprefix(".")
    write = WRITERS[form or (suffix if suffix in WRITERS else "text")]
    write_out(write(cover(graph, source), source.path.name), output)
