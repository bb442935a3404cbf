"""How many requests a client may send: a token bucket each, in a table of fixed size that workers share.

The table holds for each client the time at which its bucket is full again, which is all that there is to know
(the generic cell rate algorithm, ITU-T I.371). Who is idle long enough gives its place to others, so that no
number of clients takes more memory. Two workers that count a client at once may miss one request.
"""

from __future__ import annotations

import hashlib
import ipaddress
import mmap
import os
import re
import struct
import time
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ogdkg.errors import UsageError

_PLACES = 1 << 16
_TRIED = 4  # places that a client may take
_PLACE = struct.Struct("=Qd")  # the client, and when its bucket is full
_SECRET = 16  # bytes before the places, so that nobody can choose whose place to take
_PERIODS = {"s": 1.0, "m": 60.0, "h": 3_600.0}
_RATE = re.compile(r"([1-9][0-9]{0,6})(?:/([smh]))?")
_SITE = 64  # bits of an IPv6 address that one client has (RFC 6177)


class Rate(NamedTuple):
    """As many requests in a time, all of which may come at once."""

    requests: int
    seconds: float


def parse_rate(text: str) -> Rate:
    """Return a rate, such as `10`, `10/s`, `600/m` or `5000/h`.

    Raises:
        UsageError: It is none.
    """
    found = _RATE.fullmatch(text)
    if not found:
        raise UsageError(f"{text!r} is no rate.", hint="Write --rate 10/s, 600/m or 5000/h.")
    return Rate(int(found[1]), _PERIODS[found[2] or "s"])


class Rates:
    """The buckets of all clients.

    Args:
        path: The file that holds them; `make` makes it.
        rate: What each client may send.
    """

    def __init__(self, path: Path, rate: Rate) -> None:
        with path.open("r+b") as file:
            self._table = mmap.mmap(file.fileno(), 0)
        self._secret = self._table[:_SECRET]
        self._between = rate.seconds / rate.requests
        self._at_once = rate.seconds - self._between
        self._places = lru_cache(maxsize=4_096)(self._find_places)

    @staticmethod
    def make(path: Path) -> None:
        """Make an empty table."""
        path.write_bytes(os.urandom(_SECRET) + bytes(_PLACES * _PLACE.size))

    def wait(self, client: str) -> float:
        """Count a request of a client; return the seconds after which to come again, 0 where it may pass."""
        now = time.monotonic()
        mark, places = self._places(client)
        place, full = self._bucket(mark, places, now)
        full = max(full, now)
        if (late := full - now - self._at_once) > 1e-9:
            return late
        _PLACE.pack_into(self._table, place, mark, full + self._between)
        return 0.0

    def _bucket(self, mark: int, places: tuple[int, ...], now: float) -> tuple[int, float]:
        """The place of a client, or one whose client is idle; else it shares the first."""
        idle = None
        for place in places:
            other, full = _PLACE.unpack_from(self._table, place)
            if other == mark:
                return place, full
            if idle is None and full <= now:
                idle = place
        if idle is not None:
            return idle, now
        return places[0], _PLACE.unpack_from(self._table, places[0])[1]

    def _find_places(self, client: str) -> tuple[int, tuple[int, ...]]:
        digest = hashlib.blake2b(_site(client).encode(), digest_size=16, key=self._secret).digest()
        mark, first = struct.unpack("=QQ", digest)
        places = (_SECRET + (first + step) % _PLACES * _PLACE.size for step in range(_TRIED))
        return mark, tuple(places)


def _site(client: str) -> str:
    """What counts as one client: an address, of IPv6 the network of a site."""
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return client
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, _SITE), strict=False))
