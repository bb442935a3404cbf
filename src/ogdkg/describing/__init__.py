"""Describes something new, or what is there, value by value: what is typed, and where it goes.

Imports `drafting` for the forms, `renaming` and `sheets` for edits in place. Start reading at `operation.py`.
"""
