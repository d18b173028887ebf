"""Rewrites the body of a provider's reply into a stream that LiteLLM reads correctly.

Lines that are well formed are forwarded byte for byte and at once. Only a body that is not an event stream is read as
a whole, up to a limit. What LiteLLM would drop is kept in `ReplyNotes`.
"""

import asyncio
import json
import re

import httpx
from reply_body import BROKEN_TYPE, DONE, NO_ANSWER_TYPE, QUOTE_CHARS_MAX, event, own_failure, parsed, stream_of_body
from reply_chunks import ReplyNotes, words_of
from reply_protocols import OPENAI, Protocol

BODY_BYTES_MAX = 16 * 1024 * 1024
# The data of one event is parsed again after each of its lines.
EVENT_LINES_MAX = 256
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# After an error the stream is read on for this long, because its usage may follow.
AFTER_ERROR_SECONDS = 1.0
FIELD = re.compile(rb"(?:data|event|id|retry)(?::|$)|:|$")


def failure_event(notes: ReplyNotes) -> bytes:
    """The error in the form that makes LiteLLM count the call as failed. Its parser for Anthropic looks at the outer type."""
    message = words_of(notes.failure)[:QUOTE_CHARS_MAX] or "The provider failed."
    return event({"type": "error", "error": {"message": message}})


class StreamMender:
    """Rewrites an event stream or JSON lines, line by line. `push` returns the bytes that may be forwarded."""

    def __init__(self, notes: ReplyNotes, protocol: Protocol = OPENAI):
        self.notes = notes
        self.protocol = protocol
        self.rest: list[bytes] = []
        self.rest_bytes = 0
        self.data: list[bytes] = []
        self.after_data = False
        self.events = 0
        self.other = ""
        self.is_done = False
        self.is_too_long = False

    def push(self, piece: bytes) -> bytes:
        self.rest.append(piece)
        self.rest_bytes += len(piece)
        if self.rest_bytes > BODY_BYTES_MAX:
            self.is_too_long = True
            self.rest = []
            self.notes.fail(own_failure(BROKEN_TYPE, "An event is over the size limit."))
            return b""
        if b"\n" not in piece and b"\r" not in piece:
            return b""
        lines = b"".join(self.rest).splitlines(keepends=True)
        # A CR at the end may be the first half of CRLF.
        last = b"" if lines[-1].endswith(b"\n") else lines.pop()
        self.rest = [last] if last else []
        self.rest_bytes = len(last) + sum(map(len, self.data))
        return b"".join(map(self.line, lines))

    def end(self) -> bytes:
        lines = b"".join(self.rest).splitlines(keepends=True)
        self.rest = []
        out = b"".join(map(self.line, lines))
        if self.data:
            out += self.line(b"\n")
        return out + b"\n\n" if self.after_data else out

    def line(self, raw: bytes) -> bytes:
        if self.is_done or self.notes.failure is not None and not raw.startswith(b"data"):
            return b""
        line = raw.rstrip(b"\r\n")
        if self.protocol.is_json_lines and line.startswith(b"{"):
            value = parsed(line)
            if value is None:
                self.broken(line)
                return b""
            return self.chunk(value, None)
        if not line.startswith(b"data:"):
            if line == b"" and self.data:
                self.broken(b"\n".join(self.data))
                self.data = []
                return b""
            if line != b"" and not FIELD.match(line) and len(self.other) < QUOTE_CHARS_MAX:
                self.other += line[:QUOTE_CHARS_MAX].decode(errors="replace") + "\n"
            self.after_data = self.after_data and line != b""
            return b"" if self.protocol.is_json_lines else raw
        self.data.append(line[5:].strip())
        data = b"\n".join(self.data)
        if data.upper() == b"[DONE]":
            return self.done(raw)
        if data == b"":
            self.data = []
            return raw
        value = parsed(data)
        if value is None:
            if len(self.data) >= EVENT_LINES_MAX:
                self.broken(data)
                self.data = []
            return b""
        # A server may leave out the blank line between events: each line that is a whole JSON is an event.
        is_single = len(self.data) == 1
        self.data = []
        return self.chunk(value, raw if is_single else None)

    def done(self, raw: bytes) -> bytes:
        self.data = []
        if self.notes.failure is not None:
            return b""
        self.is_done = True
        if self.protocol.is_json_lines:
            return b""
        separator = b"\n" if self.after_data else b""
        self.after_data = False
        if b"[DONE]" not in raw:
            return separator + DONE
        # LiteLLM stops reading here, so the blank line goes along.
        newline = raw[len(raw.rstrip(b"\r\n")) :]
        return separator + (raw + newline if newline else raw + b"\n\n")

    def chunk(self, value: object, raw: bytes | None) -> bytes:
        self.events += 1
        had_failed = self.notes.failure is not None
        if not isinstance(value, dict):
            self.broken(json.dumps(value).encode())
            return b""
        new = self.read(value)
        if had_failed or new is None:
            return b""
        if self.protocol.is_json_lines:
            return json.dumps(new).encode() + b"\n"
        separator = b"\n" if self.after_data else b""
        if new is value and raw is not None:
            self.after_data = True
            return separator + raw
        self.after_data = False
        return separator + event(new)

    def read(self, value: dict) -> dict | None:
        try:
            return self.protocol.read(value, self.notes)
        except Exception:
            # A bug of ours must not end an answer that LiteLLM can read.
            return value

    def broken(self, data: bytes) -> None:
        words = data[:QUOTE_CHARS_MAX].decode(errors="replace")
        self.notes.fail(own_failure(BROKEN_TYPE, f"The gateway sent a malformed chunk: {words}"))


