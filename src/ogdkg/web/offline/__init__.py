"""Questions on a site without a server: the files with which a browser answers them on the graph itself.

Imports `web.questions` and `web.editor`. Python decides all that it can beforehand: which statements a
question reads, its text for each way to fill in its form, the names that a field takes, what statements cite.
Start reading at `assets.py`.
"""
