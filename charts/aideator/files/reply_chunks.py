"""Reads the chunks of an OpenAI-compatible server and rewrites those that LiteLLM would misread.

A chunk that LiteLLM reads correctly is returned as the same object, so that its bytes are forwarded unchanged. `ReplyNotes`
keeps what LiteLLM drops: the finish reason, the usage and the sources as the provider sent them, and an error. The
runner applies the same rules to a server that it calls directly (`apps/runner/src/chunk.ts`, `content.ts`).
"""

import json
import re
from dataclasses import dataclass, field

REASONING_TYPE = re.compile("think|reason|thought", re.IGNORECASE)
# LiteLLM reads the first two itself when they are text.
REASONING_KEYS = ("reasoning_content", "reasoning", "thinking", "reasoning_details", "thinking_blocks")
PLAIN_REASONING_KEYS = REASONING_KEYS[:2]
INNER_KEYS = ("text", "thinking", "reasoning", "summary", "content", "value")
DEPTH_MAX = 4
SOURCE_KEYS = (
    "citations",
    "search_results",
    "annotations",
    "citation",
    "groundingMetadata",
    "grounding_metadata",
    "groundingChunks",
    "grounding_chunks",
    "web_search_results",
    "sources",
)
SOURCES_CHARS_MAX = 256 * 1024
ERROR_CHARS_MAX = 64 * 1024
# The text so far is kept to recognise a message that repeats it; longer texts are not compared.
TEXT_CHARS_MAX = 2 * 1024 * 1024
WHOLE_CHARS_MIN = 4


# LiteLLM turns every other finish reason into one of these, and one that it does not know into "stop".
FINISH_REASONS = frozenset("stop length tool_calls function_call content_filter".split())


@dataclass
class ReplyNotes:
    """The parts of one reply that LiteLLM would drop."""

    # Finish reasons of the provider's protocol that LiteLLM translates correctly.
    known_finishes: frozenset[str] = FINISH_REASONS
    finish: str | None = None
    usage: dict | None = None
    sources: list[dict] = field(default_factory=list)
    # The error as the provider sent it: an object, a text, or a list.
    failure: object = None
    says_something: bool = False
    text: list[str] = field(default_factory=list)
    text_chars: int = 0
    sources_sent: str = ""

    def fail(self, error: object) -> None:
        """Keeps the first error; a later one is a consequence of it."""
        if self.failure is not None:
            return
        encoded = json.dumps(error)
        words = words_of(error) or encoded
        self.failure = error if len(encoded) <= ERROR_CHARS_MAX else {"message": words[:ERROR_CHARS_MAX]}

    def add_text(self, text: str) -> None:
        if text and self.text_chars <= TEXT_CHARS_MAX:
            self.text.append(text)
            self.text_chars += len(text)

    def add_sources(self, *holders: dict) -> None:
        found = {key: holder[key] for holder in holders for key in SOURCE_KEYS if holder.get(key)}
        if not found:
            return
        encoded = json.dumps(found)
        # Perplexity repeats the same sources in each chunk.
        if encoded != self.sources_sent and len(encoded) <= SOURCES_CHARS_MAX:
            self.sources_sent = encoded
            self.sources.append(found)


def words_of(error: object, depth: int = 0) -> str:
    """The readable message within an error of any shape; empty if there is none."""
    if isinstance(error, str):
        return error
    if isinstance(error, list) and error:
        error = error[0]
    if isinstance(error, dict) and depth <= DEPTH_MAX:
        for key in ("error", "message", "detail", "msg"):
            words = words_of(error.get(key), depth + 1)
            if words:
                return words
    return ""


def inner_text(value: object, depth: int = 0) -> str:
    if isinstance(value, str):
        return value
    if depth > DEPTH_MAX:
        return ""
    if isinstance(value, list):
        return "".join(inner_text(each, depth + 1) for each in value)
    if isinstance(value, dict):
        for key in INNER_KEYS:
            text = inner_text(value.get(key), depth + 1)
            if text:
                return text
    return ""


def read_content(content: object) -> tuple[str, str]:
    """Text and reasoning of `content`: a text, or typed parts."""
    text = reasoning = ""
    for part in content if isinstance(content, list) else [content]:
        if isinstance(part, str):
            text += part
        elif isinstance(part, dict):
            if REASONING_TYPE.search(str(part.get("type", ""))) or part.get("thought") is True:
                reasoning += inner_text(part)
            else:
                text += inner_text(part.get("text"))
    return text, reasoning


def read_message(message: dict) -> tuple[str, str]:
    text, reasoning = read_content(message.get("content"))
    beside = next(filter(None, (inner_text(message.get(key)) for key in REASONING_KEYS)), "")
    return text or inner_text(message.get("refusal")), beside or reasoning


def record_or(value: object) -> dict:
    return value if isinstance(value, dict) else {}


def first_record(values: object) -> dict:
    records = values if isinstance(values, list) else []
    return next((each for each in records if isinstance(each, dict)), {})


