"""What search engines read: every page is listed, however many there are."""

from __future__ import annotations

from xml.etree import ElementTree

from ogdkg.web.site.standard import sitemaps

BASE = "https://data.example.org/kg"
NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def listed(data: bytes) -> tuple[str, list[str]]:
    root = ElementTree.fromstring(data)
    return root.tag.removeprefix(NAMESPACE), [each.text or "" for each in root.iter(f"{NAMESPACE}loc")]


def test_one_file_has_all_pages() -> None:
    ((name, data),) = sitemaps(BASE, ["404.html", "a & b.html", "index.html"])
    assert name == "sitemap.xml"
    assert listed(data) == ("urlset", [f"{BASE}/a%20%26%20b.html", f"{BASE}/"])


def test_many_pages_have_several() -> None:
    """As https://www.sitemaps.org/protocol.html#index has it."""
    found = dict(sitemaps(BASE, [f"{number}.html" for number in range(7)], most=3))
    kind, files = listed(found.pop("sitemap.xml"))
    assert kind == "sitemapindex"
    assert files == [f"{BASE}/{name}" for name in found]
    parts = [listed(data) for data in found.values()]
    assert {kind for kind, _ in parts} == {"urlset"} and [len(part) for _, part in parts] == [3, 3, 1]
    assert [page for _, part in parts for page in part] == [f"{BASE}/{number}.html" for number in range(7)]
