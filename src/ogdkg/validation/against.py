"""Contradictions that reasoning meets, as findings: each at a statement that a file makes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ogdkg.rdf import terms
from ogdkg.reasoning.closure import Closure
from ogdkg.store.codec import ox_term
from ogdkg.validation.core.results import Finding, Severity
from ogdkg.validation.report.names import short

_HINT = "One of these statements is wrong, or the axiom is. `ogdkg why` tells from what one follows."


def contradictions(closure: Closure, severity: Severity, prefixes: Mapping[str, str]) -> Iterator[Finding]:
    """Yield a finding for each contradiction.

    Args:
        closure: What follows, and the contradictions.
        severity: The severity of the findings.
        prefixes: The prefixes for names in their messages.
    """
    for step in closure.contradictions:
        words = "; ".join(" ".join(short(ox_term(term), prefixes) for term in each) for each in step.premises)
        message = (
            f"The statements contradict each other ({step.rule} of {step.regime}: {step.says}): {words}."
        )
        subject, predicate, value = map(ox_term, _stated(step.premises[-1], closure))
        triple = (subject, predicate, value)
        yield Finding("Contradiction", severity, message, subject, hint=_HINT, triple=triple)


def _stated(triple: terms.Triple, closure: Closure) -> terms.Triple:
    """A statement of the data from which another follows: rules have their premises of data last."""
    while triple in closure.steps:  # each step stands on what was there before it
        triple = closure.steps[triple].premises[-1]
    return triple
