"""What a client of the Reconciliation Service API asks, read with limits.

Clauses are those of https://www.w3.org/community/reports/reconciliation/CG-FINAL-specs-0.2-20230410/.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, NoReturn

from ogdkg.rdf.terms import Iri
from ogdkg.reconciling.matching import ALL, ANY, SHOULD, Condition, Question, Value
from ogdkg.web.http.problems import HttpError

MOST_QUERIES = 50  # of a batch; the manifest says so
MOST_CANDIDATES = 50
USUAL_CANDIDATES = 5
MOST_IDS = 500  # of a data extension
MOST_PROPERTIES = 20
_MOST_VALUES = 20
_MOST_TYPES = 20
_LONGEST = 1_000  # letters of a name or a value; more are not looked at

Named = Callable[[str], Iri | None]


class Reading(NamedTuple):
    """Reads queries.

    Attributes:
        thing: Returns the thing that an identifier stands for.
        of_type: Returns the class that an identifier or a name stands for.
        of_property: Returns the property that an identifier or a name stands for.
    """

    thing: Named
    of_type: Named
    of_property: Named

    def batch(self, text: str) -> dict[str, Question]:
        """Read a reconciliation query batch (section 4.1), of version 0.1 or 0.2."""
        batch = parsed(text, "queries")
        if not isinstance(batch, dict):
            refuse('queries takes a JSON object, such as {"q0": {"query": "a name"}}.')
        _check_number(batch, MOST_QUERIES, "queries")
        return {key: self.query(each, f"The query {key[:50]!r}") for key, each in batch.items()}

    def single(self, text: str) -> Question:
        """Read the one query of version 0.1: a name, or a query as JSON."""
        if text.lstrip().startswith("{"):
            return self.query(parsed(text, "query"), "The query")
        return Question(text[:_LONGEST].strip() or refuse("query is empty."), most=USUAL_CANDIDATES)

    def query(self, query: object, where: str) -> Question:
        """Read a query."""
        given = _object(query, where)
        name = given.get("query", "")
        if not isinstance(name, str):
            refuse(f"{where}: query takes a text.")
        conditions = given.get("properties") or []
        if not isinstance(conditions, list) or len(conditions) > MOST_PROPERTIES:
            refuse(f"{where}: properties takes a list of at most {MOST_PROPERTIES}.")
        if not name.strip() and not conditions:
            refuse(f"{where} has neither query nor properties.")
        strictness = given.get("type_strict") or ANY
        if strictness not in (ANY, ALL, SHOULD):
            refuse(f"{where}: type_strict is one of any, all and should.")
        return Question(
            name[:_LONGEST].strip(),
            self._types(given.get("type"), where),
            tuple(self._condition(each, where) for each in conditions),
            limit_of(given.get("limit"), where),
            strictness,
        )

    def draft(self, body: str) -> list[Question]:
        """Read a batch of the draft of version 1.0: a list of queries, each with conditions."""
        batch = _object(parsed(body, "The body"), "The body").get("queries")
        if not isinstance(batch, list):
            refuse("The body has a list of queries.")
        _check_number(batch, MOST_QUERIES, "queries")
        return [self._of_draft(each, f"The query {number}") for number, each in enumerate(batch, 1)]

    def _of_draft(self, query: object, where: str) -> Question:
        given = _object(query, where)
        conditions = given.get("conditions")
        if not isinstance(conditions, list) or not 0 < len(conditions) <= MOST_PROPERTIES:
            refuse(f"{where}: conditions takes a list of 1 to {MOST_PROPERTIES}.")
        name, found = "", []
        for one in conditions:
            each = _object(one, where)
            kind, value = each.get("matchType"), each.get("propertyValue")
            if kind in ("name", "id"):
                name = next((text.text for text in self._values(value, where)), "")
            elif kind == "property":
                found.append(self._of_property(each, where))
            else:
                refuse(f"{where}: matchType is one of name, id and property.")
        types = self._types(given.get("type"), where)
        return Question(name.strip(), types, tuple(found), limit_of(given.get("limit"), where))

    def _of_property(self, given: Mapping[str, Any], where: str) -> Condition:
        wanted = self._condition({"pid": given.get("propertyId"), "v": given.get("propertyValue")}, where)
        how = given.get("matchQuantifier") or "any"
        if how not in ("any", "all", "none"):
            refuse(f"{where}: matchQuantifier is one of any, all and none.")
        is_required = given.get("required") is True
        return wanted._replace(is_required=is_required, is_none=how == "none", is_all=how == "all")

    def _types(self, given: object, where: str) -> tuple[Iri, ...]:
        """The classes: an identifier, a list of them, or, as some clients have it, objects with one."""
        several = given if isinstance(given, list) else [] if given in (None, "") else [given]
        if len(several) > _MOST_TYPES:
            refuse(f"{where}: type takes at most {_MOST_TYPES} types.")
        found = []
        for each in several:
            text = each.get("id") if isinstance(each, dict) else each
            if not isinstance(text, str):
                refuse(f"{where}: type takes the identifier of a type, or a list of them.")
            found.append(self.of_type(text[:_LONGEST]) or _NONE)
        return tuple(found)

    def _condition(self, given: object, where: str) -> Condition:
        each = _object(given, where)
        name = each.get("pid", each.get("p"))
        if not isinstance(name, str) or "v" not in each:
            refuse(f"{where}: each of properties has a pid and a v.")
        return Condition(self.of_property(name[:_LONGEST]) or _NONE, tuple(self._values(each["v"], where)))

    def _values(self, given: object, where: str) -> Iterable[Value]:
        several = given if isinstance(given, list) else [given]
        if len(several) > _MOST_VALUES:
            refuse(f"{where}: there are more than {_MOST_VALUES} values of a property.")
        return [self._value(each, where) for each in several]

    def _value(self, given: object, where: str) -> Value:
        if isinstance(given, dict):
            identifier, name = given.get("id"), given.get("name")
            if not isinstance(identifier, str):
                refuse(f"{where}: a value that is an entity has an id.")
            return Value(name if isinstance(name, str) else identifier, self.thing(identifier[:_LONGEST]))
        if isinstance(given, bool):
            return Value("true" if given else "false")
        if isinstance(given, str | int | float):
            return Value(str(given)[:_LONGEST])
        raise HttpError(400, f"{where}: a value is a text, a number, true, false, or an entity with an id.")


_NONE = Iri("urn:ogdkg:none")  # what nothing is of, and has no values of


def parsed(text: str, what: str) -> object:
    """Return what JSON says.

    Raises:
        HttpError: It is no JSON.
    """
    try:
        return json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError):
        raise HttpError(400, f"{what} takes JSON.") from None


def _refused(constant: str) -> object:
    raise ValueError(constant)


def limit_of(given: object, where: str) -> int:
    """Return how many candidates are wanted, but no more than are offered."""
    if given is None:
        return USUAL_CANDIDATES
    if isinstance(given, str) and given.isascii() and given.isdigit() and len(given) < 10:
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int | float) or given < 1:
        refuse(f"{where}: limit takes a number from 1.")
    return int(min(given, MOST_CANDIDATES))


def refuse(detail: str) -> NoReturn:
    """Raise HttpError for a request that is wrong."""
    raise HttpError(400, detail)


def _object(given: object, where: str) -> Mapping[str, Any]:
    if not isinstance(given, dict):
        refuse(f"{where} is no JSON object.")
    return given


def _check_number(given: Any, most: int, what: str) -> None:
    if len(given) > most:
        raise HttpError(413, f"There are more than {most} {what}.", hint="Ask for fewer at a time.")


class Extension(NamedTuple):
    """A data extension query (section 7.3): things, and properties with their settings."""

    ids: tuple[str, ...]
    properties: tuple[tuple[str, Mapping[str, Any]], ...]


def extension(given: object) -> Extension:
    """Read a data extension query."""
    query = _object(given, "The data extension query")
    ids, properties = query.get("ids"), query.get("properties")
    if not isinstance(ids, list) or not all(isinstance(each, str) for each in ids):
        refuse("The data extension query has ids, a list of identifiers.")
    _check_number(ids, MOST_IDS, "ids")
    if not isinstance(properties, list) or len(properties) > MOST_PROPERTIES:
        refuse(f"The data extension query has properties, a list of at most {MOST_PROPERTIES}.")
    found = []
    for each in properties:
        of, settings = _object(each, "Each of properties"), each.get("settings") or {}
        if not isinstance(of.get("id"), str) or not isinstance(settings, dict):
            refuse("Each of properties has an id, and may have settings, an object.")
        found.append((of["id"][:_LONGEST], settings))
    return Extension(tuple(each[:_LONGEST] for each in ids), tuple(found))
