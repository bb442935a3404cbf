"""The manifest of the service: what it offers, and where."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ogdkg import __version__
from ogdkg.project.project import Project
from ogdkg.rdf.terms import RDFS
from ogdkg.reconciling.known import Known
from ogdkg.web.reconcile.requested import MOST_QUERIES

PATH = "/reconcile"
WIDTH, HEIGHT = 420, 240  # pixels of a preview
DRAFT = "1.0-draft"
KINDS = ("entity", "property", "type")
# What a data extension may be asked with, by the name of each setting.
_SETTINGS = (
    ("limit", "number", 0, "Limit", "How many values of a thing to return; 0 for all"),
    ("lang", "text", "", "Language", "Only texts in this language, such as fr, and those without one"),
)


def manifest(project: Project, known: Known, base: str) -> Mapping[str, Any]:
    """Return the manifest, section 3.1 of version 0.2, which clients of 0.1 read too."""
    here = f"{base}{PATH}"
    return {
        "versions": ["0.1", "0.2"],
        **_about(project, base),
        "identifierSpace": project.resource_namespace or f"{base}/describe?iri=",
        "schemaSpace": f"{RDFS}Class",
        "defaultTypes": [known.named(each) for each in known.default_types],
        "view": {"url": f"{base}/describe?iri={{{{id}}}}"},
        "feature_view": {"url": f"{here}#{{{{id}}}}"},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", "width": WIDTH, "height": HEIGHT},
        "suggest": {
            kind: {
                "service_url": here,
                "service_path": f"/suggest/{kind}",
                "flyout_service_url": here,
                "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
            }
            for kind in KINDS
        },
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/properties"},
            "property_settings": [
                {"name": name, "type": of, "default": usual, "label": label, "help_text": said}
                for name, of, usual, label, said in _SETTINGS
            ],
        },
        "batchSize": MOST_QUERIES,
    }


def draft_manifest(project: Project, known: Known, base: str) -> Mapping[str, Any]:
    """Return the manifest of the draft of version 1.0."""
    return {
        "versions": ["0.1", "0.2", DRAFT],
        **_about(project, base),
        "defaultTypes": [known.named(each) for each in known.default_types],
        "view": {"url": f"{base}/describe?iri={{id}}"},
        "featureView": {"url": f"{base}{PATH}#{{id}}"},
        "preview": {"width": WIDTH, "height": HEIGHT},
        "suggest": dict.fromkeys(KINDS, True),
        "extend": {
            "proposeProperties": True,
            "propertySettings": [
                {"id": name, "type": of, "default": usual, "name": label, "helpText": said}
                for name, of, usual, label, said in _SETTINGS
            ],
        },
        "batchSize": MOST_QUERIES,
        "standardizedScore": True,
    }


def _about(project: Project, base: str) -> Mapping[str, str]:
    name = project.title or project.name
    return {"name": name, "documentation": f"{base}{PATH}", "serviceVersion": f"ogdkg {__version__}"}
