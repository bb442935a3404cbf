"""Where questions come from: a terminal with completion and history, a plain terminal, or a file or pipe.

Each yields what is typed as lines, or raises KeyboardInterrupt where the person takes back what was begun.
"""

from __future__ import annotations

import contextlib
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Protocol

from ogdkg.cli.messages import print_line
from ogdkg.cli.shell.history import Kept
from ogdkg.cli.shell.statements import Statements
from ogdkg.errors import LimitError
from ogdkg.files.text import decoded
from ogdkg.text.escape import one_line

if TYPE_CHECKING:
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import CompleteEvent, Completer, Completion
    from prompt_toolkit.document import Document
    from prompt_toolkit.history import History
    from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent

_LONGEST_LINE = 10_000_000  # bytes, as of a query
_LONGEST_NAME = 24
Offering = Callable[[str], list[list[str]]]


class Source(Protocol):
    """Where lines come from."""

    def lines(self, is_open: bool) -> list[str]:
        """Return the next lines; EOFError at the end. `is_open`: whether a query goes on."""


class Piped:
    """The lines of a file or a pipe."""

    def lines(self, is_open: bool) -> list[str]:
        """Read a line of stdin.

        Raises:
            EOFError: There are no more.
            LimitError: It is longer than a query may be.
        """
        line = sys.stdin.buffer.readline(_LONGEST_LINE)
        if not line:
            raise EOFError
        if len(line) == _LONGEST_LINE:
            raise LimitError(f"A line of the input has more than {_LONGEST_LINE:,} bytes.")
        return [decoded(line, "<stdin>").rstrip("\r\n")]


class Given:
    """Questions that are known."""

    def __init__(self, questions: Iterable[str]) -> None:
        self._left = list(questions)

    def lines(self, is_open: bool) -> list[str]:
        """Return the lines of the next question; two blank ones end a query that spans lines.

        Raises:
            EOFError: There are no more.
        """
        if not self._left:
            raise EOFError
        lines = self._left.pop(0).split("\n")
        return [*lines, "", ""] if _begins_query(lines) else lines


class Plain:
    """A terminal without prompt_toolkit; a line at a time."""

    def __init__(self, name: str) -> None:
        self._prompt = prompt_of(name)
        with contextlib.suppress(ImportError):
            import readline  # noqa: F401  # gives `input` the keys for editing, where it is there

    def lines(self, is_open: bool) -> list[str]:
        """Ask for a line.

        Raises:
            EOFError: The user pressed Ctrl-D.
            KeyboardInterrupt: The user pressed Ctrl-C.
        """
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return [input(continued(len(self._prompt)) if is_open else self._prompt)]
        except (KeyboardInterrupt, EOFError):
            print_line("")  # the key leaves the cursor behind the prompt
            raise
        finally:
            signal.signal(signal.SIGINT, before)


def prompt_of(name: str) -> str:
    """Return the prompt in a project."""
    name = one_line(name)
    return f"{name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + '…'}> "


def continued(width: int) -> str:
    """Return the prompt of a line that goes on with a query."""
    return "...> ".rjust(width)


class Rich:
    """A terminal with completion, history, and questions of several lines that are edited as a whole.

    Args:
        name: The name of the project.
        offering: Returns what could stand at the end of a text.
    """

    def __init__(self, name: str, offering: Offering) -> None:
        from prompt_toolkit import PromptSession
        from prompt_toolkit.output import ColorDepth
        from prompt_toolkit.shortcuts import CompleteStyle

        self._prompt = prompt_of(name)
        self._session: PromptSession[str] = PromptSession(
            history=_history(),
            completer=_completer(offering),
            complete_in_thread=True,
            complete_while_typing=False,
            complete_style=CompleteStyle.COLUMN,
            color_depth=ColorDepth.from_env() or ColorDepth.DEPTH_4_BIT,
            multiline=True,
            prompt_continuation=lambda width, number, wrapped: continued(width),
            key_bindings=_keys(),
            enable_open_in_editor=False,
            enable_history_search=True,
            search_ignore_case=True,
            reserve_space_for_menu=6,
        )

    def lines(self, is_open: bool) -> list[str]:
        """Ask for a whole question, of one line or several.

        Raises:
            EOFError: The user pressed Ctrl-D.
            KeyboardInterrupt: The user pressed Ctrl-C.
        """
        typed = self._session.prompt(self._prompt)
        lines = typed.split("\n")
        return [*lines, "", ""] if _begins_query(lines) else lines


def _begins_query(lines: Iterable[str]) -> bool:
    statements = Statements()
    for line in lines:
        statements.add(line)
    return statements.is_open


def is_finished(text: str) -> bool:
    """Whether Enter runs what is typed, rather than begins another line of it."""
    statements = Statements()
    for line in text.split("\n"):
        statements.add(line)
    return not statements.is_open


def _keys() -> KeyBindings:
    from prompt_toolkit.filters import completion_is_selected, has_focus
    from prompt_toolkit.key_binding import KeyBindings

    keys = KeyBindings()

    @keys.add("enter", filter=has_focus("DEFAULT_BUFFER") & ~completion_is_selected)
    def enter(event: KeyPressEvent) -> None:
        buffer = event.current_buffer
        if buffer.document.is_cursor_at_the_end and not is_finished(buffer.text):
            buffer.insert_text("\n")
        elif not is_finished(buffer.text):
            buffer.newline()
        else:
            buffer.validate_and_handle()

    @keys.add("enter", filter=completion_is_selected)
    def chosen(event: KeyPressEvent) -> None:
        event.current_buffer.complete_state = None

    return keys


def _completer(offering: Offering) -> Completer:
    from prompt_toolkit.completion import Completer, Completion

    class Offers(Completer):
        def get_completions(self, document: Document, event: CompleteEvent) -> Iterator[Completion]:
            for text, replaces, shown, told in offering(document.text_before_cursor):
                yield Completion(text, -int(replaces), display=shown, display_meta=told)

    return Offers()


def _history() -> History:
    from prompt_toolkit.history import History

    class OfUser(History):
        def __init__(self) -> None:
            super().__init__()
            self._kept = Kept()

        def load_history_strings(self) -> Iterable[str]:
            return reversed(self._kept.read())

        def store_string(self, string: str) -> None:
            self._kept.add(string)

    return OfUser()
