"""What all of a validation shares: results and reports as values, the shapes, the SHACL vocabulary.

May import `rdf` and `errors`. Start reading at `results.py` and `shapes.py`.
"""
