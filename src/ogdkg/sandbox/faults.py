"""How a child's fault reaches its parent: an exception as itself, the end of the process as a sentence."""

from __future__ import annotations

import os

from ogdkg.errors import LimitError, OgdkgError, PanicError, Place, StoreError
from ogdkg.lean import signal
from ogdkg.text.escape import one_line

NO_MEMORY = 12  # the exit code of a child that had none left, not even to say so
_MEMORY = "There is not enough memory for this."
_LESS = "Ask for less, or try it with less data at a time."
_LONGER = (
    "The queries took longer than the time limit allows.\n"
    "Ask for less, or allow more with --timeout or OGDKG_TIMEOUT."
)
_PANICKED = "panicked at "  # what a program in Rust says first
_UNORDERED = "does not correctly implement a total order"  # the sort of Rust's standard library
_NO_ALLOCATION = ("memory allocation of ", "bad_alloc")  # as Rust says it, and C++
_DEEP = "What it read may be nested too deeply."


def pickled(error: BaseException) -> bytes:
    """An exception with its notes; a bug with its traceback as one; what cannot be packed as its text."""
    import pickle  # 2 ms, and traceback as much, which only an error should cost

    if is_panic(error):
        error = panic(str(error))
    if not isinstance(error, OgdkgError):
        import traceback

        error.add_note("In the child: " + "".join(traceback.format_exception(error)).strip())
    try:
        return pickle.dumps((type(error), error.args, vars(error)))
    except (pickle.PicklingError, TypeError, AttributeError):
        text = f"{type(error).__name__}: {error}"
        return pickle.dumps((RuntimeError, (text,), {"__notes__": getattr(error, "__notes__", [])}))


def unpickled(data: bytes) -> BaseException:
    """The exception, also one of a class that takes other arguments than the text that it passes on."""
    import pickle  # as above

    kind, arguments, attributes = pickle.loads(data)
    try:
        error: BaseException = kind(*arguments)
    except TypeError:
        error = kind.__new__(kind, *arguments)
    vars(error).update(attributes)
    return error


def end_of_process(
    status: int, last_words: str = "", place: Place | None = None, who: str = "The engine", longer: str = ""
) -> Exception:
    """Why a process ended that had more to say.

    Args:
        status: As waitpid has it.
        last_words: Its last words.
        place: Where it was.
        who: What it was.
        longer: What its alarm means, and on the next line a hint.
    """
    if not os.WIFSIGNALED(status):
        if os.waitstatus_to_exitcode(status) == NO_MEMORY:
            return LimitError(_MEMORY, place=place, hint=_LESS)
        return _noted(OgdkgError(f"{who} ended unexpectedly.", place=place), last_words)
    number = os.WTERMSIG(status)
    if number == getattr(signal, "SIGALRM", None):
        message, _, hint = (longer or _LONGER).partition("\n")
        return LimitError(message, place=place, hint=hint)
    if number == signal.SIGXCPU or (number == signal.SIGKILL and _is_out_of_time()):
        return LimitError("It took more time than the system allows (ulimit -t).", place=place)
    if number == signal.SIGABRT and "overflowed its stack" not in last_words:
        return _noted(_aborted(last_words, place, who), last_words)
    if number == signal.SIGKILL:
        return LimitError(
            f"{who} was killed. There may not be enough memory for this.", place=place, hint=_LESS
        )
    return _noted(StoreError(f"{who} crashed ({name_of(number)}).", place=place, hint=_DEEP), last_words)


def is_panic(error: BaseException) -> bool:
    """Return whether it is what a library in Rust raises; the class cannot be imported."""
    return type(error).__name__ == "PanicException"


def _aborted(last_words: str, place: Place | None, who: str) -> OgdkgError:
    """The error for a process that gave itself up, of which only its words tell why."""
    if _PANICKED in last_words:
        _, _, said = last_words.partition(_PANICKED)[2].partition("\n")
        return panic(said.partition("\nstack backtrace:")[0].partition("\nnote: ")[0], place, who)
    if any(words in last_words for words in _NO_ALLOCATION):
        return LimitError(_MEMORY, place=place, hint=_LESS)
    message = f"{who} gave up ({name_of(signal.SIGABRT)}). There may not be enough memory for this."
    return LimitError(message, place=place, hint=_LESS)


def panic(said: str, place: Place | None = None, who: str = "The engine") -> PanicError:
    """Return the error for what a library in Rust says of a fault of its own."""
    if _UNORDERED in said:
        message = f"{who} cannot sort values of such different kinds."
        return PanicError(message, place=place, is_of_order=True)
    return PanicError(f"{who} failed by a fault of its own: {one_line(said).strip()}.", place=place)


def _is_out_of_time() -> bool:
    """Whether the children have used up the hard limit of the processor's time, at which the kernel kills.

    The kernel counts in ticks, and not alike for the limit and for what it reports, the less so the busier it
    is: most of it is all of it.
    """
    import resource  # not on Windows, where no process is waited for

    _, most = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return most != resource.RLIM_INFINITY and used.ru_utime + used.ru_stime >= 0.75 * most


def name_of(number: int) -> str:
    """A signal as a person looks it up."""
    try:
        from signal import Signals  # few processes end so

        return f"signal {number}, {Signals(number).name}"
    except ValueError:
        return f"signal {number}"


def _noted(error: OgdkgError, last_words: str) -> OgdkgError:
    """The error, with what the library said in one line; -vv shows it."""
    if words := one_line(last_words).strip():
        error.add_note(words)
    return error
