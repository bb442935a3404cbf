"""IRIs that change, in all files of a project: renamed, merged into others, or deprecated.

Imports what reads files by position, and `validation` for what the change would break.
Start reading at `operation.py`.
"""
