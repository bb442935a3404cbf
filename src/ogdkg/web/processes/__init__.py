"""Processes that hold the graph, answer in frames over sockets, and can be killed.

Imports `web.http`. Start reading at `answerer.py`; how they are forked is in `origin.py`.
"""
