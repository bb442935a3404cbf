"""The command line: the only place that prints and exits.

May import everything. Start reading at `main.py`, then `commands/show.py`.
"""
