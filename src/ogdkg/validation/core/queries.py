"""The queries of a shapes graph: what each of them has to be, checked before any node is looked at.

A query that cannot be parsed, or that SHACL forbids, is a failure whatever the data are
(https://www.w3.org/TR/shacl/#SPARQLConstraintComponent, https://www.w3.org/TR/shacl/#pre-binding).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeGuard

from pyoxigraph import Literal, NamedNode, QuerySolutions, Store

from ogdkg.errors import InputError, Place
from ogdkg.rdf.namespaces import prefix_lines
from ogdkg.rdf.terms import local_name
from ogdkg.sparql.guard import refuse_unsafe
from ogdkg.sparql.reader import read_query
from ogdkg.sparql.spelling import readable
from ogdkg.sparql.tokens import (
    Token,
    closing_bracket,
    joined_text,
    query_type,
    significant_tokens,
    undeclared,
    unused,
)
from ogdkg.sparql.tree import visible
from ogdkg.validation.core.components import VALIDATORS
from ogdkg.validation.core.results import Term
from ogdkg.validation.core.shapes import Shapes, ShapesError
from ogdkg.validation.core.vocabulary import SH, XSD

FORMS = {SH.select: "SELECT", SH.ask: "ASK", SH.construct: "CONSTRUCT"}
# Whose rows are the results: https://www.w3.org/TR/shacl/#sparql-constraints-syntax, section 6.2.3, and the
# targets of https://www.w3.org/TR/shacl-af/#SPARQLTarget
PROJECTS_THIS = (SH.sparql, SH.nodeValidator, SH.propertyValidator, SH.target)
PREBOUND = frozenset({"this", "shapesGraph", "currentShape"})
OPTIONAL_PREBOUND = frozenset({"shapesGraph", "currentShape"})
_FORBIDDEN = ("MINUS", "VALUES")
_NOT_ALLOWED = "SHACL appendix A forbids MINUS, VALUES and SERVICE; try FILTER NOT EXISTS, or IN (…)."
_STEP = "<p:p>"  # stands for $PATH, and is as long, so that columns stay
_OPENING, _CLOSING = "([{", ")]}"
_NOTHING = Token("sign", "", 0)
_POSITION = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
# The sentences among the terminals that the parser expects.
_REASON = re.compile(r"[A-Z]\w+(?: [\w.,']+)+")
_DECLARE = 'Declare it by sh:declare [ sh:prefix "{}" ; sh:namespace … ] of a node that sh:prefixes names.'
_NO_FLAGS = Literal("")
_PATTERN_HINT = "Patterns are those of XPath: https://www.w3.org/TR/xpath-functions-31/#regex-syntax"
_NAMESPACE_HINT = "Each value of sh:declare needs one sh:prefix and one sh:namespace."


@dataclass(frozen=True, slots=True)
class ShapesQuery:
    """A query of the shapes graph, and what SHACL asks of it.

    Attributes:
        node: The node that has the query.
        predicate: The property that it is a value of: sh:select or sh:ask.
        text: The query as its author wrote it, without prologue.
        prefixes: The prefixes that it may use.
        prebound: The variables that may be bound beforehand; none where SHACL says nothing of them.
        projects_this: Whether it must return $this.
    """

    node: Term
    predicate: NamedNode
    text: str
    prefixes: dict[str, str] = field(hash=False)
    prebound: frozenset[str] = frozenset()
    projects_this: bool = False

    @property
    def name(self) -> str:
        """How messages call the query."""
        return f"sh:{self.predicate.value.removeprefix(SH.base)}"

    @property
    def prologue(self) -> str:
        """The prefixes as SPARQL declares them, one on each line."""
        return prefix_lines(self.prefixes)

    @property
    def readable(self) -> str:
        """The query with a step in the place of $PATH."""
        tokens = [token for token in significant_tokens(self.text) if token.is_variable("PATH")]
        text = self.text
        for token in tokens:
            text = f"{text[: token.start]}{_STEP}{text[token.start + len(_STEP) :]}"
        return text

    def fault(
        self, message: str, offset: int | None = None, hint: str | None = None, *, near: bool = False
    ) -> ShapesError:
        """The error for this query: `message` follows its name, `offset` is in the author's text."""
        where = "" if offset is None else f" {'near' if near else 'at'} {_spot(self.text, offset)}"
        return ShapesError(f"The query in {self.name} {message}{where}.", self.node, hint)


