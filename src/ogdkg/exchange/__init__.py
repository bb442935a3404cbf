"""Exports, conversions and uploads of the graph to a SPARQL server.

May import `evidence`, `graph` and what lies below them. Start reading at `export.py`.
"""
