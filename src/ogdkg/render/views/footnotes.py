"""The sources of a profile, as footnotes, and how a profile looks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ogdkg.evidence.citations import Citation, Citations
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import Iri
from ogdkg.render.views.table import wrap
from ogdkg.text.escape import PLAIN, Ink, one_line, terminal_link

LEFT = "  "  # before each line
_LEAST = 20  # columns that a value has beside the name of its property


class Look(NamedTuple):
    """How a profile looks.

    Attributes:
        width: The columns of the terminal; None for no limit.
        links: Whether sources are linked.
        ink: The colours of the terminal.
        whole: Whether every value is shown, and not the first of a long list.
        name: What the user calls the thing, to show how to see the rest.
    """

    width: int | None = None
    links: bool = False
    ink: Ink = PLAIN
    whole: bool = False
    name: str = ""


class Footnotes:
    """Numbers the sources in the order in which they are cited; what is short as it is stays so."""

    def __init__(self, citations: Citations, look: Look) -> None:
        self._citations = citations
        self._look = look
        self._numbers: dict[str, int] = {}
        self._iris: dict[str, Iri | None] = {}

    def mark(self, cited: Sequence[Citation]) -> str:
        """Return the citations of a value in brackets."""
        return f"[{', '.join(dict.fromkeys(map(self._one, cited)))}]"

    def words(self, cited: Sequence[Citation]) -> str:
        """Return the citations of a value in full."""
        return self._citations.words(cited)

    def _one(self, citation: Citation) -> str:
        text = one_line(self._citations.lines(citation))
        lines, of, source = text.partition(" of ") if citation.passage else ("", "", text)
        if " " not in (source if of else text):
            return text
        number = self._numbers.setdefault(source, len(self._numbers) + 1)
        passage = citation.passage
        self._iris[source] = Iri(passage.source) if passage and passage.source else citation.graph
        return f"{number}, {lines}" if of else str(number)

    def text(self, *, roomy: bool) -> Iterator[str]:
        """Yield the list of sources, each on a line if there is room for that."""
        if not self._numbers:
            return
        strong = self._look.ink.strong
        if roomy:
            yield strong("Sources") + "\n"
            for source, number in self._numbers.items():
                head = LEFT + f"[{number}]".ljust(len(str(len(self._numbers))) + 2) + " "
                for part in wrapped(source, len(head), self._look.width):
                    yield f"{head}{self._linked(part, source)}\n"
                    head = " " * len(head)
            return
        listed = (f"[{number}]\u00a0{source}" for source, number in self._numbers.items())
        for number, part in enumerate(wrapped(f"Sources {' · '.join(listed)}", 0, self._look.width)):
            text = part.replace("\u00a0", " ")
            yield (text if number else strong("Sources") + text.removeprefix("Sources")) + "\n"

    def _linked(self, text: str, source: str) -> str:
        iri = self._iris[source]
        return terminal_link(text, iri.value) if self._look.links and iri else text


def wrapped(text: str, used: int, width: int | None) -> Iterator[str]:
    """Yield a text in lines of a width, of which some columns are used; None for no limit."""
    return wrap(text, max(width - used, _LEAST)) if width else iter((text,))
