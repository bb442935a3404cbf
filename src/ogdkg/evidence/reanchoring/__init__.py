"""Finds the passages of a document again in a new version of it, and edits the files that describe them.

May import `evidence.documents` and `syntax`. Start reading at `operation.py`.
"""
