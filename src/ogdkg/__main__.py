"""The process behind `ogdkg` and `python -m ogdkg`: starts lean, runs the command line, leaves at once."""

from __future__ import annotations

import gc
import os
import sys
from typing import NoReturn


def run() -> NoReturn:
    """Run the command line and end the process with its exit code."""
    gc.set_threshold(50_000)  # what start-up allocates lives on: looking for garbage in it costs 10 ms
    from ogdkg.cli.main import main  # after that line, since importing is most of what it saves

    code = main()
    sys.stderr.flush()
    os._exit(code)  # stdout is flushed by then; freeing the graph piece by piece would take another 10 ms


if __name__ == "__main__":
    if not sys.flags.safe_path and sys.path[0] != __file__.rsplit(os.sep, 2)[0]:
        del sys.path[0]  # the working folder, which may hold a json.py of anybody's
    run()
