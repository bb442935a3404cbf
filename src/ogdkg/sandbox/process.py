"""Restricts the current process: it dies with its parent, adopts orphans, and can open no connection.

The Linux kernel enforces all, for any user and any thread of the process; each function returns whether it
does. None can be undone, and child processes inherit the last.
"""

from __future__ import annotations

import os
import struct
import sys
from functools import cache
from typing import Any

from ogdkg.lean import NamedTuple, signal

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 36, 38
_SET_MODE_FILTER, _FOR_ALL_THREADS = 1, 1  # of seccomp(2)


class _Machine(NamedTuple):
    """How a machine's kernel names itself to a filter (linux/audit.h), seccomp(2), and what is refused."""

    architecture: int
    seccomp: int
    refused: tuple[int, ...]


# socket, connect; io_uring_setup, _enter, _register, which open connections without those two; and what takes
# hold of another process that has them: ptrace, process_vm_writev, pidfd_getfd.
_MACHINES = {
    "x86_64": _Machine(0xC000003E, 317, (41, 42, 425, 426, 427, 101, 311, 438)),
    "aarch64": _Machine(0xC00000B7, 277, (198, 203, 425, 426, 427, 117, 271, 438)),
}
_FIRST_OF_X32 = 0x40000000  # x86_64 has each call a second time, from this number on

# Classic BPF (linux/bpf_common.h): load a word, jump if equal or if greater or equal, return.
_LOAD, _IF_EQUAL, _IF_FROM, _RETURN = 0x20, 0x15, 0x35, 0x06
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in struct seccomp_data
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050001  # SECCOMP_RET_ERRNO with EPERM


def die_with_parent(parent: int | None = None) -> bool:
    """Let the kernel kill this process when the thread that started it ends; whether it will (Linux).

    `parent`: its number as the parent told it; this process ends at once where that one is gone already.
    """
    libc = _libc()
    holds = libc is not None and libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) == 0
    if parent is not None and os.getppid() != parent:
        os._exit(1)
    return holds


def adopt_orphans() -> bool:
    """Let the kernel make this process the parent of descendants whose own parent ends; whether it will."""
    libc = _libc()
    return libc is not None and libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0


def without_network() -> bool:
    """Let this process, all its threads and its children open no connection; whether that holds.

    It holds on Linux on x86_64 and aarch64: opening a socket of any kind fails with PermissionError. It
    does not where a kernel has no seccomp filters, and what was open before stays open.
    """
    machine = _MACHINES.get(os.uname().machine) if sys.platform == "linux" else None
    libc = _libc()
    if machine is None or libc is None or sys.maxsize < 2**32:  # a 32-bit Python on a 64-bit kernel
        return False
    import ctypes  # loaded by now

    code = _filter(machine)
    program = struct.pack("HP", len(code) // 8, ctypes.addressof(kept := ctypes.create_string_buffer(code)))
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    done = libc.syscall(machine.seccomp, _SET_MODE_FILTER, _FOR_ALL_THREADS, program)
    del kept  # which had to live until here
    return bool(done == 0)


def _filter(machine: _Machine) -> bytes:
    """The filter: refuse a call of another architecture's kind, or one of those listed; allow the rest."""
    refuse = len(machine.refused) + 1  # instructions from the first comparison of numbers to the refusal
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 0, refuse + 2, machine.architecture),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_FROM, refuse, 0, _FIRST_OF_X32),
        *((_IF_EQUAL, refuse - 1 - at, 0, number) for at, number in enumerate(machine.refused)),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def load_libc() -> None:
    """Read in what these functions need, for a child of this process that is to import nothing."""
    _libc()


@cache
def _libc() -> Any:
    """The C library of this process; None where it is not Linux's, or Python was built without ctypes."""
    if sys.platform != "linux":
        return None
    try:
        import ctypes  # 3 ms, which only a process that is really made should cost

        return ctypes.CDLL(None)
    except (ImportError, OSError):
        return None


def work_done(process: int) -> int | None:
    """Return the processor time that a process has taken, in ticks; None while it runs or waits for a disk.

    None also where the system does not tell, which only Linux does.
    """
    folder = f"/proc/{process}/task"
    fields = []
    try:
        for task in os.listdir(folder):  # noqa: PTH208  # this module is imported at every start
            with open(f"{folder}/{task}/stat", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
                fields.append(file.read().rpartition(")")[2].split())
    except OSError:
        return None
    if not fields or any(each[0] in "RD" for each in fields):
        return None
    return sum(int(each[11]) + int(each[12]) for each in fields)  # utime and stime, proc(5)
