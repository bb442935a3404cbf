"""Stored queries as pages: a form each, its answer as a table with sources, and the same for other clients.

Imports `web.pages`. Start reading at `questions.py`.
"""
