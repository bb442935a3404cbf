"""The data, shapes and ontology of a validation: read from files or a server, kept with their lexical forms.

May import `validation.core`. Start reading at `reading.py` and `graph.py`.
"""
