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
    packed,
    packed_whole,
    parts_of_whole,
    received,
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
        assert received(ours) == Frame(ASK, b"{}")
        assert received(ours) is None


@given(st.binary(max_size=50), st.binary(max_size=50))
def test_a_whole_answer_is_one_frame(head: bytes, body: bytes) -> None:
    (frame,) = FrameBuffer().feed(packed_whole(head, body))
    assert frame.kind == WHOLE
    assert parts_of_whole(frame.data) == (head, body)
