"""Validation of a graph against shapes: right by the specification, fast by SPARQL, and pointing at the line.

Imports everything but `render`, `api` and `cli`. Start reading at `operation.py`.
"""
