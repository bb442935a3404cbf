"""What a process may no longer do, by the word of the kernel: connect, and outlive its parent."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ogdkg.sandbox.process import die_with_parent, load_libc, without_network

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the kernel's promises are Linux's")


def _exit_code(life: Callable[[], int]) -> int:
    """What a child of ours ends with."""
    load_libc()
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = life()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6, socket.AF_UNIX])
def test_no_socket_of_any_kind_is_opened(family: socket.AddressFamily) -> None:
    def life() -> int:
        if not without_network():
            return 77
        try:
            socket.socket(family)
        except PermissionError:
            return 0
        return 1

    code = _exit_code(life)
    if code == 77:
        pytest.skip("this kernel has no such filter")
    assert code == 0


def test_files_and_pipes_are_still_there() -> None:
    def life() -> int:
        without_network()
        reading, writing = os.pipe()
        os.write(writing, b"x")
        with Path(os.devnull).open("rb"):
            return 0 if os.read(reading, 1) == b"x" else 1

    assert _exit_code(life) == 0


def test_a_child_ends_with_its_parent() -> None:
    reading, writing = os.pipe()

    def life() -> int:
        parent = os.getpid()
        if os.fork() == 0:
            die_with_parent(parent)
            os.write(writing, b"%d\n" % os.getpid())
            time.sleep(60)
            os._exit(0)
        os.read(reading, 20)
        os.kill(parent, signal.SIGKILL)
        return 1

    assert _exit_code(life) == -signal.SIGKILL
    os.close(writing)
    assert os.read(reading, 1) == b""  # nobody holds the other end any more
    os.close(reading)


def test_one_whose_parent_is_gone_already_ends_at_once() -> None:
    def life() -> int:
        die_with_parent(os.getpid())  # which is not the parent's number
        return 0

    assert _exit_code(life) == 1
