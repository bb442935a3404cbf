"""Pictures that the server draws: a world of countries in shades, and columns of linked things.

Imports nothing of `web`, and knows no graph: it takes names, numbers and addresses.
Start reading at `world.py`.
"""
