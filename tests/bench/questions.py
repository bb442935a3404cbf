"""What is asked: eleven plain queries, and stored queries of the project, over the graph of generate.py."""

from __future__ import annotations

PROLOGUE = """PREFIX b: <https://example.org/bench#>
PREFIX cv: <http://data.europa.eu/m8g/>
PREFIX d: <https://example.org/bench/>
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX ogd: <https://w3id.org/ogdkg/ns#>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
_PLAIN = {
    "point": "SELECT ?p ?o { d:initiative7 ?p ?o }",
    "star": """SELECT ?i ?label ?about ?position {
        ?i ogd:kind d:kind3 ; skos:prefLabel ?label ; dcterms:description ?about ; schema:position ?position ;
           b:statedCountry d:country5 }""",
    "two hops": """SELECT DISTINCT ?org {
        ?i dcterms:subject d:theme11 ; b:statedCountry d:country9 ; ogd:hasParticipation ?part .
        ?part cv:hasParticipant ?org }""",
    "regex": """SELECT ?i ?label {
        ?i a b:Programme ; skos:prefLabel ?label FILTER(REGEX(?label, "tiger.*vote", "i")) }""",
    "group": "SELECT ?theme (COUNT(?i) AS ?n) { ?i dcterms:subject ?theme } GROUP BY ?theme",
    "optional": """SELECT ?i ?page ?short {
        ?i b:statedCountry d:country11
        OPTIONAL { ?i foaf:page ?page } OPTIONAL { ?i ogd:abbreviation ?short } }""",
    "path up": "SELECT ?over { d:org299 org:subOrganizationOf* ?over }",
    "path along": "SELECT ?next { d:passage3 b:next/b:next/b:next/dcterms:subject/ogd:hasEngagement ?next }",
    "order": """SELECT ?i ?position { ?i b:statedCountry d:country1 ; schema:position ?position }
        ORDER BY DESC(?position) LIMIT 20""",
    "construct": """CONSTRUCT { ?i b:worksIn ?country } {
        ?i b:statedCountry d:country13 ; ogd:hasEngagement ?e . ?e ogd:inCountry ?country }""",
    "describe": "DESCRIBE d:initiative11",
}
PLAIN = {name: PROLOGUE + text for name, text in _PLAIN.items()}

# Queries that read the whole graph, or a large part of it: where columnar engines are far ahead.
_WHOLE = {
    "count all": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    "count by property": "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p",
    "count subjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "roles by country": """SELECT ?country ?role (COUNT(*) AS ?n) {
        ?i b:statedCountry ?country ; ogd:hasParticipation/cv:role ?role } GROUP BY ?country ?role""",
}
WHOLE = {name: PROLOGUE + text for name, text in _WHOLE.items()}

# Queries that count, of one row to very many, from a store on disk and in memory; without the prologue.
_ALL = "SELECT {} {{ ?s ?p ?o }} {}"
COUNTING = {
    "all triples": _ALL.format("(COUNT(*) AS ?n)", ""),
    "triples by property": _ALL.format("?p (COUNT(*) AS ?n)", "GROUP BY ?p"),
    "different subjects and objects by property": _ALL.format(
        "?p (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects)", "GROUP BY ?p"
    ),
    "different subjects": _ALL.format("(COUNT(DISTINCT ?s) AS ?n)", ""),
    "classes of more than 1,000 things, in order": """SELECT ?class (COUNT(*) AS ?n) { ?x a ?class }
        GROUP BY ?class HAVING (COUNT(*) > 1000) ORDER BY DESC(?n)""",
    "the ten most frequent values": _ALL.format(
        "?o (COUNT(*) AS ?n)", "GROUP BY ?o ORDER BY DESC(?n) LIMIT 10"
    ),
    "the ten organisations with the most roles": """SELECT ?org (COUNT(*) AS ?n) { ?x cv:hasParticipant ?org }
        GROUP BY ?org ORDER BY DESC(?n) LIMIT 10""",
    "themes of each thing": "SELECT ?i (COUNT(?theme) AS ?n) { ?i dcterms:subject ?theme } GROUP BY ?i",
    "things by theme": "SELECT ?theme ?i (COUNT(*) AS ?n) { ?i dcterms:subject ?theme } GROUP BY ?theme ?i",
    "triples by subject": _ALL.format("?s (COUNT(*) AS ?n)", "GROUP BY ?s"),
    "triples by object": _ALL.format("?o (COUNT(*) AS ?n)", "GROUP BY ?o"),
    "each subject once": _ALL.format("DISTINCT ?s", ""),
    "things by class": "SELECT ?class ?x (COUNT(*) AS ?n) { ?x a ?class } GROUP BY ?class ?x",
    "labels": "SELECT ?label (COUNT(*) AS ?n) { ?x skos:prefLabel ?label } GROUP BY ?label",
}
COUNTING_IN_MEMORY = {
    "things of two properties, by country": """SELECT ?country (COUNT(?i) AS ?n) {
        ?i b:statedCountry ?country ; dcterms:subject ?theme } GROUP BY ?country""",
    "different things of two properties, by country": """SELECT ?country (COUNT(DISTINCT ?i) AS ?n) {
        ?i b:statedCountry ?country ; dcterms:subject ?theme } GROUP BY ?country""",
    "a path of two steps, by country and role": _WHOLE["roles by country"],
    "triples by graph": "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g",
}

# Stored queries of the project, with values, that find something in the generated graph.
STORED = {
    "initiatives": {},
    "countries": {"initiative": "d:initiative7"},
    "initiatives-in-country": {"country": "Country 9"},
    "partners": {"initiative": "d:initiative7"},
    "themes": {},
    "initiatives-by-theme": {"theme": "theme 11"},
    "quantities": {"thing": "d:initiative7"},
    "organisations": {},
    "without-page": {},
    "shared-organisations": {},
}
