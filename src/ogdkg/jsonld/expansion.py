"""A document in its expanded form, where every name is an IRI: Expansion (5.1.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ogdkg.jsonld.context import UNSET, Context, Term
from ogdkg.jsonld.faults import JsonLdError, brief
from ogdkg.jsonld.keywords import KEYWORDS
from ogdkg.jsonld.processing import Contexts
from ogdkg.jsonld.values import (
    add,
    as_list,
    checked_value,
    expanded_value,
    is_graph,
    is_list,
    is_value,
    language_map,
)

SOURCE = "@@source"  # an entry of ours: the object of the document that an expanded one comes from
_NONE = Term(None)


class Expansion:
    """Expands the objects of one document."""

    of_objects: type[ExpandedObject]

    def __init__(self, contexts: Contexts, base: str | None) -> None:
        """Prepare; `base` is the address of the document, to which addresses of contexts are relative."""
        self._contexts, self._base = contexts, base
        self.at: tuple[Any, str | None] = None, None  # the object, and the key, that is being expanded

    def expand(self, context: Context, prop: str | None, element: Any, *, from_map: bool = False) -> Any:
        """Expand a value of a property: None, an object, or an array of objects.

        Args:
            context: The active context.
            prop: The property as the document names it.
            element: The value.
            from_map: Whether the value is one of a map of types, names or indexes.
        """
        if element is None:
            return None
        if isinstance(element, dict):
            return self._object(context, prop, element, from_map)
        if isinstance(element, list):
            return self._array(context, prop, element, from_map)
        if prop is None or prop == "@graph":
            return None
        term = context.terms.get(prop)
        if term is not None and term.context is not UNSET:
            context = self._contexts.scoped(context, term)
        return expanded_value(context, prop, element)

    def _array(self, context: Context, prop: str | None, element: list[Any], from_map: bool) -> list[Any]:
        term = (context.terms.get(prop) if prop is not None else None) or _NONE
        is_of_lists = "@list" in term.container
        result: list[Any] = []
        for item in element:
            found = self.expand(context, prop, item, from_map=from_map)
            if isinstance(found, list):
                if is_of_lists:
                    result.append({"@list": found})
                else:
                    result += found
            elif found is not None:
                result.append(found)
        return result

    def _object(self, context: Context, prop: str | None, element: dict[str, Any], from_map: bool) -> Any:
        self.at = element, None
        term = context.terms.get(prop) if prop is not None else None
        if context.previous is not None and not from_map and not _is_part(context, element):
            context = context.previous
        if term is not None and term.context is not UNSET:
            context = self._contexts.scoped(context, term)
        if "@context" in element:
            self.at = element, "@context"
            context = self._contexts.process(context, element["@context"], self._base)
        of_types = context
        type_keys = [key for key in element if context.key(key) == "@type"]
        type_keys.sort()
        for key in type_keys:
            for name in sorted(each for each in as_list(element[key]) if isinstance(each, str)):
                typed = of_types.terms.get(name)
                if typed is not None and typed.context is not UNSET:
                    context = self._contexts.scoped(context, typed, of_type=True)
        made = self.of_objects(self, context, of_types, prop, element, type_keys)
        made.take(element)
        self.at = element, None
        return made.finished()


def _is_part(context: Context, element: dict[str, Any]) -> bool:
    """Whether an object is a value, or only names a node: such keeps the context of the object around it."""
    if len(element) == 1:
        return context.key(next(iter(element))) in ("@id", "@value")
    return any(context.key(key) == "@value" for key in element)


class ExpandedObject:
    """One object while it is expanded: its context, and what has been found."""

    def __init__(
        self,
        expansion: Expansion,
        context: Context,
        of_types: Context,
        prop: str | None,
        element: dict[str, Any],
        type_keys: list[str],
    ) -> None:
        self.expansion, self.context, self.of_types = expansion, context, of_types
        self.prop, self.element = prop, element
        self.result: dict[str, Any] = {}
        self.keywords: set[str] = set()  # met; a reversed property may have made @reverse without its key
        types = as_list(element[type_keys[0]]) if type_keys else []
        last = types[-1] if types else None
        self.input_type = of_types.key(last) if isinstance(last, str) else None

    def take(self, element: Mapping[str, Any]) -> None:
        """Expand each entry of an object, then those that are nested (step 13 and 14)."""
        expansion, context, result, nests = self.expansion, self.context, self.result, []
        for key, value in element.items():
            if key == "@context":
                continue
            name = context.key(key)
            if name is None or (":" not in name and name not in KEYWORDS):
                continue
            expansion.at = element, key
            if name == "@nest":
                nests.append(key)
            elif name in KEYWORDS:
                self._keyword(name, value)
            else:
                found = self._values(key, value)
                if found is not None:
                    term = context.terms.get(key) or _NONE
                    expansion.at = element, key
                    if term.is_reverse:
                        self._add_reversed(name, found)
                    else:
                        add(result, name, found)
        for key in nests:
            self._nested(element, key)

    def _keyword(self, name: str, value: Any) -> None:
        if self.prop == "@reverse":
            raise self.fault(f"A map of @reverse has no {name}.")
        if name in self.keywords and name not in ("@included", "@type"):
            raise self.fault(f"The object has {name} twice, by two names.")
        self.keywords.add(name)
        reader = _READERS.get(name)
        if reader is not None:
            reader(self, name, value)

    def _id(self, name: str, value: Any) -> None:
        if not isinstance(value, str):
            raise self.fault(f"@id is a text, not {brief(value)}.")
        self.result[name] = self.context.node(value)

    def _type(self, name: str, value: Any) -> None:
        values = as_list(value)
        if not all(isinstance(each, str) for each in values):
            raise self.fault("@type is a text, or an array of texts.")
        found = [self.of_types.type(each) for each in values]
        if name in self.result:
            found = as_list(self.result[name]) + found
        self.result[name] = found if isinstance(value, list) or len(found) > 1 else found[0]

    def _graph(self, name: str, value: Any) -> None:
        self.result[name] = as_list(self.expansion.expand(self.context, "@graph", value) or [])

    def _included(self, name: str, value: Any) -> None:
        found = self.expansion.expand(self.context, None, value)
        if found is None or any(is_value(each) or is_list(each) for each in as_list(found)):
            raise self.fault("@included holds nodes alone.")
        add(self.result, name, found)

    def _value(self, name: str, value: Any) -> None:
        if self.input_type != "@json" and isinstance(value, (dict, list)):
            raise self.fault(f"@value is a text, a number, a truth value or null, not {brief(value)}.")
        self.result[name] = value

    def _text(self, name: str, value: Any) -> None:
        if not isinstance(value, str):
            raise self.fault(f"{name} is a text, not {brief(value)}.")
        self.result[name] = value

    def _direction(self, name: str, value: Any) -> None:
        if value not in ("ltr", "rtl"):
            raise self.fault(f'@direction is "ltr" or "rtl", not {brief(value)}.')
        self.result[name] = value

    def _list(self, name: str, value: Any) -> None:
        if self.prop is not None and self.prop != "@graph":
            self.result[name] = as_list(self.expansion.expand(self.context, self.prop, as_list(value)))

    def _set(self, name: str, value: Any) -> None:
        self.result[name] = self.expansion.expand(self.context, self.prop, value)

    def _reverse(self, name: str, value: Any) -> None:
        if not isinstance(value, dict):
            raise self.fault(f"@reverse is an object, not {brief(value)}.")
        at = self.expansion.at
        found = self.expansion.expand(self.context, "@reverse", value)
        self.expansion.at = at
        for prop, items in found.items() if found else ():
            if prop == "@reverse":
                for back, nodes in items.items():
                    add(self.result, back, nodes)
            elif prop[:2] != "@@":  # an entry of ours
                self._add_reversed(prop, items)

    def _nested(self, element: Mapping[str, Any], key: str) -> None:
        """Take the entries of an object under `@nest` as if they stood beside it."""
        for nested in as_list(element[key]):
            context = self.context
            if not isinstance(nested, dict) or any(context.key(each) == "@value" for each in nested):
                self.expansion.at = element, key
                raise self.fault("What stands under @nest is an object that is not a value.")
            term = context.terms.get(key)
            if term is not None and term.context is not UNSET:
                self.context = self.expansion._contexts.scoped(context, term)
            self.take(nested)
            self.context = context

    def _values(self, key: str, value: Any) -> Any:
        """The expanded values of a property (13.5 to 13.12)."""
        context = self.context
        term = context.terms.get(key) or _NONE
        container = term.container
        found: Any
        if term.type == "@json":
            found = {"@value": value, "@type": "@json"}
        elif "@language" in container and isinstance(value, dict):
            found = language_map(context, term, value)
        elif container & _MAPS and isinstance(value, dict):
            found = self._map(key, term, value)
        else:
            found = self.expansion.expand(context, key, value)
        if found is None:
            return None
        if "@list" in container and not is_list(found):
            found = {"@list": as_list(found)}
        if "@graph" in container and not container & {"@id", "@index"}:
            found = [{"@graph": as_list(each)} for each in as_list(found)]
        return found

    def _map(self, key: str, term: Term, value: dict[str, Any]) -> list[Any]:
        """The values of a map whose keys are types, names or indexes (13.8)."""
        context, container = self.context, term.container
        by_name = "@id" in container or "@type" in container
        around = context.previous if by_name and context.previous is not None else context
        result: list[Any] = []
        for index, values in value.items():
            within = around
            typed = around.terms.get(index) if "@type" in container else None
            if typed is not None and typed.context is not UNSET:
                within = self.expansion._contexts.scoped(around, typed, of_type=True)
            is_named = context.key(index) != "@none"
            found = self.expansion.expand(within, key, as_list(values), from_map=True)
            self.expansion.at = value, index
            for item in found or ():
                if "@graph" in container and not is_graph(item):
                    item = {"@graph": as_list(item)}
                if is_named:
                    self._name(item, index, term)
                result.append(item)
        return result

    def _name(self, item: dict[str, Any], index: str, term: Term) -> None:
        """Give an item of a map what its key says."""
        context, container = self.context, term.container
        if "@index" in container and term.property_index is not None and term.property_index != "@index":
            name = context.key(term.property_index)
            self._refuse_value(item)
            named = expanded_value(context, term.property_index, index)
            item[name or ""] = [named, *item.get(name or "", [])]
        elif "@index" in container:
            item.setdefault("@index", index)
        elif "@id" in container:
            self._refuse_value(item)
            if "@id" not in item:
                item["@id"] = context.node(index)
        elif "@type" in container:
            self._refuse_value(item)
            item["@type"] = [context.key(index), *item.get("@type", [])]

    def _refuse_value(self, item: dict[str, Any]) -> None:
        if is_value(item) or is_list(item):
            raise self.fault("A map of names, types or properties holds nodes alone.")

    def _add_reversed(self, name: str, found: Any) -> None:
        for item in as_list(found):
            if is_value(item) or is_list(item):
                raise self.fault("A reversed property has a value that is no node.")
            add(self.result.setdefault("@reverse", {}), name, item)

    def finished(self) -> Any:
        """What the object becomes in the end (15 to 19)."""
        result, prop = self.result, self.prop
        if "@value" in result:
            return checked_value(result, self.element)
        if "@set" in result or "@list" in result:
            if len(result) > 1 + ("@index" in result):
                raise self.fault("An object with @set or @list has nothing beside but @index.")
            if "@set" in result:
                return result["@set"]
        elif "@type" in result and not isinstance(result["@type"], list):
            result["@type"] = [result["@type"]]
        if len(result) == 1 and "@language" in result:
            return None
        is_free = not result or "@list" in result or (len(result) == 1 and "@id" in result)
        if is_free and (prop is None or prop == "@graph"):
            return None
        result[SOURCE] = self.element
        return result

    def fault(self, message: str, hint: str = "") -> JsonLdError:
        """Return an error at the object that is being expanded."""
        return JsonLdError(message, *self.expansion.at, hint)


Expansion.of_objects = ExpandedObject
_READERS = {
    "@id": ExpandedObject._id,
    "@type": ExpandedObject._type,
    "@graph": ExpandedObject._graph,
    "@included": ExpandedObject._included,
    "@value": ExpandedObject._value,
    "@language": ExpandedObject._text,
    "@index": ExpandedObject._text,
    "@direction": ExpandedObject._direction,
    "@list": ExpandedObject._list,
    "@set": ExpandedObject._set,
    "@reverse": ExpandedObject._reverse,
}
_MAPS = frozenset(("@index", "@type", "@id"))
