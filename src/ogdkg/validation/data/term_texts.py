"""Terms under numbers, kept as the files write them: most are never made, as nobody asks for them.

A term has one number, whichever ways there are to write it: as a name, with escapes, without quotes.
"""

from __future__ import annotations

import secrets
from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import chain, count, islice, permutations
from typing import NamedTuple, overload

from pyoxigraph import BlankNode, Literal, NamedNode

from ogdkg.rdf.terms import DIR_LANG_STRING, LANG_STRING, XSD, XSD_STRING
from ogdkg.syntax.rows import OPENING
from ogdkg.validation.core.results import Term
from ogdkg.validation.data.labels import NumberedLabels, is_random
from ogdkg.validation.data.turtle_terms import OddError, are_names, is_iri, language_of, unescaped

_BARE = tuple(XSD + name for name in ("integer", "decimal", "double", "boolean"))


class Kind(NamedTuple):
    """How terms are written that differ in their middle only.

    Attributes:
        before: How many characters stand before the middle.
        behind: What stands behind it.
        datatype: Of literals; nothing of other terms.
        language: Of literals that have one.
    """

    before: int
    behind: str
    datatype: str = ""
    language: str = ""

    @property
    def quote(self) -> str:
        """What stands before a form."""
        return '"' if self.before else ""

    def form(self, text: str) -> str:
        """The middle of a text."""
        return text[self.before : len(text) - len(self.behind)]


MANY = 50  # prefixes
# Names, IRIs, blank nodes, literals without quotes; other literals follow as they turn up.
NAME, IRI, BLANK, BARE = range(4)
_FIRST = (Kind(0, ""), Kind(1, ">"), Kind(2, ""), *(Kind(0, "", datatype) for datatype in _BARE))
_INTEGER, _DECIMAL, _DOUBLE, _BOOLEAN = range(BARE, len(_FIRST))


