"""Frames between workers and answering processes, however the bytes arrive."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.web.processes.frames import (
    ASK,
    DATA,
    END,
    HEAD,
    HELLO,
    MOST,
    WHOLE,
    Frame,
    FrameBuffer,
    Frames,
    ask_of,
    packed,
    packed_ask,
    packed_head,
    packed_whole,
    parts_of_head,
    parts_of_whole,
)

FRAMES = st.lists(
    st.tuples(st.sampled_from([HELLO, ASK, HEAD, DATA, END]), st.binary(max_size=200)), max_size=20
)


@given(FRAMES, st.lists(st.integers(1, 50), min_size=1))
def test_frames_come_out_as_they_went_in(frames: list[tuple[bytes, bytes]], cuts: list[int]) -> None:
    data = b"".join(packed(*frame) for frame in frames)
    buffer, found, at = FrameBuffer(), list[Frame](), 0
    while at < len(data):
        size = cuts[at % len(cuts)]
        found += buffer.feed(data[at : at + size])
        at += size
    assert found == [Frame(*frame) for frame in frames]


def test_a_frame_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValueError, match="a frame of"):
        FrameBuffer().feed(DATA + (MOST + 1).to_bytes(4, "big"))


def test_a_connection_that_closes_has_no_frame() -> None:
    ours, theirs = socket.socketpair()
    with ours:
        with theirs:
            theirs.sendall(packed(ASK, b"{}") + b"A\x00")
        frames = Frames(ours)
        assert frames.next() == Frame(ASK, b"{}")
        assert frames.next() is None


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_a_whole_answer_is_one_frame(head: bytes, body: bytes) -> None:
    (frame,) = FrameBuffer().feed(packed_whole(head, body))
    assert frame.kind == WHOLE
    assert parts_of_whole(frame.data) == (head, body)


def test_a_request_arrives_as_it_was_asked() -> None:
    ask = {
        "task": "query",
        "text": "é\udc80\n",
        "seconds": 0.5,
        "head": False,
        "accept": None,
        "named": ["a"],
    }
    (frame,) = FrameBuffer().feed(packed_ask(ask))
    assert (frame.kind, ask_of(frame.data)) == (ASK, ask)


def test_a_head_is_a_status_and_headers() -> None:
    head = packed_head(200, {"etag": '"a:b"', "link": "<http://e.example/é>; rel=next"})
    assert parts_of_head(head) == (
        200,
        [(b"etag", b'"a:b"'), (b"link", b"<http://e.example/\xe9>; rel=next")],
    )
    assert parts_of_head(packed_head(304, {})) == (304, [])


@pytest.mark.parametrize("sign", ["\n", "\r", "\r\n"])
def test_no_header_begins_another(sign: str) -> None:
    with pytest.raises(ValueError, match="line break"):
        packed_head(303, {"location": f"/a{sign}set-cookie: b"})
