"""Engines: siblings that know only the protocol in `base`.

May import `sparql`, `project` and `rdf`. Start reading at `base.py`.
"""
