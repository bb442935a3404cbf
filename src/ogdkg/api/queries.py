"""The stored queries of a graph in Python: a mapping of names to functions."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Iterator, Mapping
from inspect import Parameter as Argument
from inspect import Signature
from typing import Any

from ogdkg.api.answers import ResultTable, ResultTriples
from ogdkg.api.locking import locked
from ogdkg.api.notebook import list_html
from ogdkg.catalogue.catalogue import Catalogue, StoredQuery
from ogdkg.catalogue.parameters import Parameter
from ogdkg.errors import nearest
from ogdkg.text.escape import one_line

Answer = ResultTable | ResultTriples | bool
Run = Callable[..., Answer]


class Query:
    """A stored query, which is a function of its parameters: `graph.queries.trees(garden="Abbey Garden")`.

    Attributes:
        name: Its name.
        topic: Its topic.
        title: What it answers, in one sentence.
        description: What else its author says.
        form: SELECT, ASK, CONSTRUCT or DESCRIBE.
        parameters: Its parameters by name, each with `label`, `kind`, `default`, `example`, `is_optional` and
            `multivalued`.
        text: The SPARQL of its file, its header included.
    """

    def __init__(self, stored: StoredQuery, run: Run) -> None:
        self._run = run
        self.name, self.topic, self.form, self.text = stored.name, stored.topic, stored.form, stored.text
        self.title, self.description = stored.header.summary, stored.header.description
        self.parameters: Mapping[str, Parameter] = {each.name: each for each in stored.parameters}
        self.__doc__ = self.help
        names = (f"{name}_" if keyword.iskeyword(name) else name for name in self.parameters)
        self.__signature__ = Signature(
            [Argument(name, Argument.KEYWORD_ONLY, default=None) for name in names]
        )

    def __call__(self, **values: object) -> Answer:
        """Run the query.

        Args:
            values: Values of its parameters, as for `Graph.query`; their names have `_` for `-`.

        Returns:
            As for `Graph.query`.

        Raises:
            UsageError: A parameter or a name is unknown, or a value does not fit.
        """
        return self._run(self.name, **values)

    @property
    def help(self) -> str:
        """What the query answers, and its parameters, a line each."""
        said = [self.title, *([self.description] if self.description else [])]
        named = (f"  {name}: {_said(each)}" for name, each in self.parameters.items())
        return "\n".join([*said, *(["", "Parameters:", *named] if self.parameters else [])])

    def to_dict(self) -> dict[str, Any]:
        """Return its name, title and parameters as plain values."""
        parameters = {name: _said(each) for name, each in self.parameters.items()}
        return {"name": self.name, "topic": self.topic, "title": self.title, "parameters": parameters}

    def __repr__(self) -> str:
        return one_line(f"<query {self.name}({', '.join(self.parameters)}): {self.title}>")


class Queries(Mapping[str, Query]):
    """The stored queries of a graph by name.

    `graph.queries["trees-in"]`, or `graph.queries.trees_in` with `_` for `-`. A notebook lists them.
    """

    def __init__(self, catalogue: Catalogue, run: Run) -> None:
        self._catalogue, self._run = catalogue, run

    def __getitem__(self, name: str) -> Query:
        """Return the query with a name.

        Args:
            name: The name as `ogdkg query` lists it, such as `member-changes`.

        Raises:
            UnknownNameError: There is none.
            InputError: Its file is invalid.
        """
        return Query(_stored(self._catalogue, name), self._run)

    def __getattr__(self, name: str) -> Query:
        if name.startswith("_"):
            raise AttributeError(name)
        known = {_identifier(each): each for each in self}
        if name in known:
            return self[known[name]]
        near = nearest(name, known)
        meant = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise AttributeError(one_line(f"There is no query {name!r}.{meant}"))

    def __dir__(self) -> Iterable[str]:
        return [*super().__dir__(), *map(_identifier, self)]

    def __iter__(self) -> Iterator[str]:
        return (name for name in self._catalogue.paths if not name.startswith("-"))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return name in self._catalogue.paths

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return the usable queries as plain values, by topic."""
        topics, _ = locked(self._catalogue.topics)()
        return [Query(each, self._run).to_dict() for queries in topics.values() for each in queries]

    def __repr__(self) -> str:
        return f"<{len(self)} queries: {one_line(', '.join(self))}>"

    def _repr_html_(self) -> str:
        entries = [
            (each["topic"], f"{each['name']}({', '.join(each['parameters'])})", each["title"])
            for each in self.to_dicts()
        ]
        return list_html(("Topic", "Query", "What it answers"), entries)


@locked
def _stored(catalogue: Catalogue, name: str) -> StoredQuery:
    query = catalogue.get(name)
    _ = query.header, query.parameters  # which are read once
    return query


def _identifier(name: str) -> str:
    return name.replace("-", "_")


def _said(parameter: Parameter) -> str:
    need = "optional" if parameter.is_optional or any(parameter.default) else "required"
    several = ", one or a list" if parameter.multivalued else ""
    example = f", for example {parameter.example!r}" if parameter.example else ""
    return f"{parameter.label or parameter.name} ({need}{several}{example})"
