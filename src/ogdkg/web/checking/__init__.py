"""Check your own: a text that somebody sends, judged as `ogdkg validate` judges a file, and not kept.

Imports `validation`, `render.reports` and `web.pages`. Start reading at `checking.py`.
"""
