"""Drafts of things: a form made from the shapes of a class, and what it is filled with as canonical TriG.

Imports `render` for what a passage and a graph look like in Turtle. Start reading at `form.py`.
"""
