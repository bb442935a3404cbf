"""Imports click without what it imports for questions that we do not ask: a quarter of the time it takes.

click reads in `inspect` for the indentation of help texts and `uuid` for a kind of value that no option of
ours has. In their place stand modules that read in the real one as soon as anything else is asked of them.
"""

from __future__ import annotations

import importlib
import sys
from types import ModuleType
from typing import Any


class _Later(ModuleType):
    """Stands for a module, which is imported as soon as something else of it is needed."""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._read(), name)

    def _read(self) -> ModuleType:
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        real = importlib.import_module(self.__name__)
        vars(self).update(vars(real))
        return real


class _Inspect(_Later):
    def cleandoc(self, doc: str) -> str:
        """Return a text without its indentation; needs no import for a line that has none."""
        is_clean = not doc[:1].isspace() and "\n" not in doc and "\t" not in doc
        return doc if is_clean else str(self._read().cleandoc(doc))


class _Identifier:
    """Stands for `uuid.UUID` where click names it in its classes."""


def import_click() -> None:
    """Import click, as lean as it can be had."""
    if "click" in sys.modules:
        return
    sys.modules.setdefault("inspect", _Inspect("inspect"))  # for good: `dataclasses` asks as little of it
    if "uuid" in sys.modules:
        importlib.import_module("click")
        return
    later = sys.modules["uuid"] = _Later("uuid")
    vars(later)["UUID"] = _Identifier
    importlib.import_module("click")
    if sys.modules.get("uuid") is later:  # whoever else imports it gets the real one
        del sys.modules["uuid"]
        del vars(later)["UUID"]
