"""Local contexts read into active ones: Context Processing (4.1.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ogdkg.jsonld.context import Context, Term, expand_iri
from ogdkg.jsonld.definitions import Definitions
from ogdkg.jsonld.faults import JsonLdError, brief
from ogdkg.jsonld.keywords import is_absolute
from ogdkg.syntax.iri import resolve

Load = Callable[[str], Any]
MOST_REMOTE = 64  # contexts that load one another
_MOST_KEPT = 1_000  # contexts
_ABOUT_CONTEXT = frozenset(
    ("@base", "@direction", "@import", "@language", "@propagate", "@protected", "@version", "@vocab")
)


class _Way(NamedTuple):
    """How a local context is read: what its addresses are relative to, whether it may define protected terms
    anew, and whether it holds for what is below its object too.

    `remote` are the addresses that led to it, and `is_check` says that nothing will use what is made.
    """

    base: str | None
    remote: tuple[str, ...] = ()
    may_override: bool = False
    propagate: bool = True
    is_check: bool = False


class Contexts:
    """Makes active contexts of local ones; a pair that many objects share is worked out once."""

    def __init__(self, load: Load, warn: Callable[[str, Any, str], None]) -> None:
        """Prepare.

        Args:
            load: Returns the JSON of the document at an address.
            warn: Tells of what is ignored: a message, its object and key.
        """
        self._load, self._warn = load, warn
        self._loaded: dict[str, Any] = {}
        self._made: dict[tuple[Any, ...], tuple[Context, Context]] = {}
        self._checked: set[tuple[str | int, str | None]] = set()
        self._kept: dict[int, Any] = {}  # what is known by its id must not go away

    def scoped(self, context: Context, term: Term, *, of_type: bool = False) -> Context:
        """The context within a term's: it may define protected terms anew, or holds for one object."""
        local, way = term.context, _Way(term.context_base, (), not of_type, not of_type)
        self._kept[id(local)] = local
        return self._once(context, id(local), way, lambda: self._process(context, local, way))

    def process(self, context: Context, local: Any, base: str | None) -> Context:
        """The active context that a local one makes of another.

        Args:
            context: The active context.
            local: The local one: an object, an address, null, or an array of them.
            base: What its addresses are relative to.
        """
        return self._process(context, local, _Way(base))

    def _process(self, context: Context, local: Any, way: _Way) -> Context:
        if isinstance(local, dict) and "@propagate" in local:
            propagate = local["@propagate"]
            if not isinstance(propagate, bool):
                message = f"@propagate is true or false, not {brief(propagate)}."
                raise JsonLdError(message, local, "@propagate")
            way = way._replace(propagate=propagate)
        result = context
        if not way.propagate:
            result = context.layer()
            result.previous = result.previous or context
        for each in local if isinstance(local, list) else [local]:
            if each is None:
                result = _emptied(result, way)
            elif isinstance(each, str):
                result = self._remote(result, each, way)
            elif isinstance(each, dict):
                result = self._object(result.layer(), each, way)
            else:
                raise JsonLdError(f"A context is an object, an address or null, not {brief(each)}.")
        return result

    def _remote(self, result: Context, name: str, way: _Way) -> Context:
        address = resolve(name, way.base) if way.base is not None else name
        if address in way.remote or len(way.remote) >= MOST_REMOTE:
            if way.is_check:
                return result
            raise JsonLdError(f"The context {brief(address)} loads itself.")
        document = self._document(address)
        if not isinstance(document, dict) or "@context" not in document:
            raise JsonLdError(f"The document for {brief(address)} has no @context.")
        way = way._replace(base=address, remote=(*way.remote, address), propagate=True)
        return self._once(result, address, way, lambda: self._process(result, document["@context"], way))

    def _once(
        self, context: Context, name: str | int, way: tuple[Any, ...], make: Callable[[], Context]
    ) -> Context:
        """What a local context makes of an active one, which many objects may ask for."""
        key = id(context), name, way
        if key not in self._made:
            if len(self._made) >= _MOST_KEPT:
                self._made.clear()
            self._made[key] = context, make()  # the first is kept, since its id is known
        return self._made[key][1]

    def _document(self, address: str) -> Any:
        if address not in self._loaded:
            self._loaded[address] = self._load(address)
        return self._loaded[address]

    def _object(self, result: Context, local: Mapping[str, Any], way: _Way) -> Context:
        """Take in a context that is an object, into a context of which nobody else knows yet."""
        if "@version" in local and local["@version"] != 1.1:
            raise JsonLdError("@version is 1.1.", local, "@version")
        if "@import" in local:
            local = self._imported(local, way.base)
        _take_bases(result, local, is_remote=bool(way.remote))
        _take_defaults(result, local)
        for key in ("@propagate", "@protected"):
            if not isinstance(local.get(key, True), bool):
                raise JsonLdError(f"{key} is true or false, not {brief(local[key])}.", local, key)

        def check(context: Context, scoped: Any) -> None:
            self._check(context, scoped, way)

        terms = Definitions(
            result, local, way.base, may_override=way.may_override, check=check, warn=self._warn
        )
        for name in local:
            if name not in _ABOUT_CONTEXT:
                terms.define(name)
        return result

    def _check(self, context: Context, scoped: Any, way: _Way) -> None:
        """Refuse a scoped context that is broken, even where no object comes to use it."""
        key: str | int = id(scoped)
        if isinstance(scoped, str):
            key = resolve(scoped, way.base) if way.base is not None else scoped
        if (key, way.base) not in self._checked:
            self._checked.add((key, way.base))
            self._kept[id(scoped)] = scoped
            self._process(context, scoped, _Way(way.base, way.remote, may_override=True, is_check=True))

    def _imported(self, local: Mapping[str, Any], base: str | None) -> dict[str, Any]:
        name = local["@import"]
        if not isinstance(name, str):
            raise JsonLdError(f"@import is the address of a context, not {brief(name)}.", local, "@import")
        address = resolve(name, base) if base is not None else name
        document = self._document(address)
        imported = document.get("@context") if isinstance(document, dict) else None
        if not isinstance(imported, dict):
            raise JsonLdError(f"The document for {brief(address)} has no @context that is an object.", local)
        if "@import" in imported:
            raise JsonLdError(f"The context {brief(address)}, which is imported, imports another.", local)
        own = {key: value for key, value in local.items() if key != "@import"}
        return {**imported, **own}


