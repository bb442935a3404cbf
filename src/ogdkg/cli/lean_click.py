"""Imports click without what it imports for questions that we do not ask: a quarter of the time it takes.

click reads in `inspect` for the indentation of help texts, `gettext` for its messages in other languages,
`difflib` for each short option, `shutil` for the width of a terminal, `threading` for one class, and `uuid`
and `datetime` for kinds of values that no option of ours has. `pathlib`, which all need, reads in `ntpath`
for paths of Windows, `urllib.parse` for paths as addresses, and that `ipaddress`. In their place stand
modules that read in the real one as soon as anything else is asked of them.
"""

from __future__ import annotations

import _thread
import importlib
import os
import sys
from collections.abc import Iterable
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """Stands for a module, which is imported as soon as something else of it is needed."""

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":  # asked for by each `from … import`: only a package has one
            raise AttributeError(name)
        return getattr(self._read(), name)

    def _read(self) -> ModuleType:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        real = importlib.import_module(self.__name__)
        vars(self).update(vars(real))
        return real


class _Inspect(_Later):
    def cleandoc(self, doc: str) -> str:
        """Return a text without its indentation, as PEP 257 has it."""
        blanks = " " if sys.version_info >= (3, 13) else None  # what counts as indentation
        first, *rest = doc.expandtabs().split("\n")
        indented = [len(line) - len(line.lstrip(blanks)) for line in rest if line.lstrip(blanks)]
        margin = min(indented, default=0)
        return "\n".join([first.lstrip(blanks), *(line[margin:] for line in rest)]).strip("\n")


class _Gettext(_Later):
    """Leaves click's messages in English, as ours are: Python would look for each in nine folders."""

    def gettext(self, message: str) -> str:
        return message

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return singular if number == 1 else plural


class _Difflib(_Later):
    def get_close_matches(
        self, word: str, possibilities: Iterable[str], n: int = 3, cutoff: float = 0.6
    ) -> list[str]:
        """Return the words most like one; needs no import for a short option among long ones.

        click takes each short option for a long one first, and tells nobody what that would be like.
        """
        among = list(possibilities)
        if word[:1] == "-" != word[1:2] and all(each.startswith("--") for each in among):
            return []
        found: list[str] = self._read().get_close_matches(word, among, n, cutoff)
        return found


class _Parse(_Later):
    def quote_from_bytes(self, *given: Any) -> str:
        """Return bytes as a part of an address; `pathlib` takes this function for `Path.as_uri`."""
        quoted: str = self._read().quote_from_bytes(*given)
        return quoted


class _Shutil(_Later):
    def get_terminal_size(self, fallback: tuple[int, int] = (80, 24)) -> os.terminal_size:
        """Return the columns and lines of the terminal, for which click asks to lay out help."""
        try:
            size = os.get_terminal_size(sys.__stdout__.fileno())  # type: ignore[union-attr]  # as below
        except (AttributeError, ValueError, OSError):  # stdout is no terminal, or closed
            size = os.terminal_size(fallback)
        columns, lines = _told("COLUMNS"), _told("LINES")
        return os.terminal_size((columns or size.columns or fallback[0], lines or size.lines or fallback[1]))


def _told(variable: str) -> int:
    """The number in a variable of the environment; 0 where it has none above that."""
    try:
        return max(int(os.environ[variable]), 0)
    except (KeyError, ValueError):
        return 0


_MODULES = {
    "inspect": _Inspect,
    "gettext": _Gettext,
    "difflib": _Difflib,
    "ipaddress": _Later,
    "ntpath": _Later,
    "shutil": _Shutil,
}


class _LaterType(type):
    """Stands for a class of a module that is imported as soon as anything is asked of it."""

    def _read(cls) -> Any:
        return getattr(importlib.import_module(cls.__module__), cls.__name__)

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):  # what `typing` asks of a class in `ParamType[datetime]`
            raise AttributeError(name)
        return getattr(cls._read(), name)

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, cls._read())


_CLASSES: dict[str, dict[str, type]] = {
    "uuid": {"UUID": _LaterType("UUID", (), {"__module__": "uuid"})},
    "datetime": {"datetime": _LaterType("datetime", (), {"__module__": "datetime"})},
    "threading": {"local": _thread._local},  # built in, and the same
}  # that click names or derives from


def import_click() -> None:
    """Import click, as lean as it can be had."""
    if "click" in sys.modules:
        return
    for name, kind in _MODULES.items():
        sys.modules.setdefault(name, kind(name))  # for good: `dataclasses`, for one, asks as little of it
    if "urllib.parse" not in sys.modules:
        import urllib

        sys.modules["urllib.parse"] = parse = _Parse("urllib.parse")
        vars(urllib)["parse"] = parse
    standing_in = {module: _Later(module) for module in _CLASSES if module not in sys.modules}
    for module, later in standing_in.items():
        vars(later).update(_CLASSES[module])
    sys.modules.update(standing_in)
    importlib.import_module("click")
    for module, later in standing_in.items():
        if sys.modules.get(module) is later:  # whoever else imports it gets the real one
            del sys.modules[module]
            for name in _CLASSES[module]:
                del vars(later)[name]
