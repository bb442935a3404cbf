"""Describe a new one: the form of a class, and what it is filled with as TriG and as text of a pull request.

Imports `drafting` and `web.checking`. Start reading at `describing.py`.
"""
