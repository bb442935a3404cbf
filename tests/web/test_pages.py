"""The pages for people over HTTP: the first page, the list of all things, a thing's page, the style guide."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.conftest import ROOT, Run
from tests.web.conftest import Server, serving

BROWSER = "text/html"
BOOST = "/id/initiative/boost.html"
TURTLE = """
PREFIX ex: <https://s.example/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
ex:Thing a rdfs:Class ; rdfs:label "\\u05D3\\u05D1\\u05E8"@he .
ex:a a ex:Thing ; rdfs:label "\\u05E9\\u05DC\\u05D5\\u05DD"@he ; rdfs:comment "\\u05D6\\u05D4\\u05D5"@he ;
  ex:knows ex:c, "\\U0001F333 &amp; <script>alert(1)</script>", "</script><b>" ; ex:many %s .
ex:c a ex:Thing ; rdfs:label "%s" .
"""


class _Page(HTMLParser):
    """The links, headings and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.opened: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append((tag, dict(attrs)))
        if tag == "a":
            self.links.append(dict(attrs).get("href") or "")

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def ours() -> Iterator[Server]:
    with serving(ROOT) as running:
        yield running


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One Turtle file without passages, shapes, queries or named graphs, in another script."""
    folder = tmp_path_factory.mktemp("small")
    (folder / "data").mkdir()
    many = ", ".join(f'"value {n}"' for n in range(30))
    (folder / "data" / "a.ttl").write_text(TURTLE % (many, "n" * 5_000))
    (folder / "ogdkg.toml").write_text(
        '[project]\nname = "small"\nthings = "https://s.example/"\nlanguages = ["he"]\n'
        '[prefixes]\nex = "https://s.example/"\n'
    )
    with serving(folder) as running:
        yield running


def _page(server: Server, path: str) -> str:
    answer = server.ask(path, Accept=BROWSER)
    assert answer.status == 200, path
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    text = answer.body.decode()
    opened = _Page(text).opened
    assert not [
        tag for tag, given in opened if "style" in given or any(name.startswith("on") for name in given)
    ]
    scripts = [
        given for tag, given in opened if tag == "script" and given.get("type") != "application/ld+json"
    ]
    assert all((given.get("src") or "").startswith("/assets/") for given in scripts)
    return text


def _section(page: str, name: str) -> str:
    found = re.search(rf'<h2 id="{name}">.*?</section>', page, re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize(
    ("path", "most"),
    [("/", 60_000), (BOOST, 80_000), ("/id/initiative/eiti.html", 85_000), ("/id/country/npl.html", 80_000)],
)
def test_a_page_is_small(ours: Server, path: str, most: int) -> None:
    """Unpacked, and with the one file that it needs."""
    page = _page(ours, path)
    style = re.search(r'<link rel="stylesheet" href="([^"]+)"', page)
    assert style
    assert len(page.encode()) < most
    assert len(ours.ask(style[1]).body) < 25_000
    script = re.search(r'<script src="([^"]+)"', page)
    assert script
    assert len(ours.ask(script[1]).body) < 10_000
    assert page.count('<link rel="stylesheet"') == 1


def test_the_style_sheet_is_kept_for_long(ours: Server) -> None:
    style = re.search(r'href="(/assets/ogdkg\.[0-9a-f]+\.css)"', _page(ours, "/styleguide"))
    assert style
    kept = ours.ask(style[1])
    assert kept.headers["content-type"] == "text/css; charset=utf-8"
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert ours.ask("/assets/ogdkg.0000000000.css").status == 404
    packed = ours.ask(style[1], Accept_Encoding="gzip")
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == kept.body
    assert len(packed.body) < len(kept.body) / 2


@pytest.mark.parametrize("path", ["/", BOOST, "/things", "/search?q=boost", "/ask", "/ask/initiatives"])
def test_a_page_that_is_kept_keeps_its_policy(ours: Server, path: str) -> None:
    """A browser takes over the headers of a 304 (RFC 9111, section 3.2), and would drop the style sheet."""
    whole = ours.ask(path, Accept=BROWSER)
    again = ours.ask(path, Accept=BROWSER, If_None_Match=whole.headers["etag"])
    assert again.status == 304
    for name in ("content-security-policy", "vary", "etag"):
        assert again.headers[name] == whole.headers[name]


def test_the_first_page_and_all_that_it_loads_is_small(ours: Server) -> None:
    """Packed, with the outlines of its map, which no other page has to load again."""
    page = ours.ask("/", Accept=BROWSER, Accept_Encoding="gzip")
    text = gzip.decompress(page.body).decode()
    files = set(re.findall(r'"(/assets/[^"#]+)', text))
    assert any(name.endswith(".svg") for name in files)
    answers = [page, *(ours.ask(name, Accept_Encoding="gzip") for name in files)]
    assert all(answer.headers["content-encoding"] == "gzip" for answer in answers)
    assert all("immutable" in answer.headers["cache-control"] for answer in answers[1:])
    assert len(answers) <= 6
    assert sum(len(answer.body) for answer in answers) < 60_000
    plain = ours.ask(next(name for name in files if name.endswith(".svg")))
    assert plain.headers["content-type"] == "image/svg+xml"
    assert plain.body.startswith(b"<svg ")


def test_a_mark_opens_the_words_of_a_passage_in_place(ours: Server) -> None:
    page = _page(ours, BOOST)
    fact = re.search(r"Transparency</bdi></a>.*?</dd>", page, re.DOTALL)
    assert fact
    for told in ("<details", 'aria-label="Source', "<q", "build open budgets", "Stated", "<b><a", ">L54"):
        assert told in fact[0]
    assert re.search(r'<span class="tag">Inferred</span>', page)


def test_a_doubt_stands_beside_its_fact_once(ours: Server) -> None:
    """One about the passage of a fact; that of another thing of this passage does not."""
    page = _page(ours, BOOST)
    beside = re.search(
        r"<dt>(?:<a[^>]*>)?<bdi>provides</bdi>.*?</div>\s*(?=<div><dt>|</dl>)", page, re.DOTALL
    )
    assert beside
    assert "they may be one and the same" in beside[0]
    assert page.count("they may be one and the same") == 1
    assert page.count("Read as an initiative that provides the other two") == 1
    assert "No owner is asserted" not in page
    assert "counts the EITI among" not in page


def test_what_other_sources_say_stands_apart_with_its_date(ours: Server) -> None:
    page = _page(ours, BOOST)
    apart = _section(page, "elsewhere")
    dates = re.findall(r"<time>(\d{4})", apart)
    assert "Portal launched" in apart
    assert len(dates) > 10
    assert "Collaboration across the Bank" not in apart
    assert "Portal launched" not in page.replace(apart, "")
    numbers = re.search(r"<bdi>number stated</bdi>.*?</dl>", apart, re.DOTALL)
    assert numbers
    told = re.findall(r'class="when">(?:<time>)?([^<]+)', numbers[0].split("homepage")[0])
    assert told == sorted(told)
    assert "undated" in told


def test_a_thing_is_cited_and_described_for_search_engines(ours: Server) -> None:
    page = _page(ours, BOOST)
    cited = _section(page, "cite")
    assert "“BOOST”" in cited
    assert "@incollection{" in unescape(cited)
    node = _structured(page)
    assert (node["@context"], node["name"]) == ("https://schema.org", "BOOST")
    assert node["description"].startswith("Makes detailed public spending data")
    assert _structured(_page(ours, "/id/org/world-bank.html"))["@type"] == "Organization"


def _structured(page: str) -> dict[str, str]:
    data = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert data
    node: dict[str, str] = json.loads(data[1])
    return node


def test_a_thing_tells_what_others_of_its_kind_have(ours: Server) -> None:
    """What at least half of the initiatives have, of the properties that the shapes show."""
    assert "milestone" in _section(_page(ours, "/id/initiative/open-transport.html"), "missing")
    assert "milestone" not in _section(_page(ours, BOOST), "missing")


def test_whom_to_write_to_leaves_people_out(ours: Server) -> None:
    assert 'href="mailto:openaid@worldbank.org"' in _page(ours, "/id/initiative/oap.html")
    assert "mailto:" not in _page(ours, BOOST)


def test_the_first_page_has_what_the_project_names(ours: Server) -> None:
    page = _Page(_page(ours, "/"))
    assert "How the World Bank helps open government data" in page.text
    assert "every fact leads back" in page.text
    assert "/ask/initiatives-in-country?country=Nepal" in page.links
    assert "/id/initiative/boost" in page.links
    assert "Government and civil society" in page.text
    assert re.search(r"Last changed \d{4}-\d\d-\d\d", page.text)
    assert ("search", "/search") in [(given.get("role"), given.get("action")) for tag, given in page.opened]


def test_things_are_listed_by_letter_kind_and_facet(ours: Server) -> None:
    every = _Page(_page(ours, "/things"))
    assert "/things?letter=B" in every.links
    kinds = _Page(_page(ours, "/things?kind=ogd%3AInitiative"))
    assert "/id/initiative/boost" in kinds.links
    assert "/id/country/npl" not in kinds.links
    narrower = next(link for link in kinds.links if "theme=" in link and "civil" not in link)
    fewer = _Page(_page(ours, narrower))
    things = [link for link in fewer.links if link.startswith("/id/initiative/")]
    assert 0 < len(things) < len([link for link in kinds.links if link.startswith("/id/initiative/")])
    letter = _Page(_page(ours, "/things?kind=ogd%3AInitiative&letter=B"))
    assert [link for link in letter.links if link.startswith("/id/")] == ["/id/initiative/boost"]
    assert "Nothing is left" in _Page(_page(ours, "/things?kind=urn%3Anone")).text
    assert "Page 2 of" in _Page(_page(ours, "/things?page=2")).text
    assert ours.ask("/things?page=x", Accept=BROWSER).status == 400


@pytest.mark.parametrize("path", ["/", "/things", "/a.html", "/c.html", "/styleguide", "/search?q=x"])
def test_a_small_project_has_no_empty_corners(small: Server, path: str) -> None:
    page = _page(small, path)
    assert not re.search(r"<(h1|h2|dl|ul|ol|section)[^>]*>\s*</", page)
    assert "/ask" not in page
    if path != "/styleguide":
        assert '<details class="c' not in page  # all is from one file


def test_any_text_is_shown_as_text(small: Server) -> None:
    page = _page(small, "/a.html")
    assert "\U0001f333 &amp;amp; &lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert 'lang="he" dir="auto"' in page
    assert "22 more" in page
    assert "value 29" in page
    long = _Page(_page(small, "/c.html"))
    assert "n" * 5_000 in long.text
    assert len(_page(small, "/c.html").split("<h1")[1].split("</h1>")[0]) < 500


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('things = "nope"', "'nope' is not the CURIE"),
        ('numbers = { trees = "a b" }', "'a b' is not the CURIE"),
        ('purpos = "x"', "purpos"),
    ],
)
def test_what_the_pages_cannot_show_is_an_error_with_its_line(
    ogdkg: Run, tmp_path: Path, line: str, told: str
) -> None:
    (tmp_path / "ogdkg.toml").write_text(f"[pages]\n{line}\n")
    done = ogdkg("stats", cwd=tmp_path)
    assert done.returncode == 3
    assert told in done.stderr
    assert "ogdkg.toml:2" in done.stderr


def test_the_things_next_to_one_are_drawn_with_links(ours: Server) -> None:
    drawn = re.search(r"<figure.*?</figure>", _page(ours, BOOST), re.DOTALL)
    assert drawn
    assert '<a href="/id/org/world-bank">' in drawn[0]
    assert ">presented by</text>" in drawn[0]
    assert "linked to" not in drawn[0], "what rules derive is not next to it"
    assert 3 <= drawn[0].count("<a ") <= 9


def test_a_thing_says_which_lines_it_is_read_from(ours: Server) -> None:
    page = " ".join(_page(ours, BOOST).split())
    assert '<a href="/document?line=53#L53">53 to 57</a> of <a href="/document">the document</a>' in page
    assert re.search(r"What \d+ other sources add is", page)


def test_a_passage_goes_by_its_lines(ours: Server) -> None:
    page = _page(ours, "/id/passage/boost-aims.html")
    assert "<h1><bdi>Lines 54 to 55</bdi></h1>" in page
    assert 'href="/document?line=54#L54">In the document</a>' in page
    assert '<a href="#position"><bdi>position</bdi></a>' in page
    assert "#position" not in _Page(page).text


def test_a_search_shows_things_by_kind_and_questions(ours: Server, small: Server) -> None:
    """The kind of what fits best comes first, what merely tells of others last; none goes by an address."""
    page = _page(ours, "/search?q=EITI")
    kinds = re.findall(r'<h2 class="topic"[^>]*>(?:<bdi>)?([^<]+)', page)
    assert kinds[:3] == ["Initiatives", "Questions to ask", "Organisations"]
    assert kinds[-1] == "Other sources"
    assert 'href="/ask/members?' in page
    assert "<summary>" in page  # of a kind with many there are only the first at once
    page = _page(ours, "/search?q=engagement")
    assert "<bdi>Classes</bdi>" in page
    assert "owl:" not in page.lower()
    assert ">InaSAFE</bdi>" in _page(ours, "/search?q=What+is+InaSAFE%3F")
    first = re.search(
        r'<ul class="names">\s*<li><a[^>]*><bdi[^>]*>([^<]*)', _page(ours, "/search?q=library+tiger")
    )
    assert first
    assert "library" in first[1].lower()
    assert ">GAFSP global maps<" in _page(ours, "/search?q=GAFSP+maps")
    for described in ("budget", "public+spending+data"):  # words that its name has not
        assert re.search("<bdi[^>]*>BOOST</bdi>", _page(ours, f"/search?q={described}")), described
    assert "Jensen" not in _page(ours, "/search?q=leif").partition("<main")[2].partition("<h1")[2]
    assert "Questions to" not in _page(small, "/search?q=a")


@pytest.mark.parametrize("text", ["Nepal", "npl", "Népal", "who works in Nepal?"])
def test_a_search_offers_what_can_be_asked_of_the_thing_that_it_names(ours: Server, text: str) -> None:
    page = _page(ours, f"/search?q={quote(text)}")
    first = page.partition('id="asked"')[2].partition("<li>")[2].partition("</li>")[0]
    assert 'href="/ask/initiatives-in-country?country=Nepal"' in first
    assert "<em><bdi>Nepal</bdi></em>" in first


def test_a_search_offers_the_question_that_shares_most_words(ours: Server) -> None:
    """None that needs another value too, and none where a thing is merely like the words."""
    offered = re.findall(r'href="(/ask/[^"]*)"', _page(ours, "/search?q=contact+of+BOOST"))
    assert "/ask/contacts?initiative=BOOST" in offered
    assert not any(each.startswith("/ask/members?initiative=BOOST") for each in offered)
    assert "/ask/" not in _page(ours, "/search?q=library+tiger").partition("<main")[2].partition("</main")[0]


def test_what_is_missing_is_told_from_what_is_left_out(ours: Server) -> None:
    """A listed initiative has to have a contact: one has none, one that of a person, and one has one."""
    missing = {
        name: _section(_page(ours, f"/id/initiative/{name}.html"), "missing") for name in ("opendri", "boost")
    }
    assert "Nothing is known here of <bdi>contact</bdi>" in missing["opendri"]
    assert "tells of a person: <bdi>contact</bdi>" in missing["boost"]
    assert "Nothing is known" not in missing["boost"]


def test_classes_are_called_by_their_plurals(ours: Server, small: Server) -> None:
    """English ones by a rule, others as the settings say, else by their label."""
    assert ">Initiatives</bdi>, by <bdi" in _page(ours, "/")
    things = _page(ours, "/things")
    for name in ("countries", "country engagements", "stakeholder groups"):
        assert f"<bdi>{name}</bdi>" in things
    assert "\u05d3\u05d1\u05e8</bdi>" in _page(small, "/things")


def test_the_first_page_tells_what_changed_last(ours: Server, small: Server) -> None:
    """By the changelog of the project; one that has none says nothing."""
    assert _section(_page(ours, "/"), "news").count("<li>") == 4
    assert 'id="news"' not in _page(small, "/")
