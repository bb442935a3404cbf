"""The web API: stored queries for programs, as plain JSON and in the W3C's formats, with an OpenAPI document.

Imports `web.questions`, which answers the same questions for people. Start reading at `web_api.py`.
"""
