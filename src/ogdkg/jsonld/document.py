"""A JSON-LD document read whole: its statements as lines of N-Quads, and what it loses by the algorithms."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ogdkg.errors import InputError, Place
from ogdkg.files.text import MOST_DATA, decoded, read_text
from ogdkg.jsonld.context import Context
from ogdkg.jsonld.expansion import SOURCE, Expansion
from ogdkg.jsonld.faults import JsonLdError, brief
from ogdkg.jsonld.keywords import is_absolute
from ogdkg.jsonld.places import Spot, doubled_key, first, steps_to
from ogdkg.jsonld.processing import Contexts
from ogdkg.jsonld.statements import Statements
from ogdkg.jsonld.values import as_list
from ogdkg.rdf.bounds.door import checked
from ogdkg.rdf.formats import JSONLD
from ogdkg.rdf.terms import is_iri
from ogdkg.syntax.rdfxml.vocabulary import is_prefix

Warn = Callable[[str, Place], None]
_BATCH = 5_000  # lines
_MOST_WARNINGS = 20
_ESCAPES = re.compile(r"(?:\\\\)++|(?:\\u[0-9a-fA-F]{4})++")


class JsonLdDocument:
    """One document, with the contexts that are at hand."""

    def __init__(
        self,
        data: bytes,
        file: str,
        base: str | None = None,
        *,
        contexts: Mapping[str, Path] | None = None,
        prefix: str = "",
        warn: Warn | None = None,
    ) -> None:
        """Parse a document.

        Args:
            data: The document, within the limits of `rdf.bounds`.
            file: Its name in messages.
            base: Its base IRI, if it is known.
            contexts: The files that hold the contexts at other addresses.
            prefix: The beginning of the labels of blank nodes.
            warn: Told of what the algorithms drop that somebody meant; ignored by default.

        Raises:
            InputError: It is no JSON, or an object has a key twice.
        """
        self._file, self._base = file, base
        self._files = {address.partition("#")[0]: path for address, path in (contexts or {}).items()}
        self._warn, self._warned = warn, 0
        self._loaded: list[tuple[str, str, Any]] = []
        self._text, self._root = parse(data, file)
        self._statements = Statements(self._lost, prefix)
        self._contexts = Contexts(self._load, self._tell)

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that the document's own context declares."""
        root = next((item for item in as_list(self._root) if isinstance(item, dict)), {})
        contexts = [each for each in as_list(root.get("@context")) if isinstance(each, dict)]
        found = {name: iri for each in contexts for name, iri in each.items() if isinstance(iri, str)}
        return {
            name: iri
            for name, iri in found.items()
            if is_absolute(iri) and iri[-1] in ":/?#[]@" and is_prefix(name, iri) and is_iri(iri)
        }

    @property
    def labels(self) -> dict[str, str]:
        """The names of blank nodes in the document, by the labels that they have in `lines` so far."""
        return {label[2:]: name[2:] for name, label in self._statements.names.items() if name[:2] == "_:"}

    def lines(self) -> Iterator[str]:
        """Yield the statements, many lines of N-Quads at a time.

        Raises:
            InputError: A context or an object breaks a rule of JSON-LD, or an IRI is relative without a base.
        """
        expansion = self._expansion()
        statements = self._statements
        try:
            for items in self._expanded(expansion):
                with _deep():
                    statements.graph(items)
                if len(statements.lines) >= _BATCH:
                    yield self._taken()
        except JsonLdError as error:
            raise self._error(error, expansion.at) from error
        yield self._taken()

    def _expansion(self) -> Expansion:
        return Expansion(self._contexts, self._base)

    def _expanded(self, expansion: Expansion) -> Iterator[list[Any]]:
        """Expand the items of the document one after another, so that few are in memory at a time."""
        for item in as_list(self._root):
            with _deep():
                found = expansion.expand(Context(self._base), None, item)
            if isinstance(found, dict) and found.get(SOURCE) is self._root and _holds_only_graph(found):
                found = found["@graph"]
            for each in as_list(found) if found is not None else ():
                yield [each]

    def _taken(self) -> str:
        """The lines so far, which are no longer kept."""
        text = "".join(self._statements.lines)
        self._statements.lines.clear()
        if not text.isascii():
            try:
                text.encode()
            except UnicodeEncodeError as error:
                raise self._surrogate() from error
        return text

    def _surrogate(self) -> InputError:
        """The error for text that no encoding can hold."""
        half = next((found for found in _ESCAPES.finditer(self._text) if _is_half(found[0])), None)
        place = Place.in_text(self._text, half.start(), self._file) if half else Place(self._file)
        hint = "Write the other half beside it, or take it out."
        return InputError("An escape is half of a surrogate pair, and no character.", place=place, hint=hint)

    def _load(self, address: str) -> Any:
        """Return the document of a context that somebody has at hand."""
        path = self._files.get(address.partition("#")[0])
        if path is None:
            hint = f"Nothing is fetched. Save the context, and name it: --context {address}=FILE"
            raise JsonLdError(f"The context {brief(address)} is at another address.", hint=hint)
        text = read_text(path, str(path), most=MOST_DATA)
        text, root = parse(checked(text.encode(), JSONLD.media_type, str(path)), str(path))
        self._loaded.append((str(path), text, root))
        return root

    def _error(self, fault: JsonLdError, at: tuple[Any, str | None]) -> InputError:
        holder, key = (fault.holder, fault.key) if fault.holder is not None else at
        return InputError(fault.message, place=self._place(holder, key), hint=fault.hint or None)

    def _place(self, holder: Any, key: str | None) -> Place:
        """The place of an object, or of a key in it, in the document or in one of its contexts."""
        for file, text, root in ((self._file, self._text, self._root), *self._loaded):
            steps = steps_to(root, holder) if isinstance(holder, dict) else None
            if steps is not None:
                return first(text, file, _fitting(steps, holder, key))
        return Place(self._file)

    def _lost(self, message: str, holder: Any, text: str) -> None:
        """Tell of what becomes no statement; without a base, a relative IRI is an error."""
        key = _key_of(holder, text)
        if self._base is None and not is_absolute(text) and "IRI" in message and not _has_base(self._root):
            message = f"{brief(text)} is a relative IRI, and there is no base."
            hint = "Write it whole, or say with @base or --base what it is relative to."
            raise InputError(message, place=self._place(holder, key), hint=hint)
        self._tell(message, holder, key)

    def _tell(self, message: str, holder: Any, key: str | None) -> None:
        self._warned += 1
        if self._warn is not None and self._warned <= _MOST_WARNINGS:
            self._warn(message, self._place(holder, key))


