"""Finding resources by name or keyword: labels, name resolution, and a full-text index.

May import `graph` and what lies below it. Start reading at `labels.py`, then `search.py`.
"""
