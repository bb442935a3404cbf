"""A draft: what a form was filled with, as statements with IRIs like others of their kind, and as TriG."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import NamedTuple

from ogdkg.drafting.values import New, slug
from ogdkg.evidence.passage_draft import PassageDraft
from ogdkg.graph.graph import Graph
from ogdkg.project.house import PassageTerms
from ogdkg.project.project import Layer, layers_of_graphs
from ogdkg.rdf import formats
from ogdkg.rdf.formats import Format
from ogdkg.rdf.namespaces import prefix_lines
from ogdkg.rdf.statements import to_nquads
from ogdkg.rdf.terms import RDF, Iri, Literal, Quad, Term, in_language, is_iri, local_name, to_ntriples
from ogdkg.render.rdf.writers import write_lines
from ogdkg.render.views.passage import passage_trig
from ogdkg.store.codec import quad_of, raw_quads
from ogdkg.syntax.layout import layout
from ogdkg.syntax.source import from_text

_TYPE = Iri(RDF + "type")
_INSTANCES = "SELECT ?x {{ ?x a <{0}> FILTER(isIRI(?x)) }} LIMIT 5000"
# Things of any class of the data's own, but not classes, shapes and passages themselves.
_TYPED = """SELECT ?x ?k {{ ?x a ?k . ?k a <http://www.w3.org/2002/07/owl#Class> .
  FILTER(isIRI(?x) && STRSTARTS(STR(?x), {0}) && STRSTARTS(STR(?k), {0})) }} LIMIT 5000"""
_NOT_THINGS = ("graph", "graphs", "ns", "ontology", "passage", "passages", "shape", "shapes")
_GRAPHS = "SELECT ?g (COUNT(*) AS ?n) {{ GRAPH ?g {{ ?x a <{0}> }} }} GROUP BY ?g"


class Draft(NamedTuple):
    """Statements about something new.

    Attributes:
        iri: What it is called.
        statements: What is said, of it and of other new things.
        named: Each new thing, with its name.
    """

    iri: Iri
    statements: tuple[Quad, ...]
    named: tuple[tuple[Iri, str], ...]


class Naming:
    """Makes IRIs for new things: the namespace and the separator that most things of their class have."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._taken: set[str] = set()

    def iri(self, of: Iri, name: str) -> Iri:
        """Return a new IRI for a thing of a class, which no thing has and none was made before.

        Args:
            of: The class.
            name: The name of the thing, or the end of its IRI.
        """
        iris = [
            row[0].value
            for row in self._graph.select(_INSTANCES.format(of.value), limited=False)
            if isinstance(row[0], Iri)
        ]
        own = self._graph.project.resource_namespace
        known = [each for each in iris if not own or each.startswith(own)] or iris
        namespaces = Counter(each.removesuffix(local_name(each)) for each in known)
        namespace = next((each for each, _ in namespaces.most_common(1)), None) or self._first_of(of)
        ends = "".join(local_name(each) for each in known)
        end = slug(name, "_" if ends.count("_") > ends.count("-") else "-") or "new"
        for number in count(1):
            found = f"{namespace}{end}{f'-{number}' if number > 1 else ''}"
            if found not in self._taken and found not in iris and is_iri(found):
                break
        self._taken.add(found)
        return Iri(found)

    def _first_of(self, of: Iri) -> str:
        """Return the namespace for the first thing of a class.

        That of a prefix named as the class, that of all other things, if they share one, that of the one
        prefix that is left for things, or one named as the class.
        """
        own = self._graph.project.resource_namespace or "https://example.org/"
        kind_of_thing = slug(local_name(of.value)) or "thing"
        spaces = {
            name: each for name, each in self._graph.project.own_prefixes.items() if each.startswith(own)
        }
        if kind_of_thing in spaces:
            return spaces[kind_of_thing]
        rows = self._graph.select(_TYPED.format(to_ntriples(Literal(own))), limited=False)
        shared: dict[str, str] = {}
        for thing, kind in rows:
            if isinstance(thing, Iri) and isinstance(kind, Iri):
                shared[thing.value.removesuffix(local_name(thing.value))] = slug(local_name(kind.value))
        for namespace, end in shared.items():
            # Else each class has a namespace of its own.
            if len(shared) == 1 and slug(local_name(namespace.rstrip("/#"))) != end:
                return namespace
        left = {
            each
            for each in spaces.values()
            if slug(local_name(each.rstrip("/#"))) not in _NOT_THINGS and not of.value.startswith(each)
        }
        return left.pop() if len(left) == 1 and not shared else f"{own}{kind_of_thing}/"


