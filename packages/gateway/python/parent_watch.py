"""Ends this process when its parent ends for any reason."""

import os
import signal
import sys
import threading
import time

GRACE_SECONDS = 3


def watch_parent() -> None:
    """Waits until our standard input ends: the parent holds the other end, which closes when the parent ends."""

    def wait() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    threading.Thread(target=wait, daemon=True, name="parent-watch").start()