class Texts(Sequence[Term]):
    """The terms by their numbers.

    Attributes:
        texts: How each is written, without escapes; nothing for a node in brackets.
        numbers: By that; numbers what is new, which `settle` then looks at.
        kinds: The kind of each.
        all_kinds: The kinds by their numbers.
        namespaces: By their prefixes.
        nameless_kind: That of blank nodes.
        has_all_tags: Whether language tags are as the files write them.
    """

    nameless_kind = BLANK

    def __init__(self) -> None:
        self.texts = list(OPENING)  # so that their numbers are the least
        self.kinds = array("I", [BLANK] * len(OPENING))
        self.all_kinds = list(_FIRST)
        self.namespaces: dict[str, str] = {}
        self.numbers = defaultdict[str, int](None, zip(OPENING, count()))
        self._behind: dict[str, int] = {}
        self._written = defaultdict[tuple[str, str], list[int]](list)  # the kinds of a datatype or language
        for number, kind in enumerate(_FIRST[BARE:], BARE):
            self._written[kind.datatype, ""].append(number)
        self._by_iri: dict[str, int] | None = None  # once there are two ways to write one
        self._seen = set[int]()
        self._by_form: dict[tuple[str, str], dict[str, int]] = {}  # likewise, of a datatype or language
        self._named: dict[int, NamedNode] = {}
        self.has_all_tags = True
        self._random = f"a{secrets.token_hex(8)}"
        self._known = len(self.numbers)  # before what is new

    def start(self) -> Callable[[], int]:
        """Number what is new; return what numbers a node in brackets."""
        self._known = len(self.numbers)
        following = count(len(self.texts)).__next__
        self.numbers.default_factory = following
        return following

    def discard(self) -> None:
        """Forget what is new."""
        known = len(self.texts)
        self.numbers = defaultdict(None, ((text, at) for text, at in self.numbers.items() if at < known))

    def settle(self, nameless: Sequence[int], scope: str) -> tuple[dict[int, int], NumberedLabels]:
        """Look at what is new.

        Args:
            nameless: The numbers of new nodes in brackets, in order.
            scope: What the labels of other blank nodes are to begin with, as of no other source.

        Returns:
            Numbers to be replaced, with others, and the labels of its blank nodes.

        Raises:
            OddError: Only a parser can tell a term.
        """
        self.numbers.default_factory = None
        began = len(self.texts)
        new = islice(self.numbers.items(), self._known, None)
        size = len(self.numbers) - self._known + len(nameless)
        kinds = array("I", [BLANK]) * size
        texts = [""] * size
        escaped, labelled = self._look_at(new, began, texts, kinds)
        self.texts += texts
        self.kinds += kinds
        labels = self._label(labelled, nameless, scope)
        replaced = self._unescape(escaped)
        self._find_twins(range(began, began + size), replaced)
        return replaced, labels

    def _look_at(
        self, new: Iterable[tuple[str, int]], began: int, texts: list[str], kinds: array[int]
    ) -> tuple[list[int], list[int]]:
        """Find out of which kind terms are; which have escapes, and which are labels. Written for speed."""
        escaped, labelled, known = list[int](), list[int](), self._behind
        for text, number in new:
            first = text[0]
            if first == '"':
                behind = text[text.rindex('"') :]
                kind = known[behind] if behind in known else self._kind(behind)
                if text[1] == '"' or "\\" in text:
                    escaped.append(number)
            elif first == "_":
                labelled.append(number)
                kind = BLANK
            elif first == "<":
                if not is_iri(text):
                    raise OddError
                kind = IRI
            elif first in "+-.0123456789":
                kind = _DOUBLE if "e" in text or "E" in text else _DECIMAL if "." in text else _INTEGER
            elif text in ("true", "false"):
                kind = _BOOLEAN
            else:
                if text[: text.index(":")] not in self.namespaces:
                    raise OddError
                kind = NAME
            texts[number - began] = text
            kinds[number - began] = kind
        return escaped, labelled

    def _kind(self, behind: str) -> int:
        """The kind of literals with this behind their form."""
        datatype, language = XSD_STRING, ""
        if behind[1:2] == "@":
            datatype, language = LANG_STRING, language_of(behind[2:])
        elif len(behind) > 1:
            datatype = self.iri(behind[3:])
            if datatype in (LANG_STRING, DIR_LANG_STRING):
                raise OddError
        number = self._behind[behind] = len(self.all_kinds)
        self.all_kinds.append(Kind(1, behind, datatype, language))
        self._written[datatype, language].append(number)
        return number

    def iri(self, written: str) -> str:
        """An IRI that is written in full, or as a name; OddError if it is none."""
        if written[0] == "<":
            if not is_iri(written):
                raise OddError
            return written[1:-1]
        prefix, _, local = written.partition(":")
        if prefix not in self.namespaces:
            raise OddError
        return self.namespaces[prefix] + local

    def _label(self, labelled: Sequence[int], nameless: Sequence[int], scope: str) -> NumberedLabels:
        """Give blank nodes labels that no other source gives."""
        nodes, own, texts = sorted([*labelled, *nameless]), dict[int, str](), self.texts
        for number in labelled:
            text = texts[number]
            if not is_random(label := text[2:]):
                own[number] = label
                del self.numbers[text]
                texts[number] = f"_:{scope}{bisect_left(nodes, number)}"
                self.numbers[_own(texts[number])] = number
        return NumberedLabels(nodes, own, self)

    def label(self, number: int) -> str:
        """The label of a blank node."""
        return self.texts[number][2:] or f"{self._random}{number:015x}"

    def _unescape(self, escaped: Iterable[int]) -> dict[int, int]:
        """Write literals without escapes; return those that are there already, and as what."""
        replaced = {}
        for number in escaped:
            text = self.texts[number]
            del self.numbers[text]
            self.texts[number] = plain = unescaped(text)
            if (first := self.numbers.setdefault(plain, number)) != number:
                replaced[number] = first
        return replaced

    def _find_twins(self, new: range, replaced: dict[int, int]) -> None:
        """Have what is written in two ways under one number, the least."""
        for one, other in chain(self._twin_iris(new), self._twin_literals(new)):
            one, other = _last(replaced, one), _last(replaced, other)
            if one != other:
                replaced[max(one, other)] = min(one, other)
        for number in replaced:
            replaced[number] = self.numbers[self.texts[number]] = _last(replaced, number)

    def _twin_iris(self, new: range) -> Iterator[tuple[int, int]]:
        if self._by_iri is None:
            if not self._has_twins():
                return
            self._by_iri, new = {}, range(new.stop)
        for number in new:
            if self.kinds[number] in (NAME, IRI):
                iri = self.iri(self.texts[number])
                yield number, self._by_iri.setdefault(iri, number)

    def _twin_literals(self, new: range) -> Iterator[tuple[int, int]]:
        self._seen.update(self.kinds[new.start :])
        in_use = {of: self._seen.intersection(kinds) for of, kinds in self._written.items()}
        several = {of: kinds for of, kinds in in_use.items() if len(kinds) > 1}
        start = {of: new.start if of in self._by_form else 0 for of in several}  # all, if nobody has looked
        numbers: dict[int, list[int]] = {kind: [] for kinds in several.values() for kind in kinds}
        first = min(start.values(), default=len(self.kinds))
        for number, kind in enumerate(self.kinds[first:], first):
            if kind in numbers:
                numbers[kind].append(number)
        for of, kinds in several.items():
            for kind in kinds:
                since = bisect_left(numbers[kind], start[of])
                yield from self._twins(of, kind, numbers[kind][since:])

    def _twins(self, of: tuple[str, str], kind: int, numbers: list[int]) -> Iterator[tuple[int, int]]:
        """Those of new literals of a kind, of which no two are alike, that are there in another kind."""
        known, forms = self._by_form.setdefault(of, {}), self.middles(kind, numbers)
        if known.keys().isdisjoint(forms):
            known.update(zip(forms, numbers, strict=True))
            return
        for number, form in zip(numbers, forms, strict=True):
            if (twin := known.setdefault(form, number)) != number:
                yield number, twin

    def _has_twins(self) -> bool:
        """Whether there may be two ways to write an IRI, or too many to try each."""
        if len(self.namespaces) > MANY:
            return True
        if any(are_names(one, other) for one, other in permutations({*self.namespaces.values()}, 2)):
            return True
        spaces = tuple(f"<{space}" for space in self.namespaces.values())
        iris = (text for text, kind in zip(self.texts, self.kinds, strict=True) if kind == IRI)
        return any(
            are_names(space[1:], text[1:-1]) for text in iris if text.startswith(spaces) for space in spaces
        )

    def _literal(self, kind: int, form: str) -> int | None:
        """The number of a literal that is written in a way."""
        how = self.all_kinds[kind]
        found = self.numbers.get(f"{how.quote}{form}{how.behind}")
        return None if found is None or self.all_kinds[self.kinds[found]][2:] != how[2:] else found

    def known(self, term: Term) -> int | None:
        """The number of a term, if it has one."""
        if type(term) is NamedNode:
            return self._known_iri(term.value)
        if type(term) is Literal:
            of = term.datatype.value, term.language or ""
            if of in self._by_form:
                return self._by_form[of].get(term.value)
            found = (self._literal(kind, term.value) for kind in self._written.get(of, ()))
            return next((each for each in found if each is not None), None)
        text = str(term)
        if text.startswith(self._random, 2):
            return int(text[2 + len(self._random) :], 16)
        return self.numbers.get(_own(text), self.numbers.get(text))

    def _known_iri(self, iri: str) -> int | None:
        if self._by_iri is not None:
            return self._by_iri.get(iri)
        if (found := self.numbers.get(f"<{iri}>")) is not None:
            return found
        for prefix, space in self.namespaces.items():
            if iri.startswith(space):
                found = self.numbers.get(f"{prefix}:{iri[len(space) :]}")
                if found is not None:
                    return found
        return None

    def number(self, term: Term) -> int:
        """The number of a term, which may be new."""
        if (found := self.known(term)) is not None:
            return found
        kind, text = BLANK, str(term)
        key = _own(text)
        if type(term) is NamedNode:
            kind, key = IRI, text
        elif type(term) is Literal:
            self.has_all_tags = self.has_all_tags and not term.language
            behind = f"@{term.language}" if term.language else f"^^<{term.datatype.value}>"
            behind = '"' if behind == f"^^<{XSD_STRING}>" else f'"{behind}'
            kind = self._behind[behind] if behind in self._behind else self._kind(behind)
            key = text = f'"{term.value}{behind}'
        number = self.numbers[key] = len(self.texts)
        self.texts.append(text)
        self.kinds.append(kind)
        self._seen.add(kind)
        if kind == IRI and self._by_iri is not None:
            self._by_iri[text[1:-1]] = number
        how = self.all_kinds[kind]
        if (of := (how.datatype, how.language)) in self._by_form:
            self._by_form[of][how.form(text)] = number
        return number

    @overload
    def __getitem__(self, number: int) -> Term: ...

    @overload
    def __getitem__(self, number: slice) -> list[Term]: ...

    def __getitem__(self, number: int | slice) -> Term | list[Term]:
        """The term of a number."""
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        text, kind = self.texts[number], self.kinds[number]
        if kind in (NAME, IRI):
            return NamedNode(self.iri(text))
        if kind == BLANK:
            return BlankNode(self.label(number))
        how = self.all_kinds[kind]
        if how.language:
            return Literal(how.form(text), language=how.language)
        if kind not in self._named:
            self._named[kind] = NamedNode(how.datatype)
        return Literal(how.form(text), datatype=self._named[kind])

    def __len__(self) -> int:
        return len(self.texts)

    def middles(self, kind: int, numbers: Iterable[int]) -> list[str]:
        """The forms of literals of a kind, or the IRIs."""
        texts = self.texts
        if kind == NAME:
            return [self.iri(texts[number]) for number in numbers]
        begin, end = self.all_kinds[kind].before, -len(self.all_kinds[kind].behind) or None
        return [texts[number][begin:end] for number in numbers]

    def writes_tag(self, literal: Literal) -> bool:
        """Whether a literal is known to have its language tag in these very letters, wherever it stands."""
        kinds = self._written.get((LANG_STRING, literal.language or ""), ())
        others = {self.all_kinds[kind].behind for kind in kinds}.difference([f'"@{literal.language}'])
        return self.has_all_tags and not any(f'"{literal.value}{other}' in self.numbers for other in others)

    def nameless(self) -> set[int]:
        """The numbers of blank nodes."""
        return {number for number, kind in enumerate(self.kinds) if kind == BLANK}

    def copy(self) -> Texts:
        """The same terms, to add to."""
        other = copy(self)
        other.texts, other.kinds, other.all_kinds = self.texts[:], self.kinds[:], self.all_kinds[:]
        other.numbers, other.namespaces = self.numbers.copy(), self.namespaces.copy()
        other._behind = self._behind.copy()
        other._written = defaultdict(list, ((key, kinds[:]) for key, kinds in self._written.items()))
        other._by_iri = None if self._by_iri is None else self._by_iri.copy()
        other._seen, other._by_form = (
            self._seen.copy(),
            {of: each.copy() for of, each in self._by_form.items()},
        )
        return other


def _last(replaced: Mapping[int, int], number: int) -> int:
    while number in replaced:
        number = replaced[number]
    return number


def _own(text: str) -> str:
    """The text under which a label is found that no file has: `_:` begins those of files."""
    return f"_ {text[2:]}"
