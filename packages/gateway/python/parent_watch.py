"""Ends this process when the one that started it is gone, however that one ended."""

import os
import signal
import sys
import threading
import time

GRACE_SECONDS = 3


def watch_parent() -> None:
    """The parent holds the other end of our standard input; its end of file means that the parent is gone."""

    def wait() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(GRACE_SECONDS)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    threading.Thread(target=wait, daemon=True, name="parent-watch").start()
