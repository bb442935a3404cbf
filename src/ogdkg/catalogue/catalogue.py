"""The stored queries of a project: a file's name is the query's name, its folder the topic. Runs nothing."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

from ogdkg.catalogue.binding import bind
from ogdkg.catalogue.header import Header, ParamHeader, header_lines, parse_header
from ogdkg.catalogue.languages import TextChoice, choose_texts
from ogdkg.catalogue.parameters import Parameter, find_parameters
from ogdkg.config.settings import Key
from ogdkg.errors import InputError, LimitError, Place, UnknownNameError, UsageError
from ogdkg.files.names import shown_path
from ogdkg.files.text import read_text
from ogdkg.project.project import Project
from ogdkg.rdf.terms import Term
from ogdkg.sparql.tokens import declared_prefixes, query_type, significant_tokens

# Characters that all queries together may have, and all headers: parsing so many takes some seconds.
MAX_TEXT, MAX_HEADERS = 4 << 20, 1 << 19
# The options of `ogdkg query` itself, which no parameter may be named after.
RESERVED = frozenset(
    {"project", "format", "output", "layer", "engine", "endpoint", "timeout", "limit", "offset", "count"}
    | {"records", "wide", "color", "cite", "lang", "print", "help", "quiet", "verbose", "version", "trust"}
)


class StoredQuery:
    """A stored query. Its header is parsed on first use, so that a query without parameters runs without it.

    Attributes:
        text: The text of the file.
        name: Its name.
        topic: Its topic; empty for a query at the top.
        file: Its file, as messages show it.
        form: SELECT, ASK, CONSTRUCT or DESCRIBE.
        prefixes: The prefixes that it declares.

    Raises:
        InputError: The file has no query, or a parameter is invalid.
    """

    def __init__(self, text: str, name: str, topic: str = "", file: str = "query") -> None:
        self.text = text
        self.name = name
        self.topic = topic
        self.file = file
        query = significant_tokens(text)
        self.form = query_type(query) or ""
        self.prefixes = declared_prefixes(query)
        self._parameters = find_parameters(text, file)
        self._bound: tuple[Any, str] | None = None  # what was bound last, as the same is often asked again
        if not self.form:
            hint = "Write SELECT, ASK, CONSTRUCT or DESCRIBE."
            raise InputError("The file holds no query.", place=Place(file), hint=hint)

    @cached_property
    def header(self) -> Header:
        """The parsed header, checked against the query; InputError with the line of what does not fit."""
        header = parse_header(self.text, self.file)
        _check_header(header, [parameter.name for parameter in self._parameters])
        return header

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters, as the header documents them."""
        return tuple(_documented(parameter, self.header) for parameter in self._parameters)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that its header names."""
        return self.header.layers if "layers" in self.text else ()

    @property
    def has_one_language(self) -> bool:
        """Whether it prints each text in one language: a SELECT does, unless its header says otherwise."""
        return self.form == "SELECT" and not ("languages" in self.text and self.header.all_languages)

    def parameter(self, name: str) -> Parameter:
        """Return a parameter by name.

        Raises:
            UsageError: The query has no such parameter, or has it under another name now.
        """
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
            if name in parameter.formerly:
                raise renamed(parameter, name)
        names = [parameter.name for parameter in self.parameters]
        see = f"Its parameters: {', '.join(names)}." if names else "It has no parameters."
        raise UnknownNameError("parameter", name, names, see=see, of=f"The query {self.name}")

    def bind(self, values: Mapping[str, Sequence[Term]], texts: TextChoice | None = None) -> str:
        """Return the query with values in place, ready to run.

        Args:
            values: Terms by the name of the parameter.
            texts: How a SELECT chooses the language of its texts; by default they are in every language.

        Raises:
            UsageError: A parameter is unknown, lacks a value, or has too many.
        """
        for name in values:
            self.parameter(name)
        asked = dict(values), texts
        if self._bound is None or self._bound[0] != asked:
            bound = bind(self.text, self.parameters, values)
            chosen = choose_texts(bound, texts, self.prefixes) if texts and self.has_one_language else bound
            self._bound = asked, chosen
        return self._bound[1]

    def prefixes_with(self, others: Mapping[str, str]) -> Mapping[str, str]:
        """Return other prefixes with those that the query declares; no file of a project is read for it."""
        return ChainMap(self.prefixes, others)  # type: ignore[arg-type]  # it is only read


class Catalogue:
    """The stored queries of a project, each read on first use."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._read: dict[str, StoredQuery] = {}
        self._characters = self._of_headers = 0  # read so far
        self._duplicates: dict[str, InputError] = {}

    @cached_property
    def paths(self) -> dict[str, Path]:
        """The file of each query by name, in the order of topics."""
        rules = set(self._project.rule_files)
        paths: dict[str, Path] = {}
        for path in self._project.files(["queries/**/*.rq"]):
            if path in rules:
                continue
            name = path.stem
            if name in paths:
                hint = f"The other is {shown_path(paths[name])}."
                message = f"Two queries are named {name!r}."
                self._duplicates[name] = InputError(message, place=Place(shown_path(path)), hint=hint)
            if name.startswith("-"):
                message = f"A query cannot be named {name!r}, which looks like an option."
                self._duplicates[name] = InputError(message, place=Place(shown_path(path)))
            paths[name] = path
        return paths

    def __iter__(self) -> Iterator[StoredQuery]:
        return (self.get(name) for name in self.paths)

    def readable(self) -> Iterator[StoredQuery]:
        """Return the queries whose headers can be read."""
        for name in self.paths:
            with suppress(InputError):
                query = self.get(name)
                _ = query.parameters, query.header
                yield query

    def topic(self, name: str) -> Iterator[StoredQuery]:
        """Return the queries of one topic, without reading others."""
        return (self.get(stem) for stem, path in self.paths.items() if self._topic(path) == name)

    def topics(self) -> tuple[dict[str, list[StoredQuery]], list[InputError]]:
        """Return the valid queries by topic, and the errors of the others."""
        queries: dict[str, list[StoredQuery]] = {}
        faults = []
        for name in self.paths:
            try:
                query = self.get(name)
                _ = query.parameters, query.header
            except InputError as fault:
                faults.append(fault)
            else:
                queries.setdefault(query.topic, []).append(query)
        return queries, faults

    def get(self, name: str) -> StoredQuery:
        """Return a query.

        Args:
            name: Its name, or `topic/name`.

        Raises:
            UsageError: There is no such query, or it is part of another one now.
            InputError: Its file is invalid, or two files have this name.
        """
        bare = _bare(name)
        path = self.paths.get(bare)
        if path is None or ("/" in name and self._topic(path) != name.rpartition("/")[0]):
            raise self._unknown(name, bare)
        if bare in self._duplicates:
            raise self._duplicates[bare]
        if bare not in self._read:
            self._read[bare] = self._load(path)
        return self._read[bare]

    def has(self, name: str) -> bool:
        """Return whether a file has this name, of whatever topic."""
        return _bare(name) in self.paths

    def _unknown(self, name: str, bare: str) -> UsageError:
        """Return the error for a name that no query has: some other one may have had it."""
        for known in self.paths:
            with suppress(InputError):  # a broken query is another matter
                query = self.get(known)
                if "formerly" in query.text and bare in query.header.formerly:
                    hint = f"Use it as `ogdkg query {known}`; --help explains it."
                    return UsageError(f"The query {bare!r} is part of {known!r} now.", hint=hint)
        from ogdkg.catalogue.suggestions import queries_about  # only for a name that is not known

        about = " or ".join(f"`ogdkg query {each}`" for each in queries_about(self.readable(), bare))
        see = f"{about} may answer it; `ogdkg query` lists all." if about else "`ogdkg query` lists them."
        return UnknownNameError("query", name, self.paths, see=see)

    def _load(self, path: Path) -> StoredQuery:
        text = read_text(path, shown_path(path))
        self._characters += len(text)
        self._of_headers += len(header_lines(text)[1])
        if self._characters > MAX_TEXT or self._of_headers > MAX_HEADERS:
            message = (
                f"The queries are too large: all of them may hold {MAX_TEXT >> 20} MiB, "
                f"and their headers {MAX_HEADERS >> 10} KiB."
            )
            raise LimitError(message, place=Place(shown_path(path)))
        return StoredQuery(text, path.stem, self._topic(path), shown_path(path))

    def _topic(self, path: Path) -> str:
        topic = path.parent.relative_to(self._project.queries).as_posix()
        return "" if topic == "." else topic


