"""A property that asks a server once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import cached_property
from typing import Any, TypeVar

T = TypeVar("T")


class once_asked(cached_property[T]):  # noqa: N801  # used as a decorator
    """A cached property of a server. One that hangs does not keep the others from being asked.

    Python 3.11 has one lock for the property of all instances, and holds it as long as the property takes.
    """

    def __init__(self, func: Callable[[Any], T]) -> None:
        super().__init__(func)
        self.lock = nullcontext()
