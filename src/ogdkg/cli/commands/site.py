"""`ogdkg site`: writes the pages of a graph as plain files."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import click

from ogdkg.cli.messages import redraw
from ogdkg.cli.options import Session, open_chosen, reading_options
from ogdkg.errors import UsageError

_BASE = re.compile(r"https?://[^/?#\s\"'<>,\\\x00-\x1f]+(?:/[^?#\s\"'<>,\\\x00-\x1f]*)?")


@click.command("site")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--base", metavar="URL", default="", help="The address at which you will publish the site.")
@click.option(
    "--docs",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIR",
    help="Copy this folder of HTML into the site, as docs/.",
)
@click.option("--offline", is_flag=True, help="Let browsers keep the pages for when they have no network.")
@click.option("--anew", is_flag=True, help="Make all pages, even if nothing has changed.")
@click.option("--with-personal", is_flag=True, help="Write personal data too.")
@reading_options
@click.pass_obj
def command(session: Session, /, folder: Path, **options: Any) -> None:
    """Write the pages of `ogdkg serve` as plain files, for any static web host.

    A second run does nothing if nothing has changed; otherwise it writes only what differs, and removes what
    is gone. If you interrupt a run, the site stays as it was. --base is for what needs full addresses: feeds,
    a sitemap, and the redirects of w3id.org.

    \b
    For example:
      ogdkg site public
      ogdkg site public --base https://data.example.org
    """
    from ogdkg.web.extra import need_templates

    need_templates("pages")
    from ogdkg.web.site.site import LONGEST, Options, build  # imports all that answers

    base = options.pop("base").rstrip("/")
    if base and not _BASE.fullmatch(base):
        raise UsageError(
            f"{base!r} is not the address of a site.", hint="Write it as https://data.example.org."
        )
    is_drawn = session.verbosity >= 0 and sys.stderr.isatty()
    chosen = Options(
        base,
        options.pop("with_personal"),
        options.pop("docs"),
        options.pop("offline"),
        options.pop("anew"),
        max(LONGEST, options["timeout"] or 7 * 86_400.0),  # 0 is no limit
        on_progress=_draw if is_drawn else lambda done, known: None,
    )
    graph = open_chosen(session, options)
    if graph.options.endpoint:
        raise UsageError("A site is made of files, not of what a server holds.", hint="Leave --endpoint out.")
    built = build(graph, folder, chosen)
    if is_drawn and not built.is_unchanged:
        _draw(built.files, built.files, is_last=True)
    session.say(
        f"{built.files:,} files, {built.size / 1_000_000:,.1f} MB: {len(built.written):,} written, "
        f"{len(built.removed):,} removed."
        + (" Nothing has changed since; --anew makes all pages." if built.is_unchanged else "")
    )
    if base and not graph.project.resource_namespace:
        session.say(
            "There are no redirects (w3id), as nobody says what the IRIs of the project begin with: under "
            '[project] in ogdkg.toml, write it as things = "https://w3id.org/NAME/".'
        )


def _draw(done: int, known: int, *, is_last: bool = False) -> None:
    """Draw on a terminal how many files are made, of those that are known by then."""
    redraw(f"{done:,} of {known:,} files", last=is_last)
