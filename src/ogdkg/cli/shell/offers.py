"""What could stand at the end of what is typed in the shell, asked of the process that holds the graph."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import islice

import click
from click.shell_completion import ShellComplete

from ogdkg.cli.completion import VARIABLE, Word, split_line
from ogdkg.cli.main import COMMANDS, cli
from ogdkg.cli.shell.kept import Kept
from ogdkg.cli.shell.settings import READING, SETTINGS
from ogdkg.cli.shell.statements import Statements
from ogdkg.graph.graph import Graph
from ogdkg.lean import NamedTuple
from ogdkg.rdf.terms import Iri, Namespaces
from ogdkg.sandbox.clock import limit_engine
from ogdkg.search.labels import names_of_all
from ogdkg.store.base import remembered, select
from ogdkg.text.escape import one_line

_MOST = 100  # offers at once
_SECONDS = 5.0  # after which nothing is offered
_OF_THINGS = ("show", "why", "cite", "coverage")  # whose first word is a thing
_BARE = re.compile(r"[\w.:/@+=,-]+")
_TYPED = re.compile(r"(?:[?$]\w*|[A-Za-z_][\w.-]*:[\w.%-]*|[A-Za-z]\w*)$")  # at the end of a query
_KEYWORDS = """SELECT DISTINCT WHERE FILTER OPTIONAL UNION GRAPH MINUS VALUES BIND ORDER GROUP HAVING LIMIT
    OFFSET ASK CONSTRUCT DESCRIBE PREFIX EXISTS COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT COALESCE CONCAT
    CONTAINS DATATYPE ISIRI LANG LANGMATCHES LCASE REGEX REPLACE STR STRLEN STRSTARTS UCASE YEAR BOUND"""

_USED = ("SELECT DISTINCT ?term { ?s ?term ?o }", "SELECT DISTINCT ?term { ?s a ?term }")


class Offer(NamedTuple):
    """What could be put at the end: in place of so many characters, and what it is.

    Attributes:
        text: What is put there, quoted where it must be.
        replaces: How many characters before the cursor it takes the place of.
        shown: What the list shows.
        told: What it means.
    """

    text: str
    replaces: int
    shown: str
    told: str = ""


def offers(kept: Kept, text: str) -> list[list[str]]:
    """Return what could stand at the end of a text, as plain values of `Offer`."""
    limit_engine(_SECONDS)
    kept.look()
    statements = Statements()
    for line in text.split("\n")[:-1]:
        statements.add(line)
    last = text.split("\n")[-1]
    is_query = statements.is_open or bool(Statements().add(last) == [] and last.strip())
    found = _in_query(kept, text) if is_query else _in_command(kept, last)
    return [list(map(str, offer)) for offer in islice(found, _MOST) if one_line(offer.text) == offer.text]


def _in_command(kept: Kept, line: str) -> Iterator[Offer]:
    *before, word = split_line(line)
    words = [each.text for each in before]
    if words[:1] == ["ogdkg"]:
        words = words[1:]
    if not words:
        yield from _first_words(kept, word, line)
        return
    if words[0] in ("help", ".help"):
        yield from _first_words(kept, word, line)
        return
    if words[0] in SETTINGS:
        yield from (
            _offer(value, word, line) for value in SETTINGS[words[0]].values if value.startswith(word.text)
        )
        return
    if words[0] not in COMMANDS:
        words.insert(0, "query")
    named = list(_values(words, word, line))
    if not named and words[0] in _OF_THINGS and not word.text.startswith("-"):
        named = list(_things(kept, words[1:], word, line))
    yield from named


def _first_words(kept: Kept, word: Word, line: str) -> Iterator[Offer]:
    known = {name: _summary(name) for name in READING}
    known |= {name: setting.told for name, setting in SETTINGS.items()}
    catalogue = kept.catalogue(kept.main_graph().project)
    for query in catalogue.readable():
        known.setdefault(query.name, query.header.summary)
    yield from (_offer(name, word, line, told) for name, told in known.items() if name.startswith(word.text))


@cache
def _summary(command: str) -> str:
    found = cli.get_command(click.Context(cli), command)
    return found.get_short_help_str(200) if found else ""


def _values(words: list[str], word: Word, line: str) -> Iterator[Offer]:
    """Yield the options of a command and their values, as a shell completes them."""
    option, equals, _ = word.text.partition("=")
    items = ShellComplete(cli, {}, "ogdkg", VARIABLE).get_completions(words, word.text)
    for item in items:
        if item.type == "plain":
            value = str(item.value)
            is_value = bool(equals) and option.startswith("--")
            yield _offer(f"{option}={value}" if is_value else value, word, line, item.help or "")


def _things(kept: Kept, before: list[str], word: Word, line: str) -> Iterator[Offer]:
    """Yield the names of things; after one, those of the properties that may be asked for."""
    if any(not each.startswith("-") for each in before):
        return
    graph = kept.main_graph()
    if graph.is_costly:
        return
    names = remembered(graph.store, ("offered", graph.project.languages), lambda: _labels(graph))
    wanted = word.text.casefold()
    found = [pair for pair in names if pair[0].casefold().startswith(wanted)]
    found = found or [pair for pair in names if f" {wanted}" in pair[0].casefold()]
    yield from (_offer(label, word, line, told) for label, told in found)


def _offer(value: str, word: Word, line: str, told: str = "") -> Offer:
    return Offer(f"{_quoted(value)} ", len(line) - word.start, value, one_line(told))


def _quoted(value: str) -> str:
    """A value as the shell reads it."""
    if _BARE.fullmatch(value):
        return value
    return shlex.quote(value) if any(char in value for char in '"\\$`') else f'"{value}"'


def _in_query(kept: Kept, text: str) -> Iterator[Offer]:
    """Yield variables, prefixed names and keywords that go on with the end of a query."""
    match = _TYPED.search(text)
    typed = match.group() if match else ""
    if typed[:1] in ("?", "$"):
        known = dict.fromkeys(re.findall(r"[?$]\w+", text[: -len(typed)]))
        yield from (_in_place_of(typed, name) for name in known if name.startswith(typed))
        return
    graph = kept.main_graph()
    prefixes = graph.project.prefixes
    if ":" in typed:
        terms = [] if graph.is_costly else remembered(graph.store, "offered terms", lambda: _terms(graph))
        yield from (_in_place_of(typed, name, told) for name, told in terms if name.startswith(typed))
        return
    if typed:
        yield from (
            _in_place_of(typed, f"{name}:", space)
            for name, space in prefixes.items()
            if name.startswith(typed)
        )
        yield from (_in_place_of(typed, word) for word in _KEYWORDS.split() if word.startswith(typed.upper()))


def _labels(graph: Graph) -> list[tuple[str, str]]:
    """The label of each thing, in the order of the alphabet, with its CURIE."""
    short = Namespaces(graph.project.prefixes).compact
    names = names_of_all(graph.store, graph.project.prefixes, graph.project.languages)
    pairs = ((label, short(thing.value) or thing.value) for thing, label in names.labels.items())
    return sorted(pairs, key=lambda pair: (pair[0].casefold(), pair[1]))


def _terms(graph: Graph) -> list[tuple[str, str]]:
    """The prefixed names of properties, classes and then things, each with its label."""
    short = Namespaces(graph.project.prefixes).compact
    names = names_of_all(graph.store, graph.project.prefixes, graph.project.languages).labels
    used = (row[0] for text in _USED for row in select(graph.store, text).rows)
    iris = dict.fromkeys(
        term for term in (*sorted(used, key=str), *sorted(names, key=str)) if isinstance(term, Iri)
    )
    return [(name, names.get(iri, "")) for iri in iris if (name := short(iri.value))]


def _in_place_of(typed: str, value: str, told: str = "") -> Offer:
    return Offer(value, len(typed), value, one_line(told))
