"""`/reconcile` and what lies under it: answers clients of the Reconciliation Service API, and people."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import islice
from typing import Any
from urllib.parse import unquote

from ogdkg.errors import OgdkgError
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri
from ogdkg.reconciling.known import Known
from ogdkg.reconciling.matching import Candidate, Matcher, Question
from ogdkg.text.escape import html, json_text
from ogdkg.web.http.negotiation import Choice, chosen
from ogdkg.web.http.problems import HttpError, problem_of
from ogdkg.web.http.request import FORM, by_name, fields, only
from ogdkg.web.pages.addresses import HTML, Addresses
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.processes.answerer import Ask, Reply
from ogdkg.web.questions.suggestions import Suggestions
from ogdkg.web.reconcile import manifest
from ogdkg.web.reconcile.extending import Extending
from ogdkg.web.reconcile.page import MOST_NAMES, MatchPage, names_in
from ogdkg.web.reconcile.requested import MOST_PROPERTIES, Reading, extension, limit_of, parsed, refuse

JSON = "application/json"
_AS_JSON = Choice(JSON, HTML)
_PAGE = [_AS_JSON, Choice(HTML.media_type, HTML)]
_SUGGESTED = 20  # at a time
_MOST_SUGGESTED = 200
_LONGEST = 1_000  # letters
UNKEPT = {"cache-control": "no-store"}
# Others may show a preview within their pages, and it holds nothing that acts.
PREVIEW_POLICY = {
    "content-security-policy": "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors *",
    "x-frame-options": "",
}


class Reconciliation:
    """The reconciliation service of a graph.

    Args:
        graph: The graph that is served.
        linked: Has the pages.
        suggestions: Finds things by the beginnings of their names.
    """

    def __init__(self, graph: Graph, linked: LinkedData, suggestions: Suggestions) -> None:
        self._graph, self._linked, self._suggestions = graph, linked, suggestions

    @cached_property
    def _matcher(self) -> Matcher:
        return Matcher(self._graph, self._linked.citations)

    @cached_property
    def _known(self) -> Known:
        return Known(self._matcher)

    @cached_property
    def _extending(self) -> Extending:
        return Extending(self._matcher, self._known)

    def prepare(self) -> None:
        """Sort the names, before processes are forked that share them."""
        self._matcher.prepare()
        if self._matcher.is_offered and not self._graph.stored:
            self._known.used(None)

    def answer(self, ask: Ask) -> Reply:
        """Answer a request; a person gets a page for what is wrong with it."""
        try:
            return self._answered(ask)
        except HttpError as problem:
            at = Addresses(ask["base"], self._graph.project.resource_namespace)
            return self._linked.fault(problem, ask, at.local())

    def _answered(self, ask: Ask) -> Reply:
        if problem := ask.get("problem"):  # of a request that came no further
            raise HttpError(**problem)
        if not self._matcher.is_offered:
            raise HttpError(404, "Names are not matched here: the graph is on a SPARQL server.")
        path = unquote(ask["path"], errors="replace").removeprefix(manifest.PATH).strip("/")
        answers: Mapping[str, Callable[[Ask], Reply]] = {
            "": self._root,
            "match": self._match,
            "extend": self._extend,
            "extend/propose": self._proposed,
            "properties": self._proposed,
            "preview": self._preview,
            **{f"suggest/{kind}": getattr(self, f"_suggest_{kind}") for kind in manifest.KINDS},
            **{f"flyout/{kind}": self._flyout for kind in manifest.KINDS},
        }
        if path not in answers:
            raise HttpError(404, "There is nothing at this address.")
        try:
            return answers[path](ask)
        except OgdkgError as error:
            raise problem_of(error) from None

    # -- queries --------------------------------------------------------------------

    def _root(self, ask: Ask) -> Reply:
        given = _given(ask)
        if given is None:
            return self._match(ask)
        if (text := only(given, "queries")) is not None:
            batch = self._reading.batch(text)
            return _told({key: {"result": self._candidates(each)} for key, each in batch.items()})
        if (text := only(given, "query")) is not None:
            return _told({"result": self._candidates(self._reading.single(text))})
        if (text := only(given, "extend")) is not None:
            return _told(self._extending.answer(extension(parsed(text, "extend"))))
        if "names" in given or chosen(ask.get("accept"), _PAGE) is _PAGE[1]:
            return self._page(given, ask)
        if "body" in ask["sent"]:
            refuse("The form has one of the fields queries, query and extend.")
        return self._manifest(ask)

    def _manifest(self, ask: Ask) -> Reply:
        base = ask["base"]
        version = only(ask["given"], "version") or ""
        is_draft = version == manifest.DRAFT or manifest.DRAFT in (ask.get("accept") or "")
        made = manifest.draft_manifest if is_draft else manifest.manifest
        other = f'<{base}{manifest.PATH}?version={manifest.DRAFT}>; rel="alternate"; type="{JSON}"'
        body = [json_text(made(self._graph.project, self._known, base)), "\n"]
        return Reply(JSON, body, headers={"link": other}, version=repr(("reconcile", base, is_draft)))

    def _match(self, ask: Ask) -> Reply:
        """Answer a batch of the draft of version 1.0."""
        queries = self._reading.draft(_body(ask))
        return _told({"results": [{"candidates": self._candidates(each, named=True)} for each in queries]})

    @property
    def _reading(self) -> Reading:
        return Reading(self._known.thing, self._known.of_type, self._known.of_property)

    def _candidates(self, question: Question, *, named: bool = False) -> list[dict[str, Any]]:
        return [self._candidate(each, named=named) for each in self._matcher.candidates(question)]

    def _candidate(self, found: Candidate, *, named: bool) -> dict[str, Any]:
        """A candidate; in the draft of version 1.0 each feature has a name."""
        features = [
            {"id": name.replace(" ", "_"), **({"name": name} if named else {}), "value": value}
            for name, value in found.features.items()
        ]
        told = {
            "id": found.thing.value,
            "name": found.label,
            "type": [self._known.named(each) for each in found.types],
            "score": found.score,
            "match": found.is_sure,
            "features": features,
        }
        if found.name and found.name != found.label:
            told["description"] = f"also called {found.name}"
        return told

    # -- suggestions ----------------------------------------------------------------

    def _suggest_entity(self, ask: Ask) -> Reply:
        prefix, start, most = _typed(ask)
        types = [each for name in ask["given"].get("type", [])[:10] if (each := self._known.of_type(name))]
        named = self._known.thing(prefix)
        given = [named] if named and self._matcher.knows(named) else []
        begun = map(Iri, self._suggestions.found(prefix, _MOST_SUGGESTED))
        found = [each for each in dict.fromkeys((*given, *begun)) if self._matcher.knows(each)]
        if types:
            found = [each for each in found if self._matcher.is_of(each, types)]
        if not found and prefix:
            asked = Question(prefix, tuple(types), most=_SUGGESTED)
            found = [each.thing for each in self._matcher.candidates(asked)]
        return _told({"result": [self._entity(each) for each in islice(found, start, start + most)]})

    def _entity(self, thing: Iri) -> dict[str, Any]:
        types = [self._known.named(each) for each in self._matcher.types_of(thing)]
        label, kinds = self._linked.citations.label(thing), ", ".join(each["name"] for each in types)
        return {"id": thing.value, "name": label, "description": kinds, "notable": types}

    def _suggest_property(self, ask: Ask) -> Reply:
        prefix, start, most = _typed(ask)
        found = self._known.beginning(prefix, self._known.used(None))
        told = [self._named(each) for each in islice(found, start, start + most)]
        return _told({"result": told})

    def _suggest_type(self, ask: Ask) -> Reply:
        prefix, start, most = _typed(ask)
        classes = dict.fromkeys((*self._known.default_types, *self._matcher.classes))
        found = self._known.beginning(prefix, classes)
        told = [self._named(each) for each in islice(found, start, start + most)]
        return _told({"result": told})

    def _named(self, iri: Iri) -> dict[str, str]:
        told, said = self._known.named(iri), self._known.described(iri)
        return {**told, "description": said} if said else told

    def _flyout(self, ask: Ask) -> Reply:
        identifier = only(ask["given"], "id") or refuse("Name what to show, by id=.")
        iri = self._known.thing(identifier[:_LONGEST])
        is_thing = iri is not None and self._matcher.knows(iri)
        name = self._linked.citations.label(iri) if iri and is_thing else self._known.name(iri) if iri else ""
        if iri is None or not (is_thing or self._is_term(iri)):
            raise HttpError(404, f"Nothing is known of {identifier[:200]!r}.")
        kinds = ", ".join(map(self._known.name, self._matcher.types_of(iri))) if is_thing else ""
        said = self._known.described(iri)
        parts = [f"<p><b>{html(name)}</b></p>", *(f"<p>{html(each)}</p>" for each in (kinds, said) if each)]
        return _told({"id": identifier, "html": "".join(parts)})

    def _is_term(self, iri: Iri) -> bool:
        return (
            iri in self._matcher.classes or iri in self._known.used(None) or iri in self._known.default_types
        )

    # -- previews and extension -----------------------------------------------------

    def _preview(self, ask: Ask) -> Reply:
        identifier = only(ask["given"], "id") or refuse("Name what to show, by id=.")
        thing = self._known.thing(identifier[:_LONGEST])
        at = Addresses(ask["base"], self._graph.project.resource_namespace)
        if thing is None or not self._matcher.knows(thing):
            raise HttpError(404, f"Nothing is known of {identifier[:200]!r}.")
        citations = self._linked.citations
        others = [name for name in self._matcher.names_of(thing) if name != citations.label(thing)]
        reply = self._linked.pages.of(
            "preview.html",
            at.local(),
            name=citations.label(thing),
            kinds=[self._known.name(each) for each in self._matcher.types_of(thing)],
            said=self._known.described(thing),
            others=list(dict.fromkeys(others))[:6],
            short=citations.short(thing),
            address=at.local().of(thing.value),
        )
        version = repr(("preview", thing.value, at))
        return reply._replace(headers={**reply.headers, **PREVIEW_POLICY}, version=version)

    def _extend(self, ask: Ask) -> Reply:
        """Answer a data extension of the draft of version 1.0."""
        query = extension(parsed(_body(ask), "The body"))
        return _told(self._extending.answer(query, is_draft=True))

    def _proposed(self, ask: Ask) -> Reply:
        """Propose properties of the things of a type."""
        name, limit = only(ask["given"], "type") or "", only(ask["given"], "limit")
        of = self._known.of_type(name[:_LONGEST]) if name else None
        most = limit_of(limit, "The request") if limit else MOST_PROPERTIES
        found = list(islice(self._known.used(of) if of or not name else {}, most))
        told: dict[str, Any] = {"properties": [self._known.named(each) for each in found]}
        told |= {"type": name} if name else {}
        return _told(told | ({"limit": most} if limit else {}))

    # -- the page for people --------------------------------------------------------

    def _page(self, given: Mapping[str, list[str]], ask: Ask) -> Reply:
        at = Addresses(ask["base"], self._graph.project.resource_namespace)
        text, kind = only(given, "names") or "", only(given, "type") or ""
        of = self._known.of_type(kind[:_LONGEST]) if kind else None
        names, left = names_in(text)
        rows = [
            (name, [self._shown(each, at.local()) for each in self._matcher.candidates(asked)])
            for name in names
            for asked in [Question(name, (of,) if of else (), most=3)]
        ]
        types = [(each.value, self._known.name(each)) for each in self._known.default_types]
        page = MatchPage(f"{at.base}{manifest.PATH}", text, kind, types, rows, left, MOST_NAMES)
        reply = self._linked.pages.of("reconcile.html", at.local(), here="reconcile", page=page)
        if "names" in given:
            return reply._replace(headers={**reply.headers, **UNKEPT})
        return reply._replace(version=repr(("reconcile page", at)))

    def _shown(self, found: Candidate, at: Addresses) -> dict[str, Any]:
        return {
            "name": found.label,
            "kind": ", ".join(map(self._known.name, found.types[:2])),
            "address": at.of(found.thing.value),
            "score": f"{found.score:.0f}",
            "is_sure": found.is_sure,
            "other": found.name if found.name != found.label else "",
        }


def _given(ask: Ask) -> Mapping[str, list[str]] | None:
    """The fields of the address and of the form; None where the body is JSON."""
    sent, given = ask["sent"], ask["given"]
    if "body" not in sent:
        return dict(given)
    kind = sent["content_type"].partition(";")[0].strip().lower()
    if kind == JSON:
        return None
    if kind != FORM:
        raise HttpError(415, f"The body is of type {FORM}, or {JSON} for version {manifest.DRAFT}.")
    return {**given, **by_name(fields(sent["body"].encode("latin-1")))}


def _body(ask: Ask) -> str:
    """The body as JSON."""
    if "body" not in ask["sent"]:
        raise HttpError(405, "Send the query by POST, as JSON.", headers={"allow": "POST, OPTIONS"})
    if ask["sent"]["content_type"].partition(";")[0].strip().lower() != JSON:
        raise HttpError(415, f"The body is of type {JSON}.")
    try:
        text: str = ask["sent"]["body"].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        refuse("The body is not UTF-8.")
    return text


def _typed(ask: Ask) -> tuple[str, int, int]:
    """What a field begins with, how many suggestions to skip, and how many to return."""
    given = ask["given"]
    skipped = only(given, "cursor") or only(given, "offset") or "0"
    if not (skipped.isascii() and skipped.isdigit() and len(skipped) < 10):
        refuse("cursor takes a number from 0.")
    limit = only(given, "limit")
    return (
        (only(given, "prefix") or "").strip()[:_LONGEST],
        int(skipped),
        limit_of(limit, "The request") if limit else _SUGGESTED,
    )


def _told(body: object) -> Reply:
    return Reply(JSON, [json.dumps(body, ensure_ascii=False), "\n"])
