"""What changes in what files say, with the names of all that is spoken of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ogdkg.diff.compare import difference
from ogdkg.diff.model import Difference
from ogdkg.diff.revisions import File, Version
from ogdkg.evidence.citations import Citations
from ogdkg.files.names import shown_path
from ogdkg.rdf.formats import FOR_RDF, by_extension
from ogdkg.rdf.terms import Iri, Subject, Term, to_ntriples
from ogdkg.syntax.formatter import FormattedFile


def difference_of(citations: Citations, files: Iterable[FormattedFile]) -> Difference:
    """Return what changes in what files say.

    Args:
        citations: The graph, with its names.
        files: The files, each as it is and as it would be.
    """
    sides: tuple[list[File], list[File]] = [], []
    for file in files:
        if form := by_extension(file.path, FOR_RDF):
            name = shown_path(file.path)
            sides[0].append(File(name, form, file.before))
            sides[1].append(File(name, form, file.after))
    old, new = (Version(label, tuple(side)) for label, side in zip(("now", "then"), sides, strict=True))
    project = citations.graph.project
    passages = [each for layer in project.layers if (each := layer.passage_metadata_graph)]
    found = difference(old, new, project.context_files, passages, project.languages)
    known = {iri: label for iri in _named(found) if (label := citations.names.label(iri))}
    prefixes = {**project.prefixes, **found.prefixes}
    there = _there(citations, [each.subject for each in found.things if each.kind == "added"])
    things = tuple(replace(t, kind="changed") if t.subject in there else t for t in found.things)
    return replace(found, labels={**found.labels, **known}, prefixes=prefixes, things=things)


def _there(citations: Citations, subjects: Iterable[Subject]) -> set[Term | None]:
    """Return the things that the graph speaks of already, in files that do not change."""
    names = " ".join(to_ntriples(each) for each in subjects if isinstance(each, Iri))
    query = f"SELECT DISTINCT ?x {{ VALUES ?x {{ {names} }} ?x ?p ?o }}"
    return {row[0] for row in citations.graph.select(query, limited=False)} if names else set()


def _named(found: Difference) -> set[Iri]:
    facts = [f for t in found.things for c in t.changes for f in (c.before, c.after) if f]
    terms = [*(t.subject for t in found.things), *(f.value for f in facts), *(f.graph for f in facts)]
    paths = [step for t in found.things for c in t.changes for step in c.path]
    return {each for each in (*terms, *paths) if isinstance(each, Iri)}
