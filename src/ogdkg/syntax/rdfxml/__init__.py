"""The reader of RDF/XML: a stream of XML events, and a state for each production of the grammar.

`reader.py` brings the parts together: `encoding.py` turns bytes into UTF-8, `xml.py` into events within
bounds, and `productions.py` events into quads. Clauses are those of RDF 1.1 XML Syntax; what RDF 1.2 adds
is said where it is. Start reading at `reader.py`.
"""

from ogdkg.syntax.rdfxml.reader import RdfXmlReader

__all__ = ["RdfXmlReader"]
