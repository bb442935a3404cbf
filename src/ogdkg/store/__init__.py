"""Engines: siblings that know only the protocol in `base`."""
