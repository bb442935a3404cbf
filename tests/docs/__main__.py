"""Write the generated parts of the documentation anew: `python -m tests.docs`."""

from __future__ import annotations

from tests.docs import figures, man, notebooks, ontology, picture, queries, reference, rooms, settings

if __name__ == "__main__":
    figures.write_until_stable()
    reference.write()
    man.write()
    queries.write()
    picture.write()
    ontology.write()
    rooms.write()
    settings.write()
    notebooks.write()
