"""A graph project on disk: its `ogdkg.toml`, layers, endpoints, and whether the user trusts it.

May import `config`, `files` and `rdf`; parses no RDF. Start reading at `project.py`.
"""
