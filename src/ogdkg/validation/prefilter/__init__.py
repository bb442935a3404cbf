"""Narrowing: which focus nodes may fail, found with SPARQL, so that pyshacl need not look at the others.

A shape becomes conditions that over-approximate: a node that fails is always found, a node that is found may
still pass. What SPARQL cannot tell for sure counts as "may fail".

May import the rooms of `validation` before it. Start reading at `prefilter.py`.
"""
