"""The process behind `ogdkg` and `python -m ogdkg`: starts lean, runs the command line, leaves at once."""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # built in: reading `signal`, made of it, takes 3 ms
import gc
import os
import sys


def run() -> None:
    """Run the command line and end the process with its exit code."""
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:  # as ever, but where it is ignored
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)  # until somebody can hear it, it ends the process
    gc.set_threshold(50_000)  # what start-up allocates lives on: looking for garbage in it costs 10 ms
    from ogdkg.sandbox.streams import mend_streams
    from ogdkg.sandbox.supervisor import supervised  # now that an interrupt is no traceback

    mend_streams()
    code = supervised(_command, _crashed)
    os._exit(code)  # stdout is flushed by then; freeing the graph piece by piece would take another 10 ms


def _command() -> int:
    from ogdkg.cli.main import main  # after the first line, since importing is most of what that saves
    from ogdkg.sandbox.limits import free_memory, limit_memory

    limit_memory(free_memory())
    code = main()
    sys.stderr.flush()
    return code


def _crashed(status: int, longer: str) -> int:
    """Print in one sentence how the command crashed; the exit code.

    It is 3 whatever the signal: queries and rules have processes of their own, so what crashes the command is
    a file that it reads.
    """
    if "_OGDKG_COMPLETE" in os.environ:  # a message would land in the line being typed
        return 0
    from ogdkg.sandbox.faults import end_of_process

    first, *rest = str(end_of_process(status, who="ogdkg", longer=longer)).splitlines()
    print(f"Error: {first}", *(f"  {line}" for line in rest), sep="\n", file=sys.stderr, flush=True)
    return 3


if __name__ == "__main__":
    if not sys.flags.safe_path and sys.path[0] != __file__.rsplit(os.sep, 2)[0]:
        del sys.path[0]  # the working folder, which may hold a json.py of anybody's
    run()
