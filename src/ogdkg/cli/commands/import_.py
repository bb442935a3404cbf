"""`ogdkg import`: a table of facts becomes the files of a layer."""

from __future__ import annotations

from pathlib import Path

import click

from ogdkg.cli.options import Session, chosen_project, project_option, verbosity_options
from ogdkg.cli.output import check_outputs, write_out
from ogdkg.cli.telling import tell
from ogdkg.errors import UsageError
from ogdkg.files.names import shown
from ogdkg.importing.folder import folder_of
from ogdkg.importing.mapping import read_mapping
from ogdkg.importing.operation import Change, changes, import_table
from ogdkg.project.project import Project
from ogdkg.render.views.imported import change_lines, file_text


@click.command("import")
@click.argument("table", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--mapping", required=True, metavar="FILE", type=click.Path(dir_okay=False, path_type=Path),
    help="What the properties of the table state: a TOML file of the project.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Write nothing: tell what would change.")
@click.option("--prune", is_flag=True, help="Remove the files of sources that the table no longer names.")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    type=click.Path(file_okay=False),
    help="Write here, not where the layer is.",
)
@project_option
@verbosity_options
@click.pass_obj
def command(session: Session, /, table: Path, mapping: Path, dry_run: bool, prune: bool, output: str | None,
            project: str | None) -> None:  # fmt: skip
    """Make files of statements, one for each source, of a TABLE of facts (.tsv or .csv).

    \b
    For example:
      ogdkg import facts.tsv --mapping data/enrichment/mapping.toml --dry-run
    """
    chosen = chosen_project(session, {"project": project})
    read = read_mapping(mapping)
    imported = import_table(chosen, read, table)
    folder = Path(output) if output else folder_of(chosen, read)
    found = changes(imported, folder)
    for line in change_lines(found, chosen.prefixes, whole=session.verbosity > 0):
        tell(line)
    if not dry_run:
        if chosen.packaged and not output:
            message = "The graph inside the package is not to be changed."
            raise UsageError(message, hint="Give a folder with -o.")
        _write(chosen, found, Path(output) if output else chosen.root, prune=prune)
    for row, reason in imported.left_out:
        session.say(f"Left out {row}: {reason}")
    session.say(f"{imported.rows} rows, {len(imported.files)} files, {len(found)} of them {_word(dry_run)}.")


def _word(dry_run: bool) -> str:
    return "would change" if dry_run else "changed"


def _write(project: Project, found: list[Change], below: Path, *, prune: bool) -> None:
    """Write and remove files below a folder, from which no link leads out."""
    check_outputs((change.path for change in found), below)
    for change in found:
        if not change.is_gone:
            text = file_text(change.triples, project.prefixes, shown(change.path))
            write_out([text], str(change.path), below=below)
        elif prune:
            change.path.unlink()
