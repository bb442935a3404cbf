"""Text on its way out: one escape for each kind of output, so that no stranger's text commands it.

Imports nothing of ours. Start reading at `escape.py`.
"""
