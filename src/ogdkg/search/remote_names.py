"""`RemoteNames`: a `LabelIndex` for a graph on a server, which fetches no more names than are needed.

A name that somebody typed is looked for there, by a pattern that finds all names that may be meant. Which of
these is, is decided here, as for any graph.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice

from ogdkg.errors import UnknownNameError
from ogdkg.rdf.labels import ENGLISH, NAMES, PROPERTY_RANKS, Languages
from ogdkg.rdf.terms import RDFS, Iri, Literal, to_ntriples
from ogdkg.search.labels import LabelIndex, iri_of, reads_as_iri, text_of
from ogdkg.search.narrower import naming_pairs
from ogdkg.search.patterns import has_letters, has_piece, has_slug, unlikeness
from ogdkg.store.base import Store, select

MOST_NAMED = 200  # things with one name, or with a word in it
MOST_LIKE = 50  # things with a name that is like one
_TOGETHER = 100  # things whose names are asked for at once
_MOST_KEPT = 20_000  # things whose names are remembered
_LONGEST = 200  # letters of what is compared by more than its beginning


class RemoteNames:
    """The names of the resources of a server.

    Args:
        store: The server.
        prefixes: Prefixes for CURIEs.
        languages: The reader's languages.
        within: A pattern that `?thing` must match too, such as of its class.
    """

    def __init__(
        self,
        store: Store,
        prefixes: Mapping[str, str],
        languages: Languages = ENGLISH,
        within: str = "",
    ) -> None:
        self._store = store
        self._prefixes = prefixes
        self._languages = languages
        self._within = within
        self._known = LabelIndex(prefixes, languages)
        self._asked: set[Iri] = set()
        self._by_text: dict[str, LabelIndex] = {}

    def label(self, thing: Iri) -> str | None:
        """Return the label of a resource; None if it has no name."""
        self.read([thing])
        return self._known.label(thing)

    def language(self, thing: Iri) -> str:
        """Return the language of the label of a resource; empty if it has none."""
        self.read([thing])
        return self._known.language(thing)

    def read(self, things: Iterable[Iri]) -> None:
        """Fetch the names of some resources together, which takes less time than one by one."""
        wanted = dict.fromkeys(things)
        new = iter([thing for thing in wanted if thing not in self._asked])
        if len(self._asked) > _MOST_KEPT:
            self._known, self._asked, new = LabelIndex(self._prefixes, self._languages), set(), iter(wanted)
        while some := list(islice(new, _TOGETHER)):
            self._asked.update(some)
            for named in self._names_of(some):
                self._known.add(*named)

    def find(self, text: str, what: str = "thing") -> Iri:
        """Return the resource with a name.

        Raises:
            UsageError: No resource has the name, or several have it; the hint lists them, or similar names.
        """
        meant = self.meant(text)
        if meant.labels:
            try:
                return meant.find(text, what)
            except UnknownNameError:
                pass
        raise meant.joined(self._like(text)).unknown(text, what)

    def candidates(self, text: str) -> list[Iri]:
        """Return all resources with a name, those first that have it as their label."""
        return self.meant(text).candidates(text)

    def things_with_word(self, word: str) -> list[Iri]:
        """Return the resources with a word in their label, the shortest label first; `MOST_NAMED` at most."""
        if not word.isalnum():
            return []
        asked = f"CONTAINS(STR(?name), {to_ntriples(Literal(word))})"
        index = self.of(self._things(asked, MOST_NAMED, order="STRLEN(STR(?name))"))
        return index.things_with_word(word)

    def suggested(self, text: str, most: int = 3) -> list[Iri]:
        """Return the resources whose names are most like a text."""
        return self._like(text).suggested(text, most)

    def like_word(self, condition: str, unlike: str) -> list[Iri]:
        """Return some resources with names that meet a condition, the least unlike first."""
        return self._things(condition, MOST_LIKE, unlike) if condition else []

    def beginning(self, text: str, most: int) -> list[str]:
        """Return some names that begin with a text, whatever its case."""
        begun = to_ntriples(Literal(text.lower()))
        things = self._things(f"STRSTARTS(LCASE(STR(?name)), {begun})", most, order="LCASE(STR(?name))")
        labels = {*self.of(things).labels.values()}
        return sorted(
            (each for each in labels if each.casefold().startswith(text.casefold())), key=str.casefold
        )

    def meant(self, text: str) -> LabelIndex:
        """Return the names of all resources that may be meant by a text."""
        if text in self._by_text:
            return self._by_text[text]
        given = iri_of(text, self._prefixes)
        if given and reads_as_iri(text):
            things = list(self._named_exactly(text))
        else:
            things = self._things(_may_be_meant(text), MOST_NAMED)
        index = self.of([*([given] if given and self._is_within(given) else []), *things])
        self._by_text = {text: index}  # one name is asked for in several ways, one after another
        return index

    def of(self, things: Iterable[Iri]) -> LabelIndex:
        """Return the names of some resources."""
        index = LabelIndex(self._prefixes, self._languages)
        for named in self.each(things):
            index.add(*named)
        return index

    def each(self, things: Iterable[Iri]) -> Iterator[tuple[Iri, str, int, str]]:
        """Yield the names of some resources, as `labels.iter_names` does of all."""
        left = iter(dict.fromkeys(things))
        while some := list(islice(left, _TOGETHER)):
            yield from self._names_of(some)

    def _like(self, text: str) -> LabelIndex:
        """Return the names of some resources that somebody may have meant who erred."""
        condition = has_piece(text[:_LONGEST])
        return self.of(self._things(condition, MOST_LIKE, unlikeness(text[:_LONGEST])) if condition else [])

    def _named_exactly(self, text: str) -> Iterator[Iri]:
        """Yield the resources with a name as it is typed: an index has it, so no name is looked at."""
        spelt = " ".join(to_ntriples(Literal(text, language=tag)) for tag in ("", *self._languages))
        yield from self._rows(f"VALUES ?name {{ {spelt} }} {self._pattern} ?thing ?property ?name")

    def _things(self, condition: str, most: int, order: str = "") -> list[Iri]:
        """Return the resources with a name, `?name`, that meets a condition."""
        return [*self._rows(f"{self._pattern} ?thing ?property ?name FILTER({condition})", most, order)]

    def _rows(self, pattern: str, most: int = MOST_NAMED, order: str = "") -> Iterator[Iri]:
        where = f"{{ {pattern} FILTER(isIRI(?thing)) }}"
        text = f"SELECT DISTINCT ?thing {where} LIMIT {most}"
        if order:
            text = f"SELECT ?thing (MIN({order}) AS ?first) {where} GROUP BY ?thing "
            text += f"ORDER BY ?first ?thing LIMIT {most}"
        for row in select(self._store, text, name="names").rows:
            if isinstance(row[0], Iri):
                yield row[0]

    def _is_within(self, thing: Iri) -> bool:
        if not self._within:
            return True
        asked = f"SELECT ?thing {{ VALUES ?thing {{ {to_ntriples(thing)} }} {self._within} }} LIMIT 1"
        return any(True for _ in select(self._store, asked, name="names").rows)

    @cached_property
    def _pattern(self) -> str:
        """What binds `?property` to those that name things, and what `?thing` must match."""
        listed = " ".join(f"<{name}>" for name in self.kinds)
        return f"{self._within} VALUES ?property {{ {listed} }}"

    @cached_property
    def kinds(self) -> dict[str, list[str]]:
        """The properties that name things, the narrower ones too, with those that they stand for."""
        kinds: dict[str, list[str]] = {name: [name] for name in NAMES}
        for narrower, kind in naming_pairs(self._store):
            kinds.setdefault(narrower, []).append(kind)
        return kinds

    def _names_of(self, things: Iterable[Iri]) -> Iterator[tuple[Iri, str, int, str]]:
        """Yield each of some resources with each of its names, the rank of the property, and the language."""
        among = " ".join(map(to_ntriples, things))
        listed = " ".join(f"<{name}>" for name in self.kinds)
        asked = (
            f"SELECT DISTINCT ?thing ?property ?name {{ VALUES ?thing {{ {among} }} "
            f"VALUES ?property {{ {listed} }} ?thing ?property ?name }}"
        )
        for thing, named_by, name in select(self._store, asked, name="names").rows:
            if isinstance(thing, Iri) and isinstance(named_by, Iri) and name:
                language = name.language if isinstance(name, Literal) else ""
                for kind in self.kinds.get(named_by.value, ()):
                    yield thing, text_of(name), PROPERTY_RANKS[kind], language


def instances_of(store: Store, of: Iri) -> str:
    """Return a pattern for `?thing`: that it is of a class, or of one below it.

    The classes are asked for before: beside a path, Virtuoso may find no names.
    """
    text = f"SELECT DISTINCT ?type {{ ?type <{RDFS}subClassOf>* {to_ntriples(of)} }}"
    found = {row[0] for row in select(store, text, name="classes").rows if isinstance(row[0], Iri)}
    listed = ", ".join(map(to_ntriples, sorted({of, *found}, key=lambda iri: iri.value)))
    return f"?thing a ?type FILTER(?type IN ({listed}))"


def _may_be_meant(text: str) -> str:
    """Return a condition for the names, and the IRIs, that a text may stand for."""
    conditions = [has_letters(text)]
    first, _, last = text.partition(", ")
    if last:  # as lists put it: "Korea, Republic of"
        conditions.append(has_letters(f"{last} {first}"))
    if text and not re.search(r"[\s/#:]", text):
        conditions.append(has_slug(text))
    return " || ".join(conditions)
