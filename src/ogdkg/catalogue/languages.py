"""Chooses the language of what a stored query prints: each of its texts is asked for in one language.

A triple pattern whose object is a variable, and whose property is one of texts (`rdf.labels.TEXTS`) or a
variable, keeps the values in the best language that its subject has for it: a filter at the end of the
pattern's group says so. So the file stays plain SPARQL, and a second language adds no row. What a query only
tests (FILTER EXISTS, MINUS) stays as it is: a value in the best language is there wherever a value is.

A subject that BIND has set to an IRI before, in the same group, is written as that IRI: an embedded engine
reads the texts of all things where it joins what follows a BIND.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterator, Mapping

from ogdkg.lean import NamedTuple
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
        grouped: Give a pattern a group of its own with its filter. rdflib answers groups one by one and joins
            them then, which takes it minutes.
    """

    languages: Languages
    properties: Collection[str]
    prefixes: Mapping[str, str]
    portable: bool = False
    grouped: bool = True


def text_choice(project: Project, *, portable: bool = False, grouped: bool = True) -> TextChoice:
    """Return how the stored queries of a project choose their texts."""
    properties = frozenset((*TEXTS, *project.text_properties))
    return TextChoice(project.languages, properties, project.prefixes, portable, grouped)


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


class _Entry(NamedTuple):
    """One path of a subject with its objects; `variable` is its object if it is texts and has no other."""

    start: int
    end: int
    semicolons: tuple[int, ...]
    variable: str


class _Block(NamedTuple):
    """The triples of one subject; `added` are patterns to come after them, by variable."""

    subject: Token
    bound: str  # the IRI that is written for the subject, if any
    entries: list[_Entry]
    added: list[tuple[str, str]]
    end: int


class _Frame:
    """An open group: by variable the patterns with texts, each a subject and a property."""

    def __init__(self, *, is_select: bool = False) -> None:
        self.is_select = is_select  # holds a SELECT clause and its modifiers, no patterns
        self.texts: dict[str, list[str]] = {}
        self.of_texts: set[str] = set()  # the variables with a property of texts, not of any values
        self.bound: dict[str, str] = {}  # the IRIs that variables are bound to
        self.blocks: list[_Block] = []


