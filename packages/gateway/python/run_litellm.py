"""Starts LiteLLM's proxy with the arguments given, and ends it with its parent."""

import sys

from parent_watch import watch_parent

if __name__ == "__main__":
    watch_parent()
    from litellm import run_server

    sys.exit(run_server())
