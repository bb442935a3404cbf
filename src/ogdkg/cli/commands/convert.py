"""`ogdkg convert`: converts an RDF file to another format."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import SpooledTemporaryFile
from typing import IO, cast

import click

from ogdkg.cli.options import Session, context_option, verbosity_options
from ogdkg.cli.output import opened_output, refuse_overwriting
from ogdkg.exchange.convert import convert, format_of
from ogdkg.files.packed import opened
from ogdkg.rdf.formats import Format

_IN_MEMORY = 2**26  # bytes of output; beyond, they are kept in a temporary file


@click.command("convert")
@click.argument("source", metavar="IN")
@click.argument("target", metavar="[OUT]", default="-")
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

    IN and OUT may be -, for stdin and stdout. Files named .gz, .bz2, .xz or .zst are read and written packed.
    Literals keep their lexical form.

    \b
    For example:
      ogdkg convert data.ttl data.nq.gz
    """
    forms = format_of(source, formats["source_format"]), format_of(target, formats["target_format"])
    refuse_overwriting([target], [source])
    with sys.stdin.buffer if source == "-" else opened(source) as data, _at_the_end(target) as out:
        lost = convert(data, source, forms, base, out, contexts, _nested)
    if lost:
        session.say(f"{forms[1].name} has no named graphs: their triples are written without graph names.")


def _nested(lines: list[str], form: Format, prefixes: Mapping[str, str]) -> Iterable[str | bytes]:
    from ogdkg.render.rdf.writers import write_lines  # only a document with blank nodes needs it

    return write_lines(lines, form, prefixes)


@contextmanager
def _at_the_end(target: str) -> Iterator[IO[bytes]]:
    """Open the output; what goes to stdout is kept until it is whole, so that no error follows half of it."""
    if target != "-":
        with opened_output(target) as out:
            yield out
        return
    with SpooledTemporaryFile(_IN_MEMORY) as kept:
        yield cast(IO[bytes], kept)
        kept.seek(0)
        with opened_output(target) as out:
            copyfileobj(kept, out)
