"""Views for people: tables, lists, profiles, explanations and differences, as text, Markdown or HTML.

May import any operation; imports no other view of `render` but tables. Start reading at `table.py`.
"""
