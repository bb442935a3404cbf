"""Passages are found again in any edited text, and never where other words stand."""

from __future__ import annotations

import random
from itertools import pairwise
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.evidence.passages import Passage, folded, text_hash
from ogdkg.evidence.reanchoring.by_hash import HashFinder
from ogdkg.evidence.reanchoring.finding import Fate, Finder, changes
from ogdkg.evidence.reanchoring.words import Words
from tests.conftest import examples
from tests.processes import processor_seconds

FEW = ["the", "of", "data", "open", "and", "bank", "57", "(OPN).", "**Open", "map,"]


class Word(NamedTuple):
    """A word that is known in every version of its text."""

    text: str
    number: int


def written(words: list[list[Word]], width: int) -> tuple[str, dict[int, tuple[int, int]]]:
    """The paragraphs in lines of a width, and where each word stands."""
    text, places = "", dict[int, tuple[int, int]]()
    for paragraph in words:
        column = 0
        for word in paragraph:
            gap = "" if not column else "\n" if column + len(word.text) > width else " "
            text += gap
            column = 0 if gap == "\n" else column + len(gap)
            places[word.number] = len(text), len(text) + len(word.text)
            text += word.text
            column += len(word.text)
        text += "\n\n"
    return text, places


@st.composite
def texts(draw: st.DrawFn) -> tuple[list[list[Word]], random.Random]:
    """Paragraphs of words, some of which stand several times and some once."""
    chance = random.Random(draw(st.integers(0, 2**32)))
    number = iter(range(10**6))
    rare = draw(st.sampled_from([0.1, 0.5, 0.9]))
    return [
        [
            Word(f"w{each}" if chance.random() < rare else chance.choice(FEW), each)
            for each in (next(number) for _ in range(chance.randrange(3, 40)))
        ]
        for _ in range(draw(st.integers(1, 8)))
    ], chance


def edited(words: list[list[Word]], chance: random.Random, edits: int) -> list[list[Word]]:
    """The paragraphs after random edits: words put in and taken out, paragraphs moved and taken out."""
    words, fresh = [list(paragraph) for paragraph in words], iter(range(-1, -(10**6), -1))
    for _ in range(edits):
        at = chance.randrange(len(words))
        paragraph, edit = words[at], chance.randrange(5)
        place = chance.randrange(len(paragraph) + 1)
        new = next(fresh)
        if edit == 0:
            paragraph.insert(place, Word(chance.choice([*FEW, f"n{-new}"]), new))
        elif edit == 1:
            del paragraph[place : place + chance.randrange(1, 4)]
        elif edit == 2:
            words.insert(chance.randrange(len(words)), words.pop(at))
        elif edit == 3 and len(words) > 1 and chance.random() < 0.3:
            del words[at]
        else:
            words.insert(at, [Word(f"m{-new}", new)])
    return words


@examples(150)
@given(made=texts(), edits=st.integers(0, 8), width=st.sampled_from([20, 60, 10**6]))
def test_what_is_still_there_is_found_and_nothing_else(
    made: tuple[list[list[Word]], random.Random], edits: int, width: int
) -> None:
    before, chance = made
    after = edited(before, chance, edits)
    old, old_places = written(before, 60)
    new, new_places = written(after, width)
    finder = Finder(old, new)
    follows = {a.number: b.number for paragraph in after for a, b in pairwise(paragraph)}
    for paragraph in before:
        for _ in range(4):
            first = chance.randrange(len(paragraph))
            words = paragraph[first : first + chance.randrange(1, 9)]
            span = old_places[words[0].number][0], old_places[words[-1].number][1]
            found = finder.find(span)
            text = folded(old[slice(*span)])
            pairs = pairwise(words)
            is_there = words[0].number in new_places and all(
                follows.get(one.number) == two.number for one, two in pairs
            )
            true = (new_places[words[0].number][0], new_places[words[-1].number][1]) if is_there else None
            if found.fate is Fate.MOVED:
                assert found.span and folded(new[slice(*found.span)]) == text
            is_unique = all(len(Words(each).occurrences(text, 2)) == 1 for each in (old, new))
            if true and len(words) > 1 and is_unique:
                assert found == (Fate.MOVED, true, ())
            elif true:
                assert found.fate is not Fate.GONE or found.places  # where a person may look


