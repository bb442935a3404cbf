"""The representations of a description: which one a request asks for, its links, and its text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from ogdkg.exchange.cbd import reified
from ogdkg.rdf.formats import CSV, JSON
from ogdkg.rdf.statements import Statement, join, quad_of
from ogdkg.render.rdf.writers import write_statements
from ogdkg.render.views.results import write_rows
from ogdkg.store.base import Rows
from ogdkg.web.http.negotiation import Choice, chosen, required
from ogdkg.web.http.problems import MEDIA_TYPE, HttpError
from ogdkg.web.http.request import only
from ogdkg.web.pages.addresses import BY_SUFFIX, DOCUMENTS, HTML, Addresses, encoded
from ogdkg.web.pages.described import Page, row_of
from ogdkg.web.processes.answerer import Ask

# How what is wrong is told: to a program, or to a person.
FAULTS = [Choice(MEDIA_TYPE, JSON), Choice(HTML.media_type, HTML)]
_COLUMNS = ("subject", "predicate", "object", "datatype", "language", "graph")


def shows_faults(ask: Ask) -> bool:
    """Whether what is wrong with a request is told as a page."""
    return chosen(ask.get("accept"), FAULTS) is FAULTS[1]


def wanted(ask: Ask) -> Choice:
    """Return the format that a request asks for, by `format` or by what it accepts.

    Raises:
        HttpError: There is no such format, or none that the client accepts.
    """
    name = only(ask["given"], "format")
    if name is not None:
        by_name = {choice.format.name: choice for choice in BY_SUFFIX.values()} | dict(BY_SUFFIX)
        if name not in by_name:
            raise HttpError(400, f"format is one of: {', '.join(BY_SUFFIX)}.")
        return by_name[name]
    return required(chosen(ask.get("accept"), DOCUMENTS), DOCUMENTS)


def write_description(
    page: Page, choice: Choice, evidence: str, prefixes: Mapping[str, str]
) -> Iterable[str | bytes]:
    """Return the text of a description in a format for programs.

    Args:
        page: The page of the description.
        choice: The format.
        evidence: `graphs`, or `reified` for formats without graphs.
        prefixes: The prefixes to write.
    """
    statements: Iterable[Statement] = page.description
    if choice.format is CSV:
        quads = map(quad_of, sorted(map(join, statements)))
        return write_rows(Rows(_COLUMNS, map(row_of, quads)), CSV)
    if evidence == "reified" and not choice.format.graphs:
        statements = reified(statements, page.resources.passages)
    return write_statements(statements, choice.format, prefixes)


def document_links(page: Page, choice: Choice, at: Addresses) -> Iterator[str]:
    """Yield the links of a description: what it describes, its other formats and pages, and the dataset."""
    iri, suffix = page.iri.value, choice.format.extensions[0]
    yield f'<{encoded(iri)}>; rel="describes"'
    if at.is_own(iri):
        yield f'<{encoded(iri)}>; rel="canonical"'
    for other, each in BY_SUFFIX.items():
        if other != suffix:
            yield f'<{at.document(iri, other, page.number)}>; rel="alternate"; type="{each.media_type}"'
    numbers = {"first": 1, "prev": page.number - 1, "next": page.number + 1, "last": page.last}
    for relation, number in numbers.items():
        if page.last > 1 and 1 <= number <= page.last:
            yield f'<{at.document(iri, suffix, number)}>; rel="{relation}"'
    yield f'<{at.base}/.well-known/void>; rel="describedby"'


def page_of(given: Mapping[str, list[str]]) -> int:
    """The number of the page that a request asks for.

    Raises:
        HttpError: 400, it is no number from 1.
    """
    return 1 if (text := only(given, "page")) is None else page_number(text)


def page_number(text: str) -> int:
    """The number of a page as it is written; HttpError 400 for what is none."""
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise HttpError(400, "page takes a number from 1.")
    return int(text)
