"""Reads a reply that is not a stream although one was requested: an answer as JSON, an error, or a web page."""

import json
import re

from reply_chunks import ReplyNotes
from reply_protocols import OPENAI, Protocol

QUOTE_CHARS_MAX = 500
WEB_PAGE = re.compile(r"<(?:!doctype\s+html|!--|html|head|body|title|meta|script|style)\b", re.IGNORECASE)
TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,300})", re.IGNORECASE)
DONE = b"data: [DONE]\n\n"
# The runner maps these types to its own codes (`apps/runner/src/failure.ts`).
WEB_PAGE_TYPE = "aideator.web_page_received"
BROKEN_TYPE = "aideator.stream_broken"
NO_ANSWER_TYPE = "aideator.no_answer"


def event(value: object) -> bytes:
    return b"data: " + json.dumps(value, separators=(",", ":")).encode() + b"\n\n"


def own_failure(kind: str, message: str) -> dict:
    return {"type": kind, "message": message}


def parsed(data: str | bytes) -> object:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def values_of(text: str) -> list | None:
    """The JSON values of a body, or of its lines. None if any part is not JSON."""
    whole = parsed(text)
    if whole is not None:
        return whole if isinstance(whole, list) else [whole]
    values = [parsed(line) for line in text.splitlines() if line.strip()]
    return None if None in values else values


def stream_of_body(body: bytes, notes: ReplyNotes, protocol: Protocol) -> bytes:
    """Converts a body into an event stream: an answer becomes chunks, anything else a failure that quotes it."""
    text = body.decode(errors="replace").strip()
    if WEB_PAGE.match(text):
        title = TITLE.search(text)
        words = f'Its title is "{title[1].strip()}".' if title else text[:QUOTE_CHARS_MAX]
        notes.fail(own_failure(WEB_PAGE_TYPE, words))
        return b""
    values = values_of(text) or []
    records = [each for each in values if isinstance(each, dict)]
    chunks = [event(chunk) for chunk in (protocol.read(each, notes) for each in records) if chunk is not None]
    if notes.failure is None and (len(records) < len(values) or not notes.says_something):
        notes.fail(own_failure(NO_ANSWER_TYPE, f"The server sent no answer but: {text[:QUOTE_CHARS_MAX]}"))
    return b"".join(chunks) + (DONE if notes.failure is None and protocol is OPENAI else b"")