def checked_queries(shapes: Shapes, *, with_rules: bool = True) -> list[ShapesQuery]:
    """Every query of the shapes graph; a deactivated one too, which may be activated again.

    Args:
        shapes: The shapes.
        with_rules: Whether rules are going to run, so that their queries matter.

    Raises:
        ShapesError: One of them is no query, not of its form, or one that SHACL forbids.
    """
    _check_declarations(shapes)
    found = list(_queries(shapes, FORMS if with_rules else (SH.select, SH.ask)))
    store = Store()
    for query in found:
        _check(query, store)
    return found


def faults_of_rules(shapes: Shapes) -> Iterator[tuple[Term, ShapesError]]:
    """The rules whose query cannot be used, with the reason."""
    store = Store()
    for node in [node for node, said in shapes.about.items() if SH.construct in said]:
        said = shapes.about[node][SH.construct]
        try:
            text = _text(node, SH.construct, said, said[0])
            _check(ShapesQuery(node, SH.construct, text, prefixes(shapes, node)), store)
        except ShapesError as error:
            yield node, error


def check_patterns(shapes: Shapes) -> None:
    """Raise ShapesError for a sh:pattern or sh:flags that is none, https://www.w3.org/TR/shacl/#PatternConstraintComponent."""
    for node, said in shapes.about.items():
        for pattern in said.get(SH.pattern, ()):
            for flags in said.get(SH.flags, (_NO_FLAGS,)):
                _check_pattern(node, pattern, flags)


def _check_pattern(node: Term, pattern: Term, flags: Term) -> None:
    from ogdkg.sparql import regex  # only where there are patterns

    if not (_is_string(pattern) and _is_string(flags)):
        message = "A value of sh:pattern or sh:flags is not a string."
        raise ShapesError(message, node, "Write it in quotes.", SH.pattern, pattern)
    try:
        regex.check(pattern.value, flags.value)
    except regex.PatternError as error:
        message = (
            f"The pattern in sh:pattern does not parse at character {error.offset + 1}: {error.message}."
        )
        raise ShapesError(message, node, _PATTERN_HINT, SH.pattern, pattern) from error


def _is_string(term: Term) -> TypeGuard[Literal]:
    return isinstance(term, Literal) and term.datatype == XSD.string


def prefixes(shapes: Shapes, node: Term) -> dict[str, str]:
    """The prefixes a query may use, as pyshacl collects them: also those of every ontology in the shapes.

    No prefix is known unless declared, https://www.w3.org/TR/shacl/#sparql-prefixes.
    """
    found: dict[str, str] = {}
    ontologies = shapes.ontologies
    for source in shapes.values(node, SH.prefixes):
        declared = shapes.values(source, SH.declare)
        if not declared or source not in ontologies:
            declared = [*(d for each in ontologies for d in shapes.values(each, SH.declare)), *declared]
        for each in declared:
            name, namespace = shapes.value(each, SH.prefix), shapes.value(each, SH.namespace)
            if isinstance(name, Literal) and isinstance(namespace, Literal | NamedNode):
                found[name.value] = namespace.value
    return found


def _check_declarations(shapes: Shapes) -> None:
    """Raise for a declaration without prefix or namespace, or for two namespaces of one prefix.

    https://www.w3.org/TR/shacl/#sparql-prefixes
    """
    users = [node for node, said in shapes.about.items() if FORMS.keys() & said.keys()]
    for source in dict.fromkeys(each for node in users for each in shapes.values(node, SH.prefixes)):
        known: dict[str, str] = {}
        for each in shapes.values(source, SH.declare):
            names, namespaces = shapes.values(each, SH.prefix), shapes.values(each, SH.namespace)
            if len(names) != 1 or len(namespaces) != 1 or not isinstance(names[0], Literal):
                raise ShapesError("A declaration of a prefix is not complete.", source, _NAMESPACE_HINT)
            name, namespace = names[0].value, namespaces[0].value
            if [token.kind for token in significant_tokens(f"{name}:")] != ["name"]:
                raise ShapesError(f"{name!r} cannot be a prefix.", source, "Use letters and digits.")
            if known.setdefault(name, namespace) != namespace:
                message = f"The prefix {name}: is declared for two namespaces."
                raise ShapesError(message, source, "Declare it once; owl:imports brings in others.")


