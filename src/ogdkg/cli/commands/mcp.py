"""`ogdkg mcp`: lets an assistant ask a graph, by the Model Context Protocol."""

from __future__ import annotations

from typing import Any

import click

from ogdkg.cli.options import Session, open_chosen, reading_options


@click.command("mcp")
@click.option("--with-personal", is_flag=True, help="Include personal data.")
@reading_options
@click.pass_obj
def command(session: Session, /, with_personal: bool, **options: Any) -> None:
    """Let an assistant ask the graph, by the Model Context Protocol on standard input and output.

    A program starts it, such as Claude Desktop or an editor, and talks to it; `ogdkg serve` has the same
    tools at /mcp. It writes nothing, and ends when its input does.

    \b
    For example:
      ogdkg mcp -C my-project
    """
    from ogdkg.web.pipes import answer_on_pipes  # imports all that answers

    open_chosen(session, dict(options))  # says what is wrong with the options
    answer_on_pipes(lambda: open_chosen(session, dict(options)), personal=with_personal)
