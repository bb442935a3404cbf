"""What holds for one call of `ogdkg`: the options before the command's name, and the files to keep.

Imports nothing but click, since every call pays for it, also `ogdkg --version`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from ogdkg.cli.messages import print_line

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
        if self.verbosity >= level:
            print_line(message, err=True)


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
    help="Use colours: auto does on a terminal, unless NO_COLOR is set.",
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
