"""Names: a thing is found by all it is called, and only by that."""

from __future__ import annotations

import pytest

from ogdkg import Graph
from ogdkg.errors import UnknownNameError, UsageError
from ogdkg.rdf.terms import Iri
from ogdkg.search.labels import LabelIndex
from ogdkg.search.resolver import NameResolver

GARDEN = "https://trees.example/id/garden/"


def _find(graph: Graph, text: str, query: str = "trees-in", parameter: str = "garden") -> str:
    stored = graph.catalogue.get(query)
    [term] = NameResolver(graph).resolve(stored, stored.parameter(parameter), [text])
    assert isinstance(term, Iri)
    return term.value


@pytest.mark.parametrize(
    "text",
    [
        "Abbey Garden",
        "abbey  GARDEN",
        "Abbey",
        "garden:abbey",
        GARDEN + "abbey",
        f"<{GARDEN}abbey>",
    ],
)
def test_label_slug_curie_and_iri_mean_the_thing(trees: Graph, text: str) -> None:
    assert _find(trees, text) == GARDEN + "abbey"


@pytest.mark.parametrize("text", ["NPL", "np", "Nepal", "npl"])
def test_a_code_means_its_thing(trees: Graph, text: str) -> None:
    assert _find(trees, text, "from-country", "country").endswith("/npl")


def test_the_class_tells_things_of_one_name_apart(trees: Graph) -> None:
    assert _find(trees, "lime", "from-country", "country").endswith("/country/lime")
    assert _find(trees, "lime", "plant", "plant").endswith("/tree/lime")


def test_instances_of_a_subclass_count(trees: Graph) -> None:
    assert _find(trees, "Quercus", "plant", "plant").endswith("/oak")


def test_an_ambiguous_name_lists_its_meanings(trees: Graph) -> None:
    with pytest.raises(UsageError, match="more than one garden") as caught:
        _find(trees, "the green")
    assert caught.value.hint == "Choose one of: garden:abbey (Abbey Garden), garden:harbour (Harbour Park)."


def test_an_unknown_name_gets_the_nearest(trees: Graph) -> None:
    with pytest.raises(UnknownNameError) as caught:
        _find(trees, "Habour Park")
    assert caught.value.hint == "Did you mean Harbour Park (garden:harbour)?"


@pytest.mark.parametrize("text", [GARDEN + "nowhere", "garden:nowhere", "tree:oak"])
def test_an_iri_of_no_such_thing_is_refused(trees: Graph, text: str) -> None:
    with pytest.raises(UsageError, match="There is no garden"):
        _find(trees, text)


def test_the_choices_are_the_labels(trees: Graph) -> None:
    query = trees.catalogue.get("trees-in")
    assert NameResolver(trees).choices(query, query.parameter("garden")) == ["Abbey Garden", "Harbour Park"]


def test_a_preferred_label_wins_over_another_name() -> None:
    names = LabelIndex({})
    names.add(Iri("urn:a"), "Map", 5)
    names.add(Iri("urn:a"), "Map of aid", 0)
    names.add(Iri("urn:b"), "Map", 0)
    assert names.find("map") == Iri("urn:b")
    assert names.labels[Iri("urn:a")] == "Map of aid"


def test_the_label_of_a_source_is_the_one_preferred_and_not_its_title() -> None:
    names = LabelIndex({})
    names.add(Iri("urn:a"), "A page", 4, "en")
    names.add(Iri("urn:a"), "A page, its site and date", 0, "en")
    names.add(Iri("urn:a"), "Une page", 0, "fr")
    assert names.labels[Iri("urn:a")] == "A page, its site and date"


def test_a_name_that_two_things_bear_as_a_label_means_neither() -> None:
    names = LabelIndex({})
    names.add(Iri("urn:a"), "Map", 0)
    names.add(Iri("urn:b"), "Map", 4)
    with pytest.raises(UsageError, match="more than one"):
        names.find("map")
