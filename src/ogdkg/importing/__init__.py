"""A table of facts becomes files of a layer, by a mapping that a project keeps.

May import `graph`, `search` and what lies below them. Start reading at `operation.py`.
"""
