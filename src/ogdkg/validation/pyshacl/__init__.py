"""The only door to pySHACL: a child process that validates graphs, and its client.

May import `validation.core` and `validation.data`. Start reading at `client.py`.
"""
