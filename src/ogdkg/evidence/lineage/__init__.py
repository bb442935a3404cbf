"""The lineage of query results: which triples the solutions of a query are derived from."""
