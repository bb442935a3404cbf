"""What an assistant may ask of a graph, by the Model Context Protocol (https://modelcontextprotocol.io).

Ten tools that only read, a resource for each question and each thing, and prompts. An answer is text and
structure; both cite, and say from which layer. `sdk` alone knows the library that speaks the protocol.

May import `web.questions`, `web.api`, `web.checking` and below. Start reading at `assistant.py`.
"""
