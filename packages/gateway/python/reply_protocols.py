"""The streams that providers send, and what LiteLLM's parsers need to read them.

OpenAI-compatible servers need the most care (`reply_chunks.py`). LiteLLM reads the text of the other protocols
correctly, but it takes a broken stream for a finished answer and turns finish reasons that it does not know into "stop".
"""

from collections.abc import Callable
from dataclasses import dataclass

from reply_chunks import FINISH_REASONS, ReplyNotes, error_of, first_record, mended, record_or


@dataclass(frozen=True)
class Protocol:
    """One kind of stream."""

    # Notes what a chunk contains. Returns what LiteLLM should read, or None if the chunk contains only an error.
    read: Callable[[dict, ReplyNotes], dict | None]
    # Finish reasons that LiteLLM translates correctly.
    known_finishes: frozenset[str]
    # LiteLLM reads one JSON per line, without the fields of an event stream.
    is_json_lines: bool = False


def note(notes: ReplyNotes, text: object, finish: object) -> None:
    if isinstance(text, str):
        notes.add_text(text)
    if isinstance(finish, str) and finish:
        notes.finish = finish
    notes.says_something = notes.says_something or bool(text or finish)


def failed(value: dict, notes: ReplyNotes) -> bool:
    error = error_of(value, {})
    if error is not None:
        notes.fail(error)
    return error is not None


def read_anthropic(value: dict, notes: ReplyNotes) -> dict | None:
    if failed(value, notes):
        return None
    delta = record_or(value.get("delta"))
    note(notes, delta.get("text"), delta.get("stop_reason"))
    return value


def read_gemini(value: dict, notes: ReplyNotes) -> dict | None:
    if failed(value, notes):
        return None
    candidate = first_record(value.get("candidates"))
    part = first_record(record_or(candidate.get("content")).get("parts"))
    is_blocked = bool(record_or(value.get("promptFeedback")).get("blockReason"))
    note(notes, part.get("text"), "SAFETY" if is_blocked else candidate.get("finishReason"))
    return value


def read_cohere(value: dict, notes: ReplyNotes) -> dict | None:
    delta = record_or(value.get("delta"))
    message = record_or(delta.get("message"))
    finish = delta.get("finish_reason")
    if value.get("type") == "message-end" and finish in ("ERROR", "TIMEOUT"):
        words = delta.get("error") or f'The provider ended the answer with "{finish}".'
        notes.fail({"message": str(words)})
        return None
    if failed(value, notes):
        return None
    note(notes, record_or(message.get("content")).get("text"), finish)
    # LiteLLM looks for the end under other names than Cohere sends.
    return {"event": "message-end", "data": value} if value.get("type") == "message-end" else value


def read_ollama(value: dict, notes: ReplyNotes) -> dict | None:
    if failed(value, notes):
        return None
    text = value.get("response") or record_or(value.get("message")).get("content")
    note(notes, text, (value.get("done_reason") or "stop") if value.get("done") is True else None)
    return value


OPENAI = Protocol(mended, FINISH_REASONS)
ANTHROPIC = Protocol(read_anthropic, frozenset("end_turn stop_sequence max_tokens tool_use refusal".split()))
GEMINI = Protocol(
    read_gemini,
    frozenset(
        "STOP MAX_TOKENS SAFETY RECITATION BLOCKLIST PROHIBITED_CONTENT SPII IMAGE_SAFETY IMAGE_PROHIBITED_CONTENT".split()
    ),
)
COHERE = Protocol(read_cohere, frozenset("COMPLETE STOP_SEQUENCE MAX_TOKENS ERROR_TOXIC".split()), is_json_lines=True)
OLLAMA = Protocol(read_ollama, frozenset(("stop", "length")), is_json_lines=True)

PROTOCOLS = (
    ("/chat/completions", OPENAI),
    ("/v1/messages", ANTHROPIC),
    (":streamGenerateContent", GEMINI),
    ("/v2/chat", COHERE),
    ("/api/chat", OLLAMA),
    ("/api/generate", OLLAMA),
)


def protocol_of(path: str) -> Protocol | None:
    """The protocol of the API at this path; None if its streams are forwarded unchanged."""
    return next((protocol for end, protocol in PROTOCOLS if path.endswith(end)), None)
