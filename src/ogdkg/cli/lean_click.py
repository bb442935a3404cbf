"""Imports click without what it imports for questions that we do not ask: a quarter of the time it takes.

click reads in `inspect` for the indentation of help texts, `gettext` for its messages in other languages,
`difflib` for each short option, and `uuid` for a kind of value that no option of ours has. In their place
stand modules that read in the real one as soon as anything else is asked of them.
"""

from __future__ import annotations

import importlib
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


class _Identifier:
    """Stands for `uuid.UUID` where click names it in its classes."""


def import_click() -> None:
    """Import click, as lean as it can be had."""
    if "click" in sys.modules:
        return
    sys.modules.setdefault("inspect", _Inspect("inspect"))  # for good: `dataclasses` asks as little of it
    sys.modules.setdefault("gettext", _Gettext("gettext"))  # as well: click has more modules, read at need
    sys.modules.setdefault("difflib", _Difflib("difflib"))
    if "uuid" in sys.modules:
        importlib.import_module("click")
        return
    later = sys.modules["uuid"] = _Later("uuid")
    vars(later)["UUID"] = _Identifier
    importlib.import_module("click")
    if sys.modules.get("uuid") is later:  # whoever else imports it gets the real one
        del sys.modules["uuid"]
        del vars(later)["UUID"]
