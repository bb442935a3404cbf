"""`ogdkg diff`: what changed between two versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ogdkg.cli.options import Session, chosen_project, output_option, project_option, verbosity_options
from ogdkg.cli.output import refuse_overwriting, write_out, write_told
from ogdkg.diff.compare import difference
from ogdkg.diff.revisions import version, working_tree
from ogdkg.render.views.changes import as_json, as_markdown, as_text

VIEWS = {"text": as_text, "markdown": as_markdown, "json": as_json}


@click.command("diff")
@click.argument("before")
@click.argument("after", required=False)
@click.option("-f", "--format", type=click.Choice(list(VIEWS)), default="text", show_default=True)
@output_option
@project_option
@verbosity_options
@click.pass_context
def command(ctx: click.Context, /, before: str, after: str | None, **options: Any) -> None:
    """Tell what changed from BEFORE to AFTER, or to the working tree; exits with 1 if anything did.

    Each is a file, a folder, a git revision, or a file or folder in one (REVISION:PATH).

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
    found = difference(old, new)
    write = write_out if options["format"] == "json" else write_told
    write(VIEWS[options["format"]](found), options["output"])
    ctx.exit(1 if found.things else 0)
