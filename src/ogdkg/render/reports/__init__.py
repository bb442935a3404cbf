"""A validation report in each of its formats: one module a format, chosen by name in `reports.py`.

May import `validation.core`. Start reading at `reports.py`.
"""
