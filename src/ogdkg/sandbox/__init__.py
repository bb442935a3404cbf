"""Work on what strangers wrote, done in a process that can be stopped, that reaches no network and that may
crash without harm. Knows nothing of graphs.

May import `errors`, `files` and `text`. Start reading at `child.py`.
"""
