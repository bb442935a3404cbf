"""`ogdkg template`: makes a sheet of the things of a class, to edit in a spreadsheet program."""

from __future__ import annotations

from pathlib import Path

import click

from ogdkg.cli.classes import class_names
from ogdkg.cli.options import Session, chosen_project, project_option, verbosity_options
from ogdkg.cli.output import write_out
from ogdkg.errors import UsageError
from ogdkg.graph.graph import Graph
from ogdkg.sheets.template import Sheets
from ogdkg.sheets.writing import as_csv, as_workbook
from ogdkg.text.plurals import counted


@click.command("template")
@click.argument("of", metavar="CLASS", shell_complete=class_names)
@click.option("-o", "--output", metavar="FILE", type=click.Path(dir_okay=False), required=True,
              help="The sheet: a .xlsx or a .csv file.")  # fmt: skip
@click.option("--empty", is_flag=True, help="Leave out the existing things.")
@project_option
@verbosity_options
@click.pass_obj
def command(session: Session, /, of: str, output: str, empty: bool, project: str | None) -> None:
    """Make a sheet of the things of a class.

    Its columns are what the shapes ask of the class and what its things have, each row is a thing. Edit it in
    a spreadsheet program, and take it over with `ogdkg import`: only what you have changed changes.

    \b
    For example:
      ogdkg template 'a class' -o sheet.xlsx
      ogdkg import sheet.xlsx --dry-run
    """
    suffix = Path(output).suffix.lower()
    if suffix not in (".xlsx", ".csv"):
        raise UsageError(f"{output} is not a spreadsheet.", hint="Name a .xlsx or a .csv file.")
    sheets = Sheets(Graph(chosen_project(session, {"project": project})))
    table = sheets.table(sheets.class_of(of))
    if empty:
        table = table._replace(rows={})
    made = as_csv(table, sheets.short(table.of)) if suffix == ".csv" else as_workbook(table, sheets.choices)
    write_out([made], output)
    things, columns = counted(len(table.rows), "thing"), counted(len(table.columns), "column")
    session.say(f"Wrote {things} in {columns}.")
    for each in table.left_out:
        session.say(f"Not in the sheet, and left as it is: {each}.")
