"""Limits on what a document may cost an engine, checked in one linear pass before the engine parses it."""
