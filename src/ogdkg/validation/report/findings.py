"""Turns validation results into findings: rule, severity, message, hint, and the reasons beneath."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ogdkg.validation.core.results import Finding, Related, Result, Severity, Term
from ogdkg.validation.core.vocabulary import SH
from ogdkg.validation.report.hints import Advice, Adviser
from ogdkg.validation.report.messages import message, rule
from ogdkg.validation.report.shape_names import ShapeNames, path_text


def findings(
    results: Iterable[Result], shape_names: ShapeNames, adviser: Adviser, *, is_advised: bool = True
) -> tuple[Finding, ...]:
    """One finding a result, in the order of the results, which `messages.worded` has given their words.

    Where they are not advised, they do not say what to do: a report that has no words for it need not wait.
    """
    writer = _Writer(shape_names, adviser, is_advised=is_advised)
    return tuple(writer.finding(result) for result in results)


class _Writer:
    """Makes findings of results, and of the results that are their details."""

    def __init__(self, shape_names: ShapeNames, adviser: Adviser, *, is_advised: bool) -> None:
        self.shape_names = shape_names
        self._is_advised = is_advised
        self.adviser = adviser
        self.shapes = shape_names.shapes
        self._paths: dict[Term, str] = {}  # which many results have in common
        self._languages: Counter[tuple[Term | None, ...]] = Counter()

    def finding(self, result: Result) -> Finding:
        """The finding of a result."""
        advice = self._advice(result)
        return Finding(
            rule=rule(result),
            severity=Severity.of(result.severity),
            message=message(result, self.adviser.names.languages),
            focus=result.focus,
            path=self._path(result.path) if result.path else None,
            value=result.value,
            hint=advice.hint,
            paste=advice.paste,
            result=result,
            shape=self.shape_names.of(result.shape),
            details=self._details(result),
            related=tuple(map(Related, advice.related)),
            fixes=advice.fixes,
        )

    def _path(self, path: Term) -> str:
        if path not in self._paths:
            self._paths[path] = path_text(path, self.shapes, self.adviser.names)
        return self._paths[path]

    def _advice(self, result: Result) -> Advice:
        if result.component != SH.UniqueLangConstraintComponent:
            return self.adviser.on(result) if self._is_advised else Advice()
        key = result.focus, result.path, result.shape
        self._languages[key] += 1
        return self.adviser.on_language(result, self._languages[key] - 1)

    def _details(self, result: Result) -> tuple[Finding, ...]:
        if not result.details:
            return ()
        members = self.shape_names.members(result)
        owned = [(detail, self.shape_names.owner(detail, members)) for detail in result.details]
        owned.sort(key=lambda each: len(members) if each[1] is None else members.index(each[1]))
        return tuple(self._detail(detail, member, members) for detail, member in owned)

    def _detail(self, result: Result, member: Term | None, members: list[Term]) -> Finding:
        """A reason, which begins with what the inner shape says of itself, if its part says nothing."""
        found = self.finding(result)
        named = None if member is None else self.shape_names.as_member(member, members)
        if member is None or member == result.shape or self.shapes.values(result.shape, SH.message):
            return replace(found, member=named)
        said = [each for each in self.shapes.values(member, SH.message) if hasattr(each, "language")]
        own = message(replace(result, messages=tuple(said)), self.adviser.names.languages) if said else ""
        return replace(found, member=named, message=f"{own}: {found.message}" if own else found.message)
