"""A thing with very many properties, names, values or links costs no more than there are of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ogdkg import Graph, open_graph
from ogdkg.errors import UsageError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.show import resolve_name, show
from ogdkg.evidence.why import why
from ogdkg.render.views.footnotes import Look
from ogdkg.render.views.show import profile_text
from tests.processes import processor_seconds

_PREFIXES = """@prefix : <https://x.example/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
:hub a :Hub ; rdfs:label "The hub"@en .
"""


def _properties(number: int) -> Iterator[str]:
    return (f':hub :p{n} "value {n}" .\n' for n in range(number))


def _names(number: int) -> Iterator[str]:
    return (f':hub skos:altLabel "name {n}"@en .\n' for n in range(number))


def _links(number: int) -> Iterator[str]:
    return (f':n{n} :to :hub ; rdfs:label "Node {n}"@en .\n' for n in range(number))


def _namesakes(number: int) -> Iterator[str]:
    return (f':n{n} rdfs:label "Node {n}"@en ; skos:altLabel "The hub"@en .\n' for n in range(number))


def _members(number: int) -> Iterator[str]:
    yield f":hub :list ({' '.join(f':n{n}' for n in range(number))}) .\n"


def _records(number: int) -> Iterator[str]:
    return (f":hub :has [ a :Node ; :value {n} ] .\n" for n in range(number))


def _graph(folder: Path, lines: Iterator[str]) -> Graph:
    (folder / "data").mkdir(parents=True)
    (folder / "ogdkg.toml").write_text('[prefixes]\nx = "https://x.example/"\n')
    (folder / "data" / "graph.ttl").write_text(_PREFIXES + "".join(lines))
    return open_graph(folder)


def _shown(graph: Graph, look: Look) -> list[str]:
    citations = Citations(graph)
    return list(profile_text(show(citations, "The hub"), citations, look))


def _seconds(graph: Graph) -> float:
    _ = graph.store

    def look() -> None:
        _shown(graph, Look(80))
        why(Citations(graph), "The hub", "label")

    return processor_seconds(look)


@pytest.mark.parametrize("kind", [_properties, _names, _links, _namesakes, _members, _records])
def test_time_is_linear_in_what_is_said_of_a_thing(
    kind: Callable[[int], Iterator[str]], tmp_path: Path
) -> None:
    few, many = (_seconds(_graph(tmp_path / str(n), kind(n))) for n in (200, 1600))
    assert many < 24 * few + 0.3  # eight times as much; where it grew with the square, 64 times


def test_a_profile_of_very_many_properties_fits_a_screen(tmp_path: Path) -> None:
    lines = _shown(_graph(tmp_path, _properties(500)), Look(80))
    assert len(lines) < 60
    assert "… 4" in (text := " ".join("".join(lines).split()))
    assert text.endswith(" more: ogdkg show 'The hub' --all")


def test_a_long_list_begins_with_its_first_members_and_goes_on(tmp_path: Path) -> None:
    [line] = [line for line in _shown(_graph(tmp_path, _members(6000)), Look()) if "list" in line]
    members = line.split("(", 1)[1].split(", ")
    assert members[:30] == [f"x:n{n}" for n in range(30)]
    assert members[-1] == "…  [data]\n"
    assert len(line) < 400


def test_of_very_many_things_of_a_name_a_message_lists_some(tmp_path: Path) -> None:
    graph = _graph(tmp_path, (f':n{n} rdfs:label "The hub"@en .\n' for n in range(50)))
    with pytest.raises(UsageError) as caught:
        resolve_name(Citations(graph), "The hub")
    assert str(caught.value.hint).count("\n") == 21
    assert str(caught.value.hint).endswith("\n  … 31 more")


@pytest.mark.parametrize(
    ("kind", "asked"), [(_properties, ["nosuch"]), (_names, ["altLabel", "Zzz"])], ids=["property", "value"]
)
def test_of_very_many_properties_or_values_a_message_lists_some(
    kind: Callable[[int], Iterator[str]], asked: list[str], tmp_path: Path
) -> None:
    citations = Citations(_graph(tmp_path, kind(500)))
    with pytest.raises(UsageError) as caught:
        why(citations, "The hub", *asked)
    assert "… 46" in (hint := str(caught.value.hint))
    assert hint.endswith(" more.")
