"""Admits two kinds of callers to the gateway: the web app with the master key, and a run with a token of its own.

LiteLLM calls `authenticate` for every request (`general_settings.custom_auth`). The web app signs a run's token, which
names one model and an expiry. The token opens only `POST /v1/chat/completions`, for that model and with the body fields
that a runner sends. A run's process may be compromised, so the body is checked against an allow-list: LiteLLM has many
fields that lead to another model, server or key, and each release brings new ones.

A token is `sk-run-`, a payload, and a signature. The payload is base64url of `{"exp":…,"model":…,"run":…}`; the signature
is base64url of HMAC-SHA-256 over all that precedes it, always 43 characters long. `run-keys.ts` creates it.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import time

from fastapi import HTTPException, Request
from litellm.constants import LITELLM_PROXY_ADMIN_NAME, LITELLM_PROXY_MASTER_KEY_ALIAS
from litellm.proxy._types import LitellmUserRoles, UserAPIKeyAuth
from litellm.proxy.auth.auth_utils import get_request_route
from litellm.proxy.common_utils.http_parsing_utils import _read_request_body

SECRET_VARIABLE = "GATEWAY_TOKEN_SECRET"
SECRET_CHARS_MIN = 32
PREFIX = "sk-run-"
SIGNATURE_CHARS = 43
TOKEN_CHARS_MAX = 2048
TOKEN = re.compile(rf"{PREFIX}[A-Za-z0-9_-]+")
PAYLOAD_TYPES = {"exp": int, "model": str, "run": str}

CHAT_ROUTE = "/v1/chat/completions"
BODY_FIELDS = frozenset(
    "model messages stream stream_options temperature top_p max_tokens max_completion_tokens api_key".split()
)
MESSAGE_FIELDS = {"role", "content"}
STREAM_OPTIONS = {"include_usage"}

# The caller's name in metrics. It is the same for all runs, so that a run does not add a time series.
RUN_ALIAS = "aideator-run"


def secret_of(environment) -> bytes | None:
    """The secret that signs tokens. None if it is not set; then no token is valid."""
    secret = environment.get(SECRET_VARIABLE) or ""
    if not secret:
        return None
    if len(secret) < SECRET_CHARS_MIN:
        raise ValueError(f"{SECRET_VARIABLE} needs at least {SECRET_CHARS_MIN} characters")
    return secret.encode()


SECRET = secret_of(os.environ)


def refuse(status: int, reason: str) -> None:
    raise HTTPException(status_code=status, detail=reason)


def payload_of(token: str, secret: bytes | None, now: float) -> dict | None:
    """The payload of a token with a valid signature that has not expired; None for every other string."""
    if secret is None or len(token) > TOKEN_CHARS_MAX or not TOKEN.fullmatch(token):
        return None
    signed, signature = token[:-SIGNATURE_CHARS], token[-SIGNATURE_CHARS:]
    digest = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
    expected = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    if not hmac.compare_digest(signature, expected):
        return None
    try:
        encoded = signed.removeprefix(PREFIX)
        payload = json.loads(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
        types = {name: type(value) for name, value in payload.items()}
    except (ValueError, AttributeError):
        return None
    if types != PAYLOAD_TYPES or payload["exp"] <= now:
        return None
    return payload


def check_request(request: Request) -> None:
    if get_request_route(request) != CHAT_ROUTE or request.method != "POST":
        refuse(403, "A run may only call chat completions.")
    # `?model=` wins over the model of the body.
    if request.url.query:
        refuse(400, "A run's request must have no query.")
    if any(name.lower().startswith("x-litellm-") for name in request.headers):
        refuse(400, "A run's request must have no x-litellm- header.")
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != "application/json":
        refuse(400, "A run's request must be JSON.")


def check_body(body: object, model: str) -> None:
    if not isinstance(body, dict) or not BODY_FIELDS.issuperset(body):
        refuse(400, "A run's request must have only the fields that a runner sends.")
    if body.get("model") != model:
        refuse(403, "This run may not call this model.")
    messages = body.get("messages")
    if not isinstance(messages, list) or not all(is_plain_message(each) for each in messages):
        refuse(400, "A run's messages must have a role and a text.")
    options = body.get("stream_options", {})
    if not isinstance(options, dict) or not STREAM_OPTIONS.issuperset(options):
        refuse(400, "A run's stream options may only ask for usage.")


def is_plain_message(message: object) -> bool:
    # Content in parts could name a file or an address that the gateway would fetch.
    return (
        isinstance(message, dict)
        and set(message) == MESSAGE_FIELDS
        and all(isinstance(value, str) for value in message.values())
    )


def is_master_key(key: str) -> bool:
    from litellm.proxy.proxy_server import master_key

    return bool(master_key) and hmac.compare_digest(key.encode(), master_key.encode())


async def authenticate(request: Request, api_key: str) -> UserAPIKeyAuth:
    key = api_key or ""
    if is_master_key(key):
        return UserAPIKeyAuth(
            api_key=LITELLM_PROXY_MASTER_KEY_ALIAS,
            user_role=LitellmUserRoles.PROXY_ADMIN,
            user_id=LITELLM_PROXY_ADMIN_NAME,
        )
    payload = payload_of(key, SECRET, time.time())
    if payload is None:
        refuse(401, "The key is invalid or has expired.")
    check_request(request)
    check_body(await _read_request_body(request), payload["model"])
    # LiteLLM's own checks and key_guard use `models`.
    return UserAPIKeyAuth(
        api_key=RUN_ALIAS,
        key_alias=RUN_ALIAS,
        user_role=LitellmUserRoles.INTERNAL_USER,
        models=[payload["model"]],
        allowed_routes=[CHAT_ROUTE],
    )
