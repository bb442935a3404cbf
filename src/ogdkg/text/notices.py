"""Notices: what a reader of files should tell although it goes on. Whoever runs the program hears them."""

from __future__ import annotations

from collections.abc import Callable

_LISTENERS: list[Callable[[str], None]] = []
_told: set[str] = set()


def listen(listener: Callable[[str], None]) -> None:
    """Let a listener hear each notice from now on, once; without one, they go to Python's logging."""
    _LISTENERS[:] = [listener]
    _told.clear()


def notice(message: str) -> None:
    """Tell something that is no error, in one sentence."""
    if not _LISTENERS:
        import logging  # 5 ms, which only a program without a listener pays

        logging.getLogger("ogdkg").warning("%s", message)
    elif message not in _told:  # a file may be read several times
        _told.add(message)
        _LISTENERS[0](message)
