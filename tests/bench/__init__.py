"""How fast we are, beside our peers: `python -m tests.bench` measures it, run by hand (docs/benchmark.md)."""
