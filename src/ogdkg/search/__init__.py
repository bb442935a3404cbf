"""From words and names to things: labels of things, a full-text index, and the things a name may mean.

May import `graph` and what lies below it. Start reading at `labels.py`, then `search.py`.
"""
