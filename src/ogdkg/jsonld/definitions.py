"""Terms defined by a local context: Create Term Definition (4.2.2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from ogdkg.jsonld.context import Context, Term, expand_iri
from ogdkg.jsonld.faults import JsonLdError, brief
from ogdkg.jsonld.keywords import KEYWORDS, has_keyword_form, is_node_name

_ALL = "@id @reverse @container @context @direction @index @language @nest @prefix @protected @type"
_ENTRIES = frozenset(re.split(" ", _ALL))
_SINGLE = frozenset(("@graph", "@id", "@index", "@language", "@list", "@set", "@type"))
_WITH_SET = frozenset(("@index", "@graph", "@id", "@type", "@language"))
Check = Callable[[Context, Any], None]


class Definitions:
    """The terms of one local context, each defined when it is first needed."""

    def __init__(
        self,
        context: Context,
        local: Mapping[str, Any],
        base: str | None,
        *,
        may_override: bool,
        check: Check,
        warn: Callable[[str, Any, str], None],
    ) -> None:
        """Prepare to define terms.

        Args:
            context: The active context, which gets the definitions.
            local: The local context.
            base: The address of the document that the local context is in.
            may_override: Whether protected terms may be defined anew.
            check: Checks a scoped context.
            warn: Tells of what is ignored: a message, its object and key.
        """
        self._context, self._local, self._base = context, local, base
        self._may_override, self._check, self._warn = may_override, check, warn
        self._defined: dict[str, bool] = {}

    def define(self, name: str) -> None:
        """Define a term and, before, those that it needs."""
        if name in self._defined:
            if not self._defined[name]:
                raise self._fault(name, f"The term {brief(name)} is defined by itself.")
            return
        if not name:
            raise self._fault(name, "A term has an empty name.")
        self._defined[name] = False
        value = self._local[name]
        if not self._is_free(name, value):
            return
        previous = self._context.terms.get(name)
        self._context.terms.define(name, None)
        entries = _entries(value)
        if entries is None:
            raise self._fault(name, f"The term {brief(name)} is defined by {brief(value)}.")
        term = self._term(name, entries, not isinstance(value, dict))
        if term is None:
            return
        if previous is not None and previous.is_protected and not self._may_override:
            if previous._replace(is_protected=term.is_protected) != term:
                raise self._fault(name, f"The term {brief(name)} is protected, and is defined anew here.")
            term = previous
        self._context.terms.define(name, term)
        self._defined[name] = True

    def _is_free(self, name: str, value: Any) -> bool:
        """Whether a name may be a term; a keyword is none, but for `@type` with a container."""
        if name == "@type" and _sets_container(value):
            return True
        if name in KEYWORDS:
            raise self._fault(name, f"The keyword {name} cannot be defined anew.")
        if has_keyword_form(name):
            self._warn(f"{brief(name)} has the form of a keyword, and is ignored.", self._local, name)
            return False
        return True

    def _term(self, name: str, value: Mapping[str, Any], is_simple: bool) -> Term | None:
        """The definition; None where it is to be ignored."""
        protected = value.get("@protected", self._local.get("@protected", False))
        if not isinstance(protected, bool):
            raise self._fault(name, f"@protected is true or false, not {brief(protected)}.")
        kind = self._type(name, value)
        if "@reverse" in value:
            return self._reverse(name, value, protected, kind)
        found = self._iri(name, value, is_simple)
        if found is None:
            return None
        iri, is_prefix = found
        container = self._container(name, value)
        if "@type" in container:
            kind = kind or "@id"
            if kind not in ("@id", "@vocab"):
                raise self._fault(name, "A container of @type needs a @type of @id or @vocab.")
        term = Term(iri, is_prefix, protected, False, kind, container=container)
        return self._rest(name, value, term)

    def _type(self, name: str, value: Mapping[str, Any]) -> str | None:
        if "@type" not in value:
            return None
        given = value["@type"]
        if not isinstance(given, str):
            raise self._fault(name, f"The @type of a term is a text, not {brief(given)}.")
        kind = self._expanded(given)
        if kind not in ("@id", "@vocab", "@json", "@none") and (
            not is_node_name(kind) or str(kind).startswith("_:")
        ):
            raise self._fault(name, f"The @type {brief(given)} is not an absolute IRI.")
        return kind

    def _reverse(self, name: str, value: Mapping[str, Any], protected: bool, kind: str | None) -> Term | None:
        if "@id" in value or "@nest" in value:
            raise self._fault(name, "A term with @reverse has no @id and no @nest.")
        given = value["@reverse"]
        if not isinstance(given, str):
            raise self._fault(name, f"@reverse is a text, not {brief(given)}.")
        if has_keyword_form(given):
            self._warn(f"{brief(given)} has the form of a keyword; the term is ignored.", self._local, name)
            return None
        iri = self._expanded(given)
        if not is_node_name(iri):
            raise self._fault(name, f"{brief(name)} reverses {brief(given)}, which is not an absolute IRI.")
        container = value.get("@container")
        if container not in ("@set", "@index", None):
            raise self._fault(name, "The @container of a term with @reverse is @set or @index.")
        self._check_entries(name, value)
        return Term(iri, False, protected, True, kind, container=frozenset([container] if container else ()))

    def _iri(self, name: str, value: Mapping[str, Any], is_simple: bool) -> tuple[str | None, bool] | None:
        """What a term stands for, and whether it is a prefix; None where it is to be ignored."""
        if "@id" in value and value["@id"] != name:
            return self._given_iri(name, value["@id"], is_simple)
        if ":" in name[1:]:
            prefix, _, suffix = name.partition(":")
            if prefix in self._local:
                self.define(prefix)
            term = self._context.terms.get(prefix)
            return (term.iri + suffix if term is not None and term.iri is not None else name), False
        if "/" in name:
            iri = self._expanded(name)
            if not is_node_name(iri):
                raise self._fault(name, f"The term {brief(name)} is not an absolute IRI.")
            return iri, False
        if name == "@type":
            return "@type", False
        if self._context.vocab is not None:
            return self._context.vocab + name, False
        hint = "Give the term an @id, or the context a @vocab."
        raise self._fault(name, f"The term {brief(name)} stands for no IRI.", hint)

    def _given_iri(self, name: str, given: Any, is_simple: bool) -> tuple[str | None, bool] | None:
        if given is None:
            return None, False
        if not isinstance(given, str):
            raise self._fault(name, f"The @id of a term is a text, not {brief(given)}.")
        if given not in KEYWORDS and has_keyword_form(given):
            self._warn(f"{brief(given)} has the form of a keyword; the term is ignored.", self._local, name)
            return None
        iri = self._expanded(given)
        if iri == "@context":
            raise self._fault(name, "@context cannot have another name.")
        if iri not in KEYWORDS and not is_node_name(iri):
            hint = "Write an absolute IRI, or declare the prefix or the @vocab that it needs."
            message = f"The term {brief(name)} stands for {brief(given)}, which is not an absolute IRI."
            raise self._fault(name, message, hint)
        assert iri is not None  # as of the test before
        has_sign = ":" in name[1:-1] or "/" in name
        if has_sign:
            self._defined[name] = True
            if self._expanded(name) != iri:
                raise self._fault(name, f"The term {brief(name)} looks like another IRI than it stands for.")
        ends = iri[-1:] in ":/?#[]@" or iri.startswith("_:")
        return iri, not has_sign and ":" not in name and is_simple and ends

    def _container(self, name: str, value: Mapping[str, Any]) -> frozenset[str]:
        if "@container" not in value:
            return frozenset()
        given = value["@container"]
        items = given if isinstance(given, list) else [given]
        if all(isinstance(item, str) for item in items):
            found = frozenset(items)
            rest = found - {"@set"}
            if len(found) == 1 and found <= _SINGLE:
                return found
            if "@set" in found and len(rest) == 1 and rest <= _WITH_SET:
                return found
            if "@graph" in rest and len(rest) == 2 and rest & {"@id", "@index"}:
                return found
        raise self._fault(name, f"The @container of the term {brief(name)} is none that there is.")

    def _rest(self, name: str, value: Mapping[str, Any], term: Term) -> Term:
        """The entries that change little: @index, @context, @language, @direction, @nest, @prefix."""
        changes: dict[str, Any] = {}
        if "@index" in value:
            index = value["@index"]
            iri = self._expanded(index) if isinstance(index, str) else None
            if "@index" not in term.container or not is_node_name(iri):
                raise self._fault(name, "The @index of a term is an IRI, and its @container has @index.")
            changes["property_index"] = index
        if "@context" in value:
            self._check_scoped(name, value["@context"])
            changes |= {"context": value["@context"], "context_base": self._base}
        for key, allowed in (("@language", None), ("@direction", ("ltr", "rtl"))):
            if key in value and "@type" not in value:
                given = value[key]
                if given is not None and not (given in allowed if allowed else isinstance(given, str)):
                    raise self._fault(name, f"The {key} of a term is not {brief(given)}.")
                changes[key[1:]] = given
        if "@nest" in value:
            nest = value["@nest"]
            if not isinstance(nest, str) or (nest in KEYWORDS and nest != "@nest"):
                raise self._fault(name, f"The @nest of a term is @nest or a term, not {brief(nest)}.")
            changes["nest"] = nest
        if "@prefix" in value:
            prefix = value["@prefix"]
            if (
                not isinstance(prefix, bool)
                or ":" in name
                or "/" in name
                or (prefix and term.iri in KEYWORDS)
            ):
                raise self._fault(name, f"The term {brief(name)} cannot have the @prefix {brief(prefix)}.")
            changes["is_prefix"] = prefix
        self._check_entries(name, value)
        return term._replace(**changes)

    def _check_scoped(self, name: str, scoped: Any) -> None:
        try:
            self._check(self._context, scoped)
        except JsonLdError as fault:
            if fault.holder is None:
                fault.holder, fault.key = self._local, name
            raise

    def _check_entries(self, name: str, value: Mapping[str, Any]) -> None:
        for key in value:
            if key not in _ENTRIES:
                raise self._fault(name, f"The definition of {brief(name)} has an unknown {brief(key)}.")

    def _expanded(self, name: str) -> str | None:
        return expand_iri(self._context, name, vocab=True, local=self._local, define=self.define)

    def _fault(self, name: str, message: str, hint: str = "") -> JsonLdError:
        return JsonLdError(message, self._local, name, hint)


def _sets_container(value: Any) -> bool:
    """Whether a definition of `@type` says all that it may: that its values are a set, and protected."""
    if not isinstance(value, dict) or not value or not set(value) <= {"@container", "@protected"}:
        return False
    return value.get("@container", "@set") in ("@set", ["@set"])


def _entries(value: Any) -> Mapping[str, Any] | None:
    """What a term is defined by, as an object; None where it is no definition."""
    if value is None or isinstance(value, str):
        return {"@id": value}
    return value if isinstance(value, dict) else None
