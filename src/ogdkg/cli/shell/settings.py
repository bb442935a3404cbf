"""The commands of the shell: those of `ogdkg` that only read, and its own, which begin with a dot."""

from __future__ import annotations

from textwrap import fill

from ogdkg.lean import NamedTuple
from ogdkg.rdf import formats

# In the order of `ogdkg --help`: what changes a project or never ends is for the command line.
READING = (
    "query", "sparql", "search", "show", "why", "cite", "coverage", "passage", "template", "export", "diff",
    "convert", "canon", "stats", "validate", "ping", "test",
)  # fmt: skip
FORMATS = tuple(form.name for form in formats.FORMATS if form is not formats.XLSX)
EXITS = ("exit", "quit", ".exit", ".quit")
ON_OFF = ("on", "off")


class Setting(NamedTuple):
    """A command of the shell itself: the words that it takes, and what it does."""

    values: tuple[str, ...]
    told: str


SETTINGS = {
    ".help": Setting((), "show what can be typed, or the help of a command: .help show"),
    ".format": Setting(FORMATS, "write answers in this format where a question names none"),
    ".timer": Setting(ON_OFF, "say after each answer how long it took"),
    ".exit": Setting((), "leave, as Ctrl-D does"),
}
_HELP = """\
Type a stored query, a command of ogdkg that reads, or SPARQL:
  NAME [OPTION]...                a stored query; `query` lists them
  show THING                      a command, as on the command line
  SELECT * { ?s ?p ?o } LIMIT 5;  SPARQL; `;` or an empty line ends it
The commands of ogdkg are here:
{commands}
The shell has some of its own:
{settings}
Tab completes, the arrow keys bring back what was asked, Ctrl-C stops it.
"""


def help_lines() -> list[str]:
    """Return what `.help` says."""
    width = max(map(len, SETTINGS)) + 2
    settings = "\n".join(f"  {name:<{width}}{setting.told}" for name, setting in SETTINGS.items())
    commands = fill(", ".join(READING), 76, initial_indent="  ", subsequent_indent="  ")
    return _HELP.replace("{commands}", commands).replace("{settings}", settings).splitlines()
