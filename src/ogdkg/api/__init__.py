"""The Python face of the tool: `open_graph`, and things and answers as Python objects.

May import everything but `cli`. Start reading at `things.py`.
"""
