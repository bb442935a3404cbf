"""`ogdkg export`: writes the graph, or a part of it, as RDF."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

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
from ogdkg.exchange.cbd import file_of, reified
from ogdkg.exchange.export import (
    constructed,
    context,
    context_address,
    description_builder,
    export_lines,
    find_thing,
    members,
    passage_graphs,
)
from ogdkg.files.generated_names import file_names
from ogdkg.graph.graph import Graph
from ogdkg.project.project import CONFIG
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.statements import Statement, split, with_stable_blanks
from ogdkg.render.rdf.writers import in_order, refuse_triple_terms, write_lines

if TYPE_CHECKING:
    from ogdkg.render.rdf.compacted import Context


class Selection(NamedTuple):
    """Which part of the graph to export, and how passages are represented."""

    thing: str | None
    construct: str | None
    each: bool
    without_personal: bool
    evidence: str
    context: str | None
    of_class: str | None


class Job(NamedTuple):
    """An export: the graph, the part of it, the format and the output."""

    session: Session
    graph: Graph
    selection: Selection
    form: Format
    output: str | None
    one_language: bool = False

    @property
    def has_plain_texts(self) -> bool:
        """Whether the format writes the texts of one language without its tag."""
        return self.one_language and self.form in (formats.COMPACTED, formats.FRAMED, formats.CSV)

    @property
    def needs_folder(self) -> bool:
        return self.selection.each or (self.form is formats.CSV and not self.selection.of_class)


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
    job = Job(session, open_chosen(session, options), selection, form, output, one_language)
    _check(job)
    lines = with_counter(_selected(job), session)
    if selection.each:
        session.say(f"{_write_each(lines, job)} files written.")
    elif job.needs_folder:
        session.say(f"{_write_tables(lines, job)} files written.")
    else:
        write_out(_pieces(_with_evidence(lines, job), job), output)


def _check(job: Job) -> None:
    selection, form, output = job.selection, job.form, job.output
    if selection.each and (selection.thing or selection.construct) and form is not formats.NANOPUB:
        raise UsageError("--each exports the whole graph.", hint="Remove --thing and --construct.")
    if selection.of_class and form not in (formats.FRAMED, formats.CSV):
        raise UsageError("--class requires -f framed or -f csv.", hint="--thing works with any format.")
    if form is formats.FRAMED and not selection.of_class:
        raise UsageError("-f framed requires --class.", hint="For example: -f framed --class Initiative.")
    if selection.each and form is formats.FRAMED:
        raise UsageError("-f framed writes one document.", hint="Remove --each.")
    if selection.thing and selection.construct:
        raise UsageError("--thing and --construct are mutually exclusive.")
    if form is formats.NANOPUB and (selection.construct or job.one_language):
        option = "--construct" if selection.construct else "--lang"
        raise UsageError("-f nanopub publishes named graphs, whole.", hint=f"Remove {option}.")
    if job.needs_folder and output in (None, "-"):
        option = "--each" if selection.each else "-f csv without --class"
        raise UsageError(f"{option} requires an output folder.", hint="Use -o DIR/.")
    if selection.each and form is formats.CSV:
        raise UsageError("-f csv writes a table for each class, not for each thing.", hint="Remove --each.")
    if not job.needs_folder and output and (output.endswith(os.sep) or Path(output).is_dir()):
        raise UsageError(
            f"{output} is a folder, but the output is one file.", hint="--each writes a file for each thing."
        )
    refuse_overwriting([output], _inputs(job))


def _inputs(job: Job) -> list[str | Path]:
    """Return the files that an export reads."""
    project = job.graph.project
    chosen = job.selection.context or ""
    named = (file for file in (job.selection.construct, project.context_files.get(chosen, chosen)) if file)
    return [project.root / CONFIG, *(source.path for source in project.sources()), *named]


def _selected(job: Job) -> Iterable[str]:
    selection, graph = job.selection, job.graph
    if selection.construct:
        result = constructed(graph, selection.construct, without_personal=selection.without_personal)
        if result.respelled:
            job.session.say(
                f"{result.respelled} literals have the engine's lexical form, as the data have several for "
                "each; --engine rdflib keeps them apart."
            )
        return _in_one_language(result.lines, job)
    lines = _in_one_language(export_lines(graph, without_personal=selection.without_personal), job)
    if job.form is formats.NANOPUB:
        return _nanopublications(lines, job)
    if selection.thing:
        return description_builder(graph, lines).of(find_thing(graph, selection.thing))
    return lines


def _nanopublications(lines: Iterable[str], job: Job) -> Iterable[str]:
    """Return the nanopublications of the graph, or those that state something about a thing, all whole."""
    from ogdkg.exchange.nanopub import nanopublications  # other formats do not need it

    if job.selection.thing is None:
        return nanopublications(job.graph, lines)
    lines = list(lines)
    about = description_builder(job.graph, lines).of(find_thing(job.graph, job.selection.thing))
    return nanopublications(job.graph, lines, {split(line)[0] for line in about})


def _in_one_language(lines: Iterable[str], job: Job) -> Iterable[str]:
    if not job.one_language:
        return lines
    from ogdkg.exchange.languages import in_languages, untagged  # only with --lang

    chosen = in_languages(lines, job.graph.project.languages)
    return map(untagged, chosen) if job.has_plain_texts else chosen


def _with_evidence(lines: Iterable[str], job: Job) -> Iterator[str]:
    """Yield the lines with passages as the format allows; tell the user if they are dropped."""
    if job.form.graphs or job.form in (formats.FRAMED, formats.CSV):
        yield from lines
    elif job.selection.evidence == "reified":
        yield from reified(lines, passage_graphs(job.graph))
    else:
        dropped = False
        for line in lines:
            dropped = dropped or bool(split(line)[0])
            yield line
        if dropped:
            job.session.say(
                f"{job.form.name} has no named graphs, so sources are left out. "
                "Use --evidence reified to keep them."
            )


def _write_tables(lines: Iterable[str], job: Job) -> int:
    """Write a table for each class, and return their number."""
    from ogdkg.render.rdf import tables  # other formats do not need csv

    folder = Path(job.output or "")
    texts = dict(tables.write_tables(_ordered(lines, graphs=False), _context(job)))
    names = file_names({of: tables.file_of(of) for of in texts}, "csv")
    files = {folder / names[of]: text for of, text in texts.items()}
    _check_files(files, folder, job)
    for path, text in files.items():
        write_out([text], str(path), below=folder)
    return len(files)


def _write_each(lines: Iterable[str], job: Job) -> int:
    """Write a file for each thing, or for each nanopublication, and return their number."""
    if job.form is formats.NANOPUB:
        return _write_nanopublications(lines, job)
    descriptions = description_builder(job.graph, lines)
    folder, namespace = Path(job.output or ""), job.graph.project.resource_namespace
    stems = {thing: file_of(thing, namespace) for thing in descriptions.things(namespace)}
    files = {folder / name: thing for thing, name in file_names(stems, job.form.extensions[0]).items()}
    _check_files(files, folder, job)
    for path, thing in files.items():
        description = descriptions.of(thing)
        write_out(_pieces(_with_evidence(description, job), job), str(path), below=folder)
        if any(split(line)[0] for line in description):  # the user has been told once
            job = job._replace(session=Session(verbosity=-1))
    return len(files)


def _write_nanopublications(lines: Iterable[str], job: Job) -> int:
    """Write a file for each nanopublication, named by its code, and return their number."""
    folder, files = Path(job.output or ""), dict[Path, list[str]]()
    for line in lines:
        code = split(line)[0].partition("#")[0].rpartition("/")[2]
        files.setdefault(folder / f"{code}.{job.form.extensions[0]}", []).append(line)
    _check_files(files, folder, job)
    for path, own in files.items():
        write_out(_pieces(own, job), str(path), below=folder)
    return len(files)


def _check_files(files: Iterable[Path], folder: Path, job: Job) -> None:
    """Raise before the first file is written if any of them cannot be."""
    refuse_overwriting(files, _inputs(job))
    check_outputs(files, folder)


def _pieces(lines: Iterable[str], job: Job) -> Iterator[str | bytes]:
    with_progress = with_bar(job.session)
    if job.form is formats.COMPACTED:
        from ogdkg.render.rdf.compacted import write_compacted  # other formats do not need json

        return write_compacted(with_progress(_ordered(lines, graphs=True)), _context(job))
    if job.selection.of_class:
        return _of_class(lines, job.selection.of_class, job)
    if job.form is formats.NANOPUB:
        prefixes = {"np": "http://www.nanopub.org/nschema#", **job.graph.project.prefixes}
        return write_lines(lines, formats.TRIG, prefixes, with_progress)
    return write_lines(lines, job.form, job.graph.project.prefixes, with_progress)


def _of_class(lines: Iterable[str], name: str, job: Job) -> Iterator[str]:
    """Return the things of one class as a table, or as a nested object each."""
    jsonld_context = _context(job)
    things = members(job.graph, jsonld_context.meaning(name) or find_thing(job.graph, name)[1:-1])
    ordered = _ordered(lines, graphs=False)
    if job.form is formats.CSV:
        from ogdkg.render.rdf.tables import write_table  # other formats do not need csv

        return iter([write_table(ordered, things, jsonld_context)])
    from ogdkg.render.rdf.framed import write_framed  # other formats do not need json

    return write_framed(ordered, things, jsonld_context)


def _ordered(lines: Iterable[str], *, graphs: bool) -> list[Statement]:
    """The statements for JSON-LD and tables."""
    ordered = in_order(with_stable_blanks(list(lines)), graphs=graphs)
    refuse_triple_terms(ordered)
    return ordered


def _context(job: Job) -> Context:
    from ogdkg.render.rdf.compacted import Context  # other formats do not need json

    chosen = job.selection.context
    written, address = context(job.graph, chosen), context_address(job.graph, chosen)
    if job.has_plain_texts:
        from ogdkg.exchange.languages import plain_context  # only with --lang

        written, address = plain_context(written), None  # not what is at the address
    return Context(written, address)
