"""Stored queries: a SPARQL file with a header becomes a named, typed, documented command."""
