"""Starts threads as long as it is let, and waits for all of them."""

import threading
import time


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    for _ in range(200):
        try:
            threading.Thread(target=time.sleep, args=(60,)).start()
        except RuntimeError:
            continue
    time.sleep(60)
