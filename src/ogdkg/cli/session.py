"""What holds for one call of `ogdkg`: the options before the command's name, and the files to keep.

Imports nothing but click, since every call pays for it, also `ogdkg --version`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import click

from ogdkg.answer_cache.dependencies import tell_how
from ogdkg.cli.messages import print_line
from ogdkg.lean import NamedTuple

if TYPE_CHECKING:
    from ogdkg.catalogue.catalogue import Catalogue
    from ogdkg.graph.graph import Graph, GraphOptions
    from ogdkg.project.project import Project

F = TypeVar("F", bound=Callable[..., Any])
_KEPT = f"{__name__}.files"


class Session(NamedTuple):
    """The options before the command's name.

    Attributes:
        project: The value of `-C`.
        verbosity: -1 for `-q`, else the number of `-v`.
        trust: Whether the project may read outside its folder.
        said: Takes down all messages, whether they are shown or not, each with its level.
    """

    project: str | None = None
    verbosity: int = 0
    trust: bool = False
    said: list[tuple[str, int]] | None = None

    def say(self, message: str, *, level: int = 0) -> None:
        """Print a message to stderr, unless `-q` is given; at `level` 1 only with `-v`."""
        if self.said is not None:
            self.said.append((message, level))
        if self.verbosity >= level > 0:
            tell_how()
        if self.verbosity >= level:
            print_line(message, err=True)


class Keeper(Protocol):
    """Keeps what is opened from one command to the next, in a process that runs several: `ogdkg shell`."""

    def project(self, folder: str | None, *, trust: bool) -> Project:
        """Find and read a project, as `find_project` does."""

    def graph(self, project: Project, options: GraphOptions) -> Graph:
        """Open a graph of a project."""

    def catalogue(self, project: Project) -> Catalogue:
        """Return the stored queries of a project."""


_keepers: list[Keeper] = []  # none in a process that runs one command


def keep_with(keeper: Keeper) -> None:
    """Let the commands of this process open what they read by a keeper."""
    _keepers[:] = [keeper]


def keeper() -> Keeper | None:
    """The keeper of this process, if it runs several commands."""
    return _keepers[0] if _keepers else None


def project_option(command: F) -> F:
    """Add `-C` and `--trust`, which may also stand after the command's name."""
    return PROJECT(TRUST(command))


def screen_options(command: F) -> F:
    """Add `--color` and `--no-pager`, which may also stand after the command's name."""
    for option in reversed(SCREEN):
        command = option(command)
    return command


def is_trusting(ctx: click.Context) -> bool:
    """Whether `--trust` is given before the command's name."""
    return bool(ctx.meta.get(_TRUSTING))


def keep_from_overwriting(files: Callable[[], Iterable[Path]]) -> None:
    """Keep these files, which are listed once an output might be one of them."""
    if context := click.get_current_context(silent=True):
        context.meta[_KEPT] = files


def kept_files() -> Iterable[Path]:
    """The files that the running command must not write over, whatever `-o` says; none outside of one."""
    context = click.get_current_context(silent=True)
    return context.meta[_KEPT]() if context and _KEPT in context.meta else ()


def parsed_early(
    ctx: click.Context, words: Sequence[str], options: Sequence[click.Parameter]
) -> Mapping[str, Any]:
    """Parse the options among the words as click will once the project has named the others.

    An unknown option is one of the project's, each of which takes a value. So neither `--x --trust` nor
    `--x -C../other` chooses anything: these are values.
    """
    if not any(word[:1] == "-" and ("C" in word or word[:7] in ("--proje", "--trust")) for word in words):
        return {}  # neither -C nor one of the long options
    known = {name for option in options for name in option.opts} | set(ctx.help_option_names)
    names = {word.partition("=")[0] for word in words if word.startswith("--")} - known - {"--"}
    others = [click.Option([name, f"other_{number}"]) for number, name in enumerate(sorted(names))]
    command = click.Command(None, params=[*options, *others])
    trial = click.Context(command, parent=ctx, resilient_parsing=True)  # the real parsing reports faults
    return command.make_parser(trial).parse_args(list(words))[0]


def store_later(session: Session, root: Path, trust: bool, layers: tuple[str, ...]) -> None:
    """Tell that an answer comes from the files, and have a store of a project's layers made afterwards."""
    from ogdkg.cli.background_store import make_store  # only for a large graph without a store

    make_store(session.say, root, layers, trust=trust)


def color_chosen() -> str:
    """The value of `--color` for the running command: `auto` unless it is given."""
    context = click.get_current_context(silent=True)
    chosen: str = context.meta.get(_COLOR, "auto") if context else "auto"
    return chosen


def _set_color(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value:
        ctx.meta[_COLOR] = value


def is_paging() -> bool:
    """Whether what does not fit the terminal goes to a pager: unless `--no-pager` is given."""
    context = click.get_current_context(silent=True)
    return not (context and context.meta.get(_NO_PAGER))


def _set_no_pager(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value:
        ctx.meta[_NO_PAGER] = True


def _set_trust(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and isinstance(ctx.obj, Session):
        ctx.obj = ctx.obj._replace(trust=True)
    elif value:
        ctx.meta[_TRUSTING] = True  # until there is a session


_TRUSTING = "--trust"
TRUST = click.option(
    _TRUSTING,
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_set_trust,
    help="Let the project read files outside its folder and name servers.",
)
PROJECT = click.option(
    "-C",
    "--project",
    metavar="DIR",
    type=click.Path(),
    help="The project (default: OGDKG_PROJECT, else the nearest ogdkg.toml).",
)
_COLOR = "--color"
_COLORS = click.option(
    _COLOR,
    type=click.Choice(("auto", "always", "never")),
    expose_value=False,
    callback=_set_color,
    help="Use colours; auto does so on a terminal, unless NO_COLOR is set.",
)
_NO_PAGER = "--no-pager"
_PAGES = click.option(
    _NO_PAGER,
    is_flag=True,
    expose_value=False,
    callback=_set_no_pager,
    help="Write to the terminal at once, however long it is.",
)
SCREEN = (_COLORS, _PAGES)
