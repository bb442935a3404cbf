"""Files on disk: found by patterns, read within bounds, unpacked, named, and replaced in one step.

May import `rdf`, `errors` and `text`. Start reading at `atomic.py` and `globs.py`.
"""
