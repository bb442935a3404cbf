"""SPARQL servers: the protocols, credentials, each product's quirks, and what was pushed there.

May import `store`, `project` and below. Start reading at `protocol.py`.
"""
