"""From results to findings: sentences, places in files, hints, and shapes that found nothing to check.

May import `validation.core`, `.data`, `.prefilter`. Start reading at `findings.py`.
"""
