"""What pages are full of: every text is escaped, and stands where its kind has its place."""

from __future__ import annotations

from ogdkg.web.pages.displayed_values import Property, Shown, Source
from ogdkg.web.pages.parts import facts, linked, marks, menu, note, told
from ogdkg.web.pages.surroundings import Note

EVIL = "<b>\"'&\u202e\n"
SAFE = "&lt;b&gt;&#34;&#39;&amp;  "
PASSAGE = Source("1", "L5", "/p", "a few words", "sure", "", True, "/document#L5")


def test_every_text_is_escaped_and_on_one_line() -> None:
    source = Source(*[EVIL] * 6, False, EVIL)
    value = Shown(EVIL, EVIL, EVIL, (source,), tag=EVIL, date=EVIL, is_outside=True)
    whole = value._replace(properties=(Property(EVIL, EVIL, (value,), (value,)),))
    found = Property(EVIL, EVIL, (whole,), (whole,), (Note("", EVIL, EVIL, EVIL, frozenset()),))
    for text in (
        *(told(value), linked(value), marks([source]), note(found.notes[0])),
        *(facts([found]), facts([found], True)),
        menu(((EVIL, EVIL, EVIL),), EVIL, EVIL, EVIL),
    ):
        assert SAFE in text
        assert '<b>"' not in text
        assert "\u202e" not in text


def test_a_value_has_its_language_its_address_and_its_sources() -> None:
    value = Shown("eau", "/water", "fr", (PASSAGE,), more_sources=2)
    assert told(value) == '<bdi lang="fr" dir="auto">eau</bdi>'
    assert linked(value) == f'<a href="/water">{told(value)}</a>'
    assert marks(value.sources, 2) == (
        ' <details class="c" name="c"><summary aria-label="Source 1: L5">1</summary>'
        '<div class="n"><b><a href="/document#L5">L5</a></b><q dir="auto">a few words</q>sure · '
        '<a href="/p">About this source</a></div></details> <span class="ref">and 2 more</span>'
    )
    outside = linked(Shown("x", "https://x.example/", is_outside=True))
    assert outside == '<a href="https://x.example/" rel="external nofollow noreferrer"><bdi>x</bdi></a>'


def test_many_values_are_folded_with_links_to_the_sources_and_the_rest_is_counted() -> None:
    values = tuple(Shown(str(number), sources=(PASSAGE,)) for number in range(102))
    text = facts([Property("made of", "", values[:1], values[1:])])
    link = ' <a class="m" href="#source-1" aria-label="Source 1">1</a>'
    assert f'<summary>101 more</summary><ul class="many">\n<li><bdi>1</bdi>{link}\n</li>\n' in text
    assert '<li class="small">and 1 more, in the other formats</li>' in text
    assert "<bdi>101</bdi>" not in text


def test_a_dated_value_stands_after_its_date_and_a_record_is_what_its_properties_say() -> None:
    parts = (Property("of", "", (Shown("a", "/a"),)), Property("in", "", (Shown("b", "/b"),)))
    record = Shown("a in b", properties=parts, date="2013", is_record=True)
    text = facts([Property("had", "", (record, record._replace(date="")))], True)
    cells = (
        '<span class="cell"><a href="/a"><bdi>a</bdi></a></span><span class="cell"><a href="/b"><bdi>b</bdi>'
    )
    assert f'<span class="when"><time>2013</time></span><div>{cells}' in text
    assert f'<span class="when">undated</span><div>{cells}' in text
    assert "a in b" not in text
    assert "<ul" not in text


def test_the_entry_of_a_page_is_marked() -> None:
    entries = (("map", "Map", "/map"), ("ask", "Questions", "/ask"))
    assert menu(entries, "/base", "ask", "page", "<li>", "</li>") == (
        '<li><a href="/base/map">Map</a></li><li><a href="/base/ask" aria-current="page">Questions</a></li>'
    )
