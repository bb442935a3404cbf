"""The map of countries: the answer of a stored query by place, narrowed by its other columns and by date.

Imports `web.questions` for the graphs that stored queries read. Start reading at `maps.py`.
"""
