"""`ogdkg search`: things by words."""

from __future__ import annotations

from typing import Any

import click

from ogdkg.cli.answer import OutputOptions, write_result
from ogdkg.cli.options import Session, open_chosen, output_options, project_around, reading_options
from ogdkg.errors import InputError
from ogdkg.rdf import formats
from ogdkg.rdf.terms import Literal, Row
from ogdkg.search.remote import is_large, search_endpoint
from ogdkg.search.search import Search, SearchHit
from ogdkg.store.base import Rows

_ARGUMENTS = f"{__name__}.arguments"
_COLUMNS = {"thing": "thing", "kind": "kind", "description": "description"}


class SearchCommand(click.Command):
    """The command with the options that the project's filters name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        ctx.meta[_ARGUMENTS] = list(args)  # -C may stand after the name
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        own = super().get_params(ctx)
        project = project_around(ctx, ctx.meta[_ARGUMENTS], own)
        return [*own, *(_option(name, own) for name in project.search_facets)]


@click.command("search", cls=SearchCommand)
@click.argument("text", nargs=-1, required=True)
@click.option("--class", "thing_class", metavar="CLASS", help="Only things of this class.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, metavar="N", help="At most so many; 20 unless said."
)
@output_options(formats.FOR_ROWS)
@reading_options
@click.pass_obj
def command(session: Session, /, text: tuple[str, ...], **options: Any) -> None:
    """Find things by words, or beginnings of words, of their names and descriptions; typos are forgiven.

    Accents and capitals make no difference. What narrows the search is said in ogdkg.toml, under [search].

    \b
    For example:
      ogdkg search open dat
    """
    view = OutputOptions(options.pop("format"), options.pop("output"), columns=lambda: _COLUMNS)
    limit, thing_class = options.pop("limit"), options.pop("thing_class")
    graph = open_chosen(session, options)
    given = {name: options[name.replace("-", "_")] for name in graph.project.search_facets}
    filters = {name: value for name, value in given.items() if value}
    if not thing_class and not filters and is_large(graph):
        found = search_endpoint(graph, " ".join(text), limit)
    else:
        found = Search(graph).find(" ".join(text), limit, thing_class, filters)
    rows = Rows(("thing", "thingLabel", "kind", "description"), map(_row, found))
    write_result(rows, view._replace(prefixes=graph.project.prefixes))


def _row(found: SearchHit) -> Row:
    return found.thing, Literal(found.name), Literal(", ".join(found.kinds)), Literal(found.description)


def _option(name: str, own: list[click.Parameter]) -> click.Option:
    option = click.Option([f"--{name}"], metavar=name.upper(), help=f"Only things with this {name}.")
    if option.name in [each.name for each in own]:
        hint = "Give it another name under [search] in ogdkg.toml."
        raise InputError(f"A filter may not be called {name!r}, as an option of ours is.", hint=hint)
    return option
