"""Where statements come from: passages, citations, rules, other sources, and what is missing.

May import `search`, `graph` and what lies below them. Start reading at `citations.py`.
"""
