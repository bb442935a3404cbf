"""What `ogdkg init` writes: a project that passes its own checks, from nothing or around existing data.

May import `importing`, `evidence` and what they stand on. Start reading at `starter.py`.
"""
