"""`ogdkg import` of a sheet that `ogdkg template` made: what was edited is shown, and written."""

from __future__ import annotations

from pathlib import Path

import click

from ogdkg.cli.options import Session
from ogdkg.cli.output import screen, write_text
from ogdkg.cli.replacing import mention_imported, replace_files
from ogdkg.errors import InputError, Place, UsageError
from ogdkg.files.names import shown_path
from ogdkg.graph.graph import Graph
from ogdkg.project.project import Project
from ogdkg.render.views.changes import as_text
from ogdkg.sandbox.clock import command_time
from ogdkg.sheets.operation import Plan, take_over, told
from ogdkg.sheets.reading import is_sheet
from ogdkg.text.plurals import counted

_HINT = "Allow more with --timeout."
_MOST = 20  # violations that are told


def take_over_sheet(
    ctx: click.Context, project: Project, path: Path, timeout: float | None, *, dry_run: bool
) -> None:
    """Show what was edited in a sheet, and write it unless it is a dry run; exit with 1 for violations.

    Raises:
        InputError: A cell holds what cannot be.
        UsageError: It is no such sheet.
    """
    session: Session = ctx.obj
    if not path.exists():
        raise InputError("There is no such file.", place=Place(shown_path(path)))
    if not path.is_file():
        raise InputError("This is not a regular file.", place=Place(shown_path(path)))
    if not is_sheet(path):
        hint = "Give the file that says what its columns mean, or make a sheet with `ogdkg template`."
        raise UsageError(f"{shown_path(path)} needs --mapping.", hint=hint)
    graph = Graph(project)
    with command_time(timeout, f"The import took longer than {timeout or 0:g} seconds.", _HINT):
        plan = take_over(graph, path)
    if plan.difference.things:
        shown_on = screen(None)
        whole = session.verbosity > 0
        shown_on.tell(as_text(plan.difference, shown_on.ink, whole=whole, shown_by="-v"))
    _tell(session, plan)
    if plan.faults:
        lines = [f"  {each}\n" for each in plan.faults[:_MOST]]
        more = [f"  … and {len(plan.faults) - _MOST} more\n"] if len(plan.faults) > _MOST else []
        write_text(["It would make violations that are not there now:\n", *lines, *more], None)
        session.say("Nothing was written.")
        ctx.exit(1)
    mention_imported(session, plan.files)
    if not dry_run and plan.files:
        replace_files(session, graph, plan.files)
    verb = "would change" if dry_run else "changed"
    counts = ", ".join(f"{number} {what}" for what, number in told(plan.changes).items())
    new = len(plan.changes.things)
    session.say(f"Values: {counts}. New things: {new}. Files: {len(plan.files)} {verb}.")


def _tell(session: Session, plan: Plan) -> None:
    for each in plan.unread:
        session.say(f"The {each} is none of those that `ogdkg template` made, and was not read.")
    if plan.changes.left:
        session.say(f"Not in the sheet, and left as they are: {counted(plan.changes.left, 'thing')}.")
    if plan.restated:
        session.say(
            f"Stated by a passage before: {counted(plan.restated, 'value')}. Does it say what is new?"
        )
