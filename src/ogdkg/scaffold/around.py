"""The files of a project around existing data: what is seen in them, each guess marked as one to confirm."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain, count
from typing import Any, NamedTuple

from ogdkg.errors import InputError, UsageError
from ogdkg.project.overrides import Overrides
from ogdkg.rdf.labels import LABELS, language_rank
from ogdkg.rdf.labels import languages_of as languages_with_shorter
from ogdkg.rdf.namespaces import WELL_KNOWN
from ogdkg.rdf.statements import term_of
from ogdkg.rdf.terms import DCAT, DCTERMS, OWL, SCHEMA_EITHER, SKOS, VOID, Literal, Namespaces, is_iri
from ogdkg.scaffold.copies import Given
from ogdkg.scaffold.guesses import Guesses, words_of_name
from ogdkg.scaffold.plan import MOST_LANGUAGES, Plan, checked_languages, slug_of
from ogdkg.scaffold.questions import ClassQueries
from ogdkg.scaffold.seen import Seen, look_at, namespace_of, own_namespace
from ogdkg.scaffold.surroundings import surroundings
from ogdkg.scaffold.toml import Values, quoted_text, quoted_texts, toml_text
from ogdkg.store.codec import declared_prefixes

_OURS = ("owl", "rdf", "rdfs", "sh", "xsd")
_MOST_PREFIXES = 100
_DC = "http://purl.org/dc/elements/1.1/"
MOST_DESCRIBED = 300  # classes with shapes and queries of their own

_WHOLES = (
    *(each + "Dataset" for each in (DCAT, VOID, *SCHEMA_EITHER)), OWL + "Ontology", SKOS + "ConceptScheme",
)  # fmt: skip
_TITLES = (DCTERMS + "title", _DC + "title", *LABELS)  # a dataset's first

Files = dict[str, bytes | Iterable[bytes]]
ONTOLOGY_LAYER = {
    "name": '"ontology"',
    "files": '["ontology/*.ttl"]',
    "graph": quoted_text("urn:ogdkg:graph:ontology"),
}


class Origin(NamedTuple):
    """What a README says of where a project comes from.

    Attributes:
        told: What it was made around.
        files: The rows of the list of files that tell of the data and the ontology.
        steps: Further steps to take, each with its number.
    """

    told: str
    files: str
    steps: str = ""


_FROM_DATA = Origin(
    "This project was\nmade around data that were there already: what they hold was read off them, and is a "
    "guess to confirm.",
    """| `data/` | copies of the data; the files that they were made from stay as they are |
