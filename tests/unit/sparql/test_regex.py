r"""Regular expressions of XPath, by Functions and Operators 3.1 and XML Schema 1.1."""

from __future__ import annotations

import re

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ogdkg.sparql.regex import PatternError, check, compiled


@pytest.mark.parametrize(
    ("pattern", "flags", "fits", "misses"),
    [
        (r"^\p{L}+$", "", ["Köln", "Ωμέγα", "東京"], ["123", "a1", ""]),
        (r"^\P{L}$", "", ["1", "-"], ["a", "é"]),
        (r"^\p{Lu}$", "i", ["A", "É"], ["a", "é"]),
        (r"^[\p{Lu}x]$", "i", ["A", "x", "X"], ["a"]),
        (r"^[^\p{Lu}x]$", "i", ["a", "1"], ["A", "x", "X"]),
        (r"^\p{IsBasicLatin}*$", "", ["abc~", ""], ["é"]),
        (r"^\p{IsGreek}$", "", ["Ω"], ["a"]),
        (r"^\P{IsBasicLatin}$", "", ["é", "\U0001f600"], ["a"]),
        (r"^\i\c*$", "", ["a1", "_a-b", ":x", "é·"], ["1a", "-a", ""]),
        (r"^\I$", "", ["1", "-", " "], ["a", ":"]),
        (r"^\C$", "", ["/", " "], ["a", "-", "1"]),
        (r"^\w$", "", ["a", "é", "5", "+", "$", "\u0301"], ["_", "-", " ", ".", "\u200b"]),
        (r"^\W$", "", ["_", "-", " "], ["a", "+"]),
        (r"^\d$", "", ["5", "٣"], ["a", "²"]),
        (r"^\s$", "", [" ", "\t", "\n", "\r"], ["\u00a0", "\x0b", "\x1c", "a"]),
        (r"^\S$", "", ["\u00a0", "a"], [" ", "\n"]),
        (r"^[a-z-[aeiou]]+$", "", ["xyz"], ["a", "xa"]),
        (r"^[A-Z-[IO]]$", "i", ["a", "B"], ["I", "i", "o"]),
        (r"^[^a-c-[x]]$", "", ["d", "1"], ["a", "x"]),
        (r"^[\w-[\d]]$", "", ["a", "é"], ["1", "-"]),
        (r"^[\d-]+$", "", ["1-2"], ["a"]),
        (r"^[-a]$", "", ["-", "a"], ["b"]),
        (r"^[\-\]\[\\^]$", "", ["-", "]", "[", "\\", "^"], ["a"]),
        (r"^[^\s\d]$", "", ["a"], ["1", " "]),
        (r"^[&&~~]$", "", ["&", "~"], ["a"]),
        ("a$", "", ["a", "\na"], ["a\n", "a\nb"]),
        ("^b", "", ["b"], ["a\nb"]),
        ("a$", "m", ["a\nb", "a\n", "a"], ["ab"]),
        ("^b", "m", ["a\nb", "b"], ["ab"]),
        ("x\n^$", "m", [], ["x\n"]),
        ("a.b", "", ["a b"], ["a\nb", "a\rb"]),
        ("a.b", "s", ["a\nb", "a\rb"], ["ab"]),
        ("a b [ ]", "x", ["ab "], ["a b ", "ab"]),
        (r"\p {L} +", "x", ["a"], ["1"]),
        (r"a.b*\d", "q", [r"xa.b*\dx"], ["axb1"]),
        ("A.B", "qi", ["a.b"], ["axb"]),
        ("stra", "i", ["STRA"], ["st"]),
        (r"^(a)(b)?\2c\1$", "", ["abbca", "aca"], ["abca"]),
        (r"^(a)\10$", "", ["aa0"], ["aa"]),
        (r"^(?:a|b){2,3}?$", "", ["ab", "abb"], ["a", "abba"]),
        ("^a{2}$", "", ["aa"], ["a"]),
        ("^a{2,}$", "", ["aaa"], ["a"]),
        ("", "", ["", "a"], []),
        (r"a\/b\@c", "", ["a/b@c"], [r"a\/b"]),
        (r"^\n\r\t\.\*$", "", ["\n\r\t.*"], []),
        (r"^(^a$|b)+$", "", ["a", "bb"], ["ab"]),
        ("a|", "", ["b"], []),
    ],
)
def test_what_a_pattern_matches(pattern: str, flags: str, fits: list[str], misses: list[str]) -> None:
    search = compiled(pattern, flags).search
    assert [text for text in fits if not search(text)] == []
    assert [text for text in misses if search(text)] == []


