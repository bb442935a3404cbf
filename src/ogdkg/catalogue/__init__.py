"""Stored queries: a SPARQL file with a header becomes a named, typed and documented command.

May import `config`, `project`, `sparql` and `store.pattern`. Start reading at `catalogue.py`.
"""
