"""What a server cannot tell: how a literal was written, where it keeps its value alone."""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import Literal

from ogdkg.rdf import terms
from ogdkg.rdf.datatypes import is_well_typed
from ogdkg.remote.servers import Server
from ogdkg.validation.core.results import Result, ResultFilter, Term
from ogdkg.validation.core.shapes import Shapes
from ogdkg.validation.core.vocabulary import SH

_OF_FORM = (
    SH.PatternConstraintComponent,
    SH.MinLengthConstraintComponent,
    SH.MaxLengthConstraintComponent,
)
_OF_VALUE = (SH.InConstraintComponent, SH.HasValueConstraintComponent)


class LexicalFormFilter(ResultFilter):
    """Knows the results at one server that may not be results at the files."""

    def __init__(self, server: Server, shapes: Shapes) -> None:
        self._server = server
        self._shapes = shapes
        self._kinds: dict[str, None] = {}

    def __call__(self, result: Result) -> bool:
        """Whether a result does not hang on how the server has rewritten a literal."""
        if result.component == SH.NodeConstraintComponent and result.details:
            return bool(list(filter(self, result.details)))  # of which each tells its kind
        doubted = next(filter(None, map(self._kind, self._rewritten(result))), None)
        if doubted:
            self._kinds[doubted] = None
        return doubted is None

    def notices(self) -> Iterator[str]:
        """One sentence for all kinds of literals that were asked what the server cannot tell."""
        for said in self._shapes.about.values():
            for wanted in said.get(SH.datatype, ()):
                if kind := self._server.rewrites.get(getattr(wanted, "value", "")):
                    self._kinds[kind] = None
        if kinds := sorted(self._kinds):
            listed = f"{', '.join(kinds[:-1])} and {kinds[-1]}" if len(kinds) > 1 else kinds[0]
            yield (
                f"The server keeps {listed} by value, so how the files write them (01, 1.0) was not judged: "
                "validate the files for that."
            )

    def _rewritten(self, result: Result) -> Iterator[Literal]:
        """The literals of a result that may have been written so that there is none."""
        value, shape = result.value, result.shape
        if result.component in _OF_FORM and isinstance(value, Literal):
            yield value
        elif result.component in _OF_VALUE:
            wanted = [*self._shapes.values(shape, SH.hasValue)]
            for head in self._shapes.values(shape, SH["in"]):
                wanted += self._shapes.items(head)
            yield from (each for each in wanted if isinstance(each, Literal) and self._may_be(each, value))
        elif result.component == SH.DatatypeConstraintComponent and isinstance(value, Literal):
            for each in self._shapes.values(shape, SH.datatype):
                if is_well_typed(value.value, each.value):
                    meant = Literal(value.value, datatype=each)
                    yield from [meant] if self._may_be(meant, value) else []

    def _may_be(self, meant: Literal, value: Term | None) -> bool:
        """Whether the server gives the value for the literal that was meant, but not as itself."""
        kept = self._kept(meant)
        if value is None:
            return kept != _own(meant)
        return isinstance(value, Literal) and value != meant and kept == self._kept(value)

    def _kept(self, literal: Literal) -> terms.Literal:
        return self._server.stored_literal(_own(literal))

    def _kind(self, literal: Literal) -> str | None:
        return self._server.rewrites.get(literal.datatype.value)


def _own(literal: Literal) -> terms.Literal:
    return terms.Literal(literal.value, literal.datatype.value, literal.language or "")
