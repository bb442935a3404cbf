"""What states something new: a passage that is described already, or one made of words of the document."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import NamedTuple

from ogdkg.errors import OgdkgError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.documents import SourceText, find_source
from ogdkg.evidence.passage_draft import PassageDraft, PassageRequest, draft_passage
from ogdkg.evidence.passages import Passage, lines_in_short
from ogdkg.rdf.terms import Iri

_LINE = re.compile(r"[Ll]?(?:ines? *)?([0-9]{1,7})")
_MOST_CHOICES = 50


class Stated(NamedTuple):
    """What was chosen as a statement's passage.

    Attributes:
        passage: The passage; None for none, or where it is not clear which.
        fault: Why it is not clear.
        choices: Passages that may be meant.
    """

    passage: Passage | PassageDraft | None = None
    fault: str = ""
    choices: tuple[Passage, ...] = ()

    @property
    def described(self) -> Passage | None:
        """The passage itself, whether it is a new one or not."""
        return self.passage.passage if isinstance(self.passage, PassageDraft) else self.passage


class Stating:
    """Finds the passages that something new may be stated by.

    Args:
        citations: The citations of the graph.
    """

    def __init__(self, citations: Citations) -> None:
        self._citations = citations

    @cached_property
    def document(self) -> SourceText | None:
        """The document, if it is at hand and described."""
        found = find_source(self._citations.graph, None)
        return found if found and found.iri else None

    @cached_property
    def passages(self) -> list[Passage]:
        """The passages, by line, each with the reading that names its graph."""
        read = self._citations.passages
        readings: Mapping[str, Passage] = {each.iri: each for each in reversed(read.readings)}
        found = [readings.get(each.iri, each) for each in read.all]
        return sorted(found, key=lambda each: (each.source or "", each.lines or (0, 0), each.iri))

    @property
    def is_offered(self) -> bool:
        """Whether a passage may state something: there are some, or a place and a document for the first."""
        layers = self._citations.graph.project.layers
        has_place = any(layer.passage_metadata_graph for layer in layers)
        return bool(self.passages) or (has_place and self.document is not None)

    def short(self, passage: Passage) -> str:
        """Return a passage as files name it."""
        return self._citations.short(Iri(passage.iri))

    def by_words(self, words: str, fragment: str | None = None) -> Stated:
        """Return a new passage of words of the document; without a document, why there is none."""
        if not self.document:
            return Stated(fault=self._why_no_document())
        try:
            request = PassageRequest(words, fragment=fragment)
            return Stated(draft_passage(self._citations, self.document, request))
        except OgdkgError as error:
            return Stated(fault=f"{error.message} {error.hint or ''}".strip())

    def _why_no_document(self) -> str:
        """Why no words can be found: nobody has the document, or the graph knows another one."""
        found = find_source(self._citations.graph, None)
        if not found:
            return (
                "There is no document to look in: name its file as `source` under [project] in ogdkg.toml, "
                "or choose a passage that is described already."
            )
        return (
            "The graph knows no source with the bytes of the document that ogdkg.toml names: give its source "
            f"this hash in the data, {found.digest}, or name the file that the passages were taken from."
        )

    def by_name(self, wanted: str) -> Stated:
        """Return the passage with a name or an IRI, or that on a line."""
        found = [each for each in self.passages if wanted in (self.short(each), passage_name(each), each.iri)]
        line = _LINE.fullmatch(wanted)
        if line and not found:
            number = int(line[1])
            found = [
                each for each in self.passages if each.lines and each.lines[0] <= number <= each.lines[1]
            ]
        if len(found) == 1:
            return Stated(found[0])
        fault = (
            "Several stand there: choose one."
            if found
            else "Nothing is described there: choose one of the list."
        )
        return Stated(None, fault, tuple(found[:_MOST_CHOICES]))


def passage_name(passage: Passage) -> str:
    """Return what to call a passage: its lines and a few of its words."""
    lines = lines_in_short(passage.lines) if passage.lines else ""
    return f"{lines} {passage.exact or ''}".strip()
