"""The document as a page: its lines, how many facts each yields, and the facts of one.

Imports `web.pages`. Start reading at `document.py`.
"""
