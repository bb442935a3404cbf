"""The Python API: `open_graph`; things, answers and commands as Python objects; magics for notebooks.

May import everything but `web` and `cli`. Start reading at `graph.py`.
"""
