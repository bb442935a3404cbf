"""Names in a table become things: candidates with scores, and what is accepted of them.

Imports `search` and `remote`. Start reading at `matching.py`.
"""
