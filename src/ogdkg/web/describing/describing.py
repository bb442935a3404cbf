"""Answers `/new` and `/new/CLASS`: which kinds of things can be described, and the form of one."""

from __future__ import annotations

import re
from functools import cached_property
from urllib.parse import quote, unquote

from ogdkg.drafting.draft import Naming, draft, home_of, written
from ogdkg.drafting.form import Forms
from ogdkg.drafting.shapes import ShapeGraph
from ogdkg.drafting.stating import Stating, passage_name
from ogdkg.errors import OgdkgError
from ogdkg.evidence.citations import Citations
from ogdkg.evidence.passage_draft import PassageDraft
from ogdkg.evidence.passages import Passage
from ogdkg.graph.graph import Graph
from ogdkg.rdf import formats
from ogdkg.rdf.terms import Iri, expand, is_iri, local_name
from ogdkg.search.labels import LabelIndex
from ogdkg.validation.core.results import Report
from ogdkg.web.checking.checking import TOO_SLOW, UNKEPT, Checking
from ogdkg.web.checking.sent import Sent
from ogdkg.web.describing.filled import Filled
from ogdkg.web.describing.page import DescribePage, Evidence, Made
from ogdkg.web.http.problems import HttpError
from ogdkg.web.http.request import FORM, by_name, fields
from ogdkg.web.pages.addresses import Addresses
from ogdkg.web.pages.linked import LinkedData
from ogdkg.web.pages.lookup import NEW
from ogdkg.web.processes.answerer import Ask, Reply

_MOST_PASSAGES = 2_000  # to choose from


