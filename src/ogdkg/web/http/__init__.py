"""What all requests and answers need: reading with limits, negotiation, errors, logs and figures.

Imports nothing of `web` but itself. Start reading at `request.py`.
"""
