"""What `rename`, `merge` and `deprecate` share: a change of names is shown, or written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from ogdkg.cli.options import Session, chosen_project
from ogdkg.cli.output import screen, write_text
from ogdkg.cli.replacing import mention_imported, replace_files
from ogdkg.files.names import shown_path
from ogdkg.graph.graph import Graph
from ogdkg.renaming.operation import Names, Plan
from ogdkg.render.views.changes import as_text
from ogdkg.render.views.patch import unified_diff
from ogdkg.text.escape import one_line

_MOST = 20  # violations that are told

write_option = click.option(
    "--write", is_flag=True, help="Change the files; without it, only print what would change."
)
forget_option = click.option(
    "--forget",
    is_flag=True,
    help="Leave no trace of the old IRI, if nobody has seen it yet.",
)


def change(ctx: click.Context, planned: Callable[[Names], Plan], options: dict[str, Any]) -> None:
    """Show what a change of names comes to, or write it; exit with 1 where something speaks against it.

    Args:
        ctx: The context of the command.
        planned: Makes the plan.
        options: The options of the command.
    """
    session: Session = ctx.obj
    graph = Graph(chosen_project(session, options))
    plan = planned(Names(graph))
    if not options["write"]:
        _show(plan, whole=options["show_all"])
    if plan.conflicts or plan.faults:
        _complain(session, plan, whole=options["show_all"])
        ctx.exit(1)
    files = plan.files.all
    mention_imported(session, files)
    if not files:
        session.say("Nothing changes.")
    elif options["write"]:
        replace_files(session, graph, files)
    else:
        session.say(f"Nothing was written; add --write to change {len(files)} file{'s' * (len(files) > 1)}.")


def _show(plan: Plan, *, whole: bool) -> None:
    for line in plan.becomes[: None if whole else _MOST]:
        write_text([f"{line}\n"], None)
    if plan.difference.things:
        shown_on = screen(None)
        shown_on.tell(as_text(plan.difference, shown_on.ink, whole=whole))
    for file in plan.files.others:
        write_text(unified_diff(shown_path(file.path), file.before, file.after), None)


def _complain(session: Session, plan: Plan, *, whole: bool) -> None:
    if plan.conflicts:
        write_text(["Two things cannot be one while they differ so:\n", *_listed(plan.conflicts)], None)
        names = "; --keep-names makes other names of the first's" if plan.are_names else ""
        session.say(
            "Nothing was written: change one of each, and run it again. --prefer A or --prefer B keeps what "
            f"one of them says{names}."
        )
    if plan.faults:
        write_text(
            ["It would make violations that are not there now:\n", *_listed(plan.faults, whole=whole)], None
        )
        session.say("Nothing was written.")


def _listed(lines: tuple[str, ...], *, whole: bool = True) -> list[str]:
    shown = lines if whole else lines[:_MOST]
    rest = [f"… and {len(lines) - len(shown)} more: --all shows them"] if len(lines) > len(shown) else []
    return [f"  {one_line(line)}\n" for line in (*shown, *rest)]