def _queries(shapes: Shapes, predicates: Iterable[NamedNode]) -> Iterator[ShapesQuery]:
    used: dict[Term, set[NamedNode]] = {}
    components: dict[Term, list[Term]] = {}
    for subject, said in shapes.about.items():
        for predicate in (*VALIDATORS, SH.sparql, SH.target):
            for node in said.get(predicate, ()):
                used.setdefault(node, set()).add(predicate)
                components.setdefault(node, []).append(subject)
    for node in (node for node, roles in used.items() if SH.sparql in roles):
        if not shapes.values(node, SH.select):
            message = "A constraint in SPARQL has no query."
            raise ShapesError(message, components[node][0], "Add sh:select.", SH.sparql, node)
    for node, said in shapes.about.items():
        roles = used.get(node, set())
        prebound = _prebound(shapes, roles, components.get(node, ()))
        for predicate in predicates:
            for value in said.get(predicate, ()):
                yield ShapesQuery(
                    node,
                    predicate,
                    _text(node, predicate, said[predicate], value),
                    prefixes(shapes, node),
                    prebound,
                    predicate == SH.select and not roles.isdisjoint(PROJECTS_THIS),
                )


def _text(node: Term, predicate: NamedNode, values: Sequence[Term], value: Term) -> str:
    name = f"sh:{predicate.value.removeprefix(SH.base)}"
    if len(values) > 1:
        raise ShapesError(
            f"There are {len(values)} values of {name} where one is allowed.", node, None, predicate
        )
    if not _is_string(value):
        message = f"The value of {name} is not a string."
        raise ShapesError(message, node, "Write the query in quotes.", predicate, value)
    return value.value


def _prebound(shapes: Shapes, roles: set[NamedNode], components: Sequence[Term]) -> frozenset[str]:
    """The variables that are potentially pre-bound in a constraint or a validator, sections 5.3.1 and 6.3."""
    if not roles - {SH.target}:
        return frozenset()
    if roles.isdisjoint(VALIDATORS):
        return PREBOUND
    paths = [
        path
        for component in components
        for parameter in shapes.values(component, SH.parameter)
        for path in shapes.values(parameter, SH.path)
    ]
    names = {local_name(path.value) for path in paths if isinstance(path, NamedNode)}
    return PREBOUND | names | ({"value"} if SH.validator in roles else set())


def _check(query: ShapesQuery, store: Store) -> None:
    """Raise ShapesError where a query is not what SHACL asks for."""
    try:
        refuse_unsafe(query.text)
    except InputError as error:
        raise ShapesError(error.message, query.node, error.hint) from error
    text = query.readable
    words = significant_tokens(text)
    _check_form(query, words)
    _check_brackets(query, words)
    if token := undeclared(words, query.prefixes):
        prefix = token.text.partition(":")[0]
        raise query.fault(f"uses an undeclared prefix, {prefix}:,", token.start, _DECLARE.format(prefix))
    if query.prebound:
        _check_prebinding(query, words)
    variables = _parsed(query, text, words, store)
    if query.projects_this and "this" not in variables:
        hint = "Begin with SELECT $this; its rows are the focus nodes (SHACL 5.2.1)."
        raise query.fault("does not return $this", hint=hint)


def _check_form(query: ShapesQuery, words: list[Token]) -> None:
    asked, found = FORMS[query.predicate], query_type(words)
    if found is not None and found != asked:
        raise query.fault(f"is of the form {found}, where {query.name} takes {asked}")


def _check_brackets(query: ShapesQuery, words: list[Token]) -> None:
    opened: list[Token] = []
    for token in words:
        if token.kind != "sign":
            continue
        if token.text in _OPENING:
            opened.append(token)
        elif token.text in _CLOSING:
            if not opened:
                raise query.fault(f"does not parse: nothing opened the bracket {token.text}", token.start)
            last = opened.pop()
            if _OPENING.index(last.text) != _CLOSING.index(token.text):
                raise query.fault(f"does not parse: no {_closing(last)} closes the {last.text}", last.start)
    if opened:
        last = opened[-1]
        raise query.fault(f"does not parse: no {_closing(last)} closes the {last.text}", last.start)


