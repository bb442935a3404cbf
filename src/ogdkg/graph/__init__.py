"""An open graph: a project's layers loaded into an engine, derived by rules, asked in SPARQL.

May import the rooms of engines, servers and stored queries below it. Start reading at `graph.py`.
"""
