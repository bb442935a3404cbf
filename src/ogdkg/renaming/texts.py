"""IRIs changed in TOML, YAML and JSON: in values that are IRIs or names, and in statements."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from ogdkg.catalogue.header import header_lines
from ogdkg.config.settings import Key
from ogdkg.config.toml_lines import texts_of
from ogdkg.config.yaml_values import Scalar, scalars
from ogdkg.rdf.terms import Iri, compact, expand, is_iri
from ogdkg.renaming.edits import Edit, Quoted, applied, quoted
from ogdkg.renaming.moves import Moves
from ogdkg.renaming.queries import query_edits
from ogdkg.renaming.spelling import respelled
from ogdkg.syntax.grammar import LITERAL_PARTS, TOKEN

_JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+"')
_STATEMENTS = ("with", "without")  # of a question
_NAMED = ("parameters", "rows")
_PROSE = {("project", "name"), ("project", "title"), ("pages", "purpose"), ("pages", "map", "title")}
_NOT_MAPPED = ("leave-out", "table", "types")  # of a mapping: reasons, columns, and what checks types


class Texts:
    """Edits texts of a project.

    Args:
        moves: What becomes of IRIs.
        prefixes: The prefixes of the project.
    """

    def __init__(self, moves: Moves, prefixes: Mapping[str, str]) -> None:
        self._moves, self._prefixes = moves, prefixes
        self._after = {prefix: moves.of_namespace(iri) or iri for prefix, iri in prefixes.items()}

    # -- kinds of files --------------------------------------------------------

    def settings(self, text: str) -> str:
        """Return an `ogdkg.toml` with its IRIs moved."""

        def edits(key: Key, value: str) -> list[Edit]:
            if key in _PROSE:
                return []
            return self._namespace(value) if key[:1] == ("prefixes",) else self._whole(value)

        return self._toml(text, edits)

    def mapping(self, text: str) -> str:
        """Return the mapping of a table with its IRIs moved."""

        def edits(key: Key, value: str) -> list[Edit]:
            if key[0] in _NOT_MAPPED:
                return []
            return self._whole(value) or self._statements(value)

        return self._toml(text, edits)

    def question(self, text: str) -> str:
        """Return an acceptance question with its IRIs moved."""
        edits = []
        for key, scalar in scalars(text).items():
            if key[:1] in [(each,) for each in _NAMED]:
                edits += self._scalar(text, scalar, lambda value: self._whole(value, by_end=True))
            elif key[:1] in [(each,) for each in _STATEMENTS]:
                edits += self._scalar(text, scalar, self._statements)
        return applied(text, edits)

    def query(self, text: str) -> str:
        """Return a stored query with its IRIs moved, in its header too."""
        return applied(text, [*query_edits(text, self._moves, self._prefixes), *self._header(text)])

    def context(self, text: str) -> str:
        """Return a JSON-LD context with its IRIs moved."""
        values = {match: quoted(match[0], match.start()) for match in _JSON_TEXT.finditer(text)}
        own = self._own_prefixes(text)
        after = {prefix: self._moves.of_namespace(iri) or iri for prefix, iri in own.items()}
        edits = []
        for value in values.values():
            if value.text in own.values():  # what a prefix stands for is no thing
                edits += value.edits(self._namespace(value.text))
            elif new := self._moved(value.text, own, after):
                edits += value.edits([Edit(0, len(value.text), new)])
        return applied(text, edits)

    # -- parts of them ---------------------------------------------------------

    def _toml(self, text: str, edits_of: Callable[[Key, str], list[Edit]]) -> str:
        edits: list[Edit] = []
        for key, (start, end) in texts_of(text).items():
            value = quoted(text[start:end], start, escapes=text[start] == '"')
            edits += value.edits(edits_of(key, value.text))
        return applied(text, edits)

    def _header(self, text: str) -> Iterator[Edit]:
        first, yaml = header_lines(text)
        if not yaml:
            return
        shifts = list(_shifts(text, first, yaml))
        for key, scalar in scalars(yaml).items():
            is_named = key[0] == "defaults" or (key[0] == "params" and key[-1] in ("class", "example"))
            if is_named and "\n" not in yaml[scalar.start : scalar.end]:
                shift = shifts[yaml.count("\n", 0, scalar.start)]
                for edit in self._scalar(yaml, scalar, lambda value: self._whole(value, by_end=True)):
                    yield Edit(edit.start + shift, edit.end + shift, edit.text)

    @staticmethod
    def _scalar(text: str, scalar: Scalar, edits_of: Callable[[str], list[Edit]]) -> list[Edit]:
        """The edits of a value of YAML."""
        raw = text[scalar.start : scalar.end]
        if scalar.style == '"':
            return quoted(raw, scalar.start).edits(edits_of(scalar.value))
        begin = scalar.start + (1 if scalar.style == "'" else 0)
        inner = raw[1:-1] if scalar.style == "'" else raw
        return Quoted(inner, range(begin, begin + len(inner) + 1), is_escaped=False).edits(edits_of(inner))

    def _namespace(self, value: str) -> list[Edit]:
        """The edit of a value that only is the beginning of IRIs."""
        new = self._moves.of_namespace(value)
        return [] if new is None else [Edit(0, len(value), new)]

    def _whole(self, value: str, *, by_end: bool = False) -> list[Edit]:
        """The edit of a value that is an IRI, a name of one, or the beginning of IRIs."""
        new = self._moved(value, self._prefixes, self._after)
        if new is None and by_end:
            new = self._moves.ends.get(value)
        if new is None and "{" in value:
            new = self._moves.of_namespace(value)
        return [] if new is None else [Edit(0, len(value), new)]

    def _moved(self, value: str, prefixes: Mapping[str, str], after: Mapping[str, str]) -> str | None:
        """What a value becomes that is an IRI or a name of one; None if it stays."""
        bare = value[1:-1] if value.startswith("<") and value.endswith(">") else value
        was = expand(bare, prefixes)
        if was is not None:
            becomes = self._moves.successor(was.value) or was.value
            if expand(bare, after) == Iri(becomes):
                return None
            return compact(becomes, after) or becomes
        moved = self._moves.successor(bare) or self._moves.of_namespace(bare)
        if moved is None or not is_iri(bare):
            return None
        return f"<{moved}>" if bare != value else moved

    def _statements(self, text: str) -> list[Edit]:
        """The edits of statements in a text, whose strings are left alone."""
        edits, data = list[Edit](), text.encode()
        for match in TOKEN.finditer(data):
            kind = match.lastgroup
            if kind in ("iri", "name"):
                edits += self._node(data, *match.span(kind))
            elif kind == "literal" and (parts := LITERAL_PARTS.fullmatch(match[kind])) and parts["datatype"]:
                begin = match.start(kind) + parts.start("datatype")
                edits += self._node(data, begin, begin + len(parts["datatype"]))
        return edits

    def _node(self, data: bytes, start: int, end: int) -> Iterable[Edit]:
        """The edit of a token; one that a placeholder goes on with is none by itself."""
        raw = data[start:end].decode()
        was = Iri(raw[1:-1]) if raw.startswith("<") else expand(raw, self._prefixes)
        if was is None or data[end : end + 1] == b"{":
            return
        becomes = self._moves.successor(was.value) or was.value
        means = was if raw.startswith("<") else expand(raw, self._after)
        if means != Iri(becomes):
            begin = len(data[:start].decode())
            yield Edit(begin, begin + len(raw), respelled(raw, becomes, self._after))

    def _own_prefixes(self, text: str) -> dict[str, str]:
        """The prefixes that a context declares: keys whose values are IRIs that names begin with."""
        pairs = re.findall(r'"([A-Za-z][\w.-]*)"\s*:\s*"([^"\\]*)"', text)
        return {prefix: iri for prefix, iri in pairs if is_iri(iri) and iri[-1:] in "/#:?[]@"}


def _shifts(text: str, first: int, yaml: str) -> Iterator[int]:
    """Yield for each line of a header how much later its characters stand in the query."""
    lines = text.splitlines(keepends=True)
    at, there = sum(map(len, lines[: first - 1])), 0
    for line, unmarked in zip(lines[first - 1 :], yaml.split("\n"), strict=False):
        content = line.rstrip("\r\n")
        yield at + len(content) - len(unmarked) - there
        at += len(line)
        there += len(unmarked) + 1
