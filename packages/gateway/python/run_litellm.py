"""Starts LiteLLM's proxy with the given arguments, and stops it when its parent ends."""

import sys

from parent_watch import watch_parent

if __name__ == "__main__":
    watch_parent()
    from litellm import run_server

    sys.exit(run_server())
