"""Acceptance questions: stored queries with their expected rows, run as tests.

May import `exchange`, `search`, `graph` and below. Start reading at `questions.py`.
"""
