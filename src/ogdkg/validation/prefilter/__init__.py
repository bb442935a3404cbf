"""The prefilter: selects with SPARQL the focus nodes that may fail, so that pyshacl can skip the others.

A shape becomes conditions that over-approximate: every node that fails is selected, a selected node may still
pass. What SPARQL cannot decide for sure counts as "may fail".

May import the rooms of `validation` before it. Start reading at `prefilter.py`.
"""
