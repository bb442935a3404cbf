"""`ogdkg new`: describes something new, or changes what is there, by the shapes of its class."""

from __future__ import annotations

from functools import partial
from typing import Any

import click

from ogdkg.cli.classes import kinds_of_new
from ogdkg.cli.options import (
    ExampleCommand,
    Session,
    chosen_project,
    project_for_parsing,
    project_option,
    verbosity_options,
)
from ogdkg.errors import UsageError

_OF_PASSAGES = ("passage", "words")  # options that are of no use in a project that cites none


class _Command(ExampleCommand):
    """A command whose help speaks of passages only where the project has some."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        from ogdkg.cli.examples import has_passages  # only help needs it

        cites = has_passages(partial(project_for_parsing, ctx))
        help_text = self.help or ""
        if cites:
            self.help = help_text.replace(_QUERY, f"{_QUERY} {_PASSAGE}")
        for each in self.params:
            if isinstance(each, click.Option) and each.name in _OF_PASSAGES:
                each.hidden = not cites
        super().format_help(ctx, formatter)
        self.help = help_text


_QUERY = "`ogdkg new query NAME` makes a stored query."
_PASSAGE = "`ogdkg new passage WORDS` drafts a passage."


@click.command("new", cls=_Command)
@click.argument("of", metavar="[CLASS]", required=False, shell_complete=kinds_of_new)
@click.argument("name", required=False)
@click.option("--edit", metavar="THING", help="Change something that is there.")
@click.option(
    "--set", "settings", multiple=True, metavar="PROPERTY=VALUE",
    help="Set a value, and ask nothing; may be repeated. += adds one, -= removes one; PROPERTY@LANG= takes a "
    "text in a language.",
)  # fmt: skip
@click.option(
    "--slug", metavar="NAME", help="The end of its IRI, its CURIE or its IRI (default: made from its name)."
)
@click.option("--passage", metavar="NAME|LINE", help="The passage that states it.")
@click.option("--words", metavar="WORDS", help="Words of the document that state it, as a new passage.")
@click.option("--in", "file", metavar="FILE", help="The file to write it in (default: that of its kind).")
@click.option("--force", is_flag=True, help="Go on even if something has the same name, or a similar one.")
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would be written.")
@project_option
@verbosity_options
@click.pass_context
def command(ctx: click.Context, /, of: str | None, name: str | None, **options: Any) -> None:
    """Describe something new, or change what is there.

    Asks for the values of a CLASS, one by one, on a terminal: each is checked at once, and TAB completes the
    names of things. Writes them into the file where others of the class are, if nothing is wrong with them.
    NAME is its name. `ogdkg new query NAME` makes a stored query.

    \b
    For example:
      ogdkg new CLASS
      ogdkg new --edit {thing} --dry-run
    """
    session: Session = ctx.obj
    if of == "passage" and not options["edit"]:
        from ogdkg.cli.asking import Asking, is_asking
        from ogdkg.cli.commands.passage import command as passage  # it drafts them already

        if not name and is_asking():
            name = Asking().ask("Words of the document, with … for words left out")
        if not name:
            hint = "Run `ogdkg new passage 'first words … last words'`, or `ogdkg passage --help`."
            raise UsageError("Which words of the document?", hint=hint)
        where = ["-C", options["project"]] if options["project"] else []
        with passage.make_context("passage", [*where, "--", name], parent=ctx) as inner:
            passage.invoke(inner)
        return
    from ogdkg.cli.describing import Describing  # a passage needs no forms

    describing = Describing(session, chosen_project(session, options), options)
    if options["edit"]:
        code = describing.edit(options["edit"], of)
    elif not of:
        raise UsageError("Something new of which class?", hint=describing.offered)
    elif of == "query":
        code = describing.query(name)
    else:
        code = describing.new(of, name)
    ctx.exit(code)
