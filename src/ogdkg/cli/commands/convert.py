"""`ogdkg convert`: converts an RDF file to another format."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ogdkg.cli.options import Session, context_option, verbosity_options
from ogdkg.cli.output import opened_output, refuse_overwriting
from ogdkg.exchange.convert import convert, format_of
from ogdkg.files.packed import opened


@click.command("convert")
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT", default="-")
@click.option("--from", "source_format", metavar="FORMAT", help="Format of IN (default: by its extension).")
@click.option(
    "-f", "--format", "target_format", metavar="FORMAT", help="Format of OUT (default: by its extension)."
)
@click.option("--base", metavar="IRI", help="Base IRI of IN.")
@context_option
@verbosity_options
@click.pass_obj
def command(
    session: Session,
    /,
    source: str,
    target: str,
    base: str | None,
    contexts: dict[str, Path],
    **formats: str | None,
) -> None:
    """Convert an RDF file to another format.

    IN and OUT may be -, for stdin and stdout; files named .gz are decompressed and compressed. Literals keep
    their lexical form.

    \b
    For example:
      ogdkg convert data.ttl data.nq.gz
    """
    forms = format_of(source, formats["source_format"]), format_of(target, formats["target_format"])
    refuse_overwriting([target], [source])
    with sys.stdin.buffer if source == "-" else opened(source) as data, opened_output(target) as out:
        lost = convert(data, source, forms, base, out, contexts)
    if lost:
        session.say(f"{forms[1].name} has no named graphs: their triples are written without graph names.")
