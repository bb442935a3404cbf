"""The graph on its way in and out: exports, conversions, and pushes to a SPARQL server.

May import `evidence`, `graph` and what lies below them. Start reading at `export.py`.
"""
