"""A cited knowledge graph, and the tool that keeps it true, fast and usable."""

__version__ = "0.1.0"