def parse(data: bytes, file: str) -> tuple[str, Any]:
    """Return a JSON document as text and as value; InputError where it is none."""
    text = decoded(data, file)
    try:
        return text, json.loads(text, object_pairs_hook=_unique, parse_int=integer, parse_constant=_constant)
    except _DoubledKeyError:
        key, offset = doubled_key(text) or ("", 0)
        message = f"The object has the key {brief(key)} twice, and one of the values would be lost."
        hint = "Write both values in one array."
        raise InputError(message, place=Place.in_text(text, offset, file), hint=hint) from None
    except json.JSONDecodeError as error:
        from ogdkg.jsonld.json_faults import json_fault  # only for a broken file

        raise json_fault(error, text, file) from error
    except _ConstantError as error:
        name = str(error)
        hint = "Write it as a text, or leave it out."
        at = re.search(rf'(?<![\w"]){name}(?![\w"])', text)
        place = Place.in_text(text, at.start(), file) if at else Place(file)
        raise InputError(f"JSON has no number {name}.", place=place, hint=hint) from error


class _ConstantError(Exception):
    """A number that JSON does not have."""


class _DoubledKeyError(Exception):
    """An object has a key twice."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise _DoubledKeyError
    return result


def integer(digits: str) -> int | float:
    """Python refuses to read very long integers; from 10^21 on they are doubles anyway (8.2.2)."""
    return int(digits) if len(digits) < 100 else float(digits)


def _constant(name: str) -> Any:
    raise _ConstantError(name)


def _holds_only_graph(found: dict[str, Any]) -> bool:
    """Whether an expanded object has a graph, and nothing else but entries of ours."""
    return "@graph" in found and all(key == "@graph" or key[:2] == "@@" for key in found)


def _is_half(escapes: str) -> bool:
    """Whether a run of escapes has a surrogate without its other half."""
    return any("\ud800" <= sign <= "\udfff" for sign in json.loads(f'"{escapes}"'))


def _fitting(steps: list[str | int], holder: dict[str, Any], key: str | None) -> Callable[[Spot], bool]:
    if key is None or key not in holder:
        return lambda spot: not spot.is_key and spot.path == steps
    return lambda spot: spot.is_key and spot.path == [*steps, key]


def _key_of(holder: Any, text: str) -> str | None:
    """The key under which an object of the document most likely has what is lost."""
    for key, value in holder.items() if isinstance(holder, dict) else ():
        texts = [each for each in as_list(value) if isinstance(each, str)]
        if any(each and text.endswith(each) for each in texts) or text.endswith(key):
            return str(key)
    return None


def _has_base(root: Any) -> bool:
    """Whether a document says something about its base itself."""
    contexts = (item.get("@context") for item in as_list(root) if isinstance(item, dict))
    return any("@base" in json.dumps(context) for context in contexts)


@contextmanager
def _deep() -> Iterator[None]:
    """Give the algorithms, which follow the nesting of a document, a stack that is high enough."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 10_000))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)
