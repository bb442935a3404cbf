"""What the address of a question says: values of its parameters, and which part of the answer is shown.

A parameter of the query wins over a field of ours: where it is named `page`, the page is `_page`, which no
parameter can be named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from urllib.parse import quote, urlencode

from ogdkg.catalogue.catalogue import StoredQuery

PATH = "/ask"
_FIELDS = ("sort", "page", "view", "by", "find")
_LONGEST = 4_000  # letters of a value


class Asked:
    """A stored query with what was given for it.

    Args:
        query: The query.
        given: The fields of the address.
        base: The address of the server, without a slash at the end.
        path: Where the server answers stored queries.
        fields: Our own fields there, beside the parameters.

    Attributes:
        query: The query.
        base: The address of the server.
        values: The texts of each parameter that has any.
        unknown: The names of fields that are neither parameters nor ours.
    """

    def __init__(
        self,
        query: StoredQuery,
        given: Mapping[str, list[str]],
        base: str,
        *,
        path: str = PATH,
        fields: Sequence[str] = _FIELDS,
    ) -> None:
        self.query = query
        self._given, self.base, self._path, self._fields = given, base, path, fields
        names = [parameter.name for parameter in query.parameters]
        texts = {name: [text[:_LONGEST] for text in given.get(name, ()) if text.strip()] for name in names}
        self.values = {name: found for name, found in texts.items() if found}
        known = {*names, *self._names.values()}
        self.unknown = [name for name in given if name not in known]

    @property
    def is_complete(self) -> bool:
        """Whether all that the question needs is given."""
        return all(each.is_optional or each.name in self.values for each in self.query.parameters)

    @cached_property
    def _names(self) -> dict[str, str]:
        """What our fields are called beside the parameters of this query."""
        taken = {parameter.name for parameter in self.query.parameters}
        return {field: f"_{field}" if field in taken else field for field in self._fields}

    def name(self, field: str) -> str:
        """Return what one of our fields is called here."""
        return self._names[field]

    def field(self, name: str) -> str:
        """Return the value of one of our fields, the last that is given; empty if there is none."""
        return (self._given.get(self._names[name]) or [""])[-1][:_LONGEST]

    @property
    def arguments(self) -> dict[str, str | list[str]]:
        """The values as the command line and Python take them: a list for a parameter that takes several."""
        several = {each.name for each in self.query.parameters if each.multivalued}
        return {
            name: texts if name in several or len(texts) > 1 else texts[0]
            for name, texts in self.values.items()
        }

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The values as fields of an address."""
        return [(name, text) for name, texts in self.values.items() for text in texts]

    def fields(self, *without: str) -> list[tuple[str, str]]:
        """Return the values and our fields, as a form hides them."""
        own = [(self._names[field], self.field(field)) for field in self._fields if field not in without]
        return self.pairs + [(name, text) for name, text in own if text]

    def address(self, suffix: str = "", **changes: str) -> str:
        """Return the address of the question.

        Args:
            suffix: `.csv` and the like, for the whole answer unless our fields change.
            changes: New values of our fields; the others stay, but for the page, which begins anew.
        """
        pairs = list(self.pairs)
        if changes or not suffix:
            own = {field: self.field(field) for field in self._fields if field != "page"} | changes
            pairs += [(self._names[field], text) for field, text in own.items() if text]
        return self._at(pairs, suffix)

    def corrected(self, parameter: str, old: str, new: str) -> str:
        """Return the address with a value of a parameter replaced, or added where there was none."""
        pairs = [(name, new if (name, text) == (parameter, old) else text) for name, text in self.pairs]
        return self._at(pairs if (parameter, old) in self.pairs else [*pairs, (parameter, new)])

    def alone(self, parameter: str, text: str) -> str:
        """Return the address with one value of a parameter instead of several."""
        return self._at([*((name, old) for name, old in self.pairs if name != parameter), (parameter, text)])

    def renamed(self, old: str, new: str) -> str:
        """Return the address with the values of a field given to another one."""
        return self._at([*self.pairs, *((new, text) for text in self._given.get(old, ()))])

    def _at(self, pairs: list[tuple[str, str]], suffix: str = "") -> str:
        fields = f"?{urlencode(pairs, errors='replace')}" if pairs else ""
        return f"{address_of(self.base, self.query.name, self._path)}{suffix}{fields}"


def address_of(base: str, name: str, path: str = PATH) -> str:
    """Return the address of a question by the name of its query."""
    return f"{base}{path}/{quote(name, safe='', errors='replace')}"