def _emptied(result: Context, way: _Way) -> Context:
    if not way.may_override and result.terms.has_protected:
        raise JsonLdError("A context of null would take away terms that are protected.")
    empty = Context(result.first_base)
    if not way.propagate:
        empty.previous = result.previous or result
    return empty


def _take_bases(result: Context, local: Mapping[str, Any], *, is_remote: bool) -> None:
    if "@base" in local and not is_remote:
        base = local["@base"]
        if base is None:
            result.base = None
        elif isinstance(base, str) and is_absolute(base):
            result.base = base
        elif isinstance(base, str) and result.base is not None:
            result.base = resolve(base, result.base)
        else:
            raise JsonLdError(f"The @base {brief(base)} is not an absolute IRI.", local, "@base")
    if "@vocab" in local:
        vocab = local["@vocab"]
        if vocab is not None and not isinstance(vocab, str):
            raise JsonLdError(f"@vocab is an IRI, not {brief(vocab)}.", local, "@vocab")
        result.vocab = None if vocab is None else expand_iri(result, vocab, relative=True, vocab=True)


def _take_defaults(result: Context, local: Mapping[str, Any]) -> None:
    if "@language" in local:
        language = local["@language"]
        if language is not None and not isinstance(language, str):
            raise JsonLdError(f"@language is a language tag, not {brief(language)}.", local, "@language")
        result.language = language
    if "@direction" in local:
        direction = local["@direction"]
        if direction not in (None, "ltr", "rtl"):
            raise JsonLdError(f'@direction is "ltr" or "rtl", not {brief(direction)}.', local, "@direction")
        result.direction = direction
