"""The validation of a graph on a server: what may fail is asked there, and judged here page by page.

May import `validation.prefilter` and below. Start reading at `in_place.py`.
"""