class _Walk:
    """Walks over a query's tokens once, with a stack of groups."""

    def __init__(self, text: str, choice: TextChoice, prefixes: Mapping[str, str]) -> None:
        self.text, self.choice = text, choice
        self.prefixes: Mapping[str, str] = ChainMap(prefixes, choice.prefixes)  # type: ignore[arg-type]  # only read
        self.tokens = significant_tokens(text)
        self.at = 0
        self.fresh_prefix = unused(self.tokens, "t")
        self.fresh = 0
        self.may_add = not may_select_all(text)  # a new variable would be a new column
        # A blank node's label may not stand on both sides of a group (section 4.1.4).
        self.may_group = (
            choice.grouped and not choice.portable and all(token.kind != "blank" for token in self.tokens)
        )
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
                self._note_bound()
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

    def _note_bound(self) -> None:
        """Note the variable of BIND(<iri> AS ?variable), where an embedded engine is to answer."""
        word, opening, iri, between, variable, closing = (self._at(self.at + n) for n in range(6))
        signs = word.is_word("BIND"), opening.text == "(", between.is_word("AS"), closing.text == ")"
        is_iri = iri.kind in ("iri", "name") and variable.kind == "variable"
        if all(signs) and is_iri and self.may_group:
            self.frames[-1].bound[variable.text[1:]] = iri.text

    def _skip_group(self) -> None:
        """Pass over a keyword and the group or expression after it."""
        is_values = self.here.is_word("VALUES")
        opening = ("{",) if is_values else ("{", "(")
        while self.here is not _END and self.here.text not in opening:
            self.at += 1
        self.at = self._closing() + 1

    def _filters(self, frame: _Frame, end: int) -> Iterator[_Edit]:
        grouped = self._grouped(frame)
        for block in frame.blocks:
            yield from self._rewritten(block, grouped, frame)
        line = self.text[self.text.rfind("\n", 0, end) + 1 : end]
        # For whoever reads it; where an engine runs it, messages must name the lines of the file.
        lead, tail = ("  ", f"\n{line}") if self.choice.portable and not line.strip() else (" ", " ")
        for variable in frame.texts.keys() - grouped:
            patterns = frame.texts[variable]
            found = self._filter(variable, patterns, of_texts=variable in frame.of_texts)
            yield _Edit(end, end, f"{lead}{found}{tail}")

    def _grouped(self, frame: _Frame) -> set[str]:
        """The variables whose one pattern gets a group of its own, together with its filter.

        Embedded engines apply such a filter at once, and not to all combinations of texts in all languages.
        """
        simple = {entry.variable for block in frame.blocks for entry in block.entries}
        simple |= {variable for block in frame.blocks for variable, _ in block.added}
        alone = {name for name in simple & frame.of_texts if len(frame.texts[name]) == 1}
        return alone if self.may_group else set()

    def _rewritten(self, block: _Block, grouped: set[str], frame: _Frame) -> Iterator[_Edit]:
        """Yield the changes that move the grouped patterns of a subject behind its other triples."""
        moved = [entry for entry in block.entries if entry.variable in grouped]
        patterns = [(entry.variable, f"{frame.texts[entry.variable][0]} {entry.variable}") for entry in moved]
        kept = [entry for entry in block.entries if entry not in moved]
        if moved:
            yield from (_Edit(at, at + 1, "") for entry in block.entries for at in entry.semicolons)
            yield from (_Edit(entry.start, entry.end, self._breaks(entry)) for entry in moved)
            yield from (_Edit(entry.start, entry.start, "; ") for entry in kept[1:])
        if (moved and not kept) or block.bound:
            put = block.bound if kept or not moved else ""
            yield _Edit(block.subject.start, block.subject.start + len(block.subject.text), put)
        for variable, pattern in (*patterns, *block.added):
            of = f"{{ {pattern} {self._filter(variable, frame.texts[variable], of_texts=True)} }}"
            between = " . " if kept else " "
            yield _Edit(block.end, block.end, between + (of if variable in grouped else pattern))

    def _breaks(self, entry: _Entry) -> str:
        """The line breaks of an entry, since messages name the lines of the file."""
        return "\n" * self.text.count("\n", entry.start, entry.end)

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
        tests = (f'STR(!LANGMATCHES(LANG({variable}), "{language}"))' for language in self.choice.languages)
        return f"CONCAT({', '.join(tests)}, LANG({variable}))"

    # Triples, section 4.2 of SPARQL 1.1

    def _triples(self) -> Iterator[_Edit]:
        """Pass over the triples of one subject, note its texts, and yield the changes of its paths."""
        token = self.here
        bound = self.frames[-1].bound.get(token.text[1:], "") if token.kind == "variable" else ""
        subject = bound or (token.text if token.kind in _TERMS and token.kind != "blank" else "")
        self.at = self._closing() + 1
        entries: list[_Entry] = []
        added: list[tuple[str, str]] = []
        while self._is_verb():
            first = self.at
            self._skip_path()
            path = self.tokens[first : self.at]
            variable = self._objects(subject, path)
            end = self._end()
            is_one = self.at == first + len(path) + 1 and self._at(self.at - 1).kind == "variable"
            if is_one and self.may_add and (cut := self._last_step(path)):
                yield self._split(path, cut, added)
            semicolons = []
            while self.here.text == ";":
                semicolons.append(self.here.start)
                self.at += 1
            entries.append(_Entry(path[0].start, end, tuple(semicolons), variable))
        self.frames[-1].blocks.append(_Block(token, bound, entries, added, self._end()))

    def _end(self) -> int:
        """Where the last token that was read ends."""
        last = self.tokens[min(self.at, len(self.tokens)) - 1]
        return last.start + len(last.text)

    def _objects(self, subject: str, path: list[Token]) -> str:
        """Pass over the objects of a path, and note those that are texts; return the only one."""
        found = []
        count = 0
        while True:
            if self.here.kind == "variable" and subject and self._may_be_of_texts(path):
                found.append(f"?{self.here.text[1:]}")
                is_open = path[0].kind == "variable"
                self._note(f"{subject} {self._written(path)}", found[-1], of_texts=not is_open)
            self._skip_node()
            count += 1
            if self.here.text != ",":
                return found[0] if found and count == 1 else ""
            self.at += 1

    def _split(self, path: list[Token], cut: int, added: list[tuple[str, str]]) -> _Edit:
        """Give the node before the last step of a path a name: its texts are chosen among its own."""
        self.fresh += 1
        node, value = f"?{self.fresh_prefix}{self.fresh}", self.tokens[self.at - 1]
        pattern, variable = f"{node} {self._written(path[cut + 1 :])}", f"?{value.text[1:]}"
        self._note(pattern, variable, of_texts=True)
        added.append((variable, f"{pattern} {variable}"))
        return _Edit(path[cut].start, value.start + len(value.text), f" {node}")

    def _note(self, pattern: str, variable: str, *, of_texts: bool) -> None:
        frame = self.frames[-1]
        frame.texts.setdefault(variable, []).append(pattern)
        if of_texts:
            frame.of_texts.add(variable)

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
