"""`ogdkg import`: turns a table of facts into the files of a layer."""

from __future__ import annotations

from pathlib import Path

import click

from ogdkg.cli.messages import print_line
from ogdkg.cli.options import Session, chosen_project, project_option, seconds, verbosity_options
from ogdkg.cli.output import check_outputs, write_out
from ogdkg.errors import UsageError
from ogdkg.files.names import shown_path
from ogdkg.importing.folder import folder_of
from ogdkg.importing.mapping import read_mapping
from ogdkg.importing.operation import Change, changes, import_table
from ogdkg.project.project import Project
from ogdkg.render.views.imported import change_lines, file_text
from ogdkg.sandbox.clock import command_time
from ogdkg.text.plurals import counted

_TIMEOUT = 600  # seconds
_HINT = "Simplify patterns of the mapping that may backtrack without end, or allow more with --timeout."


@click.command("import")
@click.argument("table", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--mapping", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="TOML file that maps the table's properties to statements; a sheet of `ogdkg template` needs none.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would change.")
@click.option("--prune", is_flag=True, help="Delete the files of sources that are no longer in the table.")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Write to this folder instead of the layer's.",
)
@click.option("--timeout", envvar="OGDKG_TIMEOUT", type=click.FloatRange(0), default=_TIMEOUT,
              callback=seconds, metavar="SECONDS", show_default=True,
              help="Time limit of everything but writing; 0 for none.")  # fmt: skip
@project_option
@verbosity_options
@click.pass_context
def command(ctx: click.Context, /, table: Path, mapping: Path | None, dry_run: bool, prune: bool,
            output: str | None, timeout: float | None, project: str | None) -> None:  # fmt: skip
    """Import a table of facts into a layer, or a sheet into the files that it was made of.

    TABLE is a .tsv, .csv or .xlsx file; a .csv may have semicolons or tabs in place of commas. With a
    mapping, writes one Turtle file for each source that the table names. A sheet of `ogdkg template` needs no
    mapping: what was edited in it changes in its files.

    \b
    For example:
      ogdkg import facts.tsv --mapping mapping.toml --dry-run
      ogdkg import sheet.xlsx --dry-run
    """
    session: Session = ctx.obj
    chosen = chosen_project(session, {"project": project})
    if mapping is None:
        from ogdkg.cli.sheet import take_over_sheet  # a table of facts needs no forms

        if prune or output:
            raise UsageError(
                "A sheet is imported into the files that it was made of.", hint="Leave out --prune and -o."
            )
        take_over_sheet(ctx, chosen, table, timeout, dry_run=dry_run)
        return
    with command_time(timeout, f"The import took longer than {timeout or 0:g} seconds.", _HINT):
        table_mapping = read_mapping(mapping)
        imported = import_table(chosen, table_mapping, table)
        folder = Path(output) if output else folder_of(chosen, table_mapping)
        changed = changes(imported, folder)
        lines = list(change_lines(changed, chosen.prefixes, whole=session.verbosity > 0))
    for line in lines:
        print_line(line)
    if not dry_run:
        if chosen.packaged and not output:
            message = "The graph inside the package is read-only."
            raise UsageError(message, hint="Name a folder with -o.")
        _write(chosen, changed, Path(output) if output else chosen.root, prune=prune)
    for row, reason in imported.left_out:
        session.say(f"Left out {row}: {reason}")
    verb = "would change" if dry_run else "changed"
    rows, files = counted(imported.rows, "row"), counted(len(imported.files), "file")
    session.say(f"{rows}, {files}, {len(changed)} of them {verb}.")


def _write(project: Project, changed: list[Change], below: Path, *, prune: bool) -> None:
    """Write and delete files, none of them outside the folder `below`."""
    check_outputs((change.path for change in changed), below)
    for change in changed:
        if not change.is_gone:
            text = file_text(change.triples, project.prefixes, shown_path(change.path))
            write_out([text], str(change.path), below=below)
        elif prune:
            change.path.unlink()