async def mended_stream(pieces, notes: ReplyNotes, protocol: Protocol = OPENAI):
    """Yields what LiteLLM should read in place of `pieces`, as it arrives. An error is the last event, or is raised
    where the protocol has no events."""
    pieces = aiter(pieces)
    start = b""
    async for piece in pieces:
        # Servers may send nothing but blank lines for minutes, to keep the connection open.
        start = (start + piece).lstrip().removeprefix(BYTE_ORDER_MARK).lstrip()
        if start and not BYTE_ORDER_MARK.startswith(start):
            break
    whole = b"[<" if protocol.is_json_lines else b"{[<"
    if start and start[:1] in whole:
        parts, size = [start], len(start)
        async for piece in pieces:
            parts.append(piece)
            size += len(piece)
            if size > BODY_BYTES_MAX:
                break
        yield stream_of_body(b"".join(parts), notes, protocol)
    else:
        async for part in mended_events(start, pieces, StreamMender(notes, protocol)):
            yield part
    if notes.failure is None:
        return
    if protocol.is_json_lines:
        raise httpx.ReadError(words_of(notes.failure)[:QUOTE_CHARS_MAX])
    yield failure_event(notes)


async def mended_events(start: bytes, pieces, mender: StreamMender):
    notes = mender.notes
    out = mender.push(start)
    if out:
        yield out
    while notes.failure is None:
        piece = await anext(pieces, None)
        out = mender.end() if piece is None else mender.push(piece)
        if out:
            yield out
        if piece is None:
            note_the_end(mender, notes)
            return
    if not mender.is_too_long:
        await read_on(mender, pieces)


async def read_on(mender: StreamMender, pieces) -> None:
    """Reads what follows an error, only for its usage."""
    try:
        async with asyncio.timeout(AFTER_ERROR_SECONDS):
            async for piece in pieces:
                mender.push(piece)
    except (TimeoutError, httpx.HTTPError):
        pass


def note_the_end(mender: StreamMender, notes: ReplyNotes) -> None:
    """A stream that just stops is a failure: LiteLLM would make up a finish reason."""
    if mender.is_done or notes.finish is not None or notes.failure is not None:
        return
    if mender.events == 0 and mender.other:
        notes.fail(own_failure(NO_ANSWER_TYPE, f"The server sent no answer but: {mender.other.strip()}"))
        return
    where = "without a finish reason" if notes.text else "before its first token"
    notes.fail(own_failure(BROKEN_TYPE, f"The stream ended {where}."))
