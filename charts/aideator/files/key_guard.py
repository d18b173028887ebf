"""Refuses, inside the gateway, what could send one person's key with another person's prompt.

LiteLLM keeps a key that came with a request. It may use it for later requests of the same model group, and for
requests that name the provider's model (`anthropic/...`) when no group of that name exists. So the groups for people's
own keys take no request without one, the groups with the server's key take none that brings one, and no other name is
taken at all.
"""

from fnmatch import fnmatchcase

from fastapi import HTTPException
from litellm.integrations.custom_logger import CustomLogger

OWN_KEY_PREFIX = "own-key/"
CREDENTIALS = ("api_key", "api_base", "base_url", "user_config", "litellm_credential_name", "fallbacks")


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
        if "," in model:
            refuse("One model per request.")
        elif model.startswith(OWN_KEY_PREFIX):
            if carried != ["api_key"]:
                refuse("An own-key model needs a key, and nothing else of that kind.")
        elif carried:
            refuse("Only own-key models take a key.")
        elif not self.is_server_group(model):
            refuse("The gateway has no such model.")
        return data


key_guard = KeyGuard()
