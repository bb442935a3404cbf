"""A fault of a child reaches its parent as what it was, and the end of a process as a sentence."""

from __future__ import annotations

import signal

import pytest

from ogdkg.errors import InputError, LimitError, OgdkgError, PanicError, Place, StoreError, UnknownNameError
from ogdkg.sandbox.faults import NO_MEMORY, end_of_process, name_of, pickled, unpickled

PLACE = Place("rules/x.rq", 3)
PANIC = "thread '<unnamed>' (7) panicked at lib/a.rs:854:5:\nindex out of bounds\nnote: run with"
UNORDERED = "panicked at a.rs:8:5:\nthe function does not correctly implement a total order\nstack"


def test_an_error_arrives_as_itself() -> None:
    error = InputError("It does not parse.", place=PLACE, hint="Mend it.")
    error.add_note("a note")
    found = unpickled(pickled(error))
    assert (type(found), str(found), vars(found)) == (InputError, str(error), vars(error))


def test_one_that_takes_other_arguments_than_its_text_does_too() -> None:
    error = UnknownNameError("query", "trees", ["tree"])
    found = unpickled(pickled(error))
    assert (type(found), str(found)) == (UnknownNameError, str(error))


def test_a_bug_brings_its_traceback_as_a_note() -> None:
    def broken() -> None:
        raise ZeroDivisionError("by nothing")

    with pytest.raises(ZeroDivisionError) as caught:
        broken()
    found = unpickled(pickled(caught.value))
    assert isinstance(found, ZeroDivisionError)
    assert "in broken" in "".join(found.__notes__)


def test_what_cannot_be_packed_arrives_as_its_text() -> None:
    error = ValueError("bad", lambda: None)
    found = unpickled(pickled(error))
    assert isinstance(found, RuntimeError)
    assert str(found).startswith("ValueError: ('bad', ")


def test_a_panic_that_is_raised_is_told_as_one_too() -> None:
    raised = type("PanicException", (BaseException,), {})("index out of bounds")
    found = unpickled(pickled(raised))
    assert type(found) is PanicError and "a fault of its own: index out of bounds." in str(found)


def _status(number: int = 0, code: int = 0) -> int:
    return code << 8 | number


@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="no such signals here")
@pytest.mark.parametrize(
    ("status", "said", "kind", "message"),
    [
        (_status(code=NO_MEMORY), "", LimitError, "There is not enough memory"),
        (_status(code=1), "", OgdkgError, "The engine ended unexpectedly."),
        (_status(14), "", LimitError, "longer than the time limit allows"),
        (_status(24), "", LimitError, "more time than the system allows"),
        (_status(9), "", LimitError, "was killed. There may not be enough memory"),
        (_status(6), "memory allocation of 8 bytes failed", LimitError, "There is not enough memory"),
        (_status(6), "terminate called after throwing 'std::bad_alloc'", LimitError, "not enough memory"),
        (
            _status(6),
            "",
            LimitError,
            "The engine gave up (signal 6, SIGABRT). There may not be enough memory",
        ),
        (_status(6), PANIC, PanicError, "The engine failed by a fault of its own: index out of bounds."),
        (_status(6), f"x {UNORDERED}", PanicError, "The engine cannot sort values of such different kinds."),
        (_status(6), "thread 'x' has overflowed its stack", StoreError, "crashed (signal 6, SIGABRT)"),
        (_status(11), "", StoreError, "crashed (signal 11, SIGSEGV)"),
    ],
)
def test_how_a_process_ended_is_one_sentence(status: int, said: str, kind: type, message: str) -> None:
    error = end_of_process(status, said, PLACE)
    assert type(error) is kind
    assert message in str(error) and "rules/x.rq:3" in str(error)


def test_the_last_words_of_a_library_are_a_note_in_one_line() -> None:
    error = end_of_process(_status(code=1), "first\nsecond\x1b[31m", who="ogdkg")
    assert "ogdkg ended unexpectedly." in str(error)
    [note] = error.__notes__
    assert "\n" not in note and "\x1b" not in note and "second" in note


def test_a_signal_without_a_name() -> None:
    assert name_of(signal.SIGTERM) == "signal 15, SIGTERM"
    assert name_of(250) == "signal 250"
