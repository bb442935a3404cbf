"""RDF stores: interchangeable engines behind the protocol in `base`, and their cache on disk.

May import `sparql`, `project` and `rdf`. Start reading at `base.py`.
"""
