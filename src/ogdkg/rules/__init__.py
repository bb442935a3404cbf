"""The rules of a layer: CONSTRUCT queries, and rules of SHACL compiled to them.

May import `validation.core`, `store` and what is below them. Start reading at `program.py`.
"""
