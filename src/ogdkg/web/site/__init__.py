"""A site without a server: the pages of a graph as plain files, for any host of files.

Imports the server's answers (`web.answers`), and writes what they would say into a folder.
Start reading at `site.py`.
"""
