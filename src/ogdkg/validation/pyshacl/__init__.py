"""The only door to pySHACL: a child process that judges graphs, and its client here.

May import `validation.core` and `validation.data`. Start reading at `client.py`.
"""
