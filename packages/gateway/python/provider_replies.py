"""Passes unusual replies of providers through LiteLLM without changing what they mean.

Two halves work on one call. The transport rewrites the provider's stream before LiteLLM parses it (`reply_stream.py`).
`async_post_call_streaming_iterator_hook` restores what LiteLLM drops: the provider's finish reason, usage, sources, and
error message.

LiteLLM documents the hook. It has no documented hook below its parser, so this module wraps a method of its transports:
aiohttp's, and httpx's where `DISABLE_AIOHTTP_TRANSPORT` is set.
`replies.gateway.test.ts` fails when a release of LiteLLM moves that method.
"""

from contextvars import ContextVar

import httpx
from litellm.integrations.custom_logger import CustomLogger
from litellm.llms.custom_httpx.aiohttp_transport import LiteLLMAiohttpTransport
from reply_chunks import ReplyNotes
from reply_protocols import Protocol, protocol_of
from reply_stream import event, mended_stream

CHAT_CALLS = ("completion", "acompletion")
COUNTS = (("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens"))
STREAM_HEADERS = ("content-encoding", "content-length", "content-type", "transfer-encoding")

# The notes of the call that the current task serves; None for a call without a stream.
notes_of_call: ContextVar[list[ReplyNotes] | None] = ContextVar("notes_of_call", default=None)


class MendedBody(httpx.AsyncByteStream):
    def __init__(self, response: httpx.Response, notes: ReplyNotes, protocol: Protocol):
        self.response = response
        self.notes = notes
        self.protocol = protocol

    async def __aiter__(self):
        async for part in mended_stream(self.response.aiter_bytes(), self.notes, self.protocol):
            yield part

    async def aclose(self) -> None:
        await self.response.aclose()


def wrap_transport(transport: type[httpx.AsyncBaseTransport]) -> None:
    send = transport.handle_async_request
    if getattr(send, "mends_replies", False):
        return

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await send(self, request)
        calls = notes_of_call.get()
        protocol = protocol_of(request.url.path)
        if calls is None or protocol is None or response.status_code != 200:
            return response
        # LiteLLM may send a request again: only the notes of the last reply count.
        calls[:] = [ReplyNotes(known_finishes=protocol.known_finishes)]
        headers = [(name, value) for name, value in response.headers.multi_items() if name not in STREAM_HEADERS]
        return httpx.Response(
            response.status_code,
            headers=[*headers, ("content-type", "text/event-stream")],
            stream=MendedBody(response, calls[0], protocol),
            request=request,
            extensions=response.extensions,
        )

    handle_async_request.mends_replies = True
    transport.handle_async_request = handle_async_request


def is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def is_complete(usage: dict | None) -> bool:
    return usage is not None and all(any(is_count(usage.get(name)) for name in names) for names in COUNTS)


def chunk_with(**members: object) -> bytes:
    return event({"id": "chatcmpl-aideator", "object": "chat.completion.chunk", "choices": [], **members})


def sources_of(notes: ReplyNotes) -> list[bytes]:
    sources, notes.sources = notes.sources, []
    return [chunk_with(**each) for each in sources]


def end_of(calls: list[ReplyNotes]) -> list[bytes]:
    """The events to send after LiteLLM's last chunk."""
    if not calls:
        return []
    notes = calls[0]
    events = sources_of(notes)
    if is_complete(notes.usage):
        events.append(chunk_with(usage=notes.usage))
    if notes.failure is not None:
        # LiteLLM would turn an error in the first event into a status and keep only a part of it.
        events += [b": the provider failed\n\n", event({"error": notes.failure})]
    return events


def restored(chunk, notes: ReplyNotes):
    """The chunk with the provider's finish reason and without LiteLLM's usage. None if nothing is left of it."""
    choices = getattr(chunk, "choices", None) or []
    for choice in choices:
        if choice.finish_reason and notes.finish and notes.finish not in notes.known_finishes:
            choice.finish_reason = notes.finish
    if getattr(chunk, "usage", None) is None or not is_complete(notes.usage):
        return chunk
    chunk.usage = None
    says_something = any(choice.finish_reason or choice.delta.model_dump(exclude_none=True) for choice in choices)
    return chunk if says_something else None


def outgoing(chunk, calls: list[ReplyNotes]) -> list:
    """Returns what the caller gets for one chunk of LiteLLM."""
    if not calls:
        return [chunk]
    kept = restored(chunk, calls[0])
    return sources_of(calls[0]) + ([] if kept is None else [kept])


class ProviderReplies(CustomLogger):
    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        notes_of_call.set([] if call_type in CHAT_CALLS and data.get("stream") is True else None)
        return data

    async def async_post_call_streaming_iterator_hook(self, user_api_key_dict, response, request_data):
        calls = notes_of_call.get()
        if calls is None:
            async for chunk in response:
                yield chunk
            return
        try:
            async for chunk in response:
                for each in outgoing(chunk, calls):
                    yield each
        except Exception:
            for each in end_of(calls):
                yield each
            # LiteLLM counts the call as failed. The runner uses the first error of a stream.
            raise
        for each in end_of(calls):
            yield each


provider_replies = ProviderReplies()
wrap_transport(LiteLLMAiohttpTransport)
wrap_transport(httpx.AsyncHTTPTransport)
