"""RDF terms, statements, formats and the bounds of documents, without an engine.

May import `errors` and `text`. Start reading at `terms.py`.
"""
