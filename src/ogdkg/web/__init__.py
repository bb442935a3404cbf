"""The web server: SPARQL and named graphs of a project over HTTP.

Workers speak HTTP (`app.py`); answering processes, which can be killed, hold the graph (`keeper.py`). Imports
operations and `render`; granian, which `pip install 'ogdkg[serve]'` brings, only in `server.py`.
Start reading at `server.py`.
"""
