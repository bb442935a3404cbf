"""Keeps the answers of commands, and gives one again as long as all that it was made of is as it was.

Imports no other room: every command waits for this. Start reading at `answers.py`.
"""
