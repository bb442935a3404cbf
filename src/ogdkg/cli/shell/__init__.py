"""`ogdkg shell`: one process for several questions. Start reading at `loop.py`."""
