"""The rules of a layer as CONSTRUCT queries, and in which order they run.

A file of RDF holds rules of SHACL (https://www.w3.org/TR/shacl-af/#rules), any other file one query.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ogdkg.files.names import shown
from ogdkg.files.text import read_text
from ogdkg.rdf.formats import FOR_RDF, by_extension
from ogdkg.rules.model import Program, RuleQuery, Stage
from ogdkg.store import base as store

if TYPE_CHECKING:
    from ogdkg.project.project import Layer, Project


def rules_of(project: Project, layer: Layer) -> Program:
    """The rules of a layer, stage by stage: a stage sees what those before it derive.

    The files of RDF are one shapes graph, whose rules run where the first of them is named.

    Raises:
        InputError: A file cannot be read, or holds a rule that is ill-formed or cannot be compiled.
    """
    paths = project.files(layer.rules)
    of_shapes = [path for path in paths if is_shapes(path)]
    stages: list[Stage] = []
    for path in paths:
        if path not in of_shapes:
            stages.append([[[RuleQuery(path, read_text(path, shown(path)))]]])
        elif path == of_shapes[0]:
            from ogdkg.rules.shapes import compiled  # few projects have such rules

            stages += compiled(of_shapes, project.context_files)
    return stages


def is_shapes(path: Path) -> bool:
    """Whether a file of rules is RDF."""
    return by_extension(path, FOR_RDF) is not None


def queries(rules: Program) -> list[RuleQuery]:
    """All rules, in their order."""
    return [rule for stage in rules for chain in stage for link in chain for rule in link]


def stages(rules: Program) -> list[store.Stage]:
    """The rules as a store runs them."""
    return [
        [[[(rule.name, rule.text) for rule in link] for link in chain] for chain in stage] for stage in rules
    ]
