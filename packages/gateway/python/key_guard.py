"""Refuses requests that could send one person's key with another person's prompt.

LiteLLM keeps a key that came with a request. It may use that key for later requests of the same model group, and for
requests that name the provider's model (`anthropic/...`) when no group has that name. Therefore own-key groups refuse
requests without a key, groups with the server's key refuse requests with one, and every other name is refused.
"""

import re
from fnmatch import fnmatchcase

from fastapi import HTTPException
from litellm.integrations.custom_logger import CustomLogger

OWN_KEY_PREFIX = "own-key/"
CREDENTIALS = ("api_key", "api_base", "base_url", "user_config", "litellm_credential_name", "fallbacks")
# LiteLLM would look up `os.environ/NAME` and `oidc/NAME`. No key of a provider has a slash.
PLAIN_KEY = re.compile(r"[A-Za-z0-9._-]{8,512}")


def refuse(reason: str) -> None:
    raise HTTPException(status_code=400, detail={"error": reason})


class KeyGuard(CustomLogger):
    def __init__(self):
        super().__init__()
        self.server_groups: tuple[str, ...] = ()

    def is_server_group(self, model: str) -> bool:
        if not self.server_groups:
            from litellm.proxy.proxy_server import llm_router

            names = (each["model_name"] for each in llm_router.model_list)
            self.server_groups = tuple(name for name in names if not name.startswith(OWN_KEY_PREFIX))
        return any(fnmatchcase(model, group) for group in self.server_groups)

    async def async_pre_call_hook(self, user_api_key_dict, cache, data, call_type):
        model = str(data.get("model") or "")
        carried = [name for name in CREDENTIALS if data.get(name)]
        if user_api_key_dict.models and model not in user_api_key_dict.models:
            refuse("The caller may not call this model.")
        elif "," in model:
            refuse("A request must name one model.")
        elif model.startswith(OWN_KEY_PREFIX):
            if carried != ["api_key"] or not PLAIN_KEY.fullmatch(str(data["api_key"])):
                refuse("A request for an own-key model must have an api_key and no other credential.")
        elif carried:
            refuse("Only own-key models accept a key.")
        elif not self.is_server_group(model):
            refuse("The gateway has no such model.")
        return data


key_guard = KeyGuard()
