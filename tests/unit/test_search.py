"""The index of words, and `ogdkg search` on two projects."""

from __future__ import annotations

import csv
import io
import random
import shutil
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg import Graph, open_graph
from ogdkg.search import Entry, Index, Search, words
from tests.conftest import ROOT, TREES, Run

ENTRIES = (
    ("urn:linden", Entry("Linden avenue", ("Allee",), "Lime trees along a road", "Harbour Park")),
    ("urn:lime", Entry("Lime", ("Linden", "Tilia"), "A tree")),
    ("urn:cafe", Entry("Café Ångström", (), "Where researchers meet")),
    ("urn:limestone", Entry("Limestone")),
)
FOUND = {
    "lime": ["urn:lime", "urn:limestone", "urn:linden"],
    "LIM": ["urn:lime", "urn:limestone", "urn:linden"],
    "linden": ["urn:lime", "urn:linden"],
    "cafe angs": ["urn:cafe"],
    "CAFÉ": ["urn:cafe"],
    "reserchers": ["urn:cafe"],
    "lindne avenue": ["urn:linden"],
    "harbour": ["urn:linden"],
    "lime caf": [],
    "xyzzy": [],
    "": [],
    '" * OR -': [],
}


@pytest.mark.parametrize("text", FOUND)
def test_words_and_beginnings_are_found_best_first(text: str) -> None:
    assert Index(ENTRIES).search(text) == FOUND[text]


def test_a_label_that_is_just_these_words_is_first_however_many_hold_them() -> None:
    index = Index([*((f"urn:{n}", Entry(f"Water {n}")) for n in range(1000)), ("urn:w", Entry("Water"))])
    assert index.search("water", 3)[0] == "urn:w"
    assert index.search("water", 2, among={"urn:7", "urn:8"}) == ["urn:7", "urn:8"]


@given(st.text())
def test_any_text_may_be_searched_for_and_in(text: str) -> None:
    found = Index([("urn:a", Entry(text)), ("urn:b", Entry("other"))]).search(text)
    assert found[:1] == (["urn:a"] if words(text) else [])


def test_a_hundred_thousand_things_answer_in_time() -> None:
    """The target is 10 ms, which this machine may be too busy for: ten times as much is a fault of ours."""
    chance = random.Random(1)
    parts = ("ka", "lo", "mi", "ter", "an", "or", "be", "su", "ne", "dra", "vi", "chu", "est", "ol", "pra")
    vocabulary = ["".join(chance.choices(parts, k=4)) for _ in range(20_000)]

    def entry(number: int) -> tuple[str, Entry]:
        drawn = chance.choices(vocabulary, k=4)
        return f"urn:{number}", Entry(" ".join([*drawn[:2], "water"]), (drawn[2],), drawn[3])

    index = Index(map(entry, range(100_000)))
    for text in (vocabulary[0], vocabulary[1][:5], "water", f"{vocabulary[2]} wat", "watre"):
        index.search(text)
        begun = time.perf_counter()
        assert index.search(text)
        assert time.perf_counter() - begun < 0.1


def test_things_of_a_graph(trees: Graph) -> None:
    search = Search(trees)
    [ginkgo] = search.find("maidenhair")
    assert (ginkgo.name, ginkgo.kinds) == ("Ginkgo", ("ns:Tree",))
    assert [each.name for each in search.find("gren", thing_class="ns:Garden")] == [
        "Abbey Garden",
        "Harbour Park",
    ]
    assert [each.name for each in search.find("green", 1)] == ["Abbey Garden"]


def test_filters_are_options(ogdkg: Run, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(TREES, tmp_path / "trees"))
    with (copy / "ogdkg.toml").open("a") as config:
        config.write('[search]\nfilters = { garden = "ns:standsIn" }\n')
    assert "Limeland" in ogdkg("search", "l", "-f", "csv", cwd=copy).stdout
    found = ogdkg("search", "l", "--garden", "Harbour Park", "-f", "csv", "-C", copy).stdout
    assert [row["thingLabel"] for row in csv.DictReader(io.StringIO(found))] == ["Lime", "Ginkgo"]
    assert "--garden GARDEN" in ogdkg("search", "--help", cwd=copy).stdout
    assert ogdkg("search", "l", "--garden", "Nowhere", cwd=copy).returncode == 2
    assert ogdkg("search", "l", "--garden", "Harbour Park").returncode == 2
    with (copy / "ogdkg.toml").open("a") as config:
        config.write("[search.filters]\n")
    assert ogdkg("search", "l", cwd=copy).returncode == 3


def test_our_own_things() -> None:
    search = Search(open_graph(ROOT))
    assert search.find("boost")[0].name == "BOOST"
    assert search.find("opn")[0].name == "Open Parks Network"
    assert search.find("compny registeries")[0].name == "Data on Company Registries"
    nepal = search.find("open", filters={"country": "Nepal"})
    assert [each.name for each in nepal] == [
        "Open Data for Social Accountability and Citizen Engagement",
        "Data on Company Registries",
    ]
