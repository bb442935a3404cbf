"""How many shapes may stand within one another, property shapes too. Imports nothing, as options need it."""

MAX_DEPTH = 500
HIGHEST_MAX_DEPTH = 1_000
MOST_CALLS = (
    20_000  # in one another: pySHACL and what reads its results call themselves some times for a shape
)
