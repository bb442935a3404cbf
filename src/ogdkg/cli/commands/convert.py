"""`ogdkg convert`: an RDF file in another format."""

from __future__ import annotations

import sys

import click

from ogdkg.cli.options import Session, verbosity_options
from ogdkg.cli.output import opened_output, refuse_overwriting
from ogdkg.exchange.convert import convert, form_of
from ogdkg.files.packed import opened


@click.command("convert")
@click.argument("source", metavar="IN")
@click.argument("target", metavar="OUT", default="-")
@click.option(
    "--from", "source_format", metavar="FORMAT", help="The format of IN, if its name does not tell."
)
@click.option("-f", "--format", "target_format", metavar="FORMAT", help="The format of OUT, likewise.")
@click.option("--base", metavar="IRI", help="What relative IRIs in IN are relative to.")
@verbosity_options
@click.pass_obj
def command(session: Session, /, source: str, target: str, base: str | None, **formats: str | None) -> None:
    """Write the RDF file IN as OUT, in the format that its name tells; `-` is standard input or output.

    Names that end in .gz are unpacked and packed. Literals keep their spelling.

    \b
    For example:
      ogdkg convert data.ttl data.nq.gz
    """
    forms = form_of(source, formats["source_format"]), form_of(target, formats["target_format"])
    refuse_overwriting([target], [source])
    with sys.stdin.buffer if source == "-" else opened(source) as data, opened_output(target) as out:
        lost = convert(data, source, forms, base, out)
    if lost:
        session.say(f"{forms[1].name} has no named graphs: their triples were written without them.")
