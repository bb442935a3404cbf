"""Small queries, answered where HTTP is spoken: no process is asked, and none need be ended.

A worker has no graph that it could query. It looks into a file of what is said about each thing, in blocks
of which the size is known before one is read. So it knows beforehand that an answer is small; whatever may
not be goes to an answering process, which can be killed.

Imports `web.processes`. Start reading at `lane.py`.
"""
