"""The web server: SPARQL, named graphs and linked data of a project over HTTP.

Workers speak HTTP (`app.py`); answering processes, which can be killed, hold the graph (`keeper.py`). Imports
operations and `render`; of what `pip install 'ogdkg[serve]'` brings, granian in `server.py` and Jinja in
`pages/pages.py`.
Start reading at `server.py`.
"""
