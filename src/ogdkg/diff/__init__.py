"""Two revisions of a graph compared: files from disk or git, blank nodes aligned, changes in words.

May import `store`, `syntax` and `rdf`. Start reading at `compare.py`.
"""
