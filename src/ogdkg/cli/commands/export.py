"""`ogdkg export`: the graph, or a part of it, as RDF."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from ogdkg import formats
from ogdkg.cli.options import (
    Session,
    chosen_format,
    counted,
    folder_for,
    open_chosen,
    output_options,
    reading,
    refuse_overwriting,
    with_bar,
    write_out,
)
from ogdkg.errors import UsageError
from ogdkg.export import constructed, context, describing, export_lines, find_thing, members, surroundings
from ogdkg.formats import Format
from ogdkg.graph import Graph
from ogdkg.project import CONFIG
from ogdkg.render.rdf import in_order, write_lines
from ogdkg.statements import Statement, split, with_stable_blanks
from ogdkg.surroundings import file_of, reified

if TYPE_CHECKING:
    from ogdkg.render.compacted import Context


class Part(NamedTuple):
    """Which part of the graph is wanted, and how its passages are kept."""

    thing: str | None
    construct: str | None
    each: bool
    without_personal: bool
    evidence: str
    context: str | None
    of_class: str | None


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
@reading
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
    file = None if part.each else output
    form = chosen_format(options.pop("format"), file, formats.FOR_EXPORT, formats.TRIG)
    graph = open_chosen(session, options)
    _check(part, form, output, graph)
    lines = counted(_chosen(graph, part, session), session)
    if form is formats.CSV and not part.of_class:
        session.say(f"{_write_tables(lines, part, (graph, output or ''))} files written.")
    elif part.each:
        session.say(f"{_write_each(lines, form, part, (graph, output))} files written.")
    else:
        write_out(_pieces(_kept(lines, form, part, (graph, session)), form, part, (graph, session)), output)


def _check(part: Part, form: Format, output: str | None, graph: Graph) -> None:
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
    if (part.each or (form is formats.CSV and not part.of_class)) and output in (None, "-"):
        what = "--each" if part.each else "A table for each class"
        raise UsageError(f"{what} needs a folder.", hint="Name it: -o DIR/.")
    if part.each and form is formats.CSV:
        raise UsageError("Tables are for classes, not for each thing.", hint="Leave out --each.")
    refuse_overwriting([output], _inputs(graph, part))


def _inputs(graph: Graph, part: Part) -> list[str | Path]:
    """The files that an export reads."""
    files = [graph.project.root / CONFIG, *(source.path for source in graph.project.sources())]
    return [*files, *(file for file in (part.construct, part.context) if file)]


def _chosen(graph: Graph, part: Part, session: Session) -> Iterable[str]:
    if part.construct:
        made = constructed(graph, part.construct, without_personal=part.without_personal)
        if made.respelled:
            session.say(
                f"{made.respelled} values are spelled as the engine does, for the data spell each in several "
                "ways; --engine rdflib keeps them apart."
            )
        return made.lines
    lines = export_lines(graph, without_personal=part.without_personal)
    if part.thing:
        return surroundings(graph, lines).of(find_thing(graph, part.thing))
    return lines


def _kept(lines: Iterable[str], form: Format, part: Part, to: tuple[Graph, Session]) -> Iterator[str]:
    """The lines with their passages as the format can hold them; a word where it cannot."""
    graph, session = to
    if form.graphs or form in (formats.FRAMED, formats.CSV):
        yield from lines
    elif part.evidence == "reified":
        yield from reified(lines, describing(graph))
    else:
        dropped = False
        for line in lines:
            dropped = dropped or bool(split(line)[0])
            yield line
        if dropped:
            session.say(
                f"{form.name} has no named graphs: passages are left out, but with --evidence reified."
            )


def _write_tables(lines: Iterable[str], part: Part, to: tuple[Graph, str]) -> int:
    """Write a table for each class; how many there are."""
    from ogdkg.render.tables import write_tables  # the csv module, not wanted by the rest

    graph, output = to
    folder = folder_for(output)
    tables = write_tables(_ordered(lines, graphs=False), _context(graph, part))
    files = {folder / f"{name}.csv": text for name, text in tables}
    refuse_overwriting(files, _inputs(graph, part))
    for path, text in files.items():
        write_out([text], str(path))
    return len(files)


def _pieces(
    lines: Iterable[str], form: Format, part: Part, to: tuple[Graph, Session]
) -> Iterator[str | bytes]:
    graph, session = to
    watch = with_bar(session)
    if form is formats.COMPACTED:
        from ogdkg.render.compacted import write_compacted  # json, not wanted by the rest

        return write_compacted(watch(_ordered(lines, graphs=True)), _context(graph, part))
    if part.of_class:
        return _of_class(lines, form, graph, part)
    return write_lines(lines, form, graph.project.prefixes, watch)


def _of_class(lines: Iterable[str], form: Format, graph: Graph, part: Part) -> Iterator[str]:
    """The things of one class: a table, or a nested object for each."""
    own = _context(graph, part)
    name = part.of_class or ""
    things = members(graph, own.meaning(name) or find_thing(graph, name)[1:-1])
    ordered = _ordered(lines, graphs=False)
    if form is formats.CSV:
        from ogdkg.render.tables import write_table  # as above

        return iter([write_table(ordered, things, own)])
    from ogdkg.render.framed import write_framed  # as above

    return write_framed(ordered, things, own)


def _ordered(lines: Iterable[str], *, graphs: bool) -> list[Statement]:
    return in_order(with_stable_blanks(list(lines)), graphs=graphs)


def _context(graph: Graph, part: Part) -> Context:
    from ogdkg.render.compacted import Context  # as above

    return Context(context(graph, part.context))


def _write_each(lines: Iterable[str], form: Format, part: Part, to: tuple[Graph, str]) -> int:
    """Write a file for each thing; how many there are."""
    graph, output = to
    around = surroundings(graph, lines)
    namespace, extension = graph.project.things, form.extensions[0]
    targets = {
        Path(output) / f"{file_of(thing, namespace)}.{extension}": thing for thing in around.things(namespace)
    }
    refuse_overwriting(targets, _inputs(graph, part))
    quiet = Session(verbosity=-1)
    for target, thing in targets.items():
        folder_for(str(target.parent))
        kept = _kept(around.of(thing), form, part, (graph, quiet))
        write_out(_pieces(kept, form, part, (graph, quiet)), str(target))
    return len(targets)
