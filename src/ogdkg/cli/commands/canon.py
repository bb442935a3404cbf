"""`ogdkg canon`: writes an RDF file in canonical form."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ogdkg.cli.options import Session, context_option, verbosity_options
from ogdkg.cli.output import refuse_overwriting, write_out
from ogdkg.errors import UsageError
from ogdkg.exchange.canon import canon
from ogdkg.exchange.convert import format_of
from ogdkg.files.names import shown_path
from ogdkg.files.packed import opened
from ogdkg.rdf.formats import FOR_RDF, NQUADS, by_extension


@click.command("canon")
@click.argument("source", metavar="IN")
@click.argument("target", metavar="[OUT]", default="-")
@click.option("--from", "source_format", metavar="FORMAT", help="Format of IN (default: by its extension).")
@click.option("--base", metavar="IRI", help="Base IRI of IN.")
@click.option("--hash", "algorithm", type=click.Choice(("sha256", "sha384")), default="sha256",
              show_default=True, help="Hash that tells blank nodes apart.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(0, min_open=True), metavar="SECONDS",
              help="Time limit for telling blank nodes apart, once IN is read (default: 0.7, and 1 more for "
              "each 20,000 statements).")  # fmt: skip
@context_option
@verbosity_options
@click.pass_obj
def command(
    session: Session,
    /,
    source: str,
    target: str,
    source_format: str | None,
    base: str | None,
    algorithm: str,
    timeout: float | None,
    contexts: dict[str, Path],
) -> None:
    """Write an RDF file as canonical N-Quads (RDFC-1.0).

    Files that state the same give the same bytes, whatever their format, order and labels of blank nodes.
    IN and OUT may be -, for stdin and stdout. OUT defaults to stdout.

    \b
    For example:
      ogdkg canon data.ttl | sha256sum
    """
    form = format_of(source, source_format)
    _refuse_other_formats(target)
    refuse_overwriting([target], [source])
    with sys.stdin.buffer if source == "-" else opened(source) as data:
        lines = canon(data, source, form, base, contexts, algorithm=algorithm, seconds=timeout)
    write_out(lines, target)


def _refuse_other_formats(target: str) -> None:
    """Refuse a file of another format, such as a second input: its name would say what it is not."""
    named = by_extension(target, FOR_RDF)
    if named not in (None, NQUADS):
        raise UsageError(f"canon writes N-Quads, and {shown_path(Path(target))} is named as {named.name}.",
                         hint="Name OUT .nq, or canonicalize one file at a time.")  # fmt: skip
