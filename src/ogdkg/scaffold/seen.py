"""What can be seen in data: classes, and what the things of each have. Two passes over the files.

Things are told apart by hashes of 64 bits, so that memory stays small: some hundred bytes for each thing and
property, whatever its texts are. Two hashes that are alike would make a count wrong by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ogdkg.rdf.datatypes import is_well_typed
from ogdkg.rdf.labels import LABELS
from ogdkg.rdf.terms import LANG_STRING, RDF, RDFS

TYPE = RDF + "type"
_SUBCLASS = RDFS + "subClassOf"
MOST_CLASSES = 1000  # that are described; and properties of one
MOST_UNDEFINED = 10_000  # beginnings of IRIs of which nothing is said
MOST_DISTINCT = 64  # values of one property that one thing has, as they are told apart
_EXAMPLES = 20  # things of a class whose statements are kept until it is known which serves best
_MOST_STATEMENTS = 200  # of such a thing
# The quads of all files, of pyoxigraph, each with the number of its file: blank nodes are those of a file.
Read = Callable[[], Iterable[tuple[int, Any]]]


@dataclass(slots=True)
class Use:
    """How a property is used by the things of a class, or by any things.

    Attributes:
        values: How many statements there are.
        things: How many things have it.
        most: The most values that one thing has.
        kinds: How many values are IRIs, blank nodes and literals.
        datatypes: How many values are of each datatype.
        ill_typed: Whether a value is none of its datatype.
        languages: How many values are in each language.
        targets: How many values are of each set of classes; the empty one is of those without a class.
    """

    values: int = 0
    things: int = 0
    most: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    datatypes: Counter[str] = field(default_factory=Counter)
    ill_typed: bool = False
    languages: Counter[str] = field(default_factory=Counter)
    targets: Counter[frozenset[str]] = field(default_factory=Counter)

    def add(self, other: Use) -> None:
        """Add what other things have."""
        self.values += other.values
        self.things += other.things
        self.most = max(self.most, other.most)
        self.ill_typed = self.ill_typed or other.ill_typed
        for name in ("kinds", "datatypes", "languages", "targets"):
            getattr(self, name).update(getattr(other, name))


@dataclass(slots=True)
class Example:
    """A thing with its statements: each a property, and a value as N-Triples has it unless it is blank."""

    iri: str
    statements: list[tuple[str, str | None]] = field(default_factory=list)


@dataclass(slots=True)
class Seen:
    """What was seen.

    Attributes:
        triples: How many statements there are.
        classes: How many things each class has, the most first; those of its subclasses among them.
        direct: How many things state each class themselves.
        named: The first things of each class that have IRIs.
        blank: How many things of each class are blank nodes.
        untyped: How many subjects have no class with a name.
        uses: How each class uses each property; under None how things without a class do.
        properties: How each property is used by anybody.
        labelled: The classes and properties that the data describe.
        namespaces: How often each beginning of an IRI is met.
        undefined: The beginnings of values that are the subject of nothing, up to MOST_UNDEFINED.
        examples: A few things of each class, with what they state.
    """

    triples: int = 0
    classes: Counter[str] = field(default_factory=Counter)
    direct: Counter[str] = field(default_factory=Counter)
    named: dict[str, list[str]] = field(default_factory=dict)
    blank: Counter[str] = field(default_factory=Counter)
    untyped: int = 0
    uses: dict[str | None, dict[str, Use]] = field(default_factory=dict)
    properties: dict[str, Use] = field(default_factory=dict)
    labelled: set[str] = field(default_factory=set)
    namespaces: Counter[str] = field(default_factory=Counter)
    undefined: set[str] = field(default_factory=set)
    examples: dict[str | None, list[Example]] = field(default_factory=dict)


def look_at(read: Read) -> Seen:
    """Look at data.

    Args:
        read: Reads all quads, from the beginning each time.

    Raises:
        InputError: A file does not parse.
    """
    first = _Classes()
    for quad, subject, _ in _keyed(read()):
        first.add(quad, subject)
    second = _Uses(first)
    for quad, subject, obj in _keyed(read()):
        second.add(quad, subject, obj)
    return second.seen()


def _is_named(term: Any) -> bool:
    return type(term).__name__ == "NamedNode"


def _keyed(quads: Iterable[tuple[int, Any]]) -> Iterator[tuple[Any, int, int]]:
    """Yield quads with what tells their subjects and objects from all others, the same at each reading.

    Blank nodes go by the order in which they are met: those in brackets get another label at each reading.
    """
    numbers: dict[tuple[int, str], int] = {}

    def key(file: int, term: Any) -> int:
        if type(term).__name__ != "BlankNode":
            return hash(term)
        return hash((numbers.setdefault((file, term.value), len(numbers)), ""))

    for file, quad in quads:
        yield quad, key(file, quad.subject), key(file, quad.object)


class _Classes:
    """The first pass: which classes each thing is of."""

    def __init__(self) -> None:
        self.sets: list[frozenset[str]] = [frozenset()]
        self._numbers: dict[frozenset[str], int] = {frozenset(): 0}
        self.of: dict[int, int] = {}  # the number of the set of classes of each thing, by its hash
        self.terms: set[str] = set()  # classes and properties
        self.subjects: set[int] = set()  # their hashes
        self._above: dict[str, set[str]] = {}

    def add(self, quad: Any, thing: int) -> None:
        predicate = quad.predicate.value
        self.terms.add(predicate)
        self.subjects.add(thing)
        if predicate == TYPE and _is_named(quad.object):
            self.terms.add(quad.object.value)
            classes = self.sets[self.of.get(thing, 0)] | {quad.object.value}
            self.of[thing] = self._number(classes)
        elif predicate == _SUBCLASS and _is_named(quad.object) and _is_named(quad.subject):
            self.terms |= {quad.subject.value, quad.object.value}
            self._above.setdefault(quad.subject.value, set()).add(quad.object.value)

    def _number(self, classes: frozenset[str]) -> int:
        if classes not in self._numbers:
            self._numbers[classes] = len(self.sets)
            self.sets.append(classes)
        return self._numbers[classes]

    def with_those_above(self, classes: frozenset[str]) -> frozenset[str]:
        """The classes with those that they are subclasses of: whose instances their things are too."""
        found, waiting = set(classes), list(classes)
        while waiting:
            for above in self._above.get(waiting.pop(), ()):
                if above not in found:
                    found.add(above)
                    waiting.append(above)
        return frozenset(found)


class _Uses:
    """The second pass: what the things of each set of classes have."""

    def __init__(self, classes: _Classes) -> None:
        self._classes = classes
        self._all = [classes.with_those_above(each) for each in classes.sets]
        self._by_set: dict[tuple[int, str], Use] = {}
        self._values: dict[int, int | set[int]] = {}  # of each thing and property: its only value, or all
        self._things: set[int] = set()
        self._found = Seen()
        self._example: dict[int, Example] = {}  # by the hash of the thing

    def add(self, quad: Any, thing: int, value: int) -> None:
        subject, predicate, obj = quad.subject, quad.predicate.value, quad.object
        number = self._classes.of.get(thing, 0)
        if thing not in self._things:
            self._things.add(thing)
            self._meet(subject, thing, number)
        self._found.triples += 1
        if (example := self._example.get(thing)) and len(example.statements) < _MOST_STATEMENTS:
            text = None if type(obj).__name__ not in ("NamedNode", "Literal") else str(obj)
            example.statements.append((predicate, text))
        use = self._by_set.get((number, predicate))
        if use is None:
            use = self._by_set[number, predicate] = Use()
        self._count(use, thing, predicate, obj, value)

    def _meet(self, subject: Any, thing: int, number: int) -> None:
        """Note a subject that is met for the first time."""
        found = self._found
        if not number:
            found.untyped += 1
        for each in self._all[number]:
            found.classes[each] += 1
        is_named = _is_named(subject)
        for each in self._classes.sets[number]:
            found.direct[each] += 1
            if not is_named:
                found.blank[each] += 1
            elif len(named := found.named.setdefault(each, [])) <= _EXAMPLES:
                named.append(subject.value)
        if not is_named:
            return
        if subject.value in self._classes.terms:
            found.labelled.add(subject.value)
        self._note_namespace(subject.value)
        keys: Iterable[str | None] = self._classes.sets[number] or (None,)
        for key in keys:
            if len(examples := found.examples.setdefault(key, [])) < _EXAMPLES:
                example = self._example.setdefault(thing, Example(subject.value))
                examples.append(example)

    def _note_namespace(self, iri: str) -> None:
        if len(self._found.namespaces) < MOST_CLASSES:
            self._found.namespaces[namespace_of(iri)] += 1

    def _count(self, use: Use, thing: int, predicate: str, obj: Any, value: int) -> None:
        """Count a value; one that a thing is said to have twice, in two graphs, is one."""
        key = hash((thing, predicate))
        before = self._values.get(key)
        if before is None:
            self._values[key] = value
            use.things += 1
            use.most = max(use.most, 1)
        elif isinstance(before, set):
            if value in before:
                return
            if len(before) < MOST_DISTINCT:
                before.add(value)
                use.most = max(use.most, len(before))
        elif before == value:
            return
        else:
            self._values[key] = {before, value}
            use.most = max(use.most, 2)
        use.values += 1
        kind = type(obj).__name__
        use.kinds[kind] += 1
        if kind == "Literal":
            self._count_literal(use, obj)
        elif predicate != TYPE:
            use.targets[self._all[self._classes.of.get(value, 0)]] += 1
            if kind == "NamedNode" and value not in self._classes.subjects and obj.value[-1:] not in "#/":
                self._note_undefined(obj.value)

    def _note_undefined(self, iri: str) -> None:
        if len(self._found.undefined) < MOST_UNDEFINED:
            self._found.undefined.add(namespace_of(iri))

    @staticmethod
    def _count_literal(use: Use, obj: Any) -> None:
        if obj.language:
            use.languages[obj.language] += 1
            use.datatypes[LANG_STRING] += 1
            return
        datatype = obj.datatype.value
        use.datatypes[datatype] += 1
        if not use.ill_typed and not is_well_typed(obj.value, datatype):
            use.ill_typed = True

    def seen(self) -> Seen:
        """Return what was seen, by class."""
        found = self._found
        for (number, predicate), use in self._by_set.items():
            keys: Iterator[str | None] = iter(self._all[number] or (None,))
            for key in keys:
                found.uses.setdefault(key, {}).setdefault(predicate, Use()).add(use)
            found.properties.setdefault(predicate, Use()).add(use)
        return found


def namespace_of(iri: str) -> str:
    """The part of an IRI up to its last `#`, `/` or `:`."""
    end = max(iri.rfind(sign) for sign in "#/:")
    return iri[: end + 1]


def own_namespace(seen: Seen) -> str:
    """The beginning of the IRIs of most things of which the data define all that begins so.

    Of several, it is that of the most things; and of those that the same things share, the longest, as others
    may have names at the same host.

    Returns:
        It ends in `/` or `#`; empty where there is none, as in what was taken from a larger graph of others.
    """
    if len(seen.undefined) >= MOST_UNDEFINED:
        return ""
    counts = Counter[str]()
    for iri, times in seen.namespaces.items():
        start = iri.find("://") + 3
        ends = (end for end in range(start, len(iri)) if iri[end] in "/#")
        counts.update({iri[: end + 1]: times for end in ends if start > 2})
    most = (each for each, times in counts.items() if 2 * times > seen.namespaces.total())
    own = (each for each in most if not any(map(_starting(each), seen.undefined)))
    return max(own, key=lambda each: (counts[each], len(each)), default="")


def _starting(text: str) -> Callable[[str], bool]:
    return lambda iri: iri.startswith(text)


def label_property(uses: dict[str, Use]) -> str | None:
    """The property that most of the things are labelled by, if any is."""
    found = [(uses[each].things, -rank, each) for rank, each in enumerate(LABELS) if each in uses]
    return max(found)[2] if found else None
