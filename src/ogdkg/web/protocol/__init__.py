"""The standards that programs speak: SPARQL 1.1 Protocol, Graph Store Protocol, Service Description and VoID.

Imports `web.processes` for the shape of questions and answers. Start reading at `sparql.py`.
"""
