"""The Python API: `open_graph`, and resources and results as Python objects.

May import everything but `cli`. Start reading at `things.py`.
"""
