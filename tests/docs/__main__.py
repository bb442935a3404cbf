"""Write the generated parts of the documentation anew: `python -m tests.docs`."""

from __future__ import annotations

from tests.docs import picture, queries, reference, rooms

if __name__ == "__main__":
    reference.write()
    queries.write()
    picture.write()
    rooms.write()
