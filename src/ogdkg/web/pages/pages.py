"""HTML pages: what a description, a search or an error looks like to a person. The only door to Jinja.

Every text that a template prints goes through `one_line` and is escaped; no page holds a script or a style,
and a script that a page asks for may write text alone (https://www.w3.org/TR/trusted-types/).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode

import jinja2
from markupsafe import Markup

from ogdkg.evidence.citations import Citations
from ogdkg.project.project import Project
from ogdkg.rdf.terms import Iri
from ogdkg.text.escape import one_line
from ogdkg.web.http.assets import address, has_asset
from ogdkg.web.http.problems import HttpError
from ogdkg.web.pages import parts
from ogdkg.web.pages.addresses import DOCUMENT, Addresses
from ogdkg.web.pages.displayed_values import foreign
from ogdkg.web.pages.found import Group, Suggested
from ogdkg.web.pages.front import Front
from ogdkg.web.pages.index import KIND, Choosable, Chosen, Entry
from ogdkg.web.pages.standard_names import plain_name
from ogdkg.web.pages.thing import Thing
from ogdkg.web.processes.answerer import Reply

MEDIA_TYPE = "text/html; charset=utf-8"
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_OF_SERVERS = frozenset(("api", "query", "reconcile"))  # entries that lead to what a server does
_FOR_PROGRAMS = ("api", "query")


class Still(NamedTuple):
    """What pages of a site without a server know of it.

    Attributes:
        answers: Whether a browser answers questions there.
        docs: The address of the project's documentation, as of a page; empty where the site has none.
        feeds: Whether it has feeds of what changed.
    """

    answers: bool = False
    docs: str = ""
    feeds: bool = False


class Pages:
    """Makes the pages of a server, or of a site without one.

    Args:
        project: The project that it serves.
        entries: Each returns an entry of the navigation, if what it leads to is there.
        is_far: Whether another server holds the graph.
        is_drawn: Whether the graph is in memory, so that it can be drawn as a whole.
        still: What there is on a site without a server; None on a server.
    """

    def __init__(
        self,
        project: Project,
        entries: Iterable[Callable[[], tuple[str, str, str] | None]] = (),
        *,
        is_far: bool = False,
        is_drawn: bool = True,
        still: Still | None = None,
    ) -> None:
        self._project, self._entries, self._still = project, entries, still
        self._is_far, self._is_drawn = is_far, is_drawn
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(Path(__file__).parents[1] / "templates"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            finalize=_printed,
            auto_reload=False,
        )
        self._environment.globals |= {
            "asset": address,
            "has_asset": has_asset,
            "written": _written,
            "still": still,
            "told": parts.told,
            "linked": parts.linked,
            "marks": parts.marks,
            "note": parts.note,
            "facts": parts.facts,
            "menu": parts.menu,
        }

    def description(self, thing: Thing, at: Addresses) -> Reply:
        """Return the page of a resource."""
        return self._reply("thing.html", at, thing=thing)

    def home(self, front: Front, citations: Citations, at: Addresses, small_map: object = None) -> Reply:
        """Return the first page, with a map if there is one."""

        def of_kind(kind: Iri) -> str:
            return f"{at.base}/things?{urlencode({KIND: citations.short(kind)})}"

        of = self._project.pages.things
        return self._reply(
            "home.html",
            at,
            front=front,
            map_page=small_map,
            numbers=[(name, number, of_kind(kind)) for name, number, kind in front.numbers],
            themes=[
                (theme, [(each, at.of(each.thing.value)) for each in things])
                for theme, things in front.themes
            ],
            of_kind=of_kind(of) if of else "",
            news=[(each, at.of(each.thing.value) if each.thing else "") for each in front.news[1]],
            kinds=[(name, number, of_kind(kind)) for name, number, kind in front.kinds],
        )

    def things(
        self,
        chosen: Chosen,
        given: Mapping[str, str],
        citations: Citations,
        at: Addresses,
        *,
        is_whole: bool = True,
    ) -> Reply:
        """Return a page of the list of all things; `given` is what was chosen."""
        address = partial(_address_of_list, f"{at.base}/things", given)
        choices = [
            (facet, each.name, address(**{facet: ""}))
            for facet, values in chosen.facets
            for each in values
            if each.is_chosen
        ]
        kind = choices[0][1] if choices else ""
        return self._reply(
            "things.html",
            at,
            title=kind[:1].upper() + kind[1:] or "All things",
            chosen=chosen,
            facets=_facets(chosen, given, address),
            choices=choices,
            is_whole=is_whole,
            names=[
                (
                    each.name,
                    _kinds(each, citations, given.get(KIND, "")),
                    at.of(each.thing.value),
                    foreign(citations.language(each.thing)),
                )
                for each in chosen.entries
            ],
            letters=[(each, address(letter=each.key)) for each in chosen.letters],
            every_letter=address(letter=""),
            is_letter=bool(given.get("letter")),
            pages=_pages_beside(chosen, address),
        )

    def style_guide(self, at: Addresses) -> Reply:
        """Return the page that shows every element of the pages."""
        return self._reply("styleguide.html", at)

    def found(self, text: str, groups: list[Group], questions: Iterable[Suggested], at: Addresses) -> Reply:
        """Return what a search found: things by kind, and questions to ask about it."""
        number = sum(len(each.hits) for each in groups)
        return self._reply("search.html", at, text=text, groups=groups, number=number, questions=questions)

    def problem(self, problem: HttpError, at: Addresses) -> Reply:
        """Return the page of an error."""
        reply = self._reply(
            "problem.html",
            at,
            status=problem.status,
            title=problem.title,
            detail=problem.detail,
            near=[
                (each["label"], each["iri"], at.of(each["iri"])) for each in problem.members.get("near", ())
            ],
            successors=[(iri, at.of(iri)) for iri in problem.members.get("successors", ())],
        )
        return reply._replace(status=problem.status, headers={**reply.headers, **problem.headers})

    def of(self, template: str, at: Addresses, **values: Any) -> Reply:
        """Return the page that a template makes of some values."""
        return self._reply(template, at, **values)

    @cached_property
    def _nav(self) -> tuple[tuple[str, str, str], ...]:
        """The main entries: a key, a name and a path each."""
        asked = [("ask", "Questions", "/ask")] if self._project.queries.is_dir() else []
        drawn = [("map", "Map", "/map")] if self._project.pages.map else []
        has_document = any(layer.passage_metadata_graph for layer in self._project.layers)
        document = [("document", "Document", DOCUMENT)] if has_document and not self._is_far else []
        docs = [("docs", "Documentation", self._still.docs)] if self._still and self._still.docs else []
        return (("things", "All things", "/things"), *asked, *drawn, *document, *docs)

    @cached_property
    def _more(self) -> list[tuple[str, str, str]]:
        """The entries at the foot of each page, for those who look closer."""
        has_picture = self._project.pages.picture and self._is_drawn
        drawn = [("picture", "Picture", "/picture")] if has_picture else []
        others = [entry for each in self._entries if (entry := each())]
        last = [
            ("quality", "Quality", "/quality"),
            ("check", "Contribute", "/contribute"),
            ("query", "Query editor", "/query"),
        ]
        asked = [("api", "Web API", "/api")] if self._project.queries.is_dir() else []
        asked += [] if self._is_far else [("reconcile", "Match names", "/reconcile")]
        found = [*drawn, *others, *last, *asked]
        if self._still is None:
            return found
        left_out = _OF_SERVERS - {"query"} if self._still.answers else _OF_SERVERS
        return [entry for entry in found if entry[0] not in left_out]

    def _reply(self, template: str, at: Addresses, **values: Any) -> Reply:
        """The reply with a page; `here` in a template is the key of its entry in `nav`."""
        more = self._more
        text = self._environment.get_template(template).render(
            site=self._project.title,
            brand=self._project.name,
            base=at.base,
            nav=self._nav,
            more=tuple(entry for entry in more if entry[0] not in _FOR_PROGRAMS),
            for_programs=tuple(entry for entry in more if entry[0] in _FOR_PROGRAMS),
            is_far=self._is_far,
            **values,
        )
        return Reply(MEDIA_TYPE, [text], headers={"content-security-policy": POLICY})


def _address_of_list(path: str, given: Mapping[str, str], /, **changed: str) -> str:
    wanted = {key: value for key, value in {**given, **changed}.items() if value}
    return path + (f"?{urlencode(wanted)}" if wanted else "")


def _facets(
    chosen: Chosen, given: Mapping[str, str], address: Callable[..., str]
) -> list[tuple[str, list[tuple[Choosable, str]], str]]:
    """Each facet, its values with their addresses, and the address of the list without a choice of it."""
    return [
        (
            facet,
            [(each, address(**{facet: each.key})) for each in values],
            address(**{facet: ""}) if given.get(facet) else "",
        )
        for facet, values in chosen.facets
    ]


def _pages_beside(chosen: Chosen, address: Callable[..., str]) -> list[tuple[str, str, str]]:
    """The pages before and after that of a list: what to call each, its link relation and its address."""
    beside = (("Earlier", "prev", chosen.page - 1), ("Later", "next", chosen.page + 1))
    return [
        (name, relation, address(page=str(number)))
        for name, relation, number in beside
        if 1 <= number <= chosen.last
    ]


def _kinds(entry: Entry, citations: Citations, known: str) -> str:
    """The names of its classes, but for that which all have."""
    kinds = (each for each in entry.values.get(KIND, ()) if citations.short(each) != known)
    return ", ".join(sorted(plain_name(citations, each) for each in kinds))


def _written(text: str) -> Markup:
    """A text of several lines as a field gives it back: every character of it."""
    return Markup.escape(text)


def _printed(value: object) -> object:
    """A text that a template prints; what Jinja has made of one already stays."""
    if type(value) is str:
        return one_line(value)
    return one_line(value) if isinstance(value, str) and not hasattr(value, "__html__") else value
