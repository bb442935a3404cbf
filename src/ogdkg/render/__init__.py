"""Views: a value becomes text or bytes. No input, no output.

May import any operation. Start reading at `views/table.py`.
"""
