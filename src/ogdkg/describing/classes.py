"""Which class a word means: by its name, or by the namespace of the IRIs of its things."""

from __future__ import annotations

from ogdkg.errors import UnknownNameError
from ogdkg.rdf.terms import Iri, Literal, to_ntriples
from ogdkg.sheets.template import Sheets

_MOST_OFFERED = 24
_IN_NAMESPACE = """SELECT ?of (COUNT(*) AS ?n)
{{ ?x a ?of FILTER(STRSTARTS(STR(?x), {0})) }} GROUP BY ?of"""


def class_named(sheets: Sheets, name: str) -> Iri:
    """Return a class by its name, one that only shapes speak of, too; else by the prefix of its things.

    Raises:
        UsageError: There is none, or several have the name.
    """
    try:
        return sheets.class_of(name)
    except UnknownNameError as error:
        if found := _of_prefix(sheets, name):
            return found
        none = "The project has none: write a shape for it, or a thing of it, first."
        see = error.hint or (offered(sheets) if sheets.forms.shaped else none)
        raise UnknownNameError("class", name, (), see=see) from None


def _of_prefix(sheets: Sheets, prefix: str) -> Iri | None:
    """The class of most things in the namespace of a prefix, the narrowest one that shapes speak of."""
    namespace = sheets.graph.project.prefixes.get(prefix)
    if not namespace:
        return None
    rows = sheets.graph.select(_IN_NAMESPACE.format(to_ntriples(Literal(namespace))), limited=False)
    shaped, counts = set(sheets.forms.shaped), sheets.forms.counts
    found = [
        (int(n.value), -counts.get(of, 0), of)
        for of, n in rows
        if isinstance(of, Iri) and isinstance(n, Literal) and (of in shaped or not shaped)
    ]
    return max(found)[2] if found else None


def names_of_classes(sheets: Sheets) -> list[str]:
    """Return the names of the classes to choose from."""
    classes = sheets.forms.classes or sheets.forms.shaped
    return sorted({sheets.forms.label_in(each) for each in classes}, key=str.casefold)


def offered(sheets: Sheets) -> str:
    """Return the classes to choose from, in a sentence."""
    labels = names_of_classes(sheets)
    more = ["…"] if len(labels) > _MOST_OFFERED else []
    cites = any(layer.passage_metadata_graph for layer in sheets.graph.project.layers)
    others = ["query", "passage"] if cites else ["query"]
    return f"One of: {', '.join([*labels[:_MOST_OFFERED], *more, *others])}."
