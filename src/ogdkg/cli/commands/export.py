"""`ogdkg export`: writes the graph, or a part of it, as RDF."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ogdkg.cli.options import (
    ExampleCommand,
    Session,
    chosen_format,
    open_chosen,
    output_options,
    reading_options,
)
from ogdkg.cli.output import check_outputs, refuse_overwriting, with_bar, with_counter, write_out
from ogdkg.errors import UsageError
from ogdkg.rdf import formats
from ogdkg.render.rdf.exporting import Export, Selection


@click.command("export", cls=ExampleCommand)
@click.option("--thing", metavar="NAME", help="Only this thing, its parts and what points to it.")
@click.option(
    "--construct", metavar="FILE|NAME", help="Only the result of a CONSTRUCT: a file or a stored query."
)
@click.option("--each", is_flag=True, help="Write a file for each thing, into the folder of -o.")
@click.option(
    "--evidence",
    type=click.Choice(["graphs", "reified"]),
    default="graphs",
    help="Keep citations as named graphs, or as rdf:Statement in formats without graphs.",
)
@click.option(
    "--class",
    "of_class",
    metavar="NAME",
    help="With -f framed or csv: the class to write, one object or row for each thing.",
)
@click.option(
    "--context",
    metavar="FILE|URL",
    help="JSON-LD context for -f compacted and framed, by file or address (default: the project's). One that "
    "[contexts] in ogdkg.toml knows is written as its address.",
)
@click.option(
    "--lang",
    multiple=True,
    metavar="LANG",
    help="Write each text in this language alone, else in the project's; plain in compacted, framed and csv.",
)
@click.option(
    "--without-personal", is_flag=True, help="Leave out the contacts of persons, and all about them."
)
@output_options(formats.FOR_EXPORT, folders=True)
@reading_options
@click.pass_obj
def command(session: Session, /, **options: Any) -> None:
    """Export the graph as RDF.

    The same graph gives the same bytes. TriG, N-Quads and JSON-LD keep named graphs; nanopub writes a
    nanopublication for each named graph that states its source.

    \b
    For example:
      ogdkg export -o graph.trig.gz
      ogdkg export --thing {thing} -f turtle --evidence reified
      ogdkg export -f csv -o tables/
      ogdkg export --each -f jsonld -o things/
    """
    output = options.pop("output")
    selection = Selection(**{name: options.pop(name) for name in Selection._fields})
    form = chosen_format(
        options.pop("format"), None if selection.each else output, formats.FOR_EXPORT, formats.TRIG
    )
    one_language = bool(options["lang"])
    graph = open_chosen(session, options)
    export = Export(graph, selection, form, session.say, with_bar(session), one_language)
    _check(export, output)
    lines = with_counter(export.statements(), session)
    if export.needs_folder:
        session.say(f"{_write_files(lines, export, Path(output or ''))} files written.")
    else:
        write_out(export.text(lines), output)


def _check(export: Export, output: str | None) -> None:
    export.check()
    if export.needs_folder and output in (None, "-"):
        option = "--each" if export.selection.each else "-f csv without --class"
        raise UsageError(f"{option} requires an output folder.", hint="Use -o DIR/.")
    if export.selection.each and export.form is formats.CSV:
        raise UsageError("-f csv writes a table for each class, not for each thing.", hint="Remove --each.")
    if not export.needs_folder and output and (output.endswith(os.sep) or Path(output).is_dir()):
        raise UsageError(
            f"{output} is a folder, but the output is one file.", hint="--each writes a file for each thing."
        )
    refuse_overwriting([output], export.inputs())


def _write_files(lines: Iterable[str], export: Export, folder: Path) -> int:
    """Write each file into a folder, unless one of them cannot be written, and return their number."""
    files = {folder / name: text for name, text in export.files(lines).items()}
    refuse_overwriting(files, export.inputs())
    check_outputs(files, folder)
    for path, text in files.items():
        write_out(text(), str(path), below=folder)
    return len(files)
