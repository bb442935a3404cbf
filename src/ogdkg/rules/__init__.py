"""Rules of SHACL compiled to the CONSTRUCT queries that a layer derives by.

May import `validation.core`, `store` and what is below them. Start reading at `shapes.py`.
"""
