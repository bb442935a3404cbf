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
    gc.set_threshold(200_000)  # what a small graph allocates lives on: looking for garbage in it costs 20 ms
    from ogdkg.sandbox.streams import mend_streams  # now that an interrupt is no traceback

    mend_streams()
    os._exit(_code())  # stdout is flushed by then; freeing the graph piece by piece would take another 10 ms


def _code() -> int:
    """Answer again what was answered before, or else run the command; the exit code."""
    from ogdkg.answer_cache.answers import asked, found

    name = asked(sys.argv[1:])
    if not (name and (answer := found(name))):
        from ogdkg.sandbox.supervisor import supervised  # an answer that is there takes no time

        return supervised(lambda: _command(name), _crashed)
    try:
        answer.write()
    except OSError as error:
        from ogdkg.cli.main import failed  # seldom

        return failed(error, verbose=False)
    return answer.code


def _command(name: str | None) -> int:
    """Run the command; `name`: that under which its answer is remembered, if it may be."""
    from ogdkg.cli.lean_click import (
        import_click,  # after the first line: importing is most of what that saves
    )

    import_click()
    from ogdkg.cli.main import main
    from ogdkg.sandbox.limits import free_memory, limit_memory

    limit_memory(free_memory())
    if name:
        from ogdkg.cli.answer_recording import Recording  # few commands answer from files alone

        code = Recording(name).of(main)
    else:
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
