"""`ogdkg reanchor`: finds the passages of a document again in a new version of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from ogdkg.cli.options import Session, chosen_project, project_option, seconds, verbosity_options
from ogdkg.cli.output import FormatChoice, write_out, write_text
from ogdkg.cli.replacing import replace_files
from ogdkg.errors import UnknownNameError, UsageError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.documents import read_text_of
from ogdkg.evidence.places import places_of
from ogdkg.evidence.reanchoring.edits import edited_files
from ogdkg.evidence.reanchoring.operation import REWORDED, Reanchoring, Version, reanchor
from ogdkg.evidence.show import resolve_name
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, expand, is_iri, local_name
from ogdkg.render.views.reanchored import reanchored_json, reanchored_text
from ogdkg.sandbox.clock import command_time
from ogdkg.syntax.formatter import FormattedFile

_ALL = "all"
_TIMEOUT = 600  # seconds
_MOST = 4 << 20  # bytes of a document, whose words are all held in memory
_HINT = "Allow more with --timeout."


@click.command("reanchor")
@click.argument("documents", nargs=-1, required=True, metavar="[OLD] NEW", type=click.Path(dir_okay=False))
@click.option(
    "--write", is_flag=True, help="Change the data files; without it, only print what would change."
)
@click.option("--check", is_flag=True, help="Exit with 1 even if passages have only moved.")
@click.option(
    "--accept",
    multiple=True,
    metavar="PASSAGE",
    help="Take a reworded passage to its new words: its name, or 'all'; repeatable.",
)
@click.option(
    "--of", "source", metavar="SOURCE", help="Which source the document is, if its hash does not tell."
)
@click.option(
    "-f", "--format", "form", type=FormatChoice(("text", "json")), default="text", show_default=True
)
@click.option("--timeout", envvar="OGDKG_TIMEOUT", type=click.FloatRange(0), default=_TIMEOUT,
              callback=seconds, metavar="SECONDS", show_default=True,
              help="Time limit of everything but writing; 0 for none.")  # fmt: skip
@project_option
@verbosity_options
@click.pass_context
def command(
    ctx: click.Context, /, documents: tuple[str, ...], write: bool, check: bool, **options: Any
) -> None:
    """Find the passages of a changed document again.

    OLD is the document that the passages are from, NEW its new version. Writes lines, positions and hashes
    anew where the words are the same, wherever they have moved to; shows those that are reworded, and what
    hangs on those that are gone. Without OLD, passages are found by their hashes. Exits with 1 if a passage
    needs you.

    \b
    For example:
      ogdkg reanchor old.txt new.txt
      ogdkg reanchor old.txt new.txt --accept all --write
    """
    session: Session = ctx.obj
    form, timeout = options["form"], options["timeout"]
    if len(documents) > 2:
        raise UsageError("There are more than two documents.", hint="Name the old version and the new one.")
    if write and check:
        raise UsageError("--check writes nothing.", hint="Leave out --check, or --write.")
    graph = Graph(chosen_project(session, {"project": options["project"]}))
    with command_time(timeout, f"Finding the passages took longer than {timeout or 0:g} seconds.", _HINT):
        found, text = _found(graph, documents, options["accept"], options["source"], form)
        files = edited_files(graph, found)
    (write_text if form == "text" else write_out)(text, None)
    if write:
        _write(session, graph, found, files)
    elif files:
        session.say(f"Nothing was written; add --write to change {len(files)} file{'s' * (len(files) > 1)}.")
    ctx.exit(1 if found.needs_a_person or (check and files) else 0)


def _found(
    graph: Graph, documents: Sequence[str], accept: Sequence[str], source: str | None, form: str
) -> tuple[Reanchoring, list[str]]:
    """Return what has become of the passages, and the report of it."""
    *olds, new = (Version(path, *read_text_of(path, _MOST)) for path in map(Path, documents))
    citations = Citations(graph)
    accepted = set() if _ALL in accept else {_passage(citations, name) for name in accept}
    found = reanchor(
        graph,
        olds[0] if olds else None,
        new,
        resolve_name(citations, source).value if source else None,
        lambda iri: _ALL in accept or iri in accepted,
    )
    for outcome in found.outcomes:
        if outcome.passage.iri in accepted and outcome.kind != REWORDED:
            name = citations.short(Iri(outcome.passage.iri))
            raise UsageError(f"{name} is {outcome.kind}, not reworded.", hint="Leave it out of --accept.")
    quads = [quad for each in found.outcomes for quad in (*each.facts, *(fault.quad for fault in each.lost))]
    places = places_of(graph, quads)
    written = reanchored_text(found, citations, places) if form == "text" else reanchored_json(found, places)
    return found, list(written)


def _passage(citations: Citations, name: str) -> str:
    """Return the passage with an IRI, a CURIE, or the last part of its IRI."""
    known = {passage.iri: passage for passage in citations.passages.all}
    given = expand(name, citations.prefixes) or (Iri(name) if is_iri(name) else None)
    matching = [iri for iri in known if iri == (given.value if given else None) or local_name(iri) == name]
    if len(matching) != 1:
        raise UnknownNameError("passage", name, [citations.short(Iri(iri)) for iri in known])
    return matching[0]


def _write(session: Session, graph: Graph, reanchoring: Reanchoring, files: Sequence[FormattedFile]) -> None:
    replace_files(session, graph, files)
    if left := sum(outcome.needs_a_person for outcome in reanchoring.outcomes):
        session.say(f"Left as they were: {left} passage{'s' * (left > 1)}.")
