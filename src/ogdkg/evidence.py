"""Whether the passages say where they stand in their source, and truly so. Prints nothing."""

from __future__ import annotations

from ogdkg.terms import Iri

OGD = "https://w3id.org/ogdkg/ns#"
PASSAGE = Iri(OGD + "Passage")
