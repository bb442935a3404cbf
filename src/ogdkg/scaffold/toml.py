"""The `ogdkg.toml` of a new project: what is set, and every other key as a comment."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence

from ogdkg.config.settings import Setting, Table
from ogdkg.project.keys import TOML

SCHEMA_NAME = "ogdkg.schema.json"
Values = Mapping[str, str]  # the values of keys, each as it is written

_HEAD = f"""#:schema ./{SCHEMA_NAME}
# The settings of this graph. A key behind a # without a blank is not set; what stands there is an example.
# Take the # away to set it, and that of its [table] too. An editor that reads the schema named above
# completes and checks the keys.
"""


def toml_text(values: Mapping[str, Values | Sequence[Values]], prefixes: Mapping[str, str]) -> str:
    """Return the text of an `ogdkg.toml`.

    Args:
        values: The values of each table that is set; several of a table that may be repeated.
        prefixes: What goes under `[prefixes]`.
    """
    parts = [_HEAD]
    for table in TOML.tables:
        given = values.get(table.name, ())
        if table.name == "prefixes":
            parts.append("\n".join(_prefixes(table, prefixes)) + "\n")
            continue
        for index, each in enumerate([given] if isinstance(given, Mapping) else given or [{}]):
            parts.append("\n".join(_table(table, each, first=not index)) + "\n")
    return "\n".join(parts)


def quoted_text(text: str) -> str:
    """A text as a string of TOML, YAML or JSON."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def quoted_texts(texts: Sequence[str]) -> str:
    """Texts as a list of TOML or YAML."""
    return f"[{', '.join(map(quoted_text, texts))}]"


def _table(table: Table, values: Values, *, first: bool) -> Iterator[str]:
    """The lines of a table; of a repeated one, the first has all keys as comments."""
    if first:
        yield f"# {table.meaning}"
    head = f"[[{table.name}]]" if table.is_repeated else f"[{table.name}]"
    yield head if values else f"#{head}"
    for setting in table.settings:
        if setting.key in values:
            yield from [f"# {_told(setting)}"] * first
            yield f"{setting.key} = {values[setting.key]}"
        elif first:
            yield f"# {_told(setting)}"
            yield f"#{setting.key} = {setting.example}"
    if table.own and not values:
        yield f"#{table.own}"


def _told(setting: Setting) -> str:
    told = setting.meaning[:1].upper() + setting.meaning[1:]
    return f"{told} (else: {setting.default})." if setting.default else f"{told}."


def _prefixes(table: Table, prefixes: Mapping[str, str]) -> Iterator[str]:
    yield f"# {table.meaning}"
    yield "[prefixes]"
    for prefix, namespace in prefixes.items():
        key = (
            prefix
            if prefix and prefix.isascii() and prefix.replace("-", "").isalnum()
            else quoted_text(prefix)
        )
        yield f"{key} = {quoted_text(namespace)}"
