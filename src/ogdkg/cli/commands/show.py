"""`ogdkg show`: shows a thing on one screen, with a citation on every line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import click

from ogdkg.cli.answer import write_view
from ogdkg.cli.options import (
    ExampleCommand,
    Session,
    all_option,
    data_file_options,
    language_option,
    open_data,
    output_options,
    reading_options,
)
from ogdkg.cli.output import Screen
from ogdkg.evidence.citations import citations_of
from ogdkg.evidence.show import only, show, translated
from ogdkg.rdf import formats
from ogdkg.render.views.footnotes import Look
from ogdkg.render.views.show import profile_text

_FORMATS = (formats.TABLE, formats.JSON)


@click.command("show", cls=ExampleCommand)
@click.argument("thing")
@click.argument("facts", required=False)
@all_option
@output_options(_FORMATS)
@language_option
@data_file_options
@reading_options
@click.pass_obj
def command(session: Session, /, thing: str, facts: str | None, **options: Any) -> None:
    """Show a thing on one screen, with a citation on every line.

    Shows the first values of a long list; give FACTS, a property or a group of them, to see all of its
    values. A citation is the lines of the document that states a value, the number of a source, or a layer.

    \b
    For example:
      ogdkg show {thing}
    """
    form, output, show_all = options.pop("format"), options.pop("output"), options.pop("show_all")
    citations = citations_of(open_data(session, options, selective=True))
    profile = show(citations, thing)
    if facts:
        profile = only(profile, facts, translated(citations, facts), citations.prefixes)

    def as_text(shown_on: Screen) -> Iterator[str]:
        whole = show_all or bool(facts)
        return profile_text(
            profile, citations, Look(shown_on.width, shown_on.links, shown_on.ink, whole, thing)
        )

    def as_json() -> dict[str, Any]:
        from ogdkg.render.views.show_json import profile_json  # seldom asked for

        return profile_json(profile)

    write_view(form, output, as_text, as_json)