def _bare(name: str) -> str:
    """The name of a query without its topic and the suffix of its file."""
    return name.rpartition("/")[2].removesuffix(".rq")


def _documented(parameter: Parameter, header: Header) -> Parameter:
    documentation = header.params.get(parameter.name, ParamHeader())
    if documentation.type and documentation.type != parameter.kind:
        message = (
            f"The query's {parameter.name!r} has the type {parameter.kind!r}, not {documentation.type!r}."
        )
        raise header.document.error(message, "params", parameter.name, "type")
    documented = parameter._replace(
        label=documentation.label,
        thing_class=documentation.thing_class,
        example=documentation.example,
        values=documentation.values,
        pattern=documentation.pattern,
        column=documentation.column,
        otherwise=documentation.otherwise,
        formerly=documentation.formerly,
        day=documentation.day or parameter.day,
        default=header.defaults.get(parameter.name, ()),
    )
    if documentation.pattern and (parameter.is_resource or not documented.fits(documentation.example)):
        message = "A pattern needs a parameter that takes text, and an example that matches it."
        raise header.document.error(message, "params", parameter.name, "pattern")
    if documentation.day and parameter.kind != "date":
        message = f"Only a parameter of the type date takes 'day', not one of the type {parameter.kind!r}."
        raise header.document.error(message, "params", parameter.name, "day")
    if len(documented.default) > 1 and not parameter.multivalued:
        raise header.document.error(
            f"{parameter.name!r} takes one value.", *header.default_key(parameter.name)
        )
    return documented


def renamed(parameter: Parameter, name: str) -> UsageError:
    """Return the error for a name that a parameter had."""
    return UsageError(f"--{name} is named --{parameter.name} now.", hint=f"Write --{parameter.name}.")


def _check_header(header: Header, names: Iterable[str]) -> None:
    """Check that the header documents only parameters of the query, and that none is named like an option."""
    known = list(names)
    keys: list[Key] = [("params", name) for name in header.params]
    keys += map(header.default_key, header.defaults)
    for key in keys:
        name = str(key[-1])
        if name not in known:
            hint = UnknownNameError("parameter", name, known, see="The query has no parameters.").hint
            raise header.document.error(f"The query has no parameter {name!r}.", *key, hint=hint)
    for name in known:
        if name in RESERVED:
            hint = f"Reserved names: {', '.join(sorted(RESERVED))}."
            raise header.document.error(f"A parameter may not be named {name!r}.", "params", name, hint=hint)


def value_texts(value: object) -> list[str]:
    """Return a value given in Python, or a list of values, as texts.

    Raises:
        UsageError: A value is neither text nor a number.
    """
    values = value if isinstance(value, list | tuple) else [value]
    for item in values:
        if not isinstance(item, str | int | float):
            raise UsageError(f"A value is a text or a number, not of the type {type(item).__name__}.")
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in values]
