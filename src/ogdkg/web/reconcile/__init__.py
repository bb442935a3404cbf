"""The Reconciliation Service API: names in others' tables are matched to things, for OpenRefine and its kind.

Speaks versions 0.1 and 0.2 of https://www.w3.org/community/reports/reconciliation/, and the draft of 1.0.
Imports `reconciling`, which finds the things. Start reading at `reconciliation.py`.
"""
