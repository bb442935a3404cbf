"""Whether a value stands in the words of a passage: names, numbers, dates, addresses as they are printed.

Knows texts and terms alone, no graph. May import `rdf`. Start reading at `text.py`.
"""