@pytest.mark.parametrize(
    ("old", "new", "stretch", "fate", "there"),
    [
        ("In 57 countries.", "Now in 57\ncountries!", "57 countries", Fate.MOVED, "57\ncountries"),
        (
            "It is in 57 countries now.",
            "It is in 61 countries now.",
            "57 countries",
            Fate.REWORDED,
            "61 countries",
        ),
        ("The oak (OAK) is old.", "The oak [OAK], is old.", "OAK", Fate.MOVED, "OAK"),
        ("The oak stands here. Ada keeps it.", "Ada keeps it.", "The oak stands here", Fate.GONE, None),
        ("The oak of 57. The lime of 57.", "The lime of 57.", "oak of 57", Fate.GONE, None),
        ("One fine oak is old.", "One fine oaken is old.", "oak", Fate.REWORDED, "oaken"),
        ("a b", "", "a b", Fate.GONE, None),
    ],
)
def test_what_becomes_of_a_stretch(old: str, new: str, stretch: str, fate: Fate, there: str | None) -> None:
    start = old.index(stretch)
    found = Finder(old, new).find((start, start + len(stretch)))
    assert (found.fate, found.span and new[slice(*found.span)]) == (fate, there)


def test_of_equal_words_the_neighbours_decide() -> None:
    old = "The oak has a map of it.\n\nThe lime has a map of it.\n\nThe ash has a map of it."
    new = "The ash has a map of it.\n\nThe lime has a map of it too.\n\nThe oak has a map of it."
    finder = Finder(old, new)
    for number, tree in enumerate(("oak", "lime", "ash")):
        start = [at for at in range(len(old)) if old.startswith("map", at)][number]
        found = finder.find((start, start + 3))
        assert found.span and new[: found.span[0]].rpartition("The ")[2].split()[0] == tree


def test_without_the_old_text_hashes_tell() -> None:
    old = "The old oak,\nthirty metres high. A lime."
    start = old.index("oak")
    words = "oak,\nthirty metres"
    passage = Passage("urn:p", "urn:s", (1, 2), (start, start + len(words)), "thirty", text_hash(words))
    new = "More words here.\n\nThe old oak, thirty\nmetres high. A lime."
    found = HashFinder(new).find(passage)
    assert found.span and new[slice(*found.span)] == "oak, thirty\nmetres"
    assert HashFinder(new.replace("thirty", "forty")).find(passage).fate is Fate.GONE
    assert HashFinder(new + new).find(passage).fate is Fate.DOUBTFUL


def test_changes_are_told_in_words() -> None:
    assert changes("in 57 countries", "in 61 countries") == [
        ("equal", "in", "in"),
        ("replace", "57", "61"),
        ("equal", "countries", "countries"),
    ]


@pytest.mark.parametrize("kind", ["alike", "different", "repeated"])
def test_ten_thousand_lines_are_aligned_in_nearly_linear_time(kind: str) -> None:
    chance = random.Random(1)
    vocabulary = {"alike": 5000, "different": 10**9, "repeated": 3}[kind]

    def seconds(lines: int) -> float:
        words = [[f"w{chance.randrange(vocabulary)}" for _ in range(8)] for _ in range(lines)]
        old = "\n".join(" ".join(line) for line in words)
        for _ in range(lines // 20):
            words[chance.randrange(lines)][3] = "changed"
        new = "\n".join(" ".join(line) for line in words)
        return processor_seconds(lambda: Finder(old, new))

    seconds(100)
    assert seconds(5_000) < 30 * max(seconds(500), 0.01)
