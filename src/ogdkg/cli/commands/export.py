"""`ogdkg export`: the graph, or a part of it, as RDF."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ogdkg.cli.options import Session, chosen_format, open_chosen, output_options, reading_options
from ogdkg.cli.output import check_outputs, refuse_overwriting, with_bar, with_counter, write_out
from ogdkg.errors import UsageError
from ogdkg.exchange.cbd import file_of, reified
from ogdkg.exchange.export import (
    constructed,
    context,
    describing,
    description_builder,
    export_lines,
    find_thing,
    members,
)
from ogdkg.files.generated_names import file_names
from ogdkg.graph.graph import Graph
from ogdkg.project.project import CONFIG
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.statements import Statement, split, with_stable_blanks
from ogdkg.render.rdf.writers import in_order, write_lines

if TYPE_CHECKING:
    from ogdkg.render.rdf.compacted import Context


class Part(NamedTuple):
    """Which part of the graph is wanted, and how its passages are kept."""

    thing: str | None
    construct: str | None
    each: bool
    without_personal: bool
    evidence: str
    context: str | None
    of_class: str | None


class Job(NamedTuple):
    """An export: what, of which graph, how and where to."""

    session: Session
    graph: Graph
    part: Part
    form: Format
    output: str | None

    @property
    def needs_folder(self) -> bool:
        return self.part.each or (self.form is formats.CSV and not self.part.of_class)


@click.command("export")
@click.option("--thing", metavar="NAME", help="Only one thing: it, its parts, and what points to it.")
@click.option(
    "--construct", metavar="FILE|NAME", help="Only what a CONSTRUCT makes: a file, or a stored query."
)
@click.option("--each", is_flag=True, help="A file for each thing, in the folder that -o names.")
@click.option(
    "--evidence",
    type=click.Choice(["graphs", "reified"]),
    default="graphs",
    help="How passages are kept: as named graphs, or as rdf:Statement where a format has none.",
)
@click.option(
    "--class",
    "of_class",
    metavar="NAME",
    help="With -f framed or csv: the class whose things are told, one object or row each.",
)
@click.option("--context", metavar="FILE", help="The context of compacted JSON-LD; else the project's own.")
@click.option(
    "--without-personal", is_flag=True, help="Leave out every person's contact, and what is said of it."
)
@output_options(formats.FOR_EXPORT, folders=True)
@reading_options
@click.pass_obj
def command(session: Session, /, **options: Any) -> None:
    """Write the graph as RDF, the same bytes on every run; TriG, N-Quads and JSON-LD keep its named graphs.

    \b
    For example:
      ogdkg export -o graph.trig.gz
      ogdkg export --thing NAME -f turtle --evidence reified
      ogdkg export -f csv -o tables/
      ogdkg export --each -f jsonld -o things/
    """
    output = options.pop("output")
    part = Part(**{name: options.pop(name) for name in Part._fields})
    form = chosen_format(
        options.pop("format"), None if part.each else output, formats.FOR_EXPORT, formats.TRIG
    )
    job = Job(session, open_chosen(session, options), part, form, output)
    _check(job)
    lines = with_counter(_chosen(job), session)
    if part.each:
        session.say(f"{_write_each(lines, job)} files written.")
    elif job.needs_folder:
        session.say(f"{_write_tables(lines, job)} files written.")
    else:
        write_out(_pieces(_kept(lines, job), job), output)


def _check(job: Job) -> None:
    part, form, output = job.part, job.form, job.output
    if part.each and (part.thing or part.construct):
        raise UsageError("--each takes the whole graph apart.", hint="Leave out --thing and --construct.")
    if part.of_class and form not in (formats.FRAMED, formats.CSV):
        raise UsageError("--class is for -f framed and -f csv.", hint="--thing chooses in any format.")
    if form is formats.FRAMED and not part.of_class:
        raise UsageError("-f framed needs a class.", hint="Such as: -f framed --class Initiative.")
    if part.each and form is formats.FRAMED:
        raise UsageError("A framed document holds each thing already.", hint="Leave out --each.")
    if part.thing and part.construct:
        raise UsageError("--thing and --construct exclude each other.")
    if job.needs_folder and output in (None, "-"):
        what = "--each" if part.each else "A table for each class"
        raise UsageError(f"{what} needs a folder.", hint="Name it: -o DIR/.")
    if part.each and form is formats.CSV:
        raise UsageError("Tables are for classes, not for each thing.", hint="Leave out --each.")
    if not job.needs_folder and output and (output.endswith(os.sep) or Path(output).is_dir()):
        raise UsageError(
            f"{output} is a folder, and this is one file.", hint="--each writes a file for each thing."
        )
    refuse_overwriting([output], _inputs(job))


def _inputs(job: Job) -> list[str | Path]:
    """The files that an export reads."""
    project = job.graph.project
    given = (file for file in (job.part.construct, job.part.context) if file)
    return [project.root / CONFIG, *(source.path for source in project.sources()), *given]


def _chosen(job: Job) -> Iterable[str]:
    part, graph = job.part, job.graph
    if part.construct:
        made = constructed(graph, part.construct, without_personal=part.without_personal)
        if made.respelled:
            job.session.say(
                f"{made.respelled} values are spelled as the engine does, for the data spell each in several "
                "ways; --engine rdflib keeps them apart."
            )
        return made.lines
    lines = export_lines(graph, without_personal=part.without_personal)
    if part.thing:
        return description_builder(graph, lines).of(find_thing(graph, part.thing))
    return lines


def _kept(lines: Iterable[str], job: Job) -> Iterator[str]:
    """The lines with their passages as the format can hold them; a word where it cannot."""
    if job.form.graphs or job.form in (formats.FRAMED, formats.CSV):
        yield from lines
    elif job.part.evidence == "reified":
        yield from reified(lines, describing(job.graph))
    else:
        dropped = False
        for line in lines:
            dropped = dropped or bool(split(line)[0])
            yield line
        if dropped:
            job.session.say(
                f"{job.form.name} has no named graphs: passages are left out, but with --evidence reified."
            )


def _write_tables(lines: Iterable[str], job: Job) -> int:
    """Write a table for each class; how many there are."""
    from ogdkg.render.rdf import tables  # the csv module, not wanted by the rest

    folder = Path(job.output or "")
    texts = dict(tables.write_tables(_ordered(lines, graphs=False), _context(job)))
    names = file_names({of: tables.file_of(of) for of in texts}, "csv")
    files = {folder / names[of]: text for of, text in texts.items()}
    _check_files(files, folder, job)
    for path, text in files.items():
        write_out([text], str(path), below=folder)
    return len(files)


def _write_each(lines: Iterable[str], job: Job) -> int:
    """Write a file for each thing; how many there are."""
    around = description_builder(job.graph, lines)
    folder, namespace = Path(job.output or ""), job.graph.project.resource_namespace
    wanted = {thing: file_of(thing, namespace) for thing in around.things(namespace)}
    files = {folder / name: thing for thing, name in file_names(wanted, job.form.extensions[0]).items()}
    _check_files(files, folder, job)
    for path, thing in files.items():
        about = around.of(thing)
        write_out(_pieces(_kept(about, job), job), str(path), below=folder)
        if any(split(line)[0] for line in about):  # if it had to be said of one, that will do
            job = job._replace(session=Session(verbosity=-1))
    return len(files)


def _check_files(files: Iterable[Path], folder: Path, job: Job) -> None:
    """Refuse before the first file is written what would be refused at the last."""
    refuse_overwriting(files, _inputs(job))
    check_outputs(files, folder)


def _pieces(lines: Iterable[str], job: Job) -> Iterator[str | bytes]:
    watch = with_bar(job.session)
    if job.form is formats.COMPACTED:
        from ogdkg.render.rdf.compacted import write_compacted  # json, not wanted by the rest

        return write_compacted(watch(_ordered(lines, graphs=True)), _context(job))
    if job.part.of_class:
        return _of_class(lines, job.part.of_class, job)
    return write_lines(lines, job.form, job.graph.project.prefixes, watch)


def _of_class(lines: Iterable[str], name: str, job: Job) -> Iterator[str]:
    """The things of one class: a table, or a nested object for each."""
    own = _context(job)
    things = members(job.graph, own.meaning(name) or find_thing(job.graph, name)[1:-1])
    ordered = _ordered(lines, graphs=False)
    if job.form is formats.CSV:
        from ogdkg.render.rdf.tables import write_table  # as above

        return iter([write_table(ordered, things, own)])
    from ogdkg.render.rdf.framed import write_framed  # as above

    return write_framed(ordered, things, own)


def _ordered(lines: Iterable[str], *, graphs: bool) -> list[Statement]:
    return in_order(with_stable_blanks(list(lines)), graphs=graphs)


def _context(job: Job) -> Context:
    from ogdkg.render.rdf.compacted import Context  # as above

    return Context(context(job.graph, job.part.context))
