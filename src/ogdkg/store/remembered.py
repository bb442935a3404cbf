"""What was read of a store in memory, for as long as the store does not change."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from itertools import count
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

T = TypeVar("T")
REVISIONS = count(1)  # of all stores: no number stands for two states
_MOST = 2  # revisions of a store that are remembered: it as it is, and with a change that is taken back
_readings: WeakKeyDictionary[Any, dict[int, dict[Hashable, Any]]] = WeakKeyDictionary()


def remembered(store: object, key: Hashable, read: Callable[[], T]) -> T:
    """Return what `read` returns, or returned for this key while the store was as it is now.

    A store without a revision, such as an endpoint, may change unseen: nothing is remembered of it. Nobody
    may change what this returns.
    """
    revision = getattr(store, "revision", None)
    if revision is None:
        return read()
    of_store = _readings.setdefault(store, {})
    readings = of_store.pop(revision, {})
    of_store[revision] = readings  # last, as the one that was asked for last
    if len(of_store) > _MOST:
        del of_store[next(iter(of_store))]
    if key not in readings:
        readings[key] = read()
    found: T = readings[key]
    return found
