"""`ogdkg passage`: a stretch of the document, described ready to paste."""

from __future__ import annotations

from typing import Any

import click

from ogdkg.cli.document import require_document
from ogdkg.cli.options import Session, open_chosen, output_option, reading_options
from ogdkg.cli.output import write_out
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.passage_draft import PassageRequest, draft_passage
from ogdkg.render.views.passage import passage_trig


@click.command("passage")
@click.argument("words")
@click.option(
    "--source",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="The document; else ogdkg.toml names it.",
)
@click.option("--line", type=click.IntRange(min=1), metavar="N", help="Where they begin, if there are more.")
@click.option("--fragment", metavar="WORDS", help="What to quote of it; without it: the first words.")
@click.option("--name", metavar="NAME", help="How its IRI ends, or its CURIE.")
@click.option("--about", metavar="THING", help="The entry that it belongs to.")
@click.option("--confidence", metavar="NAME", help="How surely it says so; without it: as most passages do.")
@output_option
@reading_options
@click.pass_obj
def command(session: Session, /, words: str, **options: Any) -> None:
    """Find a passage's WORDS in the document, and print its description, ready to paste into a TriG file.

    It has the lines, the position, the hash and a fragment, as `ogdkg test --source` will check them. White
    space does not matter, and … stands for words left out. An IRI that is there already is refused.

    \b
    For example:
      ogdkg passage 'first words … last words' --source document.txt --name new-passage
    """
    names = ("line", "fragment", "name", "about", "confidence")
    wanted = PassageRequest(words, **{name: options.pop(name) for name in names})
    output, given = options.pop("output"), options.pop("source")
    graph = open_chosen(session, options)
    source = require_document(session, graph, given)
    described = draft_passage(Citations(graph), source, wanted)
    write_out([passage_trig(described, graph.project.prefixes)], output)
