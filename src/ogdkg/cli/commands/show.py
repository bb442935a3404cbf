"""`ogdkg show`: shows a thing on one screen, with a citation on every line."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from ogdkg.cli.answer import write_view
from ogdkg.cli.options import (
    ExampleCommand,
    Session,
    data_file_options,
    language_option,
    open_data,
    output_options,
    reading_options,
)
from ogdkg.cli.output import terminal_width
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.show import show
from ogdkg.rdf import formats
from ogdkg.render.views.show import profile_json, profile_text

_FORMATS = (formats.TABLE, formats.JSON)


@click.command("show", cls=ExampleCommand)
@click.argument("thing")
@output_options(_FORMATS)
@language_option
@data_file_options
@reading_options
@click.pass_obj
def command(session: Session, /, thing: str, **options: Any) -> None:
    """Show a thing, with a citation on every line.

    Properties are grouped. A citation gives the lines of the passage that states the value, or else the
    name of the layer.

    \b
    For example:
      ogdkg show {thing}
    """
    form, output = options.pop("format"), options.pop("output")
    citations = Citations(open_data(session, options))
    profile = show(citations, thing)
    width = terminal_width() if output in (None, "-") else None
    as_text = partial(profile_text, profile, citations, width)
    write_view(form, output, as_text, partial(profile_json, profile))
