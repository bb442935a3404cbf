"""Configuration files: TOML and YAML whose keys know their lines, so that every error can name one.

May import `errors`, `files` and `text`. Start reading at `config_file.py`.
"""
