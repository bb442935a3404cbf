"""Runs the rules of a project on a server, by INSERT … WHERE, in the order in which they run here.

A rule reads a graph that is put together there, of what its layer reads and of what the stages before it
derived: so each triple counts once, and no rule sees another of its stage.
https://www.w3.org/TR/sparql11-update/#deleteInsert
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ogdkg.errors import InputError, LimitError, Place, StoreError, UsageError
from ogdkg.evidence.lineage.branches import branches_of
from ogdkg.evidence.lineage.trace import plan_of
from ogdkg.graph.graph import Graph
from ogdkg.graph.loader import all_rules, layers_of_rules, rules_of
from ogdkg.project.project import Layer, Project, layers_of_graphs
from ogdkg.rdf.statements import split
from ogdkg.rdf.terms import Iri, compact, to_ntriples
from ogdkg.remote.protocol import RemoteStore
from ogdkg.remote.pull import Lines, Name, stored_lines
from ogdkg.remote.push_manifest import GraphDigest
from ogdkg.sparql.reader import read_query
from ogdkg.sparql.tokens import Token, closing_bracket, significant_tokens
from ogdkg.store.base import Chain, QueryDataset, Rule

_TEMPORARY = tuple(Iri(f"urn:ogdkg:deriving:{name}") for name in ("read", "before", "stage", "link", "chain"))
_READ, _BEFORE, _STAGE, _LINK, _CHAIN = _TEMPORARY
_MOST_NAMED = 1000  # graphs that a rule with GRAPH may look into
_SHOWN = 3  # properties told of where an outcome differs
_WITHOUT = "Push without --derive: what the rules derive here is sent then."


class _Insertion(NamedTuple):
    """A rule as an update: the texts before and after the graph that it fills."""

    rule: Rule
    prologue: str
    template: str
    where: str
    reads_graphs: bool
    has_tail: bool

    def text(self, graph: Iri, using: str) -> str:
        filled = f"INSERT {{ GRAPH {to_ntriples(graph)} {self.template} }}"
        return f"{self.prologue} {filled} {using} WHERE {self.where}"


class RemoteRules:
    """The rules of a project, to be run on a server.

    Args:
        graph: The graph of the project.
        remote: The server.
        names: The graphs that it holds, or will hold.

    Raises:
        UsageError: A rule reads statements that no update can name.
    """

    def __init__(self, graph: Graph, remote: RemoteStore, names: Iterable[Name]) -> None:
        self._project, self._remote = graph.project, remote
        self._names = list(names)
        self._of = layers_of_graphs(graph.project)
        self._layers = {
            layer.derived_graph: layer
            for layer in graph.project.layers
            if layer.is_derived and not layer.reasoning and layer.derived_graph in self._names
        }
        self._stages = {name: rules_of(graph.project, layer) for name, layer in self._layers.items()}
        for layer in self._layers.values():
            self._read_by(layer)

    def place(self, name: Name) -> int:
        """Return the place of a graph in the order of writing: a rule reads what stands before."""
        return list(self._layers).index(name) + 1 if name in self._layers else 0

    def derives(self, name: Name) -> bool:
        """Return whether rules that run on the server fill a graph."""
        return name in self._layers

    def run(self, name: Iri, expected: GraphDigest, lines: Lines) -> None:
        """Fill a graph by its rules, and compare it with what they derive here.

        Raises:
            StoreError: The server fails, or derives something else; the graph is as it was before then.
        """
        self._clear()
        self._add(name, _BEFORE)
        try:
            self._fill(name)
            self._check(name, expected, lines)
        except BaseException:  # an interrupt too
            self._remote.delete(name)
            self._add(_BEFORE, name)
            raise
        finally:
            self._clear()

    def _fill(self, name: Iri) -> None:
        """Fill a graph by its rules."""
        named = self._read_by(self._layers[name])
        self._remote.delete(name)
        for each in named:
            self._add(each, _READ)
        for stage in self._stages[name]:
            for chain in stage:
                self._run_chain(chain, [*named, name])
            for target in (name, _READ):
                self._add(_STAGE, target)
            self._remote.delete(_STAGE)

    def _run_chain(self, chain: Chain, named: Sequence[Iri]) -> None:
        """Put what a chain of rules derives into the graph of the stage."""
        for number, link in enumerate(chain, 1):
            target = _LINK if len(chain) > 1 else _STAGE
            for rule in link:
                self._insert(_insertion(rule), target, (_READ, *((_CHAIN,) if number > 1 else ())), named)
            if target == _LINK:
                for each in (_STAGE, _CHAIN):
                    self._add(_LINK, each)
                self._remote.delete(_LINK)
        self._remote.delete(_CHAIN)

    def _insert(self, rule: _Insertion, target: Iri, default: tuple[Iri, ...], named: Sequence[Iri]) -> None:
        listed = tuple(named) if rule.reads_graphs else ()
        if len(listed) > _MOST_NAMED:
            raise LimitError(
                f"The rule looks into more than {_MOST_NAMED:,} graphs.", place=Place(rule.rule.name)
            )
        using = ""
        if self._remote.server.pragmas:  # named in the text
            using = " ".join(f"USING {to_ntriples(each)}" for each in default)
            using += "".join(f" USING NAMED {to_ntriples(each)}" for each in listed)
        dataset = None if using else QueryDataset(default, listed)
        for each in [rule] if self._remote.server.is_exact else _simpler(rule):
            self._remote.update(each.text(target, using), dataset, prefixes=self._project.prefixes)

    def _add(self, one: Iri, other: Iri) -> None:
        pattern = "{{ GRAPH {0} {{ ?s ?p ?o }} }}"
        source, target = pattern.format(to_ntriples(one)), pattern.format(to_ntriples(other))
        self._remote.update(f"INSERT {target} WHERE {source}")

    def _clear(self) -> None:
        for each in _TEMPORARY:
            self._remote.delete(each)

    def _read_by(self, layer: Layer) -> list[Iri]:
        """Return the graphs that the rules of a layer read, without its own."""
        place = list(self._project.layers).index(layer)
        read = {each.name for each in layers_of_rules(self._project, layer)} - {layer.name}
        later = {each.derived_graph for each in self._project.layers[place:] if each.is_derived}
        found = [
            name for name in self._names if self._of.get(name, self._of[None]) in read and name not in later
        ]
        if None in found:
            message = f"The rules of the layer {layer.name} read the unnamed graph, which no update can name."
            raise UsageError(message, hint=_WITHOUT)
        return [name for name in found if name]

    def _check(self, name: Iri, expected: GraphDigest, lines: Lines) -> None:
        """Raise StoreError if a graph holds something else than the rules derive here."""
        found = self._remote.get(name, expected.triples)
        if stored_lines(found, self._remote.server.comparable_literal) == expected:
            return
        here, there = Counter(split(line)[2] for line in lines), Counter(split(line)[2] for line in found)
        differing = sorted(each for each in here | there if here[each] != there[each])
        prefixes = self._project.prefixes
        told = [
            f"{compact(each[1:-1], prefixes) or each} ({here[each]:,} here, {there[each]:,} there)"
            for each in differing[:_SHOWN]
        ]
        of = f" of {', '.join(told)}" if told else ""
        message = (
            f"The rules derive other statements there than here for {name.value}{of or ', as many of each'}."
        )
        raise StoreError(message, place=Place(self._remote.endpoint.shown_url), hint=_WITHOUT)


def check_rules(project: Project) -> None:
    """Raise InputError if a rule of a project makes blank nodes, or cannot be written as an update."""
    for _, rule in all_rules(project):
        _insertion(rule)


def _insertion(rule: Rule) -> _Insertion:
    """Return a rule as an update.

    Raises:
        InputError: It makes blank nodes, which no two runs have in common, or has a form that no update has.
    """
    text, tokens = rule.text, significant_tokens(rule.text)
    at = next(number for number, token in enumerate(tokens) if token.is_word("CONSTRUCT"))
    prologue = text[: tokens[at].start]
    template = _braces(text, tokens, at + 1) if tokens[at + 1].text == "{" else ""
    start = next(
        number
        for number in range((closing_bracket(tokens, at + 1) or at) + 1 if template else at + 1, len(tokens))
        if tokens[number].text == "{"
    )
    where, end = _braces(text, tokens, start), closing_bracket(tokens, start) or start
    _refuse(rule, _blank(tokens[at:start] if template else tokens[start:end]), "makes blank nodes")
    _refuse(rule, next((t for t in tokens if t.is_word("BNODE")), None), "makes blank nodes")
    _refuse(rule, next((t for t in tokens[at:start] if t.is_word("FROM")), None), "names its graphs by FROM")
    _refuse(rule, next((t for t in tokens[end:] if t.is_word("GROUP", "HAVING")), None), "groups its rows")
    tail = text[tokens[end + 1].start :] if end + 1 < len(tokens) else ""
    body = f"{{ SELECT * {where} {tail}\n}}" if tail else where
    reads_graphs = any(token.is_word("GRAPH") for token in tokens)
    return _Insertion(rule, prologue, template or where, body, reads_graphs, bool(tail))


def _simpler(insertion: _Insertion) -> list[_Insertion]:
    """Return a rule as an update for each way through its UNIONs, with which a server errs."""
    if insertion.has_tail:
        return [insertion]
    query = read_query(insertion.rule.text, insertion.rule.name)
    marks = re.compile(rf"BIND\(1 AS \?{re.escape(query.unused)}\w*\)")
    plans = map(plan_of, branches_of(query))
    return [insertion._replace(where=f"{{ {marks.sub('', plan.strands[0].inside)} }}") for plan in plans]


def _braces(text: str, tokens: Sequence[Token], start: int) -> str:
    end = closing_bracket(tokens, start)
    assert end is not None, "the rule has run here"
    return text[tokens[start].start : tokens[end].start + 1]


def _blank(tokens: Iterable[Token]) -> Token | None:
    return next((token for token in tokens if token.kind == "blank" or token.text in ("[", "(")), None)


def _refuse(rule: Rule, token: Token | None, what: str) -> None:
    if token is not None:
        message = f"The rule {what}, so it cannot run on a server with the outcome that it has here."
        raise InputError(message, place=Place.in_text(rule.text, token.start, rule.name), hint=_WITHOUT)
