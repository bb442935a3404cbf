"""The files of a project that begins with one thing: everything that a graph needs, once each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from ogdkg.evidence.passages import text_hash
from ogdkg.rdf import formats
from ogdkg.rdf.namespaces import WELL_KNOWN, prefix_lines
from ogdkg.rdf.terms import escape
from ogdkg.scaffold.plan import Plan, slug_of
from ogdkg.scaffold.surroundings import surroundings
from ogdkg.scaffold.toml import quoted_text, quoted_texts, toml_text
from ogdkg.scaffold.words import ENGLISH, words_of
from ogdkg.syntax.layout import layout
from ogdkg.syntax.source import from_text

_YEAR = 2001
_TERMS = ("owl", "rdf", "rdfs", "sh", "xsd")
_PASSAGE_TERMS = ("dcterms", "oa")
_OGD = "https://w3id.org/ogdkg/ns#"
_DOCUMENT = "source.txt"
_README = """# {title}

A knowledge graph, kept with [ogdkg](https://w3id.org/ogdkg).

| file | what it holds |
|---|---|
| `ogdkg.toml` | the settings, every one of them explained |
| `data/{slug}.ttl` | the things |
{cited}| `ontology/{name}.ttl` | the classes and properties, with their names |
| `ontology/shapes/{slug}.ttl` | what every thing must have |
| `queries/{slug}/{query}.rq` | a question that anyone can ask, with a value to give |
| `queries/questions/01-{query}.yaml` | the same with the expected answer |

```sh
ogdkg show {thing}
ogdkg query {query} --year {year}
ogdkg fmt --check data ontology
ogdkg validate
ogdkg test
ogdkg serve
```

What to do first:

1. Add the properties that your things have to `ontology/{name}.ttl`, and what you ask of them to
   `ontology/shapes/{slug}.ttl`.
2. Put your own things into `data/{slug}.ttl`, below the first one, and take that away with its question.
   Or edit them as a sheet: `ogdkg template {cls} -o sheet.xlsx`, then `ogdkg import sheet.xlsx`.
3. Write a query for each question that readers have, and its answer beside it.
4. `pre-commit install` runs the checks before each commit; `.github/workflows/check.yml` on GitHub.
5. `ogdkg site public` writes its pages as plain files, for any host of files.
{next_step}"""
_README_OF_DOCUMENT = f"""\
| `{_DOCUMENT}` | the document that facts are cited from |
| `data/passages.trig` | its passages, and what each says |
| `data/sources.ttl` | what the document is |
"""
_STEP_OF_DOCUMENT = (
    f"6. Replace `{_DOCUMENT}`, its hash in `data/sources.ttl`, and the passages: "
    "`ogdkg passage 'some words'` drafts one.\n"
)


def starter(plan: Plan) -> dict[str, bytes]:
    """Return the files of a project, by name; `ogdkg.toml`, which makes it one, is the last."""
    made = _Starter(plan)
    files = {
        f"ontology/{plan.name}.ttl": made.turtle(made.ontology()),
        f"ontology/shapes/{made.slug}.ttl": made.turtle(made.shapes()),
        f"data/{made.slug}.ttl": made.turtle(made.record()),
        f"queries/{made.slug}/{made.query}.rq": made.stored_query(),
        f"queries/questions/01-{made.query}.yaml": made.question(),
        "README.md": made.readme(),
    }
    more = []
    if plan.with_passages:
        files |= {
            _DOCUMENT: made.document,
            "data/passages.trig": made.turtle(made.passages(), formats.TRIG),
            "data/sources.ttl": made.turtle(made.source()),
        }
        more.append("ogdkg test --source source.txt")
    files |= surroundings(("data", "ontology"), more)
    files["ogdkg.toml"] = made.toml()
    return {name: text.encode() for name, text in files.items()}


class _Starter:
    """The texts of the files, each in its own method."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._known = {tag: words for tag in plan.languages if (words := words_of(tag))}
        self._words = self._known or {"en": ENGLISH}
        self._first = next(iter(self._words.values()))
        self._things = {tag: words.thing for tag, words in self._words.items()} | dict(plan.things)
        self._tag = next(tag for tag in (*plan.languages, "en") if tag in self._things)
        self.slug = slug_of(self._things[self._tag]) or "thing"
        self.query = f"{self.slug}-by-year"
        self._class = f"ns:{''.join(part.title() for part in self.slug.split('-'))}"
        self.document = f"{self._record_name(self._tag)}: {_YEAR}.\n"
        own = (
            plan.prefixes
            if plan.with_passages
            else {name: iri for name, iri in plan.prefixes.items() if name != "graph"}
        )
        self._prefixes = own | {name: WELL_KNOWN[name] for name in _TERMS}
        if plan.with_passages:
            self._prefixes |= {"ogd": _OGD} | {name: WELL_KNOWN[name] for name in _PASSAGE_TERMS}

    def turtle(self, text: str, form: formats.Format = formats.TURTLE) -> str:
        """A text in canonical form, with the prefixes that it uses."""
        used = {name: iri for name, iri in self._prefixes.items() if f"{name}:" in text}
        return layout(from_text(f"{prefix_lines(used)}\n{text}", "a new file"), form)

    def _record_name(self, tag: str) -> str:
        word = self._things[tag]
        return f"{word[:1].upper()}{word[1:]} 1"

    def _labels(self, texts: Mapping[str, str]) -> str:
        return ", ".join(f'"{escape(text)}"@{tag}' for tag, text in texts.items())

    def _in_words(self, of: str) -> str:
        return self._labels({tag: getattr(words, of) for tag, words in self._words.items()})

    def ontology(self) -> str:
        """The class and its property, and what the terms of others are called."""
        return f"""# What there is in this graph: a class, a property, and the terms of others that it uses.
{self._class} a owl:Class ; rdfs:label {self._labels(self._things)} .
ns:year a owl:DatatypeProperty ; rdfs:label {self._in_words("year")} .
rdfs:label a owl:AnnotationProperty ; rdfs:label {self._in_words("name")} .
"""

    def shapes(self) -> str:
        """What every thing of the class must have."""
        tags = " ".join(f'"{tag}"' for tag in dict.fromkeys((*self._plan.languages, *self._things)))
        return f"""# What `ogdkg validate` asks of the data.
shape:{self.slug} a sh:NodeShape ; sh:targetClass {self._class} ;
  sh:property shape:{self.slug}-label, shape:{self.slug}-year .
shape:{self.slug}-label a sh:PropertyShape ; sh:path rdfs:label ;
  sh:minCount 1 ; sh:uniqueLang true ; sh:languageIn ( {tags} ) .
shape:{self.slug}-year a sh:PropertyShape ; sh:path ns:year ;
  sh:maxCount 1 ; sh:datatype xsd:integer ; sh:message {self._in_words("expected")} .
"""

    def record(self) -> str:
        """One thing; with passages, the year is in the passage that says it."""
        labels = self._labels({tag: self._record_name(tag) for tag in self._things})
        year = "" if self._plan.with_passages else f" ; ns:year {_YEAR}"
        return f"{self._thing} a {self._class} ; rdfs:label {labels}{year} .\n"

    @property
    def _thing(self) -> str:
        return f"id:{self.slug}-1"

    def passages(self) -> str:
        """The passage of the document, and the statement that it makes."""
        words = self.document.strip()
        return f"""graph:passages {{
  id:line-1 a ogd:Passage ; ogd:startLine 1 ; ogd:endLine 1 ; ogd:textHash "{text_hash(words)}" ;
    oa:hasSource id:source ; oa:hasSelector id:line-1-position .
  id:line-1-position a oa:TextPositionSelector ;
    oa:start "0"^^xsd:nonNegativeInteger ; oa:end "{len(words)}"^^xsd:nonNegativeInteger ;
    oa:refinedBy id:line-1-quote .
  id:line-1-quote a oa:TextQuoteSelector ; oa:exact "{escape(words)}" .
}}

id:line-1 {{
  {self._thing} ns:year {_YEAR} .
}}
"""

    def source(self) -> str:
        """What the document is."""
        digest = hashlib.sha256(self.document.encode()).hexdigest()
        return f"""# The document of the passages, with the SHA-256 of its bytes (`sha256sum {_DOCUMENT}`).
id:source dcterms:title "{_DOCUMENT}" ; ogd:textHash "{digest}" .
"""

    def stored_query(self) -> str:
        """A query with a parameter."""
        heading = quoted_text(self._things[self._tag])
        prefixes = prefix_lines({name: self._prefixes[name] for name in ("ns", "rdfs")})
        return f"""#+ summary: {quoted_text(self._first.which)}
#+ params:
#+   year: {{type: integer, label: {quoted_text(self._first.year)}, example: {_YEAR}}}
#+ columns: {{thing: {heading}}}

{prefixes}
SELECT ?thing ?thingLabel WHERE {{
  ?thing a {self._class} ;
    ns:year ?_year_integer ;
    rdfs:label ?thingLabel .
}}
ORDER BY ?thingLabel
"""

    def question(self) -> str:
        """A question to the query, its answer, and a triple that the answer hangs on."""
        lines = "lines: 1\n" if self._plan.with_passages else ""
        return f"""# `ogdkg test` asks this, and compares the rows.
question: {quoted_text(self._first.of_year.format(year=_YEAR))}
{lines}query: {self.query}
parameters: {{year: {_YEAR}}}
columns: [thingLabel]
rows:
  - [{quoted_text(self._record_name(self._tag))}]
without: {quoted_text(f"{self._thing} ns:year {_YEAR}")}
"""

    def toml(self) -> str:
        """The configuration."""
        plan = self._plan
        project = {
            "name": quoted_text(plan.name),
            "title": quoted_text(plan.title),
            "things": quoted_text(plan.namespace),
            "languages": quoted_texts(plan.languages),
        }
        data = {"name": '"data"', "files": '["data/**/*.ttl"]'}
        layers = [data, {"name": '"ontology"', "files": '["ontology/*.ttl"]'}]
        if plan.with_passages:
            project["source"] = quoted_text(_DOCUMENT)
            data["graph"] = quoted_text(plan.prefixes["graph"] + "{stem}")
            layers[1]["graph"] = quoted_text(plan.prefixes["graph"] + "ontology")
            passages = quoted_text(plan.prefixes["graph"] + "passages")
            layers.insert(0, {"name": '"source"', "files": '["data/**/*.trig"]', "passages": passages})
        return toml_text({"project": project, "layer": layers}, self._prefixes)

    def readme(self) -> str:
        """What is where, and what to do first."""
        plan = self._plan
        cited = plan.with_passages
        return _README.format(
            title=plan.title,
            name=plan.name,
            slug=self.slug,
            query=self.query,
            thing=self._thing,
            cls=self._class,
            year=_YEAR,
            cited=_README_OF_DOCUMENT if cited else "",
            next_step=_STEP_OF_DOCUMENT if cited else "",
        )


def unknown_languages(plan: Plan) -> list[str]:
    """The languages of a plan for which there are no words, neither ours nor given ones."""
    return [tag for tag in plan.languages if words_of(tag) is None]
