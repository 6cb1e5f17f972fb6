"""Waits in ways that a signal to Python can't end: locks, polls, reads and futexes."""

import os
import select
import threading


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    waiting = select.poll()
    for descriptor in range(64):
        try:
            waiting.register(descriptor, select.POLLPRI)
            os.fstat(descriptor)
        except OSError:
            waiting.unregister(descriptor)
    waiting.poll(1)
    lock = threading.Lock()
    with lock:
        lock.acquire()