def choice_of(value: dict) -> dict:
    choices = value.get("choices")
    records = [each for each in choices if isinstance(each, dict)] if isinstance(choices, list) else []
    return next((each for each in records if (each.get("index") or 0) == 0), {})


def is_error(value: object) -> bool:
    return bool(value) and isinstance(value, (dict, list, str, bool))


def error_of(value: dict, choice: dict) -> object:
    """The error of a chunk: in its place, at its top, or in its choice. None if there is none."""
    if is_error(value.get("error")):
        return value["error"]
    if value.get("object") == "error" or value.get("type") == "error":
        return value
    if is_error(choice.get("error")):
        return choice["error"]
    says_nothing = not any(isinstance(value.get(key), kind) for key, kind in (("choices", list), ("message", dict)))
    if says_nothing and value.get("usage") is None and (is_error(value.get("detail")) or is_error(value.get("message"))):
        return value
    if choice.get("finish_reason") == "error":
        return {"message": 'The provider ended the answer with "error".'}
    return None


def is_plain(choice: dict, text: str, reasoning: str) -> bool:
    """True if LiteLLM reads the choice's delta as we do."""
    delta = choice.get("delta")
    if not isinstance(delta, dict) or (text or None) != (delta.get("content") or None):
        return False
    plain = next((delta[key] for key in PLAIN_REASONING_KEYS if isinstance(delta.get(key), str) and delta[key]), "")
    return plain == reasoning


def fresh_part(text: str, notes: ReplyNotes) -> str:
    """The new text of a whole message: some servers repeat all of the text so far in each chunk."""
    so_far = "".join(notes.text)
    repeats = len(so_far) >= WHOLE_CHARS_MIN and text.startswith(so_far)
    return text[len(so_far) :] if repeats or text == so_far else text


def tool_calls_of(message: dict) -> list[dict]:
    calls = message.get("tool_calls")
    if isinstance(calls, list):
        return [{"index": index, **each} for index, each in enumerate(calls) if isinstance(each, dict)]
    parts = message.get("content")
    uses = [each for each in parts if record_or(each).get("type") == "tool_use"] if isinstance(parts, list) else []
    return [
        {
            "index": index,
            "id": use.get("id"),
            "type": "function",
            "function": {"name": use.get("name"), "arguments": json.dumps(use.get("input") or {})},
        }
        for index, use in enumerate(uses)
    ]


def mended(value: dict, notes: ReplyNotes) -> dict | None:
    """Notes what the chunk contains. Returns the same object if LiteLLM reads it correctly, another one if it does not,
    and None if it contains only an error."""
    choice = choice_of(value)
    delta = record_or(choice.get("delta"))
    message = record_or(choice.get("message")) or record_or(value.get("message"))
    usages = (value.get("usage"), choice.get("usage"), record_or(value.get("x_groq")).get("usage"))
    notes.usage = next((each for each in usages if isinstance(each, dict)), notes.usage)
    notes.add_sources(value, choice, delta, message)
    error = error_of(value, choice)
    text, reasoning = read_message(delta)
    source = delta
    if not text and not reasoning:
        text, reasoning = read_message(message)
        text = fresh_part(text, notes) if text else inner_text(choice.get("text"))
        source = delta if delta.get("tool_calls") else {**message, **delta}
    finish = choice.get("finish_reason") or choice.get("finishReason")
    if isinstance(finish, str) and finish.strip() and error is None:
        notes.finish = finish.strip()
    tools = tool_calls_of(source)
    notes.says_something = notes.says_something or bool(text or reasoning or tools or notes.finish)
    notes.add_text(text)
    if error is not None:
        notes.fail(error)
        if not (text or reasoning):
            return None
    elif is_plain(choice, text, reasoning) or (not choice and not message):
        return value
    said = {"source": source, "text": text, "reasoning": reasoning, "tools": tools, "finish": finish if error is None else None}
    return rewritten(value, choice, said)


def rewritten(value: dict, choice: dict, said: dict) -> dict:
    kept = {key: each for key, each in said["source"].items() if key not in REASONING_KEYS}
    delta = {**kept, "role": kept.get("role") or "assistant", "content": said["text"] or None}
    if said["reasoning"]:
        # LiteLLM reads only the second name from OpenRouter.
        delta["reasoning_content"] = delta["reasoning"] = said["reasoning"]
    if said["tools"]:
        delta["tool_calls"] = said["tools"]
    dropped = ("message", "text", "error", "finishReason")
    plain = {key: each for key, each in choice.items() if key not in dropped}
    head = {key: each for key, each in value.items() if key not in ("message", "error")}
    return {
        "id": "chatcmpl-aideator",
        "created": 0,
        "model": "",
        **head,
        "object": "chat.completion.chunk",
        "choices": [{**plain, "index": 0, "delta": delta, "finish_reason": said["finish"]}],
    }
