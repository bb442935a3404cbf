"""The lineage of answers: which triples a query's solutions rest on, and which graphs state those."""
