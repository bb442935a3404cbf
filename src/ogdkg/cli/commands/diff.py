"""`ogdkg diff`: compares two versions of a graph."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ogdkg.cli.options import (
    Session,
    all_option,
    chosen_project,
    context_option,
    output_option,
    project_option,
    verbosity_options,
)
from ogdkg.cli.output import FormatChoice, refuse_overwriting, screen, write_out, write_text
from ogdkg.diff.compare import difference
from ogdkg.diff.model import Difference
from ogdkg.diff.revisions import version, working_tree
from ogdkg.render.views.changes import as_json, as_markdown, as_text

FORMATS = ("text", "markdown", "json")
LIMITS = ("breaking", "additive", "any")


@click.command("diff")
@click.argument("before")
@click.argument("after", required=False)
@click.option("-f", "--format", type=FormatChoice(FORMATS), default="text", show_default=True)
@click.option("--fail-on", type=click.Choice(LIMITS), default="any", show_default=True,
              help="Least grave change that makes the exit code 1.")  # fmt: skip
@all_option
@output_option
@context_option
@project_option
@verbosity_options
@click.pass_context
def command(ctx: click.Context, /, before: str, after: str | None, **options: Any) -> None:
    """Compare two files, folders or git revisions.

    BEFORE and AFTER are each a file, a folder, a git revision, or a file or folder in one (REVISION:PATH).
    AFTER defaults to the working tree. Each change is breaking, additive or editorial.

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
    passages = [each for layer in project.layers if (each := layer.passage_metadata_graph)]
    contexts = {**project.context_files, **options["contexts"]}
    changed = difference(old, new, contexts, passages, project.languages)
    _write(changed, options["format"], options["output"], whole=options["show_all"])
    ctx.exit(1 if changed.fails(options["fail_on"]) else 0)


def _write(changed: Difference, form: str, output: str | None, *, whole: bool) -> None:
    if form == "text":
        shown_on = screen(output)
        shown_on.tell(as_text(changed, shown_on.ink, whole=whole))
    elif form == "markdown":
        write_text(as_markdown(changed, whole=whole), output)
    else:
        write_out(as_json(changed), output)
