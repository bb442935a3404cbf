"""`ogdkg passage`: drafts the description of a passage of the source document."""

from __future__ import annotations

from typing import Any

import click

from ogdkg.cli.options import Session, language_option, open_chosen, output_option, reading_options
from ogdkg.cli.output import write_out
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.documents import require_source
from ogdkg.evidence.passage_draft import PassageRequest, draft_passage
from ogdkg.render.views.passage import passage_trig


@click.command("passage")
@click.argument("words")
@click.option(
    "--source",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="The source document (default: as named in ogdkg.toml).",
)
@click.option("--line", type=click.IntRange(min=1), metavar="N", help="First line, if WORDS are there twice.")
@click.option("--fragment", metavar="WORDS", help="What to quote (default: the first words).")
@click.option("--name", metavar="NAME", help="The end of its IRI, or its CURIE.")
@click.option("--about", metavar="THING", help="The entry it belongs to.")
@click.option("--confidence", metavar="NAME", help="Its confidence (default: that of most passages).")
@output_option
@language_option
@reading_options
@click.pass_obj
def command(session: Session, /, words: str, **options: Any) -> None:
    """Draft the description of a passage, to paste into a file.

    Finds WORDS in the document, and prints the lines, position, hash and fragment that `ogdkg test --source`
    checks. White space is ignored; … stands for omitted words. Fails if the IRI is in use.

    \b
    For example:
      ogdkg passage 'first words … last words' --source document.txt --name new
    """
    names = ("line", "fragment", "name", "about", "confidence")
    request = PassageRequest(words, **{name: options.pop(name) for name in names})
    output, file = options.pop("output"), options.pop("source")
    graph = open_chosen(session, options)
    source = require_source(graph, file)
    draft = draft_passage(Citations(graph), source, request)
    project = graph.project
    write_out([passage_trig(draft, project.own_prefixes, project.house.passages)], output)
