"""Sheets of things: made from the shapes of a class, edited in a spreadsheet program, and read again.

Imports `drafting` for what the shapes ask, and `renaming` for the judgement of files that change.
Start reading at `operation.py`.
"""
