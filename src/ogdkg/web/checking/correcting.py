"""Answers `/contribute`: how somebody who is no programmer has a fact put right."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from ogdkg.errors import OgdkgError
from ogdkg.evidence.bibliography import cite
from ogdkg.evidence.citations import Citations
from ogdkg.graph.graph import Graph
from ogdkg.rdf.terms import Iri, expand, is_iri
from ogdkg.web.http.request import only
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.processes.answerer import Ask, Reply

_LONGEST = 2_000  # letters of what it is about


class Corrected(NamedTuple):
    """What a correction is about.

    Attributes:
        name: The name of the thing.
        address: Its page.
        argument: What stands for it on the command line.
        files: The files of the project that speak of it, as patterns.
    """

    name: str
    address: str
    argument: str
    files: tuple[str, ...]


class Correcting:
    """Tells how to correct what a graph says.

    Args:
        graph: The graph that is served.
        linked: Has the pages, and the names of the graph.
        has_forms: Tells whether there are forms to describe something new.
    """

    def __init__(self, graph: Graph, linked: LinkedData, has_forms: Callable[[], bool]) -> None:
        self._graph, self._linked, self._has_forms = graph, linked, has_forms

    def answer(self, ask: Ask) -> Reply:
        """Answer with the steps, for a thing if one is given."""
        at = Addresses(ask["base"], self._graph.project.resource_namespace).local()
        given = (only(ask["given"], "about") or "")[:_LONGEST]
        thing = self._linked.citations if given else None
        about = self._about(given, thing, at) if thing else None
        reply = self._linked.pages.of(
            "correct.html", at, here="check", about=about, keepers=self._keepers, has_forms=self._has_forms()
        )
        return reply._replace(version=repr(("contribute", given, at)))

    def _about(self, given: str, citations: Citations, at: Addresses) -> Corrected | None:
        """What a correction is about; None where nothing is known of it."""
        iri = expand(given, citations.prefixes) or (Iri(given) if is_iri(given) else None)
        if iri is None or not self._linked.first_known([iri.value]):
            return None
        cited = (each for said in citations.statements_about(iri) for each in said.citations)
        layers = dict.fromkeys(each.layer for each in cited)
        files = {
            file: None
            for layer in self._graph.project.layers
            if layer.name in layers and not self._graph.options.endpoint
            for file in layer.files
        }
        argument = shlex.quote(citations.short(iri))
        return Corrected(citations.label(iri), at.of(iri.value), argument, tuple(files))

    @property
    def _keepers(self) -> str:
        """Who keeps the graph, by name; nothing where it does not say."""
        with suppress(OgdkgError):
            return ", ".join(cite(self._linked.citations).authors)
        return ""
