"""An answer on its way: whole where it is short, in blocks where it is long."""

from __future__ import annotations

import gzip
from collections.abc import Iterable

import pytest

from ogdkg.web.processes import sending
from ogdkg.web.processes.frames import (
    DATA,
    END,
    HEAD,
    WHOLE,
    Frame,
    FrameBuffer,
    parts_of_head,
    parts_of_whole,
)
from ogdkg.web.processes.sending import Part, Sending


def _frames(
    body: Iterable[Part],
    status: int = 200,
    *,
    is_packed: bool = False,
    is_head: bool = False,
    most_bytes: int = 1 << 30,
) -> list[Frame]:
    sent: list[bytes] = []
    Sending(
        sent.append, sent.append, status, {}, is_packed=is_packed, is_head=is_head, most_bytes=most_bytes
    ).send(body)
    return FrameBuffer().feed(b"".join(sent))


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("number", [0, 1, 3, 400])
def test_a_body_arrives(number: int, is_packed: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_BLOCK", 64)
    parts: list[Part] = ["é\ud800", b"\x00\xff", "x" * 50] * number
    frames = _frames(parts, is_packed=is_packed)
    if frames[0].kind == WHOLE:
        head, body = parts_of_whole(frames[0].data)
        assert (b"content-length", str(len(body)).encode()) in parts_of_head(head)[1]
        assert (len(frames) == 1 and number <= 1) or is_packed
    else:
        assert [frames[0].kind, frames[-1].kind] == [HEAD, END]
        assert {frame.kind for frame in frames[1:-1]} == {DATA}
        body = b"".join(frame.data for frame in frames[1:-1])
    whole = "é\ud800".encode("utf-8", "surrogatepass") + b"\x00\xff" + b"x" * 50
    assert (gzip.decompress(body) if is_packed else body) == whole * number


def test_a_head_has_no_body_and_takes_no_more_than_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_BLOCK", 4)
    parts: list[Part] = ["abcd"] * 3
    kinds = [frame.kind for frame in _frames(parts, is_head=True)]
    assert kinds == [HEAD, END]
    (frame,) = _frames(["abc"], is_head=True)
    head, body = parts_of_whole(frame.data)
    assert (parts_of_head(head), body) == ((200, [(b"content-length", b"3")]), b"")


@pytest.mark.parametrize("status", [204, 304])
def test_what_has_no_body_has_no_length(status: int) -> None:
    (frame,) = _frames((), status)
    assert parts_of_head(parts_of_whole(frame.data)[0]) == (status, [])
