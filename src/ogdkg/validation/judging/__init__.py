"""The judge of SHACL Core: verdicts on focus nodes, straight from the graph, without another process.

What it cannot do (SPARQL, node expressions, components of the shapes' own, what is unusual) it says
beforehand, and pySHACL does it.

May import `validation.core` and `validation.data`. Start reading at `judge.py`.
"""
