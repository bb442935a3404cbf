"""What a change can touch: the focus nodes whose verdicts may differ from those of an earlier revision.

May import `diff` and the rooms of `validation` before it. Start reading at `touched.py`.
"""
