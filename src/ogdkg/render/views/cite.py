"""Writes a citation as plain text, BibTeX and CSL-JSON.

https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html
"""

from __future__ import annotations

import re

from ogdkg.evidence.bibliography import Work
from ogdkg.text.escape import json_text, one_line, tex


def plain(work: Work) -> str:
    """Return a citation as one line."""
    authors = _listed(work.authors)
    version = f", version {work.version}" if work.version else ""
    whole = f"{work.title}{version}"
    title = f"“{work.part}”. In: {whole}" if work.part else whole
    stated = f" Stated {work.statement}." if work.statement else ""
    license_ = f" Licence: {work.license}." if work.license else ""
    year = f" ({work.year})" if work.issued else ""
    return one_line(f"{authors}{year}. {title}. {work.part_iri or work.iri}.{stated}{license_}") + "\n"


def bibtex(work: Work) -> str:
    """Return a BibTeX entry; braces keep each author's name whole."""
    fields = {
        "author": " and ".join(f"{{{tex(author)}}}" for author in work.authors),
        "title": f"{{{tex(work.part or work.title)}}}",
        "booktitle": f"{{{tex(work.title)}}}" if work.part else "",
        "publisher": f"{{{tex(work.publisher)}}}" if work.publisher else "",
        "year": tex(work.year),
        "month": str(work.date[1]) if len(work.date) > 1 else "",
        "version": tex(work.version),
        "url": re.sub(r"[{}\\]", lambda sign: f"%{ord(sign[0]):02X}", one_line(work.part_iri or work.iri)),
        "note": tex(f"Stated {work.statement}") if work.statement else "",
    }
    kind = "incollection" if work.part else "misc"
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{kind}{{{re.sub(r'[^A-Za-z0-9:-]', '', work.key)},\n{lines}}}\n"


def csl_json(work: Work) -> str:
    """Return a CSL-JSON list with one item."""
    item = {
        "id": work.key,
        "type": "entry" if work.part else "dataset",
        "title": work.part or work.title,
        "container-title": work.title if work.part else "",
        "author": [{"literal": author} for author in work.authors],
        "publisher": work.publisher,
        "issued": {"date-parts": [list(work.date)]} if work.date else {"literal": work.issued},
        "version": work.version,
        "URL": work.part_iri or work.iri,
        "license": work.license,
        "note": f"Stated {work.statement}" if work.statement else "",
    }
    kept = {name: value for name, value in item.items() if value and (name != "issued" or work.issued)}
    return json_text([kept]) + "\n"


def _listed(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
