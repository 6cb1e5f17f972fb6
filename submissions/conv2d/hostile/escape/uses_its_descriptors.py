"""Sends, receives, seeks, maps, duplicates and reconfigures every descriptor that it was given."""

import array
import fcntl
import mmap
import os
import socket
import struct
import termios


def socket_of(descriptor):
    one = socket.socket(fileno=os.dup(descriptor))
    one.sendmsg([b"hostile"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [0]))])
    return one.recv(100)


def attempts():
    for descriptor in range(64):
        name = f"descriptor {descriptor}"
        yield name, lambda: os.readlink(f"/proc/self/fd/{descriptor}")
        yield name, lambda: socket_of(descriptor)
        yield name, lambda: os.pread(descriptor, 1000, 0)
        yield name, lambda: mmap.mmap(descriptor, 4096)[:100]
        yield name, lambda: os.ftruncate(descriptor, 0)
        yield name, lambda: fcntl.fcntl(descriptor, fcntl.F_SETFL, 0)
        yield name, lambda: fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_ASYNC)
        yield name, lambda: fcntl.fcntl(descriptor, fcntl.F_SETOWN, os.getppid())
        yield name, lambda: fcntl.fcntl(descriptor, 10, 9)
        yield name, lambda: fcntl.fcntl(descriptor, 1033, 31)
        yield name, lambda: fcntl.ioctl(descriptor, 0x5421, struct.pack("i", 0))
        yield name, lambda: fcntl.ioctl(descriptor, termios.TIOCSTI, b"x")
        yield name, lambda: os.open(f"/proc/self/fd/{descriptor}", os.O_RDWR)


def report():
    lines = []
    for name, attempt in attempts():
        try:
            got = attempt()
        except BaseException as error:
            got = type(error).__name__
        lines.append(f"{name}: {got!r:.400}")
        print(lines[-1])
    return "\n".join(lines)


report()


def conv2d(x, weight, bias=None, stride=(1, 1), padding=(0, 0)):
    raise RuntimeError(report())
