"""Each reader on a few documents of Hypothesis's, and on every one that once failed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.seeds import small
from tests.fuzz.targets import TARGETS

CASES = sorted(path for path in (Path(__file__).parent / "cases").glob("*/*") if path.is_file())


@st.composite
def mutated(draw: st.DrawFn, target: str) -> bytes:
    """A small document of a target with a few pieces cut out, doubled, moved or put in."""
    seeds = small(target)
    data = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(0, 4))):
        begin = draw(st.integers(0, len(data)))
        end = min(begin + draw(st.sampled_from([0, 1, 2, 5, 20])), len(data))
        other = draw(st.sampled_from(seeds))
        at = draw(st.integers(0, len(other)))
        new = draw(st.binary(max_size=3) | st.just(other[at : at + 12]) | st.just(data[begin:end] * 2))
        data = data[:begin] + new + data[end:]
    return data


@pytest.mark.parametrize("target", TARGETS)
def test_no_document_confuses_a_reader(target: str) -> None:
    @settings(max_examples=30, database=None)
    @given(mutated(target) | st.binary(max_size=60))
    def holds(data: bytes) -> None:
        TARGETS[target](data)

    for seed in small(target):
        TARGETS[target](seed)
    holds()


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_what_once_failed_no_longer_does(case: Path) -> None:
    TARGETS[case.parent.name](case.read_bytes())
