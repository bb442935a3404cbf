"""`ogdkg rename`: gives a thing another IRI, in all files of the project."""

from __future__ import annotations

from typing import Any

import click

from ogdkg.cli.changing import change, forget_option, write_option
from ogdkg.cli.options import ExampleCommand, all_option, project_option, verbosity_options


@click.command("rename", cls=ExampleCommand)
@click.argument("old")
@click.argument("new")
@click.option("--namespace", is_flag=True, help="OLD and NEW are namespaces: all their IRIs change.")
@forget_option
@write_option
@all_option
@project_option
@verbosity_options
@click.pass_context
def command(ctx: click.Context, /, old: str, new: str, **options: Any) -> None:
    """Change the IRI of a thing.

    OLD is the name of a thing, property or class, or its IRI; NEW an IRI, a name such as place:old-harbour,
    or the end of an IRI like the old one. Changes data, shapes, ontology, stored queries, questions, mappings
    and ogdkg.toml, and nothing else in them. The old IRI stays, with its successor.

    \b
    For example:
      ogdkg rename {thing} new-name
      ogdkg rename --namespace https://old.example/ https://new.example/ --write
    """
    forget = options.pop("forget")
    if options.pop("namespace"):
        change(ctx, lambda names: names.rename_namespace(old, new, forget=forget), options)
    else:
        change(ctx, lambda names: names.rename(old, new, forget=forget), options)