@pytest.mark.parametrize(
    ("pattern", "said", "offset"),
    [
        ("(?=a)", "look-ahead (?=", 0), ("a(?!b)", "look-ahead (?!", 1), ("(?<=a)", "look-behind", 0),
        ("(?<!a)", "look-behind", 0), ("(?P<n>a)", "a named group", 0), ("(?<n>a)", "a named group", 0),
        ("(?>a)", "an atomic group", 0), ("(?i)a", "flags within", 0), ("(?#c)", "a comment", 0),
        (r"a\b", r"the word boundary \b", 1), (r"\Aa", r"\A is not", 0), (r"a\Z", r"\Z is not", 1),
        (r"\x41", r"the code \x", 0), (r"\u0041", r"the code \u", 0),
        (r"[\b]", r"the word boundary", 1),
        ("a*+", "a possessive quantifier", 1), ("a++", "possessive", 1), ("a{2}+", "possessive", 1),
        ("a**", "* follows another quantifier", 2), ("a{2}{3}", "{ follows another", 4),
        ("*a", "nothing before * to repeat", 0), ("(+a)", "nothing before + to repeat", 1),
        ("a|?", "nothing before ? to repeat", 2), ("a{b", "{ begins no", 1), ("a{,2}", "{ begins no", 1),
        ("a{3,2}", "the least number of times is greater", 1),
        ("a{9999999}", "100,000 times at most", 1),
        ("^(a", "a group is not closed", 3),
        ("a)", "no group for ) to close", 1),
        ("a}", "} stands alone", 1),
        ("a]", "] stands alone", 1),
        ("[a", "a class is not closed", 0),
        ("[]", "a class is empty", 0),
        ("[^]", "a class is empty", 0),
        ("[[a]]", "[ stands within a class", 1),
        ("[z-a]", "ends before it begins", 1),
        (r"[a-\d]", "a range cannot end with a set", 3),
        ("[a-z-[b]c]", "must be the last", 8),
        (r"\p{Foo}", r"\p{Foo} names no category", 0),
        (r"\pL", r"\p names no category", 0),
        (r"\p{IsNowhere}", "names no category or block", 0),
        (r"(a\1)", "no group 1 before", 2),
        (r"\1", "no group 1 before", 0),
        ("a\\", "a backslash ends the pattern", 1),
        (r"\e", r"\e is not in XPath", 0),
        ("(" * 101 + ")" * 101, "more than 100 groups", 100),
        ("[a-" * 101 + "]" * 101, "100 classes", 300),
    ],
)  # fmt: skip
def test_what_is_no_pattern(pattern: str, said: str, offset: int) -> None:
    with pytest.raises(PatternError) as caught:
        check(pattern)
    assert said in caught.value.message
    assert caught.value.offset == offset


@pytest.mark.parametrize("flags", ["w", "I", "g", "i m"])
def test_a_flag_that_is_none(flags: str) -> None:
    with pytest.raises(PatternError, match="is none of s, m, i, x and q"):
        check("a", flags)


PIECES = st.sampled_from(
    (
        "a", "b", "A", ".", "[ab]", "[^a]", "(a|b)", "(?:ab)", "^", "$", r"\d", r"\s", r"\p{L}", r"\P{L}",
        r"\p{Lu}", "é", "a*", "b+?", "(ab)?", "a{1,2}", r"[\p{L}-]", "|", r"\.", "[a-z]",
    )
)  # fmt: skip


@given(
    st.lists(PIECES, max_size=6).map("".join), st.text("abAé1 .É-", max_size=6), st.sampled_from(("", "i"))
)
def test_it_matches_as_another_engine_does(pattern: str, text: str, flags: str) -> None:
    """Rust's expressions are of another kind, but read these pieces in the same way."""
    if flags and (r"\p" in pattern or r"\P" in pattern):
        return  # Rust folds categories too
    quoted = [str(pyoxigraph.Literal(each)) for each in (text, pattern, flags)]
    answer = bool(pyoxigraph.Store().query(f"ASK {{ FILTER REGEX({', '.join(quoted)}) }}"))
    assert (compiled(pattern, flags).search(text) is not None) == answer


@given(st.text(max_size=20), st.text("smixq", max_size=2))
def test_any_text_is_a_pattern_or_an_error_of_its_own(pattern: str, flags: str) -> None:
    try:
        found = compiled(pattern, flags)
    except PatternError as error:
        assert 0 <= error.offset <= len(pattern)
    else:
        assert isinstance(found, re.Pattern)