def draft(
    iri: Iri,
    of: Iri,
    values: Mapping[Iri, Iterable[Term | New]],
    naming: Naming,
    label: tuple[Iri, str],
) -> Draft:
    """Return the statements that a filled form makes.

    Args:
        iri: What the new thing is called.
        of: Its class.
        values: Its values by property.
        naming: Names other new things.
        label: The property, and the language or an empty text, of the names of other new things.
    """
    statements = [Quad(iri, _TYPE, of, None)]
    named: dict[tuple[Iri, str], Iri] = {}
    for predicate, those in values.items():
        for value in those:
            if isinstance(value, New):
                key = (value.of, value.name)
                if key not in named:
                    named[key] = naming.iri(*key)
                    name = in_language(value.name, label[1]) if label[1] else Literal(value.name)
                    statements += [
                        Quad(named[key], _TYPE, value.of, None),
                        Quad(named[key], label[0], name, None),
                    ]
                value = named[key]
            statements.append(Quad(iri, predicate, value, None))
    names = tuple((each, name) for (_, name), each in named.items())
    return Draft(iri, tuple(dict.fromkeys(statements)), names)


def written(
    statements: Iterable[Quad],
    prefixes: Mapping[str, str],
    graph: Iri | None = None,
    passage: PassageDraft | None = None,
    terms: PassageTerms | None = None,
) -> str:
    """Return statements as `ogdkg fmt` writes them: as Turtle, or with a graph as TriG.

    Args:
        statements: The statements.
        prefixes: The prefixes; those in use are declared.
        graph: The named graph of the statements.
        passage: A new passage that states them.
        terms: The terms that describe passages.
    """
    form: Format = formats.TRIG if graph else formats.TURTLE
    lines = [to_nquads(each._replace(graph=graph)) for each in statements]
    if passage and terms:
        declared = prefix_lines(prefixes)
        lines += _lines(declared + passage_trig(passage, prefixes, terms))
    text = "".join(
        part if isinstance(part, str) else part.decode() for part in write_lines(lines, form, prefixes)
    )
    return layout(from_text(text, "draft"), form)


def _lines(trig: str) -> Iterator[str]:
    return (to_nquads(quad_of(each)) for each in raw_quads(Path("draft.trig"), trig.encode()))


class Home(NamedTuple):
    """Where a draft belongs: the file of a project, and whether there is one by this name."""

    file: str
    is_there: bool


def home_of(graph: Graph, of: Iri, end: str, *, has_passage: bool) -> Home:
    """Return where a draft belongs: with other things of its class, or with what passages state.

    Args:
        graph: The graph.
        of: The class.
        end: The end of the IRI, which a file of its own is named by.
        has_passage: Whether a passage states it.
    """
    project = graph.project
    layer = _layer(graph, of, has_passage=has_passage)
    patterns = layer.files if layer else ()
    own = next((each for each in patterns if "*" in each), "")
    if own:
        folder, _, name = own.rpartition("/")
        suffix = name.rpartition("*")[2] or ".ttl"
        file = "/".join(filter(None, (folder.partition("*")[0].rstrip("/"), end + suffix)))
    else:
        file = next(iter(patterns), f"{end}.{'trig' if has_passage else 'ttl'}")
    return Home(file, (project.root / file).is_file())


def _layer(graph: Graph, of: Iri, *, has_passage: bool) -> Layer | None:
    layers = [each for each in graph.project.layers if each.files]
    if has_passage:
        return next((each for each in layers if each.passage_metadata_graph), None)
    names = layers_of_graphs(graph.project)
    counted: Counter[str] = Counter()
    for name, number in graph.select(_GRAPHS.format(of.value), limited=False):
        if isinstance(name, Iri) and isinstance(number, Literal):
            counted[names.get(name, "")] += int(number.value)
    known = {each.name: each for each in layers if not each.passage_metadata_graph}
    found = next((known[name] for name, _ in counted.most_common() if name in known), None)
    return found or next(iter([each for each in layers if not each.passage_metadata_graph] or layers), None)
