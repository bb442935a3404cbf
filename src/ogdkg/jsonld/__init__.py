"""The reader of JSON-LD 1.1: a document becomes statements by the algorithms of its specification.

The clauses named in this room are those of JSON-LD 1.1 Processing Algorithms and API. Nothing is fetched: a
context at another address is read from the file that the caller names for it.

May import `files`, `rdf` and `syntax`. Start reading at `document.py`.
"""
