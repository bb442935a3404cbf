"""Asks a person at a terminal: a line at a time, with completion by TAB where readline is there."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import ModuleType

from ogdkg.cli.messages import print_line
from ogdkg.text.escape import one_line, told_line

MOST_NUMBERED = 12  # choices that are listed with numbers
_MOST_COMPLETED = 200  # offers at once

Offers = Callable[[], Sequence[str]]


def is_asking() -> bool:
    """Whether somebody can be asked: a terminal shows questions, and a keyboard answers them."""
    return sys.stdin.isatty() and sys.stdout.isatty()


class Asking:
    """Asks questions. A question ends with EOFError or KeyboardInterrupt where the person ends it."""

    def __init__(self) -> None:
        self._offers: Offers = tuple
        self._found: list[str] = []
        self._readline = _readline()
        if self._readline:
            self._readline.set_completer_delims("")
            self._readline.set_completer(self._complete)
            is_libedit = "libedit" in (self._readline.__doc__ or "")
            self._readline.parse_and_bind("bind ^I rl_complete" if is_libedit else "tab: complete")
            self._readline.set_auto_history(False)

    def tell(self, line: str = "") -> None:
        """Tell a person something."""
        print_line(line)

    def ask(self, question: str, offers: Offers = tuple) -> str:
        """Ask for a line, and return it without the spaces around it.

        Args:
            question: What to ask.
            offers: What TAB completes.
        """
        self._offers = offers
        sys.stdout.flush()
        return input(f"{told_line(question)}: ").strip()

    def choose(self, question: str, choices: Sequence[str]) -> int | None:
        """Ask for one of some numbered choices; return its place, or None for none of them."""
        self.number(choices)
        while answer := self.ask(question):
            if (place := place_of(answer, choices)) is not None:
                return place
            self.tell(f"  Write a number from 1 to {len(choices)}, or press Enter.")
        return None

    def agrees(self, question: str, *, default: bool) -> bool:
        """Ask for yes or no."""
        while True:
            answer = self.ask(f"{question} [{'Y/n' if default else 'y/N'}]").casefold()
            if not answer:
                return default
            if answer in ("y", "yes", "n", "no"):
                return answer[0] == "y"
            self.tell("  Write y or n.")

    def number(self, choices: Sequence[str]) -> None:
        """List choices with their numbers."""
        for place, choice in enumerate(choices, 1):
            self.tell(f"  {place:>2}  {one_line(choice)}")

    def _complete(self, text: str, state: int) -> str | None:
        """What readline may put in the place of what is typed (its interface: one after another)."""
        if state == 0:
            with suppress(Exception):  # readline would print it into the line that is being typed
                self._found = completed(text, self._offers())
        return self._found[state] if state < len(self._found) else None


def completed(text: str, offers: Sequence[str]) -> list[str]:
    """Return the offers that begin with a text, else those with a word that does; none with a line break."""
    wanted = text.casefold()
    plain = [each for each in offers if one_line(each) == each]
    found = [each for each in plain if each.casefold().startswith(wanted)]
    if not found:
        found = [each for each in plain if f" {wanted}" in each.casefold()]
    return found[:_MOST_COMPLETED]


def place_of(answer: str, choices: Sequence[str]) -> int | None:
    """Return the place of the choice that an answer means: its text, else its number.

    >>> place_of("2", ["I", "II"]), place_of("ii", ["I", "II"]), place_of("3", ["I", "II"])
    (1, 1, None)
    """
    for place, choice in enumerate(choices):
        if choice.casefold() == answer.casefold():
            return place
    number = int(answer) if answer.isascii() and answer.isdigit() and len(answer) < 6 else 0
    return number - 1 if 0 < number <= len(choices) else None


def _readline() -> ModuleType | None:
    try:
        import readline  # only questions need it, and some systems lack it
    except ImportError:
        return None
    return readline
