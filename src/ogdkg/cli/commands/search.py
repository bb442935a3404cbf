"""`ogdkg search`: searches labels and descriptions by keyword."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ogdkg.cli.answer import chosen_output, write_result
from ogdkg.cli.classes import class_names
from ogdkg.cli.options import (
    ExampleCommand,
    Session,
    data_file_options,
    language_option,
    open_data,
    output_options,
    project_for_parsing,
    reading_options,
    table_options,
)
from ogdkg.errors import InputError
from ogdkg.graph.graph import Graph
from ogdkg.rdf import formats
from ogdkg.search.folding import words
from ogdkg.search.remote import SEARCH_COLUMNS, search, told_apart
from ogdkg.store.base import Rows
from ogdkg.text.notices import notice

_MOST_TRIED = 10  # words of a search that finds nothing
_ARGUMENTS = f"{__name__}.arguments"


class SearchCommand(ExampleCommand):
    """The command with an option for each search filter of the project."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the arguments before they are parsed: they name the project, which has options of its own."""
        ctx.meta[_ARGUMENTS] = list(args)  # -C may stand after the command's name
        return super().parse_args(ctx, args)

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the command's own options, and one for each search filter of the project."""
        own = super().get_params(ctx)
        if any(word.partition("=")[0] == "--data" for word in ctx.meta[_ARGUMENTS]):
            return own  # files have no filters
        project = project_for_parsing(ctx, ctx.meta[_ARGUMENTS], own)
        return [*own, *(_option(name, own) for name in project.search_facets)]


@click.command("search", cls=SearchCommand)
@click.argument("text", nargs=-1, required=True)
@click.option(
    "--class", "thing_class", metavar="CLASS", shell_complete=class_names, help="Only things of this class."
)
@click.option(
    "--limit", type=click.IntRange(min=1), default=20, metavar="N", show_default=True, help="Show at most N."
)
@output_options(formats.FOR_ROWS)
@table_options
@language_option
@data_file_options
@reading_options
@click.pass_obj
def command(session: Session, /, text: tuple[str, ...], **options: Any) -> None:
    """Search by keyword; tolerates typos.

    Matches words, or their beginnings, in names, descriptions, e-mail and web addresses; ignores accents and
    case. Lists sources after the things that they tell of. A project defines further filters in ogdkg.toml,
    under [search].

    \b
    For example:
      ogdkg search {word}
    """
    view = chosen_output(options, columns=lambda: SEARCH_COLUMNS)
    limit, thing_class = options.pop("limit"), options.pop("thing_class")
    graph = open_data(session, options, selective=True)
    if graph.options.later and graph.is_large_here:  # whose words are found in its store alone
        graph = Graph(graph.project, graph.options._replace(selective=False, later=None))
    chosen = {name: options[name.replace("-", "_")] for name in graph.project.search_facets}
    filters = {name: value for name, value in chosen.items() if value}

    def found(words: str, most: int) -> Rows:
        return search(graph, words, most, thing_class, filters)

    answer = found(" ".join(text), limit)
    rows = list(answer.rows)
    if not rows:
        _tell_found(text, lambda word: any(True for _ in found(word, 1).rows))
    prefixes = graph.project.prefixes
    view = view._replace(prefixes=prefixes, named=lambda rows: told_apart(rows, prefixes))
    write_result(Rows(answer.variables, iter(rows)), view)


def _tell_found(text: tuple[str, ...], is_found: Callable[[str], bool]) -> None:
    """Say which of several words some thing has, when none has all of them."""
    typed = list(dict.fromkeys(words(" ".join(text))))[:_MOST_TRIED]
    if len(typed) > 1 and (found := [word for word in typed if is_found(word)]):
        notice(f"Nothing has all of these words; some things have: {', '.join(found)}.")


def _option(name: str, own: list[click.Parameter]) -> click.Option:
    option = click.Option([f"--{name}"], metavar=name.upper(), help=f"Only things with this {name}.")
    if option.name in [each.name for each in own]:
        hint = "Rename it under [search] in ogdkg.toml."
        raise InputError(f"The filter name {name!r} is taken by a built-in option.", hint=hint)
    return option
