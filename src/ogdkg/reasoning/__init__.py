"""What follows from statements by RDFS or OWL 2 RL, with the rule and the premises of each.

May import `store` and what is below it. Start reading at `closure.py`.
"""