| `ontology/` | names of classes and properties, guessed from their IRIs |
""",
)


def looked_at(files: Sequence[Given]) -> tuple[Seen, dict[str, str]]:
    """Return what is seen in files, and the prefixes that they declare; the first file wins.

    Raises:
        InputError: A file does not parse, or no file holds a statement.
    """
    prefixes: dict[str, str] = {}
    for given in files:
        found = declared_prefixes(given.path, Overrides(given.form, given.base))
        prefixes = {**found, **prefixes}

    def read() -> Iterator[tuple[int, Any]]:
        return ((number, quad) for number, given in enumerate(files) for quad in given.quads())

    seen = look_at(read)
    if not seen.triples:
        raise InputError("The files hold no statement.", hint="Leave out --from.")
    return seen, prefixes


def languages_of(seen: Seen) -> tuple[str, ...]:
    """Return the languages of texts that are seen, those of most texts first."""
    counts = Counter[str]()
    for use in seen.properties.values():
        for tag, number in use.languages.items():
            with suppress(UsageError):  # a tag that is none stays in the data
                counts[checked_languages([tag])[0]] += number
    ordered = sorted(counts, key=lambda tag: (-counts[tag], tag))
    return tuple(ordered[:MOST_LANGUAGES])


def title_of(seen: Seen, languages: Sequence[str]) -> str | None:
    """Return how the data call themselves: the one dataset, ontology or scheme among them, if it has a title.

    Args:
        seen: What is seen.
        languages: The languages of the project, the preferred one first.
    """
    for kind in _WHOLES:
        if seen.classes[kind] != 1 or not (wholes := seen.examples.get(kind)):
            continue
        terms = [(predicate, term_of(value)) for predicate, value in wholes[0].statements if value]
        texts = [(predicate, term) for predicate, term in terms if isinstance(term, Literal)]
        titles = [each for each in texts if each[0] in _TITLES and len(each[1].value.splitlines()) == 1]
        ranked = languages_with_shorter(languages)
        titles.sort(key=lambda each: (language_rank(each[1].language or "", ranked), _TITLES.index(each[0])))
        if titles and (title := " ".join(titles[0][1].value.split())):
            return title
    return None


def around(plan: Plan, seen: Seen, declared: Mapping[str, str], data: Files) -> Files:
    """Return the files of a project, by name; `ogdkg.toml` is the last.

    Args:
        plan: The project.
        seen: What is seen in the data.
        declared: The prefixes that the data declare.
        data: The copies of the data.
    """
    prefixes = prefixes_of(plan, seen, declared)
    guesses = Guesses(seen, prefixes, plan.prefixes["shape"], slugs_of(list(seen.classes)[:MOST_DESCRIBED]))
    files: Files = dict(data)
    made: dict[str, str] = {}
    if ontology := guesses.ontology():
        made[f"ontology/{plan.name}.ttl"] = ontology
    made[f"ontology/shapes/{plan.name}.ttl"] = guesses.shapes()
    queries = ClassQueries(seen, prefixes, guesses.slugs)
    made |= queries.files()
    made["README.md"] = readme(plan, seen, guesses, queries, _FROM_DATA)
    made |= surroundings(("data", "ontology"))
    extensions = dict.fromkeys(name.rpartition(".")[2] for name in data)
    layers: list[Values] = [
        {"name": '"data"', "files": quoted_texts([f"data/*.{each}" for each in extensions])}
    ]
    made["ogdkg.toml"] = settings_text(
        plan, prefixes, [*layers, *[ONTOLOGY_LAYER] * bool(ontology)], own_namespace(seen)
    )
    return files | {name: text.encode() for name, text in made.items()}


def slugs_of(classes: Sequence[str]) -> dict[str, str]:
    """A short name for each class, no two alike."""
    found: dict[str, str] = {}
    for iri in classes:
        slug = slug_of(words_of_name(iri).replace(" ", "-")) or "class"
        numbers = (f"{slug}-{number}" for number in range(2, len(classes) + 2))
        found[iri] = next(each for each in (slug, *numbers) if each not in found.values())
    return found


def prefixes_of(plan: Plan, seen: Seen, declared: Mapping[str, str]) -> dict[str, str]:
    """Return the prefixes of the data, of what is written about them, and of namespaces often met."""
    found = {name: iri for name, iri in declared.items() if is_iri(iri)}
    for name in _OURS:  # they mean in what is written about the data what they always do
        iri, found[name] = found.get(name, WELL_KNOWN[name]), WELL_KNOWN[name]
        if iri not in found.values():
            found[_free(name, found)] = iri
    found[_free("shape", found)] = plan.prefixes["shape"]
    known = {iri: name for name, iri in WELL_KNOWN.items()}
    terms = (namespace_of(iri) for iri in (*seen.classes, *seen.properties))
    often = (iri for iri, times in seen.namespaces.most_common(20) if times > 1)
    for iri in dict.fromkeys((*terms, *often)):
        if iri in found.values() or len(found) >= _MOST_PREFIXES or not _is_namespace(iri):
            continue
        found[_free(known.get(iri) or _name_of(iri), found)] = iri
    return found


def _free(name: str, taken: Mapping[str, str]) -> str:
    """A prefix that is not taken: this one, or with a number at its end."""
    numbers = (f"{name}{number}" for number in count(2))
    return next(each for each in chain((name,), numbers) if each not in taken)


def _is_namespace(iri: str) -> bool:
    return is_iri(iri) and len(iri.rstrip("#/:").rpartition(":")[2]) > 0


def _name_of(iri: str) -> str:
    """A prefix for a namespace: the last word of it that says something."""
    parts = [slug_of(part) for part in iri.rstrip("#/:").replace("#", "/").replace(":", "/").split("/")]
    useful = [part for part in parts if part and part not in ("ns", "vocab", "ontology", "https", "http")]
    return (useful[-1] if useful else "ns").replace("-", "")[:20] or "ns"


def settings_text(plan: Plan, prefixes: Mapping[str, str], layers: Sequence[Values], things: str) -> str:
    """Return the `ogdkg.toml` of a project around data.

    Args:
        plan: The project.
        prefixes: Its prefixes.
        layers: The settings of its layers.
        things: The beginning of the IRIs of its things; empty where there is none.
    """
    project = {
        "name": quoted_text(plan.name),
        "title": quoted_text(plan.title),
        **({"things": quoted_text(things)} if is_iri(things) else {}),
        "languages": quoted_texts(plan.languages),
    }
    return toml_text({"project": project, "layer": layers}, prefixes)


def readme(plan: Plan, seen: Seen, guesses: Guesses, queries: ClassQueries, origin: Origin) -> str:
    """Return the README of a project around data."""
    rows = "".join(f"{line}\n" for line in _classes(seen, guesses))
    left_out = len(seen.classes) - len(guesses.slugs)
    more = f"\n{left_out} more classes have no shape and no query yet.\n" if left_out > 0 else ""
    first = next(iter(queries.names()), "")
    asked = f"ogdkg query {first}\n" if first else ""
    table = f"| class | things | queries |\n|---|---|---|\n{rows}" if rows else "No thing has a class.\n"
    return f"""# {plan.title}

A knowledge graph of {seen.triples} statements, kept with [ogdkg](https://w3id.org/ogdkg). {origin.told}

{table}{more}
| file | what it holds |
|---|---|
| `ogdkg.toml` | the settings, every one of them explained |
{origin.files}| `ontology/shapes/` | what the things of each class have been seen to have; severity info |
| `queries/` | for each class a list of its things, and all about one of them |
| `queries/questions/` | a question to one of these, with the answer as it is today |

```sh
ogdkg stats
{asked}ogdkg fmt --check data ontology
ogdkg validate
ogdkg test
ogdkg serve
```

What to do first:

1. Read `ontology/shapes/{plan.name}.ttl`. Take away what is not meant; of what is, take away
   `sh:severity sh:Info` and the comment, so that `ogdkg validate` insists on it.
2. Correct the names in `ontology/`.
3. Replace the questions by those that your readers have.
{origin.steps}"""


def _classes(seen: Seen, guesses: Guesses) -> Iterator[str]:
    names = Namespaces(guesses.prefixes)
    for iri, slug in guesses.slugs.items():
        shown = names.compact(iri) or iri
        yield f"| `{shown}` | {seen.classes[iri]} | `queries/{slug}/` |"
