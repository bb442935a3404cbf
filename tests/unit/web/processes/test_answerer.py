"""A bug of ours ends the answer that it happens in, and nothing else."""

from __future__ import annotations

import socket
from typing import Any, NoReturn

import pytest

from ogdkg.web.processes.answerer import Answerer, Ask, Reply
from ogdkg.web.processes.current import Current


def _wrong(ask: Ask) -> NoReturn:
    raise AttributeError("secret")


def test_a_bug_is_answered_and_told_to_the_operator(capsys: pytest.CaptureFixture[str]) -> None:
    here, there = socket.socketpair()
    with here, there:
        answers = {"wrong": _wrong, "right": lambda ask: Reply("text/plain", ["all is well"])}
        answerer = Answerer(here, answers, "1", 1_000, Current(), network=False)
        for task, wanted in (("wrong", b"This is a bug of the server."), ("right", b"all is well")):
            ask: dict[str, Any] = {"task": task, "seconds": 60}
            answerer._answer(there, ask)
            said = here.recv(10_000)
            assert wanted in said
            assert b"secret" not in said
    assert "AttributeError: secret" in capsys.readouterr().err
