"""SPARQL endpoints: the protocols, credentials, each product's quirks, and the manifest of a push.

May import `store`, `project` and below. Start reading at `protocol.py`.
"""
