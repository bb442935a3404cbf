"""Files on disk: matching patterns, reading with limits, decompressing, naming, and replacing atomically.

May import `rdf`, `errors` and `text`. Start reading at `atomic.py` and `globs.py`.
"""
