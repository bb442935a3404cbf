"""Linked data and its pages: an IRI answers with a description, or with a page for people.

Imports `web.protocol` for the figures of a graph; `pages.py` is the only door to Jinja.
Start reading at `linked.py`.
"""
