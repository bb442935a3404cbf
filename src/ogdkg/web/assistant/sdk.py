"""The only door to the library that speaks the Model Context Protocol: over pipes, and over HTTP.

What is answered comes from elsewhere, in plain values, so that nothing here knows of a graph.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any

from mcp import types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server
from mcp.shared.exceptions import MCPError

from ogdkg import __version__
from ogdkg.web.assistant.listing import BASE, INSTRUCTIONS, PROMPTS, TEMPLATES, TOOLS

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

    from ogdkg.web.http.request import Receive, Scope, Send

# Of, name, arguments, and the address of the server: see `Assistant.told`.
Tell = Callable[[str, str, Mapping[str, Any], str], Awaitable[dict[str, Any]]]
_READ_ONLY = types.ToolAnnotations(read_only_hint=True, open_world_hint=False)
_NO_RESOURCE = -32602  # invalid params, as the protocol has it since 2026


def new_server(tell: Tell) -> Server[Any]:
    """Return a server of the protocol.

    Args:
        tell: Answers.
    """
    handlers = _Handlers(tell)
    return Server(
        "ogdkg",
        version=__version__,
        title="Cited knowledge graph",
        instructions=INSTRUCTIONS,
        on_list_tools=handlers.tools,
        on_call_tool=handlers.call,
        on_list_resources=handlers.resources,
        on_list_resource_templates=handlers.templates,
        on_read_resource=handlers.read,
        on_list_prompts=handlers.prompts,
        on_get_prompt=handlers.prompt,
        on_completion=handlers.complete,
    )


class _Handlers:
    """What answers each method of the protocol."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    async def tools(self, ctx: Any, params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return types.ListToolsResult(
            tools=[
                types.Tool(
                    name=name,
                    title=tool.title,
                    description=tool.description,
                    input_schema=dict(tool.takes),
                    output_schema=dict(tool.gives),
                    annotations=_READ_ONLY,
                )
                for name, tool in TOOLS.items()
            ]
        )

    async def call(self, ctx: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        told = await self._tell("tool", params.name, params.arguments or {}, _base(ctx))
        return types.CallToolResult(
            content=[types.TextContent(type="text", text=told["text"])],
            structured_content=told["data"],
            is_error=told["error"],
        )

    async def resources(
        self, ctx: Any, params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        cursor = (params and params.cursor) or ""
        told = await self._tell("resources", cursor, {}, _base(ctx))
        listed = [types.Resource(**each) for each in told["resources"]]
        return types.ListResourcesResult(resources=listed, next_cursor=told["next"])

    async def templates(
        self, ctx: Any, params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        listed = [
            types.ResourceTemplate(uri_template=uri, name=name, description=description, mime_type=kind)
            for uri, name, description, kind in TEMPLATES
        ]
        return types.ListResourceTemplatesResult(resource_templates=listed)

    async def read(self, ctx: Any, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        told = await self._tell("resource", str(params.uri), {}, _base(ctx))
        if "fault" in told:
            raise MCPError(_NO_RESOURCE, told["fault"])
        content = types.TextResourceContents(uri=params.uri, mime_type=told["mime_type"], text=told["text"])
        return types.ReadResourceResult(contents=[content])

    async def prompts(self, ctx: Any, params: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
        listed = [
            types.Prompt(
                name=name,
                title=each.title,
                description=each.description,
                arguments=[
                    types.PromptArgument(name=each.takes[0], description=each.takes[1], required=True)
                ],
            )
            for name, each in PROMPTS.items()
        ]
        return types.ListPromptsResult(prompts=listed)

    async def prompt(self, ctx: Any, params: types.GetPromptRequestParams) -> types.GetPromptResult:
        prompt = PROMPTS.get(params.name)
        if prompt is None:
            raise MCPError(_NO_RESOURCE, f"There is no such prompt. There are: {', '.join(PROMPTS)}.")
        value = (params.arguments or {}).get(prompt.takes[0], "").strip()
        if not value:
            raise MCPError(_NO_RESOURCE, f"The prompt needs the argument {prompt.takes[0]!r}.")
        content = types.TextContent(type="text", text=prompt.text.replace("{}", value))
        message = types.PromptMessage(role="user", content=content)
        return types.GetPromptResult(description=prompt.description, messages=[message])

    async def complete(self, ctx: Any, params: types.CompleteRequestParams) -> types.CompleteResult:
        uri = getattr(params.ref, "uri", "")
        kind = next((name for template, name, *_ in TEMPLATES if template == uri), "")
        values: list[str] = []
        if kind or (getattr(params.ref, "name", "") == "portrait"):
            arguments = {"begun": params.argument.value}
            values = (await self._tell("completion", kind or "thing", arguments, _base(ctx)))["values"]
        return types.CompleteResult(completion=types.Completion(values=values))


def _base(ctx: Any) -> str:
    """The address of the server that a request came to; empty over pipes."""
    request = ctx.request
    base: str = request.scope.get(BASE, "") if request is not None else ""
    return base


def run_on_pipes(tell: Tell) -> None:
    """Speak the protocol on standard input and output until the input ends."""

    async def run() -> None:
        server = new_server(tell)
        async with stdio_server() as (read, write):
            await server.run(read, write, server.create_initialization_options())

    asyncio.run(run())


class HttpDoor:
    """An ASGI application that answers each request by itself, in JSON; no session is kept.

    Host and Origin are checked before: the library knows no proxies.

    Args:
        tell: Answers.
        most_body: The bytes that a request may have.
    """

    def __init__(self, tell: Tell, most_body: int) -> None:
        manager: Any = importlib.import_module("mcp.server.streamable_http_manager")
        self._manager: StreamableHTTPSessionManager = manager.StreamableHTTPSessionManager(
            new_server(tell), json_response=True, stateless=True, max_request_body_size=most_body
        )
        self._is_open = asyncio.Event()
        self._running = asyncio.create_task(self._run())

    async def _run(self) -> None:
        """Hold open what answers, in one task, as the library wants it."""
        async with self._manager.run():
            self._is_open.set()
            await asyncio.Event().wait()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._is_open.wait()
        await self._manager.handle_request(scope, receive, send)

    async def close(self) -> None:
        """End what answers."""
        self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._running
