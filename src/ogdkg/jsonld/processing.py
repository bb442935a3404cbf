"""Local contexts read into active ones: Context Processing (4.1.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ogdkg.jsonld.context import Context, Term, expand_iri
from ogdkg.jsonld.definitions import Definitions
from ogdkg.jsonld.faults import JsonLdError, shown
from ogdkg.jsonld.keywords import is_absolute
from ogdkg.syntax.iri import resolve

Load = Callable[[str], Any]
MOST_REMOTE = 64  # contexts that load one another
_ABOUT_CONTEXT = frozenset(
    ("@base", "@direction", "@import", "@language", "@propagate", "@protected", "@version", "@vocab")
)


class _Way(NamedTuple):
    """How a local context is read; see `Contexts.process`.

    `remote` are the addresses that led to it, and `is_check` says that nothing will use what is made.
    """

    base: str | None
    remote: tuple[str, ...] = ()
    may_override: bool = False
    propagate: bool = True
    is_check: bool = False


class Contexts:
    """Makes active contexts of local ones; each pair is worked out once."""

    def __init__(self, load: Load, warn: Callable[[str, Any, str], None]) -> None:
        """Prepare.

        Args:
            load: Returns the JSON of the document at an address.
            warn: Tells of what is ignored: a message, its object and key.
        """
        self._load, self._warn = load, warn
        self._loaded: dict[str, Any] = {}
        self._made: dict[tuple[Any, ...], tuple[Context, Any, Context]] = {}
        self._checked: set[tuple[str | int, str | None]] = set()
        self._kept: list[Any] = []  # what is known by its id must not go away

    def scoped(self, context: Context, term: Term, *, of_type: bool = False) -> Context:
        """The context within a term's: it may define protected terms anew, or holds for one object."""
        if of_type:
            return self.process(context, term.context, term.context_base, propagate=False)
        return self.process(context, term.context, term.context_base, may_override=True)

    def process(
        self,
        context: Context,
        local: Any,
        base: str | None,
        *,
        may_override: bool = False,
        propagate: bool = True,
    ) -> Context:
        """The active context that a local one makes of another.

        Args:
            context: The active context.
            local: The local one: an object, an address, null, or an array of them.
            base: What its addresses are relative to.
            may_override: Whether it may define protected terms anew.
            propagate: Whether it holds for what is below the object too.
        """
        named = local if isinstance(local, str) else id(local)
        key = id(context), named, base, may_override, propagate
        if key not in self._made:
            way = _Way(base, (), may_override, propagate)
            made = self._process(context, local, way)
            self._made[key] = context, local, made  # the first two are kept, as their ids are known
        return self._made[key][2]

    def _process(self, context: Context, local: Any, way: _Way) -> Context:
        if isinstance(local, dict) and "@propagate" in local:
            propagate = local["@propagate"]
            if not isinstance(propagate, bool):
                message = f"@propagate is true or false, not {shown(propagate)}."
                raise JsonLdError(message, local, "@propagate")
            way = way._replace(propagate=propagate)
        result = context.copy()
        if not way.propagate and result.previous is None:
            result.previous = context
        for each in local if isinstance(local, list) else [local]:
            if each is None:
                result = _emptied(result, way)
            elif isinstance(each, str):
                result = self._remote(result, each, way)
            elif isinstance(each, dict):
                result = self._object(result, each, way)
            else:
                raise JsonLdError(f"A context is an object, an address or null, not {shown(each)}.")
        return result

    def _remote(self, result: Context, name: str, way: _Way) -> Context:
        address = resolve(name, way.base) if way.base is not None else name
        if address in way.remote or len(way.remote) >= MOST_REMOTE:
            if way.is_check:
                return result
            raise JsonLdError(f"The context {shown(address)} loads itself.")
        document = self._document(address)
        if not isinstance(document, dict) or "@context" not in document:
            raise JsonLdError(f"The document for {shown(address)} has no @context.")
        way = way._replace(base=address, remote=(*way.remote, address), propagate=True)
        return self._process(result, document["@context"], way)

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
                raise JsonLdError(f"{key} is true or false, not {shown(local[key])}.", local, key)

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
            self._kept.append(scoped)
            self._process(context, scoped, _Way(way.base, way.remote, may_override=True, is_check=True))

    def _imported(self, local: Mapping[str, Any], base: str | None) -> dict[str, Any]:
        name = local["@import"]
        if not isinstance(name, str):
            raise JsonLdError(f"@import is the address of a context, not {shown(name)}.", local, "@import")
        address = resolve(name, base) if base is not None else name
        document = self._document(address)
        imported = document.get("@context") if isinstance(document, dict) else None
        if not isinstance(imported, dict):
            raise JsonLdError(f"The document for {shown(address)} has no @context that is an object.", local)
        if "@import" in imported:
            raise JsonLdError(f"The context {shown(address)}, which is imported, imports another.", local)
        own = {key: value for key, value in local.items() if key != "@import"}
        merged = {**imported, **own}
        self._kept.append(merged)
        return merged


def _emptied(result: Context, way: _Way) -> Context:
    if not way.may_override and any(term.is_protected for term in result.terms.values()):
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
            raise JsonLdError(f"The @base {shown(base)} is no absolute IRI.", local, "@base")
    if "@vocab" in local:
        vocab = local["@vocab"]
        if vocab is not None and not isinstance(vocab, str):
            raise JsonLdError(f"@vocab is an IRI, not {shown(vocab)}.", local, "@vocab")
        result.vocab = None if vocab is None else expand_iri(result, vocab, relative=True, vocab=True)


def _take_defaults(result: Context, local: Mapping[str, Any]) -> None:
    if "@language" in local:
        language = local["@language"]
        if language is not None and not isinstance(language, str):
            raise JsonLdError(f"@language is a language tag, not {shown(language)}.", local, "@language")
        result.language = language
    if "@direction" in local:
        direction = local["@direction"]
        if direction not in (None, "ltr", "rtl"):
            raise JsonLdError(f'@direction is "ltr" or "rtl", not {shown(direction)}.', local, "@direction")
        result.direction = direction
