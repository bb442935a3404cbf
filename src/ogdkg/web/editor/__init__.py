"""The query editor: a page for SPARQL of one's own, with its answer, and the terms to write it with.

Imports `web.questions`, whose tables it shows. Start reading at `editor.py`.
"""
