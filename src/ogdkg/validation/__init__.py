"""Validation of a graph against shapes: exact as pyshacl, fast by SPARQL, and pointing at the line."""
