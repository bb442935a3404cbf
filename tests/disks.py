"""Disks that are full or may not be written, and files that a bad one gives back."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


def may_mount() -> bool:
    return os.name == "posix" and os.geteuid() == 0 and shutil.which("mount") is not None


@contextlib.contextmanager
def small_disk(where: Path, size: str) -> Iterator[None]:
    """A disk of a size such as `16k` on an empty folder; skips the test where nothing may be mounted."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", where]
    if not may_mount() or subprocess.run(command, check=False).returncode:
        pytest.skip("no small disk was tried: only root may mount one, on Linux")
    try:
        yield
    finally:
        subprocess.run(["umount", where], check=True)


@contextlib.contextmanager
def read_only_disk(where: Path) -> Iterator[None]:
    """A folder as a disk on which nothing may be written; for root, whom no file mode stops."""
    subprocess.run(["mount", "--bind", where, where], check=True)
    subprocess.run(["mount", "-o", "remount,bind,ro", where], check=True)
    try:
        yield
    finally:
        subprocess.run(["umount", where], check=True)


def overwritten(path: Path) -> None:
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 64] = bytes(255 - byte for byte in data[middle : middle + 64])
    path.write_bytes(data)


def halved(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def emptied(path: Path) -> None:
    path.write_bytes(b"")
