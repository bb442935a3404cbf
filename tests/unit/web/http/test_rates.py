"""The buckets of clients: what passes, what waits, and that their number takes no memory."""

from __future__ import annotations

from pathlib import Path

import pytest

from ogdkg.errors import UsageError
from ogdkg.web.http import rates
from ogdkg.web.http.rates import Rate, Rates, parse_rate


class _Clock:
    now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> _Clock:
    clock = _Clock()
    monkeypatch.setattr(rates, "time", clock)
    return clock


def _table(folder: Path, rate: Rate) -> Rates:
    Rates.make(folder / "rates")
    return Rates(folder / "rates", rate)


def test_as_many_pass_as_a_bucket_holds_and_then_as_fast_as_it_fills(tmp_path: Path, clock: _Clock) -> None:
    table = _table(tmp_path, Rate(60, 60.0))
    assert [table.wait("192.0.2.1") for _ in range(60)] == [0.0] * 60
    assert 0 < table.wait("192.0.2.1") <= 1
    assert table.wait("192.0.2.2") == 0
    clock.now += 1.0
    assert table.wait("192.0.2.1") == 0
    assert table.wait("192.0.2.1") > 0
    clock.now += 120
    assert sum(table.wait("192.0.2.1") == 0 for _ in range(100)) == 60


def test_workers_share_the_buckets(tmp_path: Path, clock: _Clock) -> None:
    first = _table(tmp_path, Rate(2, 1.0))
    second = Rates(tmp_path / "rates", Rate(2, 1.0))
    assert (first.wait("a"), second.wait("a")) == (0.0, 0.0)
    assert first.wait("a") > 0
    assert second.wait("a") > 0


def test_a_site_of_ipv6_is_one_client(tmp_path: Path, clock: _Clock) -> None:
    table = _table(tmp_path, Rate(1, 60.0))
    assert table.wait("2001:db8::1") == 0
    assert table.wait("2001:db8::2:3") > 0
    assert table.wait("2001:db8:0:1::1") == 0
    assert table.wait("::ffff:192.0.2.7") == 0
    assert table.wait("192.0.2.7") > 0


def test_more_clients_than_places_take_no_more_memory(tmp_path: Path, clock: _Clock) -> None:
    """Whoever is idle gives up the place; one who asks on is still held to the rate."""
    table = _table(tmp_path, Rate(1, 1.0))
    size = (tmp_path / "rates").stat().st_size
    passed = sum(table.wait(f"client {number}") == 0 for number in range(30_000))
    assert passed > 29_000
    clock.now += 2
    assert all(table.wait(f"other {number}") == 0 for number in range(1_000))
    assert table.wait("other 5") > 0
    assert (tmp_path / "rates").stat().st_size == size < 1 << 21


@pytest.mark.parametrize(
    ("text", "rate"), [("5", Rate(5, 1.0)), ("600/m", Rate(600, 60.0)), ("1/h", Rate(1, 3_600.0))]
)
def test_a_rate_is_read(text: str, rate: Rate) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["", "0", "-1", "1/d", "1.5", "many"])
def test_what_is_no_rate_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no rate"):
        parse_rate(text)
