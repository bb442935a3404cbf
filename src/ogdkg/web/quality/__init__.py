"""How good a graph is, as a page: validation, coverage, doubts, links, questions, and figures with history.

Imports `web.pages` and `web.document`. What takes long is measured in a process of its own, once a version.
Start reading at `quality.py`.
"""
