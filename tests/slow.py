"""Which tests `pytest -m "not slow"` leaves out: those that start other programs, and sweeps whose many cases
would tell one fault. CI runs all.
"""

from __future__ import annotations

# By the beginning of a test's name, with what makes it slow. A single test is marked where it stands.
SLOW = {
    "tests/servers/test_": "SPARQL servers are started and filled",
    "tests/peers/": "every export is read by other programs",
    "tests/browser/": "a browser is started",
    "tests/bench/": "every benchmark is run, at its smallest",
    "tests/fuzz/": "random documents for every reader",
    "tests/hostile/test_sandbox.py": "engines run until their limits end them",
    "tests/hostile/test_git.py": "git is run on many repositories",
    "tests/hostile/test_diff.py::test_four_times": "every call of long comparisons is counted",
    "tests/hostile/test_text.py::test_what_a_person": "every command, with every escape sequence",
    "tests/hostile/test_server.py::test_no_command_takes": "every command, with every answer of a server",
    "tests/hostile/test_guard.py::test_no_query_ends": "queries as deep as can be, in every form",
    "tests/hostile/test_files.py::test_no_nesting": "documents nested a million deep",
    "tests/hostile/test_deadline.py": "commands run until their limits end them",
    "tests/unit/validation/test_differential.py": "random shapes and data, judged twice",
    "tests/web/test_guards.py": "queries run until their limits end them",
    "tests/web/test_reload.py": "servers are started, and wait for changed files",
    "tests/web/test_writing.py": "servers are written to, and killed",
    "tests/web/test_endpoint.py": "servers are started before other servers",
    "tests/web/test_files.py": "servers of files of every format",
    "tests/web/test_writing_files.py": "servers that write to projects",
    "tests/web/test_assistant.py": "a client of another library, over both ways",
    "tests/web/test_checking.py": "texts are judged by a server",
    "tests/web/test_map.py": "servers of several projects",
    "tests/web/test_quality.py": "a repository is measured",
    "tests/web/test_picture.py": "servers of several projects",
    "tests/web/test_editor.py": "queries by a page, and elsewhere",
    "tests/web/test_ontology.py": "servers of several vocabularies",
    "tests/web/test_w3c_protocol.py": "servers in three ways",
    "tests/web/test_foreign.py": "every page of two other projects",
    "tests/web/test_operation.py": "servers that are started, ended and asked for figures",
    "tests/web/test_schemathesis.py": "hundreds of requests that another program invents",
    "tests/web/test_cookbook.py": "R, Node and Python are started for each line",
    "tests/docs/test_site.py": "the site is built",
    "tests/test_readme.py": "every example of the documentation is run",
    "tests/test_wheel.py": "a wheel is built, and an environment made",
    "tests/unit/validation/test_w3c.py::test_case[whole-": "the W3C suite once more, by pyshacl alone",
    "tests/graph/test_conformance.py": "our whole graph, by pyshacl alone",
    "tests/graph/test_shapes.py::test_rule": "every shape's examples, by pyshacl alone",
    "tests/graph/test_languages.py": "every stored query in five languages, by rdflib too",
    "tests/graph/test_places.py::test_the_other_engine": "by rdflib too",
    "tests/graph/test_questions.py::test_rdflib_answers": "by rdflib too",
    "tests/graph/test_questions.py::test_a_stored_query_gives": "every stored query, by rdflib too",
    "tests/graph/test_personal.py::test_no_personal_word": "our graph in every format, twice",
    "tests/graph/test_w3id.py": "a web server is started, and a file made for each thing",
    "tests/cli/test_export.py::test_no_format_holds_a_person_of_ours": "our graph in every format, six times",
    "tests/graph/test_elsewhere.py::test_the_questions_of": "every question again, without a layer",
    "tests/graph/test_elsewhere.py::test_a_query_of": "every stored query again, without a layer",
    "tests/cli/test_compacted.py::test_the_graph_is_read": "our graph in every form of JSON-LD",
    "tests/unit/evidence/test_citations.py::test_every_": "many names, in our graph and a kept one",
    "tests/unit/evidence/test_citations.py::test_a_parameter": "many names, in our graph and a kept one",
    "tests/unit/search/test_search.py::test_a_hundred_thousand": "a large index is made",
    "tests/cli/test_screens.py::test_no_answer_is_cut": "long answers, in every form",
    "tests/cli/test_writing.py::test_input_that_cannot_be_taken[convert-50": "documents of 50 MB",
    "tests/cli/test_writing.py::test_input_that_cannot_be_taken[export-50": "documents of 50 MB",
    "tests/unit/render/views/test_results.py::test_rows_stream": "the memory of long answers is traced",
    "tests/cli/test_writing.py::test_rdfxml_and_fmt_take": "documents of 50 MB",
    "tests/cli/test_writing.py::test_a_long_export": "an export of 120,000 statements",
    "tests/cli/test_cited.py::test_every_stored_query": "every stored query, with the triples of each row",
}
_SERVER = "localhost:7878"  # what the documentation's examples call a server


def is_slow(name: str) -> bool:
    """Whether a test is left out: by how its name begins, or as an example that asks a server."""
    return name.startswith(tuple(SLOW)) or _SERVER in name
