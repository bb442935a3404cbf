"""Rules of SHACL compiled: each becomes one CONSTRUCT query, into which its focus nodes are joined.

So they run under the guard and the clock of any rule, and `why` traces them as it does any rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import Any

from pyoxigraph import Store

from ogdkg.errors import InputError, Place, all_of
from ogdkg.files.names import shown_path
from ogdkg.files.text import read_bytes
from ogdkg.rules.constructs import construct_of
from ogdkg.rules.focus import focus_pattern
from ogdkg.rules.queries import uncompiled
from ogdkg.rules.reading import RuleFiles
from ogdkg.rules.triples import combined
from ogdkg.sparql.guard import LONGEST
from ogdkg.sparql.spelling import readable
from ogdkg.store.base import Rule, Stage
from ogdkg.validation.core.advanced import Rule as ShapeRule
from ogdkg.validation.core.advanced import check_advanced, entailments, rules
from ogdkg.validation.core.components import check_components
from ogdkg.validation.core.parameters import check_parameters
from ogdkg.validation.core.queries import check_patterns, checked_queries
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes, ShapesError
from ogdkg.validation.core.vocabulary import RDF, RDFS, SH, short

_NO_RULES = "Give a shape a sh:rule, or take the file out of the rules of the layer."
_TOO_MUCH = "Use smaller conditions, or divide the rules among layers."
_TOLD = (RDFS.label, RDFS.comment)


def compiled(paths: Sequence[Path], contexts: Mapping[str, Path]) -> list[Stage]:
    """The rules of the shapes in some files, as stages.

    Shapes run by their sh:order, and the rules of a shape by theirs; what is of one order does not see what
    the others of that order infer (https://www.w3.org/TR/shacl-af/#rules-execution).

    Args:
        paths: The files.
        contexts: The files of JSON-LD contexts, by their addresses.

    Raises:
        InputError: The shapes or a rule of theirs are ill-formed, or a rule uses what cannot be compiled.
    """
    return _compiled(
        tuple((path, read_bytes(path, shown_path(path))) for path in paths), tuple(contexts.items())
    )


@lru_cache(maxsize=8)  # each question of `ogdkg test` and each layer of `why` asks again
def _compiled(
    contents: tuple[tuple[Path, bytes], ...], contexts: tuple[tuple[str, Path], ...]
) -> list[Stage]:
    files = RuleFiles(contents, dict(contexts))
    if not any(SH.rule in said or SH["values"] in said for said in files.shapes.about.values()):
        place = Place(shown_path(contents[0][0]))
        raise InputError("The shapes have no rules.", place=place, hint=_NO_RULES)
    try:
        _check(files.shapes)
        return [list(_chains(files, [*same])) for same in _by_order(files.shapes, _ruled(files.shapes))]
    except ShapesError as error:
        raise all_of([files.fault(each) for each in error.faults or (error,)]) from error


def _check(shapes: Shapes) -> None:
    """Raise ShapesError for what is ill-formed, as `ogdkg validate` does."""
    check_parameters(shapes)
    shapes.check()
    check_advanced(shapes)
    check_components(shapes)
    check_patterns(shapes)
    checked_queries(shapes)
    for regime in entailments(shapes) - {SH.Rules}:
        node = next(node for node, said in shapes.about.items() if regime in said.get(SH.entailment, ()))
        raise ShapesError(f"The rules ask for the entailment regime {short(regime)}.", node, "Leave it out.")


def _ruled(shapes: Shapes) -> dict[Term, list[ShapeRule]]:
    found: dict[Term, list[ShapeRule]] = {}
    for rule in rules(shapes):
        found.setdefault(rule.shape, []).append(rule)
    return found


def _chains(files: RuleFiles, shapes: Iterable[tuple[Term, list[ShapeRule]]]) -> Iterator[list[list[Rule]]]:
    """The rules of each shape, in links of one order."""
    for _, ruled in shapes:
        links = [[*same] for same in _by_order(files.shapes, {rule.node: rule for rule in ruled})]
        chain = [[found for _, rule in link if (found := _query(files, rule))] for link in links]
        yield [link for link in chain if link]


def _by_order(shapes: Shapes, known: dict[Term, Any]) -> Iterator[Iterator[tuple[Term, Any]]]:
    def order(entry: tuple[Term, Any]) -> Decimal:
        value = shapes.value(entry[0], SH.order)
        return Decimal(value.value) if value else Decimal(0)

    return (same for _, same in groupby(sorted(known.items(), key=order), key=order))


def _query(files: RuleFiles, rule: ShapeRule) -> Rule | None:
    """The query of a rule; None for one of a shape without targets."""
    shapes = files.shapes
    path, line = files.place(rule.node)
    try:
        focus = focus_pattern(shapes, rule)
        if focus is None:
            return None
        is_query = SH.SPARQLRule in shapes.values(rule.node, RDF.type)
        text = construct_of(shapes, rule.node, focus) if is_query else combined(shapes, rule.node, focus)
        files.written += len(text)
        if files.written > LONGEST:
            raise uncompiled(f"More than {LONGEST:,} characters of SPARQL", rule.node, _TOO_MUCH)
        _check_text(text, rule.node)
    except ShapesError as error:
        known = error.node if files.place(error.node)[1] else rule.node
        raise ShapesError(error.message, known, error.hint) from error
    told = (each.value for name in _TOLD for each in shapes.values(rule.node, name))
    name = f"{shown_path(path)}:{line}" if line else shown_path(path)
    return Rule(name, text, path, line, next(told, ""))


def _check_text(text: str, node: Term) -> None:
    """Raise ShapesError where the engine does not read a query; that finds nothing in an empty store."""
    try:
        Store().query(readable(text))
    except SyntaxError as error:
        raise uncompiled("The query of a rule", node) from error
    except (RuntimeError, ValueError):
        pass  # it parses
