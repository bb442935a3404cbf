"""Every key that a reader takes is in docs/project.md, with an example that the reader takes."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema
import pytest

from ogdkg.acceptance.keys import QUESTION
from ogdkg.acceptance.questions import read_question
from ogdkg.catalogue.header import parse_header
from ogdkg.catalogue.keys import HEADER
from ogdkg.config.settings import FLAG, NUMBER, TEXT, TEXTS, VALUE, Setting, Settings, Table
from ogdkg.errors import InputError
from ogdkg.importing.keys import MAPPING
from ogdkg.importing.mapping import read_mapping
from ogdkg.project.keys import TOML
from ogdkg.project.project import read_project
from tests.conftest import ROOT
from tests.docs import settings

LAYERS = "".join(
    f'[[layer]]\nname = "{name}"\n' for name in ("source", "reference", "derived", "ontology", "names")
)
PREFIXES = (
    '[prefixes]\nns = "https://gardens.example/ns#"\noa = "http://www.w3.org/ns/oa#"\n'
    'schema = "https://schema.org/"\nskos = "http://www.w3.org/2004/02/skos/core#"\n'
)
_URL = 'url = "https://gardens.example/sparql"\n'
_URLS = 'urls = ["https://one.example/sparql", "https://two.example/sparql"]\n'
_GRAPH = 'graph = "https://gardens.example/graph/derived"\n'
NEEDS = {  # what a key is no good without
    "layer.rules": _GRAPH,
    "layer.reasoning": _GRAPH,
    "layer.reads": f'rules = ["r.rq"]\n{_GRAPH}',
    **{
        f"endpoint.{key}": _URL
        for key in ("name", "update", "graph-store", "server", "default-graph", "megabytes")
    },
    **{f"endpoint.{key}": _URLS for key in ("updates", "graph-stores", "min-replicas")},
    **{f"pages.map.{key}": 'query = "countries"\n' for key in ("code", "title", "counts")},
}
COLUMNS = '[output]\nlayer = "elsewhere"\nstem = "{title}"\n[things.garden]\n[things.tree]\n[template.fact]\n'
PROJECTS = [
    ROOT / "ogdkg.toml",
    *ROOT.glob("tests/fixtures/*/ogdkg.toml"),
    *ROOT.glob("docs/example/*/ogdkg.toml"),
]
Case = tuple[Table, Setting]


def _cases(kind: Settings) -> list[Case]:
    return [(table, setting) for table in kind.tables for setting in table.settings]


def _id(case: object) -> str:
    return f"{case[0].name}.{case[1].key}" if isinstance(case, tuple) else str(case)


def _toml(table: Table, setting: Setting, value: str) -> str:
    """A file with one key, and what it needs."""
    name = table.name.replace("*", "x")
    needed = [each for each in table.settings if each.is_required and each.key != setting.key]
    lines = [f"{each.key} = {each.example}\n" for each in needed]
    head = f"[[{name}]]\n" if table.is_repeated else f"[{name}]\n"
    more = NEEDS.get(f"{table.name}.{setting.key}", "")
    return f"{head}{''.join(lines)}{more}{setting.key} = {value}\n"


def _project_file(table: Table, setting: Setting, value: str) -> str:
    return _toml(table, setting, value) + ("" if table.name == "layer" else LAYERS) + PREFIXES


def _wrong(setting: Setting) -> str:
    """A value of another kind, as TOML."""
    return {TEXT: "1", TEXTS: '"x"', NUMBER: '"x"', FLAG: '"x"', VALUE: "[1]"}.get(setting.kind, "1")


def _schema_faults(text: str) -> list[str]:
    checker = jsonschema.Draft7Validator(json.loads(settings.SCHEMA.read_text(encoding="utf-8")))
    return [error.message for error in checker.iter_errors(tomllib.loads(text))]


def test_the_page_and_the_schema_are_as_the_readers_are() -> None:
    assert settings.written() == settings.PAGE.read_text(encoding="utf-8"), "python -m tests.docs"
    assert settings.schema() == settings.SCHEMA.read_text(encoding="utf-8"), "python -m tests.docs"
    page = settings.PAGE.read_text(encoding="utf-8")
    assert [
        each for kind in settings.KINDS.values() for _, each in _cases(kind) if f"`{each.key}`" not in page
    ] == []


@pytest.mark.parametrize("case", _cases(TOML), ids=_id)
def test_a_key_of_a_project_is_read_as_its_row_says(case: Case, tmp_path: Path) -> None:
    table, setting = case
    path = tmp_path / "ogdkg.toml"
    path.write_text(good := _project_file(table, setting, setting.example))
    if setting.key == "reads":
        path.write_text(good := good.replace('["source", "reference"]', '["all"]'))
    read_project(tmp_path)
    assert _schema_faults(good) == []
    path.write_text(wrong := _project_file(table, setting, _wrong(setting)))
    with pytest.raises(InputError) as caught:
        read_project(tmp_path)
    assert caught.value.place and caught.value.place.line
    assert _schema_faults(wrong) != []


@pytest.mark.parametrize("table", TOML.tables, ids=lambda table: table.name)
def test_a_key_without_a_row_is_unknown(table: Table, tmp_path: Path) -> None:
    other = Setting("zzz", TEXT, "", '"x"')
    path = tmp_path / "ogdkg.toml"
    path.write_text(text := _toml(table, other, other.example))
    if table.settings:
        with pytest.raises(InputError, match="'zzz' is not a known key"):
            read_project(tmp_path)
        assert _schema_faults(text) != []
    elif table.name == "prefixes":
        with pytest.raises(InputError, match="absolute IRI"):
            read_project(tmp_path)
    else:
        read_project(tmp_path)
        assert _schema_faults(text) == []


@pytest.mark.parametrize("path", PROJECTS, ids=lambda path: path.parent.name)
def test_editors_find_no_fault_in_a_project(path: Path) -> None:
    assert _schema_faults(path.read_text(encoding="utf-8")) == []


def _header(table: Table, setting: Setting, value: str) -> str:
    at = "" if not table.name else "params: {garden: "
    return f"#+ {at}{'{' if at else ''}{setting.key}: {value}{'}}' if at else ''}\n"


@pytest.mark.parametrize("case", _cases(HEADER), ids=_id)
def test_a_key_of_a_header_is_read_as_its_row_says(case: Case) -> None:
    table, setting = case
    parse_header(_header(table, setting, setting.example), "q.rq")
    if setting.key not in ("endpoint", "method"):  # which are for grlc
        with pytest.raises(InputError):
            parse_header(
                _header(table, setting, "[{}]" if setting.kind == VALUE else _wrong(setting)), "q.rq"
            )


@pytest.mark.parametrize("case", _cases(QUESTION), ids=_id)
def test_a_key_of_a_question_is_read_as_its_row_says(case: Case) -> None:
    table, setting = case
    needed = [each for each in table.settings if each.is_required and each.key != setting.key]
    lines = "".join(f"{each.key}: {each.example}\n" for each in needed)
    if setting.key == "columns":
        lines = lines.replace("[[Ginkgo], [Lime]]", "[]")
    read_question(f"{lines}{setting.key}: {setting.example}\n", "q.yaml")
    if setting.kind != VALUE:
        with pytest.raises(InputError):
            read_question(f"{lines}{setting.key}: {_wrong(setting)}\n", "q.yaml")
    if setting.is_required:
        with pytest.raises(InputError, match=f"lacks '{setting.key}'"):
            read_question(lines, "q.yaml")


@pytest.mark.parametrize("case", _cases(MAPPING), ids=_id)
def test_a_key_of_a_mapping_is_read_as_its_row_says(case: Case, tmp_path: Path) -> None:
    table, setting = case
    path = tmp_path / "mapping.toml"
    text = _toml(table, setting, setting.example)
    begun = [line for line in COLUMNS.splitlines(keepends=True) if not text.startswith(line)]
    if table.name == "output":
        begun = [line for line in begun if not line.startswith(("layer", "stem"))]
    path.write_text("".join(begun) + text)
    read_mapping(path)
