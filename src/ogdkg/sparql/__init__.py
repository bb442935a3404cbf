"""SPARQL as text: tokens, a syntax tree, and the guard that every query passes before an engine.

May import `rdf` and `errors`. Start reading at `tokens.py`.
"""
