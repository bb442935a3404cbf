"""`ogdkg export`: writes the graph, or a part of it, as RDF."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from ogdkg.cli.classes import class_names
from ogdkg.cli.messages import print_line
from ogdkg.cli.options import (
    ExampleCommand,
    Session,
    chosen_format,
    open_chosen,
    output_options,
    reading_options,
)
from ogdkg.cli.output import (
    check_outputs,
    is_terminal,
    output_errors,
    refuse_overwriting,
    with_bar,
    with_counter,
    write_out,
)
from ogdkg.errors import UsageError
from ogdkg.rdf import formats
from ogdkg.render.rdf.exporting import Export, Selection
from ogdkg.text.plurals import counted

MOST_SHARDS = 500  # files that are open at once


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
    shell_complete=class_names,
    help="With -f framed, csv or xlsx: the class to write, one object or row for each thing.",
)
@click.option("--iris", is_flag=True, help="With -f csv or xlsx: name things by their IRIs.")
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
@click.option("--by-class", is_flag=True, help="With -f parquet: a table with typed columns for each class.")
@click.option(
    "--shards",
    type=click.IntRange(1, MOST_SHARDS),
    metavar="N",
    help="Write N-Quads as up to N balanced files, each a whole number of graphs, and a manifest.",
)
@click.option(
    "--compress",
    type=click.Choice(["gzip", "zstd", "none"]),
    help="With --shards: how to compress the files.  [default: gzip]",
)
@click.option(
    "--loader",
    type=click.Choice(["virtuoso", "oxigraph", "qlever", "graphdb", "jena", "neptune"]),
    help="With --shards: print the command line with which this server loads the files.",
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
      ogdkg export --shards 8 --loader virtuoso -o shards/
    """
    output = options.pop("output")
    shards, compress, loader = (options.pop(name) for name in ("shards", "compress", "loader"))
    selection = Selection(**{name: options.pop(name) for name in Selection._fields})
    default = formats.NQUADS if shards else formats.TRIG
    is_folder = selection.each or shards or selection.by_class
    form = chosen_format(options.pop("format"), None if is_folder else output, formats.FOR_EXPORT, default)
    one_language = bool(options["lang"])
    graph = open_chosen(session, options)
    export = Export(graph, selection, form, session.say, with_bar(session), one_language)
    if shards or compress or loader:
        _write_shards(export, session, output, shards, compress or "gzip", loader)
        return
    _check(export, output)
    lines = with_counter(export.statements(), session)
    if selection.by_class:
        folder = Path(output or "")
        _refuse_folder(export, folder)
        with output_errors(folder):
            written = export.write_class_tables(lines, folder)
        session.say(f"{counted(len(written), 'file')} written.")
        return
    if export.needs_folder:
        session.say(f"{counted(_write_files(lines, export, Path(output or '')), 'file')} written.")
    else:
        write_out(export.text(lines), output)


def _write_shards(
    export: Export, session: Session, output: str | None, most: int | None, packed: str, loader: str | None
) -> None:
    """Write files for bulk loaders, and print how one of them loads these."""
    from ogdkg.exchange.loaders import check_packing, loader_commands  # few exports are for a loader
    from ogdkg.exchange.shards import write_shards

    if not most:
        raise UsageError("--compress and --loader go with --shards.", hint="A name in .gz compresses a file.")
    if export.form is not formats.NQUADS or export.selection.each or export.selection.of_class:
        raise UsageError("--shards writes N-Quads.", hint="Remove -f, --each and --class.")
    if output in (None, "-"):
        raise UsageError("--shards requires an output folder.", hint="Use -o DIR/.")
    if loader:
        check_packing(loader, packed)
    export.check()
    folder = Path(output or "")
    _refuse_folder(export, folder)
    with output_errors(folder):
        written = write_shards(with_counter(export.statements(), session), folder, most, packed)
    triples, files = counted(written.triples, "triple"), counted(len(written.files), "file")
    session.say(f"{triples} in {files}, and a manifest, written.")
    if written.large:
        session.say(f"Larger than a fair share, as are their files: {counted(written.large, 'graph')}.")
    for line in loader_commands(loader, written.paths, export.graph.project.merged.value) if loader else ():
        print_line(line)


def _refuse_folder(export: Export, folder: Path) -> None:
    """Raise UsageError for a folder in which files of the project could be replaced."""
    if folder.resolve() in {Path(file).resolve().parent for file in export.inputs()}:
        raise UsageError(f"{folder} holds files of the project.", hint="Write to another folder.")


def _check(export: Export, output: str | None) -> None:
    export.check()
    if export.needs_folder and output in (None, "-"):
        option = "--each" if export.selection.each else "-f csv without --class"
        option = "--by-class" if export.selection.by_class else option
        raise UsageError(f"{option} requires an output folder.", hint="Use -o DIR/.")
    if export.selection.each and export.form in formats.TABULAR:
        message = f"-f {export.form.name} writes a table for each class, not for each thing."
        raise UsageError(message, hint="Remove --each.")
    if export.form is formats.PARQUET and output in (None, "-") and is_terminal():
        raise UsageError("-f parquet is not for a terminal.", hint="Use -o FILE.")
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
