"""The files that the command which runs must not write over, whatever `-o` says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import click

_KEPT = f"{__name__}.files"


def keep_from_overwriting(files: Callable[[], Iterable[Path]]) -> None:
    """Keep these files, which are listed once an output might be one of them."""
    if context := click.get_current_context(silent=True):
        context.meta[_KEPT] = files


def kept_files() -> Iterable[Path]:
    """The files that are kept; none outside of a command."""
    context = click.get_current_context(silent=True)
    return context.meta[_KEPT]() if context and _KEPT in context.meta else ()