class Describing:
    """Answers requests for forms.

    Args:
        graph: The graph that is served.
        linked: Has the pages.
        checking: Checks what a form makes.
    """

    def __init__(self, graph: Graph, linked: LinkedData, checking: Checking) -> None:
        self._graph, self._linked, self._checking = graph, linked, checking
        self._citations = Citations(graph)

    @cached_property
    def _forms(self) -> Forms:
        return Forms(self._citations, ShapeGraph.of(self._graph.project))

    def answer(self, ask: Ask) -> Reply:
        """Answer with the kinds of things, or with a form."""
        at = Addresses(ask["base"], self._graph.project.resource_namespace).local()
        try:
            return self._answered(ask, at)
        except (HttpError, OgdkgError) as error:
            return self._linked.fault(error, ask, at)

    def _answered(self, ask: Ask, at: Addresses) -> Reply:
        told = ask.get("problem")
        is_unjudged = told is not None and told["status"] == TOO_SLOW and "body" in ask["sent"]
        if told and not is_unjudged:
            raise HttpError(**told)
        self._check_offered()
        name = unquote(ask["path"].removeprefix(NEW).strip("/"), errors="replace")
        if not name:
            return self._kinds(at)
        of = expand(name, self._graph.project.prefixes) or (Iri(name) if is_iri(name) else None)
        if of is None or of not in self._forms.classes:
            raise HttpError(404, f"There is no form for {name[:100]!r}.")
        given, is_sent = ask["given"], "body" in ask["sent"]
        if is_sent:
            if ask["sent"]["content_type"].partition(";")[0].strip().lower() != FORM:
                raise HttpError(415, "A form is sent as application/x-www-form-urlencoded.")
            given = {**given, **by_name(fields(ask["sent"]["body"].encode("latin-1")))}
        filled = Filled(self._forms, self._forms.form(of), given)
        if is_sent and "save" in given:
            return self._file(filled)
        page = self._page(filled, is_sent=is_sent and "another" not in given, judges=not is_unjudged)
        reply = self._linked.pages.of("describe.html", at, here="check", new=page)
        if is_sent:
            return reply._replace(headers={**reply.headers, **UNKEPT})
        return reply._replace(version=repr(("new", name, sorted(given.items()), at)))

    def prepare(self) -> None:
        """Make what all forms need, before processes are forked that share it."""
        first = self._graph.project.pages.things
        if self.is_offered and first in self._forms.classes:
            self._forms.form(first)

    @property
    def is_offered(self) -> bool:
        """Whether there are forms: the graph is at hand, and shapes speak of its things."""
        return self._is_at_hand and bool(self._forms.classes)

    @cached_property
    def _is_at_hand(self) -> bool:
        graph = self._graph
        is_near = graph.is_in_memory
        return is_near and isinstance(self._citations.names, LabelIndex)

    def _check_offered(self) -> None:
        if not self._is_at_hand:
            raise HttpError(404, "The graph is too large, or too far away, for forms.")
        if not self._forms.classes:
            raise HttpError(404, "The project has no shapes that a form could be made from.")

    def _kinds(self, at: Addresses) -> Reply:
        kinds = sorted(
            (
                (self._forms.label_in(each), self._forms.counts[each], f"{at.base}{NEW}/{self._key(each)}")
                for each in self._forms.classes
            ),
            key=lambda kind: (-kind[1], kind[0].casefold()),
        )
        first = self._graph.project.pages.things
        top = next((each for each in kinds if first and each[2].endswith(f"/{self._key(first)}")), None)
        reply = self._linked.pages.of("kinds.html", at, here="check", kinds=kinds, top=top)
        return reply._replace(version=repr(("new", at)))

    def _key(self, of: Iri) -> str:
        return quote(self._citations.short(of), safe=":")

    # -- one form ----------------------------------------------------------------

    def _page(self, filled: Filled, *, is_sent: bool, judges: bool) -> DescribePage:
        evidence, passage = self._evidence(filled)
        made = None
        if is_sent and filled.is_clear and not (evidence and evidence.fault):
            made = self._made(filled, passage, judges=judges)
        return DescribePage(self._forms, self._citations, filled, evidence, made, is_sent=is_sent)

    def _made(self, filled: Filled, passage: Passage | PassageDraft | None, *, judges: bool = False) -> Made:
        form, project = filled.form, self._graph.project
        naming = Naming(self._graph)
        iri = naming.iri(form.of, filled.text("id") or filled.name)
        language = next(
            (
                each.entry.language
                for f in form.fields
                if f.predicate == form.naming
                for each in filled.rows(f)
            ),
            "",
        )
        said = draft(iri, form.of, filled.statements(), naming, (form.naming, language))
        new = passage._replace(about=iri) if isinstance(passage, PassageDraft) else None
        stated = new.passage if new else passage
        graph = Iri(stated.graph) if isinstance(stated, Passage) else None
        text = written(said.statements, project.prefixes, graph, new, project.house.passages)
        home = home_of(self._graph, form.of, local_name(iri.value), has_passage=graph is not None)
        told = passage_name(stated) if isinstance(stated, Passage) else ""
        return Made(said, text, home, self._report(text) if judges else None, told)

    def _report(self, text: str) -> Report | None:
        return self._checking.judged(Sent(text.encode(), formats.TRIG, beside=True)).report

    def _file(self, filled: Filled) -> Reply:
        evidence, passage = self._evidence(filled)
        if not filled.is_clear or (evidence and evidence.fault):
            raise HttpError(422, "The form is not filled in yet.")
        made = self._made(filled, passage)
        name = made.home.file.rpartition("/")[2]
        plain = re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII)
        disposition = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
        kind = formats.TRIG.media_type if passage else f"{formats.TURTLE.media_type}; charset=utf-8"
        return Reply(kind, [made.text], headers={"content-disposition": disposition, **UNKEPT})

    # -- what states it ----------------------------------------------------------

    @cached_property
    def _stating(self) -> Stating:
        return Stating(self._citations)

    def _evidence(self, filled: Filled) -> tuple[Evidence | None, Passage | PassageDraft | None]:
        """How to ask for what states the new thing, and what was chosen."""
        stating = self._stating
        if not stating.is_offered:
            return None, None
        offered = tuple(map(self._choice, stating.passages[:_MOST_PASSAGES]))
        evidence = Evidence(offered, stating.document is not None, chosen=filled.text("passage"))
        words, wanted = filled.text("words"), filled.text("passage~decision") or filled.text("passage")
        if words and stating.document:
            stated = stating.by_words(words, filled.text("fragment") or None)
            return evidence._replace(fault=stated.fault), stated.passage
        if not wanted:
            return evidence, None
        stated = stating.by_name(wanted)
        if isinstance(stated.passage, Passage):
            return evidence._replace(chosen=self._choice(stated.passage)[0]), stated.passage
        return evidence._replace(fault=stated.fault, choices=tuple(map(self._choice, stated.choices))), None

    def _choice(self, passage: Passage) -> tuple[str, str]:
        return self._stating.short(passage), passage_name(passage)
