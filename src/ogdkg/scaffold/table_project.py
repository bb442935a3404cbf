"""The files of a project around a table: its rows, imported by its mapping, and what is seen in them."""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Mapping
from pathlib import Path

from ogdkg.files.names import shown_path
from ogdkg.files.text import reading
from ogdkg.importing.mapping import read_mapping
from ogdkg.importing.operation import import_table
from ogdkg.project.project import read_project
from ogdkg.rdf.formats import TURTLE
from ogdkg.rdf.terms import Triple
from ogdkg.render.views.imported import file_text
from ogdkg.scaffold.around import (
    ONTOLOGY_LAYER,
    Files,
    Origin,
    looked_at,
    prefixes_of,
    readme,
    settings_text,
    slugs_of,
)
from ogdkg.scaffold.columns import Column, Table
from ogdkg.scaffold.copies import Given
from ogdkg.scaffold.guesses import Guesses
from ogdkg.scaffold.plan import Plan
from ogdkg.scaffold.questions import ClassQueries
from ogdkg.scaffold.seen import Seen
from ogdkg.scaffold.surroundings import surroundings
from ogdkg.scaffold.table_queries import table_queries
from ogdkg.scaffold.table_terms import LAYER, SEPARATOR, TableTerms
from ogdkg.scaffold.toml import quoted_text


def around_table(
    plan: Plan, table: Table, classes: Collection[Column], language: str, separator: str = SEPARATOR
) -> Files:
    """Return the files of a project around a table, by name; `ogdkg.toml` is the last.

    Args:
        plan: The project.
        table: The table.
        classes: The columns whose values are things of a class.
        language: The language of headings and names; empty where nobody has told.
        separator: What parts several values in a cell of such a column.
    """
    terms = TableTerms(plan, table, classes, language, separator)
    prefixes = prefixes_of(plan, Seen(), {name: plan.prefixes[name] for name in ("ns", "id", "graph")})
    copy, data = f"tables/{terms.stem}{table.path.suffix.lower()}", f"data/{terms.stem}.ttl"
    ontology = {f"ontology/{plan.name}.ttl": terms.ontology()}
    layer = {
        "name": quoted_text(LAYER),
        "files": '["data/*.ttl"]',
        "graph": quoted_text(plan.prefixes["graph"] + "{stem}"),
    }
    settings = {"ogdkg.toml": settings_text(plan, prefixes, [layer, ONTOLOGY_LAYER], plan.namespace)}
    mapping = {"mapping.toml": terms.mapping(copy)}
    triples = _imported({**ontology, **settings, **mapping}, table.path)
    rows = {data: file_text(triples, prefixes, data)}
    seen = _seen(rows)
    called = {terms.iri(each.term): next(iter(each.called.values())) for each in terms.kinds}
    slugs = slugs_of(list(called))
    guesses = Guesses(seen, prefixes, plan.prefixes["shape"], slugs)
    queries = ClassQueries(seen, prefixes, slugs, called)
    shapes = {f"ontology/shapes/{plan.name}.ttl": guesses.shapes()}
    told = {"README.md": readme(plan, seen, guesses, queries, _origin(copy))}
    asked = {**queries.files(), **table_queries(terms, prefixes, triples, slugs)}
    made = {**rows, **ontology, **shapes, **mapping, **asked, **told, **surroundings(("data", "ontology"))}
    with reading(shown_path(table.path)):
        files: Files = {copy: table.path.read_bytes()}
    return files | {name: text.encode() for name, text in (made | settings).items()}


def _imported(files: Mapping[str, str], table: Path) -> tuple[Triple, ...]:
    """What `ogdkg import` makes of the table in a project that holds nothing yet."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        _write(folder, files)
        imported = import_table(read_project(folder), read_mapping(folder / "mapping.toml"), table)
    [triples] = imported.files.values()
    return triples


def _seen(files: Mapping[str, str]) -> Seen:
    with tempfile.TemporaryDirectory() as place:
        _write(Path(place), files)
        return looked_at([Given(Path(place, name), TURTLE, None) for name in files])[0]


def _write(folder: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def _origin(copy: str) -> Origin:
    return Origin(
        "This project was\nmade from a table: what its columns hold was read off them, and is a guess to "
        "confirm.",
        f"""| `{copy}` | a copy of the table; the file that it was made from stays as it is |
| `mapping.toml` | what each column states |
| `data/` | the rows as statements, written by `ogdkg import` |
| `ontology/` | the class, and a property for each column, called as in the table |
""",
        f"""4. When the table changes, put it in the place of `{copy}`, and import it again:

   ```sh
   ogdkg import {copy} --mapping mapping.toml --dry-run
   ogdkg import {copy} --mapping mapping.toml
   ```
""",
    )
