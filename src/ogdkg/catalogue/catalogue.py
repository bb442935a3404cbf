"""The stored queries of a project: a file's name is the query's name, its folder the topic. Runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from ogdkg.catalogue.binding import bind
from ogdkg.catalogue.header import Header, ParamHeader, header_lines, parse_header
from ogdkg.catalogue.parameters import Parameter, find_parameters
from ogdkg.config.toml_lines import Key
from ogdkg.errors import InputError, LimitError, Place, UnknownNameError, UsageError
from ogdkg.files.names import shown
from ogdkg.files.text import read_text
from ogdkg.project.project import Project
from ogdkg.rdf.terms import Term
from ogdkg.sparql.tokens import declared_prefixes, query_type, significant_tokens

# Characters that all queries may have, and all headers: reading so many takes some seconds.
MOST_TEXT, MOST_HEADERS = 4 << 20, 1 << 19
# The names of the command's own options: a parameter of that name could not be given.
RESERVED = frozenset(
    {"project", "format", "output", "layer", "engine", "endpoint", "timeout", "limit", "offset", "count"}
    | {"cite", "print", "help", "quiet", "verbose", "version", "trust"}
)


class StoredQuery:
    """A query of the catalogue; InputError with its place for what does not fit.

    Its header is read when something of it is first asked: a query without parameters runs without.
    """

    def __init__(self, text: str, name: str, topic: str = "", file: str = "query") -> None:
        self.text = text
        self.name = name
        self.topic = topic
        self.file = file
        query = significant_tokens(text)
        self.form = query_type(query) or ""
        self.prefixes = declared_prefixes(query)
        self._found = find_parameters(text, file)
        if not self.form:
            hint = "Write SELECT, ASK, CONSTRUCT or DESCRIBE."
            raise InputError("The file holds no query.", place=Place(file), hint=hint)

    @cached_property
    def header(self) -> Header:
        """Summary, description, tags, columns; checked against the query."""
        header = parse_header(self.text, self.file)
        _check_header(header, [parameter.name for parameter in self._found])
        return header

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(_documented(parameter, self.header) for parameter in self._found)

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that it reads, where its header names them."""
        return self.header.layers if "layers" in self.text else ()

    def parameter(self, name: str) -> Parameter:
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        names = [parameter.name for parameter in self.parameters]
        see = f"Its parameters: {', '.join(names)}." if names else "It has no parameters."
        raise UnknownNameError(f"parameter of {self.name}", name, names, see=see)

    def bind(self, values: Mapping[str, Sequence[Term]]) -> str:
        """The query with values in place, ready to run."""
        for name in values:
            self.parameter(name)
        return bind(self.text, self.parameters, values)


class Catalogue:
    """The queries of a project, each read when it is first asked for."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._read: dict[str, StoredQuery] = {}
        self._characters = self._of_headers = 0  # read so far
        self._doubled: dict[str, InputError] = {}

    @cached_property
    def paths(self) -> dict[str, Path]:
        """The file of each query by name, topic by topic."""
        rules = set(self._project.files(rule for layer in self._project.layers for rule in layer.rules))
        found: dict[str, Path] = {}
        for path in self._project.files(["queries/**/*.rq"]):
            if path in rules:
                continue
            if path.stem in found:
                hint = f"The other is {shown(found[path.stem])}."
                message = f"Two queries are called {path.stem!r}."
                self._doubled[path.stem] = InputError(message, place=Place(shown(path)), hint=hint)
            found[path.stem] = path
        return found

    def __iter__(self) -> Iterator[StoredQuery]:
        return (self.get(name) for name in self.paths)

    def topic(self, name: str) -> Iterator[StoredQuery]:
        """The queries of one topic; no other is read."""
        return (self.get(stem) for stem, path in self.paths.items() if self._topic(path) == name)

    def topics(self) -> tuple[dict[str, list[StoredQuery]], list[InputError]]:
        """The queries by topic, each whole; and what is wrong with those that cannot be asked."""
        found: dict[str, list[StoredQuery]] = {}
        faults = []
        for name in self.paths:
            try:
                query = self.get(name)
                _ = query.parameters, query.header
            except InputError as fault:
                faults.append(fault)
            else:
                found.setdefault(query.topic, []).append(query)
        return found, faults

    def get(self, name: str) -> StoredQuery:
        """The query called `name` or `topic/name`; UnknownNameError with the nearest names."""
        bare = name.rpartition("/")[2].removesuffix(".rq")
        path = self.paths.get(bare)
        if path is None or ("/" in name and self._topic(path) != name.rpartition("/")[0]):
            raise UnknownNameError("query", name, self.paths, see="`ogdkg query` lists them.")
        if bare in self._doubled:
            raise self._doubled[bare]
        if bare not in self._read:
            self._read[bare] = self._load(path)
        return self._read[bare]

    def _load(self, path: Path) -> StoredQuery:
        text = read_text(path, shown(path))
        self._characters += len(text)
        self._of_headers += len(header_lines(text)[1])
        if self._characters > MOST_TEXT or self._of_headers > MOST_HEADERS:
            message = (
                f"The queries are too large: all of them may hold {MOST_TEXT >> 20} MiB, "
                f"and their headers {MOST_HEADERS >> 10} KiB."
            )
            raise LimitError(message, place=Place(shown(path)))
        return StoredQuery(text, path.stem, self._topic(path), shown(path))

    def _topic(self, path: Path) -> str:
        topic = path.parent.relative_to(self._project.queries).as_posix()
        return "" if topic == "." else topic


def _documented(parameter: Parameter, header: Header) -> Parameter:
    said = header.params.get(parameter.name, ParamHeader())
    if said.type and said.type != parameter.kind:
        message = f"The query's {parameter.name!r} is of the type {parameter.kind!r}, not {said.type!r}."
        raise header.document.error(message, "params", parameter.name, "type")
    documented = parameter._replace(
        label=said.label,
        thing_class=said.thing_class,
        example=said.example,
        values=said.values,
        pattern=said.pattern,
        default=header.defaults.get(parameter.name, ()),
    )
    if said.pattern and (parameter.is_resource or not documented.fits(said.example)):
        message = "A pattern is for text, and the example must match it."
        raise header.document.error(message, "params", parameter.name, "pattern")
    if len(documented.default) > 1 and not parameter.multivalued:
        raise header.document.error(
            f"{parameter.name!r} takes one value.", *header.default_key(parameter.name)
        )
    return documented


def _check_header(header: Header, names: Iterable[str]) -> None:
    """The header and the query speak of the same parameters, and none bears the name of an option."""
    known = list(names)
    said: list[Key] = [("params", name) for name in header.params]
    said += map(header.default_key, header.defaults)
    for key in said:
        name = str(key[-1])
        if name not in known:
            hint = UnknownNameError("parameter", name, known, see="No parameter stands in the query.").hint
            raise header.document.error(f"The query has no parameter {name!r}.", *key, hint=hint)
    for name in known:
        if name in RESERVED:
            hint = f"Choose another word than {', '.join(sorted(RESERVED))}."
            raise header.document.error(f"A parameter may not be called {name!r}.", "params", name, hint=hint)


def value_texts(value: object) -> list[str]:
    """The texts of a value given in Python: one, or a list of them."""
    values = value if isinstance(value, list | tuple) else [value]
    for each in values:
        if not isinstance(each, str | int | float):
            raise UsageError(f"{each!r} is not a text or a number.")
    return [str(each).lower() if isinstance(each, bool) else str(each) for each in values]
