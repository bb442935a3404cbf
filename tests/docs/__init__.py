"""The documentation, made and checked: `python -m tests.docs` writes what is generated in it."""
