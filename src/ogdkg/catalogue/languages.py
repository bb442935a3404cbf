"""Chooses the language of what a stored query prints: each of its texts is asked for in one language.

A triple pattern whose object is a variable, and whose property is one of texts (`rdf.labels.TEXTS`) or a
variable, keeps the values in the best language that its subject has for it: a filter at the end of the
pattern's group says so. So the file stays plain SPARQL, and a second language adds no row. What a query only
tests (FILTER EXISTS, MINUS) stays as it is: a value in the best language is there wherever a value is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from ogdkg.project.project import Project
from ogdkg.rdf.labels import TEXTS, Languages
from ogdkg.sparql.tokens import Token, closing_bracket, iri_of, may_select_all, significant_tokens, unused

_END = Token("end", "", 0)
_SKIPPED_GROUPS = ("BIND", "MINUS", "VALUES", "FILTER")  # what they hold is no pattern to choose in
_TERMS = ("variable", "iri", "name", "blank")


class TextChoice(NamedTuple):
    """How texts are chosen.

    Attributes:
        languages: The reader's languages, from `rdf.labels.languages_of`.
        properties: The IRIs of the properties whose values are chosen.
        prefixes: Prefixes that a query need not declare.
        portable: Write filters that every server answers rightly, not those that embedded engines answer
            soonest.
    """

    languages: Languages
    properties: Collection[str]
    prefixes: Mapping[str, str]
    portable: bool = False


def text_choice(project: Project, *, portable: bool = False) -> TextChoice:
    """Return how the stored queries of a project choose their texts."""
    properties = frozenset((*TEXTS, *project.text_properties))
    return TextChoice(project.languages, properties, project.prefixes, portable)


def choose_texts(text: str, choice: TextChoice, prefixes: Mapping[str, str]) -> str:
    """Return a SELECT that asks for its texts in one language.

    Args:
        text: The query, with its parameters bound.
        choice: How to choose.
        prefixes: The prefixes that it declares.
    """
    parts, done = [], 0
    for start, end, put in sorted(_Walk(text, choice, prefixes).edits()):
        parts += [text[done:start], put]
        done = end
    return "".join((*parts, text[done:]))


class _Edit(NamedTuple):
    start: int
    end: int
    text: str


class _Frame:
    """An open group: by variable the patterns with texts, each a subject and a property."""

    def __init__(self, *, is_select: bool = False) -> None:
        self.is_select = is_select  # holds a SELECT clause and its modifiers, no patterns
        self.texts: dict[str, list[str]] = {}
        self.of_texts: set[str] = set()  # the variables with a property of texts, not of any values


class _Walk:
    """Walks over a query's tokens once, with a stack of groups."""

    def __init__(self, text: str, choice: TextChoice, prefixes: Mapping[str, str]) -> None:
        self.text, self.choice = text, choice
        self.prefixes = {**choice.prefixes, **prefixes}
        self.tokens = significant_tokens(text)
        self.at = 0
        self.fresh_prefix = unused(self.tokens, "t")
        self.fresh = 0
        self.may_add = not may_select_all(text)  # a new variable would be a new column
        self.frames = [_Frame(is_select=True)]

    def edits(self) -> Iterator[_Edit]:
        """Yield what to put in place of which stretch of the text."""
        while self.here is not _END:
            token = self.here
            if token.text == "{":
                self.frames.append(_Frame())
                self.at += 1
            elif token.text == "}":
                frame = self.frames.pop() if len(self.frames) > 1 else _Frame()
                yield from self._filters(frame, token.start)
                self.at += 1
            elif token.is_word(*_SKIPPED_GROUPS):
                self._skip_group()
            elif token.is_word("SELECT"):
                self.frames[-1].is_select = True
                self.at += 1
            elif self.frames[-1].is_select:
                self.at = self._closing() + 1
            elif token.is_word("GRAPH", "SERVICE"):
                self.at += 2 + self._at(self.at + 1).is_word("SILENT")
            elif token.kind in _TERMS or token.text in ("[", "("):
                yield from self._triples()
            else:
                self.at += 1

    @property
    def here(self) -> Token:
        return self._at(self.at)

    def _at(self, index: int) -> Token:
        return self.tokens[index] if index < len(self.tokens) else _END

    def _closing(self) -> int:
        """Where the bracket that opens here closes, or this place; the last one if it stays open."""
        found = closing_bracket(self.tokens, self.at) if self.here.text in ("(", "[", "{") else self.at
        return len(self.tokens) if found is None else found

    def _skip_group(self) -> None:
        """Pass over a keyword and the group or expression after it."""
        is_values = self.here.is_word("VALUES")
        opening = ("{",) if is_values else ("{", "(")
        while self.here is not _END and self.here.text not in opening:
            self.at += 1
        self.at = self._closing() + 1

    def _filters(self, frame: _Frame, end: int) -> Iterator[_Edit]:
        line = self.text[self.text.rfind("\n", 0, end) + 1 : end]
        # For whoever reads it; where an engine runs it, messages must name the lines of the file.
        lead, tail = ("  ", f"\n{line}") if self.choice.portable and not line.strip() else (" ", " ")
        for variable, patterns in frame.texts.items():
            found = self._filter(variable, patterns, of_texts=variable in frame.of_texts)
            yield _Edit(end, end, f"{lead}{found}{tail}")

    def _filter(self, variable: str, patterns: list[str], *, of_texts: bool) -> str:
        """Return the filter that no value of these patterns is in a better language.

        Of a property that may have any values, only those with languages are compared.
        """
        other, first = f"?{self.fresh_prefix}", self.choice.languages[0]
        same = " ".join(f"{pattern} {other} ." for pattern in patterns)
        condition = f"{self._key(other)} < {self._key(variable)}"
        if not of_texts:
            condition = f'LANG({variable}) != "" && LANG({other}) != "" && {condition}'
        better = f"NOT EXISTS {{ {same} FILTER({condition}) }}"
        if self.choice.portable:
            return f"FILTER {better}"
        # Most texts are in the first language: the engines then look for no other.
        others = f'isLiteral({variable}) && LANG({variable}) != "{first}"'
        if not of_texts:
            others += f' && LANG({variable}) != ""'
        return f"FILTER(IF({others}, {better}, true))"

    def _key(self, variable: str) -> str:
        """Return an expression that orders languages as `rdf.labels.language_key` does.

        For each language "false" where a text has it, which comes before "true"; then the tag. rdflib takes
        long to parse what is nested deeper.
        """
        tests = (f'STR(!LANGMATCHES(LANG({variable}), "{each}"))' for each in self.choice.languages)
        return f"CONCAT({', '.join(tests)}, LANG({variable}))"

    # Triples, section 4.2 of SPARQL 1.1

    def _triples(self) -> Iterator[_Edit]:
        """Pass over the triples of one subject, and yield the changes in them."""
        token = self.here
        subject = token.text if token.kind in _TERMS and token.kind != "blank" else ""
        self.at = self._closing() + 1
        added: list[str] = []
        while self._is_verb():
            first = self.at
            self._skip_path()
            yield from self._objects(subject, self.tokens[first : self.at], added)
            while self.here.text == ";":
                self.at += 1
        if added:
            last = self._at(self.at - 1)
            end = last.start + len(last.text)
            yield _Edit(end, end, "".join(f" . {pattern}" for pattern in added))

    def _objects(self, subject: str, path: list[Token], added: list[str]) -> Iterator[_Edit]:
        """Pass over the objects of a path, and note those that are texts."""
        first, start = self.here, self.at
        alone = True
        while True:
            if self.here.kind == "variable" and subject and self._may_be_of_texts(path):
                is_open = path[0].kind == "variable"
                self._note(f"{subject} {self._written(path)}", self.here.text, of_texts=not is_open)
            self._skip_node()
            if self.here.text != ",":
                break
            self.at += 1
            alone = False
        cut = self._last_step(path)
        if cut and alone and first.kind == "variable" and self.at == start + 1 and self.may_add:
            yield self._split(path, cut, first, added)

    def _split(self, path: list[Token], cut: int, value: Token, added: list[str]) -> _Edit:
        """Give the node before the last step of a path a name: its texts are chosen among its own."""
        self.fresh += 1
        node = f"?{self.fresh_prefix}{self.fresh}"
        pattern = f"{node} {self._written(path[cut + 1 :])}"
        self._note(pattern, value.text, of_texts=True)
        added.append(f"{pattern} {value.text}")
        return _Edit(path[cut].start, value.start + len(value.text), f" {node}")

    def _note(self, pattern: str, variable: str, *, of_texts: bool) -> None:
        frame, name = self.frames[-1], f"?{variable[1:]}"
        frame.texts.setdefault(name, []).append(pattern)
        if of_texts:
            frame.of_texts.add(name)

    def _may_be_of_texts(self, path: list[Token]) -> bool:
        """Whether a path is a property of texts, an alternative of such, or a variable."""
        return (len(path) == 1 and path[0].kind == "variable") or self._is_of_texts(path)

    def _is_of_texts(self, path: list[Token]) -> bool:
        """Whether a path is a property of texts, or an alternative of such."""
        return all(
            token.text in ("|", "(", ")") or iri_of(token, self.prefixes) in self.choice.properties
            for token in path
        )

    def _last_step(self, path: list[Token]) -> int:
        """The index of the slash before the last step of a sequence, if that step has texts; else 0."""
        depth, cut = 0, 0
        for index, token in enumerate(path):
            if token.kind == "sign":
                depth += (token.text == "(") - (token.text == ")")
                if depth == 0 and token.text == "|":
                    return 0
                cut = index if depth == 0 and token.text == "/" else cut
        return cut if cut and self._is_of_texts(path[cut + 1 :]) else 0

    def _written(self, path: list[Token]) -> str:
        return self.text[path[0].start : path[-1].start + len(path[-1].text)]

    def _is_verb(self) -> bool:
        token = self.here
        return token.kind in ("variable", "iri", "name") or token.text in ("a", "^", "!", "(")

    def _skip_path(self) -> None:
        while True:
            while self.here.text in ("^", "!"):
                self.at += 1
            self.at = self._closing() + 1
            if self.here.kind == "sign" and self.here.text in ("?", "*", "+"):
                self.at += 1
            if self.here.text not in ("/", "|"):
                return
            self.at += 1

    def _skip_node(self) -> None:
        token = self.here
        self.at = self._closing() + 1
        if token.text in ("+", "-"):
            self.at += 1
        elif token.kind == "string":
            self.at += 2 if self.here.text == "^^" else self.here.kind == "language"