def _closing(opening: Token) -> str:
    return _CLOSING[_OPENING.index(opening.text)]


def _check_prebinding(query: ShapesQuery, words: list[Token]) -> None:
    """Raise for what a query with variables bound beforehand must not have, appendix A."""
    for before, token in pairwise([_NOTHING, *words]):
        if token.is_word(*_FORBIDDEN):
            raise query.fault(f"has {token.text.upper()}, which is not allowed,", token.start, _NOT_ALLOWED)
        if before.is_word("AS") and token.kind == "variable" and token.text[1:] in query.prebound:
            hint = f"${token.text[1:]} is bound beforehand; choose another name (SHACL appendix A)."
            raise query.fault(f"binds {token.text}", token.start, hint)
    _check_subqueries(query, words)


def _check_subqueries(query: ShapesQuery, words: list[Token]) -> None:
    selects = [n for n, token in enumerate(words) if token.is_word("SELECT")]
    for start in selects[1:] if query.predicate == SH.select else selects:
        opening = next(n for n in range(start, len(words)) if words[n].text == "{")
        returned = _projected(words[start + 1 : opening])
        if any(token.text == "*" for token in words[start + 1 : start + 3]):
            returned |= _visible(words[start:], opening - start)
        if missing := query.prebound - OPTIONAL_PREBOUND - returned:
            names = ", ".join(f"${name}" for name in sorted(missing))
            hint = "A subquery must return each variable that is bound beforehand (SHACL appendix A)."
            raise query.fault(f"has a subquery that does not return {names}", words[start].start, hint)


def _visible(words: list[Token], opening: int) -> set[str]:
    """The variables that `SELECT *` returns, the first of the tokens being that SELECT (SPARQL 18.2.1)."""
    closing = closing_bracket(words, opening)
    try:
        select = read_query(joined_text(words[: len(words) if closing is None else closing + 1])).select
    except InputError:
        return set()  # what the reader does not know the engine refuses
    return {name.removeprefix("?") for name in visible(select.where)}


def _projected(words: list[Token]) -> set[str]:
    """The variables of a SELECT clause, those within an expression left out."""
    depth, found = 0, set()
    for before, token in zip([None, *words], words, strict=False):
        depth += token.text == "("
        depth -= token.text == ")"
        if token.kind == "variable" and (depth == 0 or (before and before.is_word("AS"))):
            found.add(token.text[1:])
    return found


def _parsed(query: ShapesQuery, text: str, words: list[Token], store: Store) -> set[str]:
    """The variables that a query returns, once the engine has parsed it.

    Only that: rows are made when they are asked for, and an ASK, which would be answered at once, is asked
    for as a SELECT.
    """
    shift = 0
    ask = next((token for token in words if token.is_word("ASK")), None)
    if ask is not None and query.predicate == SH.ask:
        select = f"SELECT (1 AS ?{unused(words, 'a')})"
        text = f"{text[: ask.start]}{select}{text[ask.start + len(ask.text) :]}"
        shift = len(select) - len(ask.text)
    try:
        answer = store.query(readable(text), prefixes=query.prefixes)
    except SyntaxError as error:
        raise _unparsed(query, error, text, ask, shift) from error
    except (RuntimeError, ValueError):
        return {"this"}  # it parses: a function that the engine does not know is looked for elsewhere
    return {each.value for each in answer.variables} if isinstance(answer, QuerySolutions) else set()


def _unparsed(
    query: ShapesQuery, error: SyntaxError, text: str, ask: Token | None, shift: int
) -> ShapesError:
    found = _POSITION.match(str(error))
    if not found:
        return query.fault("does not parse")
    lines = text.splitlines(keepends=True)
    offset = sum(map(len, lines[: int(found[1]) - 1])) + int(found[2]) - 1
    if shift and ask and offset > ask.start:
        offset = max(offset - shift, ask.start)
    reason = _REASON.search(found[3])
    why = f": {reason[0][0].lower()}{reason[0][1:]}" if reason else ""
    # The engine goes on for some characters before it gives up.
    hint = "Fix the query there, or just before."
    return query.fault(f"does not parse{why}", min(offset, len(query.text)), hint, near=True)


def _spot(text: str, offset: int) -> str:
    place = Place.in_text(text, offset, "")
    return f"line {place.line}, column {place.column}"
