"""Imports a table of facts into the files of a layer, using a mapping file.

May import `graph`, `search` and what lies below them. Start reading at `operation.py`.
"""
