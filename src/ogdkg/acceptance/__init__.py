"""Acceptance questions: stored queries with the rows that they must give, run as tests.

May import `exchange`, `search`, `graph` and below. Start reading at `questions.py`.
"""
