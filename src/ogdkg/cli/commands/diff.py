"""`ogdkg diff`: compares two versions of a graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ogdkg.cli.options import (
    Session,
    chosen_project,
    context_option,
    output_option,
    project_option,
    verbosity_options,
)
from ogdkg.cli.output import refuse_overwriting, write_out, write_text
from ogdkg.diff.compare import difference
from ogdkg.diff.revisions import version, working_tree
from ogdkg.render.views.changes import as_json, as_markdown, as_text

VIEWS = {"text": as_text, "markdown": as_markdown, "json": as_json}


@click.command("diff")
@click.argument("before")
@click.argument("after", required=False)
@click.option("-f", "--format", type=click.Choice(list(VIEWS)), default="text", show_default=True)
@output_option
@context_option
@project_option
@verbosity_options
@click.pass_context
def command(ctx: click.Context, /, before: str, after: str | None, **options: Any) -> None:
    """Compare two files, folders or git revisions.

    BEFORE and AFTER are each a file, a folder, a git revision, or a file or folder in one (REVISION:PATH).
    AFTER defaults to the working tree. Exits with 1 if there are differences.

    \b
    For example:
      ogdkg diff HEAD~3 HEAD -f markdown
    """
    session: Session = ctx.obj
    project = chosen_project(session, options)
    folder, patterns = (Path(), ()) if project.packaged else (project.root, project.patterns)
    old = version(before, folder, patterns)
    new = version(after, folder, patterns) if after else working_tree(folder, patterns)
    refuse_overwriting([options["output"]], [file.name for file in (*old.files, *new.files)])
    changed = difference(old, new, {**project.context_files, **options["contexts"]})
    write = write_out if options["format"] == "json" else write_text
    write(VIEWS[options["format"]](changed), options["output"])
    ctx.exit(1 if changed.things else 0)
