"""The picture of linked things: columns of kinds with lines between them, and the same as a table.

Imports `web.pages` for names and facets, and `web.drawing`. Start reading at `pictures.py`.
"""
