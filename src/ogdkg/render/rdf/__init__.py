"""Writers of RDF: statements become Turtle, TriG, JSON-LD, RDF/XML or CSV tables.

May import `rdf`, `store` and `exchange`. Start reading at `writers.py`.
"""
