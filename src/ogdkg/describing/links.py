"""What leads to the things of a class, such as `contact` from an initiative: properties of other things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from ogdkg.catalogue.catalogue import StoredQuery
from ogdkg.drafting.form import Field, Form, Kind
from ogdkg.rdf.terms import Iri, Literal
from ogdkg.sheets.template import Sheets

_OFTEN, _SOME = 0.5, 0.05  # of the things of a class, so that a form asks at once, and if it is wanted
_LINKS = """SELECT ?p ?k (COUNT(DISTINCT ?x) AS ?n)
{ ?x a ?_class_iri . ?y ?p ?x . ?y a ?k FILTER(isIRI(?x) && isIRI(?y)) } GROUP BY ?p ?k"""
_DERIVED = """SELECT ?p ?k (COUNT(DISTINCT ?x) AS ?n)
{ ?x a ?_class_iri . GRAPH ?_graph_iri { ?y ?p ?x } ?y a ?k } GROUP BY ?p ?k"""
INVERSE = "^"  # before the key of such a field, as SPARQL has it (9.1)


def with_links(sheets: Sheets, form: Form) -> Form:
    """Return a form that asks what leads to the thing, too, as far as other things of the class have it."""
    counted = _counted(sheets, form.of)
    total = max(sheets.forms.counts.get(form.of, 0), 1)
    fields = []
    for predicate in dict.fromkeys(predicate for predicate, _ in counted):
        classes = [of for p, of in counted if p == predicate]
        number = max(counted[predicate, of] for of in classes)
        if number > 1 and number >= _SOME * total:
            fields.append(_field(sheets, predicate, classes, is_usual=number >= _OFTEN * total))
    return form._replace(
        fields=(*form.fields, *sorted(fields, key=lambda each: (not each.is_usual, each.name)))
    )


def _counted(sheets: Sheets, of: Iri) -> Counter[tuple[Iri, Iri]]:
    """How many things of a class have a link, by its property and the class that it leads from."""
    terms = sheets.graph.project.house.passages
    left_out = {terms.passage, terms.reading}
    known = {each for each in sheets.forms.shaped if each not in left_out}
    found = _rows(sheets, StoredQuery(_LINKS, "links").bind({"class": [of]}))
    for derived in sheets.citations.derived_graphs:
        bound = StoredQuery(_DERIVED, "derived").bind({"class": [of], "graph": [derived]})
        for key, number in _rows(sheets, bound).items():
            if found[key] == number:
                del found[key]
    return Counter({key: number for key, number in found.items() if key[1] in known})


def _rows(sheets: Sheets, query: str) -> Counter[tuple[Iri, Iri]]:
    return Counter(
        {
            (p, k): int(n.value)
            for p, k, n in sheets.graph.select(query, limited=False)
            if isinstance(p, Iri) and isinstance(k, Iri) and isinstance(n, Literal)
        }
    )


def _field(sheets: Sheets, predicate: Iri, classes: Iterable[Iri], *, is_usual: bool) -> Field:
    kinds = list(classes)
    return Field(
        predicate,
        f"{INVERSE}{sheets.short(predicate)}",
        f"{sheets.forms.property_name(predicate, kinds[0])} of",
        f"What has it: {', '.join(sheets.forms.label_in(each) for each in kinds)}.",
        "",
        Kind.THING,
        0,
        None,
        things=frozenset(thing for each in kinds for thing in sheets.things(each)),
        is_usual=is_usual,
    )
